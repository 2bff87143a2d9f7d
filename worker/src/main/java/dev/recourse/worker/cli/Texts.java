package dev.recourse.worker.cli;

/** Text from strangers made fit for a terminal: nothing that moves the cursor, rings or turns the reading direction. */
final class Texts {
    private Texts() {}

    /** One line: line ends and tabs become spaces, other control and direction characters are dropped. */
    static String oneLine(String text) {
        return clean(text, false);
    }

    /** As {@link #oneLine}, but lines stay lines. */
    static String lines(String text) {
        return clean(text, true);
    }

    /** How many columns a terminal needs for it. */
    static int width(String text) {
        return text.codePoints().map(Texts::width).sum();
    }

    /** The text cut to that many columns, with … where something is missing. */
    static String cut(String text, int columns) {
        if (width(text) <= columns) {
            return text;
        }
        StringBuilder kept = new StringBuilder();
        int used = 1;
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            int codePoint = text.codePointAt(i);
            if (used + width(codePoint) > columns) {
                break;
            }
            used += width(codePoint);
            kept.appendCodePoint(codePoint);
        }
        return kept.append('…').toString();
    }

    private static String clean(String text, boolean keepLines) {
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (c == '\n' && keepLines) {
                clean.append('\n');
            } else if (c == '\n' || c == '\t') {
                clean.append(' ');
            } else if (!unfit(c)) {
                clean.appendCodePoint(c);
            }
        });
        return clean.toString();
    }

    private static boolean unfit(int codePoint) {
        return Character.isISOControl(codePoint)
                || (codePoint >= 0x202A && codePoint <= 0x202E)
                || (codePoint >= 0x2066 && codePoint <= 0x2069)
                || codePoint == 0x200E
                || codePoint == 0x200F
                || codePoint == 0x2028
                || codePoint == 0x2029;
    }

    private static int width(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.FORMAT -> 0;
            default -> wide(codePoint) ? 2 : 1;
        };
    }

    /** East Asian wide characters and the pictures among the emoji. */
    private static boolean wide(int c) {
        return (c >= 0x1100 && c <= 0x115F)
                || (c >= 0x2E80 && c <= 0xA4CF)
                || (c >= 0xAC00 && c <= 0xD7A3)
                || (c >= 0xF900 && c <= 0xFAFF)
                || (c >= 0xFE30 && c <= 0xFE6F)
                || (c >= 0xFF00 && c <= 0xFF60)
                || (c >= 0xFFE0 && c <= 0xFFE6)
                || (c >= 0x1F300 && c <= 0x1FAFF)
                || (c >= 0x20000 && c <= 0x3FFFD);
    }
}

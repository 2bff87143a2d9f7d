package dev.recourse.activities.shell.script;

/** Backslashes in double quotes and here-documents, where they only escape some characters. */
final class Escapes {

    private Escapes() {}

    /** The text without the backslashes in front of these characters, and without broken lines. */
    static String removed(String text, String escapable) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            char next = i + 1 < text.length() ? text.charAt(i + 1) : 0;
            if (c == '\\' && next == '\n') {
                i++;
            } else if (c == '\\' && next != 0 && escapable.indexOf(next) >= 0) {
                plain.append(next);
                i++;
            } else {
                plain.append(c);
            }
        }
        return plain.toString();
    }
}

package dev.recourse.activities.shell.rules;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a script for sed: of all that it can do, only editing is certain to run and write nothing. */
final class SedScript {
    /** What a script does, as far as it can be read. */
    enum Kind {
        EDITS,
        RUNS,
        UNKNOWN
    }

    private static final Pattern BETWEEN = Pattern.compile("[\\s;{}]*");
    private static final Pattern LINE_ADDRESS = Pattern.compile("[0-9$,~+!\\s]*");
    private static final Pattern ADDRESS_FLAGS = Pattern.compile("[IM]*");
    private static final Pattern NUMBER = Pattern.compile("[0-9 ]*");
    private static final Pattern REST_OF_LINE = Pattern.compile("[^\\n]*");
    private static final Pattern FLAGS = Pattern.compile("[a-zA-Z0-9]*");

    /** Commands of one letter that change nothing but the text. */
    private static final String PLAIN = "pdqQ=nNDPxhHgGlzF";

    private final String text;
    private int at;

    private SedScript(String text) {
        this.text = text;
    }

    static Kind of(String script) {
        return new SedScript(script).read();
    }

    private Kind read() {
        skip(BETWEEN);
        while (at < text.length()) {
            if (!address()) {
                return Kind.UNKNOWN;
            }
            Kind kind = command();
            if (kind != Kind.EDITS) {
                return kind;
            }
            skip(BETWEEN);
        }
        return Kind.EDITS;
    }

    private boolean address() {
        skip(LINE_ADDRESS);
        while (at < text.length() && (text.charAt(at) == '/' || text.charAt(at) == '\\')) {
            char delimiter = text.charAt(at) == '/' ? '/' : next();
            if (!until(delimiter)) {
                return false;
            }
            skip(ADDRESS_FLAGS);
            skip(LINE_ADDRESS);
        }
        skip(BETWEEN);
        return true;
    }

    private Kind command() {
        if (at >= text.length()) {
            return Kind.EDITS;
        }
        char name = text.charAt(at);
        at++;
        if (name == 's' || name == 'y') {
            return substitution();
        }
        if (name == 'e') {
            return Kind.RUNS;
        }
        if (PLAIN.indexOf(name) >= 0) {
            skip(NUMBER);
            return ended() ? Kind.EDITS : Kind.UNKNOWN;
        }
        if ("aic:btT#r".indexOf(name) >= 0) {
            skip(REST_OF_LINE);
            return Kind.EDITS;
        }
        return Kind.UNKNOWN;
    }

    private Kind substitution() {
        if (at >= text.length() || !twice(text.charAt(at))) {
            return Kind.UNKNOWN;
        }
        int from = at;
        skip(FLAGS);
        String given = text.substring(from, at);
        if (given.contains("e")) {
            return Kind.RUNS;
        }
        return given.matches("[gpiIm0-9]*") && ended() ? Kind.EDITS : Kind.UNKNOWN;
    }

    private boolean ended() {
        return at >= text.length() || " \t\n;}".indexOf(text.charAt(at)) >= 0;
    }

    /** Goes from one delimiter behind the next; false where there is none. */
    private boolean until(char delimiter) {
        for (int i = at + 1; i < text.length(); i++) {
            if (text.charAt(i) == '\\') {
                i++;
            } else if (text.charAt(i) == delimiter) {
                at = i + 1;
                return true;
            }
        }
        return false;
    }

    private boolean twice(char delimiter) {
        if (!until(delimiter)) {
            return false;
        }
        at--;
        return until(delimiter);
    }

    private char next() {
        at++;
        return at < text.length() ? text.charAt(at) : '/';
    }

    private void skip(Pattern pattern) {
        Matcher matcher = pattern.matcher(text).region(at, text.length());
        at = matcher.lookingAt() ? matcher.end() : at;
    }
}

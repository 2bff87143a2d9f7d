package dev.recourse.activities.tool;

import java.util.Locale;

/** The languages that callers read; Spanish unless they ask for English. */
enum Language {
    ES,
    EN;

    static Language of(Locale locale) {
        return locale.getLanguage().equals("en") ? EN : ES;
    }

    /** As in file names and as the key of a text that is written in both. */
    String tag() {
        return name().toLowerCase(Locale.ROOT);
    }
}

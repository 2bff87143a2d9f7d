package dev.recourse.worker.embedded;

import java.text.MessageFormat;
import java.util.Locale;
import java.util.ResourceBundle;

/** What is said to the user here: Spanish, or English for who has set that as the JVM's language of display. */
final class Texts {
    private static final ResourceBundle.Control NO_DETOUR =
            ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES);

    private Texts() {}

    static String say(String key, Object... arguments) {
        Locale locale = Locale.getDefault(Locale.Category.DISPLAY);
        String text = ResourceBundle.getBundle("dev.recourse.worker.embedded.texts", locale, NO_DETOUR)
                .getString(key);
        Object[] words = new Object[arguments.length];
        for (int i = 0; i < words.length; i++) {
            words[i] = String.valueOf(arguments[i]);
        }
        return new MessageFormat(text, locale).format(words);
    }
}

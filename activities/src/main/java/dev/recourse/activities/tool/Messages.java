package dev.recourse.activities.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Says in the caller's language what went wrong and what would be right.
 *
 * <p>Texts live in {@code messages_es.properties} and {@code messages_en.properties} under the failure's code;
 * {@code {name}} takes an argument, {@code {name|prefix}} takes the text that stands under {@code prefix.<argument>}.
 * A code without a text reads as the text of its type, so a new code never breaks an answer.
 */
public final class Messages {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([a-zA-Z]+)(?:\\|([a-z]+))?}");
    private static final String SUGGESTION = ".suggestion";

    /** Longer values are cut: a message quotes its reader's input, it doesn't repeat it. */
    private static final int MAX_ARGUMENT_CHARS = 200;

    private static final Map<Language, Properties> TEXTS = load();

    private Messages() {}

    /** The failure as its caller reads it. */
    public static ToolError render(ToolFailure failure, Locale locale) {
        Language language = Language.of(locale);
        String message = text(language, failure.code(), failure.args());
        String suggestion = suggestion(language, failure);
        return new ToolError(
                failure.type(),
                failure.code(),
                message != null ? message : fallback(language, failure.type(), failure.args()),
                suggestion,
                failure.retryable(),
                details(failure, language));
    }

    /** What is wrong with one field. */
    public static String render(Violation violation, Locale locale) {
        return violation(violation, Language.of(locale));
    }

    /** Any text of the bundles; its key where there is none. */
    public static String text(String key, Map<String, Object> args, Locale locale) {
        String text = text(Language.of(locale), key, args);
        return text != null ? text : key;
    }

    static Set<String> keys(Language language) {
        return texts(language).stringPropertyNames();
    }

    static String template(String key, Locale locale) {
        return texts(Language.of(locale)).getProperty(key, "");
    }

    /** Where the nearest known names are at hand, the suggestion is to take one of them. */
    private static @Nullable String suggestion(Language language, ToolFailure failure) {
        String key = failure.code() + SUGGESTION;
        boolean near = failure.args().get("nearest") instanceof Collection<?> names && !names.isEmpty();
        String nearest = near ? text(language, key + ".nearest", failure.args()) : null;
        return nearest != null ? nearest : text(language, key, failure.args());
    }

    private static @Nullable JsonNode details(ToolFailure failure, Language language) {
        if (failure.violations().isEmpty()) {
            return failure.details();
        }
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        failure.violations()
                .forEach(violation -> list.addObject()
                        .put("field", violation.field())
                        .put("message", violation(violation, language)));
        return list;
    }

    private static String violation(Violation violation, Language language) {
        String text = text(language, violation.code(), violation.args());
        return text != null ? text : fallback(language, ErrorType.VALIDATION_ERROR, violation.args());
    }

    private static String fallback(Language language, ErrorType type, Map<String, Object> args) {
        return Objects.requireNonNull(text(language, "type." + type.wire(), args), "every type has a text");
    }

    private static @Nullable String text(Language language, String key, Map<String, Object> args) {
        String template = texts(language).getProperty(key);
        return template == null
                ? null
                : PLACEHOLDER
                        .matcher(template)
                        .replaceAll(found ->
                                Matcher.quoteReplacement(value(language, args.get(found.group(1)), found.group(2))));
    }

    private static String value(Language language, @Nullable Object value, @Nullable String prefix) {
        if (value instanceof Collection<?> values) {
            return joined(
                    language,
                    values.stream().map(each -> word(language, each, prefix)).toList());
        }
        return word(language, value, prefix);
    }

    private static String word(Language language, @Nullable Object value, @Nullable String prefix) {
        String word = Json.storable(value == null ? "?" : value.toString());
        if (prefix != null) {
            return texts(language).getProperty(prefix + "." + word, word);
        }
        return word.length() <= MAX_ARGUMENT_CHARS ? word : word.substring(0, MAX_ARGUMENT_CHARS) + "…";
    }

    /** "a", "a o b", "a, b o c". */
    private static String joined(Language language, List<String> words) {
        int last = words.size() - 1;
        return last < 1
                ? String.join("", words)
                : String.join(", ", words.subList(0, last))
                        + texts(language).getProperty("list.or", ", ").replace("_", " ")
                        + words.get(last);
    }

    private static Properties texts(Language language) {
        return Objects.requireNonNull(TEXTS.get(language), "both languages are loaded");
    }

    private static Map<Language, Properties> load() {
        Map<Language, Properties> texts = new EnumMap<>(Language.class);
        for (Language language : Language.values()) {
            texts.put(language, load("messages_" + language.tag() + ".properties"));
        }
        return texts;
    }

    private static Properties load(String file) {
        try (InputStream in = Objects.requireNonNull(Messages.class.getResourceAsStream(file), file)) {
            Properties texts = new Properties();
            texts.load(new InputStreamReader(in, StandardCharsets.UTF_8));
            return texts;
        } catch (IOException e) {
            throw new UncheckedIOException(file + " can't be read.", e);
        }
    }
}

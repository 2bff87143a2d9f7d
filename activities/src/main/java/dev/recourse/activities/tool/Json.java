package dev.recourse.activities.tool;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * JSON as this project reads, writes, compares and stores it.
 *
 * <p>Reading is strict and bounded; a number stays the number that was written; what PostgreSQL's jsonb would refuse can
 * be found ({@link #unstorable}) and made storable ({@link #storable(JsonNode)}).
 */
public final class Json {
    /** The largest document that is read, in bytes of UTF-8. */
    public static final int MAX_DOCUMENT_BYTES = 1 << 20;

    /** The longest string inside a document, in characters. */
    public static final int MAX_STRING_CHARS = 64 << 10;

    /** How deep objects and arrays may nest. */
    public static final int MAX_DEPTH = 64;

    private static final int MAX_NAME_CHARS = 1 << 10;
    private static final int MAX_NUMBER_CHARS = 1000;

    /** Digits before, after and in all that a number may have: what a decimal of IEEE 754 keeps. */
    private static final int MAX_DIGITS = 34;

    private static final ObjectMapper MAPPER = mapper(false);
    private static final ObjectMapper CANONICAL = mapper(true);
    private static final ObjectMapper OURS = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(Integer.MAX_VALUE)
                            .build())
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private Json() {}

    /**
     * Reads one JSON document in UTF-8.
     *
     * @throws ToolFailure {@code INVALID_JSON} with line and column, or {@code INPUT_TOO_LARGE}
     */
    public static JsonNode read(byte[] json) {
        if (json.length > MAX_DOCUMENT_BYTES) {
            throw tooLarge();
        }
        try {
            return parse(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(json))
                    .toString());
        } catch (CharacterCodingException e) {
            throw ToolFailure.validation("NOT_UTF8");
        }
    }

    /**
     * Reads one JSON document.
     *
     * @throws ToolFailure {@code INVALID_JSON} with line and column, or {@code INPUT_TOO_LARGE}
     */
    public static JsonNode read(String json) {
        if (json.length() > MAX_DOCUMENT_BYTES || utf8Length(json) > MAX_DOCUMENT_BYTES) {
            throw tooLarge();
        }
        return parse(json);
    }

    /** JSON that we wrote ourselves, such as a row of the ledger: read without the limits for what comes from outside. */
    public static JsonNode recorded(String json) {
        try {
            return OURS.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("What was recorded is no JSON.", e);
        }
    }

    /** Compact JSON; nulls are written. */
    public static String write(JsonNode json) {
        try {
            return MAPPER.writeValueAsString(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A JSON tree can't be written.", e);
        }
    }

    /** A record, map or list of ours as JSON. */
    public static JsonNode tree(Object value) {
        return tree(value, JsonNode.class);
    }

    static <T extends JsonNode> T tree(Object value, Class<T> type) {
        return type.cast(MAPPER.valueToTree(value));
    }

    /** JSON that was checked before, as a record of ours; what the record itself refuses stays a {@link ToolFailure}. */
    public static <T> T bind(JsonNode json, Class<T> type) {
        try {
            return MAPPER.treeToValue(json, type);
        } catch (JsonProcessingException e) {
            if (e.getCause() instanceof ToolFailure refused) {
                throw refused;
            }
            throw new IllegalStateException("A checked input does not fit " + type.getName() + ".", e);
        }
    }

    /**
     * The same bytes for the same value, for hashing: names sorted, no white space, 1, 1.0 and 1e0 the same, and
     * different bytes for different values, whatever their strings hold.
     */
    public static byte[] canonical(JsonNode json) {
        try {
            return CANONICAL.writeValueAsString(sorted(json)).getBytes(StandardCharsets.US_ASCII);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A JSON tree can't be written.", e);
        }
    }

    /** Everything in the document that jsonb would refuse or blow up: NUL, half characters, absurd numbers. */
    public static List<Violation> unstorable(JsonNode json) {
        List<Violation> found = new ArrayList<>();
        findUnstorable("", json, found);
        return found;
    }

    /**
     * The same document as jsonb takes it: NUL and half characters become visible escapes ({@code \}{@code u0000}),
     * absurd numbers become strings. Evidence stays readable, and a call stays recordable.
     */
    public static JsonNode storable(JsonNode json) {
        if (json.isTextual()) {
            return storable(json.textValue()).equals(json.textValue())
                    ? json
                    : JsonNodeFactory.instance.textNode(storable(json.textValue()));
        }
        if (json.isNumber()) {
            return absurd(json) ? JsonNodeFactory.instance.textNode(json.asText()) : json;
        }
        if (json.isArray()) {
            ArrayNode copy = JsonNodeFactory.instance.arrayNode();
            json.forEach(item -> copy.add(storable(item)));
            return copy;
        }
        return json.isObject() ? storableObject(json) : json;
    }

    /** The same text without NUL and half characters, which become visible escapes. */
    public static String storable(String text) {
        int bad = unstorableAt(text, 0);
        if (bad < 0) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length() + 16);
        int done = 0;
        for (; bad >= 0; bad = unstorableAt(text, done)) {
            out.append(text, done, bad).append(String.format("\\u%04x", (int) text.charAt(bad)));
            done = bad + 1;
        }
        return out.append(text, done, text.length()).toString();
    }

    private static JsonNode parse(String json) {
        try {
            JsonNode read = MAPPER.readTree(json);
            if (read.isMissingNode()) {
                throw ToolFailure.validation("INVALID_JSON").with("line", 1).with("column", 1);
            }
            return read;
        } catch (StreamConstraintsException e) {
            throw tooLarge();
        } catch (NumberFormatException e) {
            // An exponent that no decimal of ours can have: the parser lets it through as this.
            throw ToolFailure.validation("NUMBER_TOO_LONG").with("digits", MAX_DIGITS);
        } catch (JsonProcessingException e) {
            throw ToolFailure.validation("INVALID_JSON")
                    .with("line", Math.max(1, e.getLocation().getLineNr()))
                    .with("column", Math.max(1, e.getLocation().getColumnNr()));
        }
    }

    private static ToolFailure tooLarge() {
        return ToolFailure.validation("INPUT_TOO_LARGE")
                .with("kib", MAX_DOCUMENT_BYTES >> 10)
                .with("chars", MAX_STRING_CHARS)
                .with("depth", MAX_DEPTH);
    }

    private static long utf8Length(String text) {
        return text.codePoints()
                .mapToLong(c -> c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4)
                .sum();
    }

    private static void findUnstorable(String at, JsonNode json, List<Violation> found) {
        if (json.isTextual() && unstorableAt(json.textValue(), 0) >= 0) {
            found.add(new Violation(at, "BROKEN_TEXT"));
        } else if (json.isNumber() && absurd(json)) {
            found.add(new Violation(at, "NUMBER_TOO_LONG", Map.of("digits", MAX_DIGITS)));
        } else if (json.isArray()) {
            for (int i = 0; i < json.size(); i++) {
                findUnstorable(at + "/" + i, json.get(i), found);
            }
        } else if (json.isObject()) {
            json.properties().forEach(field -> {
                if (unstorableAt(field.getKey(), 0) >= 0) {
                    found.add(new Violation(Violation.pointer(at, field.getKey()), "BROKEN_TEXT"));
                } else {
                    findUnstorable(Violation.pointer(at, field.getKey()), field.getValue(), found);
                }
            });
        }
    }

    private static JsonNode storableObject(JsonNode json) {
        ObjectNode copy = JsonNodeFactory.instance.objectNode();
        json.properties().forEach(field -> {
            String name = storable(field.getKey());
            // Two names may become one: both values are evidence.
            while (copy.has(name)) {
                name += "'";
            }
            copy.set(name, storable(field.getValue()));
        });
        return copy;
    }

    private static int unstorableAt(String text, int from) {
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (c == 0 || Character.isSurrogate(c)) {
                return i;
            }
        }
        return -1;
    }

    private static boolean absurd(JsonNode number) {
        if (number.isInt() || number.isLong()) {
            return false;
        }
        if (number.isFloat() || number.isDouble()) {
            return !Double.isFinite(number.doubleValue());
        }
        BigDecimal value = number.decimalValue();
        long before = (long) value.precision() - value.scale();
        return value.precision() > MAX_DIGITS || before > MAX_DIGITS || value.scale() > MAX_DIGITS;
    }

    private static JsonNode sorted(JsonNode json) {
        if (json.isObject()) {
            Map<String, JsonNode> fields = new TreeMap<>();
            json.properties().forEach(field -> fields.put(field.getKey(), sorted(field.getValue())));
            ObjectNode copy = JsonNodeFactory.instance.objectNode();
            copy.setAll(fields);
            return copy;
        }
        if (json.isArray()) {
            ArrayNode copy = JsonNodeFactory.instance.arrayNode();
            json.forEach(item -> copy.add(sorted(item)));
            return copy;
        }
        return json.isNumber() && !json.isInt() && !json.isLong() ? plain(json) : json;
    }

    /** A whole number of ordinary size loses its point and exponent; any other keeps its shortest exact form. */
    private static JsonNode plain(JsonNode number) {
        BigDecimal value = number.decimalValue();
        BigDecimal shortest = value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros();
        long before = (long) shortest.precision() - shortest.scale();
        return shortest.scale() <= 0 && before <= MAX_DIGITS
                ? JsonNodeFactory.instance.numberNode(shortest.toBigIntegerExact())
                : DecimalNode.valueOf(shortest);
    }

    private static ObjectMapper mapper(boolean ascii) {
        JsonFactory factory = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxDocumentLength(MAX_DOCUMENT_BYTES)
                        .maxStringLength(MAX_STRING_CHARS)
                        .maxNestingDepth(MAX_DEPTH)
                        .maxNameLength(MAX_NAME_CHARS)
                        .maxNumberLength(MAX_NUMBER_CHARS)
                        .build())
                // Names come from strangers: interning them would fill memory that is never given back.
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .configure(JsonWriteFeature.ESCAPE_NON_ASCII, ascii)
                .build();
        return JsonMapper.builder(factory)
                .addModule(new JavaTimeModule())
                .addModule(new Jdk8Module())
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                .build();
    }
}

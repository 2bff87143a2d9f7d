package dev.recourse.worker.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.worker.WrongUsage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON as people and programs hand it to a command: one document in UTF-8, every key once, nothing that PostgreSQL
 * could not keep, within limits. Remembers where the upper levels stand, so that what is wrong can be pointed at.
 */
final class StrictJson {
    static final int MAX_BYTES = 1 << 20;
    static final int MAX_DEPTH = 64;
    static final int MAX_STRING_CHARS = 64 << 10;
    private static final int MAX_NUMBER_CHARS = 1000;
    private static final int MAX_NAME_CHARS = 1 << 10;

    /** Deeper places are not remembered: nobody asks for them. */
    private static final int REMEMBERED_DEPTH = 3;

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final String source;
    private final JsonParser parser;
    private final Map<String, JsonLocation> places = new HashMap<>();

    private StrictJson(String source, JsonParser parser) {
        this.source = source;
        this.parser = parser;
    }

    /** What was read, and where its upper levels stand, by JSON Pointer. */
    record Document(JsonNode root, Map<String, JsonLocation> places) {
        /** {@code "line 3, column 5, /calls/0/tool"}; without what is not known. */
        String place(String pointer) {
            JsonLocation at = places.get(pointer);
            String shown = pointer.isEmpty() ? "the document" : pointer;
            return at == null ? shown : "line " + at.getLineNr() + ", column " + at.getColumnNr() + ", " + shown;
        }
    }

    /**
     * Reads one document.
     *
     * @param source what it is called in messages
     * @throws WrongUsage if it can't be read, with line and column
     */
    static Document read(String source, byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            throw new WrongUsage(
                    source + " is larger than " + (MAX_BYTES >> 20) + " MiB, which is the most that is read.");
        }
        String text = text(source, bytes);
        if (text.isBlank()) {
            throw new WrongUsage(source + " is empty; JSON is expected.");
        }
        try (JsonParser parser = factory().createParser(text)) {
            return new StrictJson(source, parser).document();
        } catch (IOException e) {
            throw new IllegalStateException("Text in memory can't be read.", e);
        }
    }

    /** A pointer one step further, escaped as JSON Pointer asks. */
    static String pointer(String parent, String name) {
        return parent + "/" + name.replace("~", "~0").replace("/", "~1");
    }

    private Document document() throws IOException {
        try {
            parser.nextToken();
            JsonNode root = value("", 0);
            if (parser.nextToken() != null) {
                throw wrong("", "there is more after the end of the document");
            }
            return new Document(root, Map.copyOf(places));
        } catch (StreamConstraintsException e) {
            throw wrong(
                    parser.currentLocation(),
                    "",
                    "too deep or too long: at most " + MAX_DEPTH + " levels, " + MAX_STRING_CHARS
                            + " characters in a string, " + MAX_NUMBER_CHARS + " in a number, " + MAX_NAME_CHARS
                            + " in a key");
        } catch (JsonProcessingException e) {
            throw wrong(e.getLocation(), "", "not valid JSON: " + Texts.oneLine(e.getOriginalMessage()));
        }
    }

    private JsonNode value(String pointer, int depth) throws IOException {
        if (depth <= REMEMBERED_DEPTH) {
            places.putIfAbsent(pointer, parser.currentTokenLocation());
        }
        JsonToken token = parser.currentToken();
        return switch (token == null ? JsonToken.NOT_AVAILABLE : token) {
            case START_OBJECT -> object(pointer, depth);
            case START_ARRAY -> array(pointer, depth);
            case VALUE_STRING -> NODES.textNode(storable(pointer, parser.getText()));
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(pointer);
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            case VALUE_NULL -> NODES.nullNode();
            default -> throw wrong(pointer, "a value is missing");
        };
    }

    private ObjectNode object(String pointer, int depth) throws IOException {
        ObjectNode object = NODES.objectNode();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = storable(pointer, parser.currentName());
            String inside = pointer(pointer, name);
            if (object.has(name)) {
                throw wrong(inside, "the key '" + Texts.cut(Texts.oneLine(name), 60) + "' is there twice");
            }
            if (depth < REMEMBERED_DEPTH) {
                places.put(inside, parser.currentTokenLocation());
            }
            parser.nextToken();
            object.set(name, value(inside, depth + 1));
        }
        return object;
    }

    private ArrayNode array(String pointer, int depth) throws IOException {
        ArrayNode array = NODES.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            array.add(value(pointer + "/" + array.size(), depth + 1));
        }
        return array;
    }

    private JsonNode number(String pointer) throws IOException {
        try {
            return switch (parser.getNumberType()) {
                case INT -> NODES.numberNode(parser.getIntValue());
                case LONG -> NODES.numberNode(parser.getLongValue());
                case BIG_INTEGER -> NODES.numberNode(parser.getBigIntegerValue());
                default -> NODES.numberNode(parser.getDecimalValue());
            };
        } catch (ArithmeticException | NumberFormatException e) {
            throw wrong(pointer, "a number that can't be kept");
        }
    }

    /** PostgreSQL keeps neither NUL nor half of a surrogate pair. */
    private String storable(String pointer, String text) {
        if (text.indexOf(0) >= 0) {
            throw wrong(pointer, "a NUL character (\\u0000), which can't be kept");
        }
        if (text.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
            throw wrong(pointer, "half of a surrogate pair (\\uD800 to \\uDFFF), which can't be kept");
        }
        return text;
    }

    private WrongUsage wrong(String pointer, String what) {
        return wrong(parser.currentTokenLocation(), pointer, what);
    }

    private WrongUsage wrong(@Nullable JsonLocation at, String pointer, String what) {
        String place = at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
        String inside =
                pointer.isEmpty() ? "" : (place.isEmpty() ? " at " : ", ") + Texts.oneLine(Texts.cut(pointer, 200));
        return new WrongUsage(source + " can't be read" + place + inside + ": " + what + ".");
    }

    private static String text(String source, byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length + 1);
        CoderResult result = decoder.decode(in, out, true);
        if (result.isError()) {
            throw new WrongUsage(source + " is not UTF-8" + guess(bytes) + ": the first byte that isn't is number "
                    + (in.position() + 1) + ".");
        }
        String text = out.flip().toString();
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    private static String guess(byte[] bytes) {
        int first = bytes.length < 2 ? 0 : (bytes[0] & 0xFF) << 8 | (bytes[1] & 0xFF);
        return first == 0xFFFE || first == 0xFEFF ? " (it looks like UTF-16)" : "";
    }

    private static JsonFactory factory() {
        return JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .maxStringLength(MAX_STRING_CHARS)
                        .maxNumberLength(MAX_NUMBER_CHARS)
                        .maxNameLength(MAX_NAME_CHARS)
                        .build())
                // Names come from strangers: interning them would fill memory that is never given back.
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .build();
    }
}

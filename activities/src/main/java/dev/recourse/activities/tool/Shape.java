package dev.recourse.activities.tool;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/** What a document of ours that is no tool's input must look like: a call, a batch. */
public final class Shape {

    private final SchemaCheck check;

    private Shape(JsonNode schema) {
        this.check = new SchemaCheck(schema);
    }

    /** The shape in {@code requests/<name>.json} on the classpath. */
    public static Shape load(String name) {
        try (InputStream in = Shape.class.getResourceAsStream("/requests/" + name + ".json")) {
            if (in == null) {
                throw new IllegalStateException("There is no requests/" + name + ".json.");
            }
            return new Shape(Json.read(in.readAllBytes()));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /**
     * Lets a document through that has the shape.
     *
     * @return the document itself
     * @throws ToolFailure {@code VALIDATION_ERROR} with a violation per field
     */
    public JsonNode accept(JsonNode document) {
        List<Violation> violations = check.check(document);
        if (!violations.isEmpty()) {
            throw ToolFailure.invalid(violations);
        }
        return document;
    }
}

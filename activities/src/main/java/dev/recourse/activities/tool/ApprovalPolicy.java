package dev.recourse.activities.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whose calls of a tool need somebody's approval: {@code false}, {@code true}, {@code {"source": ["agent"]}}, or
 * {@code "sometimes"}, where the tool itself says so ({@link AsksApproval}).
 */
public final class ApprovalPolicy {
    private static final String SOMETIMES = "sometimes";

    private static final List<String> SOURCES = List.of("cli", "api", "agent", "ui", "webhook");

    private final JsonNode written;

    private ApprovalPolicy(JsonNode written) {
        this.written = written;
    }

    /** What a schema file says under {@code requires_approval}; nothing means false. */
    static ApprovalPolicy of(SchemaFile file, JsonNode written) {
        if (written.isMissingNode()) {
            return new ApprovalPolicy(BooleanNode.FALSE);
        }
        boolean known = written.isBoolean() || written.equals(TextNode.valueOf(SOMETIMES)) || sources(written);
        if (!known) {
            throw file.wrong(
                    "/requires_approval",
                    "must be true, false, \"sometimes\" or {\"source\": […]} with some of " + SOURCES);
        }
        return new ApprovalPolicy(written.deepCopy());
    }

    private static boolean sources(JsonNode written) {
        List<String> named = new ArrayList<>();
        written.path("source").forEach(each -> named.add(each.asText()));
        return written.isObject()
                && written.size() == 1
                && written.path("source").isArray()
                && !named.isEmpty()
                && SOURCES.containsAll(named);
    }

    /** Whether no call of the tool ever needs one. */
    public boolean never() {
        return written.isBoolean() && !written.booleanValue();
    }

    /** Whether the tool itself says which calls do. */
    public boolean sometimes() {
        return written.isTextual();
    }

    /** Why a call that came in this way needs one, as far as the schema says it. */
    Optional<ApprovalReason> because(String source) {
        if (written.isBoolean()) {
            return never() ? Optional.empty() : Optional.of(new ApprovalReason("APPROVAL_ALWAYS"));
        }
        for (JsonNode named : written.path("source")) {
            if (named.asText().equals(source)) {
                return Optional.of(new ApprovalReason("APPROVAL_OF_SOURCE", Map.of("source", source)));
            }
        }
        return Optional.empty();
    }

    /** As in the schema file. */
    public JsonNode json() {
        return written.isObject()
                ? JsonNodeFactory.instance
                        .objectNode()
                        .set("source", written.path("source").deepCopy())
                : written;
    }

    @Override
    public String toString() {
        return Json.write(written);
    }
}

package dev.recourse.activities.call;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.tool.ErrorType;
import dev.recourse.activities.tool.Json;
import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.activities.tool.Violation;
import dev.recourse.db.Database;
import dev.recourse.db.ledger.Request;
import dev.recourse.db.workspace.Workspaces;
import io.temporal.activity.ActivityInfo;
import io.temporal.api.common.v1.Payload;
import io.temporal.common.converter.DataConverterException;
import io.temporal.common.converter.EncodedValues;
import io.temporal.common.converter.RawValue;
import io.temporal.common.interceptors.Header;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Turns what Temporal delivers into one {@link Call}: the only reader of headers, payloads and activity infos. */
final class Calls {

    /** Of one JSON value in a ledger row; a longer one is kept as hash and beginning. */
    private static final int STORED_CHARS = 64 * 1024;

    private static final int STORED_PREFIX = 1000;

    private final Database database;
    private final Identity.Key key;
    private final Unsigned unsigned;
    private final Map<String, UUID> slugs = new ConcurrentHashMap<>();

    Calls(Database database, Identity.Key key, Unsigned unsigned) {
        this.database = database;
        this.key = key;
        this.unsigned = unsigned;
    }

    /**
     * Who a call without an identity acts as: the worker's own service principal, in the workspace that the call names.
     *
     * @param workspace where it names none
     */
    record Unsigned(UUID workspace, String principal) {}

    /** Who calls and where, or why that is not believed. */
    private record Who(
            UUID workspace, Identity identity, @Nullable ToolFailure refused) {}

    Call of(ActivityInfo info, Header header, EncodedValues arguments) {
        Input input = Input.of(arguments);
        ToolFailure refused = input.refused();
        CallKey callKey = CallKey.NONE;
        try {
            callKey = key(arguments);
        } catch (ToolFailure wrongKey) {
            refused = wrongKey;
        }
        Who who = who(header, callKey, info.getWorkflowId());
        return call(info, input, callKey, who, who.refused() != null ? who.refused() : refused);
    }

    private Call call(ActivityInfo info, Input input, CallKey callKey, Who who, @Nullable ToolFailure refused) {
        String place = info.getWorkflowId() + "/" + info.getWorkflowRunId() + "/" + info.getActivityId();
        UUID session = who.identity().agentSessionId() == null
                ? callKey.agentSessionId()
                : who.identity().agentSessionId();
        Request request = new Request(
                callKey.executionId(who.workspace(), place),
                shortened(info.getActivityType()),
                Request.Kind.DO,
                input.stored(),
                hash(info.getActivityType(), input),
                who.identity().principal(),
                session,
                who.identity().sessionId(),
                context(who.identity(), callKey),
                callKey.batchId(),
                callKey.step(),
                null,
                storable(info.getWorkflowId()),
                info.getWorkflowRunId(),
                storable(info.getActivityId()),
                Instant.now());
        return new Call(who.workspace(), request, input.json(), callKey, timeLeft(info), info.getAttempt(), refused);
    }

    /** Another call by the same caller in the same workflow: the one that a bookkeeping activity is about. */
    static Call about(Call carrier, String tool, JsonNode inputs, CallKey callKey) {
        Input input = Input.of(inputs);
        Request by = carrier.request();
        String place = by.workflowId() + "/" + by.runId() + "/" + by.activityId();
        Request request = new Request(
                callKey.executionId(carrier.workspace(), place),
                shortened(tool),
                Request.Kind.DO,
                input.stored(),
                hash(tool, input),
                by.principal(),
                by.agentSessionId(),
                by.sessionId(),
                by.context(),
                callKey.batchId(),
                callKey.step(),
                null,
                by.workflowId(),
                by.runId(),
                by.activityId(),
                by.startedAt());
        return new Call(carrier.workspace(), request, input.json(), callKey, carrier.timeLeft(), 1, carrier.refused());
    }

    private Who who(Header header, CallKey callKey, @Nullable String workflowId) {
        Payload signed = header.getValues().get(Identity.HEADER);
        if (signed == null) {
            Identity service = new Identity(
                    callKey.workspaceId() == null ? unsigned.workspace().toString() : callKey.workspaceId(),
                    unsigned.principal(),
                    "api",
                    callKey.agentSessionId(),
                    null);
            return in(service);
        }
        return key.check(signed, workflowId == null ? "" : workflowId)
                .map(this::in)
                .orElseGet(() -> nowhere("unknown", ToolFailure.denied("INVALID_IDENTITY")));
    }

    private Who in(Identity identity) {
        Optional<UUID> workspace = uuid(identity.workspace()).or(() -> known(identity.workspace()));
        return workspace
                .map(id -> new Who(id, identity, null))
                .orElseGet(() -> nowhere(identity.principal(), ToolFailure.denied("UNKNOWN_WORKSPACE")));
    }

    /** A slug stays its workspace's for ever, so it is asked for once. */
    private Optional<UUID> known(String slug) {
        Optional<UUID> found = Optional.ofNullable(slugs.get(slug));
        return found.isPresent()
                ? found
                : database.workspace(slug).map(id -> {
                    slugs.put(slug, id);
                    return id;
                });
    }

    private static Who nowhere(String principal, ToolFailure why) {
        return new Who(
                Workspaces.SYSTEM, new Identity(Workspaces.SYSTEM.toString(), principal, "api", null, null), why);
    }

    static Optional<UUID> uuid(String text) {
        try {
            return text.length() == 36 ? Optional.of(UUID.fromString(text)) : Optional.empty();
        } catch (IllegalArgumentException slug) {
            return Optional.empty();
        }
    }

    private static CallKey key(EncodedValues arguments) {
        if (arguments.getSize() < 2) {
            return CallKey.NONE;
        }
        try {
            JsonNode json = Json.read(bytes(arguments, 1));
            return json.isNull() ? CallKey.NONE : Json.bind(json, CallKey.class);
        } catch (IllegalStateException | DataConverterException wrong) {
            throw ToolFailure.invalid(List.of(new Violation("", "CALL_KEY_INVALID")));
        }
    }

    private static byte[] bytes(EncodedValues arguments, int index) {
        Payload payload = arguments.get(index, RawValue.class).getPayload();
        return payload.getData().isEmpty()
                ? "null".getBytes(StandardCharsets.UTF_8)
                : payload.getData().toByteArray();
    }

    private static String context(Identity identity, CallKey callKey) {
        ObjectNode context = JsonNodeFactory.instance.objectNode().put("source", identity.source());
        if (callKey.dryRun()) {
            context.put("dry_run", true);
        }
        return Json.write(context);
    }

    /** The same context, of a dry run. */
    static String rehearsed(String context) {
        return Json.write(((ObjectNode) Json.recorded(context)).put("dry_run", true));
    }

    /** Clients choose the ids of workflows, and not only Java those of activities. */
    private static @Nullable String storable(@Nullable String id) {
        return id == null ? null : Json.storable(id);
    }

    /** A local activity may have the time of all its attempts alone. */
    private static Duration timeLeft(ActivityInfo info) {
        Duration once = info.getStartToCloseTimeout();
        return once.isZero() ? info.getScheduleToCloseTimeout() : once;
    }

    static String shortened(String name) {
        String safe = Json.storable(name.isBlank() ? "?" : name);
        return safe.length() <= 200 ? safe : safe.substring(0, 199) + "…";
    }

    /** Of a value, however it is written; hex. */
    static String hash(JsonNode json) {
        return sha256(Json.canonical(json));
    }

    /** Of a call: its tool and its inputs, however they are written. */
    static String hash(String tool, JsonNode inputs) {
        return hash(tool, Input.of(inputs));
    }

    private static String hash(String tool, Input input) {
        return sha256((tool + "\0" + input.hash()).getBytes(StandardCharsets.UTF_8));
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing); // every JDK has it
        }
    }

    /**
     * The first argument.
     *
     * @param hash of what was sent, hex
     * @param stored as a ledger row takes it
     * @param refused why it is no JSON that a tool could take, or null
     */
    private record Input(
            JsonNode json,
            String hash,
            String stored,
            @Nullable ToolFailure refused) {

        static Input of(EncodedValues arguments) {
            byte[] raw = new byte[0];
            try {
                raw = arguments.getSize() == 0 ? raw : bytes(arguments, 0);
                return of(raw.length == 0 ? JsonNodeFactory.instance.objectNode() : Json.read(raw));
            } catch (ToolFailure unreadable) {
                String text = new String(raw, StandardCharsets.UTF_8);
                return new Input(
                        JsonNodeFactory.instance.objectNode(), sha256(raw), kept("_unreadable", text), unreadable);
            } catch (DataConverterException foreign) {
                ToolFailure failure = ToolFailure.of(ErrorType.VALIDATION_ERROR, "INVALID_JSON");
                return new Input(JsonNodeFactory.instance.objectNode(), sha256(raw), "{}", failure);
            }
        }

        static Input of(JsonNode json) {
            String text = Json.write(Json.storable(json));
            String stored = text.length() <= STORED_CHARS ? text : kept("_truncated", text);
            return new Input(json, sha256(Json.canonical(json)), stored, null);
        }

        private static String kept(String why, String text) {
            ObjectNode about = JsonNodeFactory.instance
                    .objectNode()
                    .put("sha256", sha256(text.getBytes(StandardCharsets.UTF_8)))
                    .put("chars", text.length())
                    .put("prefix", Json.storable(text.substring(0, Math.min(STORED_PREFIX, text.length()))));
            return Json.write(JsonNodeFactory.instance.objectNode().set(why, about));
        }
    }
}

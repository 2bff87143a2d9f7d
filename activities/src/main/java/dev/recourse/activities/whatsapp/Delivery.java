package dev.recourse.activities.whatsapp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.tool.Json;
import dev.recourse.db.ledger.ExecutionId;
import dev.recourse.db.ledger.Request;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The part of a webhook's body that concerns one number: what is in it and can be read. The rest is passed over, for a
 * delivery that is refused comes again for days.
 */
record Delivery(String phoneNumberId, List<Message> messages, List<Status> statuses) {
    private static final Set<String> STATUSES = Set.of("sent", "delivered", "read", "failed");
    private static final Pattern NUMBER = Pattern.compile("[0-9A-Za-z_-]{1,64}");
    private static final Pattern TYPE = Pattern.compile("[a-z_]{1,30}");
    private static final int LONGEST_WAMID = 512;
    private static final int LONGEST_PROFILE = 200;
    private static final int LONGEST_CODE = 50;

    /** The years that a timestamp may be from: anything else is none. */
    private static final long EARLIEST = Instant.parse("2009-01-01T00:00:00Z").getEpochSecond();

    private static final long LATEST = Instant.parse("2200-01-01T00:00:00Z").getEpochSecond();

    Delivery {
        messages = List.copyOf(messages);
        statuses = List.copyOf(statuses);
    }

    /**
     * A customer's message.
     *
     * @param from what WhatsApp calls the customer
     * @param profile how customers call themselves
     * @param content the vendor's object without what stands beside it here
     */
    record Message(String wamid, String from, @Nullable String profile, String type, JsonNode content, Instant at) {}

    /**
     * What became of a message of ours.
     *
     * @param execution what we gave the vendor to send back, if it is one of our ids
     * @param waId what WhatsApp calls the customer
     */
    record Status(
            String wamid,
            String status,
            Instant at,
            @Nullable UUID execution,
            @Nullable String waId,
            @Nullable String errorCode) {}

    /** Everything in a body, by number. */
    static List<Delivery> all(JsonNode body) {
        Map<String, Delivery> found = new LinkedHashMap<>();
        body.path("entry")
                .forEach(entry -> entry.path("changes").forEach(change -> {
                    JsonNode value = change.path("value");
                    String number = value.at("/metadata/phone_number_id").asText("");
                    if (NUMBER.matcher(number).matches()) {
                        found.merge(number, new Delivery(number, messages(value), statuses(value)), Delivery::and);
                    }
                }));
        return found.values().stream().filter(each -> !each.empty()).toList();
    }

    private Delivery and(Delivery more) {
        List<Message> allMessages = new ArrayList<>(messages);
        allMessages.addAll(more.messages);
        List<Status> allStatuses = new ArrayList<>(statuses);
        allStatuses.addAll(more.statuses);
        return new Delivery(phoneNumberId, allMessages, allStatuses);
    }

    private boolean empty() {
        return messages.isEmpty() && statuses.isEmpty();
    }

    /** Who acts: the vendor, on behalf of that number. */
    String principal() {
        return "webhook:" + phoneNumberId;
    }

    /** The same for every delivery of the same events. */
    UUID execution(UUID workspace) {
        return ExecutionId.ofActivity(workspace, principal() + "/" + hash());
    }

    /** What the ledger says of it: which events they were, not what customers wrote. */
    Request request(UUID id) {
        return new Request(
                id,
                Incoming.NAME,
                Request.Kind.DO,
                Json.write(events()),
                hash(),
                principal(),
                null,
                null,
                "{\"source\": \"webhook\"}",
                null,
                null,
                null,
                null,
                null,
                null,
                Instant.now());
    }

    private ObjectNode events() {
        ObjectNode events = JsonNodeFactory.instance.objectNode().put("phoneNumberId", phoneNumberId);
        ArrayNode heard = events.putArray("messages");
        messages.forEach(each -> heard.addObject().put("wamid", each.wamid).put("type", each.type));
        ArrayNode told = events.putArray("statuses");
        statuses.forEach(each -> told.addObject().put("wamid", each.wamid).put("status", each.status));
        return events;
    }

    private String hash() {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(Json.canonical(events()));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing); // every JDK has it
        }
    }

    private static List<Message> messages(JsonNode value) {
        Map<String, String> profiles = new LinkedHashMap<>();
        value.path("contacts")
                .forEach(contact -> profiles.put(
                        contact.path("wa_id").asText(""),
                        contact.at("/profile/name").asText("")));
        List<Message> messages = new ArrayList<>();
        value.path("messages").forEach(each -> message(each, profiles).ifPresent(messages::add));
        return messages;
    }

    private static Optional<Message> message(JsonNode written, Map<String, String> profiles) {
        String wamid = written.path("id").asText("");
        String from = written.path("from").asText("");
        Optional<Instant> at = at(written);
        if (!wamid(wamid) || !WaId.possible(from) || at.isEmpty()) {
            return Optional.empty();
        }
        String type = written.path("type").asText("");
        ObjectNode content = written.deepCopy();
        content.remove(List.of("id", "from", "timestamp", "type"));
        return Optional.of(new Message(
                wamid,
                from,
                profile(profiles.getOrDefault(from, "")),
                TYPE.matcher(type).matches() ? type : "unsupported",
                Json.storable(content),
                at.get()));
    }

    private static List<Status> statuses(JsonNode value) {
        List<Status> statuses = new ArrayList<>();
        value.path("statuses").forEach(each -> status(each).ifPresent(statuses::add));
        return statuses;
    }

    private static Optional<Status> status(JsonNode written) {
        String wamid = written.path("id").asText("");
        String status = written.path("status").asText("");
        Optional<Instant> at = at(written);
        if (!wamid(wamid) || !STATUSES.contains(status) || at.isEmpty()) {
            return Optional.empty();
        }
        String waId = written.path("recipient_id").asText("");
        return Optional.of(new Status(
                wamid,
                status,
                at.get(),
                Place.id(written.path("biz_opaque_callback_data").asText("")).orElse(null),
                WaId.possible(waId) ? waId : null,
                code(written.at("/errors/0/code").asText(""))));
    }

    private static boolean wamid(String id) {
        return !id.isBlank()
                && id.length() <= LONGEST_WAMID
                && Json.storable(id).equals(id);
    }

    /** Seconds, as text or as a number. */
    private static Optional<Instant> at(JsonNode written) {
        long seconds = written.path("timestamp").asLong(0);
        return seconds < EARLIEST || seconds > LATEST ? Optional.empty() : Optional.of(Instant.ofEpochSecond(seconds));
    }

    private static @Nullable String profile(String name) {
        String shown = Json.storable(name).strip();
        if (shown.isEmpty()) {
            return null;
        }
        return shown.codePointCount(0, shown.length()) <= LONGEST_PROFILE
                ? shown
                : shown.substring(0, shown.offsetByCodePoints(0, LONGEST_PROFILE));
    }

    private static @Nullable String code(String code) {
        return code.isBlank() || code.length() > LONGEST_CODE ? null : Json.storable(code);
    }
}

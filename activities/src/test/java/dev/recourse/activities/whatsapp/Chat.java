package dev.recourse.activities.whatsapp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.crm.Bench;
import dev.recourse.activities.tool.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A bench with a line in each workspace, and customers who write to it. */
final class Chat implements AutoCloseable {
    static final String NUMBER = "106540352242922";
    static final String ANA = "573001234567";

    /** A while ago, so that what is said then is in the past, and the window open. */
    final Instant start = Instant.now().minusSeconds(3600);

    /** What the clock of sending shows; null for the real time. */
    volatile @Nullable Instant now;

    private final VendorKeys keys =
            new VendorKeys("a secret for tests, at least 32 bytes".getBytes(StandardCharsets.UTF_8));
    private final Post post = Post.of(
            () -> {
                throw new AssertionError("nothing is sent here");
            },
            () -> keys,
            this::clock);

    final Bench bench = new Bench(tools -> Whatsapp.tools(tools, post));
    final Incoming incoming = new Incoming(bench.db.database());
    final UUID line = line(Bench.A, NUMBER);
    final UUID lineOfB = line(Bench.B, "206540352242922");

    /** Connects a number. */
    UUID line(UUID workspace, String number) {
        return new Switchboard(bench.db.database(), post, keys)
                .connect(workspace, number, "+576011234567", "The shop", VendorKey.of("key-of-" + number))
                .id();
    }

    private Instant clock() {
        Instant set = now;
        return set == null ? Instant.now() : set;
    }

    Incoming.Received receive(JsonNode body) {
        return incoming.receive(Bench.A, Json.write(body).getBytes(StandardCharsets.UTF_8));
    }

    /** The conversation in which a customer says something. */
    UUID says(String from, String wamid, String text, Instant at) {
        receive(body(NUMBER, value -> says(value, from, wamid, text, at)));
        return conversation(from);
    }

    UUID conversation(String waId) {
        return UUID.fromString(bench.db.cell("select id from conversations where wa_id = '" + waId + "'"));
    }

    static ObjectNode body(String number, Consumer<ObjectNode> what) {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("object", "whatsapp_business_account");
        ObjectNode value = body.putArray("entry")
                .addObject()
                .put("id", "1")
                .putArray("changes")
                .addObject()
                .put("field", "messages")
                .putObject("value")
                .put("messaging_product", "whatsapp");
        value.putObject("metadata").put("display_phone_number", "1").put("phone_number_id", number);
        what.accept(value);
        return body;
    }

    static void says(ObjectNode value, String from, String wamid, String text, Instant at) {
        ObjectNode contact = value.withArray("contacts").addObject().put("wa_id", from);
        contact.putObject("profile").put("name", "Ana de Cali");
        ObjectNode message = message(value, from, wamid, "text", at);
        message.putObject("text").put("body", text);
    }

    static ObjectNode message(ObjectNode value, String from, String wamid, String type, Instant at) {
        return value.withArray("messages")
                .addObject()
                .put("from", from)
                .put("id", wamid)
                .put("timestamp", String.valueOf(at.getEpochSecond()))
                .put("type", type);
    }

    static ObjectNode status(ObjectNode value, String wamid, String status, Instant at) {
        return value.withArray("statuses")
                .addObject()
                .put("id", wamid)
                .put("status", status)
                .put("timestamp", String.valueOf(at.getEpochSecond()))
                .put("recipient_id", ANA);
    }

    @Override
    public void close() {
        bench.close();
    }
}

package dev.recourse.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.tool.Json;
import dev.recourse.activities.whatsapp.Dialog360;
import dev.recourse.activities.whatsapp.Incoming;
import dev.recourse.activities.whatsapp.Post;
import dev.recourse.activities.whatsapp.Switchboard;
import dev.recourse.activities.whatsapp.VendorKey;
import dev.recourse.activities.whatsapp.VendorKeys;
import dev.recourse.db.TestDatabase;
import dev.recourse.worker.standin.StandIn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/** The whole stack with a connected number: what it sends goes to a stand-in, whose webhooks come back to it. */
final class Whatsapping implements AutoCloseable {
    static final String KEY = "stand-in-key";
    private static final String NUMBER = "106540352242922";
    private static final AtomicInteger PHONES = new AtomicInteger(1_000);

    final StandIn vendor;
    final TestStack stack;
    private final Dialog360 client;
    private final Switchboard switchboard;

    Whatsapping() {
        try {
            vendor = StandIn.start(StandIn.Options.USUAL);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        client = new Dialog360(vendor.url());
        VendorKeys keys = new VendorKeys("a secret for tests, at least 32 bytes".getBytes(StandardCharsets.UTF_8));
        Post post = Post.of(() -> client, () -> keys);
        stack = TestStack.sending(post);
        switchboard = new Switchboard(stack.db.database(), post, keys);
        switchboard.connect(TestDatabase.A, NUMBER, "+576011234567", "The shop", VendorKey.of(KEY));
        vendor.line(KEY, NUMBER, "+576011234567");
        Incoming incoming = new Incoming(stack.db.database());
        vendor.onEvent(
                event -> incoming.receive(TestDatabase.A, Json.write(event).getBytes(StandardCharsets.UTF_8)));
    }

    int fetchTemplates() {
        return switchboard.fetchTemplates(TestDatabase.A);
    }

    /** The id of a new contact. */
    UUID contact() {
        return contact("+57300555" + PHONES.incrementAndGet());
    }

    UUID contact(String phone) {
        JsonNode made = stack.call("crm.contact.create", "{\"name\": \"Ana\", \"phone\": \"" + phone + "\"}");
        return UUID.fromString(made.at("/outputs/contactId").asText());
    }

    /** Lets a contact write; gives WhatsApp's id of that, once it has arrived here. */
    String writes(UUID contact) {
        String phone = stack.db.cell("select phone from contacts where id = '" + contact + "'");
        String wamid = vendor.inbound(KEY, phone, "Hola");
        Eventually.holds(() -> !cell("select count(*) from messages where wamid = '" + wamid + "'")
                .equals("0"));
        return wamid;
    }

    String conversation(UUID contact) {
        return cell("select id from conversations where contact_id = '" + contact + "'");
    }

    /** The last message of a contact's conversation. */
    JsonNode last(UUID contact) {
        return stack.call(
                        "whatsapp.message.list",
                        "{\"conversationId\": \"" + conversation(contact) + "\", \"limit\": 1}")
                .at("/outputs/messages/0");
    }

    String cell(String sql) {
        return stack.db.cell(sql);
    }

    static ObjectNode inputs(String json) {
        return (ObjectNode) TestStack.json(json.replace('\'', '"'));
    }

    @Override
    public void close() {
        stack.close();
        client.close();
        try {
            vendor.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}

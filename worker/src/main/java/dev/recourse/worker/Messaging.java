package dev.recourse.worker;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.tool.Json;
import dev.recourse.activities.tool.Messages;
import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.activities.whatsapp.Incoming;
import dev.recourse.activities.whatsapp.Post;
import dev.recourse.activities.whatsapp.Switchboard;
import dev.recourse.activities.whatsapp.VendorKey;
import dev.recourse.db.Database;
import dev.recourse.db.whatsapp.Lines;
import java.util.Locale;
import java.util.function.Supplier;

/** What an operator does about WhatsApp: connects numbers, fetches templates, hands in what a webhook brought. */
public final class Messaging {

    private static final Locale SPOKEN = Locale.forLanguageTag("es-CO");

    private final Supplier<Database> database;
    private final Storage storage;
    private final Post post;
    private final Progress progress;

    Messaging(Supplier<Database> database, Storage storage, Post post, Progress progress) {
        this.database = database;
        this.storage = storage;
        this.post = post;
        this.progress = progress;
    }

    /** Connects a WhatsApp number to the workspace; answers the line. */
    public ObjectNode connect(String phoneNumberId, String phone, String name, VendorKey key) {
        Lines.Row line = switchboard().connect(storage.workspace(), phoneNumberId, phone, name, key);
        return done().put("line_id", line.id().toString())
                .put("phone_number_id", line.phoneNumberId())
                .put("phone", line.phone())
                .put("name", line.displayName())
                .put("default", line.isDefault());
    }

    /** Fetches WhatsApp's templates; answers how many there are, or the error. */
    public ObjectNode fetchTemplates() {
        Switchboard switchboard = switchboard();
        progress.doing("fetching the templates");
        try {
            return done().put("templates", switchboard.fetchTemplates(storage.workspace()));
        } catch (ToolFailure refused) {
            ObjectNode answer = JsonNodeFactory.instance.objectNode().put("status", "error");
            return answer.set("error", Json.tree(Messages.render(refused, SPOKEN)));
        }
    }

    /**
     * Takes in the body of a WhatsApp webhook; answers what was new in it.
     *
     * @throws WrongUsage if it is no JSON
     */
    public ObjectNode receive(byte[] body) {
        try {
            Incoming.Received received = new Incoming(database.get()).receive(storage.workspace(), body);
            ObjectNode answer = done().put("messages", received.messages())
                    .put("statuses", received.statuses())
                    .put("strangers", received.strangers());
            received.executions()
                    .forEach(id -> answer.withArray("execution_ids").add(id.toString()));
            return answer;
        } catch (ToolFailure unreadable) {
            throw new WrongUsage("The body of a webhook is JSON, and this is none that can be read: "
                    + Messages.render(unreadable, Locale.ENGLISH).message());
        }
    }

    private Switchboard switchboard() {
        return new Switchboard(database.get(), post, storage.vendorKeys());
    }

    private static ObjectNode done() {
        return JsonNodeFactory.instance.objectNode().put("status", "success");
    }
}

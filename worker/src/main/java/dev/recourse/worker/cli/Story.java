package dev.recourse.worker.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.worker.AuditQuery;
import dev.recourse.worker.Service;
import dev.recourse.worker.Settings;
import dev.recourse.worker.standin.StandIn;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/** The story that the demo tells: real calls in a workspace of their own, each with what it is meant to show. */
final class Story {
    /** An agent's batch that works: two contacts, tags, a change. */
    static final String TWO_CONTACTS = "two-contacts.json";

    /** One that fails at its third step of four: the phone is taken. */
    static final String TAKEN_PHONE = "taken-phone.json";

    private static final String INDENT = "   ";

    private static final String OPENING = """
            Recourse: every action an agent takes can be previewed, proven and taken back.
            This is the whole story, on a PostgreSQL and a Temporal of its own, in a folder
            that is gone when the story is over.
            """;

    private final Service service;
    private final Output output;
    private final Correspondence letters;
    private final ArrayNode chapters = JsonNodeFactory.instance.arrayNode();

    /**
     * A story that is not told yet.
     *
     * @param vendor where its messages go
     */
    Story(Service service, Output output, StandIn vendor) {
        this.service = service;
        this.letters = new Correspondence(service, vendor);
        this.output = output;
    }

    /** Tells it; as one JSON document at the end where that was asked for. */
    void tell() {
        say(OPENING);
        preview();
        UUID batch = real();
        halfWay();
        plan(batch);
        undo(batch);
        UUID customer = letters.begin();
        message(customer);
        lost(customer);
        ledger();
        say("\n" + NextSteps.text());
        if (!people()) {
            ObjectNode whole = JsonNodeFactory.instance.objectNode();
            whole.put("status", "success")
                    .put("agent_session_id", service.session().toString());
            whole.set("chapters", chapters);
            output.json(whole);
        }
    }

    private void preview() {
        open(1, "Preview", """
                An agent wants to add two contacts, tag both and correct a city: one batch of
                four calls. A dry run does the real work against the real rules of the database,
                and takes all of it back.
                """);
        ObjectNode answer = service.run(batch(TWO_CONTACTS, true));
        close("preview", answer, look -> BatchView.text(answer, look));
        expect(answer, "applied");
    }

    private UUID real() {
        open(2, "For real", """
                The same file again. It runs as a workflow, and every call leaves a row in the
                ledger that commits together with its effect.
                """);
        ObjectNode answer = service.run(batch(TWO_CONTACTS, false));
        close("run", answer, look -> BatchView.text(answer, look));
        expect(answer, "applied");
        return UUID.fromString(Values.text(answer, "batch_id"));
    }

    private void halfWay() {
        open(3, "When it fails half-way", """
                Another batch: its third call gives Ana's phone to somebody else. The batch is
                all or nothing, so the two calls that had worked are undone, and the fourth
                never runs. The error says what to do about it.
                """);
        ObjectNode answer = service.run(batch(TAKEN_PHONE, false));
        close("half_way", answer, look -> BatchView.text(answer, look));
        expect(answer, "rolled_back");
    }

    private void plan(UUID batch) {
        open(4, "A change of mind, planned", """
                The first batch was a mistake after all. A plan shows what undoing it would do,
                and what has been changed by others since. Nothing has: there are no conflicts.
                """);
        ObjectNode answer = service.rollback(batch, true);
        close("plan", answer, look -> RollbackView.text(answer, look));
        expect(answer, "planned");
    }

    private void undo(UUID batch) {
        open(5, "And done", """
                The newest change is undone first. Every undo is itself a call with its row.
                """);
        ObjectNode answer = service.rollback(batch, false);
        close("undo", answer, look -> RollbackView.text(answer, look));
        expect(answer, "undone");
    }

    private void message(UUID customer) {
        open(6, "What can't be taken back", """
                Marta writes to the shop. The agent answers with an order, a task and a message,
                in one batch. A message that is sent is sent: so it comes last, the dry run sends
                nothing, and the plan of a rollback says what it could not bring back. (What
                answers for WhatsApp here is a stand-in on this machine.)
                """);
        ObjectNode would = letters.orderAndMessage(customer, true);
        expect(would, "applied");
        ObjectNode answer = letters.orderAndMessage(customer, false);
        close("message", answer, look -> BatchView.text(answer, look));
        expect(answer, "applied");
        ObjectNode plan = service.rollback(UUID.fromString(Values.text(answer, "batch_id")), true);
        close("message_plan", plan, look -> RollbackView.text(plan, look));
        expect(plan, "planned");
    }

    private void lost(UUID customer) {
        open(7, "When nobody knows", """
                Another message, and the connection breaks before the answer is there. Has it
                been sent? Nobody knows, so that is what the call says, and it is not sent again.
                """);
        ObjectNode answer = letters.lost(customer);
        close("lost", answer, look -> CallView.text("whatsapp.message.send", answer, look));
        expect(answer, "error");
        String execution = Values.text(answer, "execution_id");
        JsonNode row = letters.settled(execution);
        say("""

                A moment later WhatsApp's own report names the call, and that settles it:
                it has been %s. Bodies that the stand-in got for it: %d.
                """.formatted(row.at("/resolution/outcome").asText(), letters.received(execution)));
        chapters.addObject().put("chapter", "settled").set("answer", row);
    }

    private void ledger() {
        open(8, "The proof", """
                The ledger of this session: what was tried, what was done, what was refused,
                what was undone, and what each of them changed.
                """);
        List<JsonNode> rows = service.audit(AuditQuery.ofSession(service.session()));
        ArrayNode all = JsonNodeFactory.instance.arrayNode().addAll(rows);
        close("ledger", all, look -> AuditView.text(rows, look));
    }

    private void open(int number, String title, String what) {
        say("\n" + Style.HEAD.paint(number + ". " + title, output.look()) + "\n\n" + what);
    }

    private void close(String name, JsonNode answer, Function<Look, String> view) {
        chapters.addObject().put("chapter", name).set("answer", answer);
        say("\n" + indented(view.apply(narrower(output.look()))));
    }

    private void say(String text) {
        if (people()) {
            output.print(text);
        }
    }

    private boolean people() {
        return output.format() == Output.Format.table;
    }

    /** The story tells what happens; where something else happens, it must not go on as if nothing were. */
    private static void expect(JsonNode answer, String status) {
        String is = Values.text(answer, "status");
        if (!is.equals(status)) {
            throw new IllegalStateException("The story should be at '" + status + "', but it is at '" + is + "'.");
        }
    }

    private ObjectNode batch(String file, boolean dryRun) {
        ObjectNode batch = BatchFile.read(file, bundled(file));
        batch.put("dry_run", dryRun);
        batch.put("agent_session_id", service.session().toString());
        batch.put("workspace_id", Settings.DEFAULT_WORKSPACE);
        return batch;
    }

    /** A batch file that comes with the program. */
    static byte[] bundled(String file) {
        try (InputStream in = Story.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException(file + " is not in the program.");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Look narrower(Look look) {
        return look.columns() == 0 ? look : new Look(look.columns() - INDENT.length(), look.colours(), look.zone());
    }

    private static String indented(String text) {
        return text.lines()
                .map(line -> line.isEmpty() ? "\n" : INDENT + line + "\n")
                .reduce("", String::concat);
    }
}

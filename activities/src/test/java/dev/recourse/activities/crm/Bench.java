package dev.recourse.activities.crm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.recourse.activities.tool.Catalogue;
import dev.recourse.activities.tool.Json;
import dev.recourse.activities.tool.Messages;
import dev.recourse.activities.tool.Tool;
import dev.recourse.activities.tool.ToolError;
import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.db.Scope;
import dev.recourse.db.TestDatabase;
import dev.recourse.db.Tx;
import dev.recourse.db.ledger.Answer;
import dev.recourse.db.ledger.Ledger;
import dev.recourse.db.ledger.Request;
import dev.recourse.db.ledger.Requests;
import dev.recourse.db.ledger.Undo;
import dev.recourse.db.workspace.Caller;
import dev.recourse.db.workspace.Callers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Runs tools on a database of its own, the way of every call: schema, claim, attempt, record, in one transaction. */
public final class Bench implements AutoCloseable {
    public static final UUID A = TestDatabase.A;
    public static final UUID B = TestDatabase.B;

    public final TestDatabase db = TestDatabase.fresh();
    public final Catalogue catalogue;

    Bench() {
        this(tools -> {});
    }

    /** With tools of other modules beside those of the CRM. */
    public Bench(Consumer<Catalogue.Builder> more) {
        Catalogue.Builder tools = Catalogue.builder();
        Crm.tools(tools);
        more.accept(tools);
        catalogue = tools.build();
    }

    /** How a call ended; either outputs or an error. */
    public record Ended(
            UUID execution,
            Answer.Outcome outcome,
            JsonNode outputs,
            @Nullable ToolError error) {

        /** The error, which there must be. */
        public ToolError refusal() {
            return Objects.requireNonNull(error, outputs::toString);
        }

        public String code() {
            return refusal().code();
        }

        public JsonNode details() {
            return Objects.requireNonNull(refusal().details());
        }

        /** The field that a validation error names first. */
        public String field() {
            return details().path(0).path("field").asText();
        }

        /** The contact that the error names. */
        UUID holder() {
            return id(details(), "contactId");
        }
    }

    /** Calls a tool in workspace A; quotes in the JSON may be single. */
    public Ended call(String tool, String json) {
        return call(A, tool, json);
    }

    public Ended call(UUID workspace, String tool, String json) {
        return call(workspace, tool, json(json), () -> {});
    }

    /** Calls a tool and does something while its transaction is still open. */
    public Ended call(UUID workspace, String tool, JsonNode inputs, Runnable beforeCommit) {
        UUID id = UUID.randomUUID();
        Request request = Requests.of(id, tool, Json.write(Json.storable(inputs)));
        return db.database().in(scope(workspace, id), tx -> {
            Ledger ledger = new Ledger(tx);
            assertThat(ledger.claim(request)).isEmpty();
            Ended ended = attempt(tx, workspace, id, tool, inputs);
            Answer answer = ended.error == null
                    ? Answer.success(Json.write(ended.outputs))
                    : Answer.notApplied(Json.write(Json.tree(ended.error)), null);
            Answer.Outcome outcome = ledger.record(request, answer).outcome();
            beforeCommit.run();
            return new Ended(id, outcome, ended.outputs, ended.error);
        });
    }

    /** The outputs of a call that must succeed. */
    public JsonNode ok(String tool, String json) {
        return ok(A, tool, json);
    }

    public JsonNode ok(UUID workspace, String tool, String json) {
        Ended ended = call(workspace, tool, json);
        assertThat(ended.error).isNull();
        return ended.outputs;
    }

    /** The id of a new contact in workspace A. */
    public UUID contact(String name, String phone) {
        return contact(A, name, phone);
    }

    public UUID contact(UUID workspace, String name, String phone) {
        return id(
                ok(workspace, "crm.contact.create", "{'name': '" + name + "', 'phone': '" + phone + "'}"), "contactId");
    }

    public static UUID id(JsonNode outputs, String field) {
        return UUID.fromString(outputs.path(field).asText());
    }

    static JsonNode json(String text) {
        return Json.read(text.replace('\'', '"'));
    }

    /** Runs a statement that no trigger watches, for what no tool makes. */
    void byHand(String sql) {
        db.as_superuser("set session_replication_role = replica; " + sql);
    }

    /** The id of a new pipeline with these stages. */
    UUID pipeline(UUID workspace, String name, String... stages) {
        UUID pipeline = UUID.randomUUID();
        byHand("insert into pipelines (workspace_id, id, name, name_key) values ('%s', '%s', '%s', '%s')"
                .formatted(workspace, pipeline, name, Line.key(name)));
        for (int i = 0; i < stages.length; i++) {
            byHand("insert into pipeline_stages (workspace_id, id, pipeline_id, name, name_key, position)"
                    + " values ('%s', '%s', '%s', '%s', '%s', %d)"
                            .formatted(workspace, UUID.randomUUID(), pipeline, stages[i], Line.key(stages[i]), i));
        }
        return pipeline;
    }

    public static String of(UUID contact) {
        return "{'contactId': '" + contact + "'}";
    }

    public static String of(UUID contact, String more) {
        return "{'contactId': '" + contact + "', " + more + "}";
    }

    /** Takes one execution back; nothing may be in the way but what is kept. */
    public List<Undo.Obstacle> takeBack(UUID original) {
        return takeBack(original, () -> {});
    }

    private List<Undo.Obstacle> takeBack(UUID original, Runnable beforeCommit) {
        UUID id = UUID.randomUUID();
        Request request = Requests.of(id, "system.execution.undo", "{}").undoing(id, original, null, null);
        return db.database().in(scope(A, id), tx -> {
            Ledger ledger = new Ledger(tx);
            assertThat(ledger.claim(request)).isEmpty();
            List<Undo.Obstacle> met = new Undo(tx).of(original);
            assertThat(met).noneMatch(Undo.Obstacle::conflict);
            ledger.record(request, Answer.success("{}"));
            beforeCommit.run();
            return met;
        });
    }

    /** What stands in the way of taking an execution back; nothing is taken back. */
    List<Undo.Obstacle> obstacles(UUID original) {
        class TakenBack extends RuntimeException {
            private static final long serialVersionUID = 1L;
        }
        List<Undo.Obstacle> met = new ArrayList<>();
        UUID id = UUID.randomUUID();
        assertThatThrownBy(() -> db.database().in(scope(A, id), tx -> {
                    met.addAll(new Undo(tx).of(original));
                    throw new TakenBack();
                }))
                .isInstanceOf(TakenBack.class);
        return met;
    }

    /** Makes the first call and, before it commits, starts the second, which must have to wait; both answers. */
    List<Ended> overlapping(String tool, String first, String second) {
        Waiting<Ended> other = new Waiting<>(() -> call(A, tool, second));
        Ended one = call(A, tool, json(first), other);
        return List.of(one, other.answer());
    }

    /** Takes an execution back and, before that commits, makes a call, which must have to wait. */
    Ended whileTakingBack(UUID original, String tool, String inputs) {
        Waiting<Ended> other = new Waiting<>(() -> call(tool, inputs));
        takeBack(original, other);
        return other.answer();
    }

    /** Takes an execution back while a call is not committed yet. */
    List<Undo.Obstacle> takeBackDuring(UUID original, String tool, String inputs) {
        Waiting<List<Undo.Obstacle>> other = new Waiting<>(() -> takeBack(original));
        call(A, tool, json(inputs), other);
        return other.answer();
    }

    /** Work that is started while a transaction is open, and must have to wait for it. */
    private final class Waiting<T> implements Runnable {
        private final CompletableFuture<T> work = new CompletableFuture<>();
        private final Supplier<T> what;

        Waiting(Supplier<T> what) {
            this.what = what;
        }

        @Override
        public void run() {
            work.completeAsync(what);
            String waiting = "select count(*) from pg_stat_activity"
                    + " where datname = current_database() and wait_event_type = 'Lock'";
            while (db.cell(waiting).equals("0")) {
                assertThat(work).as("it should have to wait").isNotDone();
            }
        }

        T answer() {
            return work.join();
        }
    }

    private Ended attempt(Tx tx, UUID workspace, UUID id, String name, JsonNode inputs) {
        Caller caller = new Callers(tx).find(workspace, TestDatabase.OWNER).orElseThrow();
        Tool tool = catalogue.find(name).orElseThrow();
        assertThat(tool.spec().permittedTo(caller.permissions())).isTrue();
        try {
            JsonNode accepted = tool.spec().accept(inputs);
            JsonNode outputs = tx.attempt(() -> tool.run(tx, caller, id, accepted));
            assertThat(tool.spec().checkOutput(outputs)).as("%s", outputs).isEmpty();
            assertThat(tool.spec().said(outputs, Locale.ENGLISH)).doesNotContain("{", "?");
            return new Ended(id, Answer.Outcome.NONE, outputs, null);
        } catch (ToolFailure refused) {
            ToolError error = Messages.render(refused, caller.locale());
            return new Ended(id, Answer.Outcome.NONE, Json.read("{}"), error);
        }
    }

    private static Scope scope(UUID workspace, UUID id) {
        return Scope.of(workspace).by(TestDatabase.OWNER).executing(id);
    }

    @Override
    public void close() {
        db.close();
    }
}

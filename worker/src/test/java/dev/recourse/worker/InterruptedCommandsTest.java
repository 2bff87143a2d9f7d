package dev.recourse.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.tool.Json;
import dev.recourse.db.TestDatabase;
import dev.recourse.db.workspace.Workspaces;
import dev.recourse.worker.Child.Ended;
import dev.recourse.worker.Held.Mark;
import dev.recourse.worker.Held.Place;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A command that is stopped, killed or left without its database in the middle of a batch: all, nothing, or told. */
@Tag("own-servers")
@SuppressWarnings("NullAway.Init")
final class InterruptedCommandsTest {

    private static final int CALLS = 110;
    private static final int AT = 55;

    @TempDir
    private static Path folder;

    private static TestDatabase db;
    private static Held held;
    private static String contact;

    @BeforeAll
    static void a_database_with_a_contact_in_it() {
        db = TestDatabase.fresh();
        Workspaces.addMember(db.database(), TestDatabase.A, "local", "owner");
        held = new Held(db.address());
        try (Service service = Service.open(Settings.read(Settings.Flags.NONE, environment()), Progress.SILENT)) {
            contact = service.call("crm.contact.create", Workers.contact("Eva", "3200000000"), false, null)
                    .at("/outputs/contactId")
                    .asText();
        }
    }

    @AfterAll
    static void close() {
        db.close();
    }

    @Test
    void ctrl_c_in_the_middle_of_a_batch_undoes_it_and_stops_the_database_that_the_command_started() throws Exception {
        UUID batch = UUID.randomUUID();
        Ended ended;
        try (Child child = run(Map.of(), CommandsTest.batch(batch, "Home", 321, CALLS, -1))) {
            child.says("step ").signal("INT");
            ended = child.end();
        }

        assertThat(ended.code()).as(ended.err()).isEqualTo(130);
        assertUndone(ended);
        assertThat(CommandsTest.processesIn(folder)).isEmpty();
        try (HomeDatabase home = new HomeDatabase(folder)) {
            Superuser here = home.superuser();
            assertThat(here.cell("select count(*) from contacts")).isEqualTo("0");
            assertThat(here.cell("select status from tool_batches where id = '" + batch + "'"))
                    .isEqualTo("rolled_back");
        }
    }

    @Test
    void a_command_that_is_told_to_stop_in_the_middle_of_a_batch_undoes_it() throws Exception {
        String before = db.business();
        UUID batch = UUID.randomUUID();
        Ended ended;
        try (Mark mark = held.at(Place.BEFORE_EFFECT);
                Child child = run(environment(), batch(batch, true, 323, mark))) {
            mark.await();
            child.signal("TERM");
            child.says("interrupted: rolling back");
            mark.release();
            ended = child.end();
        }

        assertThat(ended.code()).as(ended.err()).isEqualTo(143);
        assertUndone(ended);
        assertThat(undone(batch)).isEqualTo(done(batch)).hasSizeGreaterThanOrEqualTo(AT);
        assertThat(db.business()).isEqualTo(before);
    }

    @Test
    void the_next_command_ends_what_a_killed_one_left_and_takes_back_what_was_all_or_nothing() throws Exception {
        String before = db.business();
        UUID whole = UUID.randomUUID();
        try (Mark mark = held.at(Place.BEFORE_EFFECT);
                Child child = run(environment(), batch(whole, true, 318, mark))) {
            mark.await();
            child.signal("KILL");
            assertThat(child.end().code()).isEqualTo(137);
        }
        assertThat(done(whole)).hasSize(AT);

        Ended audited = audit(whole);

        assertThat(audited.code()).as(audited.err()).isZero();
        assertThat(audited.err()).contains("rolling back batch " + whole);
        assertThat(Json.read(audited.out())).hasSize(2 * AT);
        assertThat(undone(whole)).isEqualTo(done(whole)).hasSize(AT);
        assertThat(status(whole)).isEqualTo("rolled_back");
        assertThat(db.business()).isEqualTo(before);
    }

    @Test
    void the_next_command_keeps_what_a_killed_one_did_of_a_batch_that_was_not_atomic() throws Exception {
        UUID parts = UUID.randomUUID();
        String standing;
        try (Mark mark = held.at(Place.BEFORE_EFFECT);
                Child child = run(environment(), batch(parts, false, 319, mark))) {
            mark.await();
            standing = db.business();
            child.signal("KILL");
            child.end();
        }

        Ended audited = audit(parts);

        assertThat(audited.code()).as(audited.err()).isZero();
        assertThat(audited.err()).contains("closing batch " + parts).doesNotContain("rolling back");
        assertThat(Json.read(audited.out())).hasSize(AT);
        assertThat(undone(parts)).isEmpty();
        assertThat(status(parts)).isEqualTo("partial");
        assertThat(db.business()).isEqualTo(standing);
    }

    @Test
    void a_database_that_is_gone_for_good_is_exit_code_5_and_the_next_command_settles_the_rest() throws Exception {
        UUID batch = UUID.randomUUID();
        Ended ended;
        try (Child child = run(Map.of(), CommandsTest.batch(batch, "Gone", 322, CALLS, -1))) {
            child.says("step ");
            ProcessHandle server = ProcessHandle.of(postmaster()).orElseThrow();
            server.destroyForcibly();
            ended = child.end();
        }
        Ended next =
                Child.run(folder, Map.of(), "", "call", "crm.contact.list", "{\"search\": \"Gone\"}", "-o", "json");

        assertThat(ended.code()).as(ended.err()).isEqualTo(5);
        assertThat(Json.read(ended.out()).at("/error/code").asText()).isEqualTo("SERVICE_UNAVAILABLE");
        assertThat(ended.err()).contains("PostgreSQL does not answer").doesNotContain("\tat ", "Exception");
        assertThat(next.code()).as(next.err() + next.out()).isZero();
        assertThat(next.err()).contains("rolling back batch " + batch);
        assertThat(Json.read(next.out()).at("/outputs/contacts")).isEmpty();
    }

    private static Child run(Map<String, String> environment, String batch) throws Exception {
        Path file = Files.writeString(Files.createTempFile(folder, "batch", ".json"), batch);
        return Child.start(folder, environment, "run", file.toString(), "-o", "json");
    }

    private static Ended audit(UUID batch) throws Exception {
        return Child.run(
                folder, environment(), "", "audit", "--batch", batch.toString(), "--limit", "1000", "-o", "json");
    }

    /** Creations but for the second call, a change of what was there before; one in the middle is held. */
    private static String batch(UUID id, boolean atomic, int prefix, Mark mark) {
        ObjectNode file = (ObjectNode) Json.read(CommandsTest.batch(id, id.toString(), prefix, CALLS, -1));
        file.put("atomic", atomic);
        ObjectNode change = (ObjectNode) file.at("/calls/1");
        change.put("tool", "crm.contact.update")
                .putObject("inputs")
                .put("contactId", contact)
                .put("city", "City " + prefix);
        ((ObjectNode) file.at("/calls/" + AT + "/inputs")).put("name", mark.name());
        return Json.write(file);
    }

    private static Map<String, String> environment() {
        return Map.of(
                "RECOURSE_HOME",
                folder.resolve("other").toString(),
                "DATABASE_URL",
                Child.url(db.address()),
                "RECOURSE_WORKSPACE",
                "a");
    }

    /** It was in the middle, and answered that nothing stays. */
    private static void assertUndone(Ended ended) {
        JsonNode answer = Json.read(ended.out());
        assertThat(answer.path("status").asText()).isEqualTo("rolled_back");
        assertThat(answer.path("steps").findValuesAsText("status"))
                .hasSize(CALLS)
                .containsOnly("undone", "not_run");
        assertThat(ended.err()).contains("interrupted: rolling back").doesNotContain("\tat ", "Exception");
    }

    /** The executions of a batch that were applied. */
    private static List<String> done(UUID batch) {
        return db.rows("select id from tool_executions where batch_id = '" + batch
                + "' and kind = 'do' and outcome = 'applied' order by 1");
    }

    /** What was undone of a batch, as often as it was. */
    private static List<String> undone(UUID batch) {
        return db.rows("select compensates from tool_executions where batch_id = '" + batch
                + "' and kind = 'undo' and outcome = 'applied' order by 1");
    }

    private static String status(UUID batch) {
        return db.cell("select status from tool_batches where id = '" + batch + "'");
    }

    private static long postmaster() throws Exception {
        try (Stream<String> lines = Files.lines(folder.resolve("home/postgres/data/postmaster.pid"))) {
            return Long.parseLong(lines.findFirst().orElseThrow().strip());
        }
    }
}

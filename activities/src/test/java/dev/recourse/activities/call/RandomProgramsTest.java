package dev.recourse.activities.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import dev.recourse.activities.crm.Crm;
import dev.recourse.activities.system.SystemTools;
import dev.recourse.activities.tool.Catalogue;
import dev.recourse.activities.tool.Json;
import dev.recourse.db.Meanwhile;
import dev.recourse.db.TestDatabase;
import dev.recourse.db.ledger.Answer;
import dev.recourse.db.ledger.Request;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Random programs of tool calls through the gate, with people's edits between and during them, rolled back newest first:
 * what people did always stays, everything else is as before, or a conflict is told and nothing of that execution changed.
 *
 * <p>{@code -Dprograms.seed=N} runs one program, {@code -Dprograms=N} so many.
 */
@Timeout(240)
final class RandomProgramsTest {

    private static final int PROGRAMS = Integer.getInteger("programs", 2000);
    private static final List<String> TAGS = List.of("vip", "VIP", "cali", "nuevo", "otro");

    /** Everybody works at the same few contacts, so that they meet. */
    private static final int PHONES = 6;

    @Test
    void what_people_did_stays_and_all_else_is_as_before() {
        @Nullable Integer one = Integer.getInteger("programs.seed");
        try (Bench bench = new Bench()) {
            bench.run(one == null ? IntStream.range(0, PROGRAMS) : IntStream.of(one));

            if (one == null) {
                assertThat(List.of(bench.undone.get(), bench.conflicts.get(), bench.kept.get(), bench.waited.get()))
                        .as("%s: the programs must reach all of it", bench)
                        .allMatch(count -> count > PROGRAMS / 100);
                assertThat(bench.clean.get()).as(bench.toString()).isGreaterThan(PROGRAMS / 10);
            }
        }
    }

    /** The programs are worth something: an undo that is broken on purpose does not get past them. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "overwrites what others wrote since | obstacles | s.moved is not null | false"
                        + " | take_back | path::text <> all (moved) | true",
                "sees no conflict but leaves what moved | obstacles | s.moved is not null | false | | |",
                "goes oldest first | undo | order by seq desc | order by seq | | |",
                "removes rows that others point at | undo_change | pointing is not null | false | | |",
                "puts back whole rows | touched | b.value is distinct from a.value and | | | |"
            })
    void an_undo_that_is_broken_is_found(
            String how,
            String function,
            String right,
            @Nullable String wrong,
            @Nullable String other,
            @Nullable String otherRight,
            @Nullable String otherWrong) {
        try (Bench bench = new Bench()) {
            bench.breakUndo(function, right, Objects.requireNonNullElse(wrong, ""));
            if (other != null && otherRight != null) {
                bench.breakUndo(other, otherRight, Objects.requireNonNullElse(otherWrong, ""));
            }

            Throwable found = catchThrowable(() -> bench.run(IntStream.range(0, 200)));

            assertThat(found).as("an undo that %s", how).hasMessageContaining("-Dprograms.seed=");
        }
    }

    /** The gate as a worker has it, on a database of its own, and connections to look and meddle with. */
    private static final class Bench implements AutoCloseable {
        private final TestDatabase db = TestDatabase.fresh();
        private final Gate gate = new Gate(db.database(), new Attempt(catalogue()));
        private final Queue<Human> humans = new ConcurrentLinkedQueue<>();
        private final AtomicInteger undone = new AtomicInteger();
        private final AtomicInteger conflicts = new AtomicInteger();
        private final AtomicInteger kept = new AtomicInteger();
        private final AtomicInteger waited = new AtomicInteger();
        private final AtomicInteger edits = new AtomicInteger();
        private final AtomicInteger clean = new AtomicInteger();

        private static Catalogue catalogue() {
            Catalogue.Builder tools = Catalogue.builder();
            Crm.tools(tools);
            SystemTools.tools(tools);
            return tools.build();
        }

        void run(IntStream seeds) {
            Queue<AssertionError> wrong = new ConcurrentLinkedQueue<>();
            seeds.parallel().filter(seed -> wrong.isEmpty()).forEach(seed -> {
                Human eye = human();
                Human hand = human();
                try {
                    new Program(this, seed, eye, hand).run();
                    humans.add(eye);
                    humans.add(hand);
                } catch (AssertionError | RuntimeException failed) {
                    wrong.add(new AssertionError("-Dprograms.seed=" + seed + ": " + failed.getMessage(), failed));
                }
            });
            if (!wrong.isEmpty()) {
                throw wrong.remove();
            }
        }

        private Human human() {
            Human free = humans.poll();
            return free == null ? new Human(db) : free;
        }

        void breakUndo(String function, String right, String wrong) {
            String source = db.cell("select pg_get_functiondef('recourse." + function + "'::regproc)");
            assertThat(source).contains(right);
            db.as_superuser(source.replace(right, wrong));
        }

        @Override
        public String toString() {
            return "undone " + undone + ", conflicts " + conflicts + ", kept " + kept + ", waited " + waited
                    + ", human edits " + edits + ", programs rolled back whole " + clean;
        }

        @Override
        public void close() {
            humans.forEach(Human::close);
            db.close();
        }
    }

    /** An execution of the machine between the rows it found and the rows it left. */
    private record Done(UUID id, Rows before, Rows after) {}

    /** One program in a workspace of its own. */
    private static final class Program {
        private final Bench bench;
        private final Random random;
        private final Human eye;
        private final Human hand;
        private final UUID workspace;
        private final List<String> story = new ArrayList<>();
        private final List<Done> machine = new ArrayList<>();
        private final Set<String> keptTags = new TreeSet<>();
        private Rows now;
        private Rows people;

        Program(Bench bench, int seed, Human eye, Human hand) {
            this.bench = bench;
            this.random = new Random(seed * 7919L + 31);
            this.eye = eye;
            this.hand = hand;
            this.workspace = id();
            begin();
            this.now = eye.look(workspace);
            this.people = now.business();
        }

        private void begin() {
            UUID contact = id();
            UUID tag = id();
            hand.make(
                    "insert into workspaces (id, slug, name) values ('%1$s', 'w%1$s', 'W')".formatted(workspace),
                    "insert into workspace_members (workspace_id, id, handle, role) values ('%s', '%s', 'ana', 'owner')"
                            .formatted(workspace, id()),
                    "insert into tool_limits (workspace_id, module) values ('%1$s', 'crm'), ('%1$s', 'system')"
                            .formatted(workspace),
                    insertContact(contact, "Eva", 0),
                    insertContact(id(), "Leo", 1),
                    "insert into tags (workspace_id, id, name, name_key) values ('%s', '%s', 'vip', 'vip')"
                            .formatted(workspace, tag),
                    insertLink(contact.toString(), tag.toString()));
        }

        void run() {
            for (int calls = 2 + random.nextInt(4); calls > 0; calls--) {
                call().ifApplied(id -> machine.add(new Done(id, now, eye.look(workspace))));
                look();
                if (random.nextInt(3) == 0) {
                    byPeople(() -> humanEdit(anything()));
                }
            }
            boolean all = true;
            Collections.reverse(machine);
            for (Done done : machine) {
                all &= undo(done);
                if (random.nextInt(8) == 0) {
                    byPeople(() -> humanEdit(anything()));
                }
            }
            if (all) {
                bench.clean.incrementAndGet();
                Rows left = now.business();
                keptTags.stream().filter(tag -> !people.all().containsKey(tag)).forEach(left.all()::remove);
                assertThat(left)
                        .as(() -> told("people's edits alone", people, left))
                        .isEqualTo(people);
            }
        }

        private void look() {
            now = eye.look(workspace);
        }

        /** What people do shows in the model of what should be left in the end. */
        private void byPeople(Supplier<Boolean> edit) {
            Rows before = now;
            if (edit.get()) {
                bench.edits.incrementAndGet();
                look();
                people.follow(before.business(), now.business());
            }
        }

        private boolean humanEdit(List<String> statements) {
            if (statements.isEmpty()) { // an execution of their own
                story.add("PEOPLE call");
                return call().applied();
            }
            boolean done = hand.edit(statements.toArray(String[]::new));
            story.add((done ? "PEOPLE " : "PEOPLE, refused: ") + statements);
            return done;
        }

        // ---- undo

        private boolean undo(Done done) {
            Ended ended = random.nextInt(6) == 0 ? undoWhileEditing(done) : undoNow(done);
            story.add("UNDO " + done.id + " -> " + ended.told);
            Rows left = eye.look(workspace);
            Rows opinion = now.business().undone(done.before.business(), done.after.business());
            if (ended.code.equals("UNDO_CONFLICT")) {
                bench.conflicts.incrementAndGet();
                assertThat(left)
                        .as(() -> told("a conflict changes nothing", now, left))
                        .isEqualTo(now);
                assertThat(opinion)
                        .as(() -> "no conflict that we know of" + story())
                        .isNull();
            } else {
                assertThat(ended.code).as(this::story).isEmpty();
                Rows expected = Objects.requireNonNull(opinion, () -> "should be a conflict" + story());
                assertThat(left.business())
                        .as(() -> told("an undo", expected, left.business()))
                        .isEqualTo(expected);
                (ended.kept.isEmpty() ? bench.undone : bench.kept).incrementAndGet();
                keptTags.addAll(ended.kept);
            }
            now = left;
            return ended.code.isEmpty();
        }

        private Ended undoNow(Done done) {
            return through("system.execution.undo", Json.read("{\"executionId\": \"" + done.id + "\"}"));
        }

        /** Somebody holds a row that the undo needs, changes it and lets it go while the undo waits. */
        private Ended undoWhileEditing(Done done) {
            String row = done.before.all().keySet().stream()
                    .filter(key -> key.startsWith("contacts/"))
                    .filter(key -> !Objects.equals(
                            done.before.all().get(key), done.after.all().get(key)))
                    .filter(now.all()::containsKey)
                    .findFirst()
                    .orElse("");
            if (row.isEmpty()) {
                return undoNow(done);
            }
            String field = List.of("address", "city", "department").get(random.nextInt(3));
            String edit = "update contacts set " + field + " = 'held" + random.nextInt(3) + "' where id = '"
                    + row.substring("contacts/".length()) + "'";
            hand.begin(edit);
            CompletableFuture<Ended> undo = Meanwhile.doing(() -> undoNow(done));
            while (!undo.isDone() && !hand.blocks(eye)) {
                Thread.onSpinWait();
            }
            assertThat(undo).as(this::story).isNotDone();
            bench.waited.incrementAndGet();
            Rows before = now;
            Rows edited = before.copy();
            Objects.requireNonNull(edited.all().get(row)).put(field, "\"" + edit.split("'", 3)[1] + "\"");
            hand.commit();
            story.add("PEOPLE, while the undo waits: " + edit);
            bench.edits.incrementAndGet();
            now = edited;
            people.follow(before.business(), edited.business());
            return undo.join();
        }

        // ---- calls

        /** How a call ended: its code is empty if it went well. */
        private record Ended(UUID id, Answer.Outcome outcome, String code, List<String> kept, String told) {
            boolean applied() {
                return outcome == Answer.Outcome.APPLIED;
            }

            void ifApplied(java.util.function.Consumer<UUID> then) {
                if (applied()) {
                    then.accept(id);
                }
            }
        }

        private Ended call() {
            String contact = "\"contactId\": \"" + any("contacts/") + "\"";
            String phone = "\"phone\": \"+5730012300" + (10 + random.nextInt(PHONES)) + "\"";
            String tag = "\"tag\": \"" + TAGS.get(random.nextInt(TAGS.size())) + "\"";
            String field = "\"%s\": %s"
                    .formatted(
                            List.of("city", "address", "email").get(random.nextInt(3)),
                            random.nextInt(3) == 0 ? "null" : "\"x" + random.nextInt(3) + "@example.com\"");
            return switch (random.nextInt(9)) {
                case 0, 1 -> called("crm.contact.update", contact + ", " + field);
                case 2 ->
                    called("crm.contact.update", contact + ", " + phone + ", \"name\": \"N" + random.nextInt(3) + "\"");
                case 3 -> called("crm.contact.delete", contact);
                case 4 -> called("crm.contact.restore", contact);
                case 5, 6 -> called("crm.tag.add", contact + ", " + tag);
                case 7 -> called("crm.tag.remove", contact + ", " + tag);
                default ->
                    called(
                            "crm.contact.create",
                            "\"name\": \"Ana\", %s, \"tags\": [\"%s\", \"made\"]"
                                    .formatted(phone, TAGS.get(1 + random.nextInt(TAGS.size() - 1))));
            };
        }

        private Ended called(String tool, String fields) {
            Ended ended = through(tool, Json.read("{" + fields + "}"));
            story.add("CALL " + tool + " " + fields + " -> " + ended.told);
            return ended;
        }

        private Ended through(String tool, JsonNode inputs) {
            Gate.Passed passed = bench.gate.run(
                    new Call(workspace, request(tool, inputs), inputs, CallKey.NONE, Duration.ofSeconds(10), 1, null));
            Answered answer = passed.answer();
            List<String> kept = new ArrayList<>();
            answer.outputs().path("kept").forEach(row -> kept.add(row.asText()));
            String code = answer.error() == null ? "" : answer.error().code();
            return new Ended(
                    answer.executionId(), answer.outcome(), code, kept, code + " " + answer.executionId() + " " + kept);
        }

        private Request request(String tool, JsonNode inputs) {
            return new Request(
                    id(),
                    tool,
                    Request.Kind.DO,
                    Json.write(inputs),
                    "00",
                    TestDatabase.OWNER,
                    null,
                    null,
                    "{\"source\": \"api\"}",
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    Instant.now());
        }

        // ---- what people may do: statements, or none for a call of their own

        private List<String> anything() {
            String contact = any("contacts/");
            String tag = any("tags/");
            String link = any("contact_tags/");
            String set = "update contacts set %s where id = '" + contact + "'";
            return switch (random.nextInt(12)) {
                case 0 -> List.of(set.formatted("city = 'h" + random.nextInt(3) + "'"));
                case 1 -> List.of(set.formatted("name = 'H" + random.nextInt(3) + "', version = version + 1"));
                case 2 -> List.of(set.formatted("email = null, address = 'h" + random.nextInt(3) + "'"));
                case 3 ->
                    List.of(set.formatted("custom_fields = custom_fields || '{\"k" + random.nextInt(2) + "\": 1}'"));
                case 4 -> List.of(set.formatted("archived_at = " + (random.nextBoolean() ? "null" : "'2026-01-01'")));
                case 5 -> List.of(set.formatted("phone = '+5730012300" + (10 + random.nextInt(PHONES)) + "'"));
                case 6 -> List.of("update tags set color = '#00000" + random.nextInt(3) + "' where id = '" + tag + "'");
                case 7 -> List.of(insertLink(contact, tag));
                case 8 -> List.of("delete from contact_tags where id = '" + link + "'");
                case 9 ->
                    List.of(
                            "delete from contact_tags where contact_id = '" + contact + "'",
                            "delete from contacts where id = '" + contact + "'");
                case 10 -> List.of(insertContact(id(), "Hand", random.nextInt(PHONES)));
                default -> List.of();
            };
        }

        private String insertContact(UUID contact, String name, int phone) {
            return "insert into contacts (workspace_id, id, name, phone) values ('%s', '%s', '%s', '+5730012300%d')"
                    .formatted(workspace, contact, name, 10 + phone);
        }

        private String insertLink(String contact, String tag) {
            return "insert into contact_tags (workspace_id, id, contact_id, tag_id) values ('%s', '%s', '%s', '%s')"
                    .formatted(workspace, id(), contact, tag);
        }

        /** The id of some row of a table; one that is none where there is no row. */
        private String any(String table) {
            List<String> rows = now.all().keySet().stream()
                    .filter(key -> key.startsWith(table))
                    .toList();
            return rows.isEmpty()
                    ? id().toString()
                    : rows.get(random.nextInt(rows.size())).substring(table.length());
        }

        private UUID id() {
            return new UUID(random.nextLong(), random.nextLong());
        }

        // ---- messages

        private String story() {
            return "\n" + String.join("\n", story);
        }

        private String told(String what, Rows expected, Rows found) {
            return what + ", expected and found:" + expected.unlike(found) + story();
        }
    }
}

package dev.recourse.activities.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import dev.recourse.activities.AllTools;
import dev.recourse.activities.tool.Json;
import dev.recourse.activities.tool.ToolSpec;
import dev.recourse.db.Meanwhile;
import dev.recourse.db.TestDatabase;
import dev.recourse.db.ledger.Answer;
import dev.recourse.db.ledger.Requests;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Random programs of calls to all reversible tools through the gate, with people's edits between and during them, rolled back newest first:
 * what people did always stays, everything else is as before, or a conflict is told and nothing of that execution changed.
 *
 * <p>{@code -Dprograms.seed=N} runs one program, {@code -Dprograms=N} so many.
 */
@Timeout(480)
final class RandomProgramsTest {

    private static final int PROGRAMS = Integer.getInteger("programs", 2000);
    /** So many of all tools a program has to choose from: the fewer, the more often they meet. */
    private static final int TOOLS = 6;

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
                assertThat(bench.tools.stream()
                                .filter(tool -> bench.did(tool) <= PROGRAMS / 200)
                                .map(ToolSpec::toString))
                        .as(
                                "tools of which hardly a call had an effect: Inputs must know what to give them, and"
                                        + " People.BEGIN what has to be there, %s",
                                bench.did)
                        .isEmpty();
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
        private final Rules rules = Rules.of(db);
        private final Gate gate = new Gate(db.database(), new Attempt(AllTools.catalogue()));
        private final List<ToolSpec> tools = AllTools.catalogue().list().stream()
                .filter(tool -> tool.reversible() && !tool.readOnly())
                .toList();
        private final Map<String, Integer> did = new ConcurrentSkipListMap<>();
        private final Queue<Human> humans = new ConcurrentLinkedQueue<>();
        private final AtomicInteger undone = new AtomicInteger();
        private final AtomicInteger conflicts = new AtomicInteger();
        private final AtomicInteger kept = new AtomicInteger();
        private final AtomicInteger waited = new AtomicInteger();
        private final AtomicInteger edits = new AtomicInteger();
        private final AtomicInteger clean = new AtomicInteger();

        Bench() {
            assertThat(People.EDITS.keySet())
                    .as("People.EDITS has to say what people do in every table that tools write")
                    .containsAll(rules.tables());
            Human.holdToReferences(db);
        }

        int did(ToolSpec tool) {
            return did.getOrDefault(tool.toString(), 0);
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
            return free == null ? new Human(db, rules.tables()) : free;
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
    private record Done(UUID id, Rows before, Rows after) {

        /** The rows that it left otherwise than it found them. */
        Stream<String> touched() {
            return after.all().entrySet().stream()
                    .filter(row -> !row.getValue().equals(before.all().get(row.getKey())))
                    .map(Map.Entry::getKey);
        }
    }

    /** One program in a workspace of its own. */
    private static final class Program {
        private final Bench bench;
        private final Random random;
        private final Human eye;
        private final Human hand;
        private final UUID workspace;
        private final List<ToolSpec> tools;
        private final Inputs inputs;
        private final People hands;
        private final List<String> story = new ArrayList<>();
        private final List<Done> machine = new ArrayList<>();
        private final Set<String> keptRows = new TreeSet<>();

        /** What people brought back to where the machine had left it once: no rule of values can tell whose it is. */
        private final Set<String> back = new TreeSet<>();

        private Rows now;
        private Rows people;

        Program(Bench bench, int seed, Human eye, Human hand) {
            this.bench = bench;
            this.random = new Random(seed * 7919L + 31);
            this.eye = eye;
            this.hand = hand;
            this.workspace = id();
            this.inputs = new Inputs(random, this::any);
            this.hands = new People(random, workspace, this::any, this::touched);
            this.tools = some(bench.tools);
            hand.make(hands.begin());
            this.now = eye.look(workspace);
            this.people = now.business();
        }

        private List<ToolSpec> some(List<ToolSpec> all) {
            List<ToolSpec> shuffled = new ArrayList<>(all);
            Collections.shuffle(shuffled, random);
            return shuffled.subList(0, TOOLS);
        }

        void run() {
            for (int calls = 2 + random.nextInt(3); calls > 0; calls--) {
                machineCall();
                if (random.nextInt(2) == 0) {
                    byPeople(this::humanEdit);
                }
            }
            boolean all = true;
            Collections.reverse(machine);
            for (Done done : machine) {
                all &= undo(done);
                if (random.nextInt(6) == 0) {
                    byPeople(this::humanEdit);
                }
            }
            if (all) {
                bench.clean.incrementAndGet();
                Rows left = now.business();
                keptRows.stream().filter(row -> !people.all().containsKey(row)).forEach(left.all()::remove);
                left.forget(back);
                people.forget(back);
                assertThat(left)
                        .as(() -> told("people's edits alone", people, left))
                        .isEqualTo(people);
            }
        }

        private void machineCall() {
            Ended ended = call();
            if (ended.applied()) {
                Rows before = now;
                now = eye.look(workspace);
                machine.add(new Done(ended.id, before, now));
            }
        }

        /** What people do shows in the model of what should be left in the end. */
        private void byPeople(Supplier<Boolean> edit) {
            Rows before = now;
            if (edit.get()) {
                bench.edits.incrementAndGet();
                now = eye.look(workspace);
                people.follow(before.business(), now.business());
                machine.forEach(done -> now.backTo(done.before, done.after, before, back));
            }
        }

        private boolean humanEdit() {
            if (random.nextInt(12) == 0) { // an execution of their own
                story.add("PEOPLE call");
                return call().applied();
            }
            List<String> statements = hands.edit();
            boolean done = hand.edit(statements.toArray(String[]::new));
            story.add((done ? "PEOPLE " : "PEOPLE, refused: ") + statements);
            return done;
        }

        // ---- undo

        private boolean undo(Done done) {
            Ended ended = random.nextInt(6) == 0 ? undoWhileEditing(done) : undoNow(done);
            story.add("UNDO " + done.id + " -> " + ended.told);
            Rows left = eye.look(workspace);
            Rows opinion = now.business().undone(done.before.business(), done.after.business(), bench.rules);
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
                keptRows.addAll(ended.kept);
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
            machine.forEach(each -> edited.backTo(each.before, each.after, before, back));
            return undo.join();
        }

        // ---- calls

        /** How a call ended: its code is empty if it went well. */
        private record Ended(UUID id, Answer.Outcome outcome, String code, List<String> kept, String told) {
            boolean applied() {
                return outcome == Answer.Outcome.APPLIED;
            }
        }

        private Ended call() {
            ToolSpec tool = tools.get(random.nextInt(tools.size()));
            JsonNode given = inputs.of(tool);
            Ended ended = through(tool.toString(), given);
            story.add("CALL " + tool + " " + given + " -> " + ended.told);
            if (ended.applied()) {
                bench.did.merge(tool.toString(), 1, Integer::sum);
            }
            return ended;
        }

        private Ended through(String tool, JsonNode inputs) {
            Gate.Passed passed = bench.gate.run(new Call(
                    workspace,
                    Requests.of(id(), tool, Json.write(inputs)),
                    inputs,
                    CallKey.NONE,
                    Duration.ofSeconds(10),
                    1,
                    null));
            Answered answer = passed.answer();
            List<String> kept = new ArrayList<>();
            answer.outputs().path("kept").forEach(row -> kept.add(row.asText()));
            String code = answer.error() == null ? "" : answer.error().code();
            return new Ended(
                    answer.executionId(), answer.outcome(), code, kept, code + " " + answer.executionId() + " " + kept);
        }

        /** The id of some row of a table; one that is none where there is no row. */
        private String any(String table) {
            List<String> rows = now.all().keySet().stream()
                    .filter(key -> key.startsWith(table + "/"))
                    .toList();
            return rows.isEmpty()
                    ? id().toString()
                    : rows.get(random.nextInt(rows.size())).substring(table.length() + 1);
        }

        /** The rows that the machine has touched and that are there. */
        private List<String> touched() {
            return machine.stream()
                    .flatMap(Done::touched)
                    .filter(now.all()::containsKey)
                    .toList();
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

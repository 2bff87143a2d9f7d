package dev.recourse.db.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.recourse.db.DatabaseRefusal;
import dev.recourse.db.TestDatabase;
import dev.recourse.db.workspace.Workspaces;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * Random programs of executions and people's edits, undone newest first and compared with a second opinion: the rules of
 * an undo written down once more, over states instead of images.
 *
 * <p>{@code -Dundo.seed=N} runs one program, {@code -Dundo.programs=N} so many.
 */
final class UndoProgramsTest {

    private static final int PROGRAMS = Integer.getInteger("undo.programs", 500);
    private static final TestDatabase DB = TestDatabase.fresh();

    /** All rows of a workspace as facts, without the bookkeeping. */
    private static final String FACTS = """
            select t.at, c.key, c.value, f.key, f.value
            from (select 'contacts/' || id, to_jsonb(x) from contacts x where workspace_id = $1
                  union all select 'tags/' || id, to_jsonb(x) from tags x where workspace_id = $1
                  union all select 'contact_tags/' || id, to_jsonb(x) from contact_tags x where workspace_id = $1) t (at, row)
            cross join lateral jsonb_each(t.row - 'version' - 'updated_at') c
            left join lateral jsonb_each(case when c.key = 'custom_fields' then c.value end) f on true
            """;

    /** To look with, past every rule. */
    private static final ThreadLocal<Connection> EYE = ThreadLocal.withInitial(DB::superuser);

    private final AtomicInteger restored = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger kept = new AtomicInteger();
    private final AtomicInteger careful = new AtomicInteger();

    @AfterAll
    static void close() {
        DB.close();
    }

    @Test
    void undoing_random_programs_restores_everything_but_what_people_did_since_or_changes_nothing() {
        @Nullable Integer one = Integer.getInteger("undo.seed");
        IntStream seeds = one == null ? IntStream.range(0, PROGRAMS) : IntStream.of(one);

        seeds.parallel().forEach(seed -> {
            try {
                new Program(seed).run();
            } catch (AssertionError | RuntimeException failed) {
                throw new AssertionError("-Dundo.seed=" + seed + ": " + failed.getMessage(), failed);
            }
        });

        if (one == null) {
            assertThat(List.of(restored.get(), refused.get(), kept.get()))
                    .as("restored, refused, kept: the programs must reach all three")
                    .allMatch(n -> n > PROGRAMS / 25);
            assertThat(careful.get()).as("conflicts that were none").isLessThan(PROGRAMS / 25);
        }
    }

    /** One program in a workspace of its own. */
    private final class Program {

        private final Random random;
        private final UUID workspace;
        private final Acts acts;
        private final List<UUID> contacts = new ArrayList<>();
        private final List<UUID> tags = new ArrayList<>();
        private final List<UUID> links = new ArrayList<>();
        private final List<String> told = new ArrayList<>();
        private State now = new State(Map.of());

        Program(int seed) {
            random = new Random(seed * 7919L + 17);
            workspace = id();
            Workspaces.create(DB.database(), workspace, "w" + workspace, "Programs");
            acts = new Acts(DB, workspace);
        }

        void run() {
            execute(List.of(addContact(), addContact(), addContact(), addTag(), addTag(), addLink()));
            State start = state();
            now = start;
            List<Done> machine = new ArrayList<>();
            boolean people = false;
            for (int n = 2 + random.nextInt(3); n > 0; n--) {
                State before = now;
                execute(statements(1 + random.nextInt(3))).ifPresent(id -> machine.add(new Done(id, before, look())));
                if (random.nextBoolean() && execute(byHand()).isPresent()) {
                    people = true;
                    look();
                }
            }
            boolean all = true;
            for (int i = machine.size() - 1; i >= 0; i--) {
                all &= undo(machine.get(i));
            }
            if (all && !people) {
                assertThat(now).as(this::story).isEqualTo(start);
            }
        }

        private State look() {
            now = state();
            return now;
        }

        private boolean undo(Done done) {
            State before = now;
            Opinion opinion = Opinion.of(now, done.before, done.after);

            List<Undo.Obstacle> met = acts.undo(done.id);

            boolean conflict = met.stream().anyMatch(Undo.Obstacle::conflict);
            told.add("UNDO " + done.id + " -> " + met);
            (conflict ? refused : met.isEmpty() ? restored : kept).incrementAndGet();
            if (conflict) {
                assertThat(look()).as(this::story).isEqualTo(before);
                if (!opinion.conflict) {
                    assertThat(intricate(done.id))
                            .as(() -> "no conflict that we know of\n" + story())
                            .isTrue();
                }
            } else {
                assertThat(opinion.conflict)
                        .as(() -> "should be a conflict\n" + story())
                        .isFalse();
                assertThat(look()).as(this::story).isEqualTo(opinion.result);
            }
            return met.isEmpty();
        }

        /** Where an execution hit one row several times, its undo may be more careful than it has to be. */
        private boolean intricate(UUID execution) {
            careful.incrementAndGet();
            return !DB.rows("select row_id from tool_changes where execution_id = '" + execution
                            + "' group by row_id having count(*) > 1")
                    .isEmpty();
        }

        private Optional<UUID> execute(List<String> statements) {
            try {
                UUID id = acts.execute(id(), () -> statements);
                told.add("EXECUTION " + id + "\n    " + String.join("\n    ", statements));
                return Optional.of(id);
            } catch (DatabaseRefusal notPossible) {
                return Optional.empty();
            }
        }

        private String story() {
            return String.join("\n", told);
        }

        // ---- what may happen

        private List<String> statements(int count) {
            List<String> all = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                all.addAll(act());
            }
            return all;
        }

        private List<String> act() {
            UUID contact = any(contacts);
            UUID tag = any(tags);
            UUID link = any(links);
            return switch (random.nextInt(22)) {
                case 0 -> List.of(addContact());
                case 1 -> together();
                case 2 -> List.of(addTag());
                case 3, 4 -> List.of(addLink());
                case 5, 6, 7 -> List.of(change("contacts", contact, "city = " + word()));
                case 8 ->
                    List.of(change("contacts", contact, "email = " + word() + ", name = 'N" + random.nextInt(2) + "'"));
                case 9, 10 ->
                    List.of(change(
                            "contacts",
                            contact,
                            "custom_fields = custom_fields || '{\"%s\": %s}'".formatted(key(), value())));
                case 11 -> List.of(change("contacts", contact, "custom_fields = custom_fields - '" + key() + "'"));
                case 12 -> List.of(change("contacts", contact, "phone = '" + phone() + "'"));
                case 13 -> swap(contact, any(contacts));
                case 14 ->
                    List.of(change(
                            "contacts",
                            contact,
                            "archived_at = "
                                    + (random.nextBoolean() ? "null" : "'2026-01-0" + (1 + random.nextInt(2)) + "'")));
                case 15 ->
                    List.of("update contacts set city = " + word()
                            + ", version = version + 1 where city is not distinct from " + word());
                case 16 ->
                    List.of(
                            "delete from contact_tags where contact_id = '" + contact + "'",
                            "delete from contacts where id = '" + contact + "'");
                case 17 -> List.of("delete from contact_tags where id = '" + link + "'");
                case 18 -> List.of("delete from tags where id = '" + tag + "'");
                case 19 -> List.of(change("tags", tag, "color = '#00000" + random.nextInt(3) + "'"));
                case 20 -> List.of("update contact_tags set tag_id = '" + tag + "' where id = '" + link + "'");
                default -> renew(contact);
            };
        }

        /** What people do: anything, and often they use the newest tag. */
        private List<String> byHand() {
            return random.nextInt(3) > 0
                    ? act()
                    : List.of(
                            "insert into contact_tags (workspace_id, id, contact_id, tag_id) values ('%s', '%s', '%s', '%s')"
                                    .formatted(
                                            workspace,
                                            made(links),
                                            contacts.get(random.nextInt(3)),
                                            tags.get(tags.size() - 1)));
        }

        /** Contact, tag and link made in one statement, the child first. */
        private List<String> together() {
            String contact = addContact();
            String tag = addTag();
            UUID link = made(links);
            return List.of(
                    "with c as (%s), t as (%s) insert into contact_tags (workspace_id, id, contact_id, tag_id) values ('%s', '%s', '%s', '%s')"
                            .formatted(
                                    contact,
                                    tag,
                                    workspace,
                                    link,
                                    contacts.get(contacts.size() - 1),
                                    tags.get(tags.size() - 1)));
        }

        /** Two phones change hands by way of a third, as unique values must; the e-mail remembers one of them. */
        private List<String> swap(UUID one, UUID other) {
            String pair = " from contacts o where c.id = '%s' and o.id = '%s' and c.id <> o.id";
            return List.of(
                    "update contacts c set email = o.phone" + pair.formatted(one, other),
                    "update contacts set phone = '+9' || substr(phone, 3) where id = '" + one + "'",
                    "update contacts c set phone = '+5' || substr(o.phone, 3)" + pair.formatted(other, one),
                    "update contacts c set phone = c.email" + pair.formatted(one, other));
        }

        private List<String> renew(UUID contact) {
            return List.of(
                    "delete from contacts where id = '" + contact + "'",
                    "insert into contacts (workspace_id, id, name, phone) values ('%s', '%s', 'Anew', '%s')"
                            .formatted(workspace, contact, phone()));
        }

        private String addContact() {
            return "insert into contacts (workspace_id, id, name, phone, city) values ('%s', '%s', 'N0', '%s', %s)"
                    .formatted(workspace, made(contacts), phone(), word());
        }

        private String addTag() {
            return "insert into tags (workspace_id, id, name, name_key) values ('%s', '%s', 'T', 't%d')"
                    .formatted(workspace, made(tags), random.nextInt(8));
        }

        private String addLink() {
            return "insert into contact_tags (workspace_id, id, contact_id, tag_id) values ('%s', '%s', '%s', '%s')"
                    .formatted(workspace, made(links), any(contacts), any(tags));
        }

        private String change(String table, UUID id, String what) {
            String bump = random.nextBoolean() ? ", version = version + 1, updated_at = now()" : "";
            return "update " + table + " set " + what + bump + " where id = '" + id + "'";
        }

        private String phone() {
            return "+5730000000" + (10 + random.nextInt(40));
        }

        private String word() {
            return List.of("null", "'Cali'", "'Pasto'").get(random.nextInt(3));
        }

        private String key() {
            return List.of("a", "b.c").get(random.nextInt(2));
        }

        private String value() {
            return List.of("null", "1", "{\"x\": [1]}").get(random.nextInt(3));
        }

        private UUID made(List<UUID> pool) {
            pool.add(id());
            return pool.get(pool.size() - 1);
        }

        private UUID any(List<UUID> pool) {
            return pool.get(pool.size() - 1 - random.nextInt(Math.min(pool.size(), 3))); // the young ones, mostly alive
        }

        private UUID id() {
            return new UUID(random.nextLong(), random.nextLong());
        }

        private State state() {
            State state = new State(new TreeMap<>());
            try (Statement s = EYE.get().createStatement();
                    ResultSet row = s.executeQuery(FACTS.replace("$1", "'" + workspace + "'"))) {
                while (row.next()) {
                    Map<String, String> facts = state.rows.computeIfAbsent(row.getString(1), k -> new TreeMap<>());
                    if (!row.getString(2).equals("custom_fields")) {
                        facts.put(row.getString(2), row.getString(3));
                    } else if (row.getString(4) != null) {
                        facts.put("custom_fields/" + row.getString(4), row.getString(5));
                    }
                }
            } catch (SQLException failed) {
                throw new IllegalStateException(failed);
            }
            return state;
        }
    }

    /** An execution between the state it found and the state it left. */
    private record Done(UUID id, State before, State after) {}

    /** Facts by row; a row is there if it has any. */
    private record State(Map<String, Map<String, String>> rows) {

        @Nullable
        Map<String, String> row(String key) {
            return rows.get(key);
        }
    }

    /** What an undo of {@code before -> after} should do with {@code now}. */
    private static final class Opinion {

        private final State result = new State(new TreeMap<>());
        private boolean conflict;

        static Opinion of(State now, State before, State after) {
            Opinion opinion = new Opinion();
            now.rows.forEach((key, facts) -> opinion.result.rows.put(key, new TreeMap<>(facts)));
            Set<String> keys = new TreeSet<>(before.rows.keySet());
            keys.addAll(after.rows.keySet());
            for (String key : keys) {
                opinion.row(key, now.row(key), before.row(key), after.row(key));
            }
            opinion.keepWhatIsUsed(before, after);
            opinion.conflict |= !opinion.sound();
            return opinion;
        }

        private void row(
                String key,
                @Nullable Map<String, String> now,
                @Nullable Map<String, String> before,
                @Nullable Map<String, String> after) {
            if (Objects.equals(before, after)) {
                return;
            }
            if (before == null) {
                conflict |= now != null && !now.equals(after);
                result.rows.remove(key);
            } else if (after == null) {
                conflict |= now != null && !now.equals(before);
                result.rows.put(key, before);
            } else if (now == null) {
                conflict = true;
            } else {
                facts(Objects.requireNonNull(result.row(key)), now, before, after);
            }
        }

        private void facts(
                Map<String, String> into,
                Map<String, String> now,
                Map<String, String> before,
                Map<String, String> after) {
            Set<String> names = new TreeSet<>(before.keySet());
            names.addAll(after.keySet());
            for (String name : names) {
                String was = before.get(name);
                String left = after.get(name);
                String is = now.get(name);
                if (Objects.equals(was, left) || Objects.equals(is, was)) {
                    continue;
                }
                conflict |= !Objects.equals(is, left);
                if (was == null) {
                    into.remove(name);
                } else {
                    into.put(name, was);
                }
            }
        }

        private void keepWhatIsUsed(State before, State after) {
            result.rows.entrySet().stream()
                    .filter(row -> row.getKey().startsWith("contact_tags/"))
                    .map(row -> "tags/" + unquoted(row.getValue(), "tag_id"))
                    .toList()
                    .forEach(tag -> {
                        Map<String, String> made = after.row(tag);
                        if (before.row(tag) == null && made != null) {
                            result.rows.putIfAbsent(tag, made);
                        }
                    });
        }

        /** Whether keys are unique and every reference has its row. */
        private boolean sound() {
            Map<String, String> unique = new HashMap<>();
            boolean sound = true;
            for (Map.Entry<String, Map<String, String>> row : result.rows.entrySet()) {
                Map<String, String> facts = row.getValue();
                switch (row.getKey().substring(0, row.getKey().indexOf('/'))) {
                    case "contacts" ->
                        sound &= !Objects.equals(facts.get("archived_at"), "null")
                                || unique.put("phone " + facts.get("phone"), "") == null;
                    case "tags" -> sound &= unique.put("name " + facts.get("name_key"), "") == null;
                    default ->
                        sound &= unique.put("link " + facts.get("contact_id") + facts.get("tag_id"), "") == null
                                && result.row("contacts/" + unquoted(facts, "contact_id")) != null
                                && result.row("tags/" + unquoted(facts, "tag_id")) != null;
                }
            }
            return sound;
        }

        private static String unquoted(Map<String, String> facts, String name) {
            return String.valueOf(facts.get(name)).replace("\"", "");
        }
    }
}

package dev.recourse.db.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.recourse.db.Meanwhile;
import dev.recourse.db.Sql;
import dev.recourse.db.TestDatabase;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an undo restores, what it leaves alone, and what it refuses: one sentence per rule. */
final class UndoTest {

    private static final TestDatabase DB = TestDatabase.fresh();
    private static final AtomicLong PHONES = new AtomicLong(573001000000L);

    private final Acts acts = new Acts(DB, TestDatabase.A);

    @AfterAll
    static void close() {
        DB.close();
    }

    @AfterEach
    void nothing_points_at_nothing() {
        assertThat(DB.rows(
                        "select id from contact_tags t where not exists (select from contacts c where c.id = t.contact_id)"
                                + " or not exists (select from tags g where g.id = t.tag_id)"))
                .isEmpty();
    }

    // ---- changed rows

    @Test
    void an_update_is_taken_back_and_its_bookkeeping_moves_on() {
        UUID ana = contact();
        String before = DB.business();
        UUID moved = set(ana, "city = 'Cali', email = 'ana@example.org', is_client = true, version = version + 1");

        assertThat(acts.undo(moved)).isEmpty();

        assertThat(DB.business()).isEqualTo(before);
        assertThat(contact(ana, "version")).isEqualTo("3");
        assertThat(contact(ana, "updated_at > created_at")).isEqualTo("t");
    }

    @Test
    void a_field_that_somebody_changed_since_is_a_conflict_with_its_three_values() {
        UUID ana = contact();
        set(ana, "city = 'Cali'");
        UUID moved = set(ana, "city = 'Bogotá', name = 'Ana María'");
        set(ana, "city = 'Medellín'");
        String before = DB.everything();

        List<Undo.Obstacle> met = acts.undo(moved);

        assertThat(met)
                .containsExactly(new Undo.Obstacle(
                        "contacts", ana, "CHANGED_SINCE", "city", "\"Cali\"", "\"Bogotá\"", "\"Medellín\""));
        assertThat(DB.everything()).isEqualTo(before);
    }

    @Test
    void fields_the_execution_did_not_touch_may_have_moved_on() {
        UUID ana = contact();
        UUID moved = set(ana, "city = 'Bogotá'");
        set(ana, "name = 'Ana María', custom_fields = '{\"vip\": true}'");

        assertThat(acts.undo(moved)).isEmpty();

        assertThat(contact(ana, "name, custom_fields, city")).isEqualTo("Ana María|{\"vip\": true}|null");
    }

    @Test
    void a_field_that_is_already_as_before_is_done() {
        UUID ana = contact();
        UUID moved = set(ana, "city = 'Bogotá', name = 'Ana María'");
        set(ana, "city = null");

        assertThat(acts.undo(moved)).isEmpty();

        assertThat(contact(ana, "name, city")).isEqualTo("Ana|null");
    }

    @Test
    void a_value_that_was_changed_and_changed_back_is_restored() {
        UUID ana = contact();
        UUID moved = set(ana, "city = 'Cali'");
        set(ana, "city = 'Pasto'");
        set(ana, "city = 'Cali'");

        assertThat(acts.undo(moved)).isEmpty();

        assertThat(contact(ana, "city")).isEqualTo("null");
    }

    @Test
    void a_row_changed_several_times_in_one_execution_goes_back_to_its_first_state() {
        UUID ana = contact();
        String before = DB.business();
        UUID moved = acts.execute(
                update(ana, "city = 'Cali'"),
                update(ana, "name = 'X', city = 'Pasto'"),
                update(ana, "city = 'Leticia'"));

        assertThat(acts.undo(moved)).isEmpty();

        assertThat(DB.business()).isEqualTo(before);
    }

    @Test
    void a_field_the_execution_changed_and_changed_back_belongs_to_whoever_changed_it_since() {
        UUID ana = contact();
        set(ana, "city = 'Cali'");
        UUID moved = acts.execute(update(ana, "city = 'Pasto', name = 'X'"), update(ana, "city = 'Cali'"));
        set(ana, "city = 'Pasto'");

        assertThat(acts.undo(moved)).isEmpty();

        assertThat(contact(ana, "name, city")).isEqualTo("Ana|Pasto");
    }

    @Test
    void a_row_hit_twice_in_one_statement_goes_back_to_its_first_state() {
        UUID ana = contact();
        String before = DB.business();
        UUID moved = acts.execute(
                "create function pg_temp.move(who uuid, where_to text) returns void language sql as "
                        + "'update recourse.contacts set city = where_to where id = who'",
                "select pg_temp.move('" + ana + "', 'Cali'), pg_temp.move('" + ana + "', 'Pasto')");
        assertThat(contact(ana, "city")).isEqualTo("Pasto");

        assertThat(acts.undo(moved)).isEmpty();

        assertThat(DB.business()).isEqualTo(before);
    }

    @Test
    void an_update_of_a_row_that_is_gone_is_a_conflict() {
        UUID ana = contact();
        UUID moved = set(ana, "city = 'Cali'");
        acts.execute("delete from contacts where id = '" + ana + "'");

        assertThat(acts.undo(moved))
                .extracting(Undo.Obstacle::reason, Undo.Obstacle::rowId)
                .containsExactly(tuple("ROW_GONE", ana));
    }

    @Test
    void an_update_that_changed_nothing_is_undone_by_doing_nothing() {
        UUID ana = contact();
        UUID tag = tag();
        UUID link = link(ana, tag);
        UUID idle = acts.execute(
                "update contact_tags set tag_id = tag_id where id = '" + link + "'", update(ana, "name = name"));
        String before = DB.everything();

        assertThat(acts.undo(idle)).isEmpty();

        assertThat(DB.everything()).isEqualTo(before);
    }

    @Test
    void swapped_unique_values_are_swapped_back() {
        UUID ana = contact();
        UUID leo = contact();
        String before = DB.business();
        String anas = contact(ana, "phone");
        String leos = contact(leo, "phone");
        UUID swapped = acts.execute(
                update(ana, "phone = '" + phone() + "'"),
                update(leo, "phone = '" + anas + "'"),
                update(ana, "phone = '" + leos + "'"));

        assertThat(acts.undo(swapped)).isEmpty();

        assertThat(DB.business()).isEqualTo(before);
    }

    @Test
    void an_old_unique_value_that_somebody_took_is_a_conflict_with_the_name_of_the_constraint() {
        UUID ana = contact();
        String old = contact(ana, "phone");
        UUID moved = set(ana, "phone = '" + phone() + "'");
        acts.execute(insert(UUID.randomUUID(), old));
        String before = DB.everything();

        assertThat(acts.undo(moved))
                .extracting(Undo.Obstacle::reason, Undo.Obstacle::rowId, Undo.Obstacle::field)
                .containsExactly(tuple("VALUE_TAKEN", ana, "contacts_phone"));
        assertThat(DB.everything()).isEqualTo(before);
    }

    // ---- json objects

    @Test
    void keys_of_a_json_object_are_taken_back_one_by_one() {
        UUID ana = contact();
        set(ana, "custom_fields = '{\"size\": \"S\", \"old\": 1, \"nothing\": null}'");
        UUID moved = set(ana, "custom_fields = '{\"size\": \"M\", \"new\": {\"a\": [1]}, \"nothing\": null}'");
        set(ana, "custom_fields = custom_fields || '{\"vip\": true}'");

        assertThat(acts.undo(moved)).isEmpty();

        assertThat(contact(ana, "custom_fields = '{\"size\": \"S\", \"old\": 1, \"nothing\": null, \"vip\": true}'"))
                .isEqualTo("t");
    }

    @Test
    void a_key_that_was_absent_becomes_absent_and_one_that_was_null_becomes_null() {
        UUID ana = contact();
        set(ana, "custom_fields = '{\"was_null\": null}'");
        UUID moved = set(ana, "custom_fields = '{\"was_null\": 1, \"was_absent\": null}'");

        assertThat(acts.undo(moved)).isEmpty();

        assertThat(contact(ana, "custom_fields")).isEqualTo("{\"was_null\": null}");
    }

    @Test
    void a_key_that_somebody_set_to_null_where_it_was_absent_is_a_conflict() {
        UUID ana = contact();
        UUID moved = set(ana, "custom_fields = '{\"size\": 1, \"vip\": true}'");
        set(ana, "custom_fields = '{\"size\": null, \"vip\": true}'");

        assertThat(acts.undo(moved))
                .containsExactly(
                        new Undo.Obstacle("contacts", ana, "CHANGED_SINCE", "custom_fields.size", null, "1", "null"));
    }

    @Test
    void an_object_that_became_empty_is_filled_again() {
        UUID ana = contact();
        set(ana, "custom_fields = '{\"size\": 1}'");
        String before = DB.business();
        UUID moved = set(ana, "custom_fields = '{}'");

        assertThat(acts.undo(moved)).isEmpty();

        assertThat(DB.business()).isEqualTo(before);
    }

    // ---- created rows

    @Test
    void a_created_row_that_was_edited_is_a_conflict() {
        UUID ana = UUID.randomUUID();
        UUID made = acts.execute(insert(ana, phone()));
        set(ana, "email = 'ana@example.org', custom_fields = '{\"vip\": true}'");

        assertThat(acts.undo(made))
                .containsExactlyInAnyOrder(
                        new Undo.Obstacle(
                                "contacts", ana, "CHANGED_SINCE", "email", null, "null", "\"ana@example.org\""),
                        new Undo.Obstacle("contacts", ana, "CHANGED_SINCE", "custom_fields.vip", null, null, "true"));
        assertThat(contact(ana, "email")).isEqualTo("ana@example.org");
    }

    @Test
    void a_created_row_that_others_refer_to_is_a_conflict() {
        UUID ana = UUID.randomUUID();
        UUID made = acts.execute(insert(ana, phone()));
        link(ana, tag());

        assertThat(acts.undo(made))
                .extracting(Undo.Obstacle::reason, Undo.Obstacle::rowId, Undo.Obstacle::field)
                .containsExactly(tuple("REFERENCED", ana, "contact_tags_contact"));
    }

    @Test
    void a_created_row_that_is_gone_is_done() {
        UUID ana = UUID.randomUUID();
        UUID made = acts.execute(insert(ana, phone()));
        acts.execute("delete from contacts where id = '" + ana + "'");

        assertThat(acts.undo(made)).isEmpty();
    }

    @Test
    void a_tag_made_by_an_execution_and_used_by_others_since_is_kept_with_a_note() {
        UUID ana = UUID.randomUUID();
        UUID leo = contact();
        UUID tag = UUID.randomUUID();
        UUID made = acts.execute(
                insert(ana, phone()),
                insertTag(tag),
                insertLink(UUID.randomUUID(), ana, tag),
                "update tags set color = '#00ff00' where id = '" + tag + "'");
        link(leo, tag);

        List<Undo.Obstacle> notes = acts.undo(made);

        assertThat(notes)
                .extracting(
                        Undo.Obstacle::reason, Undo.Obstacle::tableName, Undo.Obstacle::rowId, Undo.Obstacle::conflict)
                .containsExactly(tuple("KEPT", "tags", tag, false));
        assertThat(DB.rows("select 1 from contacts where id = '" + ana + "'")).isEmpty();
        assertThat(DB.cell("select count(*) from contact_tags where tag_id = '" + tag + "'"))
                .isEqualTo("1");
        assertThat(DB.cell("select color from tags where id = '" + tag + "'")).isEqualTo("#00ff00");
    }

    @Test
    void rows_made_by_one_statement_in_any_order_are_removed_together() {
        UUID ana = UUID.randomUUID();
        UUID tag = UUID.randomUUID();
        String before = DB.everything();
        UUID made = acts.execute("with c as (" + insert(ana, phone()) + "), t as (" + insertTag(tag) + ") "
                + insertLink(UUID.randomUUID(), ana, tag));

        assertThat(acts.undo(made)).isEmpty();

        assertThat(DB.everything()).isEqualTo(before);
    }

    @Test
    void a_row_that_was_pointed_at_a_row_made_in_the_same_statement_points_back() {
        UUID link = link(contact(), tag());
        UUID tag = UUID.randomUUID();
        String before = DB.everything();
        UUID made = acts.execute("with t as (" + insertTag(tag) + ") update contact_tags set tag_id = '" + tag
                + "' where id = '" + link + "'");

        assertThat(acts.undo(made)).isEmpty();

        assertThat(DB.everything()).isEqualTo(before);
    }

    @Test
    void a_row_that_came_and_went_leaves_a_newcomer_with_its_key_alone() {
        UUID ana = UUID.randomUUID();
        UUID brief = acts.execute(insert(ana, phone()), "delete from contacts where id = '" + ana + "'");
        acts.execute(insert(ana, phone()));

        assertThat(acts.undo(brief)).extracting(Undo.Obstacle::reason).containsExactly("ROW_EXISTS");
        assertThat(contact(ana, "name")).isEqualTo("Ana");
    }

    // ---- deleted rows

    @Test
    void a_deleted_row_comes_back_with_its_key_and_its_references() {
        UUID ana = contact();
        UUID link = link(ana, tag());
        set(ana, "custom_fields = '{\"vip\": null}', city = 'Cali'");
        String before = DB.business();
        UUID gone = acts.execute(
                "delete from contact_tags where id = '" + link + "'", "delete from contacts where id = '" + ana + "'");

        assertThat(acts.undo(gone)).isEmpty();

        assertThat(DB.business()).isEqualTo(before);
        assertThat(contact(ana, "version")).isEqualTo("2");
    }

    @Test
    void a_deleted_row_that_somebody_put_back_as_it_was_is_done_and_any_other_is_a_conflict() {
        UUID same = contact();
        UUID other = contact();
        String phone = contact(same, "phone");
        String created = contact(same, "created_at");
        UUID gone = acts.execute("delete from contacts where id in ('" + same + "', '" + other + "')");
        acts.execute("insert into contacts (workspace_id, id, name, phone, created_at) values ('" + TestDatabase.A
                + "', '" + same + "', 'Ana', '" + phone + "', '" + created + "')");
        acts.execute(insert(other, phone()));

        assertThat(acts.undo(gone))
                .extracting(Undo.Obstacle::reason, Undo.Obstacle::rowId)
                .containsExactly(tuple("ROW_EXISTS", other));
    }

    @Test
    void a_deleted_row_whose_unique_value_somebody_took_is_a_conflict() {
        UUID ana = contact();
        String phone = contact(ana, "phone");
        UUID gone = acts.execute("delete from contacts where id = '" + ana + "'");
        acts.execute(insert(UUID.randomUUID(), phone));

        assertThat(acts.undo(gone))
                .extracting(Undo.Obstacle::reason, Undo.Obstacle::rowId, Undo.Obstacle::field)
                .containsExactly(tuple("VALUE_TAKEN", ana, "contacts_phone"));
    }

    @Test
    void a_deleted_row_whose_parent_is_gone_is_a_conflict_that_names_the_row() {
        UUID ana = contact();
        UUID leo = contact();
        UUID tag = tag();
        UUID link = link(ana, tag);
        UUID gone = acts.execute(update(leo, "city = 'Cali'"), "delete from contact_tags where id = '" + link + "'");
        acts.execute("delete from contacts where id = '" + ana + "'");

        assertThat(acts.undo(gone))
                .extracting(Undo.Obstacle::reason, Undo.Obstacle::tableName, Undo.Obstacle::rowId, Undo.Obstacle::field)
                .containsExactly(tuple("CONSTRAINT", "contact_tags", link, "contact_tags_contact"));
    }

    @Test
    void a_row_deleted_and_inserted_anew_is_not_removed_under_the_hands_of_whoever_edited_it_since() {
        UUID ana = contact();
        String phone = contact(ana, "phone");
        UUID replaced = acts.execute("delete from contacts where id = '" + ana + "'", insert(ana, phone));
        set(ana, "email = 'ana@example.org'");

        assertThat(acts.undo(replaced))
                .extracting(Undo.Obstacle::reason, Undo.Obstacle::field)
                .containsExactly(tuple("CHANGED_SINCE", "email"));
        assertThat(contact(ana, "email")).isEqualTo("ana@example.org");
    }

    // ---- other shapes of table since

    @Test
    void a_column_added_later_is_left_alone_gets_its_default_or_protects_what_was_written_into_it() {
        try (TestDatabase grown = TestDatabase.fresh()) {
            Acts there = new Acts(grown, TestDatabase.A);
            UUID changed = UUID.randomUUID();
            UUID deleted = UUID.randomUUID();
            UUID made = UUID.randomUUID();
            UUID filled = UUID.randomUUID();
            there.execute(insert(changed, phone()), insert(deleted, phone()));
            UUID change = there.execute(update(changed, "city = 'Cali'"));
            UUID deletion = there.execute("delete from contacts where id = '" + deleted + "'");
            UUID creation = there.execute(insert(made, phone()));
            UUID another = there.execute(insert(filled, phone()));
            grown.as_superuser(
                    "alter table contacts add nickname text not null default 'none', add labels jsonb not null "
                            + "default '{}' check (jsonb_typeof(labels) = 'object')");
            there.execute(update(changed, "nickname = 'Anita', labels = '{\"a\": 1}', version = version + 1"));
            there.execute(update(filled, "nickname = 'Anita', version = version + 1"));

            assertThat(Stream.of(change, deletion, creation).map(there::undo)).allMatch(List::isEmpty);
            assertThat(there.undo(another))
                    .extracting(Undo.Obstacle::field, Undo.Obstacle::after, Undo.Obstacle::now)
                    .containsExactly(tuple("nickname", "\"none\"", "\"Anita\""));

            assertThat(grown.rows("select name, city, nickname, labels from contacts where id <> '" + filled
                            + "' order by nickname"))
                    .containsExactly("Ana|null|Anita|{\"a\": 1}", "Ana|null|none|{}");
        }
    }

    @Test
    void a_column_that_is_gone_is_a_conflict_for_those_who_changed_it_and_for_nobody_else() {
        try (TestDatabase shrunk = TestDatabase.fresh()) {
            Acts there = new Acts(shrunk, TestDatabase.A);
            UUID ana = UUID.randomUUID();
            UUID leo = UUID.randomUUID();
            UUID deleted = UUID.randomUUID();
            UUID made = there.execute(insert(leo, phone()));
            there.execute(
                    insert(ana, phone()),
                    insert(deleted, phone()),
                    update(deleted, "city = 'Cali', department = 'Valle'"));
            UUID renamed = there.execute(update(ana, "city = 'Cali', name = 'X'"));
            UUID dropped = there.execute(update(ana, "department = 'Valle'"));
            UUID other = there.execute(update(ana, "email = 'ana@example.org'"));
            UUID deletion = there.execute("delete from contacts where id = '" + deleted + "'");
            shrunk.as_superuser("alter table contacts rename city to town; alter table contacts drop department");

            assertThat(Stream.of(renamed, dropped, deletion).map(there::undo))
                    .extracting(met -> met.get(0).reason() + " " + met.get(0).field())
                    .containsExactly("COLUMN_GONE city", "COLUMN_GONE department", "COLUMN_GONE city, department");
            assertThat(Stream.of(other, made).map(there::undo)).allMatch(List::isEmpty);
        }
    }

    // ---- undoing itself

    @Test
    void undoing_twice_changes_nothing() {
        UUID moved = set(contact(), "city = 'Cali'");
        acts.undo(moved);
        String before = DB.everything();

        assertThat(acts.undo(moved)).isEmpty();

        assertThat(DB.everything()).isEqualTo(before);
    }

    @Test
    void an_undo_that_failed_can_be_tried_again_under_another_id() {
        UUID ana = contact();
        UUID moved = set(ana, "city = 'Cali'");
        set(ana, "city = 'Pasto'");
        UUID first = acts.in(null, tx -> new Undo(tx).nextId(moved));
        assertThat(acts.undo(moved)).isNotEmpty();
        set(ana, "city = 'Cali'");
        UUID second = acts.in(null, tx -> new Undo(tx).nextId(moved));

        assertThat(acts.undo(moved)).isEmpty();

        assertThat(second).isNotEqualTo(first);
        assertThat(contact(ana, "city")).isEqualTo("null");
        assertThat(DB.rows(
                        "select status from tool_executions where compensates = '" + moved + "' order by started_at"))
                .containsExactly("error", "success");
    }

    @Test
    void of_concurrent_undos_of_one_execution_one_applies() {
        for (int round = 0; round < 10; round++) {
            UUID ana = contact();
            UUID moved = set(ana, "city = 'Cali', version = version + 1");

            List<CompletableFuture<Object>> all = Stream.generate(
                            () -> Meanwhile.doing(() -> (Object) acts.undo(moved)))
                    .limit(4)
                    .toList();
            all.forEach(one -> one.exceptionally(refused -> "refused").join());

            assertThat(DB.rows("select outcome from tool_executions where compensates = '" + moved + "'"))
                    .containsExactly("applied");
            assertThat(contact(ana, "city, version")).isEqualTo("null|3");
        }
    }

    @Test
    void nobody_can_undo_what_another_workspace_did() {
        UUID ana = contact();
        UUID moved = set(ana, "city = 'Cali'");
        Acts b = new Acts(DB, TestDatabase.B);

        List<Undo.Obstacle> met = b.in(UUID.randomUUID(), tx -> new Undo(tx).of(moved));
        List<Undo.Candidate> seen = b.in(null, tx -> new Undo(tx).candidates(moved));

        assertThat(met).isEmpty();
        assertThat(seen).isEmpty();
        assertThat(contact(ana, "city")).isEqualTo("Cali");
    }

    @Test
    void a_rollback_meets_executions_newest_first_by_what_they_changed_last() {
        UUID ana = contact();
        UUID session = UUID.randomUUID();
        List<UUID> made = Stream.of("Cali", "Pasto", "Neiva")
                .map(city -> inSession(session, update(ana, "city = '" + city + "'")))
                .toList();
        acts.undo(made.get(2));

        List<Undo.Candidate> candidates = acts.in(null, tx -> new Undo(tx).candidates(session));

        assertThat(candidates)
                .extracting(Undo.Candidate::id, Undo.Candidate::state)
                .containsExactly(
                        tuple(made.get(2), Undo.Candidate.State.UNDONE),
                        tuple(made.get(1), Undo.Candidate.State.STANDS),
                        tuple(made.get(0), Undo.Candidate.State.STANDS));
        String kind = acts.in(null, tx -> new Undo(tx).kindOf(session, session).orElse("none"));
        assertThat(kind).isEqualTo("session");
    }

    private UUID inSession(UUID session, String statement) {
        UUID id = UUID.randomUUID();
        Request request = Requests.inSession(session, id, Acts.TOOL);
        acts.in(id, tx -> {
            new Ledger(tx).claim(request);
            tx.table(Sql.class).run(statement);
            return new Ledger(tx).record(request, Answer.success("{}"));
        });
        return id;
    }

    // ---- statements

    private UUID contact() {
        UUID id = UUID.randomUUID();
        acts.execute(insert(id, phone()));
        return id;
    }

    private UUID tag() {
        UUID id = UUID.randomUUID();
        acts.execute(insertTag(id));
        return id;
    }

    private UUID link(UUID contact, UUID tag) {
        UUID id = UUID.randomUUID();
        acts.execute(insertLink(id, contact, tag));
        return id;
    }

    private UUID set(UUID contact, String what) {
        return acts.execute(update(contact, what));
    }

    private static String contact(UUID id, String columns) {
        return DB.cell("select " + columns + " from contacts where id = '" + id + "'");
    }

    private static String phone() {
        return "+" + PHONES.incrementAndGet();
    }

    private static String insert(UUID id, String phone) {
        return "insert into contacts (workspace_id, id, name, phone) values ('%s', '%s', 'Ana', '%s')"
                .formatted(TestDatabase.A, id, phone);
    }

    private static String update(UUID id, String what) {
        return "update contacts set %s where id = '%s'".formatted(what, id);
    }

    private static String insertTag(UUID id) {
        return "insert into tags (workspace_id, id, name, name_key) values ('%s', '%s', 'T', '%s')"
                .formatted(TestDatabase.A, id, id);
    }

    private static String insertLink(UUID id, UUID contact, UUID tag) {
        return "insert into contact_tags (workspace_id, id, contact_id, tag_id) values ('%s', '%s', '%s', '%s')"
                .formatted(TestDatabase.A, id, contact, tag);
    }
}

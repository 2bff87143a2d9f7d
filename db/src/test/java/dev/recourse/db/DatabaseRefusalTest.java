package dev.recourse.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What PostgreSQL refuses comes back as a reason and a name, and never with a value of a row. */
final class DatabaseRefusalTest {

    private static final TestDatabase DB = TestDatabase.fresh();
    private static final String SECRET = "573009998877";

    @AfterAll
    static void close() {
        DB.close();
    }

    /** Statements with values that must not be seen again. */
    interface Values {

        @SqlUpdate("""
                insert into contacts (workspace_id, id, name, phone)
                values (current_setting('recourse.workspace')::uuid, gen_random_uuid(), :name, :phone)
                """)
        int add(@Bind("name") String name, @Bind("phone") String phone);

        @SqlQuery("select :value::uuid")
        UUID uuid(@Bind("value") String value);

        @SqlQuery("select phone from contacts where phone = :phone and :missing = 1")
        String incomplete(@Bind("phone") String phone);

        @SqlQuery("select phone from contacts where phone = :phone")
        int notANumber(@Bind("phone") String phone);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            UNIQUE       | contacts_phone      | insert into contacts (workspace_id, id, name, phone) values ('%w', gen_random_uuid(), 'X', '+%s')
            CHECK        | contacts_phone_check| insert into contacts (workspace_id, id, name, phone) values ('%w', gen_random_uuid(), 'X', 'tel %s')
            NOT_NULL     |                     | insert into contacts (workspace_id, id, name, email) values ('%w', gen_random_uuid(), 'X', '%s')
            FOREIGN_KEY  | contact_tags_tag    | insert into contact_tags (workspace_id, id, contact_id, tag_id) select workspace_id, gen_random_uuid(), id, gen_random_uuid() from contacts where phone = '+%s'
            BAD_VALUE    |                     | update contacts set version = '%s a'
            BAD_VALUE    |                     | update contacts set archived_at = '%s-13-45'
            BAD_VALUE    |                     | update contacts set version = %s99999
            NOT_ALLOWED  |                     | insert into contacts (workspace_id, id, name, phone) values (gen_random_uuid(), gen_random_uuid(), 'X', '+1%s')
            NOT_ALLOWED  |                     | delete from tool_executions where inputs ->> 'phone' = '%s'
            OTHER        |                     | select from contacts where nothing = '%s'
            """)
    void a_refusal_says_why_and_where_and_not_what(String reason, String constraint, String sql) {
        existing();

        Throwable refused = catchThrowable(() -> DB.database()
                .in(
                        scope(),
                        tx -> tx.table(Sql.class)
                                .run(sql.replace("%w", TestDatabase.A.toString())
                                        .replace("%s", SECRET))));

        assertThat(refused).isInstanceOfSatisfying(DatabaseRefusal.class, refusal -> {
            assertThat(refusal.reason()).hasToString(reason);
            assertThat(refusal.constraint()).isEqualTo(constraint);
        });
        assertThat(everythingSaidBy(refused)).doesNotContain(SECRET);
    }

    @Test
    void values_that_were_bound_show_in_no_exception_of_any_kind() {
        existing();
        String phone = "+" + SECRET;

        assertThat(said(tx -> tx.table(Values.class).add("Ana", phone))).doesNotContain(SECRET);
        assertThat(said(tx -> tx.table(Values.class).uuid(phone))).doesNotContain(SECRET);
        assertThat(said(tx -> tx.table(Values.class).incomplete(phone))).doesNotContain(SECRET);
        assertThat(said(tx -> tx.attempt(() -> tx.table(Values.class).add("Ana", phone))))
                .doesNotContain(SECRET);
        assertThat(said(tx -> tx.attempt(() -> {
                    String pid =
                            tx.table(Sql.class).texts("select pg_backend_pid()").get(0);
                    DB.rows("select pg_terminate_backend(" + pid + ", 5000)");
                    return tx.table(Values.class).add("Ana", phone);
                })))
                .doesNotContain(SECRET);
    }

    @Test
    void a_database_that_is_not_there_is_unreachable_and_its_password_unsaid() {
        DatabaseAddress nowhere = new DatabaseAddress("jdbc:postgresql://127.0.0.1:1/none", "ana", "hush");

        assertThatThrownBy(() -> Database.open(nowhere, 1))
                .isInstanceOfSatisfying(
                        DatabaseRefusal.class,
                        refusal -> assertThat(refusal.reason()).isEqualTo(DatabaseRefusal.Reason.UNREACHABLE))
                .satisfies(refused -> assertThat(everythingSaidBy(refused)).doesNotContain("hush"));
        assertThatThrownBy(() -> Migrations.run(nowhere))
                .isInstanceOf(DatabaseRefusal.class)
                .satisfies(refused -> assertThat(everythingSaidBy(refused)).doesNotContain("hush"));
    }

    private static String said(java.util.function.Function<Tx, Object> work) {
        Throwable thrown = catchThrowable(() -> DB.database().in(scope(), work));
        assertThat(thrown).isNotNull();
        return everythingSaidBy(thrown);
    }

    /** Messages of the exception, its causes and what it suppressed. */
    private static String everythingSaidBy(Throwable thrown) {
        StringWriter said = new StringWriter();
        thrown.printStackTrace(new PrintWriter(said));
        return said.toString();
    }

    private static void existing() {
        if (DB.rows("select 1 from contacts").isEmpty()) {
            DB.as_superuser(
                    "set session_replication_role = replica; insert into contacts (workspace_id, id, name, phone) values ('"
                            + TestDatabase.A + "', gen_random_uuid(), 'Ana', '+" + SECRET + "')");
        }
    }

    private static Scope scope() {
        return Scope.of(TestDatabase.A).executing(UUID.randomUUID());
    }
}

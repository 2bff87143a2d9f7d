package dev.recourse.db;

import static org.assertj.core.api.Assertions.assertThat;

import dev.recourse.db.workspace.Workspaces;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whoever may migrate, and however many do so at once. */
final class MigrationsTest {

    @Test
    void a_login_that_may_make_roles_and_a_schema_can_migrate_a_new_cluster() throws Exception {
        try (EmbeddedPostgres cluster = EmbeddedPostgres.start()) {
            superuser(cluster, "create role creator login createrole password 'secret'");
            superuser(cluster, "create database crm");
            superuser(cluster, "grant create on database crm to creator");
            DatabaseAddress creator = address(cluster, "creator");

            assertThat(Migrations.run(creator)).isEqualTo(all());

            works(creator);
        }
    }

    @Test
    void a_login_that_is_merely_granted_the_roles_can_migrate_and_one_with_the_application_s_alone_can_run()
            throws Exception {
        try (TestDatabase there = TestDatabase.fresh()) {
            there.as_superuser("create role granted login password 'secret';"
                    + "grant recourse_owner, recourse_app, recourse_capture to granted;"
                    + "create role runner login password 'secret';"
                    + "grant recourse_app to runner");

            there.as_superuser("""
                    do $$
                    declare
                      t text;
                    begin
                      for t in select table_name from tracked_tables loop
                        execute format('drop table %I cascade', t);
                        execute format('drop function %I', 'capture_' || t);
                      end loop;
                    end $$;
                    delete from tracked_tables;
                    alter table workspaces drop column currency;
                    drop table tool_resolutions, approval_decisions, approvals;
                    drop table whatsapp_lines, whatsapp_templates, messages, message_statuses, conversation_reads;
                    drop function found_state;
                    drop function told_already cascade;
                    delete from flyway_schema_history where version::int >= 7;
                    """);
            assertThat(Migrations.run(there.as("granted", "secret"))).isEqualTo(all() - 6);

            works(there.as("granted", "secret"));
            works(there.as("runner", "secret"));
            there.as_superuser("drop owned by granted; drop owned by runner; drop role granted; drop role runner");
        }
    }

    @Test
    void two_databases_of_one_cluster_can_be_migrated_at_the_same_moment() throws IOException {
        try (TestDatabase one = TestDatabase.bare("same_moment_1");
                TestDatabase other = TestDatabase.bare("same_moment_2")) {
            assertThat(together(one.address(), other.address())).containsExactly(all(), all());
        }
    }

    @Test
    void processes_that_migrate_the_same_database_at_once_share_the_work() throws IOException {
        try (TestDatabase one = TestDatabase.bare("same_database")) {
            assertThat(together(one.address(), one.address(), one.address()).stream()
                            .mapToInt(n -> n)
                            .sum())
                    .isEqualTo(all());
            works(one.address());
        }
    }

    /** How many migrations there are. */
    private static int all() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/main/resources/dev/recourse/db/migration"))) {
            return (int) files.count();
        }
    }

    private static void works(DatabaseAddress address) {
        try (Database database = Database.open(address, 1)) {
            Workspaces.prepare(database);
            Workspaces.create(database, TestDatabase.A, "a", "A");
            assertThat(database.workspace("a")).contains(TestDatabase.A);
            assertThat(database.admit(TestDatabase.A, "crm", 100)).isEmpty();
        }
    }

    private static DatabaseAddress address(EmbeddedPostgres cluster, String user) {
        return new DatabaseAddress("jdbc:postgresql://localhost:" + cluster.getPort() + "/crm", user, "secret");
    }

    private static void superuser(EmbeddedPostgres cluster, String sql) throws SQLException {
        try (Connection connection = cluster.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static List<Integer> together(DatabaseAddress... addresses) {
        List<CompletableFuture<Integer>> running = Stream.of(addresses)
                .map(address -> Meanwhile.doing(() -> Migrations.run(address)))
                .toList();
        return running.stream().map(CompletableFuture::join).toList();
    }
}

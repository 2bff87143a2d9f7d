package dev.recourse.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

final class MigrationsTest {
    @Test
    void migrating_twice_changes_nothing() throws IOException {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start()) {
            DataSource database = postgres.getPostgresDatabase();

            int first = Migrations.apply(database);
            int second = Migrations.apply(database);

            assertThat(first).isPositive();
            assertThat(second).isZero();
        }
    }
}

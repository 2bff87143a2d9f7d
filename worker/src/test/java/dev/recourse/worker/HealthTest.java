package dev.recourse.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.recourse.activities.tool.Json;
import dev.recourse.db.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker that could not begin says which part it has and which it has not. */
final class HealthTest {

    private static final String NOBODY = "127.0.0.1:1";

    @TempDir
    private Path folder = Path.of("");

    @Test
    void where_temporal_is_missing_the_database_is_up() {
        try (TestDatabase db = TestDatabase.fresh();
                Service service = service(Child.url(db.address()))) {
            assertThatThrownBy(() -> service.begin(Duration.ZERO)).hasMessageStartingWith("Temporal does not answer");

            assertThat(service.health()).isEqualTo(Json.read("""
                    {"status": "down", "database": "up", "temporal": "down", "worker": "down"}"""));
        }
    }

    @Test
    void where_the_database_is_missing_all_is_down() {
        try (Service service = service("postgresql://me:word@" + NOBODY + "/crm")) {
            assertThatThrownBy(() -> service.begin(Duration.ZERO)).hasMessageStartingWith("PostgreSQL does not answer");

            assertThat(service.health()).isEqualTo(Json.read("""
                    {"status": "down", "database": "down", "temporal": "down", "worker": "down"}"""));
        }
    }

    private Service service(String database) {
        Map<String, String> environment = Map.of(
                "RECOURSE_HOME",
                folder.resolve("home").toString(),
                "DATABASE_URL",
                database,
                "TEMPORAL_ADDRESS",
                NOBODY,
                "RECOURSE_WORKSPACE",
                "a");
        return Service.open(Settings.read(Settings.Flags.NONE, environment), Progress.SILENT);
    }
}

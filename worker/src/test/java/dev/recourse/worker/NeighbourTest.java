package dev.recourse.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.recourse.worker.embedded.Beacon;
import dev.recourse.worker.embedded.Home;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which commands use a {@code recourse dev} that runs on their home. */
final class NeighbourTest {

    private static final Beacon.Place PLACE = new Beacon.Place("127.0.0.1:17233", "", "", true);

    @TempDir
    private Path folder = Path.of("");

    @Test
    void a_command_uses_it_while_it_runs_and_not_a_moment_longer() {
        assertThat(joined(Map.of()).dev()).isNull();
        try (Beacon beacon = taken()) {
            beacon.show(PLACE);

            assertThat(joined(Map.of()).dev()).isEqualTo(PLACE);
            assertThat(joined(Map.of()).temporalAddress()).isEqualTo("127.0.0.1:17233");
        }
        assertThat(joined(Map.of())).isEqualTo(settings(Map.of()));
    }

    @Test
    void who_names_a_cluster_or_another_database_does_without_it() {
        try (Beacon beacon = taken()) {
            beacon.show(PLACE);

            assertThat(joined(Map.of("TEMPORAL_ADDRESS", "other:7233")).dev()).isNull();
            assertThat(joined(Map.of("DATABASE_URL", "postgresql://db/crm")).dev())
                    .isNull();
        }
    }

    @Test
    void a_home_has_one_at_a_time() {
        Home home = Home.at(folder);
        try (Beacon beacon = taken()) {
            assertThat(Beacon.take(home)).isEmpty();
            beacon.show(PLACE);
            beacon.dim();
            assertThat(Beacon.take(home)).isEmpty();
        }
        try (Beacon next = taken()) {
            assertThat(next.left()).as("the one before went in good order").isEmpty();
        }
    }

    private Beacon taken() {
        return Beacon.take(Home.at(folder)).orElseThrow();
    }

    private Settings joined(Map<String, String> more) {
        return Neighbour.joined(settings(more), Progress.SILENT);
    }

    private Settings settings(Map<String, String> more) {
        Map<String, String> environment = new HashMap<>(more);
        environment.put("RECOURSE_HOME", folder.toString());
        return Settings.read(Settings.Flags.NONE, environment);
    }
}

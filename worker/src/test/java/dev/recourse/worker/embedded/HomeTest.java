package dev.recourse.worker.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HomeTest {
    private final Path folder;

    HomeTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void a_secret_is_made_once_whoever_asks() {
        Set<String> seen = ConcurrentHashMap.newKeySet();

        IntStream.range(0, 64)
                .parallel()
                .forEach(unused -> seen.add(Home.at(folder.resolve("home")).secret("identity")));

        assertThat(seen).hasSize(1).allSatisfy(secret -> assertThat(secret).hasSize(43));
    }

    @Test
    void secrets_differ_by_name_and_home() {
        Home one = Home.at(folder.resolve("one"));
        Home two = Home.at(folder.resolve("two"));

        assertThat(Set.of(one.secret("a"), one.secret("b"), two.secret("a"))).hasSize(3);
    }

    @Test
    void only_the_owner_reads_folders_and_secrets() throws IOException {
        Home home = Home.at(folder.resolve("missing/home"));
        home.secret("identity");

        for (Path path : Set.of(home.root(), home.postgres(), home.temporal(), home.config(), home.keys())) {
            assertThat(permissions(path)).isEqualTo("rwx------");
        }
        assertThat(permissions(home.keys().resolve("identity"))).isEqualTo("rw-------");
    }

    @Test
    void a_name_that_leads_elsewhere_is_refused() {
        Home home = Home.at(folder);

        assertThatThrownBy(() -> home.secret("../identity")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_folder_that_cannot_be_made_says_what_to_set() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "in the way");

        assertThatThrownBy(() -> Home.at(file.resolve("home")))
                .isInstanceOf(EmbeddedFailure.class)
                .hasMessageContaining("RECOURSE_HOME");
    }

    @Test
    void a_temporary_home_is_gone_after_close() {
        Home home = Home.temporary();
        home.secret("identity");

        home.close();
        home.close();

        assertThat(home.root()).doesNotExist();
    }

    @Test
    void a_home_that_stays_stays() {
        Home home = Home.at(folder.resolve("home"));
        String secret = home.secret("identity");

        home.close();

        assertThat(Home.at(folder.resolve("home")).secret("identity")).isEqualTo(secret);
    }

    @Test
    void the_next_temporary_home_clears_away_what_a_killed_process_left() throws IOException {
        Path left = Files.createTempDirectory("recourse-");
        Files.createFile(left.resolve("in-use.lock"));
        Files.setLastModifiedTime(left, FileTime.from(Instant.now().minusSeconds(3600)));
        Home inUse = Home.temporary();
        Files.setLastModifiedTime(inUse.root(), FileTime.from(Instant.now().minusSeconds(3600)));

        Home.temporary().close();

        assertThat(left).doesNotExist();
        assertThat(inUse.root()).exists();
        inUse.close();
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}

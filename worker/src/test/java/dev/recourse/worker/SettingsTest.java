package dev.recourse.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.recourse.worker.Settings.Flags;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SettingsTest {
    private static final String SESSION = "3f2b8c1e-9d4a-4c57-8e21-0a6b7c9d1e2f";

    private Path home = Path.of("");

    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void homeIsHere(@TempDir Path folder) {
        home = folder;
        environment.put("RECOURSE_HOME", home.toString());
    }

    @Test
    void without_configuration_everything_is_embedded() {
        Settings settings = read();

        assertThat(settings)
                .isEqualTo(new Settings(
                        home,
                        false,
                        null,
                        false,
                        null,
                        null,
                        "default",
                        null,
                        null,
                        null,
                        Duration.ofDays(1),
                        "https://waba-v2.360dialog.io",
                        null));
    }

    @Test
    void messages_go_where_the_environment_says_over_https_or_on_this_machine() {
        environment.put("RECOURSE_WHATSAPP_URL", "http://127.0.0.1:9360/");
        assertThat(read().whatsapp()).isEqualTo("http://127.0.0.1:9360/");

        for (String wrong : List.of("http://waba.example.com", "waba.example.com", "https://ana:x@waba.example.com")) {
            environment.put("RECOURSE_WHATSAPP_URL", wrong);
            assertThatThrownBy(this::read).isInstanceOf(WrongUsage.class).hasMessageContaining("RECOURSE_WHATSAPP_URL");
        }
    }

    @Test
    void the_environment_is_read() {
        environment.put("DATABASE_URL", "postgresql://ana:s3cret@db:5433/crm");
        environment.put("TEMPORAL_ADDRESS", "temporal.example.com:7233");
        environment.put("RECOURSE_WORKSPACE", "acme");
        environment.put("RECOURSE_SESSION", SESSION);

        Settings settings = read();

        assertThat(settings.database()).hasToString("postgresql://db:5433/crm");
        assertThat(settings.cluster()).isTrue();
        assertThat(settings.temporalAddress()).isEqualTo("temporal.example.com:7233");
        assertThat(settings.workspace()).isEqualTo("acme");
        assertThat(settings.session()).isEqualTo(UUID.fromString(SESSION));
    }

    @Test
    void flags_win_over_the_environment_which_wins_over_the_file() throws IOException {
        file("RECOURSE_WORKSPACE=from-file\nTEMPORAL_ADDRESS=file:1\nRECOURSE_SESSION = " + SESSION + "\n# a remark\n");
        assertThat(read().workspace()).isEqualTo("from-file");
        assertThat(read().session()).hasToString(SESSION);

        environment.put("RECOURSE_WORKSPACE", "from-environment");
        assertThat(read().workspace()).isEqualTo("from-environment");
        assertThat(read().temporalAddress()).isEqualTo("file:1");

        assertThat(Settings.read(new Flags("from-flag", null), environment).workspace())
                .isEqualTo("from-flag");
    }

    @Test
    void an_empty_variable_is_none() {
        environment.put("DATABASE_URL", "");
        environment.put("RECOURSE_WORKSPACE", "  ");

        assertThat(read().database()).isNull();
        assertThat(read().workspace()).isEqualTo("default");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TEMPORAL_PROFILE", "TEMPORAL_CONFIG_FILE"})
    void naming_a_profile_or_file_of_temporal_means_its_cluster(String variable) {
        environment.put(variable, "prod");

        assertThat(read().cluster()).isTrue();
        assertThat(read().temporalAddress()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://ana:s3cret@db:5433/crm?sslmode=require",
                "jdbc:postgresql://db:5433/crm?user=ana&password=s3cret"
            })
    void no_secret_is_in_its_text(String url) {
        environment.put("DATABASE_URL", url);

        assertThat(read().toString()).contains("postgresql://db:5433/crm").doesNotContain("s3cret", "ana");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "DATABASE_URL       | mysql://s3cret@h/db | DATABASE_URL can't be used: a database URL looks like postgresql://",
                "DATABASE_URL       | postgresql://u:s3cret%@h/db | DATABASE_URL can't be used",
                "TEMPORAL_ADDRESS   | temporal            | TEMPORAL_ADDRESS is no address: 'temporal'. It is a host and a port",
                "TEMPORAL_ADDRESS   | http://h:7233       | TEMPORAL_ADDRESS is no address",
                "TEMPORAL_ADDRESS   | h:70000             | TEMPORAL_ADDRESS is no address",
                "RECOURSE_WORKSPACE | My Company          | RECOURSE_WORKSPACE names no workspace: 'My Company'",
                "RECOURSE_SESSION   | 1-1-1-1-1           | RECOURSE_SESSION is no UUID: '1-1-1-1-1'",
            })
    void a_wrong_value_is_refused_by_name_and_without_secrets(String variable, String value, String message) {
        environment.put(variable, value);

        assertThatThrownBy(this::read)
                .isInstanceOf(WrongUsage.class)
                .hasMessageStartingWith(message)
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void a_wrong_flag_is_refused_by_its_name() {
        assertThatThrownBy(() -> Settings.read(new Flags(null, "x"), environment))
                .hasMessageStartingWith("--session is no UUID: 'x'");
    }

    @Test
    void a_wrong_value_in_the_file_is_refused_with_the_file() throws IOException {
        file("RECOURSE_SESSION=x");

        assertThatThrownBy(this::read)
                .hasMessageStartingWith("RECOURSE_SESSION in " + home.resolve("config.properties"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"DATABASE_ULR=x", "RECOURSE_HOME=/tmp", "bad \\u00zz"})
    void an_unknown_name_or_nonsense_in_the_file_is_refused(String text) throws IOException {
        file(text);

        assertThatThrownBy(this::read)
                .isInstanceOf(WrongUsage.class)
                .hasMessageStartingWith(home.resolve("config.properties").toString());
    }

    @Test
    void a_file_that_is_not_utf_8_is_refused() throws IOException {
        Files.write(home.resolve("config.properties"), "RECOURSE_WORKSPACE=ñ".getBytes(StandardCharsets.ISO_8859_1));

        assertThatThrownBy(this::read).isInstanceOf(WrongUsage.class);
    }

    @Test
    void the_home_is_where_the_environment_says() {
        assertThat(Settings.home(Map.of("RECOURSE_HOME", "/a/../b"))).isEqualTo(Path.of("/b"));
        assertThat(Settings.home(Map.of("XDG_DATA_HOME", "/data"))).isEqualTo(Path.of("/data/recourse"));
        assertThat(Settings.home(Map.of("XDG_DATA_HOME", "relative")).toString())
                .endsWith(".local/share/recourse");
        assertThat(Settings.home(Map.of()).toString()).endsWith(".local/share/recourse");
    }

    @Test
    void a_home_that_is_a_file_is_refused() throws IOException {
        Path file = Files.writeString(home.resolve("file"), "");

        assertThatThrownBy(() -> Settings.home(Map.of("RECOURSE_HOME", file.toString())))
                .hasMessageContaining("RECOURSE_HOME is a file");
    }

    @Test
    void a_throw_away_home_is_embedded_whatever_is_configured() {
        assertThat(Settings.forThrowAway("http://127.0.0.1:1"))
                .matches(Settings::throwAway)
                .matches(settings -> settings.database() == null && !settings.cluster());
    }

    private Settings read() {
        return Settings.read(Flags.NONE, environment);
    }

    private void file(String text) throws IOException {
        Files.writeString(home.resolve("config.properties"), text);
    }

    @Test
    void the_address_of_temporals_ui_is_one_of_a_web_page() {
        assertThat(Settings.read(Settings.Flags.NONE, Map.of("RECOURSE_TEMPORAL_UI", "https://temporal.acme.example/"))
                        .temporalUi())
                .isEqualTo("https://temporal.acme.example");
        assertThatThrownBy(() -> Settings.read(
                        Settings.Flags.NONE, Map.of("RECOURSE_TEMPORAL_UI", "temporal.acme.example:8233")))
                .isInstanceOf(WrongUsage.class)
                .hasMessageContaining("RECOURSE_TEMPORAL_UI", "http://localhost:8233");
    }
}

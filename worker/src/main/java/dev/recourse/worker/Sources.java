package dev.recourse.worker;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** Where settings are looked for: the command line, then the environment, then {@code config.properties} in the home. */
final class Sources {
    static final String HOME = "RECOURSE_HOME";
    static final String DATABASE = "DATABASE_URL";
    static final String TEMPORAL = "TEMPORAL_ADDRESS";
    static final String WORKSPACE = "RECOURSE_WORKSPACE";
    static final String SESSION = "RECOURSE_SESSION";
    static final String IDENTITY_KEY = "RECOURSE_IDENTITY_KEY";
    static final String TEMPORAL_UI = "RECOURSE_TEMPORAL_UI";
    static final String APPROVALS_WITHIN = "RECOURSE_APPROVALS_WITHIN";
    static final String SHELL = "RECOURSE_SHELL";
    static final String SHELL_ROOT = "RECOURSE_SHELL_ROOT";
    static final String WHATSAPP = "RECOURSE_WHATSAPP_URL";

    /** In the environment alone: what it says is kept encrypted, and a file would keep it in the clear. */
    static final String WHATSAPP_KEY = "RECOURSE_WHATSAPP_KEY";

    /** What the file may hold, under the names the environment has. */
    private static final List<String> FILE_KEYS = List.of(
            DATABASE,
            TEMPORAL,
            WORKSPACE,
            SESSION,
            IDENTITY_KEY,
            TEMPORAL_UI,
            APPROVALS_WITHIN,
            WHATSAPP,
            SHELL,
            SHELL_ROOT);

    /** Naming a profile or a file of temporal-envconfig means its cluster; a file that merely lies there does not. */
    private static final List<String> TEMPORAL_CONFIGURED = List.of("TEMPORAL_PROFILE", "TEMPORAL_CONFIG_FILE");

    private final Map<String, String> environment;
    private final Path file;
    private final Properties properties;

    /** @throws WrongUsage if there is a file in that home that can't be read, or holds an unknown name */
    Sources(Map<String, String> environment, Path home) {
        this.environment = environment;
        this.file = home.resolve("config.properties");
        this.properties = load(file);
    }

    /** What one variable of the environment says, without blanks around it; null where it says nothing. */
    static @Nullable String present(Map<String, String> environment, String name) {
        String value = environment.get(name);
        return value == null || value.isBlank() ? null : value.strip();
    }

    /** Whether the environment names a cluster by temporal-envconfig's own variables. */
    boolean configuresTemporal() {
        return TEMPORAL_CONFIGURED.stream().anyMatch(name -> present(environment, name) != null);
    }

    /** What the environment says, else the file. */
    Optional<Setting> find(String name) {
        return find(name, name, null);
    }

    /** The same where a flag goes before. */
    Optional<Setting> find(String name, String flag, @Nullable String flagValue) {
        if (flagValue != null) {
            return Optional.of(new Setting(flag, flagValue));
        }
        String value = present(environment, name);
        if (value != null) {
            return Optional.of(new Setting(name, value));
        }
        String kept = properties.getProperty(name, "").strip();
        return kept.isEmpty() ? Optional.empty() : Optional.of(new Setting(name + " in " + file, kept));
    }

    private static Properties load(Path file) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (NoSuchFileException none) {
            return properties;
        } catch (IOException | IllegalArgumentException e) {
            throw new WrongUsage(file + " can't be read: it is lines of NAME=value in UTF-8. (" + e.getMessage() + ")");
        }
        properties.stringPropertyNames().stream()
                .filter(name -> !FILE_KEYS.contains(name))
                .sorted()
                .findFirst()
                .ifPresent(name -> {
                    throw new WrongUsage(file + " holds an unknown name: " + name + ". Known are "
                            + String.join(", ", FILE_KEYS) + ".");
                });
        return properties;
    }
}

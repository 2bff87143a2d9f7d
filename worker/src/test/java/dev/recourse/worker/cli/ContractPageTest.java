package dev.recourse.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.recourse.worker.Settings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What {@code docs/contract.md} names is there, and what a script can meet is named in it. */
final class ContractPageTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern CAPITALS = Pattern.compile("`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|BUSY|TIMEOUT)`");
    private static final Pattern IN_CODE = Pattern.compile("\"([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\"");
    private static final Pattern REFUSED =
            Pattern.compile("(?:validation|notFound|duplicate|conflict|precondition|denied|timeout|internal|external)"
                    + "\\(\\s*\"([A-Z_]+)\"");
    private static final Pattern FLAG = Pattern.compile("`[^`]*?(--[a-z-]+)[^`]*`");
    private static final Pattern COMMAND = Pattern.compile("`recourse ([a-z-]+)");

    /** Read by Temporal's own configuration, XDG's by its specification. */
    private static final Set<String> OF_OTHERS = Set.of("TEMPORAL_PROFILE", "TEMPORAL_NAMESPACE", "XDG_DATA_HOME");

    @Test
    void each_error_code_and_variable_it_names_is_in_the_code() throws IOException {
        Set<String> known = new TreeSet<>(OF_OTHERS);
        known.addAll(found(IN_CODE, sources()));
        known.addAll(found(Pattern.compile("(?m)^(BUSY|TIMEOUT)="), messages()));
        known.addAll(found(Pattern.compile("'([A-Z]+(?:_[A-Z]+)+)'"), migrations()));
        known.addAll(found(Pattern.compile("(?m)^([A-Z]+(?:_[A-Z]+)+)="), messages()));

        assertThat(found(CAPITALS, page())).isNotEmpty().isSubsetOf(known);
    }

    @Test
    void each_error_code_that_a_call_can_end_with_is_named() throws IOException {
        assertThat(found(CAPITALS, page())).containsAll(found(REFUSED, sources()));
    }

    @Test
    void each_variable_that_is_read_is_named() throws IOException {
        String worker = everything(ROOT.resolve("worker/src/main/java"), ".java");
        Set<String> variables = found(Pattern.compile("\"((?:RECOURSE|DATABASE|TEMPORAL|XDG)_[A-Z_]+)\""), worker);

        assertThat(variables).contains("RECOURSE_IDENTITY_KEY", "XDG_DATA_HOME");
        assertThat(found(Pattern.compile("`([A-Z_]+)`"), page())).containsAll(variables);
        assertThat(Settings.DEFAULT_WORKSPACE).isEqualTo("default");
    }

    @Test
    void each_command_it_names_is_there_and_each_command_is_named() throws IOException {
        Set<String> commands = new TreeSet<>(commands().keySet());
        commands.remove("help");

        assertThat(found(COMMAND, page())).isEqualTo(commands);
    }

    @Test
    void each_flag_it_names_is_some_commands_and_each_flag_is_named() throws IOException {
        Set<String> flags = new TreeSet<>();
        for (CommandLine command : commands().values()) {
            command.getCommandSpec().options().forEach(option -> flags.add(option.longestName()));
        }
        flags.removeIf(flag -> !flag.startsWith("--"));
        Set<String> named = new TreeSet<>();
        Pattern.compile("--[a-z][a-z-]+").matcher(page()).results().forEach(flag -> named.add(flag.group()));

        assertThat(found(FLAG, page())).isNotEmpty();
        assertThat(named).isEqualTo(flags);
    }

    private static Map<String, CommandLine> commands() {
        PrintStream nowhere = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        World world = new World(
                new ByteArrayInputStream(new byte[0]),
                nowhere,
                nowhere,
                Map.of(),
                new Terminal(false, false, Map.of()));
        return new TreeMap<>(Cli.commands(world).getSubcommands());
    }

    private static String page() throws IOException {
        return Files.readString(ROOT.resolve("docs/contract.md"));
    }

    private static String messages() throws IOException {
        return Files.readString(
                ROOT.resolve("activities/src/main/resources/dev/recourse/activities/tool/messages_en.properties"));
    }

    private static String migrations() throws IOException {
        return everything(ROOT.resolve("db/src/main/resources"), ".sql");
    }

    private static String sources() throws IOException {
        StringBuilder all = new StringBuilder();
        for (String room : List.of("activities", "db", "worker", "workflows")) {
            all.append(everything(ROOT.resolve(room).resolve("src/main/java"), ".java"));
        }
        return all.toString();
    }

    private static String everything(Path folder, String ending) throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(ending)).toList()) {
                all.append(Files.readString(file));
            }
        }
        return all.toString();
    }

    private static Set<String> found(Pattern pattern, String text) {
        Set<String> found = new TreeSet<>();
        pattern.matcher(text).results().forEach(match -> found.add(match.group(1)));
        return found;
    }
}

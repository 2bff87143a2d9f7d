package dev.recourse.activities.shell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.recourse.activities.shell.Corpus.Line;
import dev.recourse.activities.shell.terms.Decision;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The same command, written otherwise: what it means must not get easier to miss, and text must stay text. */
final class GuardRewritingTest {

    /** Each gives a command that does what the given one does. */
    private static final Map<String, BiFunction<String, Random, String>> SAME = new LinkedHashMap<>();

    /** Each puts any script into another one that runs it. */
    private static final Map<String, BiFunction<String, Random, String>> AROUND = new LinkedHashMap<>();

    /** Each gives a command that only shows, looks for or writes down the given one. */
    private static final Map<String, BiFunction<String, Random, String>> TEXT = new LinkedHashMap<>();

    static {
        SAME.put("quotes in the word", (c, r) -> inFirst(c, r, "''"));
        SAME.put("double quotes in the word", (c, r) -> inFirst(c, r, "\"\""));
        SAME.put("a backslash", (c, r) -> inFirst(c, r, "\\"));
        SAME.put("quotes around the word", (c, r) -> "'" + first(c) + "'" + rest(c));
        SAME.put("ANSI-C quotes", (c, r) -> "$'" + hex(first(c)) + "'" + rest(c));
        SAME.put("a default", (c, r) -> "${unset:-" + first(c) + "}" + rest(c));
        SAME.put("a variable", (c, r) -> "v=" + first(c) + "; $v" + rest(c));
        SAME.put("a substitution", (c, r) -> "$(echo " + first(c) + ")" + rest(c));
        SAME.put("backticks", (c, r) -> "`printf %s " + first(c) + "`" + rest(c));
        SAME.put("IFS", (c, r) -> first(c) + rest(c).replace(" ", "${IFS}"));
        SAME.put("tabs", (c, r) -> c.replace(" ", "\t"));
        SAME.put("an absolute path", (c, r) -> "/usr/bin/" + c);
        SAME.put("env", (c, r) -> "env A=1 " + c);
        SAME.put("command", (c, r) -> "command " + c);
        SAME.put("sudo", (c, r) -> "sudo -u root " + c);
        SAME.put("nice and nohup", (c, r) -> "nice -n 5 nohup " + c);
        SAME.put("timeout", (c, r) -> "timeout 5 " + c);
        SAME.put("a broken line", (c, r) -> first(c) + rest(c).replaceFirst(" ", " \\\\\n"));
        SAME.put("a broken word", (c, r) -> c.charAt(0) + "\\\n" + c.substring(1));
        SAME.put("in the background", (c, r) -> c + " &");
        SAME.put("silently", (c, r) -> c + " >/dev/null 2>&1");

        AROUND.put("sh -c", (c, r) -> "sh -c " + single(c));
        AROUND.put("eval", (c, r) -> "eval " + single(c));
        AROUND.put("a new line", (c, r) -> "true\n" + c);
        AROUND.put("behind another", (c, r) -> "ls && " + c);
        AROUND.put("in a subshell", (c, r) -> "(\n" + c + "\n)");
        AROUND.put("in braces", (c, r) -> "{\n" + c + "\n}");
        AROUND.put("in a branch", (c, r) -> "if true; then\n" + c + "\nfi");
        AROUND.put("in a loop", (c, r) -> "for i in 1; do\n" + c + "\ndone");
        AROUND.put("in a case", (c, r) -> "case x in\nx)\n" + c + "\n;;\nesac");
        AROUND.put("in a function", (c, r) -> "g() {\n" + c + "\n}\ng");
        AROUND.put("in a string", (c, r) -> "echo \"$(\n" + c + "\n)\"");
        AROUND.put("in an assignment", (c, r) -> "x=$(\n" + c + "\n)");
        AROUND.put("as a file", (c, r) -> "cat <(\n" + c + "\n)");
        AROUND.put("in a here-document", (c, r) -> "cat <<" + end(c) + "\n$(\n" + c + "\n)\n" + end(c));
        AROUND.put("to a shell", (c, r) -> "bash <<'" + end(c) + "'\n" + c + "\n" + end(c));
        AROUND.put("through a pipe", (c, r) -> "echo " + single(c) + " | sh");
        AROUND.put("behind a comment", (c, r) -> "# it's just a comment\n" + c);
        AROUND.put("behind text", (c, r) -> "echo 'a \"b' \"c 'd\" \\' \\\"; " + c);

        TEXT.put("echoed", (c, r) -> "echo " + single(c));
        TEXT.put("printed", (c, r) -> "printf '%s\\n' " + single(c));
        TEXT.put("a comment", (c, r) -> "# " + c);
        TEXT.put("a comment behind", (c, r) -> "ls # " + c);
        TEXT.put("a here-document", (c, r) -> "cat <<'E_O_F'\n" + c + "\nE_O_F");
        TEXT.put("a note", (c, r) -> "echo " + single(c) + " >> notes.md");
        TEXT.put("looked for", (c, r) -> "grep -rn -- " + single(c) + " docs");
        TEXT.put("looked for with rg", (c, r) -> "rg -F -e " + single(c) + " .");
        TEXT.put("a commit message", (c, r) -> "git commit -m " + single(c));
        TEXT.put("a variable that is shown", (c, r) -> "text=" + single(c) + "; echo \"$text\"");
        TEXT.put("searched in the log", (c, r) -> "git log --grep=" + single(c));
    }

    static Stream<String> same() {
        return Stream.concat(SAME.keySet().stream(), AROUND.keySet().stream());
    }

    static Stream<String> text() {
        return TEXT.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("same")
    void a_dangerous_command_in_other_words_is_not_allowed(String how) {
        Random random = new Random(how.hashCode());
        for (Line line : simple()) {
            String rewritten = rewritten(SAME.containsKey(how) ? SAME : AROUND, how, line.command(), random);

            assertThat(Guard.judge(rewritten, "").decision())
                    .as("seed %d, %s: %s", how.hashCode(), how, rewritten)
                    .isNotEqualTo(Decision.ALLOW);
        }
    }

    @ParameterizedTest
    @MethodSource("text")
    void a_dangerous_command_as_text_is_not_denied(String how) {
        Random random = new Random(how.hashCode());
        for (Line line : simple()) {
            String rewritten = rewritten(TEXT, how, line.command(), random);

            assertThat(Guard.judge(rewritten, "").decision())
                    .as("seed %d, %s: %s", how.hashCode(), how, rewritten)
                    .isNotEqualTo(Decision.DENY);
        }
    }

    static LongStream seeds() {
        return LongStream.range(0, 200);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void three_rewritings_on_top_of_each_other_do_not_make_it_allowed(long seed) {
        Random random = new Random(seed);
        List<Line> lines = simple();
        for (int i = 0; i < 20; i++) {
            String command = lines.get(random.nextInt(lines.size())).command();
            StringBuilder how = new StringBuilder();
            for (int n = 0; n < 3; n++) {
                Map<String, BiFunction<String, Random, String>> ways = n == 0 ? SAME : AROUND;
                String way = List.copyOf(ways.keySet()).get(random.nextInt(ways.size()));
                command = rewritten(ways, way, command, random);
                how.append(way).append(", ");
            }

            assertThat(Guard.judge(command, "").decision())
                    .as("seed %d, %s %s", seed, how, command)
                    .isNotEqualTo(Decision.ALLOW);
        }
    }

    @Test
    void there_are_enough_seeds_and_ways() {
        assertThat(simple()).hasSizeGreaterThan(100);
        assertThat(SAME.size() + AROUND.size()).isGreaterThanOrEqualTo(20);
        assertThat(TEXT).hasSizeGreaterThanOrEqualTo(10);
    }

    /** Dangerous commands that are one plain command, so that their first word can be rewritten. */
    private static List<Line> simple() {
        return Corpus.dangerous().stream()
                .filter(line -> line.command().matches("[a-z][a-z0-9.-]* [A-Za-z0-9 /._:,@=+~-]+"))
                .filter(line ->
                        !line.command().matches("(command|builtin|exec|function|trap|alias|coproc|for|set|export) .*"))
                .toList();
    }

    private static String rewritten(
            Map<String, BiFunction<String, Random, String>> ways, String how, String command, Random random) {
        return Objects.requireNonNull(ways.get(how), how).apply(command, random);
    }

    private static String first(String command) {
        return command.substring(0, command.indexOf(' '));
    }

    private static String rest(String command) {
        return command.substring(command.indexOf(' '));
    }

    /** Right behind a letter of the first word; where there is none any more, in front of everything. */
    private static String inFirst(String command, Random random, String what) {
        int length = Math.max(1, command.indexOf(' '));
        int at = 1 + random.nextInt(length);
        boolean letters = command.substring(0, length).matches("[a-z0-9.-]+") && at < length;
        return letters ? command.substring(0, at) + what + command.substring(at) : command;
    }

    private static String single(String command) {
        return "'" + command.replace("'", "'\\''") + "'";
    }

    /** Ends a here-document, and stands in no other one. */
    private static String end(String command) {
        return "E" + command.length();
    }

    private static String hex(String word) {
        StringBuilder hex = new StringBuilder();
        word.chars().forEach(c -> hex.append(String.format("\\x%02x", c)));
        return hex.toString();
    }
}

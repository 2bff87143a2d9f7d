package dev.recourse.worker.cli;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What is wrong with a command line, and what was probably meant. */
final class Mistyped {
    private Mistyped() {}

    static String explain(ParameterException wrong) {
        if (wrong instanceof UnmatchedArgumentException unmatched
                && !unmatched.getUnmatched().isEmpty()) {
            return unknown(unmatched.getUnmatched().get(0), wrong.getCommandLine());
        }
        return Texts.oneLine(String.valueOf(wrong.getMessage()));
    }

    private static String unknown(String word, CommandLine line) {
        String shown = "'" + Texts.cut(Texts.oneLine(word), 60) + "'";
        Map<String, CommandLine> commands = line.getSubcommands();
        if (word.startsWith("-")) {
            String option = word.replaceFirst("=.*", "");
            return afterTheCommand(option, commands)
                    ? option + " goes after the command, such as 'recourse run FILE " + option + "'."
                    : "there is no option " + shown + Nearest.end(option, optionsOf(line));
        }
        return commands.isEmpty()
                ? shown + " is one argument too many (is a quote missing?)."
                : "there is no command " + shown + Nearest.end(word, commands.keySet());
    }

    private static boolean afterTheCommand(String option, Map<String, CommandLine> commands) {
        return commands.values().stream().anyMatch(command -> optionsOf(command).contains(option));
    }

    private static Set<String> optionsOf(CommandLine line) {
        return new TreeSet<>(line.getCommandSpec().optionsMap().keySet());
    }
}

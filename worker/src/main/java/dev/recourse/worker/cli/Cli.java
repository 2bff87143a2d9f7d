package dev.recourse.worker.cli;

import dev.recourse.worker.Recourse;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/** The whole command line: commands, help, and how each run ends. */
public final class Cli {
    private static final int HELP_COLUMNS = 100;

    /** What Java puts in place of bytes that the locale can't read. */
    private static final char UNREADABLE = '\uFFFD';

    private Cli() {}

    /** Runs a command of this process and answers its exit code; everything that goes wrong is said and has a code. */
    public static int run(String... arguments) {
        World world = World.ofProcess();
        Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> Logs.keep(thrown, new Failures(world).home()));
        return run(world, arguments);
    }

    static int run(World world, String... arguments) {
        Failures failures = new Failures(world);
        CommandLine line = commands(world, arguments);
        try {
            for (String argument : arguments) {
                if (argument.indexOf(UNREADABLE) >= 0) {
                    return failures.usage("recourse", unreadable(argument)).code();
                }
            }
            return line.execute(arguments);
        } catch (RuntimeException | Error e) {
            return failures.end(e, "recourse", asksForJson(arguments)).code();
        } finally {
            if (world.out().checkError()) {
                world.err().println("recourse: standard output was closed before the whole result was written.");
            }
        }
    }

    static CommandLine commands(World world, String... arguments) {
        CommandLine line = new CommandLine(new Root());
        Map<String, Supplier<Object>> all = all(world);
        // Reading a command's options takes a while: where the first word names one, the others are left out.
        Supplier<Object> named = arguments.length == 0 || arguments[0].equals("help") ? null : all.get(arguments[0]);
        for (Supplier<Object> command : named == null ? all.values() : List.of(named)) {
            line.addSubcommand(command.get());
        }
        style(line, world);
        Failures failures = new Failures(world);
        line.setExecutionExceptionHandler((thrown, command, parsed) -> failures.end(
                        thrown, command.getCommandSpec().qualifiedName(), asksForJson(parsed))
                .code());
        line.setParameterExceptionHandler((wrong, words) -> failures.usage(
                        wrong.getCommandLine().getCommandSpec().qualifiedName(), Mistyped.explain(wrong))
                .code());
        return line;
    }

    /** Every command under its name, in the order of the help. */
    private static Map<String, Supplier<Object>> all(World world) {
        Map<String, Supplier<Object>> all = new LinkedHashMap<>();
        all.put("demo", () -> new DemoCommand(world));
        all.put("call", () -> new CallCommand(world));
        all.put("run", () -> new RunCommand(world));
        all.put("rollback", () -> new RollbackCommand(world));
        all.put("approvals", () -> new ApprovalsCommand(world));
        all.put("resolve", () -> new ResolveCommand(world));
        all.put("audit", () -> new AuditCommand(world));
        all.put("tools", () -> new ToolsCommand(world));
        all.put("whatsapp", () -> new WhatsappCommand(world));
        all.put("dev", () -> new DevCommand(world));
        all.put("stand-in", () -> new StandInCommand(world));
        all.put("replay", () -> new ReplayCommand(world));
        all.put("worker", () -> new WorkerCommand(world));
        all.put("migrate", () -> new MigrateCommand(world));
        all.put("help", CommandLine.HelpCommand::new);
        return all;
    }

    private static void style(CommandLine line, World world) {
        line.setOut(new PrintWriter(world.out(), true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(world.err(), true, StandardCharsets.UTF_8));
        // Ours is "call TOOL @FILE"; picocli's would splice the file's words into the command line.
        line.setExpandAtFiles(false);
        line.setUsageHelpWidth(HELP_COLUMNS);
        boolean colours = world.terminal().colours();
        line.setColorScheme(CommandLine.Help.defaultColorScheme(colours ? Ansi.ON : Ansi.OFF));
        document(line.getCommandSpec());
        line.getCommandSpec().usageMessage().exitCodeList(exitCodes());
        line.getSubcommands().values().forEach(command -> document(command.getCommandSpec()));
    }

    private static void document(CommandSpec spec) {
        UsageMessageSpec usage = spec.usageMessage();
        usage.synopsisHeading("Usage: ");
        usage.descriptionHeading("%n");
        usage.parameterListHeading("%n");
        usage.optionListHeading("%nOptions:%n");
        usage.commandListHeading("%nCommands:%n");
        usage.sortOptions(true);
        spec.version("recourse " + Recourse.version());
    }

    private static Map<String, String> exitCodes() {
        Map<String, String> codes = new LinkedHashMap<>();
        for (ExitCode code : ExitCode.values()) {
            codes.put(String.format("%4d", code.code()), code.meaning());
        }
        return codes;
    }

    private static boolean asksForJson(ParseResult parsed) {
        ParseResult command = parsed.hasSubcommand() ? parsed.subcommand() : parsed;
        return command.commandSpec().mixins().values().stream()
                .map(CommandSpec::userObject)
                .anyMatch(mixin -> mixin instanceof CommonOptions common && common.json());
    }

    /** Where even the parser failed: a guess. */
    private static boolean asksForJson(String[] arguments) {
        List<String> words = new ArrayList<>(List.of(arguments));
        int option = Math.max(words.indexOf("-o"), words.indexOf("--output"));
        return words.contains("-ojson")
                || words.contains("-o=json")
                || words.contains("--output=json")
                || (option >= 0
                        && option + 1 < words.size()
                        && words.get(option + 1).startsWith("json"));
    }

    private static String unreadable(String argument) {
        return "'" + Texts.cut(Texts.oneLine(argument), 60) + "' holds letters that this locale can't pass on ("
                + System.getProperty("sun.jnu.encoding") + "). Set LC_ALL=C.UTF-8, or give JSON in a file (@FILE) or on"
                + " standard input (-).";
    }

    /** {@code recourse} without a command. */
    @Command(
            name = "recourse",
            synopsisSubcommandLabel = "COMMAND",
            description = "Every action an agent takes can be previewed, proven and taken back.",
            footer = {
                "",
                "Start here:",
                "  recourse demo",
                "  recourse dev",
                "  recourse call crm.contact.create '{\"name\":\"Ana\",\"phone\":\"3001234567\"}' --dry-run",
                "  recourse audit",
                "",
                "Every command knows --workspace, --session, -o table|json, --quiet and --help.",
                "Without configuration everything is embedded, and lives in RECOURSE_HOME",
                "(default: ~/.local/share/recourse). DATABASE_URL and TEMPORAL_ADDRESS name your own;",
                "flags win over the environment, which wins over config.properties in RECOURSE_HOME."
            },
            exitCodeListHeading = "%nExit codes:%n")
    static final class Root implements Callable<Integer> {
        @Option(
                names = {"-h", "--help"},
                usageHelp = true,
                description = "Shows this help; 'recourse COMMAND --help' shows a command's.")
        boolean help;

        @Option(names = "--version", versionHelp = true, description = "Shows the version.")
        boolean version;

        @CommandLine.Spec
        @SuppressWarnings("NullAway.Init")
        private CommandSpec spec;

        @Override
        public Integer call() {
            spec.commandLine().usage(spec.commandLine().getErr());
            return ExitCode.USAGE.code();
        }
    }
}

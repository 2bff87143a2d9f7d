package dev.recourse.activities.shell;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Shells and languages: what they are given as text is judged as far as it can be, and never runs unasked. */
final class Interpreters {
    static final Set<String> SHELLS = Set.of(
            "sh",
            "bash",
            "dash",
            "zsh",
            "ksh",
            "ash",
            "mksh",
            "fish",
            "csh",
            "tcsh",
            "rbash",
            "pwsh",
            "powershell",
            "cmd");
    private static final Set<String> OTHER_SHELLS = Set.of("fish", "csh", "tcsh", "pwsh", "powershell", "cmd");
    private static final Set<String> LANGUAGES = Set.of(
            "python",
            "python2",
            "python3",
            "pypy",
            "pypy3",
            "node",
            "nodejs",
            "perl",
            "ruby",
            "php",
            "lua",
            "luajit",
            "tclsh",
            "wish",
            "Rscript",
            "R",
            "julia",
            "ghci",
            "guile",
            "osascript",
            "groovy",
            "scala",
            "kotlin",
            "jshell",
            "irb",
            "ipython",
            "bpython",
            "erl",
            "elixir",
            "swipl",
            "gawk-shell",
            "octave",
            "sqlite3",
            "psql",
            "mysql",
            "mongo",
            "mongosh",
            "redis-cli",
            "ed",
            "ex",
            "vi",
            "vim",
            "nvim",
            "view",
            "emacs",
            "nano",
            "dc",
            "m4",
            "deno",
            "ts-node",
            "tsx",
            "java",
            "jrunscript",
            "cscript",
            "wscript",
            "mshta",
            "rundll32",
            "regsvr32",
            "certutil",
            "bitsadmin",
            "gnuplot",
            "ghc",
            "runghc");
    private static final Pattern QUIET =
            Pattern.compile("--version|-V|-v|--help|-h|version|-version|-\\?|--check|-c=never");
    private static final Set<String> PYTHON_MODULES = Set.of(
            "pytest",
            "unittest",
            "json.tool",
            "venv",
            "compileall",
            "py_compile",
            "mypy",
            "black",
            "ruff",
            "flake8",
            "pylint",
            "isort",
            "coverage",
            "doctest",
            "tabnanny",
            "build",
            "site",
            "this",
            "platform",
            "sysconfig",
            "calendar",
            "ast",
            "tokenize",
            "dis",
            "virtualenv");
    private static final Set<String> CODE_OPTIONS = Set.of(
            "-c",
            "-e",
            "-E",
            "-r",
            "-p",
            "-pe",
            "-ne",
            "-ane",
            "-lne",
            "-lane",
            "-pi",
            "-le",
            "-ie",
            "-i",
            "-R",
            "-B",
            "-x",
            "--eval",
            "--print",
            "--execute",
            "--exec",
            "-ex",
            "--command",
            "+",
            "-cmd",
            "-Command",
            "--expr");
    private static final Pattern SQL = Pattern.compile(
            "(?is).*\\b(drop|truncate|delete\\s+from|alter|grant|copy\\s.*program|flushall|flushdb|shutdown|config\\s+set|dropDatabase|\\\\!|\\.shell|\\.system|load_file|into\\s+outfile)\\b.*|(?s).*(\\\\!|\\.shell|\\.system).*");

    private Interpreters() {}

    static void rules(Map<String, Rule> rules) {
        Rule.put(rules, Interpreters::shell, SHELLS);
        Rule.put(rules, Interpreters::language, LANGUAGES);
    }

    /** Text that a shell will run: as strict as the text, and asked about at least where it isn't known. */
    static Verdict shellText(Invocation call, Word text) {
        if (text.known()) {
            return call.runs(text.text());
        }
        Verdict collapsed = call.judge().script(text.collapsed(), call.scene().started(), Stdin.NONE);
        return ofOrigin(text.origin()).and(collapsed.denied() ? collapsed : Verdict.ALLOW);
    }

    static Verdict ofOrigin(Word.Origin origin) {
        return switch (origin) {
            case FETCHED -> Verdict.deny(Reason.FETCHED_CODE);
            case DECODED -> Verdict.deny(Reason.DECODED_CODE);
            case PLAIN -> Verdict.ask(Reason.DYNAMIC_COMMAND);
        };
    }

    private static Verdict shell(Invocation call) {
        if (call.onlyHelp()) {
            return Verdict.ALLOW;
        }
        List<Word> args = call.args();
        for (int i = 0; i < args.size(); i++) {
            String arg = args.get(i).text();
            if (commandOption(call.program(), arg)) {
                return Verdict.ask(Reason.CODE).and(code(call, args.subList(i + 1, args.size())));
            }
            if (arg.matches("-[oO]|\\+[oO]|--rcfile|--init-file")) {
                if (arg.startsWith("--")) {
                    return Verdict.deny(Reason.OPTION_RUNS);
                }
                i++;
            } else if (arg.matches("-[a-zA-Z]*s[a-zA-Z]*") && !OTHER_SHELLS.contains(call.program())) {
                return piped(call);
            } else if (!args.get(i).isOption() && !arg.matches("[+].*")) {
                return checksOnly(call) ? Verdict.ALLOW : file(call, args.get(i));
            }
        }
        if (call.flag('i')) {
            return call.stdin().there() ? Verdict.deny(Reason.REMOTE_SHELL) : Verdict.ask(Reason.CODE);
        }
        return piped(call);
    }

    /** bash -n reads a script and runs none of it. */
    private static boolean checksOnly(Invocation call) {
        return call.arg(0).equals("-n") && call.args().size() == 2;
    }

    private static boolean commandOption(String program, String arg) {
        if (OTHER_SHELLS.contains(program)) {
            return arg.matches("(?i)-c|/c|/k|/r|-command|-encodedcommand|-enc|-e|-ec|-co.*|--command");
        }
        return arg.matches("[-+][a-zA-Z]*c[a-zA-Z]*") || arg.equals("--command");
    }

    private static Verdict code(Invocation call, List<Word> rest) {
        List<Word> words = rest.stream()
                .dropWhile(word -> word.isOption() && !word.text().contains(" "))
                .toList();
        if (words.isEmpty()) {
            return Verdict.ask(Reason.CODE);
        }
        boolean other = OTHER_SHELLS.contains(call.program());
        Word text = words.get(0);
        if (other) {
            Word all = Word.of(Wrappers.joined(words));
            Verdict guess = shellText(call, all);
            return Code.judge(all.collapsed()).and(guess.denied() ? guess : Verdict.ALLOW);
        }
        Scene inner = call.scene().started();
        if (words.size() > 1) {
            inner.set("0", List.of(words.get(1)));
            inner.set("@", words.subList(2, words.size()));
            inner.set("*", words.subList(2, words.size()));
            for (int i = 2; i < Math.min(words.size(), 11); i++) {
                inner.set(String.valueOf(i - 1), List.of(words.get(i)));
            }
        }
        return text.known() ? call.judge().script(text.text(), inner, call.stdin()) : shellText(call, text);
    }

    /** What comes in by a pipe or a here-document is the script. */
    private static Verdict piped(Invocation call) {
        Stdin stdin = call.stdin();
        if (!stdin.there()) {
            return Verdict.ask(Reason.CODE);
        }
        Verdict from = stdin.origin() == Word.Origin.PLAIN ? Verdict.ask(Reason.PIPED_CODE) : ofOrigin(stdin.origin());
        String text = stdin.text();
        boolean shell = SHELLS.contains(call.program());
        return text == null ? from : from.and(shell ? call.runs(text) : Code.judge(text));
    }

    private static Verdict file(Invocation call, Word file) {
        if (file.origin() != Word.Origin.PLAIN) {
            return ofOrigin(file.origin());
        }
        if (file.text().matches("/dev/(stdin|fd/0)|-")) {
            return piped(call);
        }
        if (call.scene().hasFetched()) {
            return Verdict.deny(Reason.FETCHED_CODE);
        }
        Place place = call.place(file);
        return place == Place.DEVICE || place == Place.NETWORK || file.text().matches("https?://.*")
                ? Verdict.deny(Reason.FETCHED_CODE)
                : Verdict.ask(Reason.LOCAL_PROGRAM);
    }

    private static Verdict language(Invocation call) {
        List<Word> args = call.args();
        if (args.size() == 1 && QUIET.matcher(call.arg(0)).matches()) {
            return Verdict.ALLOW;
        }
        if (call.program().startsWith("python") && call.arg(0).equals("-m")) {
            return module(call);
        }
        if (checks(call)) {
            return Verdict.ALLOW;
        }
        Verdict verdict = Verdict.ask(Reason.LOCAL_PROGRAM);
        boolean code = false;
        for (int i = 0; i < args.size(); i++) {
            String arg = args.get(i).text();
            boolean takesCode = CODE_OPTIONS.contains(arg)
                    || arg.startsWith("+")
                    || arg.startsWith("-e")
                    || arg.startsWith("-c")
                    || arg.startsWith("--eval")
                    || arg.matches("-[a-zA-Z]{1,4}[ecpr]");
            code |= takesCode;
        }
        if (code
                || Set.of(
                                "sqlite3",
                                "psql",
                                "mysql",
                                "mongo",
                                "mongosh",
                                "redis-cli",
                                "dc",
                                "m4",
                                "osascript",
                                "mshta",
                                "certutil",
                                "bitsadmin")
                        .contains(call.program())) {
            verdict = Verdict.ask(Reason.CODE).and(program(call));
        }
        Word first = call.operands().isEmpty() ? null : call.operands().get(0);
        if (first == null || first.is("-")) {
            return verdict.and(code ? Verdict.ALLOW : piped(call));
        }
        return code ? verdict : verdict.and(file(call, first));
    }

    /** Looks at every argument as if it were the program. */
    private static Verdict program(Invocation call) {
        Verdict verdict = Verdict.ALLOW;
        for (Word arg : call.args()) {
            String text = arg.collapsed();
            if (Code.dangerous(text) || SQL.matcher(text).matches()) {
                verdict = verdict.and(Verdict.deny(Reason.CODE_DANGEROUS));
            }
            if (!arg.known() && arg.origin() != Word.Origin.PLAIN) {
                verdict = verdict.and(ofOrigin(arg.origin()));
            }
            if (text.contains("!")) {
                Verdict shell = call.runs(text.substring(text.indexOf('!') + 1));
                verdict = shell.denied() ? verdict.and(shell) : verdict;
            }
        }
        return verdict;
    }

    private static boolean checks(Invocation call) {
        return switch (call.program()) {
            case "node", "nodejs" ->
                call.arg(0).matches("--check|-c|--test")
                        && call.operands().stream().map(call::place).allMatch(Place::inside);
            case "perl", "ruby" -> call.arg(0).equals("-c") && call.args().size() == 2;
            case "php" -> call.arg(0).equals("-l") && call.args().size() == 2;
            case "deno" ->
                call.arg(0).matches("test|fmt|lint|check|task|info|doc")
                        && call.operands().stream()
                                .noneMatch(word -> word.text().contains("://"));
            default -> false;
        };
    }

    private static Verdict module(Invocation call) {
        String module = call.arg(1);
        if (module.equals("pip") || module.equals("ensurepip")) {
            return Programs.judge(
                    call.with("pip", call.args().subList(2, call.args().size())));
        }
        boolean known = PYTHON_MODULES.contains(module) && call.args().get(1).known();
        return known ? Developing.PROJECT.judge(call) : Verdict.ask(Reason.LOCAL_PROGRAM);
    }
}

package dev.recourse.activities.shell.rules;

import dev.recourse.activities.shell.terms.Names;
import dev.recourse.activities.shell.terms.Place;
import dev.recourse.activities.shell.terms.Reason;
import dev.recourse.activities.shell.terms.Verdict;
import dev.recourse.activities.shell.terms.Word;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Interpreters of other languages, databases and editors: their code never runs unasked. */
final class Languages {
    private static final Set<String> NAMES = Names.of("""
            python python2 python3 pypy pypy3 node nodejs perl ruby php lua luajit tclsh wish
            Rscript R julia ghci guile osascript groovy scala kotlin jshell irb ipython bpython erl
            elixir swipl gawk-shell octave sqlite3 psql mysql mongo mongosh redis-cli ed ex vi vim
            nvim view emacs nano dc m4 deno ts-node tsx java jrunscript cscript wscript mshta
            rundll32 regsvr32 certutil bitsadmin gnuplot ghc runghc
            """);

    /** Whatever they are given may be code. */
    private static final String ALL_CODE =
            "sqlite3 psql mysql mongo mongosh redis-cli dc m4 osascript mshta certutil bitsadmin";

    private static final String QUIET = "--version|-V|-v|--help|-h|version|-version|-\\?|--check|-c=never";
    private static final Set<String> PYTHON_MODULES = Names.of("""
            pytest unittest json.tool venv compileall py_compile mypy black ruff flake8 pylint isort
            coverage doctest tabnanny build site this platform sysconfig calendar ast tokenize dis
            virtualenv
            """);
    private static final Pattern CODE_OPTION = Pattern.compile(
            "(?s)\\+.*|-[ec].*|--eval.*|-[a-zA-Z]{1,4}[ecpr]|-[ErpiRBx]|-pi|-Command|--(print|execute|exec|command|expr)");
    private static final Pattern SQL = Pattern.compile(
            "(?is).*\\b(drop|truncate|delete\\s+from|alter|grant|copy\\s.*program|flushall|flushdb|shutdown|config\\s+set|dropDatabase|\\\\!|\\.shell|\\.system|load_file|into\\s+outfile)\\b.*|(?s).*(\\\\!|\\.shell|\\.system).*");

    private Languages() {}

    static void rules(Rules rules) {
        rules.put(NAMES, Languages::language);
    }

    private static Verdict language(Invocation call) {
        if (call.args().size() == 1 && call.arg(0).matches(QUIET)) {
            return Verdict.ALLOW;
        }
        if (call.program().startsWith("python") && call.arg(0).equals("-m")) {
            return module(call);
        }
        if (checks(call)) {
            return Verdict.ALLOW;
        }
        boolean code = call.args().stream()
                .anyMatch(arg -> CODE_OPTION.matcher(arg.text()).matches());
        Verdict verdict = code || call.isOneOf(ALL_CODE)
                ? Verdict.ask(Reason.CODE).andEach(call.args(), arg -> program(call, arg))
                : Verdict.ask(Reason.LOCAL_PROGRAM);
        if (code) {
            return verdict;
        }
        List<Word> operands = call.operands();
        boolean reads = operands.isEmpty() || operands.get(0).is("-");
        return verdict.and(reads ? Code.piped(call) : Code.file(call, operands.get(0)));
    }

    /** Looks at an argument as if it were the program. */
    private static Verdict program(Invocation call, Word arg) {
        String text = arg.collapsed();
        boolean dangerous = Code.dangerous(text) || SQL.matcher(text).matches();
        Verdict verdict = dangerous ? Verdict.deny(Reason.CODE_DANGEROUS) : Verdict.ALLOW;
        if (!arg.known() && arg.origin() != Word.Origin.PLAIN) {
            verdict = verdict.and(arg.origin().verdict());
        }
        int shell = text.indexOf('!') + 1;
        return shell > 0 ? verdict.and(call.runs(text.substring(shell)).ifDenied()) : verdict;
    }

    /** What reads a program and doesn't run it, or runs the tests of the project. */
    private static boolean checks(Invocation call) {
        String first = call.arg(0);
        return switch (call.program()) {
            case "node", "nodejs" ->
                first.matches("--check|-c|--test")
                        && call.operands().stream().map(call::place).allMatch(Place::inside);
            case "perl", "ruby" -> first.equals("-c") && call.args().size() == 2;
            case "php" -> first.equals("-l") && call.args().size() == 2;
            case "deno" ->
                first.matches("test|fmt|lint|check|task|info|doc")
                        && call.operands().stream()
                                .noneMatch(word -> word.text().contains("://"));
            default -> false;
        };
    }

    private static Verdict module(Invocation call) {
        String module = call.arg(1);
        if (module.equals("pip") || module.equals("ensurepip")) {
            return Programs.judge(call.with("pip", call.from(2)));
        }
        return PYTHON_MODULES.contains(module) ? Project.RULE.judge(call) : Verdict.ask(Reason.LOCAL_PROGRAM);
    }
}

package dev.recourse.activities.shell.rules;

import dev.recourse.activities.shell.terms.Names;
import dev.recourse.activities.shell.terms.Reason;
import dev.recourse.activities.shell.terms.Verdict;
import dev.recourse.activities.shell.terms.Word;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Programs that bring packages of a language into the project: its own are allowed, more are asked about. */
final class Packages {
    private static final Pattern FOREIGN = Pattern.compile(
            "(?i)(git\\+|git://|https?://|ssh://|github:|gitlab:|bitbucket:|gist:|ftp://|file:/).*|.*(\\.tgz|\\.tar\\.gz|\\.whl|\\.deb|\\.rpm)|[\\w.-]+/[\\w.-]+#.*|git@.*|.*@(https?|git\\+).*");
    private static final String OTHER_SOURCES =
            "--(registry|extra-index-url|index-url|find-links|index|trusted-host|source)(=.*)?";
    private static final String RUNNING =
            "--(script-shell|node-options|shell|call|eval|print|preload|require|import)(=.*)?|-[cepr]";

    private static final Set<String> PIP_QUIET = Names.of("""
            list show freeze check search index inspect help info tree version config debug lock
            export env
            """);
    private static final Set<String> CARGO_QUIET = Names.of("""
            build b check c test t run r clippy fmt doc d bench tree clean metadata version search
            update fetch help nextest audit verify-project pkgid locate-project show which expand
            outdated machete deny
            """);
    private static final Set<String> GO_QUIET =
            Names.of("build test vet fmt run mod list version doc tool help clean work generate");
    private static final Set<String> OTHERS_QUIET = Names.of("""
            list ls show outdated info search check validate env version which current versions help
            why licenses diagnose
            """);

    private Packages() {}

    static void rules(Rules rules) {
        rules.put("pip pip3 uv poetry pipenv conda mamba easy_install pdm hatch", Packages::pip);
        rules.put("cargo rustup", Packages::cargo);
        rules.put("go", Packages::go);
        rules.put("""
                gem bundle composer cpan cpanm luarocks opam nuget sdk nvm pyenv rbenv asdf mise
                volta corepack vcpkg conan code
                """, Packages::others);
    }

    /** Whether a word names code that is not of the registry. */
    static boolean foreign(Word word) {
        return FOREIGN.matcher(word.text()).matches();
    }

    /** What is said about options for other sources, and about those that run something. */
    static Verdict options(Invocation call) {
        if (call.given(OTHER_SOURCES)) {
            return Verdict.deny(Reason.FOREIGN_CODE);
        }
        return call.given(RUNNING) ? Verdict.ask(Reason.OPTION_RUNS) : Verdict.ALLOW;
    }

    private static Verdict pip(Invocation call) {
        String verb = call.verb();
        if (call.rest().stream().anyMatch(Packages::foreign) && !verb.equals("search")) {
            return Verdict.deny(Reason.FOREIGN_CODE);
        }
        Verdict options = options(call);
        if (verb.isEmpty() || PIP_QUIET.contains(verb)) {
            return options;
        }
        if (verb.equals("run")) {
            return options.and(Verdict.ask(Reason.LOCAL_PROGRAM)).and(started(call, verb));
        }
        boolean own = verb.matches("install|sync")
                && !call.program().startsWith("pip")
                && call.rest().isEmpty();
        return own ? options : options.and(Verdict.ask(Reason.PACKAGES));
    }

    private static Verdict started(Invocation call, String behind) {
        return call.runs(call.after(behind)).ifDenied();
    }

    private static Verdict cargo(Invocation call) {
        List<Word> words = call.operands().stream()
                .filter(word -> !word.text().startsWith("+"))
                .toList();
        String verb = Word.first(words);
        if (verb.equals("install") && (call.option("--git") || call.line().contains("://"))) {
            return Verdict.deny(Reason.FOREIGN_CODE);
        }
        boolean odd = call.given("--config.*|-Z.*|--target-dir.*");
        boolean quiet = verb.isEmpty() || CARGO_QUIET.contains(verb);
        return quiet && !odd ? Project.RULE.judge(call) : Verdict.ask(Reason.PACKAGES);
    }

    private static Verdict go(Invocation call) {
        String verb = call.arg(0);
        boolean foreign = call.from(1).stream().anyMatch(arg -> arg.matches(".*\\.[a-z]+/.*@.*|https?://.*"));
        if (foreign && verb.matches("run|install")) {
            return Verdict.deny(Reason.FOREIGN_CODE);
        }
        if (call.given("-(exec|toolexec|vettool|overlay|modfile).*")) {
            return Verdict.ask(Reason.OPTION_RUNS).and(started(call, "-exec"));
        }
        boolean quiet = GO_QUIET.contains(verb) || (verb.equals("env") && !call.flag('w'));
        return quiet ? Project.RULE.judge(call) : Verdict.ask(Reason.PACKAGES);
    }

    private static Verdict others(Invocation call) {
        String verb = call.verb();
        if (call.args().stream().anyMatch(Packages::foreign)) {
            return Verdict.deny(Reason.FOREIGN_CODE);
        }
        if (verb.equals("exec")) {
            return Verdict.ask(Reason.PACKAGES).and(started(call, verb));
        }
        boolean own = call.isOneOf("bundle composer")
                && verb.equals("install")
                && call.rest().isEmpty();
        return own || verb.isEmpty() || OTHERS_QUIET.contains(verb) ? Verdict.ALLOW : Verdict.ask(Reason.PACKAGES);
    }
}

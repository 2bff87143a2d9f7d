package dev.recourse.activities.shell.rules;

import dev.recourse.activities.shell.terms.Reason;
import dev.recourse.activities.shell.terms.Verdict;
import dev.recourse.activities.shell.terms.Word;

/** Tools that build, test and check the folder's own project: what it runs, it runs in the sandbox like everything else. */
final class Project {
    /** Allowed; paths outside the folder are asked about. */
    static final Rule RULE = call -> Verdict.ALLOW.andEach(call.args(), arg -> argument(call, arg));

    private static final String COMPILER_RUNS = "-(wrapper|fplugin|specs).*|-B.*";
    private static final String TOOL_RUNS =
            "(?s)exec:.*|.*exec\\.executable.*|--init-script.*|-P|-E|--rulesdir.*|--lua-filter.*|--filter.*|--resolve-plugins-relative-to.*";

    private Project() {}

    static void rules(Rules rules) {
        rules.put("make gmake", Project::make);
        rules.put("gcc g++ cc c++ clang clang++", call -> unlessGiven(call, COMPILER_RUNS));
        rules.put("pytest", RULE);
        rules.put("dotnet", Project::dotnet);
        rules.put("""
                cmake ninja meson ctest bazel gradle mvn ant sbt javac javap javadoc kotlinc scalac
                rustc rustfmt gofmt goimports golangci-lint staticcheck ghcup cabal stack mix rebar3
                dune opam-lint zig nim crystal msbuild swift swiftc xcodebuild flutter dart tox nox
                mypy black ruff flake8 pylint isort coverage pyflakes bandit pyright pre-commit
                sphinx-build mkdocs tsc eslint prettier jest vitest mocha webpack vite rollup
                esbuild biome stylelint next turbo nx lerna rspec rubocop rake phpunit phpstan psalm
                shellcheck shfmt hadolint yamllint markdownlint clang-format clang-tidy cppcheck
                ktlint detekt buf protoc tflint ansible-lint actionlint vale codespell cspell
                asdf-list doxygen pandoc dot convert identify ffprobe
                """, call -> unlessGiven(call, TOOL_RUNS));
    }

    private static Verdict argument(Invocation call, Word arg) {
        String text = arg.text();
        Word path = text.startsWith("-") && text.contains("=") ? arg.from(text.indexOf('=') + 1) : arg;
        boolean leads = path.text().startsWith("/") || path.text().startsWith("..");
        return leads && call.place(path).outside() ? Verdict.ask(Reason.WRITES_OUTSIDE) : Verdict.ALLOW;
    }

    /** An option that starts a program of the caller's choice is asked about. */
    private static Verdict unlessGiven(Invocation call, String options) {
        Verdict verdict = RULE.judge(call);
        return call.given(options) ? verdict.and(Verdict.ask(Reason.OPTION_RUNS)) : verdict;
    }

    private static Verdict make(Invocation call) {
        Verdict verdict = RULE.judge(call);
        if (call.given("(?s)--eval.*|-E.*|SHELL=.*|-f.*|--file.*|--makefile.*")) {
            boolean dangerous = call.args().stream().map(Word::collapsed).anyMatch(Code::dangerous);
            return verdict.and(dangerous ? Verdict.deny(Reason.OPTION_RUNS) : Verdict.ask(Reason.OPTION_RUNS));
        }
        if (call.operands().stream().anyMatch(word -> word.matches("(un)?install.*"))) {
            boolean fetched = call.scene().hasFetched();
            return verdict.and(fetched ? Verdict.deny(Reason.FETCHED_CODE) : Verdict.ask(Reason.WRITES_OUTSIDE));
        }
        return unlessGiven(call, TOOL_RUNS);
    }

    private static Verdict dotnet(Invocation call) {
        Verdict verdict = unlessGiven(call, TOOL_RUNS);
        boolean known = call.arg(0).matches("build|test|restore|run|clean|format|list|--.*|publish|pack|sln");
        return known ? verdict : verdict.and(Verdict.ask(Reason.OPTION_RUNS));
    }
}

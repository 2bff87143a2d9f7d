package dev.recourse.activities.shell.rules;

import dev.recourse.activities.shell.terms.Decision;
import dev.recourse.activities.shell.terms.Names;
import dev.recourse.activities.shell.terms.Reason;
import dev.recourse.activities.shell.terms.Verdict;
import dev.recourse.activities.shell.terms.Word;
import java.util.List;
import java.util.Set;

/** npm and its like: they run the project's scripts, bring packages into it, and run packages it doesn't have. */
final class NodePackages {
    private static final Set<String> QUIET = Names.of("""
            ci test t tst run run-script start ls list ll la outdated view info show version pack
            root prefix explain why doctor fund search dedupe prune build lint format check
            typecheck dev docs bin ping whoami help help-search query sbom licenses workspaces
            """);
    private static final Set<String> SHARES = Names.of("""
            publish unpublish deprecate adduser login owner token access dist-tag star team org hook
            """);
    private static final Set<String> PROJECTS_OWN = Names.of("""
            tsc eslint prettier jest vitest mocha playwright cypress webpack vite rollup esbuild
            biome stylelint next nuxt astro svelte-check turbo nx lerna husky lint-staged commitlint
            tailwindcss depcheck knip c8 nyc ava tap size-limit storybook prisma madge typedoc
            """);

    private NodePackages() {}

    static void rules(Rules rules) {
        rules.put("npm yarn pnpm bun cnpm", NodePackages::node);
        rules.put("npx bunx pnpx uvx pipx", NodePackages::runner);
    }

    private static Verdict node(Invocation call) {
        return Packages.options(call).and(verb(call, call.verb()));
    }

    private static Verdict verb(Invocation call, String verb) {
        boolean alone = call.rest().isEmpty();
        boolean wide = call.flag('g') || call.option("--global") || call.option("--location");
        if (verb.isEmpty() || QUIET.contains(verb) || (verb.equals("init") && alone)) {
            return wide ? Verdict.ask(Reason.PACKAGES) : Project.RULE.judge(call);
        }
        if (SHARES.contains(verb)) {
            return Verdict.ask(Reason.GIT_SHARES);
        }
        return switch (verb) {
            case "audit" -> alone ? Verdict.ALLOW : Verdict.ask(Reason.PACKAGES);
            case "config", "c" -> call.arg(1).matches("get|list|ls|") ? Verdict.ALLOW : Verdict.ask(Reason.PACKAGES);
            case "install", "i", "add", "in", "isntall", "update", "up", "upgrade", "link" ->
                installs(call, verb, wide);
            case "exec", "x", "dlx", "create", "explore" -> runner(call.with("npx", call.after(verb)));
            case "init", "cache", "uninstall", "remove", "rm", "un", "unlink" -> Verdict.ask(Reason.PACKAGES);
            default -> script(call, verb);
        };
    }

    /** yarn and bun run a script of the project by its name alone. */
    private static Verdict script(Invocation call, String name) {
        if (Programs.knows(name)) {
            int at = call.args().indexOf(call.operands().get(0));
            return Verdict.ask(Reason.LOCAL_PROGRAM).and(call.runs(call.from(at)));
        }
        boolean runs = !call.program().equals("npm") && name.matches("[a-z][a-z0-9:_-]*");
        return runs ? Project.RULE.judge(call) : Verdict.ask(Reason.LOCAL_PROGRAM);
    }

    private static Verdict installs(Invocation call, String verb, boolean wide) {
        List<Word> packages = call.rest();
        if (packages.stream().anyMatch(word -> Packages.foreign(word) || word.origin() == Word.Origin.FETCHED)) {
            return Verdict.deny(Reason.FOREIGN_CODE);
        }
        boolean own = packages.isEmpty() && !wide && verb.startsWith("i");
        return own ? Verdict.ALLOW : Verdict.ask(Reason.PACKAGES);
    }

    /** Fetches a package and runs it, unless the project has it. */
    private static Verdict runner(Invocation call) {
        if (call.onlyHelp()) {
            return Verdict.ALLOW;
        }
        boolean foreign = call.args().stream().anyMatch(Packages::foreign);
        Verdict verdict = (foreign ? Verdict.deny(Reason.FOREIGN_CODE) : Verdict.ask(Reason.PACKAGES))
                .andEach(call.values("-c --call"), call::runs);
        if (call.program().equals("pipx")) {
            return call.arg(0).equals("list") ? Verdict.ALLOW : verdict;
        }
        List<Word> words = call.operands("-p --package -c --call --from --with --python");
        String name = Word.first(words);
        boolean local = PROJECTS_OWN.contains(name) && call.arg(0).equals(name);
        if (local && verdict.decision() == Decision.ASK) {
            return Project.RULE.judge(call);
        }
        return Programs.knows(Programs.baseName(name))
                ? verdict.and(call.runs(words).ifDenied())
                : verdict;
    }
}

package dev.recourse.activities.shell;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Tools that build and test the folder's own project, that bring packages into it, and that talk to containers and clouds. */
final class Developing {
    /** The project's own scripts run in the sandbox like everything else; paths outside the folder are asked about. */
    static final Rule PROJECT = call -> {
        Verdict verdict = Verdict.ALLOW;
        for (Word arg : call.args()) {
            verdict = verdict.and(argument(call, arg));
        }
        return verdict;
    };

    private static final Pattern FOREIGN = Pattern.compile(
            "(?i)(git\\+|git://|https?://|ssh://|github:|gitlab:|bitbucket:|gist:|ftp://|file:/).*|.*(\\.tgz|\\.tar\\.gz|\\.whl|\\.deb|\\.rpm)|[\\w.-]+/[\\w.-]+#.*|git@.*|.*@(https?|git\\+).*");
    private static final Pattern HOST = Pattern.compile(
            "(?s).*(--privileged|--pid[= ]host|--net(work)?[= ]host|--ipc[= ]host|--userns[= ]host|--cap-add|--security-opt|--device|docker\\.sock|(-v|--volume)[= ]?/:|(-v|--volume)[= ]?(/etc|/root|/var|/home|/usr|/boot|/dev|~)|(source|src)=/(,| |$)|(source|src)=/(etc|root|home|var|dev)|(-v|--volume)[= ]?\\$|/home/~).*");
    private static final Set<String> DOCKER_QUIET = Set.of(
            "ps",
            "images",
            "logs",
            "inspect",
            "version",
            "info",
            "stats",
            "top",
            "port",
            "history",
            "diff",
            "search",
            "events",
            "--version",
            "--help",
            "help",
            "build",
            "");
    private static final Set<String> KUBE_QUIET = Set.of(
            "get",
            "describe",
            "logs",
            "version",
            "explain",
            "top",
            "api-resources",
            "api-versions",
            "cluster-info",
            "diff",
            "--help",
            "--version",
            "help",
            "wait",
            "events",
            "");
    private static final Set<String> KNOWN_LOCAL = Set.of(
            "tsc",
            "eslint",
            "prettier",
            "jest",
            "vitest",
            "mocha",
            "playwright",
            "cypress",
            "webpack",
            "vite",
            "rollup",
            "esbuild",
            "biome",
            "stylelint",
            "next",
            "nuxt",
            "astro",
            "svelte-check",
            "turbo",
            "nx",
            "lerna",
            "husky",
            "lint-staged",
            "commitlint",
            "tailwindcss",
            "depcheck",
            "knip",
            "c8",
            "nyc",
            "ava",
            "tap",
            "size-limit",
            "storybook",
            "prisma",
            "madge",
            "typedoc");

    private Developing() {}

    static void rules(Map<String, Rule> rules) {
        Rule.put(
                rules,
                Developing::project,
                "make",
                "gmake",
                "cmake",
                "ninja",
                "meson",
                "ctest",
                "bazel",
                "gradle",
                "mvn",
                "ant",
                "sbt",
                "javac",
                "javap",
                "javadoc",
                "kotlinc",
                "scalac",
                "gcc",
                "g++",
                "cc",
                "c++",
                "clang",
                "clang++",
                "rustc",
                "rustfmt",
                "gofmt",
                "goimports",
                "golangci-lint",
                "staticcheck",
                "ghcup",
                "cabal",
                "stack",
                "mix",
                "rebar3",
                "dune",
                "opam-lint",
                "zig",
                "nim",
                "crystal",
                "dotnet",
                "msbuild",
                "swift",
                "swiftc",
                "xcodebuild",
                "flutter",
                "dart",
                "pytest",
                "tox",
                "nox",
                "mypy",
                "black",
                "ruff",
                "flake8",
                "pylint",
                "isort",
                "coverage",
                "pyflakes",
                "bandit",
                "pyright",
                "pre-commit",
                "sphinx-build",
                "mkdocs",
                "tsc",
                "eslint",
                "prettier",
                "jest",
                "vitest",
                "mocha",
                "webpack",
                "vite",
                "rollup",
                "esbuild",
                "biome",
                "stylelint",
                "next",
                "turbo",
                "nx",
                "lerna",
                "rspec",
                "rubocop",
                "rake",
                "phpunit",
                "phpstan",
                "psalm",
                "shellcheck",
                "shfmt",
                "hadolint",
                "yamllint",
                "markdownlint",
                "clang-format",
                "clang-tidy",
                "cppcheck",
                "ktlint",
                "detekt",
                "buf",
                "protoc",
                "tflint",
                "ansible-lint",
                "actionlint",
                "vale",
                "codespell",
                "cspell",
                "asdf-list",
                "doxygen",
                "pandoc",
                "dot",
                "convert",
                "identify",
                "ffprobe");
        Rule.put(rules, Developing::node, "npm", "yarn", "pnpm", "bun", "cnpm");
        Rule.put(rules, Developing::runner, "npx", "bunx", "pnpx", "uvx", "pipx");
        Rule.put(
                rules,
                Developing::pip,
                "pip",
                "pip3",
                "uv",
                "poetry",
                "pipenv",
                "conda",
                "mamba",
                "easy_install",
                "pdm",
                "hatch");
        Rule.put(rules, Developing::cargo, "cargo", "rustup");
        Rule.put(rules, Developing::go, "go");
        Rule.put(
                rules,
                Developing::bundled,
                "gem",
                "bundle",
                "composer",
                "cpan",
                "cpanm",
                "luarocks",
                "opam",
                "nuget",
                "sdk",
                "nvm",
                "pyenv",
                "rbenv",
                "asdf",
                "mise",
                "volta",
                "corepack",
                "vcpkg",
                "conan",
                "code");
        Rule.put(
                rules,
                Developing::system,
                "apt",
                "apt-get",
                "aptitude",
                "yum",
                "dnf",
                "zypper",
                "pacman",
                "apk",
                "brew",
                "snap",
                "flatpak",
                "port",
                "choco",
                "winget",
                "scoop",
                "nix-env",
                "emerge",
                "pkg");
        Rule.put(
                rules,
                Developing::packages,
                "dpkg",
                "rpm",
                "apt-cache",
                "apt-mark",
                "dpkg-query",
                "apt-key",
                "add-apt-repository");
        Rule.put(rules, Developing::container, "docker", "podman", "nerdctl", "docker-compose", "ctr", "crictl", "lxc");
        Rule.put(rules, Developing::cluster, "kubectl", "oc", "k9s", "k");
        Rule.put(
                rules,
                Developing::cloud,
                "terraform",
                "tofu",
                "helm",
                "gh",
                "aws",
                "gcloud",
                "az",
                "ansible",
                "ansible-playbook",
                "pulumi",
                "vagrant",
                "heroku",
                "flyctl",
                "vercel",
                "netlify",
                "firebase",
                "serverless",
                "doctl",
                "virsh",
                "vboxmanage",
                "gsutil",
                "glab",
                "packer");
    }

    private static Verdict argument(Invocation call, Word arg) {
        String text = arg.text();
        Word path = text.startsWith("-") && text.contains("=") ? arg.from(text.indexOf('=') + 1) : arg;
        boolean names = path.text().startsWith("/")
                || path.text().startsWith("..")
                || path.text().startsWith(Place.HOME_PATH);
        Place place = names ? call.place(path) : Place.WORK;
        return place.outside() ? Verdict.ask(Reason.WRITES_OUTSIDE) : Verdict.ALLOW;
    }

    private static Verdict project(Invocation call) {
        Verdict verdict = PROJECT.judge(call);
        String program = call.program();
        boolean make = program.equals("make") || program.equals("gmake");
        if (make
                && call.args().stream()
                        .anyMatch(arg -> arg.text().matches("(?s)--eval.*|-E.*|SHELL=.*|-f.*|--file.*|--makefile.*"))) {
            Verdict text = Verdict.ALLOW;
            for (Word arg : call.args()) {
                text = text.and(Code.dangerous(arg.collapsed()) ? Verdict.deny(Reason.OPTION_RUNS) : Verdict.ALLOW);
            }
            return verdict.and(Verdict.ask(Reason.OPTION_RUNS)).and(text);
        }
        if (make && call.operands().stream().anyMatch(word -> word.text().matches("(un)?install.*"))) {
            return verdict.and(
                    call.scene().hasFetched() ? Verdict.deny(Reason.FETCHED_CODE) : Verdict.ask(Reason.WRITES_OUTSIDE));
        }
        boolean compiles = program.matches("gcc|g\\+\\+|cc|c\\+\\+|clang(\\+\\+)?");
        String odd = compiles
                ? "-(wrapper|fplugin|specs).*|-B.*"
                : "(?s)exec:.*|.*exec\\.executable.*|--init-script.*|-P|-E|--rulesdir.*|--lua-filter.*|--filter.*|--resolve-plugins-relative-to.*";
        boolean executes = !program.equals("pytest")
                && call.args().stream().anyMatch(arg -> arg.text().matches(odd));
        boolean bare = program.equals("dotnet")
                && !call.arg(0).matches("build|test|restore|run|clean|format|list|--.*|publish|pack|sln");
        return executes || bare ? verdict.and(Verdict.ask(Reason.OPTION_RUNS)) : verdict;
    }

    // Packages

    private static Verdict node(Invocation call) {
        Verdict options = runOptions(call);
        String verb = call.operands().isEmpty() ? "" : call.operands().get(0).text();
        List<Word> rest = call.operands().isEmpty()
                ? List.of()
                : call.operands().subList(1, call.operands().size());
        boolean wide = call.flag('g') || call.option("--global") || call.option("--location");
        return options.and(
                switch (verb) {
                    case "",
                            "ci",
                            "test",
                            "t",
                            "tst",
                            "run",
                            "run-script",
                            "start",
                            "ls",
                            "list",
                            "ll",
                            "la",
                            "outdated",
                            "view",
                            "info",
                            "show",
                            "version",
                            "pack",
                            "root",
                            "prefix",
                            "explain",
                            "why",
                            "doctor",
                            "fund",
                            "search",
                            "dedupe",
                            "prune",
                            "build",
                            "lint",
                            "format",
                            "check",
                            "typecheck",
                            "dev",
                            "docs",
                            "bin",
                            "ping",
                            "whoami",
                            "help",
                            "help-search",
                            "query",
                            "sbom",
                            "licenses",
                            "workspaces",
                            "init" ->
                        wide || (verb.equals("init") && !rest.isEmpty())
                                ? Verdict.ask(Reason.PACKAGES)
                                : PROJECT.judge(call);
                    case "audit" -> rest.isEmpty() ? Verdict.ALLOW : Verdict.ask(Reason.PACKAGES);
                    case "config", "c" ->
                        call.arg(1).matches("get|list|ls|") ? Verdict.ALLOW : Verdict.ask(Reason.PACKAGES);
                    case "cache" -> Verdict.ask(Reason.PACKAGES);
                    case "install", "i", "add", "in", "isntall", "update", "up", "upgrade", "link" ->
                        installs(rest, wide, verb);
                    case "exec", "x", "dlx", "create", "explore" -> runner(call.with("npx", after(call.args(), verb)));
                    case "uninstall", "remove", "rm", "un", "unlink" -> Verdict.ask(Reason.PACKAGES);
                    case "publish",
                            "unpublish",
                            "deprecate",
                            "adduser",
                            "login",
                            "owner",
                            "token",
                            "access",
                            "dist-tag",
                            "star",
                            "team",
                            "org",
                            "hook" -> Verdict.ask(Reason.GIT_SHARES);
                    default -> script(call, verb);
                });
    }

    /** yarn and bun run a script of the project by its name alone. */
    private static Verdict script(Invocation call, String name) {
        boolean runs = !call.program().equals("npm") && name.matches("[a-z][a-z0-9:_-]*");
        if (Programs.knows(name)) {
            return Verdict.ask(Reason.LOCAL_PROGRAM)
                    .and(call.runs(
                            call.operands().isEmpty()
                                    ? List.of()
                                    : call.args()
                                            .subList(
                                                    call.args()
                                                            .indexOf(call.operands()
                                                                    .get(0)),
                                                    call.args().size())));
        }
        return runs ? PROJECT.judge(call) : Verdict.ask(Reason.LOCAL_PROGRAM);
    }

    private static Verdict installs(List<Word> packages, boolean wide, String verb) {
        if (packages.stream()
                .anyMatch(word -> FOREIGN.matcher(word.text()).matches() || word.origin() == Word.Origin.FETCHED)) {
            return Verdict.deny(Reason.FOREIGN_CODE);
        }
        boolean own = packages.isEmpty() && !wide && (verb.startsWith("i") || verb.isEmpty());
        return own ? Verdict.ALLOW : Verdict.ask(Reason.PACKAGES);
    }

    private static Verdict runOptions(Invocation call) {
        boolean foreign = call.args().stream()
                .anyMatch(arg -> arg.text()
                        .matches("--(registry|extra-index-url|index-url|find-links|index|trusted-host|source)(=.*)?"));
        boolean shell = call.args().stream()
                .anyMatch(
                        arg -> arg.text()
                                .matches(
                                        "--(script-shell|node-options|shell|call|eval|print|preload|require|import)(=.*)?|-[cepr]"));
        return foreign ? Verdict.deny(Reason.FOREIGN_CODE) : shell ? Verdict.ask(Reason.OPTION_RUNS) : Verdict.ALLOW;
    }

    static List<Word> after(List<Word> args, String verb) {
        for (int i = 0; i < args.size(); i++) {
            if (args.get(i).is(verb)) {
                return args.subList(i + 1, args.size());
            }
        }
        return List.of();
    }

    /** Fetches a package and runs it, unless the project has it. */
    private static Verdict runner(Invocation call) {
        if (call.onlyHelp()) {
            return Verdict.ALLOW;
        }
        List<Word> words = call.operands(Set.of("-p", "--package", "-c", "--call", "--from", "--with", "--python"));
        boolean foreign =
                call.args().stream().anyMatch(arg -> FOREIGN.matcher(arg.text()).matches());
        Verdict verdict = foreign ? Verdict.deny(Reason.FOREIGN_CODE) : Verdict.ask(Reason.PACKAGES);
        for (Word line : call.values(Set.of("-c", "--call"))) {
            verdict = verdict.and(Interpreters.shellText(call, line));
        }
        if (call.program().equals("pipx")) {
            return call.arg(0).equals("list") ? Verdict.ALLOW : verdict;
        }
        String name = words.isEmpty() ? "" : words.get(0).text();
        boolean local = KNOWN_LOCAL.contains(name) && call.args().get(0).is(name);
        return local && verdict.decision() == Decision.ASK
                ? PROJECT.judge(call.with(name, call.args()))
                : verdict.and(nested(call, words));
    }

    private static Verdict nested(Invocation call, List<Word> words) {
        boolean known = !words.isEmpty()
                && Programs.knows(Programs.baseName(words.get(0).text()));
        Verdict inner = known ? call.runs(words) : Verdict.ALLOW;
        return inner.denied() ? inner : Verdict.ALLOW;
    }

    private static Verdict pip(Invocation call) {
        String verb = call.operands().isEmpty() ? "" : call.operands().get(0).text();
        List<Word> rest = call.operands().isEmpty()
                ? List.of()
                : call.operands().subList(1, call.operands().size());
        boolean foreign =
                rest.stream().anyMatch(word -> FOREIGN.matcher(word.text()).matches());
        if (foreign && !verb.equals("search")) {
            return Verdict.deny(Reason.FOREIGN_CODE);
        }
        Verdict options = runOptions(call);
        return options.and(
                switch (verb) {
                    case "",
                            "list",
                            "show",
                            "freeze",
                            "check",
                            "search",
                            "index",
                            "inspect",
                            "help",
                            "info",
                            "tree",
                            "version",
                            "config",
                            "debug",
                            "lock",
                            "export",
                            "env" -> Verdict.ALLOW;
                    case "run" -> Verdict.ask(Reason.LOCAL_PROGRAM).and(inner(call, verb));
                    case "install", "sync" ->
                        !call.program().startsWith("pip") && rest.isEmpty()
                                ? Verdict.ALLOW
                                : Verdict.ask(Reason.PACKAGES);
                    default -> Verdict.ask(Reason.PACKAGES);
                });
    }

    private static Verdict inner(Invocation call, String verb) {
        Verdict inner = call.runs(after(call.args(), verb));
        return inner.denied() ? inner : Verdict.ALLOW;
    }

    private static Verdict cargo(Invocation call) {
        List<Word> words = call.operands().stream()
                .filter(word -> !word.text().startsWith("+"))
                .toList();
        String verb = words.isEmpty() ? "" : words.get(0).text();
        boolean foreign =
                verb.equals("install") && (call.option("--git") || call.line().contains("://"));
        if (foreign) {
            return Verdict.deny(Reason.FOREIGN_CODE);
        }
        boolean odd = call.args().stream().anyMatch(arg -> arg.text().matches("--config.*|-Z.*|--target-dir.*"));
        boolean quiet = Set.of(
                        "",
                        "build",
                        "b",
                        "check",
                        "c",
                        "test",
                        "t",
                        "run",
                        "r",
                        "clippy",
                        "fmt",
                        "doc",
                        "d",
                        "bench",
                        "tree",
                        "clean",
                        "metadata",
                        "version",
                        "search",
                        "update",
                        "fetch",
                        "help",
                        "nextest",
                        "audit",
                        "verify-project",
                        "pkgid",
                        "locate-project",
                        "show",
                        "which",
                        "expand",
                        "outdated",
                        "machete",
                        "deny")
                .contains(verb);
        return quiet && !odd ? PROJECT.judge(call) : Verdict.ask(Reason.PACKAGES);
    }

    private static Verdict go(Invocation call) {
        String verb = call.arg(0);
        boolean foreign =
                call.args().stream().skip(1).anyMatch(arg -> arg.text().matches(".*\\.[a-z]+/.*@.*|https?://.*"));
        if (foreign && (verb.equals("run") || verb.equals("install"))) {
            return Verdict.deny(Reason.FOREIGN_CODE);
        }
        boolean runs =
                call.args().stream().anyMatch(arg -> arg.text().matches("-(exec|toolexec|vettool|overlay|modfile).*"));
        if (runs) {
            return Verdict.ask(Reason.OPTION_RUNS).and(inner(call, "-exec"));
        }
        boolean quiet = Set.of(
                                "build",
                                "test",
                                "vet",
                                "fmt",
                                "run",
                                "mod",
                                "list",
                                "version",
                                "doc",
                                "tool",
                                "help",
                                "clean",
                                "work",
                                "generate")
                        .contains(verb)
                || (verb.equals("env") && !call.flag('w'));
        return quiet ? PROJECT.judge(call) : Verdict.ask(Reason.PACKAGES);
    }

    private static Verdict bundled(Invocation call) {
        String verb = call.operands().isEmpty() ? "" : call.operands().get(0).text();
        boolean foreign =
                call.args().stream().anyMatch(arg -> FOREIGN.matcher(arg.text()).matches());
        if (foreign) {
            return Verdict.deny(Reason.FOREIGN_CODE);
        }
        if (verb.equals("exec")) {
            return Verdict.ask(Reason.PACKAGES).and(inner(call, "exec"));
        }
        boolean own = Set.of("bundle", "composer").contains(call.program())
                && verb.equals("install")
                && call.operands().size() == 1;
        boolean quiet = Set.of(
                        "",
                        "list",
                        "ls",
                        "show",
                        "outdated",
                        "info",
                        "search",
                        "check",
                        "validate",
                        "env",
                        "version",
                        "which",
                        "current",
                        "versions",
                        "help",
                        "why",
                        "licenses",
                        "diagnose")
                .contains(verb);
        return own || quiet ? Verdict.ALLOW : Verdict.ask(Reason.PACKAGES);
    }

    private static Verdict system(Invocation call) {
        String verb = call.operands().isEmpty() ? "" : call.operands().get(0).text();
        boolean removes = verb.matches("(?i)remove|purge|autoremove|erase|del|uninstall|dist-upgrade|full-upgrade")
                || call.line().matches("-R.*");
        boolean hooks = call.args().stream()
                .anyMatch(arg ->
                        arg.text().matches("(?is)(-o|--option=?)?.*(pre-invoke|post-invoke|dpkg::).*|changelog"));
        if (hooks) {
            return Verdict.deny(Reason.OPTION_RUNS);
        }
        boolean foreign = call.args().stream()
                .anyMatch(arg ->
                        FOREIGN.matcher(arg.text()).matches() && !arg.text().endsWith(".rb"));
        if (foreign) {
            return Verdict.deny(Reason.FOREIGN_CODE);
        }
        if (removes) {
            return verb.equals("uninstall") ? Verdict.ask(Reason.PACKAGES) : Verdict.deny(Reason.SYSTEM);
        }
        boolean quiet = Set.of(
                                "",
                                "list",
                                "search",
                                "show",
                                "info",
                                "policy",
                                "leaves",
                                "deps",
                                "config",
                                "doctor",
                                "outdated",
                                "repolist",
                                "history",
                                "check-update",
                                "provides",
                                "desc",
                                "--version")
                        .contains(verb)
                && !call.line().matches("-S.*");
        return quiet ? Verdict.ALLOW : Verdict.ask(Reason.PACKAGES);
    }

    private static Verdict packages(Invocation call) {
        if (call.args().stream()
                .anyMatch(
                        arg -> arg.text()
                                .matches(
                                        "-i|--install|-r|-P|--remove|--purge|-e|--erase|-U.*|-ivh|--unpack|--force.*|--root.*"))) {
            return Verdict.deny(Reason.SYSTEM);
        }
        boolean quiet = call.program().startsWith("apt-cache")
                || call.program().startsWith("dpkg")
                || call.program().equals("rpm");
        return quiet ? Verdict.ALLOW : Verdict.ask(Reason.PACKAGES);
    }

    // Containers and clouds

    private static Verdict container(Invocation call) {
        if (HOST.matcher(call.line()).matches() && call.line().matches("(?s).*\\b(run|create|exec|up)\\b.*")) {
            return Verdict.deny(Reason.CONTAINER_HOST);
        }
        List<Word> words = call.operands(Set.of("-H", "--host", "-f", "--file", "-p", "--context", "--log-level"));
        String verb = words.isEmpty() ? "" : words.get(0).text();
        String second = words.size() > 1 ? words.get(1).text() : "";
        if (call.line()
                        .matches(
                                "(?s).*\\b(system|volume|image|container|network|builder) prune\\b.*(-[a-z]*[af]|--all|--force|--volumes).*")
                || call.line().matches("(?s)(stack|swarm|node) rm.*")) {
            return Verdict.deny(Reason.CONTAINER);
        }
        boolean group = verb.matches("compose|container|image|network|volume|context|buildx|system|builder|manifest");
        boolean quiet = group
                ? second.matches("|ls|list|ps|logs|config|inspect|version|images|top|port|df|info|build|show|events|du")
                : DOCKER_QUIET.contains(verb)
                        || (call.program().equals("docker-compose")
                                && verb.matches("config|ps|logs|top|port|images|version"));
        if (verb.equals("exec") || verb.equals("run")) {
            return Verdict.ask(Reason.CONTAINER).and(insideContainer(call, words));
        }
        boolean remote = call.args().stream().anyMatch(arg -> arg.text().matches("-H.*|--host.*"))
                || call.line().contains("://");
        return quiet && !remote ? PROJECT.judge(call) : Verdict.ask(Reason.CONTAINER);
    }

    /** Code fetched inside a container is fetched code; what else happens there does not touch the machine. */
    private static Verdict insideContainer(Invocation call, List<Word> words) {
        List<Word> args = after(call.args(), words.isEmpty() ? "" : words.get(0).text());
        for (int i = 0; i < args.size(); i++) {
            String name = Programs.baseName(args.get(i).text());
            if (Programs.knows(name)) {
                Verdict inner = call.runs(args.subList(i, args.size()));
                return inner.denied() ? inner : Verdict.ALLOW;
            }
        }
        return Verdict.ALLOW;
    }

    private static Verdict cluster(Invocation call) {
        List<Word> words = call.operands(Set.of(
                "-n",
                "--namespace",
                "--context",
                "-f",
                "--filename",
                "-o",
                "-l",
                "-c",
                "--kubeconfig",
                "--selector",
                "--output"));
        String verb = words.isEmpty() ? "" : words.get(0).text();
        if (KUBE_QUIET.contains(verb)
                || (verb.equals("config") && call.line().matches(".*(view|current-context|get-contexts).*"))
                || call.line().matches("(auth can-i|rollout (status|history)).*")) {
            return call.line().matches(".*\\bsecrets?\\b.*") ? Verdict.ask(Reason.READS_SECRETS) : Verdict.ALLOW;
        }
        boolean everything = verb.equals("delete")
                && call.line().matches(".*(--all\\b|\\bns\\b|namespaces?\\b|-A\\b|\\bnodes?\\b|\\bpv\\b|\\bcrd\\b).*");
        boolean foreign = call.line().matches(".*(-f|--filename)[= ]?https?://.*") && !verb.equals("diff");
        if (everything || foreign || verb.equals("drain")) {
            return foreign ? Verdict.deny(Reason.FOREIGN_CODE) : Verdict.deny(Reason.CONTAINER);
        }
        return Verdict.ask(Reason.CONTAINER).and(verb.equals("exec") ? insideContainer(call, words) : Verdict.ALLOW);
    }

    private static Verdict cloud(Invocation call) {
        String line = call.line();
        if (line.matches(
                "(?s)(apply )?-?-?destroy.*|.*-auto-approve.*|.*--recursive.*\\b(rm|delete)\\b.*|.*\\b(rm|rb|delete|terminate-instances|delete-\\w[\\w-]*)\\b.*(--recursive|--force|--yes|-y|--quiet|--all|-rf?)\\b.*|repo delete.*|.*terminate-instances.*|.*delete-(db|stack|bucket|cluster|table).*")) {
            return Verdict.deny(Reason.CONTAINER);
        }
        boolean quiet = switch (call.program()) {
            case "terraform", "tofu" ->
                call.arg(0).matches("plan|validate|fmt|init|show|version|output|providers|graph|--?version|-help")
                        || line.matches("state (list|show).*|workspace (list|show).*");
            case "helm" -> call.arg(0).matches("list|ls|status|lint|template|get|history|version|show|search|env");
            case "gh", "glab" ->
                line.matches(
                        "(pr|issue|mr|run|release|repo|workflow|label|gist) (list|view|status|checks|diff)\\b.*|auth status.*|--version|status|search .*");
            case "vagrant" -> call.arg(0).matches("status|global-status|version|validate");
            case "ansible-playbook", "ansible" ->
                line.contains("--syntax-check") || line.contains("--version") || line.contains("--list-");
            case "aws", "gcloud", "az" -> call.arg(0).matches("--version|version|help");
            default -> call.onlyHelp();
        };
        return quiet ? Verdict.ALLOW : Verdict.ask(Reason.CONTAINER);
    }
}

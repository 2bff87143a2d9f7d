package dev.recourse.activities.shell;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Walks a parsed script and judges every command in it, whatever stands around it.
 *
 * <p>A kind of node that is not named here, a piece of source between nodes that is not blank, and an error node all end
 * the walk: what isn't understood isn't allowed.
 */
final class Script implements Judge {
    private static final Set<String> SUBSTITUTIONS = Set.of("command_substitution", "process_substitution");
    private static final Set<String> REDIRECTS = Set.of("file_redirect", "heredoc_redirect", "herestring_redirect");
    private static final Set<String> TOKENS = Set.of(
            ";",
            "&",
            "\n",
            ";;",
            ";&",
            ";;&",
            "(",
            ")",
            "{",
            "}",
            "&&",
            "||",
            "|",
            "|&",
            "!",
            "if",
            "then",
            "else",
            "elif",
            "fi",
            "do",
            "done",
            "for",
            "in",
            "while",
            "until",
            "case",
            "esac",
            "select",
            "function",
            "((",
            "))",
            ",",
            "$(",
            "`",
            "<(",
            ">(",
            "comment");
    private static final Set<String> WORDS = Set.of(
            "word",
            "number",
            "string",
            "raw_string",
            "ansi_c_string",
            "translated_string",
            "concatenation",
            "simple_expansion",
            "expansion",
            "command_substitution",
            "process_substitution",
            "arithmetic_expansion",
            "brace_expression",
            "$",
            "regex",
            "extglob_pattern",
            "variable_name",
            "special_variable_name",
            "==",
            "=~",
            "=",
            "test_operator",
            "(",
            ")");
    private static final Set<String> RESERVED = Set.of(
            "if",
            "then",
            "else",
            "elif",
            "fi",
            "do",
            "done",
            "for",
            "while",
            "until",
            "case",
            "esac",
            "select",
            "function",
            "{",
            "}",
            "in",
            "[[",
            "]]",
            "time{");
    private static final Pattern BLANK = Pattern.compile("(\\s|\\\\\\n)*");
    private static final int MAX_PASSES = 16;

    private final Scene scene;
    private final Expansion expansion;
    private Verdict verdict = Verdict.ALLOW;

    private Script(Scene scene) {
        this.scene = scene;
        this.expansion = new Expansion(scene);
    }

    /** Judges commands whose words are known already. */
    static Judge judging(Scene scene) {
        return new Script(scene);
    }

    /** The verdict on a whole script. */
    static Verdict judge(String text, Scene scene, Stdin stdin) {
        Node root = Grammar.parse(text);
        if (root.has("ERROR")) {
            return Suspicion.of(text).and(readable(root, scene, stdin));
        }
        return new Script(scene).all(root, stdin);
    }

    /** Of a script that can't be read as a whole, what can be read may be enough to deny it. */
    private static Verdict readable(Node root, Scene scene, Stdin stdin) {
        Script script = new Script(scene);
        root.below(Set.of("command"), command -> {
            try {
                script.command(command, stdin);
            } catch (NotUnderstood e) {
                script.say(e.verdict());
            }
        });
        return script.verdict;
    }

    private Verdict all(Node node, Stdin stdin) {
        statement(node, stdin);
        return verdict;
    }

    private void say(Verdict more) {
        verdict = verdict.and(more);
    }

    // Statements

    private void statement(Node node, Stdin stdin) {
        if (TOKENS.contains(node.kind())) {
            return;
        }
        covered(node);
        switch (node.kind()) {
            case "program", "compound_statement", "do_group", "else_clause" -> statements(node, stdin);
            case "if_statement", "elif_clause" -> scene.branch(() -> statements(node, stdin));
            case "subshell" -> subshell(node, stdin);
            case "list" -> list(node, stdin);
            case "pipeline" -> pipeline(node, stdin);
            case "negated_command" -> statements(node, stdin);
            case "redirected_statement" -> redirected(node, stdin);
            case "command" -> command(node, stdin);
            case "variable_assignment" -> assignment(node, true);
            case "variable_assignments" -> node.children().forEach(child -> assignment(child, true));
            case "declaration_command" -> declaration(node);
            case "unset_command" -> unset(node);
            case "test_command" -> test(node);
            case "for_statement" -> forEach(node, stdin);
            case "c_style_for_statement" -> counted(node, stdin);
            case "while_statement" -> loop(node, stdin);
            case "case_statement" -> choice(node, stdin);
            case "function_definition" -> function(node);
            default -> throw NotUnderstood.ask();
        }
    }

    /** Source between the children of a node would be source that nobody judged. */
    private static void covered(Node node) {
        int at = node.start();
        for (Node child : node.children()) {
            gap(node, at, child.start());
            at = Math.max(at, child.end());
        }
        if (!node.children().isEmpty()) {
            gap(node, at, node.end());
        }
    }

    private static void gap(Node node, int from, int to) {
        if (to > from && !BLANK.matcher(node.source().substring(from, to)).matches()) {
            throw NotUnderstood.ask();
        }
    }

    private void statements(Node node, Stdin stdin) {
        List<Node> children = node.children();
        for (int i = 0; i < children.size(); i++) {
            boolean background = i + 1 < children.size() && children.get(i + 1).is("&");
            if (background && scene.inLoop()) {
                say(Verdict.deny(Reason.EXHAUSTS));
            }
            statement(children.get(i), stdin);
        }
    }

    /** What changes inside changes nothing outside, but nobody knows that of the value of a variable. */
    private void subshell(Node node, Stdin stdin) {
        Set<String> before = Set.copyOf(scene.folders());
        scene.branch(() -> statements(node, stdin));
        scene.stand(before);
    }

    /** Behind {@code cd x &&} one stands in x; behind anything else maybe not. */
    private void list(Node node, Stdin stdin) {
        Set<String> before = Set.copyOf(scene.folders());
        Node left = node.children().get(0);
        statement(left, stdin);
        boolean and = node.child("&&").isPresent();
        Word target = and ? cdTarget(left) : null;
        if (target != null) {
            scene.stand(scene.reached(target, before));
        }
        for (Node right : node.children().subList(1, node.children().size())) {
            scene.branch(() -> statement(right, stdin));
        }
        if (target != null) {
            Set<String> both = new LinkedHashSet<>(before);
            both.addAll(scene.folders());
            scene.stand(both);
        }
    }

    private @Nullable Word cdTarget(Node left) {
        Node last = left.is("list") && left.child("&&").isPresent()
                ? left.children().get(left.children().size() - 1)
                : left;
        if (!last.is("command") || !last.text().startsWith("cd ")) {
            return null;
        }
        List<Word> words = expansion.words(last.children());
        return words.size() == 2 ? words.get(1) : null;
    }

    private void pipeline(Node node, Stdin stdin) {
        Stdin flowing = stdin;
        for (Node part : node.children()) {
            if (!TOKENS.contains(part.kind())) {
                Stdin in = flowing;
                scene.branch(() -> statement(part, in));
                flowing = out(part, in);
            }
        }
    }

    /** What a command hands on to the next one in a pipe. */
    private Stdin out(Node node, Stdin in) {
        Node command = node.is("redirected_statement") ? node.children().get(0) : node;
        Word.Origin origin = in.origin().and(Expansion.origin(wrapped(command)));
        Stdin from = node.is("redirected_statement") ? redirectedIn(node, in) : in;
        if (!command.is("command")) {
            return new Stdin(true, null, origin, from.words());
        }
        List<Word> words = quietWords(command);
        String program = words.isEmpty() ? "" : Programs.baseName(words.get(0).text());
        String printed = node.is("command") ? expansion.printed(command) : null;
        boolean passes = program.equals("cat") && words.size() == 1;
        String text = printed != null ? printed : passes ? from.text() : null;
        List<Word> flowing = new ArrayList<>(printed != null ? Stdin.split(printed) : from.words());
        if (printed == null && words.size() > 1) {
            words.subList(1, words.size()).stream()
                    .filter(word -> !word.isOption())
                    .forEach(flowing::add);
        }
        return new Stdin(true, text, origin, flowing.size() > 32 ? flowing.subList(0, 32) : flowing);
    }

    private static Node wrapped(Node node) {
        return new Node("pipe", node.start(), node.end(), List.of(node), node.source());
    }

    private List<Word> quietWords(Node command) {
        try {
            return expansion.words(command.children().stream()
                    .filter(child -> WORDS.contains(child.kind()) || child.is("command_name"))
                    .toList());
        } catch (NotUnderstood e) {
            return List.of();
        }
    }

    // Redirections

    private void redirected(Node node, Stdin stdin) {
        Stdin in = redirectedIn(node, stdin);
        endlessOutput(node);
        List<Node> arguments = arguments(node);
        for (Node child : node.children()) {
            if (child.isOneOf(REDIRECTS)) {
                redirect(child, in);
            } else if (child.is("command")) {
                command(child, in, arguments);
            } else if (arguments.isEmpty()) {
                statement(child, in);
            } else {
                throw NotUnderstood.ask();
            }
        }
    }

    /** The grammar hangs arguments that follow a redirection below it: they are the command's. */
    private static List<Node> arguments(Node node) {
        List<Node> arguments = new ArrayList<>();
        for (Node child : node.children()) {
            if (child.is("file_redirect")) {
                List<Node> words = words(child);
                arguments.addAll(words.subList(target(words).size(), words.size()));
            } else if (child.is("heredoc_redirect")) {
                arguments.addAll(arguments(child));
                arguments.addAll(words(child));
            }
        }
        return arguments;
    }

    private static List<Node> words(Node redirect) {
        return redirect.children().stream()
                .filter(child -> WORDS.contains(child.kind()) && !child.is("="))
                .toList();
    }

    /** The words that touch the first one. */
    private static List<Node> target(List<Node> words) {
        int end = 0;
        while (end < words.size()
                && (end == 0 || words.get(end).start() == words.get(end - 1).end())) {
            end++;
        }
        return words.subList(0, end);
    }

    /** yes writes for ever; into a file that is a full disk. */
    private void endlessOutput(Node node) {
        boolean yes = node.children().get(0).text().matches("yes( .*)?");
        boolean file = node.children().stream()
                .anyMatch(child -> child.is("file_redirect") && !child.text().contains("/dev/null"));
        if (yes && file) {
            say(Verdict.deny(Reason.EXHAUSTS));
        }
    }

    private Stdin redirectedIn(Node node, Stdin stdin) {
        Stdin in = stdin;
        for (Node child : node.children()) {
            in = switch (child.kind()) {
                case "heredoc_redirect" -> document(child);
                case "herestring_redirect" -> hereString(child);
                case "file_redirect" -> fileIn(child, in);
                default -> in;
            };
        }
        return in;
    }

    private Stdin fileIn(Node redirect, Stdin in) {
        boolean reads = redirect.child("<").isPresent();
        if (!reads) {
            return in;
        }
        boolean fetched = redirect.has("process_substitution") && Expansion.origin(redirect) != Word.Origin.PLAIN;
        return fetched ? new Stdin(true, null, Expansion.origin(redirect), List.of()) : Stdin.UNKNOWN;
    }

    private Stdin hereString(Node redirect) {
        Node last = redirect.children().get(redirect.children().size() - 1);
        Word word = expansion.one(last);
        return word.known() ? Stdin.text(word.text()) : new Stdin(true, null, word.origin(), List.of());
    }

    private Stdin document(Node redirect) {
        Node body = redirect.child("heredoc_body").orElse(null);
        if (body == null) {
            return Stdin.text("");
        }
        String text = expansion.body(body, literal(redirect));
        return text == null ? new Stdin(true, null, Expansion.origin(body), List.of()) : Stdin.text(text);
    }

    private static boolean literal(Node redirect) {
        String start = redirect.child("heredoc_start").map(Node::text).orElse("");
        return start.contains("'") || start.contains("\"") || start.contains("\\");
    }

    private void redirect(Node redirect, Stdin stdin) {
        switch (redirect.kind()) {
            case "file_redirect" -> file(redirect);
            case "herestring_redirect" -> substitutions(redirect);
            default -> hereDocument(redirect, stdin);
        }
    }

    private void file(Node redirect) {
        covered(redirect);
        substitutions(redirect);
        String operator = operator(redirect);
        List<Node> targets = target(words(redirect));
        if (operator.endsWith("&-") || targets.isEmpty()) {
            return;
        }
        for (Word target : expansion.words(targets)) {
            boolean descriptor = operator.endsWith("&") && target.text().matches("[0-9]+-?|-");
            if (!descriptor) {
                Place place = Place.of(target, scene.folders());
                boolean inner = targets.get(0).is("process_substitution");
                say(
                        operator.startsWith("<")
                                ? Reading.redirected(place, target)
                                : inner ? Verdict.ALLOW : Writing.to(place));
            }
        }
    }

    private static String operator(Node redirect) {
        for (Node child : redirect.children()) {
            if (child.kind().contains(">") || child.kind().startsWith("<")) {
                return child.kind();
            }
        }
        throw NotUnderstood.ask();
    }

    /** The grammar hangs what follows on the line of {@code <<} below the here-document: it reads its output. */
    private void hereDocument(Node redirect, Stdin stdin) {
        ends(redirect);
        if (!literal(redirect)) {
            redirect.child("heredoc_body").ifPresent(this::substitutions);
        }
        for (Node child : redirect.children()) {
            switch (child.kind()) {
                case "<<",
                        "<<-",
                        "heredoc_start",
                        "heredoc_body",
                        "heredoc_end",
                        "heredoc_content",
                        "file_descriptor" -> {}
                case "file_redirect" -> file(child);
                case "herestring_redirect" -> substitutions(child);
                case "pipeline", "list" -> statement(child, stdin);
                default -> {
                    if (WORDS.contains(child.kind())) {
                        substitutions(new Node("argument", child.start(), child.end(), List.of(child), child.source()));
                    } else {
                        statement(child, stdin);
                    }
                }
            }
        }
    }

    /** Where a here-document ends is checked a second time: a command hidden in one would run. */
    private static void ends(Node redirect) {
        String start = redirect.child("heredoc_start").map(Node::text).orElse("");
        String delimiter = start.replace("'", "").replace("\"", "").replace("\\", "");
        boolean tabs = redirect.child("<<-").isPresent();
        String body = redirect.child("heredoc_body").map(Node::text).orElse("");
        boolean early = body.lines()
                .map(line -> tabs ? line.replaceFirst("^\t+", "") : line)
                .anyMatch(delimiter::equals);
        Node end = redirect.child("heredoc_end").orElse(null);
        boolean plain =
                end != null && end.text().strip().equals(delimiter) && lineEnds(end) && delimiter.matches("[\\w.-]+");
        if (early || !plain) {
            throw NotUnderstood.ask();
        }
    }

    private static boolean lineEnds(Node end) {
        boolean after = end.end() == end.source().length()
                || "\n)`".indexOf(end.source().charAt(end.end())) >= 0;
        int before = end.start() - 1;
        while (before >= 0 && end.source().charAt(before) == '\t') {
            before--;
        }
        return after && (before < 0 || end.source().charAt(before) == '\n');
    }

    // Commands

    private void command(Node node, Stdin stdin) {
        command(node, stdin, List.of());
    }

    private void command(Node node, Stdin stdin, List<Node> arguments) {
        scene.count();
        covered(node);
        substitutions(node);
        Stdin in = redirectedIn(node, stdin);
        List<Node> words = new ArrayList<>();
        for (Node child : node.children()) {
            if (child.is("variable_assignment")) {
                assignment(child, false);
            } else if (child.isOneOf(REDIRECTS)) {
                redirect(child, in);
            } else if (child.is("command_name") || WORDS.contains(child.kind())) {
                words.add(child);
            } else {
                throw NotUnderstood.ask();
            }
        }
        if (!arguments(node).isEmpty()) {
            throw NotUnderstood.ask();
        }
        words.addAll(arguments);
        say(command(expansion.words(words), scene, in));
    }

    /** Whatever is substituted is judged as a script of its own, wherever it stands. */
    private void substitutions(Node node) {
        node.below(SUBSTITUTIONS, found -> {
            Script inner = new Script(scene.inner());
            for (Node child : found.children()) {
                if (child.isOneOf(REDIRECTS)) {
                    inner.redirect(child, Stdin.NONE);
                } else {
                    inner.statement(child, Stdin.NONE);
                }
            }
            covered(found);
            say(inner.verdict);
            if (found.text().matches("(?s).*\\b(curl|wget)\\b.*")) {
                scene.fetched();
            }
        });
    }

    @Override
    public Verdict command(List<Word> argv, Scene at, Stdin stdin) {
        at.count();
        if (argv.isEmpty()) {
            return Verdict.ALLOW;
        }
        Word first = argv.get(0);
        Invocation call = new Invocation(first.text(), argv.subList(1, argv.size()), at, stdin, this);
        if (!first.known()) {
            return dynamic(first, call);
        }
        if (first.glob()) {
            return Verdict.deny(Reason.DISGUISED);
        }
        return named(first, call);
    }

    private static Verdict named(Word first, Invocation call) {
        String name = first.text();
        if (call.scene().isIn(name)) {
            return Verdict.deny(Reason.EXHAUSTS);
        }
        if (call.scene().defines(name)) {
            // Its body was judged where it was defined.
            return Programs.knows(name) ? Programs.judge(call) : Verdict.ALLOW;
        }
        if (name.isBlank() || RESERVED.contains(name)) {
            return Verdict.ask(Reason.NOT_UNDERSTOOD);
        }
        if (name.codePoints()
                .anyMatch(c -> c != ' ' && (Character.isSpaceChar(c) || Character.getType(c) == Character.FORMAT))) {
            return Verdict.deny(Reason.DISGUISED);
        }
        if (name.contains("/")) {
            return Machine.makesFileSystem(Programs.baseName(name)) ? disk(call) : Programs.byPath(call, first);
        }
        if (Machine.makesFileSystem(name)) {
            return disk(call);
        }
        return Programs.judge(call.with(Programs.baseName(name), call.args()));
    }

    private static Verdict disk(Invocation call) {
        return Rule.deny(Reason.DISK).judge(call);
    }

    /** Nobody knows what runs; what would run if the unknown were empty counts too. */
    private Verdict dynamic(Word first, Invocation call) {
        Verdict unknown = Interpreters.ofOrigin(first.origin()).and(Programs.forceful(call));
        String rest = first.collapsed();
        if (rest.isEmpty() || rest.matches("\\.?/")) {
            return unknown.and(shifted(call));
        }
        List<Word> argv = new ArrayList<>(List.of(Word.of(rest)));
        argv.addAll(call.args());
        Verdict collapsed = command(argv, call.scene().inner(), call.stdin());
        return unknown.and(collapsed.denied() ? Verdict.deny(Reason.DISGUISED) : Verdict.ALLOW);
    }

    private Verdict shifted(Invocation call) {
        if (call.args().isEmpty()) {
            return Verdict.ALLOW;
        }
        // Where the unknown word vanishes, the first argument is the command.
        Verdict shifted = command(call.args(), call.scene().inner(), call.stdin());
        return shifted.denied() ? shifted : Verdict.ALLOW;
    }

    @Override
    public Verdict script(String text, Scene at, Stdin stdin) {
        return Guard.text(text, at, stdin);
    }

    // Variables

    private void assignment(Node node, boolean stays) {
        if (!node.is("variable_assignment")) {
            throw NotUnderstood.ask();
        }
        substitutions(node);
        Node target = node.children().get(0);
        String name = target.is("subscript") ? target.children().get(0).text() : target.text();
        List<Node> values = node.children().size() < 3
                ? List.of()
                : node.children().subList(2, node.children().size());
        boolean appends = node.child("+=").isPresent();
        List<Word> words = value(values);
        Invocation call = new Invocation("export", List.of(), scene, Stdin.NONE, this);
        for (Word word : words.isEmpty() ? List.of(Word.of("")) : words) {
            say(Environment.judge(call, name, word));
        }
        if (name.equals("IFS")) {
            scene.forgetAll();
        } else if (stays && (appends || target.is("subscript"))) {
            scene.forget(name);
        } else if (stays) {
            scene.set(name, words.isEmpty() ? List.of(Word.of("")) : words);
        }
    }

    private List<Word> value(List<Node> values) {
        if (values.size() == 1 && values.get(0).is("array")) {
            List<Node> elements = values.get(0).children().stream()
                    .filter(child -> !child.is("(") && !child.is(")"))
                    .toList();
            return expansion.words(elements);
        }
        if (values.isEmpty()) {
            return List.of();
        }
        if (values.size() > 1) {
            return expansion.words(values);
        }
        return List.of(expansion.one(values.get(0)));
    }

    private void declaration(Node node) {
        substitutions(node);
        boolean references = node.text().matches("(?s)\\w+\\s+(-\\w+\\s+)*-\\w*n.*")
                && !node.text().startsWith("export");
        for (Node child : node.children()) {
            if (child.is("variable_assignment")) {
                assignment(child, true);
            } else if (!child.is("variable_name") && !child.kind().matches("export|declare|typeset|local|readonly")) {
                declared(child);
            }
        }
        if (scene.isHiding() && node.text().matches("(?s)\\w+\\s+(-\\w+\\s+)*-\\w*i.*")) {
            say(Verdict.deny(Reason.HIDDEN_SUBSTITUTION));
        }
        if (references) {
            scene.forgetAll();
            say(Verdict.ask(Reason.SHELL_STATE));
        }
    }

    /** {@code declare "x=rm"} assigns as well. */
    private void declared(Node child) {
        for (Word word : expansion.words(child)) {
            boolean option = word.known() && word.text().matches("[-+][a-zA-Z]+");
            if (!option) {
                scene.forgetAll();
                say(
                        word.text().contains("$(") || word.text().contains("`")
                                ? Verdict.deny(Reason.HIDDEN_SUBSTITUTION)
                                : Verdict.ask(Reason.SHELL_STATE));
            }
        }
    }

    private void unset(Node node) {
        substitutions(node);
        if (node.text().contains("$") || node.text().contains("`")) {
            say(Verdict.ask(Reason.SHELL_STATE));
        }
        if (node.text().matches("(?s).*\\b(PATH|HIST\\w*|IFS|HOME)\\b.*")) {
            say(Verdict.ask(Reason.ENVIRONMENT_ASK));
        }
        scene.forgetAll();
        scene.undefine();
    }

    /** Conditions run nothing but substitutions; an index given as text they would evaluate. */
    private void test(Node node) {
        substitutions(node);
        boolean indexes = scene.isHiding() || node.text().matches("(?s).*\\[[^\\]]*'[^']*(\\$\\(|`).*");
        if (indexes && !node.text().matches("(?s)\\[{1,2} (-[a-uw-z]|[^-]).* (=|==|!=) .*")) {
            say(Verdict.ask(Reason.HIDDEN_SUBSTITUTION));
        }
        if (node.text().startsWith("((")) {
            scene.forgetAll();
        }
    }

    // Loops, branches, functions

    /** Each value of a short list is tried in turn; of a long one nobody knows which it is. */
    private void forEach(Node node, Stdin stdin) {
        substitutions(new Node("head", node.start(), node.end(), heads(node), node.source()));
        String name = node.child("variable_name").map(Node::text).orElseThrow(NotUnderstood::ask);
        List<Node> words = heads(node).stream()
                .filter(child -> WORDS.contains(child.kind()) && !child.is("variable_name"))
                .toList();
        List<Word> values = expansion.words(words);
        boolean few = !values.isEmpty() && values.size() <= MAX_PASSES && !scene.inLoop();
        List<Word> tried = few ? values : List.of(unknown(values));
        scene.loop(() -> {
            for (Word value : tried) {
                scene.bind(name, value);
                bodies(node, stdin);
            }
        });
        scene.forget(name);
    }

    private static List<Node> heads(Node node) {
        return node.children().stream()
                .filter(child -> !child.is("do_group") && !child.is("compound_statement"))
                .toList();
    }

    private static Word unknown(List<Word> values) {
        Word.Origin origin = values.stream().map(Word::origin).reduce(Word.Origin.PLAIN, Word.Origin::and);
        return new Word(String.valueOf(Word.UNKNOWN), false, origin);
    }

    private void bodies(Node node, Stdin stdin) {
        if (scene.loopsTooDeep()) {
            say(Verdict.ask(Reason.ENDLESS));
        }
        node.children(Set.of("do_group", "compound_statement")).forEach(body -> statement(body, stdin));
    }

    private void counted(Node node, Stdin stdin) {
        substitutions(new Node("head", node.start(), node.end(), heads(node), node.source()));
        boolean endless = node.text().matches("(?s)for\\s*\\(\\(\\s*;\\s*;?.*")
                || node.text().matches("(?s)for\\s*\\(\\([^;]*;\\s*(1|true)?\\s*;.*");
        scene.forgetAll();
        scene.loop(() -> bodies(node, stdin));
        if (endless) {
            endless(node);
        }
    }

    private void loop(Node node, Stdin stdin) {
        boolean until = node.child("until").isPresent();
        List<Node> condition = heads(node).stream()
                .filter(child -> !TOKENS.contains(child.kind()))
                .toList();
        scene.loop(() -> {
            condition.forEach(child -> statement(child, stdin));
            bodies(node, stdin);
        });
        String words = condition.size() == 1 ? condition.get(0).text().strip() : "";
        boolean always = until
                ? words.matches("false|\\[ 0 = 1 ]|! true|! :")
                : words.matches(
                        "true|:|\\[ 1 ]|\\[\\[ 1 ]]|\\(\\( ?1 ?\\)\\)|\\[ (1|true) ]|! false|/bin/true|test 1|\\[ 1 -?(=|eq|==) ?1 ]");
        if (always) {
            endless(node);
        }
    }

    private void endless(Node node) {
        boolean rests = node.text().matches("(?s).*\\b(break|sleep|exit|return|read|wait)\\b.*");
        say(rests ? Verdict.ask(Reason.ENDLESS) : Verdict.deny(Reason.EXHAUSTS));
    }

    private void choice(Node node, Stdin stdin) {
        for (Node child : node.children()) {
            if (child.is("case_item")) {
                scene.branch(() -> item(child, stdin));
            } else if (WORDS.contains(child.kind())) {
                substitutions(new Node("head", child.start(), child.end(), List.of(child), child.source()));
            } else if (!TOKENS.contains(child.kind())) {
                throw NotUnderstood.ask();
            }
        }
    }

    private void item(Node node, Stdin stdin) {
        boolean body = false;
        for (Node child : node.children()) {
            if (body) {
                statement(child, stdin);
            } else {
                substitutions(new Node("head", child.start(), child.end(), List.of(child), child.source()));
            }
            body |= child.is(")");
        }
    }

    /** A body is judged once, where it stands; whoever calls itself in it never ends. */
    private void function(Node node) {
        String name = node.child("word").map(Node::text).orElseThrow(NotUnderstood::ask);
        scene.enter(name);
        scene.branch(() -> {
            for (Node child : node.children()) {
                if (child.isOneOf(REDIRECTS)) {
                    redirect(child, Stdin.UNKNOWN);
                } else if (!child.is("word")) {
                    statement(child, Stdin.UNKNOWN);
                }
            }
        });
        scene.leave(name);
        scene.define(name);
        scene.forgetAll();
    }
}

package dev.recourse.activities.shell;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Expands the words of a script as bash would, as far as it can be known before it runs. */
final class Expansion {
    private static final Set<String> SUBSTITUTIONS = Set.of("command_substitution", "process_substitution");
    private static final Set<String> DECODERS = Set.of(
            "base64",
            "base32",
            "basenc",
            "xxd",
            "openssl",
            "rev",
            "tr",
            "uudecode",
            "gunzip",
            "zcat",
            "gzip",
            "od",
            "hexdump",
            "sed",
            "awk",
            "perl",
            "python",
            "python3",
            "tac",
            "gpg",
            "printf",
            "cut",
            "dd");
    static final Set<String> FETCHERS = Set.of(
            "curl",
            "wget",
            "fetch",
            "nc",
            "ncat",
            "netcat",
            "socat",
            "telnet",
            "aria2c",
            "lynx",
            "w3m",
            "http",
            "https",
            "ftp",
            "tftp",
            "scp",
            "sftp",
            "rsync",
            "dig",
            "nslookup",
            "axel",
            "links",
            "lwp-request",
            "GET",
            "ssh");
    private static final Set<String> QUIET_OPERATORS =
            Set.of("#", "##", "%", "%%", ":?", "?", ":+", "+", "^", ",", "/#", "/%");
    private static final Pattern PLAIN_NUMBER = Pattern.compile("-?[0-9]{1,4}");
    private static final int MAX_BRACES = 256;

    private final Scene scene;

    Expansion(Scene scene) {
        this.scene = scene;
    }

    /** The words that one word of the source becomes: none, one or several. */
    List<Word> words(Node node) {
        Piece piece = new Piece();
        into(node, piece, false);
        return piece.words();
    }

    /** The words of nodes that stand side by side; what touches is one word. */
    List<Word> words(List<Node> nodes) {
        List<Word> words = new ArrayList<>();
        Piece piece = new Piece();
        int end = -1;
        for (Node node : nodes) {
            if (end >= 0 && node.start() > end) {
                words.addAll(piece.words());
                piece = new Piece();
            }
            into(node, piece, false);
            end = node.end();
        }
        if (end >= 0) {
            words.addAll(piece.words());
        }
        return words;
    }

    /** The same without splitting: what an assignment or a quoted word takes. */
    Word one(Node node) {
        Piece piece = new Piece();
        into(node, piece, true);
        return piece.whole();
    }

    /** The text of a here-document's body; null where it holds something unknown. */
    @Nullable
    String body(Node body, boolean literal) {
        if (literal || body.children().isEmpty()) {
            return literal ? body.text() : unescaped(body.text(), "$`\\");
        }
        Piece piece = new Piece();
        quoted(body, body.start(), body.end(), piece);
        Word whole = piece.whole();
        return whole.known() ? whole.text() : null;
    }

    private void into(Node node, Piece piece, boolean quoted) {
        switch (node.kind()) {
            case "word",
                    "number",
                    "extglob_pattern",
                    "regex",
                    "variable_name",
                    "test_operator",
                    "special_variable_name" -> bare(node, piece, quoted);
            case "string", "translated_string" -> string(node, piece);
            case "string_content" -> piece.literal(unescaped(node.text(), "$`\"\\"), true);
            case "raw_string" -> raw(node, piece);
            case "ansi_c_string" ->
                piece.literal(
                        AnsiC.decoded(
                                node.text().substring(2, Math.max(2, node.text().length() - 1))),
                        true);
            case "concatenation", "command_name", "binary_expression", "postfix_expression", "unary_expression" ->
                children(node, piece, quoted);
            case "brace_expression" -> braces(node, piece);
            case "simple_expansion" -> simple(node, piece, quoted);
            case "expansion" -> expansion(node, piece, quoted);
            case "command_substitution" -> substitution(node, piece, quoted);
            case "process_substitution" -> piece.unknown(true, origin(node));
            case "arithmetic_expansion" -> arithmetic(piece, quoted);
            case "array" -> throw NotUnderstood.ask();
            case "$" -> dollar(node, piece, quoted);
            case "\"" -> {}
            default -> other(node, piece, quoted);
        }
    }

    /** A lone dollar is text; before a quote it only asks for a translation; before a name the grammar lost its way. */
    private static void dollar(Node node, Piece piece, boolean quoted) {
        char next = node.end() < node.source().length() ? node.source().charAt(node.end()) : ' ';
        if (Character.isLetterOrDigit(next) || "_{([@*#?$!-'".indexOf(next) >= 0) {
            throw NotUnderstood.ask();
        }
        if (next != '"') {
            piece.literal("$", quoted);
        }
    }

    /** Leaves such as operators inside a word are text; anything with children that is not known is not. */
    private static void other(Node node, Piece piece, boolean quoted) {
        if (!node.children().isEmpty()) {
            throw NotUnderstood.ask();
        }
        piece.literal(node.text(), quoted);
    }

    private void bare(Node node, Piece piece, boolean quoted) {
        if (!node.children().isEmpty()) {
            children(node, piece, quoted);
            return;
        }
        String text = node.text();
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length()) {
                if (text.charAt(i + 1) != '\n') {
                    piece.literal(text.substring(i + 1, i + 2), true);
                }
                i += 2;
            } else if (Character.isWhitespace(c) && !quoted) {
                throw NotUnderstood.ask(); // the grammar took the end of a line for a part of a word
            } else {
                piece.literal(String.valueOf(c), quoted);
                i++;
            }
        }
    }

    private void children(Node node, Piece piece, boolean quoted) {
        int at = node.start();
        for (Node child : node.children()) {
            if (child.start() > at) {
                piece.literal(node.source().substring(at, child.start()), quoted);
            }
            into(child, piece, quoted);
            at = child.end();
        }
        if (node.end() > at) {
            piece.literal(node.source().substring(at, node.end()), quoted);
        }
    }

    /** The grammar gives blanks in a string now to this child, now to none: everything between the quotes counts. */
    private void string(Node node, Piece piece) {
        String text = node.text();
        int open = text.indexOf('"');
        if (open < 0 || !text.endsWith("\"") || text.length() < open + 2) {
            throw NotUnderstood.ask();
        }
        piece.touch();
        hidden(text.contains("\\") ? text.replace("\\", "") : "");
        quoted(node, node.start() + open + 1, node.end() - 1, piece);
    }

    private void quoted(Node node, int from, int to, Piece piece) {
        int at = from;
        for (Node child : node.children()) {
            if (isExpansion(child)) {
                int start = child.start() + blanks(child.text());
                piece.literal(unescaped(node.source().substring(at, Math.max(at, start)), "$`\"\\"), true);
                into(child, piece, true);
                at = child.end();
            }
        }
        if (to > at) {
            piece.literal(unescaped(node.source().substring(at, to), "$`\"\\"), true);
        }
    }

    private static boolean isExpansion(Node node) {
        return node.kind().endsWith("expansion") || SUBSTITUTIONS.contains(node.kind());
    }

    private static int blanks(String text) {
        int blanks = 0;
        while (blanks < text.length() && Character.isWhitespace(text.charAt(blanks))) {
            blanks++;
        }
        return blanks;
    }

    private void raw(Node node, Piece piece) {
        String text = node.text();
        String inner = text.substring(1, text.length() - 1);
        piece.touch();
        hidden(inner);
        piece.literal(inner, true);
    }

    /** Text that is a command once something evaluates it, as an index of an array is evaluated. */
    private void hidden(String text) {
        if (text.contains("$(") || text.contains("`")) {
            scene.hides();
        }
    }

    private static void braces(Node node, Piece piece) {
        piece.literal(node.text(), false);
    }

    private void simple(Node node, Piece piece, boolean quoted) {
        String name = node.text().strip().substring(1);
        value(name, piece, quoted || name.equals("#") || name.equals("?"));
    }

    private void value(String name, Piece piece, boolean quoted) {
        Optional<List<Word>> value = scene.value(name);
        if (value.isEmpty() || value.get().isEmpty()) {
            piece.unknown(quoted, scene.origin(name));
            return;
        }
        boolean all = name.equals("@") || name.equals("*");
        piece.expanded(String.join(" ", value.get().stream().map(Word::text).toList()), quoted && !all);
    }

    private void expansion(Node node, Piece piece, boolean quoted) {
        List<Node> parts = node.children();
        if (parts.size() < 3 || !parts.get(0).text().strip().equals("${")) {
            throw NotUnderstood.ask();
        }
        Node first = parts.get(1);
        if (first.is("subscript")) {
            subscript(node, first, piece, quoted);
        } else if (first.is("variable_name") || first.is("special_variable_name")) {
            operation(first.text(), parts.subList(2, parts.size() - 1), piece, quoted);
        } else {
            piece.unknown(quoted, Word.Origin.PLAIN);
        }
    }

    private void arithmetic(Piece piece, boolean quoted) {
        if (scene.isHiding()) {
            throw new NotUnderstood(Verdict.deny(Reason.HIDDEN_SUBSTITUTION));
        }
        piece.unknown(quoted, Word.Origin.PLAIN);
    }

    private void subscript(Node node, Node subscript, Piece piece, boolean quoted) {
        if (scene.isHiding()) {
            throw new NotUnderstood(Verdict.deny(Reason.HIDDEN_SUBSTITUTION));
        }
        String text = subscript.text();
        int open = text.indexOf('[');
        String name = text.substring(0, Math.max(0, open));
        String index = open < 0 ? "" : text.substring(open + 1, text.length() - 1);
        List<Word> elements = scene.value(name).orElse(List.of());
        if (node.children().size() > 3 || elements.isEmpty()) {
            piece.unknown(quoted, scene.origin(name));
        } else if (index.equals("@") || index.equals("*")) {
            piece.expanded(String.join(" ", elements.stream().map(Word::text).toList()), false);
        } else if (PLAIN_NUMBER.matcher(index).matches() && indexOf(index, elements) >= 0) {
            piece.expanded(elements.get(indexOf(index, elements)).text(), quoted);
        } else {
            piece.unknown(quoted, scene.origin(name));
        }
    }

    private static int indexOf(String index, List<Word> elements) {
        int at = Integer.parseInt(index);
        return at < elements.size() ? at : -1;
    }

    private void operation(String name, List<Node> rest, Piece piece, boolean quoted) {
        if (rest.isEmpty()) {
            value(name, piece, quoted);
            return;
        }
        String operator = rest.get(0).text();
        List<Node> operands = rest.subList(1, rest.size());
        switch (operator) {
            case ":-", "-", ":=", "=" -> fallback(name, operator, operands, piece, quoted);
            case ":" -> slice(name, operands, piece, quoted);
            case "/", "//" -> replaced(name, operator, operands, piece, quoted);
            case "^^", ",," -> cased(name, operator, piece, quoted);
            default -> {
                if (!QUIET_OPERATORS.contains(operator)) {
                    throw NotUnderstood.ask(); // such as @P, which expands the value like a prompt
                }
                alternative(operator, operands, piece, quoted, name);
            }
        }
    }

    private void alternative(String operator, List<Node> operands, Piece piece, boolean quoted, String name) {
        boolean instead = operator.endsWith("+");
        if (instead && scene.value(name).filter(words -> !words.isEmpty()).isPresent() && operands.size() == 1) {
            into(operands.get(0), piece, quoted);
        } else {
            piece.unknown(quoted, scene.origin(name));
        }
    }

    private void fallback(String name, String operator, List<Node> operands, Piece piece, boolean quoted) {
        Optional<List<Word>> value = scene.value(name);
        if (value.isEmpty()) {
            piece.unknown(quoted, scene.origin(name));
        } else if (!value.get().isEmpty()) {
            value(name, piece, quoted);
        } else {
            Piece other = new Piece();
            operands.forEach(operand -> into(operand, other, true));
            Word word = other.whole();
            piece.expanded(word, quoted);
            if (operator.endsWith("=")) {
                scene.set(name, List.of(word));
            }
        }
    }

    private void slice(String name, List<Node> operands, Piece piece, boolean quoted) {
        if (scene.isHiding()) {
            throw new NotUnderstood(Verdict.deny(Reason.HIDDEN_SUBSTITUTION));
        }
        String value = single(name);
        List<String> numbers = operands.stream()
                .map(Node::text)
                .map(String::strip)
                .filter(text -> !text.equals(":"))
                .toList();
        boolean plain =
                numbers.stream().allMatch(number -> PLAIN_NUMBER.matcher(number).matches());
        if (value == null || !plain || numbers.isEmpty() || numbers.size() > 2) {
            piece.unknown(quoted, scene.origin(name));
            return;
        }
        int offset = Integer.parseInt(numbers.get(0));
        int from = Math.min(value.length(), offset < 0 ? Math.max(0, value.length() + offset) : offset);
        int length = numbers.size() == 2 ? Integer.parseInt(numbers.get(1)) : value.length();
        int to = length < 0 ? value.length() + length : Math.min(value.length(), from + length);
        piece.expanded(value.substring(from, Math.max(from, to)), quoted);
    }

    private void replaced(String name, String operator, List<Node> operands, Piece piece, boolean quoted) {
        String value = single(name);
        List<String> parts = operands.stream()
                .filter(node -> !node.is("/"))
                .map(node -> one(node).text())
                .toList();
        boolean literal = parts.stream().allMatch(part -> part.chars().noneMatch(c -> "*?[\\&".indexOf(c) >= 0));
        if (value == null
                || parts.isEmpty()
                || !literal
                || parts.get(0).isEmpty()
                || parts.get(0).matches("[#%].*")) {
            piece.unknown(quoted, scene.origin(name));
            return;
        }
        String by = parts.size() > 1 ? parts.get(1) : "";
        piece.expanded(
                operator.equals("//")
                        ? value.replace(parts.get(0), by)
                        : value.replaceFirst(Pattern.quote(parts.get(0)), Matcher.quoteReplacement(by)),
                quoted);
    }

    private void cased(String name, String operator, Piece piece, boolean quoted) {
        String value = single(name);
        if (value == null) {
            piece.unknown(quoted, scene.origin(name));
        } else {
            piece.expanded(
                    operator.equals("^^") ? value.toUpperCase(Locale.ROOT) : value.toLowerCase(Locale.ROOT), quoted);
        }
    }

    private @Nullable String single(String name) {
        List<Word> words = scene.value(name).orElse(List.of());
        return words.size() == 1 ? words.get(0).text() : null;
    }

    private void substitution(Node node, Piece piece, boolean quoted) {
        String output = output(node);
        if (output == null) {
            piece.unknown(quoted, origin(node));
        } else {
            piece.expanded(output.replaceFirst("\n+$", ""), quoted);
        }
    }

    /** What a substitution prints, where it is a plain echo, printf or pwd; null where only the run will tell. */
    private @Nullable String output(Node node) {
        List<Node> inner =
                node.children().stream().filter(child -> child.is("command")).toList();
        boolean alone = node.children().size() == 3 && inner.size() == 1;
        return alone ? printed(inner.get(0)) : null;
    }

    /** What a command prints; null where only the run will tell. */
    @Nullable
    String printed(Node command) {
        boolean plain = command.child("variable_assignment").isEmpty()
                && command.child("file_redirect").isEmpty()
                && command.child("herestring_redirect").isEmpty();
        List<Word> words = plain ? words(command.children()) : List.of();
        if (words.isEmpty() || !scene.definesNothing() || !words.stream().allMatch(Word::known)) {
            return null;
        }
        List<String> texts = words.stream().map(Word::text).toList();
        return Printed.by(texts.get(0), texts.subList(1, texts.size()));
    }

    /** Whether what runs inside comes from elsewhere, or is taken apart and put together. */
    static Word.Origin origin(Node node) {
        Word.Origin[] origin = {Word.Origin.PLAIN};
        node.below(Set.of("command_name"), name -> {
            String program = Programs.baseName(name.text());
            if (FETCHERS.contains(program)) {
                origin[0] = origin[0].and(Word.Origin.FETCHED);
            } else if (DECODERS.contains(program)) {
                origin[0] = origin[0].and(Word.Origin.DECODED);
            }
        });
        return origin[0];
    }

    private static String unescaped(String text, String escapable) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\'
                    && i + 1 < text.length()
                    && (escapable.indexOf(text.charAt(i + 1)) >= 0 || text.charAt(i + 1) == '\n')) {
                i++;
                if (text.charAt(i) != '\n') {
                    plain.append(text.charAt(i));
                }
            } else {
                plain.append(c);
            }
        }
        return plain.toString();
    }

    /** A word in the making: its characters, and how each came about. */
    private static final class Piece {
        private final StringBuilder text = new StringBuilder();
        private final StringBuilder marks = new StringBuilder();
        private Word.Origin origin = Word.Origin.PLAIN;
        private boolean touched;

        void literal(String more, boolean quoted) {
            add(more, quoted ? 'q' : 'u');
        }

        void expanded(String more, boolean quoted) {
            add(more, quoted ? 'q' : 'e');
        }

        void expanded(Word word, boolean quoted) {
            expanded(word.text(), quoted);
            origin = origin.and(word.origin());
        }

        void unknown(boolean quoted, Word.Origin from) {
            add(String.valueOf(Word.UNKNOWN), quoted ? 'q' : 'e');
            origin = origin.and(from);
        }

        /** Quotes make a word even where nothing stands between them. */
        void touch() {
            touched = true;
        }

        private void add(String more, char mark) {
            text.append(more);
            marks.append(String.valueOf(mark).repeat(more.length()));
            touched |= mark == 'q' || (mark == 'u' && !more.isEmpty());
        }

        Word whole() {
            Word only = tilde(text.toString(), marks.toString());
            return new Word(only.text(), false, origin);
        }

        List<Word> words() {
            List<String[]> spread = new ArrayList<>();
            Braces.spread(text.toString(), marks.toString(), spread, MAX_BRACES);
            List<Word> words = new ArrayList<>();
            for (String[] each : spread) {
                fields(each[0], each[1], words);
            }
            return words;
        }

        private void fields(String chars, String how, List<Word> into) {
            int start = 0;
            int before = into.size();
            for (int i = 0; i <= chars.length(); i++) {
                boolean end = i == chars.length();
                if (end || (how.charAt(i) == 'e' && Character.isWhitespace(chars.charAt(i)))) {
                    if (i > start) {
                        into.add(tilde(chars.substring(start, i), how.substring(start, i)));
                    }
                    start = i + 1;
                }
            }
            if (into.size() == before && touched) {
                into.add(new Word("", false, origin));
            }
        }

        private Word tilde(String chars, String how) {
            boolean glob = false;
            for (int i = 0; i < chars.length(); i++) {
                glob |= how.charAt(i) != 'q' && "*?[".indexOf(chars.charAt(i)) >= 0;
            }
            if (chars.startsWith("~") && how.startsWith("u")) {
                int slash = chars.indexOf('/');
                String rest = slash < 0 ? "" : chars.substring(slash);
                return new Word(Place.HOME_PATH + rest, glob, origin);
            }
            return new Word(chars, glob, origin);
        }

        @Override
        public String toString() {
            return Objects.toString(text);
        }
    }
}

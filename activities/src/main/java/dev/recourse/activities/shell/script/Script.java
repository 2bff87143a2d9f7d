package dev.recourse.activities.shell.script;

import dev.recourse.activities.shell.terms.NotUnderstood;
import dev.recourse.activities.shell.terms.Reason;
import dev.recourse.activities.shell.terms.Scene;
import dev.recourse.activities.shell.terms.Stdin;
import dev.recourse.activities.shell.terms.Verdict;
import dev.recourse.activities.shell.terms.Word;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/** Judges a whole text: its characters, then every command that the grammar finds in it. */
public final class Script {
    private static final int MAX_BYTES = 8 * 1024;

    private Script() {}

    /**
     * The verdict on a line or script for bash.
     *
     * @throws NotUnderstood if it can't be judged for certain
     */
    public static Verdict judge(String text, Scene scene, Stdin stdin) {
        Verdict characters = characters(text);
        if (!characters.allowed()) {
            return characters;
        }
        // The grammar takes joined lines apart: they are judged joined as well.
        boolean joins = text.contains("\\\n");
        Verdict joined = joins ? once(text.replace("\\\n", ""), scene.inner(), stdin) : Verdict.ALLOW;
        return joined.and(once(text, scene, stdin));
    }

    /**
     * The verdict on a program with its arguments, which no shell would touch.
     *
     * @throws NotUnderstood if it can't be judged for certain
     */
    public static Verdict judge(List<String> argv, Scene scene) {
        Verdict characters = characters(String.join(" ", argv));
        return characters.allowed()
                ? new Walk(scene).commands().command(Word.all(argv), scene, Stdin.NONE)
                : characters;
    }

    private static Verdict once(String text, Scene scene, Stdin stdin) {
        try {
            Node root = Grammar.parse(text);
            return root.has("ERROR") ? Suspicion.of(text).and(readable(root, scene, stdin)) : whole(root, scene, stdin);
        } catch (NotUnderstood e) {
            boolean unread = e.verdict().reason() == Reason.NOT_UNDERSTOOD;
            return e.verdict().and(unread ? Suspicion.of(text) : Verdict.ALLOW);
        }
    }

    private static Verdict whole(Node root, Scene scene, Stdin stdin) {
        Walk walk = new Walk(scene);
        walk.statements().statement(root, stdin);
        return walk.verdict();
    }

    /** Of a script that can't be read as a whole, what can be read may be enough to deny it. */
    private static Verdict readable(Node root, Scene scene, Stdin stdin) {
        Walk walk = new Walk(scene);
        root.each(Set.of("command"), command -> {
            try {
                walk.commands().command(command, stdin, List.of());
            } catch (NotUnderstood e) {
                walk.say(e.verdict());
            }
        });
        return walk.verdict();
    }

    private static Verdict characters(String text) {
        if (text.length() > MAX_BYTES || text.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            return Verdict.deny(Reason.TOO_LONG);
        }
        return text.codePoints().anyMatch(Script::forbidden) ? Verdict.deny(Reason.CONTROL_CHARACTERS) : Verdict.ALLOW;
    }

    /** Control characters, half characters, and those that turn the direction of writing around. */
    private static boolean forbidden(int c) {
        boolean control = Character.isISOControl(c) && c != '\n' && c != '\t';
        boolean half = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
        boolean noncharacter = (c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef);
        boolean turning = c == 0x061c
                || c == 0x200e
                || c == 0x200f
                || (c >= 0x202a && c <= 0x202e)
                || (c >= 0x2066 && c <= 0x2069);
        boolean line = c == 0x2028 || c == 0x2029 || c == 0xfeff;
        return control || half || noncharacter || turning || line;
    }
}

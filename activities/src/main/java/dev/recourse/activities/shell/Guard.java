package dev.recourse.activities.shell;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Says of a command, before it runs, whether it may: allow, ask a person, or deny.
 *
 * <p>It fails closed: what it does not know it asks about, what it can't read it never allows. It is courtesy, not the
 * boundary; the boundary is the {@link Sandbox}. It does no input or output and remembers nothing.
 */
public final class Guard {
    static final int MAX_BYTES = 8 * 1024;
    static final int MAX_ARGUMENTS = 512;

    private Guard() {}

    /**
     * Judges a line or script for bash.
     *
     * @param folder where it would run below the working folder: empty, or such as {@code sub/folder}
     */
    public static Verdict judge(String command, String folder) {
        Verdict text = characters(command);
        return text.allowed() ? closed(() -> text(command, Scene.at(start(folder)), Stdin.NONE)) : text;
    }

    /** Judges a program with its arguments, which no shell would touch. */
    public static Verdict judge(List<String> argv, String folder) {
        if (argv.isEmpty() || argv.get(0).isBlank()) {
            return Verdict.deny(Reason.EMPTY);
        }
        if (argv.size() > MAX_ARGUMENTS) {
            return Verdict.deny(Reason.TOO_MANY);
        }
        Verdict text = characters(String.join(" ", argv));
        return text.allowed() ? closed(() -> words(argv, Scene.at(start(folder)))) : text;
    }

    private interface Judging {
        Verdict judge();
    }

    /** Whatever goes wrong while judging is no reason to run something. */
    private static Verdict closed(Judging judging) {
        try {
            return judging.judge();
        } catch (NotUnderstood e) {
            return e.verdict();
        } catch (RuntimeException | StackOverflowError e) {
            return Verdict.deny(Reason.NOT_UNDERSTOOD);
        }
    }

    private static String start(String folder) {
        return folder.isEmpty() ? Place.FOLDER : Place.FOLDER + "/" + folder;
    }

    private static Verdict words(List<String> argv, Scene scene) {
        return Script.judging(scene).command(Word.all(argv), scene, Stdin.NONE);
    }

    /** A script at some depth; joined lines are judged joined as well, for the grammar takes them apart. */
    static Verdict text(String command, Scene scene, Stdin stdin) {
        Verdict text = characters(command);
        if (!text.allowed()) {
            return text;
        }
        Verdict joined =
                command.contains("\\\n") ? once(command.replace("\\\n", ""), scene.inner(), stdin) : Verdict.ALLOW;
        return joined.and(once(command, scene, stdin));
    }

    private static Verdict once(String command, Scene scene, Stdin stdin) {
        try {
            return Script.judge(command, scene, stdin);
        } catch (NotUnderstood e) {
            return e.verdict()
                    .and(e.verdict().reason() == Reason.NOT_UNDERSTOOD ? Suspicion.of(command) : Verdict.ALLOW);
        }
    }

    private static Verdict characters(String text) {
        if (text.length() > MAX_BYTES || text.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            return Verdict.deny(Reason.TOO_LONG);
        }
        return text.codePoints().anyMatch(Guard::forbidden) ? Verdict.deny(Reason.CONTROL_CHARACTERS) : Verdict.ALLOW;
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

package dev.recourse.activities.shell;

import dev.recourse.activities.shell.script.Script;
import dev.recourse.activities.shell.terms.NotUnderstood;
import dev.recourse.activities.shell.terms.Place;
import dev.recourse.activities.shell.terms.Reason;
import dev.recourse.activities.shell.terms.Scene;
import dev.recourse.activities.shell.terms.Stdin;
import dev.recourse.activities.shell.terms.Verdict;
import java.util.List;
import java.util.function.Function;

/**
 * Says of a command, before it runs, whether it may: allow, ask a person, or deny.
 *
 * <p>It fails closed: what it does not know it asks about, what it can't read it never allows. It is courtesy, not the
 * boundary; the boundary is the {@link Sandbox}. It does no input or output and remembers nothing.
 */
final class Guard {
    private static final int MAX_ARGUMENTS = 512;

    private Guard() {}

    /**
     * Judges a line or script for bash.
     *
     * @param folder where it would run below the working folder: empty, or such as {@code sub/folder}
     */
    static Verdict judge(String command, String folder) {
        return closed(folder, scene -> Script.judge(command, scene, Stdin.NONE));
    }

    /** Judges a program with its arguments, which no shell would touch. */
    static Verdict judge(List<String> argv, String folder) {
        if (argv.isEmpty() || argv.get(0).isBlank()) {
            return Verdict.deny(Reason.EMPTY);
        }
        if (argv.size() > MAX_ARGUMENTS) {
            return Verdict.deny(Reason.TOO_MANY);
        }
        return closed(folder, scene -> Script.judge(argv, scene));
    }

    /** Whatever goes wrong while judging is no reason to run something. */
    private static Verdict closed(String folder, Function<Scene, Verdict> judging) {
        try {
            return judging.apply(Scene.at(folder.isEmpty() ? Place.FOLDER : Place.FOLDER + "/" + folder));
        } catch (NotUnderstood e) {
            return e.verdict();
        } catch (RuntimeException | StackOverflowError e) {
            return Verdict.deny(Reason.NOT_UNDERSTOOD);
        }
    }
}

package dev.recourse.activities.shell.rules;

import dev.recourse.activities.shell.terms.Scene;
import dev.recourse.activities.shell.terms.Stdin;
import dev.recourse.activities.shell.terms.Verdict;
import dev.recourse.activities.shell.terms.Word;
import java.util.List;

/** What rules may ask about what their program would start. */
public interface Judge {

    /** The verdict on a command whose words are expanded already. */
    Verdict command(List<Word> argv, Scene scene, Stdin stdin);

    /** The verdict on a whole script. */
    Verdict script(String text, Scene scene, Stdin stdin);
}

package dev.recourse.activities.shell;

import java.util.List;

/** What rules may ask the guard about what their program would start. */
interface Judge {

    /** The verdict on a command whose words are expanded already. */
    Verdict command(List<Word> argv, Scene scene, Stdin stdin);

    /** The verdict on a whole script. */
    Verdict script(String text, Scene scene, Stdin stdin);
}

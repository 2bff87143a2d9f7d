/** Reads a command as bash would, from the grammar to the words, and has every program in it judged by the rules. */
@NullMarked
package dev.recourse.activities.shell.script;

import org.jspecify.annotations.NullMarked;

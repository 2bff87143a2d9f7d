/** The terms in which scripts are read and rules speak: a word, where it leads, what is known by then, and the verdict. */
@NullMarked
package dev.recourse.activities.shell.terms;

import org.jspecify.annotations.NullMarked;

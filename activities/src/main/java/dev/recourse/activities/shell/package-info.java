/** The guarded shell tool: what may run, what a person decides, what never runs, and the sandbox it runs in. */
@NullMarked
package dev.recourse.activities.shell;

import org.jspecify.annotations.NullMarked;

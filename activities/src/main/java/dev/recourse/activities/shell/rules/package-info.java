/** What is said about each program by its arguments: a file per family, each a table of names and their rules. */
@NullMarked
package dev.recourse.activities.shell.rules;

import org.jspecify.annotations.NullMarked;

/**
 * The shell tool: the guard says what may run, what a person decides and what never runs; the sandbox holds what runs.
 *
 * <p>The guard reads a command in {@code script}, and asks {@code rules} about each program in it; both speak in {@code
 * terms}.
 */
@NullMarked
package dev.recourse.activities.shell;

import org.jspecify.annotations.NullMarked;

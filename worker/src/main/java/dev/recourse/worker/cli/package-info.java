/** The command line: one class per command, each one call on the service, one renderer, one exit code. */
@NullMarked
package dev.recourse.worker.cli;

import org.jspecify.annotations.NullMarked;

/** A stand-in for 360dialog on this machine: it takes messages, keeps what it got, and misbehaves on demand. */
@NullMarked
package dev.recourse.worker.standin;

import org.jspecify.annotations.NullMarked;

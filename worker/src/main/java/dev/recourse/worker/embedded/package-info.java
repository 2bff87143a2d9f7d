/** What a bare machine needs: a folder for the state, a real PostgreSQL in it, and Temporal's in-process server. */
@NullMarked
package dev.recourse.worker.embedded;

import org.jspecify.annotations.NullMarked;

/** The path of one call inside a worker: who it is, the gate it passes, how its answer travels. */
@NullMarked
package dev.recourse.activities.call;

import org.jspecify.annotations.NullMarked;

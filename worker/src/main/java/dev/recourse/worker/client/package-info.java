/** How a client starts calls, batches and rollbacks, and says who it is. */
@NullMarked
package dev.recourse.worker.client;

import org.jspecify.annotations.NullMarked;

/** In what order, and how to go back. */
@NullMarked
package dev.recourse.workflows;

import org.jspecify.annotations.NullMarked;

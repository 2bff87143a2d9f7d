/** Where it meets the world. */
@NullMarked
package dev.recourse.worker;

import org.jspecify.annotations.NullMarked;

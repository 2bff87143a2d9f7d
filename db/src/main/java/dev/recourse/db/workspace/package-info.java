/** Who calls, and in which workspace. */
@NullMarked
package dev.recourse.db.workspace;

import org.jspecify.annotations.NullMarked;

/** Who there is and what they may: workspaces, callers, limits. */
@NullMarked
package dev.recourse.db.workspace;

import org.jspecify.annotations.NullMarked;

/** What waits for somebody's approval, and what was decided. */
@NullMarked
package dev.recourse.db.approval;

import org.jspecify.annotations.NullMarked;

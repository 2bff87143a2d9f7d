/** What an agent can do with executions themselves. */
@NullMarked
package dev.recourse.activities.system;

import org.jspecify.annotations.NullMarked;

/** What a tool is: its name, its schema, its answers. */
@NullMarked
package dev.recourse.activities.tool;

import org.jspecify.annotations.NullMarked;

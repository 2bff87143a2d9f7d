/** What a tool is: its name, its schema, how it is found, how it refuses, and how its answers read. */
@NullMarked
package dev.recourse.activities.tool;

import org.jspecify.annotations.NullMarked;

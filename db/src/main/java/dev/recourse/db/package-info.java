/** What is true, and what it was before. */
@NullMarked
package dev.recourse.db;

import org.jspecify.annotations.NullMarked;

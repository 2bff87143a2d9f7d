/** Where it meets the world: main, the settings, and the one service that every command calls. */
@NullMarked
package dev.recourse.worker;

import org.jspecify.annotations.NullMarked;

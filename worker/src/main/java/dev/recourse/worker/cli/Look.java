package dev.recourse.worker.cli;

import java.time.ZoneId;

/**
 * What text is made for.
 *
 * @param columns how wide a line may be; 0 for as wide as it gets
 * @param zone in which times are shown
 */
record Look(int columns, boolean colours, ZoneId zone) {}

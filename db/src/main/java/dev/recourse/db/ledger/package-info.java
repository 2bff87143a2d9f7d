/** The forensic ledger: what was claimed, what was recorded, what changed, and how to take it back. */
@NullMarked
package dev.recourse.db.ledger;

import org.jspecify.annotations.NullMarked;

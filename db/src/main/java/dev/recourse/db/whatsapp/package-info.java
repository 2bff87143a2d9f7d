/** The statements of WhatsApp's tables, one file a table. */
@NullMarked
package dev.recourse.db.whatsapp;

import org.jspecify.annotations.NullMarked;

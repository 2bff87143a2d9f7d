/** The statements of the CRM's tables, one file a table. */
@NullMarked
package dev.recourse.db.crm;

import org.jspecify.annotations.NullMarked;

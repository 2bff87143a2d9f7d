/** Contacts and their tags: what an agent can do with them. */
@NullMarked
package dev.recourse.activities.crm;

import org.jspecify.annotations.NullMarked;

/** WhatsApp: what a message looks like, and the one client that sends it. */
@NullMarked
package dev.recourse.activities.whatsapp;

import org.jspecify.annotations.NullMarked;

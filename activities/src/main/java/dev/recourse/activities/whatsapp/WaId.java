package dev.recourse.activities.whatsapp;

import java.util.regex.Pattern;

/** What WhatsApp calls a customer: the digits of the phone, except in countries whose mobile phones grew a digit. */
final class WaId {
    /** Dialled with a 1 before the number until 2019; WhatsApp still writes it. */
    private static final Pattern MEXICO = Pattern.compile("521([0-9]{10})");

    /** A 9 was put before mobile numbers, which begin with 6 to 9; WhatsApp leaves it out for older accounts. */
    private static final Pattern BRAZIL = Pattern.compile("55([1-9][0-9])([6-9][0-9]{7})");

    private static final Pattern FORM = Pattern.compile("[1-9][0-9]{4,14}");

    private WaId() {}

    static boolean possible(String text) {
        return FORM.matcher(text).matches();
    }

    /** The phone in E.164, as contacts have it. */
    static String phone(String waId) {
        var mexico = MEXICO.matcher(waId);
        if (mexico.matches()) {
            return "+52" + mexico.group(1);
        }
        var brazil = BRAZIL.matcher(waId);
        return brazil.matches() ? "+55" + brazil.group(1) + "9" + brazil.group(2) : "+" + waId;
    }
}

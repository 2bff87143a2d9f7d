package dev.recourse.worker;

/** Somebody whom nobody has yet, as the inputs of {@code crm.contact.create}. */
final class NewContact {
    private static int phones;

    private NewContact() {}

    /** JSON. */
    static String json() {
        return "{\"name\": \"Ana\", \"phone\": \"" + phone() + "\"}";
    }

    /** One that nobody has. */
    static synchronized String phone() {
        return "300" + (2_000_000 + ++phones);
    }
}

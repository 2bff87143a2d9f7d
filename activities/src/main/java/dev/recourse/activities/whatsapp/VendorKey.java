package dev.recourse.activities.whatsapp;

import java.util.regex.Pattern;

/** The key of one WhatsApp number at 360dialog; it shows in no text made of it. */
public final class VendorKey {
    /** What a header can carry, and nothing that would break it. */
    private static final Pattern FORM = Pattern.compile("[!-~]{8,512}");

    private final String secret;

    private VendorKey(String secret) {
        this.secret = secret;
    }

    /**
     * A key as 360dialog shows it.
     *
     * @throws IllegalArgumentException if it can't be one; the message does not repeat it
     */
    public static VendorKey of(String secret) {
        if (!possible(secret)) {
            throw new IllegalArgumentException("a vendor key is 8 to 512 visible ASCII characters");
        }
        return new VendorKey(secret);
    }

    /** Whether a text can be a key. */
    public static boolean possible(String secret) {
        return FORM.matcher(secret).matches();
    }

    String secret() {
        return secret;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof VendorKey key && key.secret.equals(secret);
    }

    @Override
    public int hashCode() {
        return secret.hashCode();
    }

    @Override
    public String toString() {
        return "VendorKey[****]";
    }
}

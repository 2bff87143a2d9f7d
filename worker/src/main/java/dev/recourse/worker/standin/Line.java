package dev.recourse.worker.standin;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/** A WhatsApp number of the stand-in: what its webhooks are told under. */
record Line(String phoneNumberId, String phone) {

    /** The number behind a key that nobody registered: the same for the same key. */
    static Line of(String key) {
        CRC32 sum = new CRC32();
        sum.update(key.getBytes(StandardCharsets.UTF_8));
        return new Line("10" + sum.getValue(), "15550000000");
    }
}

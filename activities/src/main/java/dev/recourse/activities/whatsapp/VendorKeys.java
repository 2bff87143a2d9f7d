package dev.recourse.activities.whatsapp;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals vendor keys for the database, each for one line of one workspace: moved to another row, it does not open.
 *
 * <p>A sealed key is one byte for the version, twelve random ones, and AES-256-GCM's text and tag. The AES key is derived
 * from the installation's secret, so with another secret nothing opens that was sealed before.
 */
public final class VendorKeys {
    private static final String MAC = "HmacSHA256";
    private static final String CIPHER = "AES/GCM/NoPadding";
    private static final String PURPOSE = "recourse vendor keys";
    private static final byte VERSION = 1;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final int SHORTEST_SECRET = 32;
    private static final int SHORTEST_SEALED = 1 + NONCE_BYTES + TAG_BITS / Byte.SIZE;

    private final SecretKeySpec aes;
    private final SecureRandom random = new SecureRandom();

    /**
     * @param secret the installation's, at least 32 bytes
     * @throws IllegalArgumentException if it is shorter
     */
    public VendorKeys(byte[] secret) {
        if (secret.length < SHORTEST_SECRET) {
            throw new IllegalArgumentException("vendor keys need a secret of at least " + SHORTEST_SECRET + " bytes");
        }
        this.aes = new SecretKeySpec(derived(secret), "AES");
    }

    /** The key as that line's row keeps it; sealing it again gives other bytes. */
    public byte[] seal(UUID workspace, UUID line, VendorKey key) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            byte[] text = cipher(Cipher.ENCRYPT_MODE, nonce, workspace, line)
                    .doFinal(key.secret().getBytes(StandardCharsets.US_ASCII));
            return ByteBuffer.allocate(1 + NONCE_BYTES + text.length)
                    .put(VERSION)
                    .put(nonce)
                    .put(text)
                    .array();
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("AES-GCM does not work here.", missing);
        }
    }

    /** The key that was sealed for that line; empty if it was another line's, was changed, or the secret is another. */
    public Optional<VendorKey> open(UUID workspace, UUID line, byte[] sealed) {
        if (sealed.length < SHORTEST_SEALED || sealed[0] != VERSION) {
            return Optional.empty();
        }
        byte[] nonce = Arrays.copyOfRange(sealed, 1, 1 + NONCE_BYTES);
        try {
            byte[] text = cipher(Cipher.DECRYPT_MODE, nonce, workspace, line)
                    .doFinal(sealed, 1 + NONCE_BYTES, sealed.length - 1 - NONCE_BYTES);
            return Optional.of(VendorKey.of(new String(text, StandardCharsets.US_ASCII)));
        } catch (AEADBadTagException notOurs) {
            return Optional.empty();
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("AES-GCM does not work here.", missing);
        }
    }

    @Override
    public String toString() {
        return "VendorKeys[****]";
    }

    private Cipher cipher(int mode, byte[] nonce, UUID workspace, UUID line) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(CIPHER);
        cipher.init(mode, aes, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(ByteBuffer.allocate(1 + 4 * Long.BYTES)
                .put(VERSION)
                .putLong(workspace.getMostSignificantBits())
                .putLong(workspace.getLeastSignificantBits())
                .putLong(line.getMostSignificantBits())
                .putLong(line.getLeastSignificantBits())
                .array());
        return cipher;
    }

    /** HKDF of RFC 5869 with HMAC-SHA256: one block is the 32 bytes that AES-256 takes. */
    private static byte[] derived(byte[] secret) {
        byte[] extracted = mac("recourse".getBytes(StandardCharsets.US_ASCII), secret);
        byte[] purpose = PURPOSE.getBytes(StandardCharsets.US_ASCII);
        return mac(
                extracted,
                ByteBuffer.allocate(purpose.length + 1)
                        .put(purpose)
                        .put((byte) 1)
                        .array());
    }

    private static byte[] mac(byte[] key, byte[] text) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(new SecretKeySpec(key, MAC));
            return mac.doFinal(text);
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException(missing); // every JDK has it
        }
    }
}

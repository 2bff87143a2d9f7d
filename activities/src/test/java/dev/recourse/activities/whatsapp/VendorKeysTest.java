package dev.recourse.activities.whatsapp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class VendorKeysTest {
    private static final UUID ANAS = UUID.fromString("0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b");
    private static final UUID BETOS = UUID.fromString("0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5c");
    private static final UUID LINE = UUID.fromString("0190a1b2-c3d4-7e5f-8a9b-000000000001");
    private static final UUID OTHER_LINE = UUID.fromString("0190a1b2-c3d4-7e5f-8a9b-000000000002");
    private static final VendorKey KEY = VendorKey.of("a-key-of-360dialog");

    private final VendorKeys keys = new VendorKeys(secret('x'));

    @Test
    void what_is_sealed_for_a_line_opens_for_it() {
        byte[] sealed = keys.seal(ANAS, LINE, KEY);

        assertThat(keys.open(ANAS, LINE, sealed)).contains(KEY);
        assertThat(new VendorKeys(secret('x')).open(ANAS, LINE, sealed)).contains(KEY);
    }

    @Test
    void it_opens_for_no_other_line_workspace_or_installation() {
        byte[] sealed = keys.seal(ANAS, LINE, KEY);

        assertThat(keys.open(BETOS, LINE, sealed)).isEmpty();
        assertThat(keys.open(ANAS, OTHER_LINE, sealed)).isEmpty();
        assertThat(keys.open(LINE, ANAS, sealed)).isEmpty();
        assertThat(new VendorKeys(secret('y')).open(ANAS, LINE, sealed)).isEmpty();
    }

    @Test
    void a_single_changed_bit_is_enough_to_keep_it_shut() {
        byte[] sealed = keys.seal(ANAS, LINE, KEY);

        for (int bit = 0; bit < sealed.length * Byte.SIZE; bit++) {
            byte[] changed = sealed.clone();
            changed[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            assertThat(keys.open(ANAS, LINE, changed)).as("bit %d", bit).isEmpty();
        }
        for (int length = 0; length < sealed.length; length++) {
            assertThat(keys.open(ANAS, LINE, Arrays.copyOf(sealed, length))).isEmpty();
        }
    }

    @Test
    void sealing_twice_gives_other_bytes_and_none_holds_the_key() {
        byte[] once = keys.seal(ANAS, LINE, KEY);
        byte[] twice = keys.seal(ANAS, LINE, KEY);

        assertThat(once).isNotEqualTo(twice);
        assertThat(new String(once, StandardCharsets.ISO_8859_1)).doesNotContain("360dialog");
    }

    @Test
    void no_text_shows_a_key() {
        assertThat(KEY + " " + keys).doesNotContain("a-key");
        assertThatThrownBy(() -> VendorKey.of("tiny\n"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("tiny");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "short", "with space in it", "línea-con-tilde", "two\r\nlines-of-a-header"})
    void what_no_header_can_carry_is_no_key(String text) {
        assertThat(VendorKey.possible(text)).isFalse();
    }

    @Test
    void a_short_secret_is_refused() {
        assertThatThrownBy(() -> new VendorKeys(new byte[31])).isInstanceOf(IllegalArgumentException.class);
    }

    private static byte[] secret(char letter) {
        return String.valueOf(letter).repeat(32).getBytes(StandardCharsets.US_ASCII);
    }
}

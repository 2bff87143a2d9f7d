package dev.recourse.activities.crm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.recourse.activities.tool.ToolFailure;
import java.text.Normalizer;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names and phones as people write them, and as they are kept. */
final class WritingTest {
    private static final String ALPHABET =
            "aZñÑéI\u0301\u0303\u0327 \u00A0\u2003\n\t\u0085\u200B\u200C\u200D\u200E\u202E\u2066\uFEFF\u00AD\u061C\u034F\uFE0F\u3164"
                    + "ßẞſKΣςσİıﬁ\uFB2C\u0958\uFDFA٣３²Ǆǅ";

    @Test
    void keeping_a_text_twice_is_keeping_it_once() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            String text = text(random);

            String kept = Line.tidy(text);

            assertThat(Line.tidy(kept)).as("seed %d: %s", seed, escaped(text)).isEqualTo(kept);
            assertThat(Normalizer.isNormalized(kept, Normalizer.Form.NFC)).isTrue();
            assertThat(kept)
                    .doesNotContain("  ", "\n", "\u200B", "\u202E", "\u061C")
                    .isEqualTo(kept.strip());
        }
    }

    @Test
    void the_key_of_a_key_is_itself() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            String text = text(random);

            String key = Line.key(text);

            assertThat(Line.key(key)).as("seed %d: %s", seed, escaped(text)).isEqualTo(key);
            assertThat(Line.key(Normalizer.normalize(text, Normalizer.Form.NFD)))
                    .as("seed %d: %s", seed, escaped(text))
                    .isEqualTo(key);
        }
    }

    @Test
    void every_letter_has_one_key_whatever_its_case_and_form() {
        IntStream.rangeClosed(0, Character.MAX_CODE_POINT)
                .filter(Character::isLetter)
                .forEach(c -> {
                    String letter = Character.toString(c);
                    String key = Line.key(letter);

                    assertThat(Line.key(key)).as("U+%04X", c).isEqualTo(key);
                    assertThat(Line.key(Character.toString(Character.toUpperCase(c))))
                            .as("U+%04X", c)
                            .isEqualTo(key);
                    assertThat(Line.key(Character.toString(Character.toLowerCase(c))))
                            .as("U+%04X", c)
                            .isEqualTo(key);
                    assertThat(Line.key(Normalizer.normalize(letter, Normalizer.Form.NFKD)))
                            .as("U+%04X", c)
                            .isEqualTo(key);
                });
    }

    @ParameterizedTest
    @CsvSource({
        "3001234567, CO, +573001234567",
        "(601) 234-5678, CO, +576012345678",
        "573001234567, CO, +573001234567",
        "14155552671, CO, +14155552671",
        "00 44 20 7946 0958, CO, +442079460958",
        "+44 (0)20 7946 0958, CO, +442079460958",
        "020 7946 0958, GB, +442079460958",
        "(415) 555-2671, US, +14155552671",
        "4155552671, US, +14155552671",
        "55 1234 5678, MX, +525512345678",
        "3001234567, US, ",
        "3001234567, ZZ, ",
        "+573001234567, ZZ, +573001234567"
    })
    void a_phone_without_its_country_is_one_of_the_region(String written, String region, String kept) {
        String number;
        try {
            number = Phone.e164("/phone", written, region);
        } catch (ToolFailure refused) {
            number = null;
        }

        assertThat(number).isEqualTo(kept);
    }

    @Test
    void no_text_makes_a_phone_that_is_none() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String written = "0123456789+-() ./٣３ax;#\u202A";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder(random.nextBoolean() ? "+57 3" : "");
            random.ints(random.nextInt(15), 0, written.length()).forEach(at -> text.append(written.charAt(at)));
            try {
                String number = Phone.e164("/phone", text.toString(), "CO");

                assertThat(number).as("seed %d: %s", seed, text).matches("\\+[1-9][0-9]{1,14}");
                assertThat(Phone.e164("/phone", number, "US")).isEqualTo(number);
            } catch (ToolFailure refused) {
                assertThat(refused.code()).as("seed %d: %s", seed, text).isIn("PHONE_INVALID", "PHONE_REQUIRED");
            }
        }
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        random.ints(random.nextInt(12), 0, ALPHABET.length()).forEach(at -> text.append(ALPHABET.charAt(at)));
        return text.toString();
    }

    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        text.chars().forEach(c -> escaped.append(String.format("\\u%04X", c)));
        return escaped.toString();
    }
}

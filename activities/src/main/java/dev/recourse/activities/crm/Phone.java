package dev.recourse.activities.crm;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;
import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.activities.tool.Violation;
import java.text.Normalizer;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Phones: however they are written, they are kept in E.164, so that one number is one text. */
final class Phone {
    private static final PhoneNumberUtil NUMBERS = PhoneNumberUtil.getInstance();

    /** What people put between digits. Letters are none of it: an extension would be lost, a vanity number guessed. */
    private static final Pattern WRITTEN = Pattern.compile("[( ]*\\+?[0-9() ./-]+");

    private static final Pattern E164 = Pattern.compile("\\+[1-9][0-9]{1,14}");

    /** How most of the world dials abroad; where it is dialled otherwise, people write it all the same. */
    private static final Pattern TRUNK = Pattern.compile("^00");

    private static final Pattern NO_DIGIT = Pattern.compile("[^0-9]");

    /** From so many digits on, a number that is wrong in its region may be one with its country's prefix. */
    private static final int INTERNATIONAL = 11;

    private Phone() {}

    /**
     * The number in E.164.
     *
     * @param field JSON Pointer that a refusal names
     * @param region whose number it is when it says no country
     * @throws ToolFailure {@code PHONE_REQUIRED} or {@code PHONE_INVALID}
     */
    static String e164(String field, @Nullable String written, String region) {
        String plain = plain(written == null ? "" : written);
        if (plain.isBlank()) {
            throw ToolFailure.field(new Violation(field, "PHONE_REQUIRED"));
        }
        return Optional.of(plain)
                .filter(text -> WRITTEN.matcher(text).matches())
                .flatMap(text -> number(text, region))
                .orElseThrow(() -> ToolFailure.field(new Violation(field, "PHONE_INVALID")));
    }

    /** What of a text may be part of a phone, as a phone is kept: plus and digits. */
    static String digits(String written) {
        String plain = plain(written);
        String digits = NO_DIGIT.matcher(plain).replaceAll("");
        return plain.contains("+") ? "+" + digits : digits;
    }

    /** Whether a text is written as a phone or a part of one. */
    static boolean likely(String written) {
        return WRITTEN.matcher(plain(written)).matches();
    }

    private static Optional<String> number(String plain, String region) {
        String digits = digits(plain);
        Optional<String> number = parsed(digits, region);
        return number.isPresent() || digits.startsWith("+") || digits.length() < INTERNATIONAL
                ? number
                : parsed("+" + TRUNK.matcher(digits).replaceFirst(""), region);
    }

    private static Optional<String> parsed(String digits, String region) {
        try {
            PhoneNumber number = NUMBERS.parse(digits, region);
            return NUMBERS.isValidNumber(number)
                    ? Optional.of(NUMBERS.format(number, PhoneNumberFormat.E164))
                            .filter(text -> E164.matcher(text).matches())
                    : Optional.empty();
        } catch (NumberParseException none) {
            return Optional.empty();
        }
    }

    /** Digits of any script as ours, spaces and hyphens of any kind as ours, nothing that can't be seen. */
    private static String plain(String written) {
        StringBuilder plain = new StringBuilder();
        Normalizer.normalize(written, Normalizer.Form.NFKC).codePoints().forEach(c -> {
            int type = Character.getType(c);
            if (Character.isDigit(c)) {
                plain.append(Character.digit(c, 10));
            } else if (type == Character.DASH_PUNCTUATION || c == '−') {
                plain.append('-');
            } else if (Character.isWhitespace(c) || Character.isSpaceChar(c)) {
                plain.append(' ');
            } else if (type != Character.FORMAT) {
                plain.appendCodePoint(c);
            }
        });
        return plain.toString();
    }
}

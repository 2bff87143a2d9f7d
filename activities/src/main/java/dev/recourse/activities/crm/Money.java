package dev.recourse.activities.crm;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.activities.tool.Violation;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Collection;
import java.util.Optional;
import java.util.regex.Pattern;

/** Amounts of money: decimals with two places, never floating point. */
final class Money {
    /** No price and no total is greater. */
    static final BigDecimal MAX = new BigDecimal("9999999999.99");

    private static final int PLACES = 2;
    private static final Pattern WRITTEN = Pattern.compile("[0-9]{1,16}(\\.[0-9]{1,16})?");

    private Money() {}

    static BigDecimal times(BigDecimal price, int quantity) {
        return price.multiply(BigDecimal.valueOf(quantity)).setScale(PLACES, RoundingMode.HALF_UP);
    }

    static BigDecimal sum(Collection<BigDecimal> amounts) {
        return amounts.stream().reduce(BigDecimal.ZERO.setScale(PLACES), BigDecimal::add);
    }

    /** The amount with its two places; empty if it is negative, too large, or has more places that say something. */
    static Optional<BigDecimal> exact(BigDecimal amount) {
        boolean fits = amount.signum() >= 0
                && amount.compareTo(MAX) <= 0
                && amount.stripTrailingZeros().scale() <= PLACES;
        return fits ? Optional.of(amount.setScale(PLACES, RoundingMode.HALF_UP)) : Optional.empty();
    }

    /** Reads an amount that is written as a number or as text, and refuses it by the field it stands in. */
    static final class Reader extends JsonDeserializer<BigDecimal> {
        @Override
        public BigDecimal deserialize(JsonParser from, DeserializationContext with) throws IOException {
            return written(from)
                    .flatMap(Money::exact)
                    .orElseThrow(() -> ToolFailure.field(new Violation(
                            from.getParsingContext().pathAsPointer().toString(), "PRODUCT_PRICE_INVALID")));
        }

        private static Optional<BigDecimal> written(JsonParser from) throws IOException {
            if (from.currentToken() != JsonToken.VALUE_STRING) {
                return Optional.of(from.getDecimalValue());
            }
            return Optional.of(from.getText())
                    .filter(text -> WRITTEN.matcher(text).matches())
                    .map(BigDecimal::new);
        }
    }
}

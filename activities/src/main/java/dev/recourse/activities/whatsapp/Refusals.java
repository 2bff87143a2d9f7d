package dev.recourse.activities.whatsapp;

import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.activities.tool.Violation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;

/** What the refusals of WhatsApp and 360dialog mean to our callers, by code; by status and words only where there is no code. */
final class Refusals {
    private static final int UNAUTHORIZED = 401;
    private static final int UNPAID = 402;
    private static final int FORBIDDEN = 403;
    private static final int TOO_MANY = 429;
    private static final int FIRST_PERMISSION = 200;
    private static final int LAST_PERMISSION = 299;

    /** To the same person, WhatsApp takes about one message in six seconds. */
    private static final int PAIR_SECONDS = 6;

    /** Codes whose message was surely not sent, whatever the status beside them. */
    private static final Map<Integer, Function<Answer, ToolFailure>> FINAL = new HashMap<>();

    /** Codes of an error that WhatsApp itself can't name: the status says whether the message may have been sent. */
    private static final List<Integer> TRANSIENT = List.of(1, 2, 131_000, 131_016);

    static {
        put(answer -> auth(), 0, 10, 190, 368, 130_497, 131_031);
        put(answer -> external("PROVIDER_BILLING"), 131_042);
        put(Refusals::tooMany, 4, 80_007, 130_429);
        put(answer -> again(PAIR_SECONDS), 131_056);
        put(Refusals::notAMessage, 100, 131_008, 131_009, 131_051, 131_052, 131_053);
        put(answer -> external("RECIPIENT_UNREACHABLE"), 130_472, 131_026, 131_048, 131_049, 131_050);
        put(answer -> ToolFailure.precondition("WINDOW_CLOSED"), 131_047);
        put(answer -> ToolFailure.validation("TEMPLATE_PARAMS_MISMATCH"), 132_000, 132_012);
        put(answer -> ToolFailure.notFound("TEMPLATE_NOT_FOUND"), 132_001);
        put(answer -> external("TEMPLATE_PAUSED"), 132_015, 132_016);
    }

    private Refusals() {}

    /** Whether the answer's code alone says that the message was surely not sent. */
    static boolean isFinal(Answer answer) {
        OptionalInt code = answer.code();
        return code.isPresent() && (FINAL.containsKey(code.getAsInt()) || permission(code.getAsInt()));
    }

    /** The failure of an answer that was no success. */
    static ToolFailure of(Answer answer) {
        OptionalInt code = answer.code();
        ToolFailure failure = meaning(answer, code).detail("http_status", answer.status());
        return code.isPresent() ? failure.detail("provider_code", code.getAsInt()) : failure;
    }

    /** The service could not be asked, or did not answer as it should. */
    static ToolFailure unavailable() {
        return external("PROVIDER_UNAVAILABLE").mayRetry();
    }

    private static ToolFailure meaning(Answer answer, OptionalInt code) {
        if (code.isEmpty()) {
            return byStatus(answer);
        }
        Function<Answer, ToolFailure> known = FINAL.get(code.getAsInt());
        if (known != null) {
            return known.apply(answer);
        }
        if (permission(code.getAsInt())) {
            return auth();
        }
        return TRANSIENT.contains(code.getAsInt()) ? unavailable() : byStatus(answer);
    }

    private static ToolFailure byStatus(Answer answer) {
        return switch (answer.status()) {
            case UNAUTHORIZED, FORBIDDEN -> auth();
            case UNPAID -> external("PROVIDER_BILLING");
            case TOO_MANY -> tooMany(answer);
            default -> answer.status() / 100 == 4 ? byWords(answer) : unavailable();
        };
    }

    /** 360dialog says most of what is its own with a 400 and words for developers; there is nothing else to go by. */
    private static ToolFailure byWords(Answer answer) {
        String words = answer.words();
        if (words.contains("rate limit") || words.contains("too many")) {
            return tooMany(answer);
        }
        if (words.contains("payment") || words.contains("unpaid") || words.contains("billing")) {
            return external("PROVIDER_BILLING");
        }
        return words.contains("disabled") || words.contains("blocked") || words.contains("api key")
                ? auth()
                : external("SEND_FAILED");
    }

    private static ToolFailure auth() {
        return external("PROVIDER_AUTH_FAILED");
    }

    private static ToolFailure tooMany(Answer answer) {
        return answer.retryAfter().isPresent()
                ? again(answer.retryAfter().getAsInt())
                : external("PROVIDER_RATE_LIMITED").mayRetry();
    }

    private static ToolFailure again(int seconds) {
        return external("PROVIDER_RATE_LIMITED")
                .detail("retry_after_seconds", seconds)
                .mayRetry();
    }

    private static ToolFailure notAMessage(Answer answer) {
        int code = answer.code().orElse(0);
        return ToolFailure.invalid(List.of(new Violation("", "WHATSAPP_REFUSED_VALUE", Map.of("code", code))));
    }

    private static ToolFailure external(String code) {
        return ToolFailure.external(code, null);
    }

    private static boolean permission(int code) {
        return code >= FIRST_PERMISSION && code <= LAST_PERMISSION;
    }

    private static void put(Function<Answer, ToolFailure> meaning, int... codes) {
        for (int code : codes) {
            FINAL.put(code, meaning);
        }
    }
}

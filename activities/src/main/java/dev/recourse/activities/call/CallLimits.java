package dev.recourse.activities.call;

import dev.recourse.db.Database;
import dev.recourse.db.Tx;
import dev.recourse.db.workspace.Limits;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** How many calls a workspace may make in a minute, by module, where it has no limits of its own. */
final class CallLimits {

    private static final Map<String, Integer> PER_MINUTE = Map.of("crm", 120, "whatsapp", 30, "system", 60);
    private static final String OTHER = "system";
    private static final int OTHERS_PER_MINUTE = 60;

    private CallLimits() {}

    /**
     * Counts a call. Undoing is never limited: whoever has done too much must be able to take it back.
     *
     * @return empty if it may go on, else how long to wait
     */
    static Optional<Duration> admit(Database database, Call call) {
        if (call.refused() != null || call.tool().equals(UndoCalls.TOOL)) {
            return Optional.empty();
        }
        String module = module(call.tool());
        return database.admit(call.workspace(), module, perMinute(module));
    }

    /** What may still be called of a module; empty where there is no limit. */
    static Optional<Limits.Allowance> left(Tx tx, String module) {
        return new Limits(tx).left(module, perMinute(module));
    }

    /** The module whose limit a tool counts against, whatever it is called. */
    static String module(String tool) {
        String named = tool.split("\\.", 2)[0];
        return PER_MINUTE.containsKey(named) ? named : OTHER;
    }

    private static int perMinute(String module) {
        return PER_MINUTE.getOrDefault(module, OTHERS_PER_MINUTE);
    }
}

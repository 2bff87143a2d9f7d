package dev.recourse.activities.whatsapp;

import dev.recourse.activities.tool.OutcomeUnknown;
import dev.recourse.activities.tool.ToolFailure;

/** What the one attempt to send means to the gate. */
final class Reached {

    private Reached() {}

    /**
     * What was taken.
     *
     * @throws ToolFailure if it has surely not left
     * @throws OutcomeUnknown if nobody can say; why is for operators
     */
    static Sent.Accepted accepted(Sent sent) {
        return sent.fold(
                taken -> taken,
                surelyNot -> {
                    throw surelyNot;
                },
                lost -> {
                    throw new OutcomeUnknown(new IllegalStateException(
                            lost.why() + (lost.status() == null ? "" : " (HTTP " + lost.status() + ")")));
                });
    }
}

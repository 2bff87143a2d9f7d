package dev.recourse.activities.tool;

import java.util.Optional;

/**
 * Implemented by the object that does the work of a tool whose schema says {@code "requires_approval": "sometimes"}: it says
 * whether this very call needs somebody's approval.
 *
 * <p>It is asked inside the call's transaction, before the work, and again when the call comes back with an approval; the
 * object knows its caller from its maker. It may read, and changes nothing. An object whose tool says {@code sometimes} and
 * that does not implement this fails every call.
 */
public interface AsksApproval {
    /**
     * Why this call needs somebody's approval; empty if it may go on.
     *
     * @param input the record that the tool's method takes: one object may stand behind several tools
     * @param source how the call came in: {@code cli}, {@code api}, {@code agent}, {@code ui} or {@code webhook}
     * @throws ToolFailure if the call is refused anyway
     */
    Optional<ApprovalReason> asksApproval(Record input, String source);
}

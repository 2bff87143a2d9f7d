package dev.recourse.activities.tool;

import dev.recourse.db.Tx;
import dev.recourse.db.workspace.Caller;
import java.util.UUID;

/**
 * Makes the object that does the work of a tool, once per call.
 *
 * @param <W> an implementation of the contract, or for external tools the class that prepares their errands
 */
@FunctionalInterface
public interface Maker<W> {

    /**
     * Makes it.
     *
     * @param execution the call's id, which an external service may be told
     */
    W make(Tx tx, Caller caller, UUID execution);
}

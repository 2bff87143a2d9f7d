package dev.recourse.activities.call;

import com.fasterxml.jackson.databind.JsonNode;
import dev.recourse.activities.tool.Catalogue;
import dev.recourse.db.Database;
import io.temporal.activity.DynamicActivity;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptor;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Everything a worker needs to run tools: the one activity, what stands in front of every activity, the identity key. */
public final class ToolRuntime {

    private final Identity.Key key;
    private final Calls calls;
    private final Witness witness;
    private final AnyTool anyTool;
    private final Catalogue catalogue;

    private ToolRuntime(Database database, Catalogue catalogue, Options options) {
        Attempt attempt = new Attempt(catalogue, new Consent(options.approvalsWithin()));
        Gate gate = new Gate(database, attempt);
        this.key = options.key();
        this.catalogue = catalogue;
        this.calls = new Calls(
                database, options.key(), new Calls.Unsigned(options.defaultWorkspace(), options.servicePrincipal()));
        this.witness = new Witness(database);
        this.anyTool = new AnyTool(catalogue, gate, bookkeeping(database, catalogue, attempt, gate, options));
    }

    /**
     * How this worker treats callers.
     *
     * @param key signs and checks identities
     * @param defaultWorkspace of a call without identity that names none
     * @param servicePrincipal whom a call without identity acts as; what it may is what the workspace grants it
     * @param owner the advisory lock this process holds while it lives, where no other process could go on with its
     *     batches; else null
     * @param approvalsWithin how long a call waits for somebody's approval, where nothing says otherwise
     */
    public record Options(
            Identity.Key key,
            UUID defaultWorkspace,
            String servicePrincipal,
            @Nullable Long owner,
            Duration approvalsWithin) {

        /** Approvals may be given for a day. */
        public Options(Identity.Key key, UUID defaultWorkspace, String servicePrincipal, @Nullable Long owner) {
            this(key, defaultWorkspace, servicePrincipal, owner, Consent.WITHIN);
        }

        /** Of a worker like any other: what it leaves behind, the next one goes on with. */
        public Options(Identity.Key key, UUID defaultWorkspace, String servicePrincipal) {
            this(key, defaultWorkspace, servicePrincipal, null);
        }
    }

    public static ToolRuntime of(Database database, Catalogue catalogue, Options options) {
        return new ToolRuntime(database, catalogue, options);
    }

    private static Map<String, Function<Call, JsonNode>> bookkeeping(
            Database database, Catalogue catalogue, Attempt attempt, Gate gate, Options options) {
        LedgerActivities ledger = new LedgerActivities(database, catalogue, gate);
        BatchActivities batches = new BatchActivities(database, catalogue, attempt, options.owner());
        RollbackActivities rollbacks = new RollbackActivities(database, catalogue);
        return Map.of(
                Bookkeeping.SETTLE, ledger::settle,
                Bookkeeping.REFUSE_CALL, ledger::refuseCall,
                Bookkeeping.REFUSE_STEP, ledger::refuseStep,
                Bookkeeping.OPEN_BATCH, batches::open,
                Bookkeeping.ASK_BATCH, batches::ask,
                Bookkeeping.WITHDRAW_BATCH, batches::withdraw,
                Bookkeeping.PREVIEW_BATCH, batches::preview,
                Bookkeeping.CLOSE_BATCH, batches::close,
                Bookkeeping.PLAN_ROLLBACK, rollbacks::plan);
    }

    /** The activity to register; it answers to every name that nothing else is registered for. */
    public DynamicActivity activity() {
        return anyTool;
    }

    /** What stands in front of every activity of the worker. */
    public ActivityInboundCallsInterceptor intercept(ActivityInboundCallsInterceptor next) {
        return new CallInterceptor(next, calls, witness);
    }

    public Identity.Key key() {
        return key;
    }

    public Catalogue catalogue() {
        return catalogue;
    }
}

package dev.recourse.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What every command calls: the database, Temporal and the worker behind one door, the only place that opens and closes
 * them.
 *
 * <p>All JSON is that of the public contract. Refusals of tools, batches and rollbacks are answers, not exceptions. Every
 * method may throw {@link ServiceUnavailable} where a part that is needed has gone, and {@link WrongUsage} as said; any
 * other exception is a defect.
 */
// Until the bodies are written.
@SuppressWarnings("DoNotCallSuggester")
public final class Service implements AutoCloseable {
    private Service() {}

    /**
     * Opens what the settings name, starting the embedded parts where they name none. Parts that a command does not need
     * may be opened when they are first needed.
     *
     * @param progress told what is being started
     * @throws ServiceUnavailable if the database or Temporal is not there
     * @throws WrongUsage if the settings can't be meant, such as a workspace that does not exist
     */
    public static Service open(Settings settings, Progress progress) {
        throw new UnsupportedOperationException("Not written yet: the service.");
    }

    /**
     * Runs one tool.
     *
     * @param inputs a JSON object
     * @param callId of the caller's choice: the same id does it once; null makes one
     * @return "A call": status {@code success}, {@code error} or {@code dry_run}; an error whose outcome is not known yet
     *     has {@code "outcome": "unknown"} beside it
     */
    public ObjectNode call(String tool, JsonNode inputs, boolean dryRun, @Nullable UUID callId) {
        throw new UnsupportedOperationException();
    }

    /**
     * Runs a batch.
     *
     * @param batchFile "A batch file" with known keys of the right types only, always an object, always with
     *     {@code calls}, {@code dry_run}, {@code agent_session_id} and {@code workspace_id} (an id or a slug), and with
     *     {@code inputs} in every call
     * @return the batch's answer
     */
    public ObjectNode run(ObjectNode batchFile) {
        throw new UnsupportedOperationException();
    }

    /**
     * Undoes an execution, a batch, an import or a session, newest first; or plans that.
     *
     * @return the rollback's answer: status {@code planned} for a plan, else {@code undone}, {@code stuck} or
     *     {@code refused}
     * @throws WrongUsage if nothing in the workspace has that id
     */
    public ObjectNode rollback(UUID id, boolean plan) {
        throw new UnsupportedOperationException();
    }

    /** Rows of the ledger with the agreed columns, oldest first. */
    public List<JsonNode> audit(AuditQuery query) {
        throw new UnsupportedOperationException();
    }

    /**
     * The tools the caller may use.
     *
     * @param name one of them only; null for all
     * @param format {@code mcp}, {@code openai} or {@code anthropic}; null for the catalogue's own form
     * @throws WrongUsage if no tool has that name, with the nearest names
     */
    public ArrayNode tools(@Nullable String name, @Nullable String format) {
        throw new UnsupportedOperationException();
    }

    /** Brings the database's schema up to this version; answers how many migrations it took. */
    public int migrate() {
        throw new UnsupportedOperationException();
    }

    /** Runs the worker until {@link #close} is called, which happens on Ctrl-C and SIGTERM too. */
    public void work() {
        throw new UnsupportedOperationException();
    }

    /** The session that calls belong to: the settings' one, or one that was made for this service. Never changes. */
    public UUID session() {
        throw new UnsupportedOperationException();
    }

    /**
     * Stops and closes everything. May be called from another thread while something runs (Ctrl-C), and more than once;
     * removes a throw-away home. Never throws.
     */
    @Override
    public void close() {}
}

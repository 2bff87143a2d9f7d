package dev.recourse.db.ledger;

import dev.recourse.db.Tx;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/** What evidence has settled since: of executions whose outcome was unknown, whether they were applied. */
public final class Resolutions {

    private final Statements statements;

    public Resolutions(Tx tx) {
        this.statements = tx.table(Statements.class);
    }

    /** Where the evidence comes from. */
    public enum Source {
        /** whoever made the call, whose answer came after the deadline */
        SENDER,
        /** the service outside, which names the execution or what came of it */
        WEBHOOK,
        /** a person who looked */
        OPERATOR
    }

    /** What was settled, and by what kind of evidence; the first evidence stays. */
    public record Resolution(Answer.Outcome outcome, Source source) {}

    /**
     * Settles an execution of this workspace whose outcome is unknown.
     *
     * <p>It is on the account of the execution that this transaction was opened for: that one brings the evidence.
     *
     * @param outcome {@code APPLIED} or {@code NOT_APPLIED}
     * @param evidence a JSON object
     * @return false if there was nothing to settle: not unknown, not there, or settled before
     */
    public boolean settle(UUID execution, Answer.Outcome outcome, Source source, String evidence) {
        return statements.settle(execution, lower(outcome), lower(source), evidence) == 1;
    }

    /** How an execution was settled; empty if it has not been, or never had to be. */
    public Optional<Resolution> find(UUID execution) {
        return statements.find(execution);
    }

    private static String lower(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT);
    }

    /** The statements behind it. */
    interface Statements {

        @SqlUpdate("""
                insert into tool_resolutions (workspace_id, execution_id, outcome, source, evidence, resolved_by)
                select workspace_id, id, :outcome, :source, :evidence::jsonb, current_setting('recourse.execution')::uuid
                from tool_executions
                where id = :execution and outcome = 'unknown'
                on conflict do nothing
                """)
        int settle(
                @Bind("execution") UUID execution,
                @Bind("outcome") String outcome,
                @Bind("source") String source,
                @Bind("evidence") String evidence);

        @SqlQuery("""
                select upper(outcome) as outcome, upper(source) as source
                from tool_resolutions
                where execution_id = :execution
                """)
        Optional<Resolution> find(@Bind("execution") UUID execution);
    }
}

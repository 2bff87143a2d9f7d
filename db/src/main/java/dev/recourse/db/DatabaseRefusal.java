package dev.recourse.db;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Why PostgreSQL would not: a reason by SQLSTATE and the constraint's name, never a value of a row.
 *
 * <p>The driver's own message is kept out on purpose: it quotes the row that was refused.
 */
public final class DatabaseRefusal extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private static final String UNSTATED = "?????";

    /** What kind of refusal it is; {@link #definite} says whether it is sure that nothing was committed. */
    public enum Reason {
        UNIQUE,
        FOREIGN_KEY,
        CHECK,
        NOT_NULL,
        BAD_VALUE,
        LOCK_TIMEOUT,
        STATEMENT_TIMEOUT,
        SERIALIZATION,
        NOT_ALLOWED,
        NO_EXECUTION,
        CONNECTION_LOST,
        UNREACHABLE,
        OTHER;

        /** False where a commit may have happened all the same. */
        public boolean definite() {
            return this != CONNECTION_LOST;
        }

        /** True where it says nothing about what was asked: the same may be possible in a moment. */
        public boolean passing() {
            return this == CONNECTION_LOST
                    || this == UNREACHABLE
                    || this == LOCK_TIMEOUT
                    || this == STATEMENT_TIMEOUT
                    || this == SERIALIZATION;
        }
    }

    private final Reason reason;
    private final @Nullable String constraint;
    private final String state;

    private DatabaseRefusal(Reason reason, @Nullable String constraint, String state, @Nullable String about) {
        super(reason + (about == null ? "" : " " + about) + " (SQLSTATE " + state + ")");
        this.reason = reason;
        this.constraint = constraint;
        this.state = state;
    }

    /** The refusal inside an exception of the driver or of JDBI; the exception itself if there is none. */
    public static RuntimeException of(RuntimeException thrown) {
        for (Throwable at = thrown; at != null; at = at.getCause()) {
            if (at instanceof DatabaseRefusal refusal) {
                return refusal;
            }
            if (at instanceof SQLException sql) {
                return of(sql);
            }
        }
        return thrown instanceof JdbiException defect ? of(defect) : thrown;
    }

    /** A statement that JDBI could not make sense of: a defect of ours, in words that quote what was bound. */
    private static DatabaseRefusal of(JdbiException defect) {
        DatabaseRefusal refusal = new DatabaseRefusal(
                Reason.OTHER, null, UNSTATED, defect.getClass().getSimpleName());
        refusal.setStackTrace(defect.getStackTrace());
        return refusal;
    }

    static DatabaseRefusal of(SQLException sql) {
        if (sql instanceof SQLTransientConnectionException) { // the pool's: nobody to borrow from
            return new DatabaseRefusal(Reason.UNREACHABLE, null, "08001", whyNot(sql));
        }
        String state = sql.getSQLState() == null ? UNSTATED : sql.getSQLState();
        ServerErrorMessage server = sql instanceof PSQLException p ? p.getServerErrorMessage() : null;
        String constraint = server == null ? null : server.getConstraint();
        // class 42 is a defect of ours and quotes our statement; every other message may quote a row
        String about = server != null && state.startsWith("42") ? server.getMessage() : constraint;
        return new DatabaseRefusal(reason(state), constraint, state, about);
    }

    /** What the server said to the last one who knocked, if it said anything. */
    private static String whyNot(SQLException pool) {
        String state = pool.getCause() instanceof SQLException cause ? String.valueOf(cause.getSQLState()) : "";
        return switch (state.length() < 2 ? "" : state.substring(0, 2)) {
            case "28" -> "the login was refused";
            case "3D" -> "there is no such database";
            case "53" -> "the server takes no more connections";
            default -> "nobody answers";
        };
    }

    private static Reason reason(String state) {
        return switch (state) {
            case "23505" -> Reason.UNIQUE;
            case "23503", "23001" -> Reason.FOREIGN_KEY;
            case "23514" -> Reason.CHECK;
            case "23502" -> Reason.NOT_NULL;
            case "55P03" -> Reason.LOCK_TIMEOUT;
            case "57014" -> Reason.STATEMENT_TIMEOUT;
            case "40001", "40P01" -> Reason.SERIALIZATION;
            case "42501", "RC002" -> Reason.NOT_ALLOWED;
            case "RC001" -> Reason.NO_EXECUTION;
            case "08001", "08004", "53300", "57P03" -> Reason.UNREACHABLE;
            case "25P03", "25P04" -> Reason.CONNECTION_LOST; // the server ended an idle or a long transaction
            case UNSTATED -> Reason.CONNECTION_LOST; // not the server's words: the pool's, of a connection it gave up
            default -> reasonOfClass(state);
        };
    }

    private static Reason reasonOfClass(String state) {
        return switch (state.substring(0, 2)) {
            case "22" -> Reason.BAD_VALUE;
            case "08", "57" -> Reason.CONNECTION_LOST;
            default -> Reason.OTHER;
        };
    }

    public Reason reason() {
        return reason;
    }

    /** The constraint that was violated, or null. */
    public @Nullable String constraint() {
        return constraint;
    }

    public String state() {
        return state;
    }
}

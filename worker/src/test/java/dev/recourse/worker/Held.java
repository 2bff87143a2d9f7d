package dev.recourse.worker;

import dev.recourse.db.DatabaseAddress;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Holds calls at a named point of their way through the database, so that a test can kill what is held there.
 *
 * <p>Triggers of the test's own wait for a lock that the test holds. The code under test knows nothing of it: a call is held
 * if its contact is called as the {@link Mark} says.
 */
final class Held {

    /** Where a contact's creation, or the undo of it, can be held. */
    enum Place {
        /** Claimed; the contact not yet written. */
        BEFORE_EFFECT,
        /** The contact and its image written; the execution not yet recorded. */
        BEFORE_RECORD,
        /** Both written; nothing committed. */
        AFTER_RECORD,
        /** The server has got the commit, and is at it. */
        AT_COMMIT,
        /** An undo that has not removed the contact yet. */
        BEFORE_UNDO,
        /** An undo whose commit the server is at. */
        AT_UNDO_COMMIT
    }

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final Superuser db;

    Held(DatabaseAddress address) {
        this.db = new Superuser(address);
        db.execute("""
                create schema held;
                create function held.wait() returns trigger language plpgsql security definer
                  set search_path = pg_catalog set lock_timeout = 0 as $$
                declare
                  touched jsonb;
                  mark text;
                begin
                  if tg_op = 'DELETE' then touched := to_jsonb(old); else touched := to_jsonb(new); end if;
                  mark := coalesce(touched ->> 'name', touched -> 'inputs' ->> 'name');
                  if mark like 'Held ' || tg_argv[0] || ' %' then
                    perform pg_advisory_xact_lock_shared(hashtextextended(mark, 0));
                  end if;
                  if tg_op = 'DELETE' then return old; end if;
                  return new;
                end $$;
                create trigger held_1 before insert on contacts for each row execute function held.wait('BEFORE_EFFECT');
                create trigger held_2 before insert on tool_executions for each row
                  when (new.outcome = 'applied') execute function held.wait('BEFORE_RECORD');
                create trigger held_3 after insert on tool_executions for each row
                  when (new.outcome = 'applied') execute function held.wait('AFTER_RECORD');
                create constraint trigger held_4 after insert on contacts deferrable initially deferred
                  for each row execute function held.wait('AT_COMMIT');
                create trigger held_5 before delete on contacts for each row execute function held.wait('BEFORE_UNDO');
                create constraint trigger held_6 after delete on contacts deferrable initially deferred
                  for each row execute function held.wait('AT_UNDO_COMMIT');
                """);
    }

    /**
     * From here on this database lets what holds a marked contact take its time: as if no timeout of PostgreSQL's had fired.
     */
    void liftTimeouts() {
        db.execute("""
                create function held.lift() returns trigger language plpgsql security definer set search_path = pg_catalog as $$
                begin
                  if new.name like 'Held %' then
                    perform set_config('statement_timeout', '0', true), set_config('lock_timeout', '0', true),
                            set_config('idle_in_transaction_session_timeout', '0', true);
                    if current_setting('server_version_num')::int >= 170000 then
                      perform set_config('transaction_timeout', '0', true);
                    end if;
                  end if;
                  return new;
                end $$;
                create trigger held_0 before insert on contacts for each row execute function held.lift();
                """);
    }

    /** A contact's name that gets its call held at that place, until it is released. */
    Mark at(Place place) {
        return new Mark(db, "Held " + place + " " + COUNT.incrementAndGet());
    }

    /** One call that is held, or will be. */
    static final class Mark implements AutoCloseable {
        private final Superuser db;
        private final String name;
        private final Connection holder;

        private Mark(Superuser db, String name) {
            this.db = db;
            this.name = name;
            this.holder = db.connection();
            lock("select pg_advisory_lock(hashtextextended(?, 0))");
        }

        String name() {
            return name;
        }

        /** Waits until somebody is held; the answer is the process of PostgreSQL that works for it. */
        int await() throws InterruptedException {
            Instant giveUp = Instant.now().plus(PATIENCE);
            while (Instant.now().isBefore(giveUp)) {
                List<String> waiting = db.rows("""
                        select l.pid from pg_locks l, (select hashtextextended('%s', 0) as k) mark
                        where l.locktype = 'advisory' and not l.granted
                          and l.classid::bigint = ((k >> 32) & 4294967295) and l.objid::bigint = (k & 4294967295)
                        """.formatted(name));
                if (!waiting.isEmpty()) {
                    return Integer.parseInt(waiting.get(0));
                }
                Thread.sleep(10);
            }
            throw new AssertionError("Nobody came to " + name + ":\n" + String.join("\n", activity()));
        }

        /** Waits until somebody is held, and ends that connection as a crash of its server process would. */
        void cut() throws InterruptedException {
            db.rows("select pg_terminate_backend(" + await() + ", 5000)");
        }

        void release() {
            lock("select pg_advisory_unlock(hashtextextended(?, 0))");
        }

        /** How many contacts of that name there are: what was done. */
        int effects() {
            return count("select count(*) from contacts where name = '" + name + "'");
        }

        /** How many rows the ledger has for the call: what is said to have been done. */
        int rows() {
            return count(
                    "select count(*) from tool_executions where kind = 'do' and inputs ->> 'name' = '" + name + "'");
        }

        /** The one row's outcome. */
        String outcome() {
            return db.cell(
                    "select outcome from tool_executions where kind = 'do' and inputs ->> 'name' = '" + name + "'");
        }

        private int count(String sql) {
            return Integer.parseInt(db.cell(sql));
        }

        private List<String> activity() {
            return db.rows("select pid, state, wait_event, left(query, 100) from pg_stat_activity"
                    + " where datname = current_database() and usename is not null");
        }

        private void lock(String sql) {
            try (PreparedStatement statement = holder.prepareStatement(sql)) {
                statement.setString(1, name);
                try (ResultSet done = statement.executeQuery()) {
                    done.next();
                }
            } catch (SQLException failed) {
                throw new IllegalStateException(failed);
            }
        }

        /** Releases whoever is held still. */
        @Override
        public void close() throws SQLException {
            holder.close();
        }
    }
}

package dev.recourse.activities.call;

import com.fasterxml.jackson.databind.JsonNode;
import dev.recourse.activities.tool.Json;
import dev.recourse.db.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

/** A superuser's connection that no capture watches: looks at all rows of a workspace, and edits them by hand. */
final class Human implements AutoCloseable {

    private final Connection connection;
    private final PreparedStatement look;
    private final int tables;

    Human(TestDatabase db, Set<String> tables) {
        this.tables = tables.size();
        try {
            connection = db.superuser();
            look = connection.prepareStatement(tables.stream()
                    .map(table -> "select '%1$s/' || id, to_jsonb(x)::text from %1$s x where workspace_id = ?"
                            .formatted(table))
                    .collect(Collectors.joining(" union all ")));
            run("set session_replication_role = replica");
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** All rows of a workspace. */
    Rows look(UUID workspace) {
        Rows rows = new Rows(new TreeMap<>());
        try {
            for (int i = 1; i <= tables; i++) {
                look.setObject(i, workspace);
            }
            try (ResultSet row = look.executeQuery()) {
                while (row.next()) {
                    rows.all().put(row.getString(1), facts(Json.recorded(row.getString(2))));
                }
            }
            return rows;
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** Column by column, and a json column key by key. */
    private static Map<String, String> facts(JsonNode row) {
        Map<String, String> facts = new TreeMap<>();
        row.properties().forEach(column -> {
            if (column.getValue().isObject()) {
                column.getValue()
                        .properties()
                        .forEach(inner -> facts.put(
                                column.getKey() + "." + inner.getKey(),
                                inner.getValue().toString()));
            } else {
                facts.put(column.getKey(), column.getValue().toString());
            }
        });
        return facts;
    }

    /** From now on people's edits are held to the references between rows, as everybody's are. */
    static void holdToReferences(TestDatabase db) {
        db.as_superuser("""
                do $$
                declare
                  t record;
                begin
                  for t in select tgrelid::regclass as on_table, tgname from pg_trigger where tgisinternal loop
                    execute format('alter table %s enable always trigger %I', t.on_table, t.tgname);
                  end loop;
                end $$""");
    }

    /** Makes what a program begins with. */
    void make(String statements) {
        try {
            run(statements);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** Runs statements as one transaction; false if the database refuses them. */
    boolean edit(String... statements) {
        try {
            connection.setAutoCommit(false);
            for (String statement : statements) {
                run(statement);
            }
            connection.commit();
            return true;
        } catch (SQLException refused) {
            rollback();
            return false;
        } finally {
            automatic();
        }
    }

    /** Begins an edit that others have to wait for. */
    void begin(String statement) {
        try {
            connection.setAutoCommit(false);
            run(statement);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** Ends it. */
    void commit() {
        try {
            connection.commit();
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        } finally {
            automatic();
        }
    }

    /** Whether somebody waits for what this connection holds; asked from another one. */
    boolean blocks(Human other) {
        return other.cell("select exists (select from pg_stat_activity where "
                        + cell("select pg_backend_pid()")
                        + " = any (pg_blocking_pids(pid)))")
                .equals("t");
    }

    private String cell(String sql) {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private void run(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private void rollback() {
        try {
            connection.rollback();
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private void automatic() {
        try {
            connection.setAutoCommit(true);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }
}

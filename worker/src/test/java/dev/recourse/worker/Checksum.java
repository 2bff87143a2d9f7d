package dev.recourse.worker;

import dev.recourse.db.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.stream.Collectors;

/** All of what executions may change, as one value; for tests that look very often. */
final class Checksum implements AutoCloseable {

    private final Connection connection;
    private final PreparedStatement everything;
    private final PreparedStatement business;

    Checksum(TestDatabase db) {
        try {
            connection = db.superuser();
            everything = connection.prepareStatement(sql(db, "to_jsonb(t)"));
            business = connection.prepareStatement(sql(db, "to_jsonb(t) - bookkeeping()"));
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static String sql(TestDatabase db, String row) {
        return db.rows("select table_name from tracked_tables order by 1").stream()
                .map(table -> "select '" + table + "' || (" + row + ")::text as line from " + table + " t")
                .collect(Collectors.joining(
                        " union all ", "select md5(string_agg(line, ';' order by line)) from (", ") all_rows"));
    }

    /** Every row of every tracked table, to the last column. */
    String everything() {
        return value(everything);
    }

    /** The same without the bookkeeping columns: what "as before" means. */
    String business() {
        return value(business);
    }

    private static String value(PreparedStatement statement) {
        try (ResultSet row = statement.executeQuery()) {
            row.next();
            return String.valueOf(row.getString(1));
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

package dev.recourse.activities.call;

import dev.recourse.db.TestDatabase;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What holds between the rows of the tracked tables, as PostgreSQL's catalogue has it. */
record Rules(Set<String> tables, Set<String> shared, List<Key> keys, List<Reference> references) {

    /**
     * Columns whose values no two rows share.
     *
     * @param only which rows count, as a condition on one column; empty for all
     */
    record Key(String table, String name, List<String> columns, String only) {
        private static final Pattern CONDITION =
                Pattern.compile("\\(?(\\w+)(?: IS (NOT )?NULL| = '(\\w+)'::text)?\\)?");

        /** Whether a row of the table counts. */
        boolean counts(Map<String, String> facts) {
            if (only.isEmpty()) {
                return true;
            }
            Matcher condition = CONDITION.matcher(only);
            if (!condition.matches()) {
                throw new IllegalStateException("Rules.Key cannot read where " + name + " holds: " + only);
            }
            String value = Rows.text(facts, condition.group(1));
            if (condition.group(3) != null) {
                return value.equals(condition.group(3));
            }
            boolean given = !value.equals("null");
            return only.contains(" IS ") ? given == (condition.group(2) != null) : value.equals("true");
        }
    }

    /** Columns of a table that name a row of another. */
    record Reference(String table, List<String> columns, String to, List<String> toColumns) {

        /** The row that a row names, as Rows has it; empty if it names none. */
        String target(Map<String, String> facts) {
            return columns.stream().anyMatch(column -> Rows.text(facts, column).equals("null"))
                    ? ""
                    : to + "/" + Rows.text(facts, columns.get(toColumns.indexOf("id")));
        }

        /** Whether a row of {@link #to} is the one that is named, to the last column. */
        boolean fits(Map<String, String> facts, Map<String, String> target) {
            for (int i = 0; i < columns.size(); i++) {
                if (!Rows.text(facts, columns.get(i)).equals(Rows.text(target, toColumns.get(i)))) {
                    return false;
                }
            }
            return true;
        }
    }

    static Rules of(TestDatabase db) {
        Set<String> tables = new TreeSet<>(db.rows("select table_name from tracked_tables"));
        Set<String> shared = new TreeSet<>(db.rows("select table_name from tracked_tables where shared"));
        List<Key> keys = db.rows("""
                        select t.table_name, i.indexrelid::regclass, (select string_agg(a.attname, ',' order by k.nth)
                          from unnest(i.indkey::smallint[]) with ordinality k (num, nth)
                          join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.num),
                          coalesce(pg_get_expr(i.indpred, i.indrelid), '')
                        from tracked_tables t join pg_index i on i.indrelid = t.table_name::text::regclass
                        where i.indisunique and not i.indisprimary
                        """).stream()
                .map(row -> row.split("\\|", -1))
                .map(key -> new Key(key[0], key[1], list(key[2]), key[3]))
                .toList();
        List<Reference> references = db.rows("""
                        select c.conrelid::regclass, c.confrelid::regclass,
                          (select string_agg(a.attname, ',' order by k.nth) from unnest(c.conkey) with ordinality k (num, nth)
                           join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.num),
                          (select string_agg(a.attname, ',' order by k.nth) from unnest(c.confkey) with ordinality k (num, nth)
                           join pg_attribute a on a.attrelid = c.confrelid and a.attnum = k.num)
                        from pg_constraint c
                        where c.contype = 'f' and c.conrelid in (select table_name::text::regclass from tracked_tables)
                          and c.confrelid in (select table_name::text::regclass from tracked_tables)
                        """).stream()
                .map(row -> row.split("\\|", -1))
                .map(fk -> new Reference(plain(fk[0]), list(fk[2]), plain(fk[1]), list(fk[3])))
                .toList();
        return new Rules(tables, shared, keys, references);
    }

    private static List<String> list(String columns) {
        return Arrays.asList(columns.split(","));
    }

    private static String plain(String table) {
        return table.replace("recourse.", "");
    }
}

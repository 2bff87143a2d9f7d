package dev.recourse.db;

import java.util.List;
import org.jdbi.v3.sqlobject.customizer.Define;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/** Any statement at all, for tests that do through the door what no table of ours does. */
public interface Sql {

    @SqlUpdate("<sql>")
    int run(@Define("sql") String sql);

    @SqlQuery("<sql>")
    List<String> texts(@Define("sql") String sql);
}

package dev.recourse.db;

import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/** Brings a database to the schema this code was written for. */
final class Migrations {
    private Migrations() {}

    /** Applies what is missing, and answers how many steps that were. */
    static int apply(DataSource database) {
        return Flyway.configure()
                .dataSource(database)
                .locations("classpath:dev/recourse/db/migrations")
                .load()
                .migrate()
                .migrationsExecuted;
    }
}

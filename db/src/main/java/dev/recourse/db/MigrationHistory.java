package dev.recourse.db;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * Whether a database has exactly the migrations of this code, read from Flyway's own history: loading Flyway takes longer
 * than most commands do.
 *
 * <p>It only ever says that nothing is to be done. In any doubt it says no, and Flyway decides.
 */
final class MigrationHistory {

    static final String FOLDER = "dev/recourse/db/migration";

    private MigrationHistory() {}

    /** True if every file of ours was applied with its present content, and nothing else was. */
    static boolean complete(DatabaseAddress address) {
        try {
            Map<String, Integer> ours = ours();
            return !ours.isEmpty() && ours.equals(applied(address));
        } catch (SQLException | IOException inDoubt) {
            return false;
        }
    }

    private static Map<String, Integer> applied(DatabaseAddress address) throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection(address.jdbcUrl(), address.user(), address.password());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("""
                        select script, case when success then checksum else 0 end from recourse.flyway_schema_history
                        where version is not null""")) {
            Map<String, Integer> applied = new TreeMap<>();
            while (rows.next()) {
                applied.put(rows.getString(1), rows.getInt(2));
            }
            return applied;
        }
    }

    private static Map<String, Integer> ours() throws IOException {
        Map<String, Integer> ours = new TreeMap<>();
        for (String script : scripts()) {
            ours.put(script, checksum(script));
        }
        return ours;
    }

    private static List<String> scripts() throws IOException {
        URL folder = loader().getResource(FOLDER);
        if (folder == null) {
            return List.of();
        }
        URLConnection connection = folder.openConnection();
        if (connection instanceof JarURLConnection jar) {
            return jar.getJarFile().stream()
                    .map(entry -> entry.getName())
                    .filter(name -> name.startsWith(FOLDER + "/") && name.endsWith(".sql"))
                    .map(name -> name.substring(FOLDER.length() + 1))
                    .toList();
        }
        try (Stream<Path> files = Files.list(Path.of(folder.toURI()))) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.endsWith(".sql"))
                    .toList();
        } catch (URISyntaxException | RuntimeException elsewhere) {
            throw new IOException(elsewhere);
        }
    }

    /** As Flyway computes it: over the lines, so that line ends make no difference. */
    static int checksum(String script) throws IOException {
        CRC32 sum = new CRC32();
        try (InputStream in = loader().getResourceAsStream(FOLDER + "/" + script)) {
            if (in == null) {
                throw new IOException(script + " can't be read");
            }
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                    .lines()
                    .forEach(line -> sum.update(line.getBytes(StandardCharsets.UTF_8)));
        }
        return (int) sum.getValue();
    }

    private static ClassLoader loader() {
        return MigrationHistory.class.getClassLoader();
    }
}

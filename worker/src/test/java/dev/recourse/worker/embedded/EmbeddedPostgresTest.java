package dev.recourse.worker.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.recourse.db.Meanwhile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("own-servers")
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class EmbeddedPostgresTest {
    private static final List<Path> SHARED = new ArrayList<>();

    private final List<AutoCloseable> toClose = new ArrayList<>();
    private final Path cache = SHARED.get(0).resolve("a cache with spaces");
    private final Path folder;
    private Home home;

    /** Most tests start from a home that has been open before: a copy is made faster than a database. */
    EmbeddedPostgresTest(@TempDir Path folder) throws IOException {
        this.folder = folder;
        Path root = folder.resolve("año $HOME 'y' más");
        copy(SHARED.get(0).resolve("home"), root);
        home = Home.at(root, cache);
    }

    @BeforeAll
    static void one_cache_and_one_home_for_all(@TempDir Path folder) {
        SHARED.add(0, folder);
        Home home = Home.at(folder.resolve("home"), folder.resolve("a cache with spaces"));
        EmbeddedPostgres.open(home, line -> {}).close();
    }

    @AfterEach
    void nobody_is_left_inside() throws Exception {
        for (AutoCloseable one : toClose) {
            one.close();
        }
        PostmasterFile.in(home.postgres().resolve("data")).ifPresent(PostmasterFile::end);
    }

    @Test
    void the_first_opens_the_last_closes() throws Exception {
        EmbeddedPostgres first = open();
        EmbeddedPostgres second = open();

        assertThat(second.jdbcUrl()).isEqualTo(first.jdbcUrl());
        first.close();
        first.close();
        assertThat(ask(second, "select current_database()")).isEqualTo("recourse");
        second.close();
        assertThat(serverLives()).isFalse();
    }

    @Test
    void data_survives_a_stop_and_the_address_stays() throws Exception {
        EmbeddedPostgres before = open();
        run(before, "create table notes (text text)");
        run(before, "insert into notes values ('señal')");
        before.close();

        EmbeddedPostgres after = open();

        assertThat(ask(after, "select text from notes")).isEqualTo("señal");
        assertThat(after.jdbcUrl()).isEqualTo(before.jdbcUrl());
    }

    @Test
    void it_is_safe_and_knows_letters() throws Exception {
        EmbeddedPostgres postgres = open();

        assertThat(ask(postgres, "show fsync")).isEqualTo("on");
        assertThat(ask(postgres, "show synchronous_commit")).isEqualTo("on");
        assertThat(ask(postgres, "show server_encoding")).isEqualTo("UTF8");
        assertThat(ask(postgres, "select lower('ÑANDÚ')")).isEqualTo("ñandú");
        assertThat(ask(postgres, "select 'nz' < 'ñ' collate \"es-x-icu\"")).isEqualTo("t");
        assertThat(ask(postgres, "select count(*) from pg_stat_activity where backend_type = 'client backend'"))
                .isEqualTo("1");
    }

    @Test
    void it_wants_the_password() {
        EmbeddedPostgres postgres = open();

        assertThatThrownBy(() -> DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), "guess"))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
    }

    @Test
    void it_listens_on_loopback_only() throws Exception {
        int port = port(open().jdbcUrl());

        assertThat(accepts(PostmasterFile.host(), port)).isTrue();
        for (NetworkInterface network : NetworkInterface.networkInterfaces().toList()) {
            for (InetAddress address : network.inetAddresses().toList()) {
                if (!address.isLoopbackAddress()) {
                    assertThat(accepts(address, port)).as("%s", address).isFalse();
                }
            }
        }
        assertThat(listeningAddresses(port)).containsExactly("0100007F");
    }

    @Test
    void only_the_owner_can_read_what_is_in_it() throws Exception {
        open();

        for (Path path : List.of(
                home.root(), home.postgres(), home.keys(), home.postgres().resolve("data"))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                    .as("%s", path)
                    .isEqualTo("rwx------");
        }
        for (Path path : List.of(
                home.keys().resolve("database-password"), home.postgres().resolve("server.log"))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                    .as("%s", path)
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void another_process_attaches_and_the_last_one_out_stops_it() throws Exception {
        Neighbour neighbour = neighbour();
        String url = neighbour.url();
        EmbeddedPostgres ours = open();

        assertThat(ours.jdbcUrl()).isEqualTo(url);
        assertThat(neighbour.leave())
                .as("its output ends with it, though its server goes on")
                .isTrue();
        assertThat(ask(ours, "select 1")).isEqualTo("1");
        ours.close();
        assertThat(serverLives()).isFalse();
    }

    @Test
    void a_killed_process_leaves_the_next_fine() throws Exception {
        Neighbour neighbour = neighbour();
        String url = neighbour.url();
        neighbour.kill();
        assertThat(serverLives()).as("nobody was there to stop it").isTrue();

        EmbeddedPostgres next = open();

        assertThat(next.jdbcUrl()).isEqualTo(url);
        assertThat(ask(next, "select 1")).isEqualTo("1");
        next.close();
        assertThat(serverLives()).isFalse();
    }

    @Test
    void a_process_that_is_interrupted_closes_after_itself() throws Exception {
        Neighbour neighbour = neighbour();
        neighbour.url();
        neighbour.interrupt();

        assertThat(serverLives()).isFalse();
    }

    @Test
    void a_killed_server_comes_back_with_what_was_committed() throws Exception {
        EmbeddedPostgres before = open();
        run(before, "create table notes (text text)");
        run(before, "insert into notes values ('kept')");
        killServer();

        EmbeddedPostgres after = open();

        assertThat(ask(after, "select text from notes")).isEqualTo("kept");
        assertThat(after.jdbcUrl()).as("so who had it open can connect again").isEqualTo(before.jdbcUrl());
    }

    /** Its port takes connections until it is quite gone: here it is held in between. */
    @Test
    void a_server_that_is_dying_is_not_taken_for_one_that_runs() throws Exception {
        EmbeddedPostgres before = open();
        long pid = postmaster();
        signal("STOP", pid);
        CompletableFuture<EmbeddedPostgres> next = Meanwhile.doing(this::open);
        assertThatThrownBy(() -> next.get(3, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);
        signal("KILL", pid);

        EmbeddedPostgres after = next.get(60, TimeUnit.SECONDS);

        assertThat(ask(after, "select 1")).isEqualTo("1");
        assertThat(after.jdbcUrl()).isEqualTo(before.jdbcUrl());
    }

    @Test
    void a_number_that_went_to_another_process_is_no_server() throws Exception {
        open().close();
        Files.write(
                home.postgres().resolve("data/postmaster.pid"),
                List.of("" + ProcessHandle.current().pid(), "/elsewhere", "1", "1", "", "127.0.0.1", "1 1", "ready"));

        assertThat(ask(open(), "select 1")).isEqualTo("1");
    }

    @Test
    void a_taken_port_is_given_up() throws Exception {
        EmbeddedPostgres before = open();
        before.close();

        try (var squatter = new ServerSocket(port(before.jdbcUrl()), 1, PostmasterFile.host())) {
            assertThat(squatter.isBound()).isTrue();
            EmbeddedPostgres after = open();

            assertThat(after.jdbcUrl()).isNotEqualTo(before.jdbcUrl());
            assertThat(ask(after, "select 1")).isEqualTo("1");
        }
    }

    @Test
    void what_was_left_of_a_first_start_that_was_killed_is_no_obstacle() throws Exception {
        home = Home.at(folder.resolve("fresh"), cache);
        Path draft = Files.createDirectories(home.postgres().resolve("data-1.draft"));
        Files.writeString(draft.resolve("PG_VERSION"), "17");

        assertThat(ask(open(), "select 1")).isEqualTo("1");
        assertThat(draft).doesNotExist();
    }

    @Test
    void two_processes_open_a_fresh_home_at_the_same_moment() throws Exception {
        home = Home.at(folder.resolve("fresh one"), cache);
        Neighbour one = neighbour();
        Neighbour two = neighbour();

        assertThat(one.url()).isEqualTo(two.url());
        assertThat(one.leave()).isTrue();
        assertThat(serverLives()).isTrue();
        assertThat(two.leave()).isTrue();
        assertThat(serverLives()).isFalse();
    }

    @Test
    void root_needs_no_user_namespaces() throws Exception {
        Path programs = Files.createDirectory(folder.resolve("bin"));
        for (String name : List.of("id", "setpriv")) {
            Path program = Path.of("/usr/bin", name);
            assumeTrue("root".equals(System.getProperty("user.name")) && Files.isExecutable(program));
            Files.createSymbolicLink(programs.resolve(name), program);
        }
        Neighbour neighbour = Neighbour.starting(home.root(), cache, Map.of("PATH", programs.toString()));
        toClose.add(neighbour);
        neighbour.url();

        assertThat(Files.getAttribute(home.postgres().resolve("data"), "unix:uid"))
                .isEqualTo(65_534);
        assertThat(neighbour.leave()).isTrue();
        assertThat(serverLives()).isFalse();
        assertThat(ask(open(), "select 1")).as("and with them again").isEqualTo("1");
    }

    @Test
    void another_home_has_another_server() throws Exception {
        EmbeddedPostgres here = open();
        Home other = Home.temporary(cache);
        EmbeddedPostgres there = opened(EmbeddedPostgres.open(other, line -> {}));

        assertThat(there.jdbcUrl()).isNotEqualTo(here.jdbcUrl());
        assertThat(there.password()).isNotEqualTo(here.password());
        there.close();
        other.close();
        assertThat(other.root()).doesNotExist();
    }

    @Test
    void a_temporary_home_goes_with_its_process() throws Exception {
        Neighbour neighbour = Neighbour.starting("temporary", cache);
        toClose.add(neighbour);
        String url = neighbour.url();
        Path root = Path.of(neighbour.line());
        assertThat(root).exists();

        neighbour.interrupt();

        assertThat(root).doesNotExist();
        assertThat(accepts(PostmasterFile.host(), port(url))).isFalse();
    }

    @Test
    void a_broken_database_says_where_its_log_is() throws Exception {
        open().close();
        Files.delete(home.postgres().resolve("data/global/pg_control"));

        assertThatThrownBy(this::open)
                .isInstanceOf(EmbeddedFailure.class)
                .hasMessageContaining("server.log")
                .hasMessageContaining("pg_control");
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : (Iterable<Path>) all::iterator) {
                Files.copy(path, to.resolve(from.relativize(path).toString()), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    private EmbeddedPostgres open() {
        return opened(EmbeddedPostgres.open(home, line -> {}));
    }

    private EmbeddedPostgres opened(EmbeddedPostgres postgres) {
        toClose.add(postgres);
        return postgres;
    }

    private Neighbour neighbour() {
        Neighbour neighbour = Neighbour.starting(home.root(), cache);
        toClose.add(neighbour);
        return neighbour;
    }

    private boolean serverLives() throws IOException {
        return PostmasterFile.in(home.postgres().resolve("data"))
                .filter(PostmasterFile::lives)
                .isPresent();
    }

    private long postmaster() throws IOException {
        return PostmasterFile.in(home.postgres().resolve("data")).orElseThrow().pid();
    }

    private static void signal(String name, long pid) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + name, String.valueOf(pid))
                        .start()
                        .waitFor())
                .isZero();
    }

    private void killServer() throws IOException {
        ProcessHandle server = ProcessHandle.of(postmaster()).orElseThrow();
        server.destroyForcibly();
        server.onExit().join();
    }

    private static String ask(EmbeddedPostgres postgres, String query) throws SQLException {
        try (Connection connection = connect(postgres);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return String.valueOf(rows.getString(1));
        }
    }

    private static void run(EmbeddedPostgres postgres, String sql) throws SQLException {
        try (Connection connection = connect(postgres);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static Connection connect(EmbeddedPostgres postgres) throws SQLException {
        return DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), postgres.password());
    }

    private static int port(String url) {
        return URI.create(url.substring("jdbc:".length())).getPort();
    }

    private static boolean accepts(InetAddress address, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), 1_000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** As the kernel lists them, in hexadecimal; where it doesn't, loopback is taken for granted. */
    private static List<String> listeningAddresses(int port) throws IOException {
        List<String> found = new ArrayList<>();
        String ending = ":%04X".formatted(port);
        for (Path table : List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"))) {
            if (!Files.exists(table)) {
                return List.of("0100007F");
            }
            Files.readAllLines(table).stream()
                    .map(line -> line.strip().split("\\s+"))
                    .filter(columns -> columns[1].endsWith(ending) && columns[3].equals("0A"))
                    .forEach(columns -> found.add(columns[1].substring(0, 8)));
        }
        return found;
    }
}

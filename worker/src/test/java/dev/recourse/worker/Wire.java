package dev.recourse.worker;

import dev.recourse.db.DatabaseAddress;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A wire to PostgreSQL that a test can cut on one side: the client hears no more, the server works on. */
final class Wire implements AutoCloseable {

    private static final Pattern PLACE = Pattern.compile("//[^:/]+:(\\d+)/");

    private final DatabaseAddress behind;
    private final int serverPort;
    private final ServerSocket listening;
    private final List<Socket> clients = new CopyOnWriteArrayList<>();
    private final List<Socket> servers = new CopyOnWriteArrayList<>();

    Wire(DatabaseAddress behind) throws IOException {
        this.behind = behind;
        Matcher place = PLACE.matcher(behind.jdbcUrl());
        if (!place.find()) {
            throw new IllegalArgumentException(behind.jdbcUrl());
        }
        this.serverPort = Integer.parseInt(place.group(1));
        this.listening = new ServerSocket(0, 50, loopback());
        daemon(this::accept);
    }

    DatabaseAddress address() {
        String url = PLACE.matcher(behind.jdbcUrl()).replaceFirst("//127.0.0.1:" + listening.getLocalPort() + "/");
        return new DatabaseAddress(url, behind.user(), behind.password());
    }

    /** Every client that is connected now loses its connection; the server does not notice. */
    void cutClients() throws IOException {
        for (Socket client : clients) {
            client.close();
        }
        clients.clear();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listening.accept();
                Socket server = new Socket(loopback(), serverPort);
                clients.add(client);
                servers.add(server);
                daemon(() -> pass(client, server));
                daemon(() -> pass(server, client));
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    /** What comes from a side that is cut ends; what goes to it is lost. */
    private static void pass(Socket from, Socket to) {
        byte[] bytes = new byte[8192];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
                out.write(bytes, 0, n);
                out.flush();
            }
        } catch (IOException cut) {
            // On purpose.
        }
    }

    private static InetAddress loopback() throws IOException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "wire");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        cutClients();
        for (Socket server : servers) {
            server.close();
        }
    }
}

package dev.recourse.worker.standin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.tool.Json;
import dev.recourse.activities.tool.ToolFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A stand-in for 360dialog, on this machine alone: sends go to it in tests and trials, none leaves.
 *
 * <p>It takes any key but those that begin with {@code invalid}, {@code disabled} or {@code unpaid}. A recipient whose
 * number ends with one of Meta's error codes, such as 131047, is answered with it; with an 8 before the code, the message
 * is taken and fails later, in a status. Requests below {@code /stand-in/} are for whoever runs it and are not noted.
 */
public final class StandIn implements AutoCloseable {
    private static final String OURS = "/stand-in/";
    private static final int OK = 200;
    private static final int BAD = 400;
    private static final int NOT_FOUND = 404;
    private static final int BACKLOG = 200;

    private final ServerSocket server;
    private final Journal journal;
    private final Events events;
    private final Templates templates = Templates.usual();
    private final Vendor vendor = new Vendor(templates);
    private final List<Taken> taken = new CopyOnWriteArrayList<>();
    private final Map<String, Line> lines = new ConcurrentHashMap<>();
    private final Deque<Fault> faults = new ArrayDeque<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool(StandIn::thread);
    private volatile Fault always = Fault.NONE;

    private StandIn(ServerSocket server, Journal journal, Events events) {
        this.server = server;
        this.journal = journal;
        this.events = events;
    }

    /**
     * Where it listens and where it writes to.
     *
     * @param port 0 for a free one
     * @param log a file that gets a JSON line for each request, on disk before it is answered; null for none
     * @param webhook gets statuses and what people write; null for nobody
     */
    public record Options(
            int port, @Nullable Path log, @Nullable URI webhook) {
        /** A free port, no file, no webhook. */
        public static final Options USUAL = new Options(0, null, null);
    }

    /**
     * Starts it.
     *
     * @throws IOException if the port or the file can't be had
     */
    @SuppressWarnings("FutureReturnValueIgnored") // it accepts until it is closed, and fails only then
    public static StandIn start(Options options) throws IOException {
        ServerSocket server = new ServerSocket();
        try {
            server.setReuseAddress(true);
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), options.port()), BACKLOG);
            StandIn standIn = new StandIn(server, new Journal(options.log()), new Events(options.webhook()));
            standIn.threads.submit(standIn::accept);
            return standIn;
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    /** The address that a client is given in place of 360dialog's. */
    public String url() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    /** What is done to the next requests, one each, in that order; after them, all go well again. */
    public void next(Fault... upcoming) {
        synchronized (faults) {
            faults.addAll(List.of(upcoming));
        }
    }

    /** What is done to every request that has no fault of its own. */
    public void always(Fault fault) {
        always = fault;
    }

    /** Takes a message to the same person only so long after the last. */
    public void pairLimit(Duration between) {
        vendor.pairLimit(between);
    }

    /** Adds a template as 360dialog lists it, in place of one with its name and language. */
    public void template(ObjectNode template) {
        templates.put(template);
    }

    /** The number behind a key; without this, one is made up of the key. */
    public void line(String key, String phoneNumberId, String phone) {
        lines.put(key, new Line(phoneNumberId, phone));
    }

    /** WhatsApp's id of the number behind a key. */
    public String phoneNumberId(String key) {
        return line(key).phoneNumberId();
    }

    /** What a message goes through after it was taken; sent and delivered, unless this says otherwise. */
    public void statuses(String... names) {
        events.statuses(List.of(names));
    }

    /** Sends one status of a message again, or another. */
    public void status(Taken message, String key, String status) {
        events.status(message, line(key), status);
    }

    /** A person writes to the number behind that key; gives WhatsApp's id of the message. */
    public String inbound(String key, String phone, String text) {
        String wamid = vendor.inbound();
        events.inbound(wamid, phone, text, line(key));
        return wamid;
    }

    /** Also tells events there, besides the webhook. */
    public void onEvent(Consumer<ObjectNode> listener) {
        events.listen(listener);
    }

    /** Every request so far, in the order they were noted. */
    public List<Received> received() {
        return journal.all();
    }

    /** Every message that counts as sent. */
    public List<Taken> taken() {
        return List.copyOf(taken);
    }

    /** Returns when it is closed. */
    public void stay() {
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Breaks every connection and stops. */
    @Override
    public void close() throws IOException {
        closed.countDown();
        server.close();
        for (Socket socket : open) {
            socket.close();
        }
        events.close();
        threads.shutdownNow();
        journal.close();
    }

    boolean concerns(Head head) {
        return head.path().startsWith(OURS);
    }

    Fault nextFault() {
        synchronized (faults) {
            Fault next = faults.poll();
            return next == null ? always : next;
        }
    }

    Received note(IntFunction<Received> request) {
        return journal.add(request);
    }

    /** What 360dialog would answer; the message is taken if it is one. */
    Reply answer(Received request, Head head) {
        return vendor.answer(request, head, message -> {
            taken.add(message);
            events.fares(message, line(request.key()));
        });
    }

    /** What is answered in place of that. */
    Reply misanswer(Fault fault) {
        return switch (fault.kind()) {
            case UNAVAILABLE -> Reply.plain(503, "text/plain", "unavailable").with("Retry-After", "0");
            case REQUEST_TIMEOUT -> Reply.plain(408, "text/plain", "timeout");
            case REDIRECT -> Reply.plain(308, "text/plain", "").with("Location", url() + "/messages");
            case TOO_MANY -> Reply.plain(429, "text/plain", "slow down").with("Retry-After", "3");
            case RATE_LIMIT -> Reply.dialog(400, "Endpoint rate limit exceeded");
            case SERVER_ERROR -> Reply.dialog(500, "Internal server error");
            case BAD_GATEWAY -> Reply.plain(502, "text/html", "<html>bad gateway</html>");
            case GATEWAY_TIMEOUT -> Reply.plain(504, "text/plain", "");
            case CODE -> Reply.meta(fault.number(), "scripted");
            default -> Reply.plain(OK, "text/html", "<html>welcome</html>");
        };
    }

    boolean untilClosed() throws InterruptedException {
        closed.await();
        return false;
    }

    /** A request of whoever runs it. */
    Reply asked(Head head, String body) {
        try {
            return switch (head.method() + " " + head.place()) {
                case "GET /stand-in/received" ->
                    list(journal.all().stream().map(Received::json).toList());
                case "GET /stand-in/taken" ->
                    list(taken.stream().map(Taken::json).toList());
                case "POST /stand-in/faults" -> plan(Json.read(body));
                case "POST /stand-in/inbound" -> inbound(Json.read(body));
                default -> Reply.plain(NOT_FOUND, "text/plain", "received, taken, faults, inbound\n");
            };
        } catch (ToolFailure | IllegalArgumentException wrong) {
            return Reply.plain(BAD, "text/plain", wrong.getMessage() + "\n");
        }
    }

    private Reply plan(JsonNode list) {
        List<Fault> upcoming = new ArrayList<>();
        list.forEach(one -> upcoming.add(Fault.of(one)));
        next(upcoming.toArray(Fault[]::new));
        return Reply.json(OK, JsonNodeFactory.instance.objectNode().put("planned", upcoming.size()));
    }

    private Reply inbound(JsonNode message) {
        String wamid = inbound(
                message.path("key").asText("stand-in-key"),
                message.path("phone").asText(),
                message.path("text").asText("hola"));
        return Reply.json(OK, JsonNodeFactory.instance.objectNode().put("wamid", wamid));
    }

    private static Reply list(Collection<ObjectNode> all) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        all.forEach(list::add);
        return Reply.json(OK, list);
    }

    private Line line(String key) {
        return lines.computeIfAbsent(key, Line::of);
    }

    private void accept() {
        for (int connection = 1; !server.isClosed(); connection++) {
            try {
                Socket socket = server.accept();
                open.add(socket);
                Conversation conversation = new Conversation(this, socket, connection);
                threads.execute(() -> {
                    conversation.run();
                    open.remove(socket);
                });
            } catch (IOException closing) {
                return;
            }
        }
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "stand-in");
        thread.setDaemon(true);
        return thread;
    }
}

package dev.recourse.worker.standin;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One connection, request after request, until either side has enough. */
final class Conversation implements Runnable {
    private static final int MAX_BODY = 8 << 20;
    private static final int FLOOD = 64 << 20;
    private static final int WAVE = 64 << 10;
    private static final int LENGTH_REQUIRED = 411;
    private static final Duration BETWEEN_BYTES = Duration.ofMillis(100);

    private final StandIn desk;
    private final Socket socket;
    private final int connection;

    Conversation(StandIn desk, Socket socket, int connection) {
        this.desk = desk;
        this.socket = socket;
        this.connection = connection;
    }

    @Override
    public void run() {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            Head head = Head.read(in);
            while (head != null && goesOn(head, in)) {
                head = Head.read(in);
            }
        } catch (IOException ended) {
            // The other side is gone, or spoke no HTTP.
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean goesOn(Head head, InputStream in) throws IOException, InterruptedException {
        if (!head.header("transfer-encoding").isEmpty() || head.declared() > MAX_BODY) {
            send(Reply.plain(LENGTH_REQUIRED, "text/plain", ""));
            return false;
        }
        if (desk.concerns(head)) {
            return send(desk.asked(head, new String(body(head, in), StandardCharsets.UTF_8)));
        }
        Fault fault = desk.nextFault();
        boolean deaf = fault.kind() == Fault.Kind.HALF_OPEN;
        byte[] body = deaf ? new byte[0] : body(head, in);
        boolean complete = !deaf && body.length == Math.max(0, head.declared());
        Received request = desk.note(number -> received(number, head, body, complete, fault.kind()));
        if (deaf) {
            return desk.untilClosed();
        }
        return complete && answered(request, head, fault, in);
    }

    /** What there is of the body, all of it or what came before the end. */
    private static byte[] body(Head head, InputStream in) throws IOException {
        byte[] body = new byte[(int) Math.max(0, head.declared())];
        int got = 0;
        try {
            for (int more = 0; got < body.length && more >= 0; got += Math.max(0, more)) {
                more = in.read(body, got, body.length - got);
            }
        } catch (SocketException reset) {
            // What came before it still counts.
        }
        return Arrays.copyOf(body, got);
    }

    private Received received(int number, Head head, byte[] body, boolean complete, Fault.Kind fault) {
        return new Received(
                number,
                connection,
                Instant.now(),
                head.method(),
                head.path(),
                head.header("d360-api-key"),
                head.declared(),
                body.length,
                complete,
                new String(body, StandardCharsets.UTF_8),
                fault);
    }

    private boolean answered(Received request, Head head, Fault fault, InputStream in)
            throws IOException, InterruptedException {
        boolean honest =
                fault.kind() == Fault.Kind.NONE || fault.kind() == Fault.Kind.TRICKLE || fault.kind() == Fault.Kind.CUT;
        Reply answer = honest || fault.acting() ? desk.answer(request, head) : null;
        Thread.sleep(fault.delay().toMillis());
        return switch (fault.kind()) {
            case RESET -> reset();
            case CLOSE -> false;
            case HANG -> waitsForTheEnd(in);
            case TRICKLE -> answer != null && trickled(answer);
            case CUT -> answer != null && cut(answer);
            case FLOOD -> flooded();
            default -> send(shown(fault, answer)) && !head.header("connection").equalsIgnoreCase("close");
        };
    }

    private Reply shown(Fault fault, @Nullable Reply answer) {
        return answer != null && fault.kind() == Fault.Kind.NONE ? answer : desk.misanswer(fault);
    }

    private boolean send(Reply reply) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(reply.bytes());
        out.flush();
        return true;
    }

    /** A reset in place of an end: what was not read by the other side is lost there. */
    private boolean reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
        return false;
    }

    private static boolean waitsForTheEnd(InputStream in) throws IOException {
        while (in.read() >= 0) {
            // Whatever comes, nobody listens any more.
        }
        return false;
    }

    private boolean trickled(Reply reply) throws IOException, InterruptedException {
        for (byte one : reply.bytes()) {
            socket.getOutputStream().write(one);
            socket.getOutputStream().flush();
            Thread.sleep(BETWEEN_BYTES.toMillis());
        }
        return true;
    }

    private boolean flooded() throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(Head.bytes(
                "HTTP/1.1 200 .\r\nContent-Type: application/json\r\nContent-Length: " + FLOOD + "\r\n\r\n"));
        byte[] wave = new byte[WAVE];
        Arrays.fill(wave, (byte) ' ');
        for (int sent = 0; sent < FLOOD; sent += WAVE) {
            out.write(wave);
        }
        return false;
    }

    private boolean cut(Reply reply) throws IOException {
        byte[] whole = reply.bytes();
        socket.getOutputStream().write(whole, 0, whole.length - reply.body().length() / 2);
        socket.getOutputStream().flush();
        return false;
    }
}

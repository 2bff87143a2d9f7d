package dev.recourse.activities.whatsapp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.tool.Json;
import dev.recourse.activities.whatsapp.Interactive.Button;
import dev.recourse.activities.whatsapp.Interactive.Buttons;
import dev.recourse.activities.whatsapp.Interactive.Words;
import dev.recourse.worker.standin.Fault;
import dev.recourse.worker.standin.Fault.Kind;
import dev.recourse.worker.standin.Received;
import dev.recourse.worker.standin.StandIn;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever happens to a message on its way, one call sends one body, and what is said of it is true. */
final class SendFaultsTest {
    private static final VendorKey KEY = VendorKey.of("stand-in-key");
    private static final Duration LEFT = Duration.ofSeconds(10);

    /** For what is never answered: nobody needs to wait longer for it. */
    private static final Duration SHORT = Duration.ofMillis(600);

    private static final int MESSAGES = 200;
    private static final int SENDERS = 8;

    private static final Map<String, Function<MessageBody.To, ObjectNode>> BODIES = Map.of(
            "text", to -> MessageBody.text(to, "Hola, Ana", false),
            "template", SendFaultsTest::template,
            "media",
                    to -> MessageBody.media(to, new Media(Media.Kind.IMAGE, "https://example.com/a.png", "Foto", null)),
            "interactive",
                    to -> MessageBody.interactive(
                            to, new Buttons(new Words(null, "¿Sí?", null), List.of(new Button("y", "Sí")))));

    /** What is done to the request, and the only thing that can honestly be said of it. */
    private static final Map<Kind, String> SAID = Map.ofEntries(
            Map.entry(Kind.UNAVAILABLE, "Unknown SERVER_FAILED"),
            Map.entry(Kind.REQUEST_TIMEOUT, "Unknown SERVER_FAILED"),
            Map.entry(Kind.SERVER_ERROR, "Unknown SERVER_FAILED"),
            Map.entry(Kind.BAD_GATEWAY, "Unknown SERVER_FAILED"),
            Map.entry(Kind.GATEWAY_TIMEOUT, "Unknown SERVER_FAILED"),
            Map.entry(Kind.GARBAGE, "Unknown ANSWER_UNREADABLE"),
            Map.entry(Kind.CUT, "Unknown ANSWER_UNREADABLE"),
            Map.entry(Kind.FLOOD, "Unknown ANSWER_UNREADABLE"),
            Map.entry(Kind.RESET, "Unknown CONNECTION_LOST"),
            Map.entry(Kind.CLOSE, "Unknown CONNECTION_LOST"),
            Map.entry(Kind.HANG, "Unknown TIMED_OUT"),
            Map.entry(Kind.TRICKLE, "Unknown TIMED_OUT"),
            Map.entry(Kind.HALF_OPEN, "Unknown TIMED_OUT"),
            Map.entry(Kind.REDIRECT, "Rejected PROVIDER_UNAVAILABLE"),
            Map.entry(Kind.TOO_MANY, "Rejected PROVIDER_RATE_LIMITED"),
            Map.entry(Kind.RATE_LIMIT, "Rejected PROVIDER_RATE_LIMITED"),
            Map.entry(Kind.NONE, "Accepted"));

    @SuppressWarnings("NullAway.Init")
    private StandIn vendor;

    @SuppressWarnings("NullAway.Init")
    private Dialog360 client;

    @BeforeEach
    void start() throws IOException {
        vendor = StandIn.start(StandIn.Options.USUAL);
        client = new Dialog360(vendor.url());
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        vendor.close();
    }

    static List<Arguments> cases() {
        List<Arguments> cases = new ArrayList<>();
        for (Kind kind : SAID.keySet()) {
            for (String body : BODIES.keySet()) {
                cases.add(Arguments.of(kind, body, false, false));
                cases.add(Arguments.of(kind, body, true, false));
                if (SAID.getOrDefault(kind, "").startsWith("Unknown")) {
                    cases.add(Arguments.of(kind, body, true, true));
                }
            }
        }
        return cases;
    }

    @ParameterizedTest(name = "{0}, {1}, pooled connection: {2}, taken all the same: {3}")
    @MethodSource("cases")
    void one_call_sends_one_body_and_what_is_said_of_it_is_true(
            Kind kind, String body, boolean pooled, boolean acting) {
        if (pooled) {
            assertThat(said(send("text", UUID.randomUUID(), LEFT))).isEqualTo("Accepted");
        }
        UUID execution = UUID.randomUUID();
        Fault fault = Fault.of(kind);
        vendor.next(acting ? fault.butActing() : fault);
        Sent sent = send(body, execution, SAID.getOrDefault(kind, "").endsWith("TIMED_OUT") ? SHORT : LEFT);

        List<Received> received = vendor.received();
        assertThat(said(sent)).isEqualTo(SAID.get(kind));
        assertThat(received).hasSize(pooled ? 2 : 1);
        assertThat(received.get(received.size() - 1).fault()).isEqualTo(kind);
        if (kind != Kind.HALF_OPEN) {
            assertThat(received.get(received.size() - 1).complete()).isTrue();
            assertThat(received.stream().filter(one -> one.body().contains(execution.toString())))
                    .hasSize(1);
        }
        if (pooled) {
            assertThat(received).extracting(Received::connection).containsOnly(1);
        }
        if (!(sent instanceof Sent.Unknown)) {
            assertThat(taken(execution)).isEqualTo(sent instanceof Sent.Accepted ? 1 : 0);
        }
        if (acting && kind != Kind.HALF_OPEN) {
            assertThat(taken(execution)).isEqualTo(1);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void among_many_senders_and_any_faults_no_label_is_wrong(long seed) throws Exception {
        Random random = new Random(seed);
        List<Kind> kinds = SAID.keySet().stream()
                .filter(kind -> !SAID.getOrDefault(kind, "").endsWith("TIMED_OUT"))
                .sorted()
                .toList();
        for (int i = 0; i < MESSAGES; i++) {
            Kind kind = kinds.get(random.nextInt(kinds.size()));
            boolean open = SAID.getOrDefault(kind, "").startsWith("Unknown");
            vendor.next(open && random.nextBoolean() ? Fault.of(kind).butActing() : Fault.of(kind));
        }
        Map<UUID, Sent> labels = new ConcurrentHashMap<>();
        AtomicInteger left = new AtomicInteger(MESSAGES);
        List<Thread> senders = new ArrayList<>();
        for (int i = 0; i < SENDERS; i++) {
            Thread sender = new Thread(() -> {
                while (left.getAndDecrement() > 0) {
                    UUID execution = UUID.randomUUID();
                    labels.put(execution, send("text", execution, LEFT));
                }
            });
            senders.add(sender);
            sender.start();
        }
        for (Thread sender : senders) {
            sender.join();
        }

        assertThat(labels).hasSize(MESSAGES);
        assertThat(vendor.received()).hasSize(MESSAGES).allMatch(Received::complete);
        labels.forEach((execution, sent) -> {
            assertThat(vendor.received().stream().filter(one -> one.body().contains(execution.toString())))
                    .hasSize(1);
            if (!(sent instanceof Sent.Unknown)) {
                assertThat(taken(execution)).as("%s", sent).isEqualTo(sent instanceof Sent.Accepted ? 1 : 0);
            }
        });
        assertThat(labels.values()).hasAtLeastOneElementOfType(Sent.Accepted.class);
        assertThat(labels.values()).hasAtLeastOneElementOfType(Sent.Unknown.class);
        assertThat(labels.values()).hasAtLeastOneElementOfType(Sent.Rejected.class);
    }

    @Test
    void where_nobody_listens_nothing_is_sent() throws IOException {
        vendor.close();

        assertThat(said(send("text", UUID.randomUUID(), LEFT))).isEqualTo("NotSent PROVIDER_UNAVAILABLE");
    }

    @Test
    void where_tls_is_not_agreed_on_nothing_is_sent() {
        try (Dialog360 strict = new Dialog360(vendor.url().replace("http://", "https://"))) {
            Sent sent = strict.send(KEY, text(UUID.randomUUID()), LEFT);

            assertThat(said(sent)).isEqualTo("NotSent PROVIDER_UNAVAILABLE");
            assertThat(vendor.received()).isEmpty();
        }
    }

    @Test
    void without_time_nothing_is_sent() {
        assertThat(said(send("text", UUID.randomUUID(), Duration.ZERO))).isEqualTo("NotSent TIMEOUT");
        assertThat(said(send("text", UUID.randomUUID(), Duration.ofSeconds(-3))))
                .isEqualTo("NotSent TIMEOUT");
        assertThat(vendor.received()).isEmpty();
    }

    @Test
    void a_thread_that_is_interrupted_does_not_know() {
        vendor.next(Fault.of(Kind.HANG));
        Thread sender = Thread.currentThread();
        Thread impatient = new Thread(() -> {
            while (vendor.received().isEmpty()) {
                Thread.onSpinWait();
            }
            sender.interrupt();
        });
        impatient.start();

        Sent sent = send("text", UUID.randomUUID(), LEFT);

        assertThat(said(sent)).startsWith("Unknown");
        assertThat(Thread.interrupted() || said(sent).endsWith("TIMED_OUT")).isTrue();
    }

    private Sent send(String body, UUID execution, Duration left) {
        Function<MessageBody.To, ObjectNode> making = BODIES.getOrDefault(body, SendFaultsTest::template);
        return client.send(KEY, making.apply(to(execution)), left);
    }

    private long taken(UUID execution) {
        return vendor.taken().stream()
                .filter(one -> one.callback().equals(execution.toString()))
                .count();
    }

    private static String said(Sent sent) {
        String failure = sent.fold(taken -> "", no -> " " + no.code(), unknown -> " " + unknown.why());
        return sent.getClass().getSimpleName() + failure;
    }

    private static MessageBody.To to(UUID execution) {
        return new MessageBody.To("+573001234567", execution, null);
    }

    private static ObjectNode text(UUID execution) {
        return MessageBody.text(to(execution), "Hola", false);
    }

    private static ObjectNode template(MessageBody.To to) {
        TemplateText hello = TemplateText.of(
                Json.read("[{\"type\": \"BODY\", \"text\": \"Hola {{1}}, gracias por escribirnos.\"}]"));
        return MessageBody.template(
                to,
                "hello_customer",
                "es",
                hello.fill(TemplateValues.ofBody(Map.of("1", "Ana"))).components());
    }
}

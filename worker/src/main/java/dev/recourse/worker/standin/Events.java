package dev.recourse.worker.standin;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.tool.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What WhatsApp tells by webhook: how a message fared, and what people write. Posted in order, again where nobody takes it. */
final class Events implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Events.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int TRIES = 5;
    private static final int OK = 200;
    private static final long PAUSE_MS = 20;

    private final @Nullable URI webhook;
    private final List<Consumer<ObjectNode>> listeners = new CopyOnWriteArrayList<>();
    private final ExecutorService postman = Executors.newSingleThreadExecutor(Events::thread);
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();
    private volatile List<String> statuses = List.of("sent", "delivered");

    Events(@Nullable URI webhook) {
        this.webhook = webhook;
    }

    void listen(Consumer<ObjectNode> listener) {
        listeners.add(listener);
    }

    /** What a message goes through after it was taken. */
    void statuses(List<String> names) {
        statuses = List.copyOf(names);
    }

    /** How a message fares from here on. */
    void fares(Taken message, Line line) {
        int code = Vendor.magic(message.to(), true);
        for (String status : code == 0 ? statuses : List.of("failed")) {
            post(status(message, line, status, code));
        }
    }

    /** One status of a message. */
    void status(Taken message, Line line, String status) {
        post(status(message, line, status, 0));
    }

    /** A person wrote. */
    void inbound(String wamid, String phone, String text, Line line) {
        ObjectNode event = JsonNodeFactory.instance.objectNode();
        ObjectNode value = value(event, line);
        String waId = Vendor.waId(phone);
        value.putArray("contacts")
                .addObject()
                .put("wa_id", waId)
                .putObject("profile")
                .put("name", "Stand-in " + waId);
        ObjectNode message = value.putArray("messages").addObject();
        message.put("from", waId).put("id", wamid).put("timestamp", now()).put("type", "text");
        message.putObject("text").put("body", text);
        post(event);
    }

    @Override
    public void close() {
        postman.shutdownNow();
    }

    private static ObjectNode status(Taken message, Line line, String status, int code) {
        ObjectNode event = JsonNodeFactory.instance.objectNode();
        ObjectNode one = value(event, line).putArray("statuses").addObject();
        one.put("id", message.wamid())
                .put("status", status)
                .put("timestamp", now())
                .put("recipient_id", message.waId());
        if (!message.callback().isEmpty()) {
            one.put("biz_opaque_callback_data", message.callback());
        }
        if (status.equals("failed")) {
            ObjectNode error = one.putArray("errors").addObject();
            error.put("code", code)
                    .put("title", "Message failed")
                    .putObject("error_data")
                    .put("details", "Failed");
        } else {
            one.putObject("pricing").put("billable", true).put("pricing_model", "PMP");
        }
        return event;
    }

    private static ObjectNode value(ObjectNode event, Line line) {
        ObjectNode entry = event.put("object", "whatsapp_business_account")
                .putArray("entry")
                .addObject()
                .put("id", "stand-in");
        ObjectNode value =
                entry.putArray("changes").addObject().put("field", "messages").putObject("value");
        value.put("messaging_product", "whatsapp")
                .putObject("metadata")
                .put("display_phone_number", line.phone())
                .put("phone_number_id", line.phoneNumberId());
        return value;
    }

    private static String now() {
        return Long.toString(Instant.now().getEpochSecond());
    }

    private void post(ObjectNode event) {
        try {
            postman.execute(() -> deliver(event));
        } catch (RejectedExecutionException closed) {
            LOG.debug("The stand-in is closed; an event was dropped.");
        }
    }

    private void deliver(ObjectNode event) {
        pause(PAUSE_MS);
        listeners.forEach(listener -> listener.accept(event));
        if (webhook != null) {
            byte[] json = Head.bytes(Json.write(event));
            for (int tried = 0; tried < TRIES && !posted(webhook, json); tried++) {
                pause(PAUSE_MS << tried);
            }
        }
    }

    private boolean posted(URI to, byte[] json) {
        HttpRequest request = HttpRequest.newBuilder(to)
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(json))
                .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == OK;
        } catch (IOException e) {
            LOG.warn("The webhook at {} does not answer.", to);
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "stand-in-events");
        thread.setDaemon(true);
        return thread;
    }
}

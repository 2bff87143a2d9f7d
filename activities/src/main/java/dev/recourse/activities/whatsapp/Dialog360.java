package dev.recourse.activities.whatsapp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.tool.Json;
import dev.recourse.activities.tool.ToolFailure;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Pattern;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * The client of 360dialog's API. It sends a message at most once, whatever happens, and says how far it got.
 *
 * <p>One client is for all workspaces: the key comes with each call. Nothing of a message or a key is logged.
 */
public final class Dialog360 implements AutoCloseable {
    /** Where 360dialog is. */
    public static final String ADDRESS = "https://waba-v2.360dialog.io";

    private static final Duration LONGEST_CALL = Duration.ofSeconds(10);
    private static final Duration LONGEST_CONNECT = Duration.ofSeconds(2);

    /** Shorter than servers keep a connection, so that hardly a message meets one that was closed just now. */
    private static final Duration LONGEST_IDLE = Duration.ofSeconds(20);

    private static final int IDLE_CONNECTIONS = 5;
    private static final int TEMPLATES_A_PAGE = 250;
    private static final int MOST_PAGES = 20;
    private static final int REQUEST_TIMEOUT = 408;
    private static final int TEMPORARY_REDIRECT = 307;
    private static final int PERMANENT_REDIRECT = 308;
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|::1");

    private final HttpUrl base;
    private final OkHttpClient http = new OkHttpClient.Builder()
            .retryOnConnectionFailure(false)
            .followRedirects(false)
            .followSslRedirects(false)
            // Each message has its connection for itself: one that hangs holds up no other.
            .protocols(List.of(Protocol.HTTP_1_1))
            .connectionPool(new ConnectionPool(IDLE_CONNECTIONS, LONGEST_IDLE.toMillis(), TimeUnit.MILLISECONDS))
            .connectTimeout(LONGEST_CONNECT)
            .callTimeout(LONGEST_CALL)
            .readTimeout(LONGEST_CALL)
            .writeTimeout(LONGEST_CALL)
            .build();

    /**
     * A client of the API at that address.
     *
     * @param address https, or http on this machine; its path, if it has one, goes before those of the API
     * @throws IllegalArgumentException for any other
     */
    public Dialog360(String address) {
        this.base = checked(address);
    }

    /** Whether a client can be made for that address. */
    public static boolean possible(String address) {
        return usable(HttpUrl.parse(address));
    }

    /**
     * Sends a message, once.
     *
     * @param body one of {@link MessageBody}
     * @param left the time until the answer must be there; of more than ten seconds, ten
     */
    public Sent send(VendorKey key, ObjectNode body, Duration left) {
        return post(key, body, left, Answer::message);
    }

    /** Marks a message that came in, and all before it, as read. A second time changes nothing. */
    public Sent markRead(VendorKey key, String wamid, Duration left) {
        return post(
                key,
                MessageBody.read(wamid),
                left,
                answer -> answer.done() ? Optional.of(new Sent.Accepted(wamid, null)) : Optional.empty());
    }

    /**
     * The templates of the key's account, as 360dialog lists them, one of each name and language.
     *
     * @throws ToolFailure {@code PROVIDER_UNAVAILABLE}, {@code PROVIDER_AUTH_FAILED} …
     */
    public List<JsonNode> templates(VendorKey key, Duration left) {
        long end = System.nanoTime() + left.toNanos();
        Map<String, JsonNode> found = new LinkedHashMap<>();
        for (int page = 0; page < MOST_PAGES; page++) {
            JsonNode list = page(key, page, Duration.ofNanos(end - System.nanoTime()));
            int before = found.size();
            list.forEach(one -> found.putIfAbsent(
                    one.path("name").asText() + " " + one.path("language").asText(), one));
            // A short page is the last; one without anything new means that pages are not known there.
            if (list.size() < TEMPLATES_A_PAGE || found.size() == before) {
                break;
            }
        }
        return List.copyOf(found.values());
    }

    /** Lets go of idle connections. */
    @Override
    public void close() {
        http.connectionPool().evictAll();
        http.dispatcher().executorService().shutdown();
    }

    @Override
    public String toString() {
        return "Dialog360[" + base + "]";
    }

    private Sent post(
            VendorKey key, ObjectNode body, Duration left, Function<Answer, Optional<Sent.Accepted>> success) {
        byte[] json = Json.write(body).getBytes(StandardCharsets.UTF_8);
        Request request = request(key, "messages").post(new OneShot(json)).build();
        Reach reach = new Reach();
        if (millis(left) <= 0) {
            return new Sent.NotSent(ToolFailure.timeout("TIMEOUT").mayRetry());
        }
        try (Response response = call(request, reach, left).execute()) {
            Answer answer = Answer.of(response);
            return success.apply(answer).<Sent>map(taken -> taken).orElseGet(() -> verdict(answer));
        } catch (IOException | RuntimeException lost) {
            return reach.bodyBegun()
                    ? new Sent.Unknown(
                            lost instanceof InterruptedIOException ? Sent.Why.TIMED_OUT : Sent.Why.CONNECTION_LOST,
                            null)
                    : new Sent.NotSent(
                            ToolFailure.external("PROVIDER_UNAVAILABLE", lost).mayRetry());
        }
    }

    /**
     * What an answer without success says of the message.
     *
     * <p>A 4xx is a decision of whoever looked at the request, and nothing was passed on. Not so 408 and 503, although
     * both should mean it: we have sent the whole request, so a 408 is wrong about us or is a gateway's that waited for
     * the server behind it; and a 503 is also what gateways say when that server broke the connection after it got the
     * request. 307 and 308 ask for the same request elsewhere; the other redirects may point at what was done.
     */
    private static Sent verdict(Answer answer) {
        int status = answer.status();
        if (Refusals.isFinal(answer)) {
            return new Sent.Rejected(Refusals.of(answer));
        }
        if (answer.success()) {
            return new Sent.Unknown(Sent.Why.ANSWER_UNREADABLE, status);
        }
        boolean refused = status / 100 == 4 && status != REQUEST_TIMEOUT;
        boolean elsewhere = status == TEMPORARY_REDIRECT || status == PERMANENT_REDIRECT;
        return refused || elsewhere
                ? new Sent.Rejected(Refusals.of(answer))
                : new Sent.Unknown(Sent.Why.SERVER_FAILED, status);
    }

    private JsonNode page(VendorKey key, int page, Duration left) {
        HttpUrl.Builder url = base.newBuilder()
                .addPathSegments("v1/configs/templates")
                .addQueryParameter("limit", Integer.toString(TEMPLATES_A_PAGE));
        if (page > 0) {
            url.addQueryParameter("offset", Integer.toString(page * TEMPLATES_A_PAGE));
        }
        if (millis(left) <= 0) {
            throw ToolFailure.timeout("TIMEOUT").mayRetry();
        }
        try (Response response =
                call(request(key, url.build()).build(), new Reach(), left).execute()) {
            Answer answer = Answer.of(response);
            JsonNode list = answer.json().path("waba_templates");
            if (answer.success() && list.isArray()) {
                return list;
            }
            throw answer.success() ? Refusals.unavailable() : Refusals.of(answer);
        } catch (IOException unreachable) {
            throw ToolFailure.external("PROVIDER_UNAVAILABLE", unreachable).mayRetry();
        }
    }

    private Call call(Request request, Reach reach, Duration left) {
        Call call = http.newCall(request);
        call.addEventListener(reach);
        call.timeout().timeout(millis(left), TimeUnit.MILLISECONDS);
        return call;
    }

    private Request.Builder request(VendorKey key, String path) {
        return request(key, base.newBuilder().addPathSegments(path).build());
    }

    private static Request.Builder request(VendorKey key, HttpUrl url) {
        return new Request.Builder()
                .url(url)
                .header("D360-API-KEY", key.secret())
                .header("User-Agent", "recourse")
                .header("Accept", "application/json");
    }

    /** Zero would be for ever. */
    private static long millis(Duration left) {
        return Math.min(left.toMillis(), LONGEST_CALL.toMillis());
    }

    private static HttpUrl checked(String address) {
        HttpUrl url = HttpUrl.parse(address);
        if (url == null || !usable(url)) {
            throw new IllegalArgumentException(
                    "the address of 360dialog is https, or http on this machine, without user, query and fragment");
        }
        return url;
    }

    private static boolean usable(@Nullable HttpUrl url) {
        return url != null
                && (url.isHttps() || LOOPBACK.matcher(url.host()).matches())
                && url.username().isEmpty()
                && url.password().isEmpty()
                && url.query() == null
                && url.fragment() == null;
    }
}

package dev.recourse.worker.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.worker.WrongUsage;
import dev.recourse.worker.standin.StandIn;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code recourse stand-in}: a 360dialog of one's own on this machine, until it is stopped. */
@Command(
        name = "stand-in",
        description = {
            "Stands in for 360dialog on this machine, so that WhatsApp can be tried and nothing leaves.",
            "It takes messages, says what it got, and tells what becomes of them to a webhook."
        },
        footer = {
            "",
            "Examples:",
            "  recourse stand-in",
            "  recourse stand-in --port 9360 --log received.jsonl --webhook http://127.0.0.1:8080/hook",
            "",
            "A recipient whose number ends with one of Meta's error codes is refused with it, such as",
            "+573000131047; with an 8 before the code it fails later: +573008131026. Keys that begin with",
            "invalid, disabled or unpaid are refused. Below the address it prints:",
            "  GET  /stand-in/received, /stand-in/taken   what came in, and what counts as sent",
            "  POST /stand-in/faults    [{\"kind\":\"reset\",\"acting\":true}, ...] for the next requests; kinds:",
            "       none unavailable request_timeout redirect too_many rate_limit server_error bad_gateway",
            "       gateway_timeout code garbage reset close half_open hang trickle cut flood",
            "  POST /stand-in/inbound   {\"phone\":\"+573001234567\",\"text\":\"hola\"}"
        })
final class StandInCommand implements Callable<Integer> {
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[::1]");

    @Mixin
    private final CommonOptions common;

    @Option(names = "--port", paramLabel = "PORT", description = "Where it listens. Default: a free port.", order = 1)
    private @Nullable Integer port;

    @Option(
            names = "--log",
            paramLabel = "FILE",
            description = "Gets a JSON line for each request, bodies and all, before it is answered.",
            order = 2)
    private @Nullable Path log;

    @Option(
            names = "--webhook",
            paramLabel = "URL",
            description = "Gets statuses and what people write; on this machine alone.",
            order = 3)
    private @Nullable String webhook;

    StandInCommand(World world) {
        this.common = new CommonOptions(world, false);
    }

    @Override
    public Integer call() {
        common.checkFormat();
        common.logToHome();
        StandIn.Options options = new StandIn.Options(StayingOptions.port("--port", port), log, hook(webhook));
        try (StandIn standIn = started(options)) {
            ObjectNode answer = JsonNodeFactory.instance.objectNode();
            answer.put("status", "up").put("url", standIn.url());
            common.output().show(answer, look -> text(standIn.url()));
            UntilStopped.run(standIn::stay, () -> close(standIn));
            return ExitCode.DONE.code();
        } catch (IOException e) {
            throw new IllegalStateException("The stand-in can't be closed.", e);
        }
    }

    static String text(String url) {
        return "A stand-in for 360dialog is at " + url + "; Ctrl-C stops it.\n";
    }

    private static StandIn started(StandIn.Options options) {
        try {
            return StandIn.start(options);
        } catch (IOException e) {
            throw new WrongUsage("--port or --log can't be had: " + e.getMessage() + ".");
        }
    }

    private static void close(StandIn standIn) {
        try {
            standIn.close();
        } catch (IOException e) {
            throw new IllegalStateException("The stand-in can't be closed.", e);
        }
    }

    private static @Nullable URI hook(@Nullable String webhook) {
        if (webhook == null) {
            return null;
        }
        try {
            URI uri = URI.create(webhook);
            if ("http".equals(uri.getScheme())
                    && uri.getHost() != null
                    && LOOPBACK.matcher(uri.getHost()).matches()) {
                return uri;
            }
        } catch (IllegalArgumentException noAddress) {
            // Said below.
        }
        throw new WrongUsage("--webhook " + webhook + " can't be used: it is http on this machine, such as"
                + " http://127.0.0.1:8080/hook.");
    }
}

package dev.recourse.worker.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.whatsapp.VendorKey;
import dev.recourse.worker.Service;
import dev.recourse.worker.Settings;
import dev.recourse.worker.WrongUsage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code recourse whatsapp}: what an operator does about it, and a webhook by hand. */
@Command(
        name = "whatsapp",
        description = {
            "connect    connects a business number to the workspace; its key comes from RECOURSE_WHATSAPP_KEY,",
            "           else from standard input, and is kept encrypted",
            "templates  with --sync fetches the templates from WhatsApp",
            "receive    takes in the body of a webhook: messages of customers, and how ours fare"
        },
        footer = {
            "",
            "Examples:",
            "  recourse whatsapp connect --phone-number-id 106540352242922 --phone +576011234567 < key.txt",
            "  recourse whatsapp templates --sync",
            "  recourse whatsapp receive webhook.json -o json",
            "",
            "RECOURSE_WHATSAPP_URL says where the provider's API is, if it is not the usual one."
        })
final class WhatsappCommand implements Callable<Integer> {
    private static final List<String> ACTIONS = List.of("connect", "templates", "receive");
    private static final Pattern NUMBER = Pattern.compile("[0-9A-Za-z_-]{1,64}");
    private static final Pattern E164 = Pattern.compile("\\+[1-9][0-9]{6,14}");
    private static final int MAX_NAME_CHARS = 100;
    private static final int MAX_KEY_BYTES = 1024;

    @Mixin
    private final CommonOptions common;

    @Parameters(index = "0", paramLabel = "ACTION", description = "connect, templates or receive.")
    private String action = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "FILE",
            description = "With receive: the body, or - for standard input.")
    private @Nullable String file;

    @Option(names = "--phone-number-id", paramLabel = "ID", description = "What WhatsApp calls the number.")
    private @Nullable String phoneNumberId;

    @Option(names = "--phone", paramLabel = "PHONE", description = "The number, such as +576011234567.")
    private @Nullable String phone;

    @Option(names = "--name", paramLabel = "NAME", description = "What people call it. Default: the number.")
    private @Nullable String name;

    @Option(names = "--sync", description = "Fetches the templates.")
    private boolean sync;

    WhatsappCommand(World world) {
        this.common = new CommonOptions(world, false);
    }

    @Override
    public Integer call() {
        common.checkFormat();
        return switch (action) {
            case "connect" -> connect();
            case "templates" -> templates();
            case "receive" -> receive();
            default ->
                throw new WrongUsage("There is no 'whatsapp " + Texts.oneLine(action)
                        + "': it is connect, templates or receive." + Nearest.hint(action, ACTIONS));
        };
    }

    private int connect() {
        String id = checked("--phone-number-id", phoneNumberId, NUMBER, "letters and digits, as WhatsApp shows it");
        String number = checked("--phone", phone, E164, "a number with its country, such as +576011234567");
        String called = name == null || name.isBlank() ? number : name.strip();
        if (called.length() > MAX_NAME_CHARS) {
            throw new WrongUsage("--name has at most " + MAX_NAME_CHARS + " characters.");
        }
        VendorKey key = key();
        return shown(
                service -> service.messaging().connect(id, number, called, key),
                answer -> called + " is connected" + (answer.path("default").asBoolean() ? ", as the default" : "")
                        + ".\n");
    }

    private int templates() {
        if (!sync) {
            throw new WrongUsage("Say --sync to fetch the templates;"
                    + " 'recourse call whatsapp.template.list' shows those that are known.");
        }
        return shown(
                service -> service.messaging().fetchTemplates(),
                answer -> Values.count(answer.path("templates").asInt(), "template") + " known.\n");
    }

    private int receive() {
        if (file == null) {
            throw new WrongUsage("receive needs the body of a webhook: a file, or - for standard input.");
        }
        byte[] body = Source.of(file, common.world()).bytes();
        return shown(service -> service.messaging().receive(body), WhatsappCommand::received);
    }

    private static String received(JsonNode answer) {
        int strangers = answer.path("strangers").asInt();
        if (strangers == 0 && answer.path("execution_ids").isEmpty()) {
            return "There was no message and no report of WhatsApp in it.\n";
        }
        return Values.count(answer.path("messages").asInt(), "new message") + ", "
                + Values.count(answer.path("statuses").asInt(), "new report")
                + (strangers == 0 ? "" : "; passed over what is for a number that is not connected here") + ".\n";
    }

    private int shown(Function<Service, ObjectNode> work, Function<JsonNode, String> text) {
        return common.with(common.settings(), service -> {
            ObjectNode answer = work.apply(service);
            common.output()
                    .show(
                            answer,
                            look -> answer.has("error")
                                    ? CallView.error(answer.path("error"), look)
                                    : text.apply(answer));
            return answer.has("error") ? ExitCode.REFUSED : ExitCode.DONE;
        });
    }

    /** Never an argument: those are seen by everybody on the machine. */
    private VendorKey key() {
        String told = Settings.whatsappKey(common.world().environment());
        String secret = told != null
                ? told
                : new String(Source.of("-", common.world(), MAX_KEY_BYTES).bytes(), StandardCharsets.UTF_8).strip();
        if (!VendorKey.possible(secret)) {
            throw new WrongUsage("The key is 8 to 512 visible characters; it comes from RECOURSE_WHATSAPP_KEY,"
                    + " or from standard input.");
        }
        return VendorKey.of(secret);
    }

    private static String checked(String flag, @Nullable String value, Pattern form, String what) {
        if (value == null || !form.matcher(value).matches()) {
            throw new WrongUsage("connect needs " + flag + ": " + what + ".");
        }
        return value;
    }
}

package dev.recourse.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.tool.Json;
import dev.recourse.worker.standin.StandIn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an operator types about WhatsApp, against a stand-in: a number, its templates, a webhook by hand. */
final class WhatsappCommandTest {
    private static final String KEY = "a-key-of-the-shop";
    private static final String NUMBER = "106540352242922";
    private static final Path SCRIPT = Path.of("../docs/examples/whatsapp.sh");

    private final Typed shell = new Typed();
    private final BlockingQueue<ObjectNode> events = new LinkedBlockingQueue<>();

    @TempDir
    private Path folder = Path.of("");

    private StandIn vendor = start();

    private static StandIn start() {
        try {
            return StandIn.start(StandIn.Options.USUAL);
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    @BeforeEach
    void shop() {
        vendor.line(KEY, NUMBER, "+576011234567");
        vendor.onEvent(events::add);
        shell.export("RECOURSE_HOME", folder.resolve("home").toString());
        shell.export("RECOURSE_WHATSAPP_URL", vendor.url());
    }

    @AfterEach
    void close() throws IOException {
        vendor.close();
    }

    @Test
    void the_lines_of_the_operating_page_connect_a_number_and_take_in_a_webhook() throws Exception {
        Path webhook = folder.resolve("webhook.json");
        vendor.inbound(KEY, "+573001234567", "Hola");
        Files.writeString(webhook, Json.write(events.poll(10, TimeUnit.SECONDS)));
        List<String> lines = Files.readAllLines(SCRIPT).stream()
                .filter(line -> line.startsWith("recourse "))
                .toList();

        List<Typed.Said> said = lines.stream().map(this::typed).toList();

        assertThat(said).extracting(Typed.Said::code).as("%s", said).containsOnly(0);
        assertThat(said.get(0).out()).isEqualTo("The shop is connected, as the default.\n");
        assertThat(said.get(1).out()).matches("\\d+ templates known.\n");
        assertThat(said.get(2).out()).isEqualTo("1 new message, 0 new reports.\n");
        assertThat(said.toString()).doesNotContain(KEY);
        assertThat(shell.run(List.of("call", "whatsapp.conversation.list", "{}", "-o", "json"))
                        .out())
                .contains("+573001234567");
        assertThat(typed(lines.get(2)).out()).isEqualTo("0 new messages, 0 new reports.\n");
    }

    /** The file that a line reads its input from is in the folder, and so is the webhook. */
    private Typed.Said typed(String line) {
        boolean key = line.endsWith("< key.txt");
        String command = line.replace("recourse ", "").replace(" < key.txt", "");
        return shell.run(
                key ? KEY + "\n" : "",
                shell.words(command).stream()
                        .map(word -> word.equals("webhook.json")
                                ? folder.resolve(word).toString()
                                : word)
                        .toList());
    }

    @Test
    void a_webhook_that_is_for_nobody_here_or_is_none_says_so() throws Exception {
        vendor.inbound(KEY, "+573001234567", "Hola");

        Typed.Said stranger =
                shell.run(Json.write(events.poll(10, TimeUnit.SECONDS)), List.of("whatsapp", "receive", "-"));
        Typed.Said none = shell.run("{\"a\": 1}", List.of("whatsapp", "receive", "-"));
        Typed.Said torn = shell.run("{\"entry\": [", List.of("whatsapp", "receive", "-"));

        assertThat(stranger.out())
                .isEqualTo(
                        "0 new messages, 0 new reports; passed over what is for a number that is not connected here.\n");
        assertThat(none.out()).isEqualTo("There was no message and no report of WhatsApp in it.\n");
        assertThat(torn.code()).isEqualTo(2);
        assertThat(torn.err()).contains("The body of a webhook is JSON");
    }

    @Test
    void a_key_that_is_not_taken_connects_nothing_and_is_not_shown() {
        Typed.Said refused = shell.run(
                "short\n", List.of("whatsapp", "connect", "--phone-number-id", NUMBER, "--phone", "+576011234567"));
        Typed.Said templates = shell.run(List.of("whatsapp", "templates", "--sync", "-o", "json"));

        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains("8 to 512 visible characters").doesNotContain("short");
        assertThat(templates.code()).isOne();
        assertThat(templates.out()).contains("\"code\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '^',
            value = {
                "whatsapp ^ ACTION",
                "whatsapp conect ^ did you mean 'connect'?",
                "whatsapp connect --phone +576011234567 ^ --phone-number-id",
                "whatsapp connect --phone-number-id 1 --phone 6011234567 ^ a number with its country",
                "whatsapp templates ^ Say --sync",
                "whatsapp receive ^ needs the body of a webhook",
                "whatsapp receive nowhere.json ^ does not exist"
            })
    void what_is_wrong_is_said(String line, String why) {
        Typed.Said said = shell.run(shell.words(line));

        assertThat(said.code()).isEqualTo(2);
        assertThat(said.err()).contains(why);
        assertThat(folder.resolve("home")).doesNotExist();
    }
}

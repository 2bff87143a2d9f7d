package dev.recourse.activities.crm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.recourse.db.ledger.Answer.Outcome;
import dev.recourse.db.ledger.Undo;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a tool of this module did can be taken back, to the last row, though no tool knows how. */
final class TakingBackTest {
    private static final List<String> TAGS = List.of("vip", "Cali", "nuevo", "moroso", "VIP");

    private final Bench bench = new Bench();
    private final UUID ana = Bench.id(
            bench.ok(
                    "crm.contact.create",
                    "{'name': 'Ana', 'phone': '3001234567', 'email': 'ana@example.com', 'tags': ['vip', 'cali']}"),
            "contactId");
    private final UUID archived = bench.contact("Leo", "3007654321");

    TakingBackTest() {
        bench.ok("crm.contact.delete", Bench.of(archived));
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "crm.contact.create  | {'name': 'Eva', 'phone': '3005555555'}",
                "crm.contact.create  | {'name': 'Eva', 'phone': '3007654321', 'tags': ['vip', 'nueva', 'otra']}",
                "crm.contact.update  | {'contactId': 'ANA', 'name': 'Ana María', 'email': null, 'phone': '3009999999', 'city': 'Cali'}",
                "crm.contact.delete  | {'contactId': 'ANA'}",
                "crm.contact.restore | {'contactId': 'ARCHIVED'}",
                "crm.tag.add         | {'contactId': 'ANA', 'tag': 'nueva'}",
                "crm.tag.remove      | {'contactId': 'ANA', 'tag': 'vip'}"
            })
    void what_one_call_did_is_taken_back(String tool, String inputs) {
        String before = bench.db.business();

        Bench.Ended done =
                bench.call(tool, inputs.replace("ANA", ana.toString()).replace("ARCHIVED", archived.toString()));
        assertThat(done.outcome()).isEqualTo(Outcome.APPLIED);
        assertThat(bench.db.business()).isNotEqualTo(before);
        List<Undo.Obstacle> met = bench.takeBack(done.execution());

        assertThat(met).isEmpty();
        assertThat(bench.db.business()).isEqualTo(before);
    }

    @Test
    void a_tag_that_others_use_since_stays() {
        Bench.Ended first = bench.call("crm.tag.add", Bench.of(ana, "'tag': 'nueva'"));
        UUID eva = bench.contact("Eva", "3005555555");
        bench.ok("crm.tag.add", Bench.of(eva, "'tag': 'Nueva'"));

        List<Undo.Obstacle> met = bench.takeBack(first.execution());

        assertThat(met).extracting(Undo.Obstacle::reason).containsExactly("KEPT");
        assertThat(bench.ok("crm.contact.read", Bench.of(ana))
                        .at("/contact/tags")
                        .findValuesAsText("name"))
                .containsExactly("cali", "vip");
        assertThat(bench.ok("crm.contact.read", Bench.of(eva))
                        .at("/contact/tags")
                        .findValuesAsText("name"))
                .containsExactly("nueva");
    }

    @Test
    void a_tag_that_is_just_being_used_stays() {
        Bench.Ended first = bench.call("crm.tag.add", Bench.of(ana, "'tag': 'nueva'"));
        UUID eva = bench.contact("Eva", "3005555555");

        List<Undo.Obstacle> met =
                bench.takeBackDuring(first.execution(), "crm.tag.add", Bench.of(eva, "'tag': 'nueva'"));

        assertThat(met).extracting(Undo.Obstacle::reason).containsExactly("KEPT");
        assertThat(bench.ok("crm.contact.read", Bench.of(eva))
                        .at("/contact/tags")
                        .findValuesAsText("name"))
                .containsExactly("nueva");
    }

    @Test
    void a_tag_that_is_just_being_taken_back_is_made_anew() {
        Bench.Ended first = bench.call("crm.tag.add", Bench.of(ana, "'tag': 'nueva'"));
        UUID eva = bench.contact("Eva", "3005555555");

        Bench.Ended second = bench.whileTakingBack(first.execution(), "crm.tag.add", Bench.of(eva, "'tag': 'nueva'"));

        assertThat(second.outputs().path("tagCreated").asBoolean()).isTrue();
        assertThat(second.outputs().path("tagId")).isNotEqualTo(first.outputs().path("tagId"));
    }

    @Test
    void a_contact_that_is_just_being_taken_back_is_not_found() {
        Bench.Ended made = bench.call("crm.contact.create", "{'name': 'Eva', 'phone': '3005555555'}");
        UUID eva = Bench.id(made.outputs(), "contactId");

        Bench.Ended tag = bench.whileTakingBack(made.execution(), "crm.tag.add", Bench.of(eva, "'tag': 'nueva'"));

        assertThat(tag.code()).isEqualTo("CONTACT_NOT_FOUND");
    }

    @Test
    void a_long_row_of_any_calls_is_taken_back_newest_first() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String before = bench.db.business();
        List<UUID> contacts = new ArrayList<>(List.of(ana, archived));
        List<UUID> applied = new ArrayList<>();

        for (int i = 0; i < 150; i++) {
            Bench.Ended ended = anything(random, contacts);
            if (ended.outcome() == Outcome.APPLIED) {
                applied.add(ended.execution());
            }
        }
        Collections.reverse(applied);
        applied.forEach(bench::takeBack);

        assertThat(applied).as("seed %d", seed).hasSizeGreaterThan(20);
        assertThat(bench.db.business()).as("seed %d", seed).isEqualTo(before);
    }

    private Bench.Ended anything(Random random, List<UUID> contacts) {
        String contact = contacts.get(random.nextInt(contacts.size())).toString();
        String phone = "'phone': '30012300" + (10 + random.nextInt(20)) + "'";
        String tag = "'tag': '" + TAGS.get(random.nextInt(TAGS.size())) + "'";
        String id = "{'contactId': '" + contact + "'";
        return switch (random.nextInt(7)) {
            case 0 -> bench.call("crm.contact.update", id + ", " + phone + ", 'city': 'c" + random.nextInt(3) + "'}");
            case 1 -> bench.call("crm.contact.update", id + ", 'email': null, 'name': 'n" + random.nextInt(3) + "'}");
            case 2 -> bench.call("crm.contact.delete", id + "}");
            case 3 -> bench.call("crm.contact.restore", id + "}");
            case 4 -> bench.call("crm.tag.add", id + ", " + tag + "}");
            case 5 -> bench.call("crm.tag.remove", id + ", " + tag + "}");
            default -> {
                Bench.Ended made = bench.call(
                        "crm.contact.create",
                        "{'name': 'Eva', " + phone + ", 'tags': ['" + TAGS.get(random.nextInt(5)) + "']}");
                if (made.error() == null) {
                    contacts.add(Bench.id(made.outputs(), "contactId"));
                }
                yield made;
            }
        };
    }
}

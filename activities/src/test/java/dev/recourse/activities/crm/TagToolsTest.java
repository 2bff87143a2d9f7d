package dev.recourse.activities.crm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.recourse.activities.tool.ErrorType;
import dev.recourse.db.Meanwhile;
import dev.recourse.db.ledger.Answer.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TagToolsTest {
    private static final Bench BENCH = new Bench();
    private static final UUID ANA = BENCH.contact("Ana", "3001234567");
    private static final UUID LEO = BENCH.contact("Leo", "3007654321");

    @AfterAll
    static void close() {
        BENCH.close();
    }

    @Test
    void a_tag_is_made_when_it_is_first_put_on_a_contact() {
        Bench.Ended first = add(ANA, " Cliente  nuevo ");
        Bench.Ended other = add(LEO, "cliente NUEVO");

        assertThat(first.outputs().path("tag").asText()).isEqualTo("Cliente nuevo");
        assertFlags(first, true, true);
        assertThat(other.outputs().path("tag").asText()).isEqualTo("Cliente nuevo");
        assertThat(other.outputs().path("tagId")).isEqualTo(first.outputs().path("tagId"));
        assertFlags(other, true, false);
    }

    @Test
    void adding_the_same_tag_twice_changes_nothing() {
        add(ANA, "doble");
        String before = BENCH.db.everything();

        Bench.Ended again = add(ANA, "DOBLE");

        assertFlags(again, false, false);
        assertThat(again.outcome()).isEqualTo(Outcome.NONE);
        assertThat(BENCH.db.everything()).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource({
        "José, JOSE\u0301",
        "Ñandú, n\u0303ANDU\u0301",
        "straße vip, STRAẞE VIP",
        "ＶＩＰ, ｖip",
        "m², M2",
        "ΟΔΟΣ, οδος",
        "İzmir, izmir",
        "vi\u034Fp2, VIP2",
        "oro\uFE0F, Oro",
        "रंग, रंग"
    })
    void names_that_read_the_same_are_one_tag(String one, String other) {
        Bench.Ended first = add(ANA, one);
        Bench.Ended second = add(LEO, other);

        assertThat(second.outputs().path("tagId")).isEqualTo(first.outputs().path("tagId"));
        assertThat(second.outputs().path("tagCreated").asBoolean(true)).isFalse();
        assertThat(remove(ANA, other).outputs().path("removed").asBoolean()).isTrue();
    }

    @Test
    void removing_says_whether_the_tag_was_there() {
        add(ANA, "quitar");
        add(LEO, "quitar");

        Bench.Ended first = remove(ANA, "Quitar");
        String between = BENCH.db.everything();
        Bench.Ended again = remove(ANA, "quitar");

        assertThat(first.outputs().path("removed").asBoolean()).isTrue();
        assertThat(first.outputs().path("hadTag").asBoolean()).isTrue();
        assertThat(first.outputs().path("tag").asText()).isEqualTo("quitar");
        assertThat(again.outputs().path("removed").asBoolean(true)).isFalse();
        assertThat(again.outputs().path("hadTag").asBoolean(true)).isFalse();
        assertThat(again.outcome()).isEqualTo(Outcome.NONE);
        assertThat(BENCH.db.everything()).isEqualTo(between);
        assertThat(tags(LEO)).contains("quitar");
    }

    @Test
    void a_tag_that_comes_back_is_the_same_row() {
        String row = "select id from contact_tags where contact_id = '" + ANA + "'"
                + " and tag_id = (select id from tags where name_key = 'vuelve')";
        add(ANA, "vuelve");
        String first = BENCH.db.cell(row);

        remove(ANA, "vuelve");
        add(ANA, "vuelve");

        assertThat(BENCH.db.cell(row)).isEqualTo(first);
        assertThat(UUID.fromString(first).version()).isEqualTo(5);
    }

    @Test
    void a_tag_that_nobody_has_made_cannot_be_removed() {
        Bench.Ended ended = remove(ANA, "nunca");

        assertThat(ended.code()).isEqualTo("TAG_NOT_FOUND");
        assertThat(ended.refusal().type()).isEqualTo(ErrorType.NOT_FOUND);
    }

    @ParameterizedTest
    @ValueSource(strings = {"crm.tag.add", "crm.tag.remove"})
    void a_tags_name_must_say_something_and_only_with_letters(String tool) {
        for (String blank : List.of("   ", "\u3164", "\uFE0F", "\u115F ")) {
            Bench.Ended ended = BENCH.call(tool, Bench.of(ANA, "'tag': '" + blank + "'"));

            assertThat(ended.code()).isEqualTo("TAG_NAME_REQUIRED");
            assertThat(ended.field()).isEqualTo("/tag");
        }
        for (String wrong :
                List.of("", "a/b", "a\\tb", "a\\u200bb", "a\\u202eb", "a\\u200db", "😀", "x".repeat(51), "a\\u0000")) {
            Bench.Ended ended = BENCH.call(tool, Bench.of(ANA, "'tag': '" + wrong + "'"));

            assertThat(ended.code()).as(wrong).isEqualTo("VALIDATION_ERROR");
            assertThat(ended.field()).isEqualTo("/tag");
        }
        assertThat(BENCH.call(tool, Bench.of(ANA, "'tag': '" + "\uFB2C".repeat(50) + "'"))
                        .field())
                .isEqualTo("/tag");
        assertThat(BENCH.call(tool, Bench.of(ANA, "'tag': '" + "\uFDFA".repeat(50) + "'"))
                        .field())
                .isEqualTo("/tag");
        assertThat(BENCH.call(tool, Bench.of(ANA)).field()).isEqualTo("/tag");
    }

    @Test
    void a_contact_has_a_hundred_tags_at_most() {
        UUID eva = BENCH.contact("Eva", "3009998877");
        for (int i = 0; i < 100; i++) {
            assertThat(add(eva, "n" + i).error()).isNull();
        }

        Bench.Ended ended = add(eva, "n100");

        assertThat(ended.code()).isEqualTo("TOO_MANY_TAGS");
        assertThat(ended.refusal().type()).isEqualTo(ErrorType.PRECONDITION_FAILED);
        assertThat(add(eva, "n7").outputs().path("alreadyHadTag").asBoolean()).isTrue();
        assertThat(BENCH.db.cell("select count(*) from tags where name_key = 'n100'"))
                .isEqualTo("0");
    }

    @Test
    void of_two_who_make_a_tag_at_once_one_does_and_both_have_it() {
        List<Bench.Ended> both = BENCH.overlapping(
                "crm.tag.add", Bench.of(ANA, "'tag': 'a la vez'"), Bench.of(LEO, "'tag': 'A LA VEZ'"));

        assertFlags(both.get(0), true, true);
        assertFlags(both.get(1), true, false);
        assertThat(both.get(1).outputs().path("tagId"))
                .isEqualTo(both.get(0).outputs().path("tagId"));
    }

    @Test
    void of_many_who_put_a_tag_on_one_contact_at_once_one_does() {
        List<CompletableFuture<Bench.Ended>> calls = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            calls.add(Meanwhile.doing(() -> add(ANA, "muchos")));
        }

        List<JsonNode> outputs = calls.stream()
                .map(CompletableFuture::join)
                .map(Bench.Ended::outputs)
                .toList();

        assertThat(outputs.stream().filter(each -> each.path("added").asBoolean()))
                .hasSize(1);
        assertThat(outputs.stream().filter(each -> each.path("tagCreated").asBoolean()))
                .hasSize(1);
        assertThat(BENCH.db.cell("select count(*) from tags where name_key = 'muchos'"))
                .isEqualTo("1");
    }

    @Test
    void two_contacts_with_the_same_new_tags_in_another_order_do_not_block_each_other() {
        for (int round = 0; round < 10; round++) {
            List<CompletableFuture<Bench.Ended>> calls = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                String tags =
                        i % 2 == 0 ? "['p" + round + "', 'q" + round + "']" : "['q" + round + "', 'p" + round + "']";
                String phone = "30155" + (10_000 + round * 10 + i);
                calls.add(Meanwhile.doing(() -> BENCH.call(
                        "crm.contact.create", "{'name': 'Ana', 'phone': '" + phone + "', 'tags': " + tags + "}")));
            }

            assertThat(calls.stream().map(CompletableFuture::join)).allMatch(each -> each.error() == null);
        }
    }

    private static Bench.Ended add(UUID contact, String tag) {
        return BENCH.call("crm.tag.add", Bench.of(contact, "'tag': '" + tag + "'"));
    }

    private static Bench.Ended remove(UUID contact, String tag) {
        return BENCH.call("crm.tag.remove", Bench.of(contact, "'tag': '" + tag + "'"));
    }

    private static void assertFlags(Bench.Ended ended, boolean added, boolean created) {
        assertThat(ended.outputs().path("added").asBoolean(!added)).isEqualTo(added);
        assertThat(ended.outputs().path("alreadyHadTag").asBoolean(added)).isEqualTo(!added);
        assertThat(ended.outputs().path("tagCreated").asBoolean(!created)).isEqualTo(created);
    }

    private static List<String> tags(UUID contact) {
        return BENCH.ok("crm.contact.read", Bench.of(contact))
                .at("/contact/tags")
                .findValuesAsText("name");
    }
}

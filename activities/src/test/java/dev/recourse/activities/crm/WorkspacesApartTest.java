package dev.recourse.activities.crm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.tool.Json;
import dev.recourse.activities.tool.ToolSpec;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What belongs to another workspace is, to every tool, as if it were not there. */
final class WorkspacesApartTest {
    private static final Bench BENCH = new Bench();
    private static final String PHONE = "3001234567";
    private static final UUID THEIRS = BENCH.contact(Bench.B, "Beatriz", PHONE);

    static {
        BENCH.ok(Bench.B, "crm.tag.add", Bench.of(THEIRS, "'tag': 'secreta'"));
        BENCH.ok("crm.contact.create", "{'name': 'Ana', 'phone': '3000000001', 'tags': ['vip']}");
    }

    @AfterAll
    static void close() {
        BENCH.close();
    }

    static Stream<ToolSpec> tools_that_take_a_contact() {
        return BENCH.catalogue.list().stream()
                .filter(spec ->
                        spec.input(Locale.ENGLISH).at("/properties/contactId").isObject());
    }

    @ParameterizedTest
    @MethodSource("tools_that_take_a_contact")
    void anothers_contact_is_answered_as_one_that_nobody_has(ToolSpec spec) {
        String before = BENCH.db.everything();

        String theirs = refusal(spec, THEIRS);
        String nobodys = refusal(spec, UUID.randomUUID());

        assertThat(theirs).isEqualTo(nobodys).contains("CONTACT_NOT_FOUND");
        assertThat(BENCH.db.everything()).isEqualTo(before);
    }

    @Test
    void every_tool_but_three_takes_a_contact() {
        assertThat(tools_that_take_a_contact()).hasSize(BENCH.catalogue.list().size() - 3);
    }

    @Test
    void anothers_phone_is_free_and_nobody_has_it() {
        Bench.Ended find = BENCH.call("crm.contact.findByPhone", "{'phone': '" + PHONE + "'}");
        Bench.Ended findNobodys = BENCH.call("crm.contact.findByPhone", "{'phone': '3009999999'}");

        assertThat(json(find)).isEqualTo(json(findNobodys));
        UUID ours = BENCH.contact("Ana", PHONE);
        assertThat(ours).isNotEqualTo(THEIRS);
        BENCH.ok("crm.contact.delete", Bench.of(ours));
    }

    @Test
    void anothers_tag_cannot_be_seen_and_ours_of_that_name_is_another() {
        UUID ana = BENCH.contact("Ana", "3000000002");

        Bench.Ended theirs = BENCH.call("crm.tag.remove", Bench.of(ana, "'tag': 'secreta'"));
        Bench.Ended nobodys = BENCH.call("crm.tag.remove", Bench.of(ana, "'tag': 'ninguna'"));

        assertThat(json(theirs)).isEqualTo(json(nobodys)).contains("TAG_NOT_FOUND");
        assertThat(BENCH.ok("crm.contact.list", "{'tags': ['secreta']}")
                        .path("total")
                        .asInt())
                .isZero();
        JsonNode made = BENCH.ok("crm.tag.add", Bench.of(ana, "'tag': 'secreta'"));
        assertThat(made.path("tagCreated").asBoolean()).isTrue();
        assertThat(BENCH.db.cell("select count(*) from tags where name_key = 'secreta'"))
                .isEqualTo("2");
    }

    @Test
    void anothers_contacts_are_in_no_list() {
        assertThat(Json.write(BENCH.ok("crm.contact.list", "{}"))).doesNotContain("Beatriz", THEIRS.toString());
        assertThat(BENCH.ok("crm.contact.list", "{'search': 'beatriz'}")
                        .path("total")
                        .asInt())
                .isZero();
    }

    private static String refusal(ToolSpec spec, UUID contact) {
        ObjectNode inputs = (ObjectNode) spec.passes();
        inputs.put("contactId", contact.toString());
        return json(BENCH.call(Bench.A, spec.name().toString(), inputs, () -> {}));
    }

    private static String json(Bench.Ended ended) {
        return Json.write(Json.tree(ended.refusal()));
    }
}

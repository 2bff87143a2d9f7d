package dev.recourse.activities.crm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ContactListTest {
    private static final Bench BENCH = new Bench();

    @BeforeAll
    static void six_contacts_one_of_them_archived() {
        add("Ángela Núñez", "3001111111", "'email': 'Angela@Example.com', 'tags': ['vip', 'Cali']");
        add("beto 100%", "3002222222", "'tags': ['VIP']");
        add("Carlos_Ruiz", "3003333333", "'tags': ['cali']");
        add("Ñame \\\\ Yuca", "3004444444", "'city': 'beto'");
        add("Zoila", "+14155552671", "'tags': ['vip', 'cali', 'émigré']");
        UUID gone = add("Ana Archivada", "3005555555", "'tags': ['vip', 'cali']");
        BENCH.ok("crm.contact.delete", Bench.of(gone));
        BENCH.contact(Bench.B, "Ángela Otra", "3001111111");
        BENCH.ok("crm.contact.update", Bench.of(id("beto 100%"), "'city': 'Cali'"));
    }

    @AfterAll
    static void close() {
        BENCH.close();
    }

    @Test
    void the_newest_active_contacts_come_first() {
        JsonNode page = BENCH.ok("crm.contact.list", "{}");

        assertThat(names(page)).containsExactly("Zoila", "Ñame \\ Yuca", "Carlos_Ruiz", "beto 100%", "Ángela Núñez");
        assertThat(page.path("total").asInt()).isEqualTo(5);
        assertThat(page.path("page").asInt()).isEqualTo(1);
        assertThat(page.path("pageSize").asInt()).isEqualTo(20);
        assertThat(page.path("totalPages").asInt()).isEqualTo(1);
        assertThat(page.at("/contacts/4/tags").findValuesAsText("name")).containsExactly("Cali", "vip");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "name       | asc  | Ángela Núñez,beto 100%,Carlos_Ruiz,Ñame \\ Yuca,Zoila",
                "name       | desc | Zoila,Ñame \\ Yuca,Carlos_Ruiz,beto 100%,Ángela Núñez",
                "created_at | asc  | Ángela Núñez,beto 100%,Carlos_Ruiz,Ñame \\ Yuca,Zoila",
                "created_at | desc | Zoila,Ñame \\ Yuca,Carlos_Ruiz,beto 100%,Ángela Núñez",
                "updated_at | asc  | Ángela Núñez,Carlos_Ruiz,Ñame \\ Yuca,Zoila,beto 100%",
                "updated_at | desc | beto 100%,Zoila,Ñame \\ Yuca,Carlos_Ruiz,Ángela Núñez"
            })
    void a_page_is_ordered_as_people_would(String by, String order, String expected) {
        JsonNode page = BENCH.ok("crm.contact.list", "{'sortBy': '" + by + "', 'sortOrder': '" + order + "'}");

        assertThat(names(page)).containsExactly(expected.split(","));
    }

    @Test
    void pages_share_out_what_there_is_and_the_total_stays_beyond_the_last() {
        JsonNode second = BENCH.ok("crm.contact.list", "{'page': 2, 'pageSize': 2}");
        JsonNode last = BENCH.ok("crm.contact.list", "{'page': 3, 'pageSize': 2}");
        JsonNode beyond = BENCH.ok("crm.contact.list", "{'page': 1000000, 'pageSize': 100}");

        assertThat(names(second)).containsExactly("Carlos_Ruiz", "beto 100%");
        assertThat(names(last)).containsExactly("Ángela Núñez");
        assertThat(last.path("totalPages").asInt()).isEqualTo(3);
        assertThat(names(beyond)).isEmpty();
        assertThat(beyond.path("total").asInt()).isEqualTo(5);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "ángela            | Ángela Núñez",
                "ÁNGELA NÚÑEZ      | Ángela Núñez",
                "A\u0301NGELA      | Ángela Núñez",
                "ángela   núñez    | Ángela Núñez",
                "ANGELA@EXAMPLE    | Ángela Núñez",
                "0%                | beto 100%",
                "%%                |",
                "s_r               | Carlos_Ruiz",
                "__                |",
                "e \\\\\\\\ y       | Ñame \\ Yuca",
                "300 333 3333      | Carlos_Ruiz",
                "+57 300-333       | Carlos_Ruiz",
                "415555            | Zoila",
                "ñame              | Ñame \\ Yuca",
                "archivada         |",
                "otra              |",
                "; drop table      |"
            })
    void a_search_takes_every_character_as_it_is_but_no_case_so_serious(String search, String expected) {
        JsonNode page = BENCH.ok("crm.contact.list", "{'search': '" + search.replace("\\\\\\\\", "\\\\") + "'}");

        assertThat(String.join(",", names(page))).isEqualTo(expected == null ? "" : expected);
        assertThat(page.path("total").asInt()).isEqualTo(expected == null ? 0 : 1);
    }

    @Test
    void a_blank_search_is_none() {
        assertThat(names(BENCH.ok("crm.contact.list", "{'search': '   '}"))).hasSize(5);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'vip'             | Zoila,beto 100%,Ángela Núñez",
                "'VIP', ' cali '   | Zoila,Ángela Núñez",
                "'vip', 'E\u0301MIGRE\u0301' | Zoila",
                "'vip', 'nobodys'  |",
                "'nobodys'         |",
                "'  '              |"
            })
    void contacts_must_have_all_tags_and_one_that_nobody_has_finds_nothing(String tags, String expected) {
        JsonNode page = BENCH.ok("crm.contact.list", "{'tags': [" + tags + "]}");

        assertThat(String.join(",", names(page))).isEqualTo(expected == null ? "" : expected);
    }

    @Test
    void search_and_tags_narrow_each_other() {
        assertThat(names(BENCH.ok("crm.contact.list", "{'search': 'zo', 'tags': ['vip']}")))
                .containsExactly("Zoila");
        assertThat(names(BENCH.ok("crm.contact.list", "{'search': 'carlos', 'tags': ['vip']}")))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'page': 0}",
                "{'pageSize': 101}",
                "{'search': 'x'}",
                "{'sortBy': 'phone'}",
                "{'sortOrder': 'up'}",
                "{'tags': ['a%']}"
            })
    void what_a_list_cannot_be_asked_is_refused(String query) {
        assertThat(BENCH.call("crm.contact.list", query).code()).isEqualTo("VALIDATION_ERROR");
    }

    private static UUID add(String name, String phone, String more) {
        return Bench.id(
                BENCH.ok("crm.contact.create", "{'name': '" + name + "', 'phone': '" + phone + "', " + more + "}"),
                "contactId");
    }

    private static UUID id(String name) {
        return Bench.id(
                BENCH.ok("crm.contact.list", "{'search': '" + name + "'}").at("/contacts/0"), "id");
    }

    private static List<String> names(JsonNode page) {
        return page.path("contacts").findParents("phone").stream()
                .map(contact -> contact.path("name").asText())
                .toList();
    }
}

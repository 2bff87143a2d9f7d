package dev.recourse.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The shortest way through everything. */
final class FirstCallTest {

    private static final TestStack STACK = TestStack.start();

    @AfterAll
    static void close() {
        STACK.close();
    }

    @Test
    void a_call_goes_all_the_way_and_leaves_one_row() {
        int before = STACK.rows();

        JsonNode answer = STACK.call("crm.contact.create", "{\"name\": \"Ana\", \"phone\": \"3001234567\"}");

        assertThat(answer.path("status").asText()).isEqualTo("success");
        assertThat(answer.at("/outputs/contact/phone").asText()).isEqualTo("+573001234567");
        assertThat(STACK.rows()).isEqualTo(before + 1);
    }

    @Test
    void a_batch_that_fails_leaves_everything_as_before() {
        STACK.call("crm.contact.create", "{\"name\": \"Leo\", \"phone\": \"3001112233\"}");
        String before = STACK.db.business();

        JsonNode answer = STACK.batch("""
                {"calls": [
                  {"tool": "crm.contact.create", "inputs": {"name": "Bea", "phone": "3009998877"}},
                  {"tool": "crm.tag.add", "inputs": {"contactId": "$0.contactId", "tag": "vip"}},
                  {"tool": "crm.contact.create", "inputs": {"name": "Twin", "phone": "3001112233"}}]}
                """);

        assertThat(answer.path("status").asText()).isEqualTo("rolled_back");
        assertThat(answer.at("/steps/0/status").asText()).isEqualTo("undone");
        assertThat(answer.at("/steps/1/status").asText()).isEqualTo("undone");
        assertThat(answer.at("/steps/2/status").asText()).isEqualTo("failed");
        assertThat(STACK.db.business()).isEqualTo(before);
    }
}

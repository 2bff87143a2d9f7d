package dev.recourse.workflows;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.temporal.api.common.v1.Payload;
import io.temporal.common.converter.RawValue;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What counts as a call, before anything is asked of anybody. */
final class CallRequestTest {

    @Test
    void a_call_is_read_with_all_it_says() {
        UUID id = UUID.randomUUID();

        CallRequest call = of(raw("""
                        {"tool": "crm.contact.read", "inputs": {"contactId": "x"}, "dry_run": true, "call_id": "%s",
                         "workspace_id": "acme"}
                        """.formatted(id))).orElseThrow();

        assertThat(call.tool()).isEqualTo("crm.contact.read");
        assertThat(call.inputs().path("contactId").asText()).isEqualTo("x");
        assertThat(call.key().callId()).isEqualTo(id);
        assertThat(call.key().workspaceId()).isEqualTo("acme");
        assertThat(call.key().dryRun()).isTrue();
        assertThat(call.key().envelope()).isTrue();
    }

    @Test
    void inputs_may_be_left_out() {
        assertThat(of(raw("{\"tool\": \"crm.contact.list\"}")))
                .get()
                .matches(call -> call.inputs().isEmpty() && !call.key().dryRun());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{}",
                "{\"tool\": \"\"}",
                "{\"tool\": 1}",
                "{\"tool\": \"a.b.c\", \"inputs\": []}",
                "{\"tool\": \"a.b.c\", \"dry_run\": \"yes\"}",
                "{\"tool\": \"a.b.c\", \"call_id\": \"1\"}",
                "{\"tool\": \"a.b.c\", \"agent_session_id\": \"zzzzzzzz-zzzz-zzzz-zzzz-zzzzzzzzzzzz\"}",
                "{\"tool\": \"a.b.c\", \"workspace_id\": \"\"}",
                "{\"tool\": \"a.b.c\", \"dryrun\": true}",
                "{\"tool\": \"a.b.c\"} x",
            })
    void what_is_no_call_is_left_to_the_refusing_activity(String request) {
        assertThat(of(raw(request))).isEmpty();
    }

    private static Optional<CallRequest> of(RawValue request) {
        return CallRequest.read(request).flatMap(CallRequest::of);
    }

    private static RawValue raw(String json) {
        return new RawValue(
                Payload.newBuilder().setData(ByteString.copyFromUtf8(json)).build());
    }
}

package dev.recourse.activities.tool;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

final class PresenterTest {
    private static final Locale ES = Locale.forLanguageTag("es");
    private final ToolSpec create = ToolSpec.load(ToolName.of("crm.contact.create"), ToolSpec.class);
    private final JsonNode outputs = Json.read("{\"contactId\":\"c\",\"contact\":{\"name\":\"Ana\"}}");

    @Test
    void a_success_is_json_for_the_model_and_a_sentence_for_the_person() {
        assertThat(Presenter.present(create, new ToolOutcome.Success(outputs, false), ES))
                .isEqualTo(new ToolResult(Json.write(outputs), "Ana quedó en sus contactos.", false, false, false));
    }

    @Test
    void a_dry_run_says_that_nothing_changed() {
        assertThat(Presenter.present(create, new ToolOutcome.Success(outputs, true), ES)
                        .forUser())
                .isEqualTo("Simulación, nada cambió. Al hacerlo: Ana quedó en sus contactos.");
    }

    @Test
    void an_error_tells_the_model_all_and_the_person_what_is_wrong() {
        ToolError error = Messages.render(
                ToolFailure.invalid(List.of(new Violation("/phone", "FIELD_REQUIRED"))), Locale.ENGLISH);

        ToolResult told = Presenter.present(create, new ToolOutcome.Failure(error), Locale.ENGLISH);

        assertThat(told.isError()).isTrue();
        assertThat(told.forUser()).isEqualTo("The data sent does not fit the schema.");
        assertThat(Json.read(told.forLlm()))
                .isEqualTo(Json.read("{\"code\":\"VALIDATION_ERROR\","
                        + "\"message\":\"The data sent does not fit the schema.\","
                        + "\"suggestion\":\"Mend the fields that are named and call again.\",\"retryable\":false,"
                        + "\"details\":[{\"field\":\"/phone\",\"message\":\"This field is missing and required.\"}]}"));
    }

    @Test
    void each_factory_sets_its_own_flag_and_no_other() {
        assertThat(ToolResult.toolResult("t")).isEqualTo(new ToolResult("t", null, false, false, false));
        assertThat(ToolResult.silentResult("t")).isEqualTo(new ToolResult("t", null, true, false, false));
        assertThat(ToolResult.errorResult("t")).isEqualTo(new ToolResult("t", null, false, true, false));
        assertThat(ToolResult.asyncResult("t")).isEqualTo(new ToolResult("t", null, false, false, true));
        assertThat(ToolResult.userResult("t")).isEqualTo(new ToolResult("t", "t", false, false, false));
    }
}

package dev.recourse.activities.call;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.recourse.activities.AllTools;
import dev.recourse.activities.tool.Tool;
import dev.recourse.activities.tool.ToolSpec;
import dev.recourse.db.TestDatabase;
import dev.recourse.db.ledger.Answer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every tool of the catalogue that needs nothing outside is run for real, and dry before that: what it answers is what its
 * schema says. A tool that is added is run here from its schema alone.
 */
final class EveryToolRunsTest {
    private static final TestDatabase DB = TestDatabase.fresh();
    private static final Calling CALLING = new Calling(DB, new Random(5));
    private static final int TRIES = 200;

    /** What needs another to have begun it: an outcome that is unknown (OutsideTest), a request (ApprovalsTest). */
    private static final List<String> ELSEWHERE = List.of("system.execution.resolve", "system.approval.decide");

    @AfterAll
    static void close() {
        DB.close();
    }

    static List<ToolSpec> tools() {
        return AllTools.catalogue().list().stream()
                .filter(spec -> !ELSEWHERE.contains(spec.toString()))
                .filter(spec -> !AllTools.catalogue()
                        .find(spec.toString())
                        .map(Tool::external)
                        .orElseThrow())
                .toList();
    }

    @ParameterizedTest
    @MethodSource("tools")
    void what_it_answers_is_what_its_schema_says(ToolSpec tool) {
        for (int i = 0; i < TRIES; i++) {
            JsonNode given = CALLING.input(tool);
            Answered dry = CALLING.dryRun(tool, given);
            if (dry.status() == Answer.Status.DRY_RUN) {
                Answered real = CALLING.call(tool, given);

                assertThat(real.error()).as("%s", given).isNull();
                assertThat(real.status()).isEqualTo(Answer.Status.SUCCESS);
                assertSaid(tool, dry.outputs());
                assertSaid(tool, real.outputs());
                assertThat(real.outputs().properties().stream().map(Map.Entry::getKey))
                        .containsExactlyElementsOf(dry.outputs().properties().stream()
                                .map(Map.Entry::getKey)
                                .toList());
                return;
            }
            assertThat(List.of("internal_error", "timeout"))
                    .as("%s %s", given, dry.error())
                    .doesNotContain(String.valueOf(
                            dry.error() == null ? null : dry.error().type().wire()));
        }
        throw new AssertionError(tool + " has refused all of " + TRIES
                + " inputs: Inputs must know what to give it, and" + " People.BEGIN what has to be there.");
    }

    private static void assertSaid(ToolSpec tool, JsonNode outputs) {
        assertThat(tool.checkOutput(outputs)).as("%s", outputs).isEmpty();
        assertThat(tool.said(outputs, Locale.ENGLISH)).doesNotContain("{", "—");
        assertThat(tool.said(outputs, Locale.forLanguageTag("es"))).doesNotContain("{", "—");
    }
}

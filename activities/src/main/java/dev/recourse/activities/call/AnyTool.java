package dev.recourse.activities.call;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.tool.Catalogue;
import dev.recourse.activities.tool.Tool;
import dev.recourse.activities.tool.ToolError;
import io.temporal.activity.DynamicActivity;
import io.temporal.common.converter.EncodedValues;
import java.util.Map;
import java.util.function.Function;

/**
 * The one activity behind every tool name: whoever calls, in whatever language, passes the same gate with raw JSON.
 *
 * <p>Typed registrations would decode before our code runs, and bad input would leave no row.
 */
final class AnyTool implements DynamicActivity {

    private final Catalogue catalogue;
    private final Gate gate;
    private final Map<String, Function<Call, JsonNode>> bookkeeping;

    AnyTool(Catalogue catalogue, Gate gate, Map<String, Function<Call, JsonNode>> bookkeeping) {
        this.catalogue = catalogue;
        this.gate = gate;
        this.bookkeeping = bookkeeping;
    }

    @Override
    public Object execute(EncodedValues arguments) {
        Call call = arguments.get(0, Call.class);
        try {
            Function<Call, JsonNode> ours = bookkeeping.get(call.tool());
            return ours == null ? answer(call, gate.run(call)) : ours.apply(call);
        } catch (Waiting waiting) {
            throw Failures.waiting(waiting);
        } catch (Unsettled unsettled) {
            throw Failures.unsettled(unsettled);
        }
    }

    private JsonNode answer(Call call, Gate.Passed passed) {
        ObjectNode envelope = envelope(call, passed);
        ToolError error = passed.answer().error();
        if (error != null) {
            throw Failures.settled(error, envelope);
        }
        return call.key().envelope() ? envelope : passed.answer().outputs();
    }

    private ObjectNode envelope(Call call, Gate.Passed passed) {
        return passed.answer()
                .envelope(
                        catalogue.find(call.tool()).map(Tool::spec).orElse(null),
                        call.request().agentSessionId(),
                        passed.caller().locale());
    }
}

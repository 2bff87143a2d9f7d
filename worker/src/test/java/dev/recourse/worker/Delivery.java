package dev.recourse.worker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.recourse.activities.call.CallKey;
import io.temporal.activity.ActivityOptions;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.time.Duration;

/** One activity as a batch calls it, delivered as often as the test likes. */
@WorkflowInterface
public interface Delivery {

    @WorkflowMethod
    JsonNode deliver(String tool, JsonNode inputs, CallKey key);

    /** Delivers. */
    final class Delivering implements Delivery {

        @Override
        public JsonNode deliver(String tool, JsonNode inputs, CallKey key) {
            ActivityOptions options = ActivityOptions.newBuilder()
                    .setStartToCloseTimeout(Duration.ofSeconds(5))
                    .build();
            return Workflow.newUntypedActivityStub(options).execute(tool, JsonNode.class, inputs, key);
        }
    }
}

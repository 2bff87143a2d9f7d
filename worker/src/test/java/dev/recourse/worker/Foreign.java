package dev.recourse.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import dev.recourse.worker.client.RecourseClient;
import io.temporal.activity.ActivityOptions;
import io.temporal.activity.LocalActivityOptions;
import io.temporal.api.common.v1.Payload;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.common.RetryOptions;
import io.temporal.common.converter.RawValue;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.worker.Worker;
import io.temporal.workflow.ActivityStub;
import io.temporal.workflow.ChildWorkflowOptions;
import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.UpdateMethod;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.UUID;

/** A workflow of somebody else, told by a test what to do: it knows names and JSON, and nothing of ours. */
final class Foreign {

    private Foreign() {}

    /** Does one act after the other; answers what came of each. */
    @WorkflowInterface
    public interface Script {
        @WorkflowMethod(name = "Script")
        JsonNode run(JsonNode acts);

        /** Lets a waiting script go on. */
        @SignalMethod(name = "go")
        void go();

        /** Does one more act. */
        @SignalMethod(name = "act")
        void act(JsonNode act);

        /** The same, answering what came of it. */
        @UpdateMethod(name = "ask")
        JsonNode ask(JsonNode act);
    }

    /** Registers the script on a worker. */
    static void on(Worker worker) {
        worker.registerWorkflowImplementationTypes(Scripted.class);
    }

    /** An act: calls a tool by its name. */
    static ObjectNode call(String tool, JsonNode... arguments) {
        ObjectNode act = act("call").put("tool", tool);
        act.putArray("args").addAll(Arrays.asList(arguments));
        return act;
    }

    /** An argument that is not made of JSON: bytes under an encoding. */
    static ObjectNode raw(String encoding, byte[] bytes) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("raw", Base64.getEncoder().encodeToString(bytes))
                .put("encoding", encoding);
    }

    static ObjectNode raw(String text) {
        return raw("json/plain", text.getBytes(StandardCharsets.UTF_8));
    }

    /** An act: waits for the signal. */
    static ObjectNode await() {
        return act("await");
    }

    /** An act: starts a child workflow and waits for its answer. */
    static ObjectNode child(String workflow, JsonNode input) {
        return act("child").put("workflow", workflow).set("input", input);
    }

    /** The last act: the rest is done by the next run. */
    static ObjectNode again(JsonNode... acts) {
        ObjectNode act = act("again");
        act.putArray("acts").addAll(Arrays.asList(acts));
        return act;
    }

    private static ObjectNode act(String what) {
        return JsonNodeFactory.instance.objectNode().put("do", what);
    }

    static ArrayNode acts(JsonNode... acts) {
        return JsonNodeFactory.instance.arrayNode().addAll(Arrays.asList(acts));
    }

    /** Runs a script on our task queue and waits for what came of its acts. */
    static JsonNode run(WorkflowClient client, JsonNode... acts) {
        return start(client, RecourseClient.TASK_QUEUE, acts).getResult(JsonNode.class);
    }

    static WorkflowStub start(WorkflowClient client, String queue, JsonNode... acts) {
        WorkflowStub stub = stub(client, queue);
        stub.start(acts(acts));
        return stub;
    }

    static WorkflowStub stub(WorkflowClient client, String queue) {
        return client.newUntypedWorkflowStub(
                "Script",
                WorkflowOptions.newBuilder()
                        .setTaskQueue(queue)
                        .setWorkflowId("script/" + UUID.randomUUID())
                        .build());
    }

    /** The script at work. */
    public static final class Scripted implements Script {

        private final ArrayNode answers = JsonNodeFactory.instance.arrayNode();
        private boolean gone;

        @Override
        public JsonNode run(JsonNode acts) {
            acts.forEach(act -> answers.add(done(act)));
            return answers;
        }

        @Override
        public void go() {
            gone = true;
        }

        @Override
        public void act(JsonNode act) {
            answers.add(done(act));
        }

        @Override
        public JsonNode ask(JsonNode act) {
            return done(act);
        }

        private JsonNode done(JsonNode act) {
            return switch (act.path("do").asText()) {
                case "call" -> called(act);
                case "child" ->
                    Workflow.newUntypedChildWorkflowStub(act.path("workflow").asText(), child(act))
                            .execute(JsonNode.class, argument(act.path("input")));
                case "await" -> {
                    Workflow.await(() -> gone);
                    yield act;
                }
                case "again" -> {
                    Workflow.continueAsNew(act.path("acts"));
                    yield act;
                }
                default -> throw new IllegalStateException(act.toString());
            };
        }

        private static ChildWorkflowOptions child(JsonNode act) {
            ChildWorkflowOptions.Builder options = ChildWorkflowOptions.newBuilder();
            if (act.has("id")) {
                options.setWorkflowId(act.path("id").asText());
            }
            return options.build();
        }

        private static JsonNode called(JsonNode act) {
            Object[] arguments = new Object[act.path("args").size()];
            Arrays.setAll(arguments, i -> argument(act.path("args").path(i)));
            try {
                return stub(act).execute(act.path("tool").asText(), JsonNode.class, arguments);
            } catch (ActivityFailure failure) {
                return failed(failure);
            }
        }

        private static JsonNode failed(ActivityFailure failure) {
            ObjectNode failed = JsonNodeFactory.instance
                    .objectNode()
                    .put("state", failure.getRetryState().name());
            if (!(failure.getCause() instanceof ApplicationFailure told)) {
                return failed.put("failed", String.valueOf(failure.getCause()));
            }
            failed.put("failed", told.getType());
            failed.put("text", told.getOriginalMessage());
            failed.put("final", told.isNonRetryable());
            failed.set(
                    "error", told.getDetails().getSize() > 0 ? told.getDetails().get(0, JsonNode.class) : null);
            failed.set(
                    "envelope",
                    told.getDetails().getSize() > 1 ? told.getDetails().get(1, JsonNode.class) : null);
            return failed;
        }

        private static ActivityStub stub(JsonNode act) {
            Duration limit = Duration.ofMillis(act.path("ms").asLong(5_000));
            RetryOptions retries = RetryOptions.newBuilder()
                    .setInitialInterval(Duration.ofMillis(50))
                    .setBackoffCoefficient(1)
                    .setMaximumAttempts(act.path("attempts").asInt(5))
                    .build();
            if (act.path("local").asBoolean()) {
                LocalActivityOptions.Builder local =
                        LocalActivityOptions.newBuilder().setRetryOptions(retries);
                return Workflow.newUntypedLocalActivityStub(
                        act.has("total")
                                ? local.setScheduleToCloseTimeout(limit).build()
                                : local.setStartToCloseTimeout(limit).build());
            }
            ActivityOptions.Builder options =
                    ActivityOptions.newBuilder().setRetryOptions(retries).setTaskQueue(RecourseClient.TASK_QUEUE);
            return Workflow.newUntypedActivityStub(
                    act.has("total")
                            ? options.setScheduleToCloseTimeout(limit).build()
                            : options.setStartToCloseTimeout(limit).build());
        }

        private static Object argument(JsonNode argument) {
            return argument.has("raw")
                    ? new RawValue(Payload.newBuilder()
                            .putMetadata(
                                    "encoding",
                                    ByteString.copyFromUtf8(
                                            argument.path("encoding").asText()))
                            .setData(ByteString.copyFrom(Base64.getDecoder()
                                    .decode(argument.path("raw").asText())))
                            .build())
                    : argument;
        }
    }
}

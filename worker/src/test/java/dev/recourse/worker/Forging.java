package dev.recourse.worker;

import com.fasterxml.jackson.databind.node.TextNode;
import com.google.protobuf.ByteString;
import dev.recourse.activities.call.Identity;
import dev.recourse.worker.embedded.EmbeddedTemporal;
import io.temporal.api.common.v1.Payload;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.common.interceptors.WorkflowClientCallsInterceptor;
import io.temporal.common.interceptors.WorkflowClientCallsInterceptorBase;
import io.temporal.common.interceptors.WorkflowClientInterceptorBase;

/** Clients that put anything they like into the header that says who calls. */
final class Forging {

    private Forging() {}

    static WorkflowClient client(TestStack stack, String header) {
        return client(stack, text(header));
    }

    static WorkflowClient client(TestStack stack, Payload header) {
        return WorkflowClient.newInstance(
                stack.foreignClient().getWorkflowServiceStubs(),
                WorkflowClientOptions.newBuilder(
                                EmbeddedTemporal.clientOptions().build())
                        .setInterceptors(new WorkflowClientInterceptorBase() {
                            @Override
                            public WorkflowClientCallsInterceptor workflowClientCallsInterceptor(
                                    WorkflowClientCallsInterceptor next) {
                                return new WorkflowClientCallsInterceptorBase(next) {
                                    @Override
                                    public WorkflowStartOutput start(WorkflowStartInput input) {
                                        input.getHeader().getValues().put(Identity.HEADER, header);
                                        return super.start(input);
                                    }
                                };
                            }
                        })
                        .build());
    }

    /** A header that is a JSON text. */
    static Payload text(String header) {
        return payload("json/plain", TextNode.valueOf(header).toString());
    }

    static Payload payload(String encoding, String data) {
        return Payload.newBuilder()
                .putMetadata("encoding", ByteString.copyFromUtf8(encoding))
                .setData(ByteString.copyFromUtf8(data))
                .build();
    }
}

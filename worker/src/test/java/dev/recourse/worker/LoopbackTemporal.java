package dev.recourse.worker;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.HandlerRegistry;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.temporal.api.workflowservice.v1.RespondWorkflowTaskCompletedRequest;
import io.temporal.serviceclient.WorkflowServiceStubs;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Stands between other processes and a Temporal, on the loopback interface only, and loses messages where a test says so.
 *
 * <p>It passes on every method of every service without knowing any.
 */
final class LoopbackTemporal implements AutoCloseable {

    private final Channel server;
    private final Server listening;
    private final Map<Lost, CountDownLatch> losing = new ConcurrentHashMap<>();

    /** A message that gets lost: of this method, with this text in it. */
    private record Lost(String method, String text) {}

    LoopbackTemporal(WorkflowServiceStubs temporal) throws IOException {
        this.server = temporal.getRawChannel();
        this.listening = NettyServerBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0))
                .fallbackHandlerRegistry(new Everything())
                .maxInboundMessageSize(16 << 20)
                .build()
                .start();
    }

    String address() {
        return "127.0.0.1:" + listening.getPort();
    }

    /** From here on such messages never arrive, and their senders hear nothing. */
    CountDownLatch lose(String method, String text) {
        return losing.computeIfAbsent(new Lost(method, text), unused -> new CountDownLatch(1));
    }

    /** Waits until such a message was lost. */
    static void await(CountDownLatch lost) throws InterruptedException {
        if (!lost.await(30, TimeUnit.SECONDS)) {
            throw new AssertionError("No such message came");
        }
    }

    private boolean lost(String method, byte[] message) {
        boolean lost = false;
        String text = new String(message, StandardCharsets.ISO_8859_1);
        for (Map.Entry<Lost, CountDownLatch> each : losing.entrySet()) {
            if (method.endsWith("/" + each.getKey().method())
                    && text.contains(each.getKey().text())) {
                each.getValue().countDown();
                lost = true;
            }
        }
        return lost;
    }

    /**
     * Workflows belong to no worker: a real server takes them from one that is silent for five seconds, this one never does.
     */
    private static byte[] unsticky(String method, byte[] message) {
        if (!method.endsWith("/RespondWorkflowTaskCompleted")) {
            return message;
        }
        try {
            return RespondWorkflowTaskCompletedRequest.parseFrom(message).toBuilder()
                    .clearStickyAttributes()
                    .build()
                    .toByteArray();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    @Override
    public void close() {
        listening.shutdownNow();
    }

    /** Messages stay bytes. */
    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] bytes) {
            return new ByteArrayInputStream(bytes);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException impossible) {
                throw new UncheckedIOException(impossible);
            }
        }
    }

    private final class Everything extends HandlerRegistry {
        @Override
        public ServerMethodDefinition<?, ?> lookupMethod(String name, @Nullable String authority) {
            MethodDescriptor<byte[], byte[]> method = MethodDescriptor.newBuilder(new Bytes(), new Bytes())
                    .setFullMethodName(name)
                    .setType(MethodDescriptor.MethodType.UNARY)
                    .build();
            return ServerMethodDefinition.create(method, new Passing(method));
        }
    }

    private final class Passing implements ServerCallHandler<byte[], byte[]> {
        private final MethodDescriptor<byte[], byte[]> method;

        Passing(MethodDescriptor<byte[], byte[]> method) {
            this.method = method;
        }

        @Override
        public ServerCall.Listener<byte[]> startCall(ServerCall<byte[], byte[]> caller, Metadata headers) {
            ClientCall<byte[], byte[]> onward = server.newCall(method, CallOptions.DEFAULT);
            onward.start(new Back(caller), headers);
            onward.request(2);
            caller.request(2);
            return new ServerCall.Listener<>() {
                private boolean silent;

                @Override
                public void onMessage(byte[] message) {
                    silent = lost(method.getFullMethodName(), message);
                    if (!silent) {
                        onward.sendMessage(unsticky(method.getFullMethodName(), message));
                    }
                }

                @Override
                public void onHalfClose() {
                    if (!silent) {
                        onward.halfClose();
                    }
                }

                @Override
                public void onCancel() {
                    onward.cancel("the caller went away", null);
                }
            };
        }
    }

    /** The way back. */
    private static final class Back extends ClientCall.Listener<byte[]> {
        private final ServerCall<byte[], byte[]> caller;

        Back(ServerCall<byte[], byte[]> caller) {
            this.caller = caller;
        }

        @Override
        public void onHeaders(Metadata headers) {
            caller.sendHeaders(headers);
        }

        @Override
        public void onMessage(byte[] message) {
            caller.sendMessage(message);
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            caller.close(status, trailers);
        }
    }
}

package dev.recourse.worker.embedded;

import io.temporal.testserver.TestServer.InProcessTestServer;
import java.lang.reflect.Field;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedList;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A list that finds what it removes at once, for a place in Temporal's test server that would otherwise get slower with each
 * workflow.
 *
 * <p>Its timer keeps a list of lock and unlock events, for diagnostics only. Unlocks without a handle are added and never
 * removed; each unlock with a handle looks for its lock from the front of that list. After some thousand workflows the server
 * does little else. The list sits in a private final field, and its type is {@code LinkedList}: so this is one, on the outside.
 *
 * <p>Where the field can't be reached or written (another version of the server, a JVM that forbids it), all stays as it was: right
 * and slow.
 */
@SuppressWarnings("JdkObsolete") // The field's type asks for it.
final class LockEvents extends LinkedList<Object> {
    private static final Logger log = LoggerFactory.getLogger(LockEvents.class);
    private static final long serialVersionUID = 1L;

    private final transient Set<Object> events = Collections.newSetFromMap(new IdentityHashMap<>());

    private LockEvents() {}

    /** To be called before the server gets its first request. */
    static boolean keepUnlockingFast(InProcessTestServer server) {
        try {
            Object timer = read(read(server, "testServicesStarter"), "selfAdvancingTimer");
            LockEvents ours = new LockEvents();
            for (Object held : (Iterable<?>) read(timer, "lockEvents")) {
                ours.add(held);
            }
            field(timer, "lockEvents").set(timer, ours);
            return true;
        } catch (ReflectiveOperationException | RuntimeException e) {
            log.debug("The embedded Temporal will slow down with the number of workflows", e);
            return false;
        }
    }

    @Override
    public boolean add(@Nullable Object event) {
        return events.add(event);
    }

    @Override
    public boolean remove(@Nullable Object event) {
        return events.remove(event);
    }

    private static Object read(Object owner, String name) throws ReflectiveOperationException {
        return field(owner, name).get(owner);
    }

    private static Field field(Object owner, String name) throws NoSuchFieldException {
        Field field = owner.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return field;
    }
}

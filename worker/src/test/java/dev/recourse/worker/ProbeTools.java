package dev.recourse.worker;

import dev.recourse.db.Tx;
import dev.recourse.db.crm.Contacts;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A tool of the tests' own, that lingers in Java before its effect for as long as a test likes. */
@ActivityInterface
public interface ProbeTools {

    @ActivityMethod(name = "crm.probe.write")
    Written write(Probe probe);

    record Probe(String name, String phone) {}

    record Written(UUID contactId) {}

    /** Comes into the tool, tells so, and goes on when it may. */
    final class Lingering implements ProbeTools {
        static CountDownLatch arrived = new CountDownLatch(1);
        static CountDownLatch mayGoOn = new CountDownLatch(1);
        static CountDownLatch over = new CountDownLatch(1);

        private final Tx tx;

        Lingering(Tx tx) {
            this.tx = tx;
        }

        static void again() {
            arrived = new CountDownLatch(1);
            mayGoOn = new CountDownLatch(1);
            over = new CountDownLatch(1);
        }

        @Override
        public Written write(Probe probe) {
            CountDownLatch wake = mayGoOn;
            CountDownLatch done = over;
            arrived.countDown();
            try {
                if (!wake.await(60, TimeUnit.SECONDS)) {
                    throw new IllegalStateException("nobody let it go on");
                }
                UUID id = UUID.randomUUID();
                Contacts.Fields fields = new Contacts.Fields(probe.name(), probe.phone(), null, null, null, null);
                return new Written(
                        tx.table(Contacts.class).add(id, fields).orElseThrow().id());
            } catch (InterruptedException stopped) {
                throw new IllegalStateException(stopped);
            } finally {
                done.countDown();
            }
        }
    }
}

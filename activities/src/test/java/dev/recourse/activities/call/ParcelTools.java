package dev.recourse.activities.call;

import dev.recourse.activities.tool.Catalogue;
import dev.recourse.activities.tool.Errand;
import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.db.Tx;
import dev.recourse.db.crm.Contacts;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** An external tool whose outside the test plays: what happens there, and how often it was asked. */
@ActivityInterface
public interface ParcelTools {

    @ActivityMethod(name = "test.parcel.send")
    Sent send(Parcel parcel);

    record Parcel(UUID contactId, String what) {}

    record Sent(@Nullable String receipt, boolean sent) {}

    /** The world outside. */
    final class PostOffice {
        final AtomicInteger received = new AtomicInteger();

        /** What it does with a parcel: gives a receipt or throws. */
        volatile Function<Duration, String> clerk = left -> "receipt";

        /** What is done before the receipt is written down. */
        volatile Runnable beforeItIsRecorded = () -> {};

        void tools(Catalogue.Builder to) {
            to.external(ParcelTools.class, Sending.class, (tx, caller, execution) -> new Sending(this, tx));
        }
    }

    /** Prepares what goes to the post office. */
    final class Sending {
        private final PostOffice office;
        private final Tx tx;

        Sending(PostOffice office, Tx tx) {
            this.office = office;
            this.tx = tx;
        }

        Errand<Sent> send(Parcel parcel) {
            if (tx.table(Contacts.class).find(parcel.contactId()).isEmpty()) {
                throw ToolFailure.notFound("CONTACT_NOT_FOUND");
            }
            return new Errand<>() {
                @Override
                public Sent preview() {
                    return new Sent(null, false);
                }

                @Override
                public Arrived<Sent> go(Duration left) {
                    office.received.incrementAndGet();
                    String receipt = office.clerk.apply(left);
                    return written -> {
                        office.beforeItIsRecorded.run();
                        written.table(Contacts.class).archive(parcel.contactId());
                        return new Sent(receipt, true);
                    };
                }
            };
        }
    }
}

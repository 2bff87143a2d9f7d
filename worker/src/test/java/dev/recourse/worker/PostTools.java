package dev.recourse.worker;

import dev.recourse.activities.tool.Catalogue;
import dev.recourse.activities.tool.Errand;
import dev.recourse.activities.tool.OutcomeUnknown;
import dev.recourse.activities.tool.ToolFailure;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** An external tool of the tests' own: what is sent says how its sending ends, {@code lost} or {@code refused} or well. */
@ActivityInterface
public interface PostTools {

    /** Sends a parcel. */
    @ActivityMethod(name = "test.parcel.send")
    Sent send(Parcel parcel);

    record Parcel(UUID contactId, String what) {}

    record Sent(@Nullable String receipt, boolean sent) {}

    /** What has arrived, whether or not the sender knows. */
    List<String> ARRIVED = new CopyOnWriteArrayList<>();

    // tag::work[]
    /** Adds it to a catalogue. */
    static void tools(Catalogue.Builder to) {
        to.external(PostTools.class, Posting.class, (tx, caller, execution) -> new Posting());
    }

    /** Prepares what is sent: in the transaction of the call's claim, which commits before anything leaves. */
    final class Posting {

        Errand<Sent> send(Parcel parcel) {
            return new Errand<>() {
                @Override
                public Sent preview() {
                    return new Sent(null, false);
                }

                @Override
                public Arrived<Sent> go(Duration left) {
                    if (parcel.what().equals("refused")) {
                        throw ToolFailure.conflict("BUSY"); // surely not sent
                    }
                    ARRIVED.add(parcel.contactId() + " " + parcel.what());
                    if (parcel.what().equals("lost")) {
                        throw new OutcomeUnknown(null); // nobody can say
                    }
                    return tx -> new Sent("receipt", true); // written together with the call's row
                }
            };
        }
    }
    // end::work[]
}

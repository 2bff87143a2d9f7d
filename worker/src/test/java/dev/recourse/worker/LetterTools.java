package dev.recourse.worker;

import dev.recourse.activities.tool.ApprovalReason;
import dev.recourse.activities.tool.AsksApproval;
import dev.recourse.activities.tool.Catalogue;
import dev.recourse.activities.tool.Errand;
import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.db.Tx;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** An external tool of the tests' own, which somebody has to approve where the letter asks for it. */
@ActivityInterface
public interface LetterTools {

    /** Sends a letter to where a contact lives. */
    @ActivityMethod(name = "test.letter.send")
    Sent send(Letter letter);

    record Letter(UUID contactId, String text) {}

    record Sent(boolean sent, @Nullable String city) {}

    /** What has arrived, as {@code city text}. */
    List<String> ARRIVED = new CopyOnWriteArrayList<>();

    /** Adds it to a catalogue. */
    static void tools(Catalogue.Builder to) {
        to.external(LetterTools.class, Writing.class, (tx, caller, execution) -> new Writing(tx));
    }

    /** Prepares what is sent. */
    final class Writing implements AsksApproval {
        private final CityTools.Moving.Cities cities;

        Writing(Tx tx) {
            this.cities = tx.table(CityTools.Moving.Cities.class);
        }

        @Override
        public Optional<ApprovalReason> asksApproval(Record input, String source) {
            return input instanceof Letter letter && letter.text().startsWith("Ask")
                    ? Optional.of(new ApprovalReason("It says so."))
                    : Optional.empty();
        }

        Errand<Sent> send(Letter letter) {
            String city = cities.lock(letter.contactId())
                    .orElseThrow(() -> ToolFailure.notFound("CONTACT_NOT_FOUND"))
                    .city();
            return new Errand<>() {
                @Override
                public Sent preview() {
                    return new Sent(false, city);
                }

                @Override
                public Arrived<Sent> go(Duration left) {
                    ARRIVED.add(city + " " + letter.text());
                    return tx -> new Sent(true, city);
                }
            };
        }
    }
}

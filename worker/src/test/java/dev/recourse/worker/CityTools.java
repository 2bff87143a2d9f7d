package dev.recourse.worker;

import dev.recourse.activities.tool.ApprovalReason;
import dev.recourse.activities.tool.AsksApproval;
import dev.recourse.activities.tool.Catalogue;
import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.db.Tx;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

/** Tools of the tests' own that somebody has to approve: one always, one where it says so. */
@ActivityInterface
public interface CityTools {
    /** Moves a contact; somebody has to approve every time. */
    @ActivityMethod(name = "test.city.always")
    Moved always(Move move);

    /** Moves a contact; somebody has to approve a move to Bogotá, and within a minute if an agent asks. */
    @ActivityMethod(name = "test.city.sometimes")
    Moved sometimes(Move move);

    record Move(UUID contactId, String city) {}

    record Moved(UUID contactId, String city, @Nullable String before, Instant at) {}

    /** Adds them to a catalogue. */
    static void tools(Catalogue.Builder to) {
        to.local(CityTools.class, (tx, caller) -> new Moving(tx));
    }

    /** The work of both. */
    final class Moving implements CityTools, AsksApproval {
        private final Cities cities;

        Moving(Tx tx) {
            this.cities = tx.table(Cities.class);
        }

        @Override
        public Optional<ApprovalReason> asksApproval(Record input, String source) {
            boolean far = input instanceof Move move && move.city().equals("Bogotá");
            return far
                    ? Optional.of(new ApprovalReason(
                            "It is far.", Map.of(), source.equals("agent") ? Duration.ofMinutes(1) : null))
                    : Optional.empty();
        }

        @Override
        public Moved always(Move move) {
            return moved(move);
        }

        @Override
        public Moved sometimes(Move move) {
            return moved(move);
        }

        private Moved moved(Move move) {
            Was was = cities.lock(move.contactId()).orElseThrow(() -> ToolFailure.notFound("CONTACT_NOT_FOUND"));
            cities.move(move.contactId(), move.city());
            return new Moved(move.contactId(), move.city(), was.city(), Instant.now());
        }

        /** A contact, as far as these tools go. */
        record Was(UUID id, @Nullable String city) {}

        /** Their statements. */
        interface Cities {
            @SqlQuery("select id, city from contacts where id = :id for no key update")
            Optional<Was> lock(@Bind("id") UUID id);

            @SqlUpdate("update contacts set city = :city, version = version + 1, updated_at = now() where id = :id")
            int move(@Bind("id") UUID id, @Bind("city") String city);
        }
    }
}

package dev.recourse.worker;

import dev.recourse.worker.ServiceUnavailable.Part;
import dev.recourse.worker.embedded.Beacon;
import java.time.Duration;
import java.util.Optional;

/** The {@code recourse dev} that runs on the same home, for commands that would start a Temporal of their own otherwise. */
final class Neighbour {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private Neighbour() {}

    /** The settings with it as the cluster, where it runs, works on the same database, and nothing else is configured. */
    static Settings joined(Settings settings, Progress progress) {
        if (settings.cluster() || settings.throwAway()) {
            return settings;
        }
        Optional<Beacon.Place> place = Beacon.seen(
                settings.home(),
                PATIENCE,
                () -> progress.doing("waiting for recourse dev, which is starting or stopping on this home"));
        if (place.isPresent() && !place.get().database().equals(database(settings))) {
            progress.doing("recourse dev on this home uses another database: this command does without it");
            return settings;
        }
        return place.map(settings::on).orElse(settings);
    }

    /** Where the configured database is; empty for the home's own. */
    static String database(Settings settings) {
        return settings.database() == null ? "" : settings.database().where();
    }

    /** Whether it still runs there, or is coming back. */
    static boolean lives(Settings settings) {
        return Beacon.shines(settings.home())
                && Beacon.seen(settings.home(), Duration.ZERO, () -> {})
                        .map(place -> place.temporal().equals(settings.temporalAddress()))
                        .orElse(true);
    }

    /** For who has waited long enough. */
    static ServiceUnavailable gone(Beacon.Place place) {
        return new ServiceUnavailable(
                Part.TEMPORAL,
                "Temporal",
                place.temporal(),
                place.server()
                        ? "recourse dev has ended; started again, it goes on with what is unfinished."
                        : "recourse dev has ended; what that left unfinished, the next command settles.",
                null);
    }
}

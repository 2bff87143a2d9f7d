package dev.recourse.worker;

import dev.recourse.activities.whatsapp.Dialog360;
import dev.recourse.db.DatabaseAddress;
import dev.recourse.worker.embedded.Beacon;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a command is told besides its arguments: flags win over the environment, which wins over
 * {@code config.properties} in the home. The only reader of the environment. Its text holds no secret.
 *
 * @param home where state lives, absolute; it need not exist
 * @param throwAway whether a home of its own is made instead, and removed at the end
 * @param database null for the embedded one in the home
 * @param cluster whether a Temporal cluster is configured; otherwise the in-process server is used
 * @param temporalAddress the cluster's {@code host:port} from the environment or the file; null where temporal-envconfig's
 *     own profile says it, or there is no cluster
 * @param dev the {@code recourse dev} of this home, where that is the cluster; else null
 * @param workspace an id or a slug
 * @param session null to make a new one
 * @param identityKey signs identities, at least 32 bytes; null for the key of the home. Clients and workers share it
 * @param temporalUi where Temporal's web UI is, for links; null where nobody said
 * @param approvalsWithin how long a call waits for somebody's approval
 * @param whatsapp where the API is that WhatsApp's messages go to
 * @param shell the one folder the shell tool works in; null where there is to be no shell tool
 */
public record Settings(
        Path home,
        boolean throwAway,
        @Nullable DatabaseAddress database,
        boolean cluster,
        @Nullable String temporalAddress,
        Beacon.@Nullable Place dev,
        String workspace,
        @Nullable UUID session,
        @Nullable String identityKey,
        @Nullable String temporalUi,
        Duration approvalsWithin,
        String whatsapp,
        @Nullable Path shell) {
    public static final String DEFAULT_WORKSPACE = "default";

    private static final Duration A_DAY = Duration.ofDays(1);
    private static final Pattern SLUG = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
    private static final Pattern UUID_FORM = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    /** What the command line said, null where it said nothing. */
    public record Flags(
            @Nullable String workspace, @Nullable String session) {
        public static final Flags NONE = new Flags(null, null);
    }

    /** Everything but the key. */
    @Override
    public String toString() {
        return "home " + home + ", database " + database + ", temporal " + (cluster ? temporalAddress : "in process")
                + ", workspace " + workspace + ", session " + session;
    }

    /** The environment of this process. */
    public static Map<String, String> environment() {
        return System.getenv();
    }

    /**
     * Reads and checks the settings.
     *
     * @throws WrongUsage naming the flag, variable or key that can't be used, and what would be right
     */
    public static Settings read(Flags flags, Map<String, String> environment) {
        Path home = home(environment);
        Sources sources = new Sources(environment, home);
        Optional<Setting> temporal = sources.find(Sources.TEMPORAL);
        return new Settings(
                home,
                false,
                sources.find(Sources.DATABASE).map(Setting::database).orElse(null),
                temporal.isPresent() || sources.configuresTemporal(),
                temporal.map(Setting::hostAndPort).orElse(null),
                null,
                sources.find(Sources.WORKSPACE, "--workspace", flags.workspace())
                        .map(Setting::workspace)
                        .orElse(DEFAULT_WORKSPACE),
                sources.find(Sources.SESSION, "--session", flags.session())
                        .map(Setting::session)
                        .orElse(null),
                sources.find(Sources.IDENTITY_KEY).map(Setting::identityKey).orElse(null),
                sources.find(Sources.TEMPORAL_UI).map(Setting::web).orElse(null),
                sources.find(Sources.APPROVALS_WITHIN)
                        .map(Setting::approvalsWithin)
                        .orElse(A_DAY),
                sources.find(Sources.WHATSAPP).map(Setting::whatsapp).orElse(Dialog360.ADDRESS),
                shell(sources, home));
    }

    private static @Nullable Path shell(Sources sources, Path home) {
        return sources.find(Sources.SHELL)
                .filter(Setting::on)
                .map(on ->
                        sources.find(Sources.SHELL_ROOT).map(Setting::shellRoot).orElse(home.resolve("shell")))
                .orElse(null);
    }

    /**
     * Everything embedded, in a home of its own that is removed at the end; neither environment nor file counts.
     *
     * @param whatsapp where messages go, on this machine
     */
    public static Settings forThrowAway(String whatsapp) {
        Path unused = Path.of(System.getProperty("java.io.tmpdir", ".")).toAbsolutePath();
        return new Settings(
                unused, true, null, false, null, null, DEFAULT_WORKSPACE, null, null, null, A_DAY, whatsapp, null);
    }

    /**
     * Where state lives: {@code RECOURSE_HOME}, else {@code $XDG_DATA_HOME/recourse}, else
     * {@code ~/.local/share/recourse}.
     *
     * @throws WrongUsage if it is a file
     */
    public static Path home(Map<String, String> environment) {
        String chosen = Sources.present(environment, Sources.HOME);
        if (chosen != null) {
            return new Setting(Sources.HOME, chosen).home();
        }
        String data = Sources.present(environment, "XDG_DATA_HOME");
        // The XDG specification says to ignore a relative one.
        return data != null && Path.of(data).isAbsolute()
                ? Path.of(data, "recourse")
                : Path.of(System.getProperty("user.home", "."), ".local", "share", "recourse")
                        .toAbsolutePath();
    }

    /** The key of a WhatsApp number that is about to be connected; null where the environment has none. */
    public static @Nullable String whatsappKey(Map<String, String> environment) {
        return Sources.present(environment, Sources.WHATSAPP_KEY);
    }

    /** A UUID in its usual form of 36 characters; null for any other text. */
    public static @Nullable UUID uuid(String text) {
        return UUID_FORM.matcher(text).matches() ? UUID.fromString(text) : null;
    }

    /** Whether a text can name a workspace: a UUID, or a slug. */
    public static boolean namesWorkspace(String text) {
        return uuid(text) != null || SLUG.matcher(text).matches();
    }

    /** The same in that workspace and session; a null one stays as it is. */
    public Settings in(@Nullable String otherWorkspace, @Nullable UUID otherSession) {
        return new Settings(
                home,
                throwAway,
                database,
                cluster,
                temporalAddress,
                dev,
                otherWorkspace == null ? workspace : otherWorkspace,
                otherSession == null ? session : otherSession,
                identityKey,
                temporalUi,
                approvalsWithin,
                whatsapp,
                shell);
    }

    /** The same with that {@code recourse dev} as the cluster. */
    Settings on(Beacon.Place place) {
        String ui = place.ui().isEmpty() ? temporalUi : place.ui();
        return new Settings(
                home,
                throwAway,
                database,
                true,
                place.temporal(),
                place,
                workspace,
                session,
                identityKey,
                ui,
                approvalsWithin,
                whatsapp,
                shell);
    }
}

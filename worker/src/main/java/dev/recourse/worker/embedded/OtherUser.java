package dev.recourse.worker.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * As whom PostgreSQL runs: as the user, except that it refuses to run as root.
 *
 * <p>For root there are two ways. In a user namespace of its own a process has no name on the inside and stays root, and owner
 * of its files, on the outside. Where containers forbid that, it becomes {@code nobody}, keeps the one capability that lets it
 * pass through root's folders (the secure bit is for {@code access(2)}, which would ignore it), and is given its files.
 *
 * @param prefix what stands in front of a command
 * @param owner the user who has to own the data
 */
record OtherUser(List<String> prefix, int owner) {
    private static final int ROOT = 0;
    private static final int NOBODY = 65_534;
    private static final int NOT_NEEDED = -1;

    private static final List<OtherUser> FOR_ROOT = List.of(
            new OtherUser(List.of("unshare", "--user", "--"), ROOT),
            new OtherUser(
                    List.of(
                            "setpriv",
                            "--reuid=" + NOBODY,
                            "--regid=" + NOBODY,
                            "--clear-groups",
                            "--securebits=+no_setuid_fixup",
                            "--inh-caps=-all,+dac_override",
                            "--ambient-caps=-all,+dac_override",
                            "--"),
                    NOBODY));

    /** @throws EmbeddedFailure for root, where no way works */
    static OtherUser ifNeeded() {
        if (!isRoot()) {
            return new OtherUser(List.of(), NOT_NEEDED);
        }
        return FOR_ROOT.stream()
                .filter(OtherUser::works)
                .findFirst()
                .orElseThrow(() -> new EmbeddedFailure(Texts.say("postgres.root")));
    }

    List<String> command(List<String> arguments) {
        List<String> all = new ArrayList<>(prefix);
        all.addAll(arguments);
        return all;
    }

    /** Gives the folder to the one who will work in it. */
    void own(Path folder) throws IOException {
        if (owner != NOT_NEEDED) {
            OwnerOnly.give(folder, owner);
        }
    }

    private boolean works() {
        try {
            Command id = Command.run(Path.of("/"), command(List.of("id", "-u")), "");
            return id.succeeded() && !id.output().equals("0");
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean isRoot() {
        try {
            return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(ROOT);
        } catch (IOException | UnsupportedOperationException e) {
            return "root".equals(System.getProperty("user.name"));
        }
    }
}

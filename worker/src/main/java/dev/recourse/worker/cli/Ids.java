package dev.recourse.worker.cli;

import dev.recourse.worker.Settings;
import dev.recourse.worker.WrongUsage;
import java.util.UUID;

/** Reads ids given on the command line. */
final class Ids {
    private Ids() {}

    /**
     * @param where the option or parameter it was given for
     * @throws WrongUsage if it is no UUID
     */
    static UUID parse(String where, String text) {
        UUID id = Settings.uuid(text);
        if (id == null) {
            throw new WrongUsage(where + " is no id: '" + Texts.cut(Texts.oneLine(text), 60)
                    + "'. An id is a UUID such as 3f2b8c1e-9d4a-4c57-8e21-0a6b7c9d1e2f.");
        }
        return id;
    }
}

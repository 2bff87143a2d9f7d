package dev.recourse.activities.shell.terms;

import dev.recourse.activities.tool.Messages;
import java.util.Locale;
import java.util.Map;

/** Why a command is allowed, asked about or denied; each has a sentence in the message bundles. */
public enum Reason {
    HARMLESS,
    EMPTY,

    TOO_LONG,
    CONTROL_CHARACTERS,
    NO_GRAMMAR,
    NOT_UNDERSTOOD,
    TOO_DEEP,
    TOO_MANY,

    UNKNOWN_PROGRAM,
    LOCAL_PROGRAM,
    DYNAMIC_COMMAND,
    DISGUISED,
    HIDDEN_SUBSTITUTION,
    OPTION_RUNS,
    SHELL_STATE,

    RM_RF,
    RM_RF_HERE,
    DELETES,
    DELETES_HERE,
    FIND_DELETES,
    FIND_DELETES_HERE,

    DISK,
    POWER,
    PERMISSIONS,
    PERMISSIONS_HERE,
    PRIVILEGES,
    KILLS,
    KILLS_SOME,
    EXHAUSTS,
    ENDLESS,
    SYSTEM,
    SYSTEM_ASK,

    NETWORK,
    FETCHED_CODE,
    DECODED_CODE,
    REMOTE_SHELL,
    FOREIGN_CODE,
    PACKAGES,
    CONTAINER,
    CONTAINER_HOST,
    PERSISTS,
    ENVIRONMENT,
    ENVIRONMENT_ASK,

    CODE,
    CODE_DANGEROUS,
    PIPED_CODE,

    WRITES_OUTSIDE,
    WRITES_SOMEWHERE,
    READS_SECRETS,
    READS_DEVICE,

    GIT_LOSES,
    GIT_SHARES,
    GIT_RUNS;

    /** The sentence, in Spanish unless the locale is English. */
    public String text(Locale locale) {
        return Messages.text("guard." + wire(), Map.of(), locale);
    }

    /** Its name for programs. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}

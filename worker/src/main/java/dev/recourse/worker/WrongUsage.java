package dev.recourse.worker;

/** What was asked for can't be meant: a flag, a setting, a file or an id. Its message says what would be right; exit code 2. */
public final class WrongUsage extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** @param message what is wrong, which one, and what is allowed; never a secret */
    public WrongUsage(String message) {
        super(message);
    }
}

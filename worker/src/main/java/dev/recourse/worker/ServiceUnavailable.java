package dev.recourse.worker;

import org.jspecify.annotations.Nullable;

/** A service that is needed is not there; exit code 5. */
public final class ServiceUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1;

    private static final int LONGEST_REASON = 200;

    /** What can be missing. */
    public enum Part {
        DATABASE,
        TEMPORAL,
        WORKER
    }

    private final Part part;
    private final String what;
    private final String address;
    private final String whatToDo;
    private final boolean passing;

    /**
     * @param part which part it is
     * @param what the service in words, such as {@code PostgreSQL}
     * @param address where it was looked for, without credentials
     * @param whatToDo a sentence that helps, such as the variable to set
     * @param cause what went wrong, for the log; null where there is nothing more to say
     */
    public ServiceUnavailable(Part part, String what, String address, String whatToDo, @Nullable Throwable cause) {
        this(part, what, address, whatToDo, cause, false);
    }

    /** @param passing whether it makes sense to wait for it */
    ServiceUnavailable(
            Part part, String what, String address, String whatToDo, @Nullable Throwable cause, boolean passing) {
        super(what + " does not answer at " + address + ".", cause);
        this.part = part;
        this.what = what;
        this.address = address;
        this.whatToDo = whatToDo;
        this.passing = passing;
    }

    /** Whether it makes sense to wait for it: it may be starting just now. */
    boolean passing() {
        return passing;
    }

    /** What began it, in brackets and in one line; empty where nobody said. */
    static String because(@Nullable Throwable thrown) {
        Throwable first = thrown;
        while (first != null && first.getCause() != null) {
            first = first.getCause();
        }
        String said = first == null ? "" : String.valueOf(first.getMessage());
        return said.lines()
                .findFirst()
                .map(line -> " (" + line.substring(0, Math.min(line.length(), LONGEST_REASON)) + ")")
                .orElse("");
    }

    /** Which part is missing. */
    public Part part() {
        return part;
    }

    public String what() {
        return what;
    }

    public String address() {
        return address;
    }

    public String whatToDo() {
        return whatToDo;
    }
}

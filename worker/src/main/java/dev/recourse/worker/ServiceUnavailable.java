package dev.recourse.worker;

import org.jspecify.annotations.Nullable;

/** A service that is needed is not there; exit code 5. */
public final class ServiceUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String what;
    private final String address;
    private final String whatToDo;
    private final boolean passing;

    /**
     * @param what the service, such as {@code PostgreSQL}
     * @param address where it was looked for, without credentials
     * @param whatToDo a sentence that helps, such as the variable to set
     * @param cause what went wrong, for the log; null where there is nothing more to say
     */
    public ServiceUnavailable(String what, String address, String whatToDo, @Nullable Throwable cause) {
        this(what, address, whatToDo, cause, false);
    }

    /** @param passing whether it makes sense to wait for it */
    ServiceUnavailable(String what, String address, String whatToDo, @Nullable Throwable cause, boolean passing) {
        super(what + " does not answer at " + address + ".", cause);
        this.what = what;
        this.address = address;
        this.whatToDo = whatToDo;
        this.passing = passing;
    }

    /** Whether it makes sense to wait for it: it may be starting just now. */
    boolean passing() {
        return passing;
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

package dev.recourse.worker;

import org.jspecify.annotations.Nullable;

/** A service that is needed is not there; exit code 5. */
public final class ServiceUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String what;
    private final String address;
    private final String whatToDo;

    /**
     * @param what the service, such as {@code PostgreSQL}
     * @param address where it was looked for, without credentials
     * @param whatToDo a sentence that helps, such as the variable to set
     * @param cause what went wrong, for the log; null where there is nothing more to say
     */
    public ServiceUnavailable(String what, String address, String whatToDo, @Nullable Throwable cause) {
        super(what + " does not answer at " + address + ".", cause);
        this.what = what;
        this.address = address;
        this.whatToDo = whatToDo;
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

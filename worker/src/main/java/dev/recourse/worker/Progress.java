package dev.recourse.worker;

/** Where long work says what it is doing, for the person who waits; never a result. May be called from any thread. */
@FunctionalInterface
public interface Progress {
    /** Says nothing. */
    Progress SILENT = what -> {};

    /** What is being done now, in a few words; it takes the place of what was said before. */
    void doing(String what);

    /** As {@link #doing(String)}, with how far it has come; a total of 0 is not known yet. */
    default void doing(String what, long done, long total) {
        doing(total > 0 ? what + " " + done + " of " + total : what + " " + done);
    }
}

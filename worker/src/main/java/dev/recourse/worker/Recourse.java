package dev.recourse.worker;

import java.util.Optional;

/** The command line's door. */
public final class Recourse {
    private Recourse() {}

    public static void main(String[] arguments) {
        System.out.println("recourse " + version());
    }

    static String version() {
        return Optional.ofNullable(Recourse.class.getPackage().getImplementationVersion())
                .orElse("development");
    }
}

package dev.recourse.worker.cli;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;

/** The commands to try after the demo, exactly as they work here. */
final class NextSteps {
    private NextSteps() {}

    static String text() {
        return text(program(), Path.of(""));
    }

    /**
     * @param program how this program is started
     * @param here the folder the reader is in
     */
    static String text(String program, Path here) {
        Path example = Path.of("docs", "examples", Story.TWO_CONTACTS);
        String inputs = "'{\"name\":\"Ana\",\"phone\":\"3001234567\"}'";
        StringBuilder text = new StringBuilder("What to try next (these keep their data):\n\n");
        text.append("   ").append(program).append(" tools\n");
        text.append("   ")
                .append(program)
                .append(" call crm.contact.create ")
                .append(inputs)
                .append(" --dry-run\n");
        text.append("   ")
                .append(program)
                .append(" call crm.contact.create ")
                .append(inputs)
                .append('\n');
        if (Files.exists(here.resolve(example))) {
            text.append("   ").append(program).append(" run ").append(example).append(" --dry-run\n");
        }
        text.append("   ").append(program).append(" audit\n");
        text.append("   ")
                .append(program)
                .append(" rollback ID --plan      (an id from -o json: execution, batch, session)\n");
        return text.toString();
    }

    /** {@code java -jar …} where this runs from a jar, with the path as short as it gets. */
    static String program() {
        CodeSource source = NextSteps.class.getProtectionDomain().getCodeSource();
        try {
            Path from = source == null ? null : Path.of(source.getLocation().toURI());
            if (from == null || !from.toString().endsWith(".jar")) {
                return "recourse";
            }
            Path here = Path.of("").toAbsolutePath();
            String path = (from.startsWith(here) ? here.relativize(from) : from).toString();
            return "java -jar " + (path.contains(" ") ? "'" + path + "'" : path);
        } catch (URISyntaxException e) {
            return "recourse";
        }
    }
}

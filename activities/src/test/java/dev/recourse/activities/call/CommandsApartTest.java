package dev.recourse.activities.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.recourse.activities.shell.Shell;
import dev.recourse.activities.tool.Catalogue;
import dev.recourse.db.TestDatabase;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the commands of one workspace write, those of another do not find. */
final class CommandsApartTest {
    private static final TestDatabase DB = TestDatabase.fresh();

    private final Path folder;
    private final Gate gate;

    CommandsApartTest(@TempDir Path folder) {
        this.folder = folder;
        Catalogue.Builder tools = Catalogue.builder();
        Shell.tools(tools, folder);
        this.gate = new Gate(DB.database(), new Attempt(tools.build()));
    }

    @AfterAll
    static void close() {
        DB.close();
    }

    @Test
    void each_workspace_has_a_folder_of_its_own() {
        Answered written = run(TestDatabase.A, "echo ours > made");
        assumeTrue(written.error() == null, "bubblewrap is not here, or may not make sandboxes");

        assertThat(stdout(run(TestDatabase.A, "cat made"))).isEqualTo("ours\n");
        assertThat(stdout(run(TestDatabase.B, "pwd; ls -A | wc -l"))).isEqualTo("/work\n0\n");
        assertThat(folder.resolve(TestDatabase.A.toString()).resolve("made")).hasContent("ours\n");
        assertThat(folder.resolve("made")).doesNotExist();
    }

    private static String stdout(Answered answer) {
        assertThat(answer.error()).isNull();
        return answer.outputs().path("stdout").asText();
    }

    private Answered run(UUID workspace, String line) {
        JsonNode inputs = JsonNodeFactory.instance.objectNode().put("command", line);
        return gate.run(Calling.call(workspace, "system.shell.exec", inputs, false))
                .answer();
    }
}

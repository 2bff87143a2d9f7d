package dev.recourse.activities.call;

import com.fasterxml.jackson.databind.JsonNode;
import dev.recourse.activities.AllTools;
import dev.recourse.activities.tool.Catalogue;
import dev.recourse.activities.tool.Json;
import dev.recourse.activities.tool.ToolSpec;
import dev.recourse.db.TestDatabase;
import dev.recourse.db.ledger.Request;
import dev.recourse.db.ledger.Requests;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/** Calls to any tool through the gate, as ana in a workspace where everything is that tools can be about. */
final class Calling {
    final UUID workspace;
    private final TestDatabase db;
    private final Gate gate;
    private final Random random;

    Calling(TestDatabase db, Random random) {
        this(db, random, AllTools.catalogue());
    }

    Calling(TestDatabase db, Random random, Catalogue catalogue) {
        this.db = db;
        this.gate = new Gate(db.database(), new Attempt(catalogue));
        this.random = random;
        this.workspace = new UUID(random.nextLong(), random.nextLong());
        try (Human hand = new Human(db, Rules.of(db).tables())) {
            hand.make(new People(random, workspace, this::any, List::of).everything());
        }
    }

    /** Some input for a tool. */
    JsonNode input(ToolSpec tool) {
        return new Inputs(random, this::any).of(tool);
    }

    Answered call(ToolSpec tool, JsonNode inputs) {
        return call(tool, inputs, false);
    }

    Answered dryRun(ToolSpec tool, JsonNode inputs) {
        return call(tool, inputs, true);
    }

    private Answered call(ToolSpec tool, JsonNode inputs, boolean dryRun) {
        return gate.run(call(workspace, tool.toString(), inputs, dryRun)).answer();
    }

    /** A call of the owner's that has ten seconds, under a new id. */
    static Call call(UUID workspace, String tool, JsonNode inputs, boolean dryRun) {
        CallKey key = new CallKey(null, null, null, null, null, null, dryRun, false);
        Request request = Requests.of(UUID.randomUUID(), tool, Json.write(inputs));
        return new Call(workspace, request, inputs, key, Duration.ofSeconds(10), 1, null);
    }

    /** The ids that are in a table of this workspace; of executions, those that could be undone. */
    List<String> ids(String table) {
        String which = table.equals("tool_executions") ? " and outcome = 'applied' and kind = 'do'" : "";
        return db.rows(
                "select id from " + table + " where workspace_id = '" + workspace + "'" + which + " order by id");
    }

    private String any(String table) {
        List<String> ids = ids(table);
        return ids.isEmpty() ? UUID.randomUUID().toString() : ids.get(random.nextInt(ids.size()));
    }
}

package dev.recourse.activities.call;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.tool.Catalogue;
import dev.recourse.activities.tool.Json;
import dev.recourse.activities.tool.References;
import dev.recourse.activities.tool.Shape;
import dev.recourse.activities.tool.Tool;
import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.db.Database;
import dev.recourse.db.DatabaseRefusal;
import dev.recourse.db.ledger.Answer;
import dev.recourse.db.ledger.Ledger;
import dev.recourse.db.workspace.Caller;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/** What workflows ask of the ledger about single calls: to settle one, and to record one that never became a call. */
final class LedgerActivities {

    private static final Shape CALL = Shape.load("call");

    private final Database database;
    private final Catalogue catalogue;
    private final Gate gate;

    LedgerActivities(Database database, Catalogue catalogue, Gate gate) {
        this.database = database;
        this.catalogue = catalogue;
        this.gate = gate;
    }

    /**
     * Settles the call {@code {"tool", "inputs", "key", "withdrawn"?}}: from here on it has happened, or cannot happen any
     * more.
     *
     * @return its envelope
     */
    JsonNode settle(Call carrier) {
        CallKey key = Json.bind(carrier.inputs().path("key"), CallKey.class);
        ToolFailure lost = carrier.inputs().path("withdrawn").asBoolean(false)
                ? ToolFailure.precondition("APPROVAL_WITHDRAWN")
                : ToolFailure.timeout("TIMEOUT_FENCED");
        return envelope(gate.settle(about(carrier, key), lost), carrier);
    }

    /** Records a request that is no call: unreadable, not of its shape, or of no tool. Answers the envelope. */
    JsonNode refuseCall(Call carrier) {
        String tool = carrier.inputs().path("tool").asText("");
        Call call = carrier.as(carrier.request().of(tool.isEmpty() ? "ToolCall" : Calls.shortened(tool)));
        return envelope(refused(call, caller -> noCall(carrier, caller)), carrier);
    }

    private ToolFailure noCall(Call carrier, Caller caller) {
        if (carrier.refused() != null) {
            return carrier.refused();
        }
        try {
            CALL.accept(carrier.inputs());
            Attempt.permitted(catalogue, carrier.inputs().path("tool").asText(), caller);
            return ToolFailure.validation("VALIDATION_ERROR");
        } catch (ToolFailure why) {
            return why;
        }
    }

    /** Records the step {@code {"tool", "inputs", "key", "outputs"}} of a batch whose references lead nowhere. */
    JsonNode refuseStep(Call carrier) {
        CallKey key = Json.bind(carrier.inputs().path("key"), CallKey.class);
        Map<Integer, JsonNode> outputs = new HashMap<>();
        carrier.inputs()
                .path("outputs")
                .properties()
                .forEach(each -> outputs.put(Integer.valueOf(each.getKey()), each.getValue()));
        try {
            References.resolve(carrier.inputs().path("inputs"), outputs);
            throw new IllegalStateException("every reference of that step leads somewhere");
        } catch (ToolFailure why) {
            return envelope(refused(about(carrier, key), caller -> why), carrier);
        }
    }

    private static Call about(Call carrier, CallKey key) {
        return Calls.about(
                carrier,
                carrier.inputs().path("tool").asText(),
                carrier.inputs().path("inputs"),
                key);
    }

    private Gate.Passed refused(Call call, Function<Caller, ToolFailure> why) {
        try {
            return database.in(call.scope(), tx -> {
                Caller caller = Gate.caller(tx, call);
                Ledger ledger = new Ledger(tx);
                Answer answer = Answer.refused(Attempt.error(why.apply(caller), caller));
                return new Gate.Passed(
                        Answered.of(
                                ledger.claim(call.request()).orElseGet(() -> ledger.record(call.request(), answer))),
                        caller);
            });
        } catch (Gate.NoSuchWorkspace nowhere) {
            return refused(call.nowhere(), caller -> ToolFailure.denied("UNKNOWN_WORKSPACE"));
        } catch (DatabaseRefusal refusal) {
            throw Gate.unsettled(refusal);
        }
    }

    private ObjectNode envelope(Gate.Passed passed, Call call) {
        return passed.answer()
                .envelope(
                        catalogue
                                .find(call.inputs().path("tool").asText())
                                .map(Tool::spec)
                                .orElse(null),
                        call.request().agentSessionId(),
                        passed.caller().locale());
    }
}

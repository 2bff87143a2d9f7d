package dev.recourse.activities.whatsapp;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.activities.tool.Json;
import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.db.Database;
import dev.recourse.db.Scope;
import dev.recourse.db.Tx;
import dev.recourse.db.ledger.Answer;
import dev.recourse.db.ledger.Ledger;
import dev.recourse.db.ledger.Request;
import dev.recourse.db.whatsapp.Lines;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the vendor tells us by webhook: messages of customers, and how ours fare.
 *
 * <p>What concerns one line is one execution of {@code whatsapp.webhook.receive}, with its row; the same delivery again
 * is the same execution. A line that the workspace does not have is nobody's: nothing is written, and it is counted.
 */
public final class Incoming {

    /** The name its executions have in the ledger; no tool that anybody could call. */
    public static final String NAME = "whatsapp.webhook.receive";

    private static final Logger LOG = LoggerFactory.getLogger(Incoming.class);

    private final Database database;
    private final AtomicLong strangers = new AtomicLong();

    public Incoming(Database database) {
        this.database = database;
    }

    /**
     * What came of one delivery.
     *
     * @param messages written now; those that were known already are not counted
     * @param statuses likewise
     * @param strangers parts of it for lines that this workspace does not have
     * @param executions one for each part that is ours
     */
    public record Received(int messages, int statuses, int strangers, List<UUID> executions) {
        public Received {
            executions = List.copyOf(executions);
        }
    }

    /**
     * Takes in a webhook's body.
     *
     * @param workspace whose webhook it was sent to; nothing in the body can change that
     * @param body as it came
     * @throws ToolFailure if it is no JSON that we read
     * @throws dev.recourse.db.DatabaseRefusal if it could not be written; sent again, it can be
     */
    public Received receive(UUID workspace, byte[] body) {
        int messages = 0;
        int statuses = 0;
        int unknown = 0;
        List<UUID> executions = new ArrayList<>();
        for (Delivery delivery : Delivery.all(Json.read(body))) {
            Optional<Taken> taken = take(workspace, delivery);
            if (taken.isEmpty()) {
                unknown++;
                LOG.warn(
                        "A webhook for a number that its workspace does not have; {} so far.",
                        strangers.incrementAndGet());
                continue;
            }
            messages += taken.get().messages();
            statuses += taken.get().statuses();
            executions.add(taken.get().execution());
        }
        return new Received(messages, statuses, unknown, executions);
    }

    /** What one part of a delivery wrote. */
    private record Taken(UUID execution, int messages, int statuses) {}

    private Optional<Taken> take(UUID workspace, Delivery delivery) {
        UUID id = delivery.execution(workspace);
        Scope scope = Scope.of(workspace).by(delivery.principal()).executing(id);
        return database.in(
                scope,
                tx -> tx.table(Lines.class)
                        .ofNumber(delivery.phoneNumberId())
                        .map(line -> taken(tx, line, delivery, id)));
    }

    private static Taken taken(Tx tx, Lines.Row line, Delivery delivery, UUID id) {
        Request request = delivery.request(id);
        Ledger ledger = new Ledger(tx);
        if (ledger.claim(request).isPresent()) {
            return new Taken(id, 0, 0);
        }
        Heard heard = new Heard(tx, line);
        int messages = count(delivery.messages(), heard::message);
        int statuses = count(delivery.statuses(), heard::status);
        ledger.record(request, answer(messages, statuses));
        return new Taken(id, messages, statuses);
    }

    private static <T> int count(List<T> all, Predicate<T> written) {
        int count = 0;
        for (T each : all) {
            count += written.test(each) ? 1 : 0;
        }
        return count;
    }

    /** Messages have no images, so the ledger does not see by itself that something was written. */
    private static Answer answer(int messages, int statuses) {
        ObjectNode outputs = JsonNodeFactory.instance.objectNode();
        outputs.put("messages", messages).put("statuses", statuses);
        Answer.Outcome outcome = messages + statuses > 0 ? Answer.Outcome.APPLIED : null;
        return new Answer(Answer.Status.SUCCESS, outcome, Json.write(outputs), null, null);
    }
}

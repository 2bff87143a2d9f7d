package dev.recourse.activities.crm;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.db.Matches;
import dev.recourse.db.Tx;
import dev.recourse.db.crm.Contacts;
import dev.recourse.db.crm.Orders;
import dev.recourse.db.crm.Tasks;
import dev.recourse.db.workspace.Caller;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Tasks, in one transaction of one caller. */
final class LocalTaskTools implements TaskTools {
    private static final int MAX_TITLE_CHARS = 200;
    private static final int MAX_DESCRIPTION_CHARS = 2000;

    private final Caller caller;
    private final Contacts contacts;
    private final Orders orders;
    private final Tasks tasks;

    LocalTaskTools(Tx tx, Caller caller) {
        this.caller = caller;
        this.contacts = tx.table(Contacts.class);
        this.orders = tx.table(Orders.class);
        this.tasks = tx.table(Tasks.class);
    }

    @Override
    public Created create(NewTask in) {
        Tasks.Fields fields = new Tasks.Fields(
                title(in.title()),
                description(in.description()),
                kept(in.dueDate()),
                word(in.priority()),
                word(Status.PENDING));
        checkOwner(in.contactId(), in.orderId());
        Task task = task(
                tasks.add(UuidCreator.getTimeOrderedEpoch(), in.contactId(), in.orderId(), caller.principal(), fields));
        return new Created(task.id(), true, task);
    }

    @Override
    public Updated update(TaskChange in) {
        if (in.changesNothing()) {
            throw ToolFailure.validation("NO_FIELDS_TO_UPDATE");
        }
        Tasks.Row row = locked(in.taskId());
        Versions.check(in.expectedVersion(), row.version());
        Tasks.Fields fields = changed(row, in);
        List<String> changed = differing(fields(row), fields);
        Tasks.Row now = changed.isEmpty() ? row : tasks.update(row.id(), fields);
        return new Updated(now.id(), changed, task(now));
    }

    @Override
    public Completed complete(TaskRef in) {
        Tasks.Row row = locked(in.taskId());
        boolean already = row.completedAt() != null;
        Task task = task(already ? row : completed(row, in));
        return new Completed(task.id(), true, already, Objects.requireNonNull(task.completedAt()), task);
    }

    @Override
    public TaskPage list(TaskQuery in) {
        if (in.contactId() != null && contacts.find(in.contactId()).isEmpty()) {
            throw ToolFailure.notFound("CONTACT_NOT_FOUND");
        }
        if (in.orderId() != null && orders.find(in.orderId()).isEmpty()) {
            throw ToolFailure.notFound("ORDER_NOT_FOUND");
        }
        Matches found = tasks.search(
                filter(in),
                Tasks.Order.valueOf(in.sortBy().name() + "_" + in.sortOrder().name()),
                in.pageSize(),
                (in.page() - 1L) * in.pageSize());
        List<Task> page = found.ordered(tasks.all(found.ids()), Tasks.Row::id).stream()
                .map(LocalTaskTools::task)
                .toList();
        return new TaskPage(page, found.total(), in.page(), in.pageSize(), found.pages(in.pageSize()));
    }

    private void checkOwner(@Nullable UUID contact, @Nullable UUID order) {
        if ((contact == null) == (order == null)) {
            throw ToolFailure.validation("CONTACT_OR_ORDER_REQUIRED");
        }
        if (contact != null) {
            LocalContactTools.changeable(contacts, contact);
        }
        if (order != null) {
            LocalOrderTools.changeable(orders, order);
        }
    }

    private Tasks.Row locked(UUID id) {
        return tasks.lock(id).orElseThrow(() -> ToolFailure.notFound("TASK_NOT_FOUND"));
    }

    private Tasks.Row completed(Tasks.Row row, TaskRef in) {
        Versions.check(in.expectedVersion(), row.version());
        Tasks.Fields fields =
                new Tasks.Fields(row.title(), row.description(), row.dueDate(), row.priority(), word(Status.COMPLETED));
        return tasks.update(row.id(), fields);
    }

    private static Tasks.Fields changed(Tasks.Row row, TaskChange in) {
        return new Tasks.Fields(
                in.title().given() ? title(in.title().value()) : row.title(),
                in.description().given() ? description(in.description().value()) : row.description(),
                in.dueDate().given() ? kept(in.dueDate().value()) : row.dueDate(),
                in.priority().newValue().map(LocalTaskTools::word).orElse(row.priority()),
                in.status().newValue().map(LocalTaskTools::word).orElse(row.status()));
    }

    private static Tasks.Fields fields(Tasks.Row row) {
        return new Tasks.Fields(row.title(), row.description(), row.dueDate(), row.priority(), row.status());
    }

    private static List<String> differing(Tasks.Fields one, Tasks.Fields other) {
        Map<String, @Nullable Object> values = values(other);
        return values(one).entrySet().stream()
                .filter(field -> !Objects.equals(field.getValue(), values.get(field.getKey())))
                .map(Map.Entry::getKey)
                .toList();
    }

    private static Map<String, @Nullable Object> values(Tasks.Fields fields) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        values.put("title", fields.title());
        values.put("description", fields.description());
        values.put("dueDate", fields.dueDate());
        values.put("priority", fields.priority());
        values.put("status", fields.status());
        return values;
    }

    private static Tasks.Filter filter(TaskQuery in) {
        Priority priority = in.priority();
        return new Tasks.Filter(
                in.contactId(),
                in.orderId(),
                in.status().stream().map(LocalTaskTools::word).toList(),
                priority == null ? null : word(priority),
                in.dueBefore());
    }

    private static String title(@Nullable String written) {
        return Line.required("/title", written, "TITLE_REQUIRED", MAX_TITLE_CHARS);
    }

    private static @Nullable String description(@Nullable String written) {
        return Prose.optional("/description", written, MAX_DESCRIPTION_CHARS);
    }

    /** PostgreSQL keeps microseconds. */
    private static @Nullable Instant kept(@Nullable Instant written) {
        return written == null ? null : written.truncatedTo(ChronoUnit.MICROS);
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static Task task(Tasks.Row row) {
        return new Task(
                row.id(),
                row.contactId(),
                row.orderId(),
                row.author(),
                row.title(),
                row.description(),
                row.dueDate(),
                Priority.valueOf(row.priority().toUpperCase(Locale.ROOT)),
                Status.valueOf(row.status().toUpperCase(Locale.ROOT)),
                row.completedAt(),
                row.version(),
                row.createdAt(),
                row.updatedAt());
    }
}

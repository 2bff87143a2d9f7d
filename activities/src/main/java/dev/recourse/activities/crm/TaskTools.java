package dev.recourse.activities.crm;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.recourse.activities.tool.Patch;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What can be done with tasks. A task belongs to one contact or to one order. */
@ActivityInterface
public interface TaskTools {
    /** Makes a task for an active contact or an order. */
    @ActivityMethod(name = "crm.task.create")
    Created create(NewTask task);

    /** Changes the fields that are given, and only those. */
    @ActivityMethod(name = "crm.task.update")
    Updated update(TaskChange change);

    /** Completes a task; completing it again changes nothing and keeps the first time. */
    @ActivityMethod(name = "crm.task.complete")
    Completed complete(TaskRef task);

    /** Gives a page of tasks. */
    @ActivityMethod(name = "crm.task.list")
    TaskPage list(TaskQuery query);

    /**
     * A task as every tool gives it.
     *
     * @param author {@code user:<handle>} or {@code key:<public id>}
     */
    record Task(
            UUID id,
            @Nullable UUID contactId,
            @Nullable UUID orderId,
            String author,
            String title,
            @Nullable String description,
            @Nullable Instant dueDate,
            Priority priority,
            Status status,
            @Nullable Instant completedAt,
            int version,
            Instant createdAt,
            Instant updatedAt) {}

    /** How much it matters. */
    enum Priority {
        @JsonProperty("low")
        LOW,
        @JsonProperty("medium")
        MEDIUM,
        @JsonProperty("high")
        HIGH,
        @JsonProperty("urgent")
        URGENT
    }

    /** How far it is. */
    enum Status {
        @JsonProperty("pending")
        PENDING,
        @JsonProperty("in_progress")
        IN_PROGRESS,
        @JsonProperty("completed")
        COMPLETED
    }

    /** A task to be; exactly one of {@code contactId} and {@code orderId} is there. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record NewTask(
            @Nullable UUID contactId,
            @Nullable UUID orderId,
            String title,
            @Nullable String description,
            @Nullable Instant dueDate,
            Priority priority) {

        /** The least a task of a contact needs. */
        public static NewTask ofContact(UUID contactId, String title) {
            return new NewTask(contactId, null, title, null, null, Priority.MEDIUM);
        }

        /** The least a task of an order needs. */
        public static NewTask ofOrder(UUID orderId, String title) {
            return new NewTask(null, orderId, title, null, null, Priority.MEDIUM);
        }
    }

    record Created(UUID taskId, boolean created, Task task) {}

    /**
     * A partial update, written {@code TaskChange.of(id).status(Status.IN_PROGRESS).dueDate(null)}: what is not named is
     * left, null clears.
     *
     * @param expectedVersion refuses the update if the task has another version by now; null does not ask
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record TaskChange(
            UUID taskId,
            @Nullable Integer expectedVersion,
            Patch<String> title,
            Patch<String> description,
            Patch<Instant> dueDate,
            Patch<Priority> priority,
            Patch<Status> status) {

        public static TaskChange of(UUID taskId) {
            return new TaskChange(
                    taskId, null, Patch.leave(), Patch.leave(), Patch.leave(), Patch.leave(), Patch.leave());
        }

        /** Whether no field is named. */
        public boolean changesNothing() {
            return !(title.given() || description.given() || dueDate.given() || priority.given() || status.given());
        }

        public TaskChange expectedVersion(int version) {
            return new TaskChange(taskId, version, title, description, dueDate, priority, status);
        }

        public TaskChange title(String value) {
            return new TaskChange(taskId, expectedVersion, Patch.set(value), description, dueDate, priority, status);
        }

        public TaskChange description(@Nullable String value) {
            return new TaskChange(taskId, expectedVersion, title, Patch.to(value), dueDate, priority, status);
        }

        public TaskChange dueDate(@Nullable Instant value) {
            return new TaskChange(taskId, expectedVersion, title, description, Patch.to(value), priority, status);
        }

        public TaskChange priority(Priority value) {
            return new TaskChange(taskId, expectedVersion, title, description, dueDate, Patch.set(value), status);
        }

        public TaskChange status(Status value) {
            return new TaskChange(taskId, expectedVersion, title, description, dueDate, priority, Patch.set(value));
        }
    }

    /**
     * A task after its update.
     *
     * @param changedFields those that have another value now, not all that were named
     */
    record Updated(UUID taskId, List<String> changedFields, Task task) {
        public Updated {
            changedFields = List.copyOf(changedFields);
        }
    }

    /**
     * Which task.
     *
     * @param expectedVersion refuses if the task has another version by now; null does not ask
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record TaskRef(UUID taskId, @Nullable Integer expectedVersion) {
        public TaskRef(UUID taskId) {
            this(taskId, null);
        }
    }

    /**
     * A task that is done.
     *
     * @param completed whether it is done now: always
     * @param alreadyCompleted whether it was before
     * @param completedAt when it was done first
     */
    record Completed(UUID taskId, boolean completed, boolean alreadyCompleted, Instant completedAt, Task task) {}

    /**
     * Which tasks, and which page of them.
     *
     * @param status one of these
     * @param dueBefore only those that are due before then
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record TaskQuery(
            @Nullable UUID contactId,
            @Nullable UUID orderId,
            List<Status> status,
            @Nullable Priority priority,
            @Nullable Instant dueBefore,
            int page,
            int pageSize,
            SortBy sortBy,
            ContactTools.SortOrder sortOrder) {
        public TaskQuery {
            status = List.copyOf(status);
        }

        /** The twenty open ones that are due first. */
        public TaskQuery() {
            this(
                    null,
                    null,
                    List.of(Status.PENDING, Status.IN_PROGRESS),
                    null,
                    null,
                    1,
                    20,
                    SortBy.DUE_DATE,
                    ContactTools.SortOrder.ASC);
        }
    }

    /** What a page is ordered by. */
    enum SortBy {
        @JsonProperty("due_date")
        DUE_DATE,
        @JsonProperty("created_at")
        CREATED_AT
    }

    /**
     * One page.
     *
     * @param total how many there are on all pages
     */
    record TaskPage(List<Task> tasks, long total, int page, int pageSize, int totalPages) {
        public TaskPage {
            tasks = List.copyOf(tasks);
        }
    }
}

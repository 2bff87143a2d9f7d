package dev.recourse.activities.crm;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.recourse.activities.tool.Json;
import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.db.DatabaseRefusal;
import dev.recourse.db.Matches;
import dev.recourse.db.Tx;
import dev.recourse.db.crm.ContactTags;
import dev.recourse.db.crm.Contacts;
import dev.recourse.db.workspace.Caller;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Contacts, in one transaction of one caller. */
final class LocalContactTools implements ContactTools {
    private static final int MAX_NAME_CHARS = 200;
    private static final int MAX_EMAIL_CHARS = 254;
    private static final int MAX_ADDRESS_CHARS = 500;
    private static final int MAX_PLACE_CHARS = 100;

    /** So many contacts with one phone are told, the archived ones among them. */
    private static final int MAX_SAME_PHONE = 50;

    private static final int TRIES = 3;

    private final Tx tx;
    private final Caller caller;
    private final Contacts contacts;
    private final ContactTags contactTags;
    private final Tagging tagging;

    LocalContactTools(Tx tx, Caller caller) {
        this.tx = tx;
        this.caller = caller;
        this.contacts = tx.table(Contacts.class);
        this.contactTags = tx.table(ContactTags.class);
        this.tagging = new Tagging(tx);
    }

    @Override
    public Created create(NewContact in) {
        Contacts.Fields fields = new Contacts.Fields(
                name(in.name()),
                phone(in.phone()),
                kept("email", in.email()),
                kept("address", in.address()),
                kept("city", in.city()),
                kept("department", in.department()));
        Collection<TagName> tags = TagName.all("/tags", in.tags());
        Contacts.Row row = added(fields);
        tags.forEach(tag -> tagging.put(row.id(), tag));
        return new Created(row.id(), true, contact(row));
    }

    @Override
    public Found read(ContactRef in) {
        Contacts.Row row = contacts.find(in.contactId()).orElseThrow(LocalContactTools::notFound);
        return new Found(row.id(), contact(row));
    }

    @Override
    public Updated update(ContactChange in) {
        Map<String, @Nullable String> given = new LinkedHashMap<>();
        in.changes().forEach((field, value) -> given.put(field, kept(field, value)));
        if (given.isEmpty()) {
            throw ToolFailure.validation("NO_FIELDS_TO_UPDATE");
        }
        Contacts.Row row = changeable(contacts, in.contactId());
        Versions.check(in.expectedVersion(), row.version());
        Map<String, @Nullable String> values = values(row);
        List<String> changed = given.keySet().stream()
                .filter(field -> !Objects.equals(given.get(field), values.get(field)))
                .toList();
        values.putAll(given);
        Contacts.Row now = changed.isEmpty() ? row : updated(row, fields(values));
        return new Updated(now.id(), changed, contact(now));
    }

    @Override
    public Deleted delete(ContactRef in) {
        Contacts.Row row = locked(contacts, in.contactId());
        Contacts.Row now =
                row.archivedAt() != null ? row : contacts.archive(row.id()).orElseThrow();
        return new Deleted(
                now.id(), true, row.archivedAt() != null, Objects.requireNonNull(now.archivedAt()), contact(now));
    }

    @Override
    public ContactPage list(ContactQuery in) {
        Matches found = contacts.search(
                filter(in), order(in.sortBy(), in.sortOrder()), in.pageSize(), (in.page() - 1L) * in.pageSize());
        List<Contacts.Row> page = found.ordered(contacts.all(found.ids()), Contacts.Row::id);
        return new ContactPage(contacts(page), found.total(), in.page(), in.pageSize(), found.pages(in.pageSize()));
    }

    @Override
    public FoundByPhone findByPhone(PhoneQuery in) {
        List<Contact> found = contacts(contacts.withPhone(phone(in.phone()), MAX_SAME_PHONE));
        if (found.isEmpty()) {
            throw notFound();
        }
        return new FoundByPhone(found.get(0).id(), found.get(0), found.subList(1, found.size()));
    }

    @Override
    public Restored restore(ContactRef in) {
        Contacts.Row row = locked(contacts, in.contactId());
        boolean restored = row.archivedAt() != null;
        Contacts.Row now = restored
                ? unlessTaken(
                        row.phone(), row.id(), () -> contacts.restore(row.id()).orElseThrow())
                : row;
        return new Restored(now.id(), restored, contact(now));
    }

    /** A contact that this transaction may change: it is there, it is active, and nobody else changes it meanwhile. */
    static Contacts.Row changeable(Contacts contacts, UUID id) {
        Contacts.Row row = locked(contacts, id);
        if (row.archivedAt() != null) {
            throw ToolFailure.precondition("CONTACT_ARCHIVED");
        }
        return row;
    }

    private static Contacts.Row locked(Contacts contacts, UUID id) {
        return contacts.lock(id).orElseThrow(LocalContactTools::notFound);
    }

    /** Whoever has the phone may give it up between our two looks. */
    private Contacts.Row added(Contacts.Fields fields) {
        UUID id = UuidCreator.getTimeOrderedEpoch();
        for (int i = 0; i < TRIES; i++) {
            Optional<Contacts.Row> row = contacts.add(id, fields);
            if (row.isPresent()) {
                return row.get();
            }
            refuseTaken(fields.phone(), id);
        }
        throw ToolFailure.conflict("BUSY").mayRetry();
    }

    private Contacts.Row updated(Contacts.Row row, Contacts.Fields fields) {
        Supplier<Contacts.Row> update =
                () -> contacts.update(row.id(), row.version(), fields).orElseThrow(() -> Versions.other(row.version()));
        return fields.phone().equals(row.phone()) ? update.get() : unlessTaken(fields.phone(), row.id(), update);
    }

    /** Looks before the change for the usual case, and after it for whoever took the phone in between. */
    private Contacts.Row unlessTaken(String phone, UUID id, Supplier<Contacts.Row> change) {
        refuseTaken(phone, id);
        try {
            return tx.attempt(change);
        } catch (DatabaseRefusal refused) {
            if (refused.reason() == DatabaseRefusal.Reason.UNIQUE) {
                refuseTaken(phone, id);
            }
            throw refused;
        }
    }

    private void refuseTaken(String phone, UUID id) {
        contacts.other(phone, id).ifPresent(holder -> {
            throw ToolFailure.duplicate("PHONE_DUPLICATE").detail("contactId", holder.id());
        });
    }

    private static ToolFailure notFound() {
        return ToolFailure.notFound("CONTACT_NOT_FOUND");
    }

    private static String name(@Nullable String written) {
        return Line.required("/name", written, "NAME_REQUIRED", MAX_NAME_CHARS);
    }

    private String phone(@Nullable String written) {
        return Phone.e164("/phone", written, caller.region());
    }

    /** A field's value as it is kept. */
    private @Nullable String kept(String field, @Nullable String written) {
        return switch (field) {
            case "name" -> name(written);
            case "phone" -> phone(written);
            case "email" -> Line.optional("/email", written, MAX_EMAIL_CHARS);
            case "address" -> Line.optional("/address", written, MAX_ADDRESS_CHARS);
            case "city", "department" -> Line.optional("/" + field, written, MAX_PLACE_CHARS);
            default -> throw new IllegalArgumentException(field);
        };
    }

    private static Map<String, @Nullable String> values(Contacts.Row row) {
        Map<String, @Nullable String> values = new LinkedHashMap<>();
        values.put("name", row.name());
        values.put("phone", row.phone());
        values.put("email", row.email());
        values.put("address", row.address());
        values.put("city", row.city());
        values.put("department", row.department());
        return values;
    }

    private static Contacts.Fields fields(Map<String, @Nullable String> values) {
        return new Contacts.Fields(
                Objects.requireNonNull(values.get("name")),
                Objects.requireNonNull(values.get("phone")),
                values.get("email"),
                values.get("address"),
                values.get("city"),
                values.get("department"));
    }

    private static Contacts.Filter filter(ContactQuery in) {
        String text = in.search() == null ? "" : Line.tidy(in.search());
        List<String> tags = in.tags().stream().map(Line::key).toList();
        return text.isEmpty()
                ? new Contacts.Filter(null, null, tags)
                : new Contacts.Filter(part(text), part(Phone.likely(text) ? Phone.digits(text) : text), tags);
    }

    /** A pattern for everything that has this text in it, whatever the text is. */
    private static String part(String text) {
        return "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%";
    }

    private static Contacts.Order order(SortBy by, SortOrder order) {
        return Contacts.Order.valueOf(by.name() + "_" + order.name());
    }

    private Contact contact(Contacts.Row row) {
        return contacts(List.of(row)).get(0);
    }

    private List<Contact> contacts(List<Contacts.Row> rows) {
        Map<UUID, List<TagTools.Tag>> tags = contactTags
                .of(rows.stream().map(Contacts.Row::id).toList())
                .stream()
                .collect(Collectors.groupingBy(
                        ContactTags.Row::contactId,
                        Collectors.mapping(
                                tag -> new TagTools.Tag(tag.tagId(), tag.name(), tag.color()), Collectors.toList())));
        return rows.stream()
                .map(row -> contact(row, tags.getOrDefault(row.id(), List.of())))
                .toList();
    }

    private static Contact contact(Contacts.Row row, List<TagTools.Tag> tags) {
        return new Contact(
                row.id(),
                row.name(),
                row.phone(),
                row.email(),
                row.address(),
                row.city(),
                row.department(),
                Json.recorded(row.customFields()),
                tags,
                row.isClient(),
                row.version(),
                row.createdAt(),
                row.updatedAt(),
                row.archivedAt());
    }
}

package dev.recourse.activities.whatsapp;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.f4b6a3.uuid.UuidCreator;
import dev.recourse.activities.tool.Json;
import dev.recourse.activities.tool.ToolFailure;
import dev.recourse.db.Database;
import dev.recourse.db.Scope;
import dev.recourse.db.whatsapp.Lines;
import dev.recourse.db.whatsapp.Templates;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What an operator does about WhatsApp: connects numbers, and fetches what the vendor says of the templates. */
public final class Switchboard {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Set<String> CATEGORIES = Set.of("MARKETING", "UTILITY", "AUTHENTICATION");
    private static final Set<String> STATUSES = Set.of("APPROVED", "PENDING", "REJECTED", "PAUSED", "DISABLED");
    private static final int MAX_NAME_CHARS = 512;
    private static final int MAX_WORD_CHARS = 20;

    private final Database database;
    private final Post post;
    private final VendorKeys keys;

    public Switchboard(Database database, Post post, VendorKeys keys) {
        this.database = database;
        this.post = post;
        this.keys = keys;
    }

    /**
     * Connects a number to a workspace; one that is connected gets the new key, phone and name. The first is the default.
     *
     * @param phoneNumberId the vendor's name of it
     * @param phone in E.164
     */
    public Lines.Row connect(UUID workspace, String phoneNumberId, String phone, String name, VendorKey key) {
        return database.in(Scope.of(workspace), tx -> {
            Lines lines = tx.table(Lines.class);
            UUID id = lines.ofNumber(phoneNumberId).map(Lines.Row::id).orElseGet(UuidCreator::getTimeOrderedEpoch);
            return lines.connect(id, phoneNumberId, phone, name, keys.seal(workspace, id, key));
        });
    }

    /**
     * Fetches the templates of every line; those that the vendor has no more are forgotten.
     *
     * @return how many there are
     * @throws ToolFailure {@code WHATSAPP_NOT_CONFIGURED}, or what the vendor says; then nothing has changed
     */
    public int fetchTemplates(UUID workspace) {
        List<VendorKey> found = database.in(
                Scope.of(workspace),
                tx -> tx.table(Lines.class).all().stream()
                        .map(line -> post.key(tx, workspace, line.id()))
                        .toList());
        if (found.isEmpty()) {
            throw ToolFailure.precondition("WHATSAPP_NOT_CONFIGURED");
        }
        List<Templates.Row> rows = new ArrayList<>();
        for (VendorKey key : found) {
            post.client().templates(key, PATIENCE).stream()
                    .map(Switchboard::row)
                    .filter(row -> row != null)
                    .forEach(rows::add);
        }
        return database.in(Scope.of(workspace), tx -> {
            Templates templates = tx.table(Templates.class);
            rows.forEach(row -> templates.put(UuidCreator.getTimeOrderedEpoch(), row));
            templates.forgetOthers();
            return templates.all(null, Integer.MAX_VALUE).size();
        });
    }

    /** The vendor's words for it as ours; null for what is none that could be sent. */
    private static Templates.@Nullable Row row(JsonNode written) {
        String name = written.path("name").asText("");
        String language = written.path("language").asText("");
        JsonNode components = written.path("components");
        if (name.isBlank()
                || name.length() > MAX_NAME_CHARS
                || language.isBlank()
                || language.length() > MAX_WORD_CHARS
                || !components.isArray()) {
            return null;
        }
        return new Templates.Row(
                name,
                language,
                word(written.path("category").asText(""), CATEGORIES),
                word(written.path("status").asText(""), STATUSES),
                quality(written),
                Json.write(Json.storable(components)));
    }

    private static String word(String written, Set<String> known) {
        String upper = written.toUpperCase(Locale.ROOT);
        return known.contains(upper) ? upper : "OTHER";
    }

    private static @Nullable String quality(JsonNode written) {
        String score = written.path("quality_score").path("score").asText("");
        String quality = score.isBlank() ? written.path("quality_rating").asText("") : score;
        return quality.isBlank() || quality.length() > MAX_WORD_CHARS ? null : quality.toUpperCase(Locale.ROOT);
    }
}

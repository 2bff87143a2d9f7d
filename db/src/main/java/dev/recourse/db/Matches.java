package dev.recourse.db;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a search found.
 *
 * @param total on all pages
 * @param ids those of the page, in order
 */
public record Matches(long total, List<UUID> ids) {

    /** How many pages of that size there are. */
    public int pages(int size) {
        return (int) ((total + size - 1) / size);
    }

    /** The rows of the page, which come in any order, in its order. */
    public <R> List<R> ordered(List<R> rows, Function<R, UUID> id) {
        Map<UUID, R> byId = rows.stream().collect(Collectors.toMap(id, row -> row));
        return ids.stream().map(byId::get).filter(Objects::nonNull).toList();
    }
}

package dev.recourse.db;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.config.ConfigRegistry;
import org.jdbi.v3.core.mapper.ColumnMapper;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.mapper.RowMapperFactory;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/**
 * Every record is a row: a component {@code startedAt} is the column {@code started_at}.
 *
 * <p>JDBI's own mapper works the same out anew for every result, which took most of the time of a small statement; this
 * one keeps what it found.
 */
final class RecordRows implements RowMapperFactory {

    private final Map<Class<?>, RowMapper<?>> known = new ConcurrentHashMap<>();

    @Override
    public Optional<RowMapper<?>> build(Type type, ConfigRegistry config) {
        return type instanceof Class<?> record && record.isRecord()
                ? Optional.of(known.computeIfAbsent(record, Rows::new))
                : Optional.empty();
    }

    /** The rows of one record type. */
    private static final class Rows<T> implements RowMapper<T> {

        private final Constructor<T> constructor;
        private final Type[] types;
        private final String[] columns;
        private volatile ColumnMapper<?> @Nullable [] mappers;

        Rows(Class<T> record) {
            RecordComponent[] components = record.getRecordComponents();
            Class<?>[] parameters =
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
            try {
                constructor = record.getDeclaredConstructor(parameters);
                constructor.setAccessible(true);
            } catch (NoSuchMethodException impossible) {
                throw new IllegalStateException(impossible);
            }
            types = Arrays.stream(components)
                    .map(RecordComponent::getGenericType)
                    .toArray(Type[]::new);
            columns = Arrays.stream(components).map(c -> snake(c.getName())).toArray(String[]::new);
        }

        @Override
        public T map(ResultSet row, StatementContext context) throws SQLException {
            ColumnMapper<?>[] by = mappers(context);
            Object[] values = new Object[columns.length];
            for (int i = 0; i < columns.length; i++) {
                values[i] = by[i].map(row, columns[i], context);
            }
            try {
                return constructor.newInstance(values);
            } catch (InvocationTargetException | InstantiationException | IllegalAccessException wrong) {
                throw new IllegalStateException("a row does not fit " + constructor.getName(), wrong);
            }
        }

        private ColumnMapper<?>[] mappers(StatementContext context) {
            ColumnMapper<?>[] found = mappers;
            if (found == null) {
                found = Arrays.stream(types)
                        .map(type -> context.findColumnMapperFor(type)
                                .orElseThrow(() -> new IllegalStateException("no column can be a " + type)))
                        .toArray(ColumnMapper<?>[]::new);
                mappers = found;
            }
            return found;
        }

        private static String snake(String name) {
            StringBuilder snake = new StringBuilder();
            name.chars()
                    .forEach(c ->
                            snake.append(Character.isUpperCase(c) ? "_" : "").append((char) Character.toLowerCase(c)));
            return snake.toString();
        }
    }
}

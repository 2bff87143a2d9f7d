package dev.recourse.activities.tool;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.deser.ContextualDeserializer;
import com.fasterxml.jackson.databind.type.TypeFactory;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What to do with one field in a partial update: leave it, clear it, or set it.
 *
 * <p>In JSON: absent, {@code null}, a value. A component of this type needs {@code @JsonInclude(NON_EMPTY)}, so that a
 * field to be left is not written.
 *
 * @param given whether the field is to be changed at all
 * @param value its new value; null clears it
 */
@JsonSerialize(using = Patch.Writer.class)
@JsonDeserialize(using = Patch.Reader.class)
public record Patch<T>(boolean given, @Nullable T value) {
    public Patch {
        if (!given && value != null) {
            throw new IllegalArgumentException("A field that is left alone has no new value.");
        }
    }

    public static <T> Patch<T> leave() {
        return new Patch<>(false, null);
    }

    public static <T> Patch<T> clear() {
        return new Patch<>(true, null);
    }

    public static <T> Patch<T> set(T value) {
        return new Patch<>(true, value);
    }

    /** Sets, or clears where {@code value} is null. */
    public static <T> Patch<T> to(@Nullable T value) {
        return new Patch<>(true, value);
    }

    /** The new value; empty if the field is left or cleared. */
    public Optional<T> newValue() {
        return Optional.ofNullable(value);
    }

    static final class Writer extends JsonSerializer<Patch<?>> {
        @Override
        public void serialize(Patch<?> patch, JsonGenerator to, SerializerProvider with) throws IOException {
            with.defaultSerializeValue(patch.value, to);
        }

        @Override
        public boolean isEmpty(SerializerProvider with, Patch<?> patch) {
            return !patch.given;
        }
    }

    static final class Reader extends JsonDeserializer<Patch<?>> implements ContextualDeserializer {
        private final JavaType of;

        Reader() {
            this(TypeFactory.unknownType());
        }

        private Reader(JavaType of) {
            this.of = of;
        }

        @Override
        public JsonDeserializer<?> createContextual(DeserializationContext with, @Nullable BeanProperty at) {
            JavaType patch = at == null ? with.getContextualType() : at.getType();
            return new Reader(patch.containedTypeOrUnknown(0));
        }

        @Override
        public Patch<?> deserialize(JsonParser from, DeserializationContext with) throws IOException {
            return set(with.<Object>readValue(from, of));
        }

        @Override
        public Patch<?> getNullValue(DeserializationContext with) {
            return clear();
        }

        @Override
        public Patch<?> getAbsentValue(DeserializationContext with) {
            return leave();
        }
    }
}

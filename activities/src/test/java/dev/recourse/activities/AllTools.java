package dev.recourse.activities;

import dev.recourse.activities.tool.Catalogue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The catalogue of everything that this room has: of each package the class with {@code static void
 * tools(Catalogue.Builder, …)}, whoever added it. What a module reaches outside with, it is given by whoever asks for the
 * catalogue, but for a folder.
 */
public final class AllTools {
    private static final Path CLASSES = Path.of("target/classes");
    private static final Catalogue CATALOGUE = reaching();

    private AllTools() {}

    /** All tools; one that has a schema file and is missing here fails {@code WholeCatalogueTest}. */
    public static Catalogue catalogue() {
        return CATALOGUE;
    }

    /** The same, of which those that reach outside do it with what is given here of their kind, if anything. */
    public static Catalogue reaching(Object... with) {
        Catalogue.Builder tools = Catalogue.builder();
        for (Class<?> type : classes()) {
            Arrays.stream(type.getDeclaredMethods())
                    .filter(method -> method.getName().equals("tools") && Modifier.isPublic(method.getModifiers()))
                    .filter(method -> Modifier.isStatic(method.getModifiers())
                            && method.getParameterCount() > 0
                            && method.getParameterTypes()[0] == Catalogue.Builder.class)
                    .forEach(method -> call(method, tools, with));
        }
        return tools.build();
    }

    private static void call(Method method, Catalogue.Builder tools, Object... with) {
        try {
            Object[] arguments = new Object[method.getParameterCount()];
            arguments[0] = tools;
            for (int i = 1; i < arguments.length; i++) {
                arguments[i] = given(method.getParameterTypes()[i], with);
            }
            method.invoke(null, arguments);
        } catch (ReflectiveOperationException failed) {
            throw new IllegalStateException(method + " adds no tools", failed);
        }
    }

    private static @Nullable Object given(Class<?> type, Object... with) {
        return type == Path.class
                ? Path.of("target")
                : Arrays.stream(with).filter(type::isInstance).findFirst().orElse(null);
    }

    /** The top-level classes of this room. */
    static List<Class<?>> classes() {
        try (Stream<Path> files = Files.walk(CLASSES)) {
            return files.map(file -> CLASSES.relativize(file).toString())
                    .filter(file -> file.endsWith(".class") && !file.contains("$") && !file.contains("package-info"))
                    .sorted()
                    .<Class<?>>map(file -> loaded(file.replace(".class", "").replace('/', '.')))
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static Class<?> loaded(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException gone) {
            throw new IllegalStateException(gone);
        }
    }
}

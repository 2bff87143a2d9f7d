package dev.recourse.activities.tool;

import dev.recourse.db.Tx;
import dev.recourse.db.workspace.Caller;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;

/** All tools there are, by name. Immutable once built. */
public final class Catalogue {
    private static final int MAX_NEAREST = 3;

    private final SortedMap<String, Tool> tools;

    private Catalogue(SortedMap<String, Tool> tools) {
        this.tools = tools;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** The tool of exactly that name, which may be any text. */
    public Optional<Tool> find(String name) {
        return Optional.ofNullable(tools.get(name));
    }

    /** The names nearest to one that nobody knows, among those the caller may use; at most three. */
    public List<String> nearest(String name, Set<String> permissions) {
        List<String> usable = list().stream()
                .filter(spec -> spec.permittedTo(permissions))
                .map(spec -> spec.name().toString())
                .toList();
        return Nearest.to(name.replace("__", "."), usable, MAX_NEAREST);
    }

    /** What every tool says about itself, ordered by name. */
    public List<ToolSpec> list() {
        return tools.values().stream().map(Tool::spec).toList();
    }

    /** Collects contracts and refuses, with a sentence, what could not be called later. */
    public static final class Builder {
        private final SortedMap<String, Tool> tools = new TreeMap<>();

        private Builder() {}

        /**
         * Registers every method of an activity interface as the tool its annotation names.
         *
         * @param contract a public {@link ActivityInterface} whose methods take one record and give one
         * @param maker makes the object that does the work, once per call
         * @throws IllegalArgumentException saying what is wrong with which method
         * @throws IllegalStateException if a schema file is missing or wrong
         */
        public <I> Builder local(Class<I> contract, BiFunction<? super Tx, ? super Caller, ? extends I> maker) {
            for (Method method : tools(contract)) {
                ToolSpec spec = ToolSpec.load(name(method), contract);
                add(method, new Tool(spec, checked(method), (tx, caller, execution) -> maker.apply(tx, caller), false));
            }
            return this;
        }

        /**
         * Registers every method of an activity interface as a tool whose effect is outside the database.
         *
         * @param contract as for local tools; workflows are typed against it, nothing implements it
         * @param work for each method of the contract it has one of the same name and parameter that gives an {@link
         *     Errand} of the outputs; it runs in the transaction of the claim and may refuse
         * @param maker makes one of these, once per call
         * @throws IllegalArgumentException saying what is wrong with which method; also if a schema file says that the tool
         *     could be undone
         * @throws IllegalStateException if a schema file is missing or wrong
         */
        public <W> Builder external(Class<?> contract, Class<W> work, Maker<? extends W> maker) {
            for (Method method : tools(contract)) {
                ToolSpec spec = ToolSpec.load(name(method), contract);
                if (spec.reversible()) {
                    throw refused(method, "reaches outside, so that nothing undoes it; its side_effects must say so");
                }
                if (spec.requiresApproval().sometimes() && !AsksApproval.class.isAssignableFrom(work)) {
                    throw refused(
                            method,
                            "asks for approval sometimes; " + work.getSimpleName() + " must implement AsksApproval");
                }
                add(method, new Tool(spec, errand(checked(method), work), maker, true));
            }
            return this;
        }

        private static Method errand(Method method, Class<?> work) {
            return Arrays.stream(work.getDeclaredMethods())
                    .filter(each -> each.getName().equals(method.getName())
                            && Arrays.equals(each.getParameterTypes(), method.getParameterTypes())
                            && each.getReturnType() == Errand.class)
                    .findFirst()
                    .map(each -> {
                        each.setAccessible(true);
                        return each;
                    })
                    .orElseThrow(() ->
                            refused(method, "has no method in " + work.getSimpleName() + " that gives an Errand"));
        }

        private static List<Method> tools(Class<?> contract) {
            if (!contract.isInterface()
                    || !Modifier.isPublic(contract.getModifiers())
                    || !contract.isAnnotationPresent(ActivityInterface.class)) {
                throw new IllegalArgumentException(
                        contract.getName() + " is no contract: it must be a public interface with @ActivityInterface.");
            }
            List<Method> methods = Arrays.stream(contract.getMethods())
                    .filter(method -> Modifier.isAbstract(method.getModifiers()))
                    .sorted(Comparator.comparing(Method::getName))
                    .toList();
            if (methods.isEmpty()) {
                throw new IllegalArgumentException(contract.getName() + " has no method that could be a tool.");
            }
            return methods;
        }

        public Catalogue build() {
            return new Catalogue(Collections.unmodifiableSortedMap(new TreeMap<>(tools)));
        }

        private void add(Method method, Tool tool) {
            if (tools.putIfAbsent(tool.spec().name().toString(), tool) != null) {
                throw refused(method, "is the second tool called " + tool.spec().name());
            }
        }

        private static ToolName name(Method method) {
            ActivityMethod annotation = method.getAnnotation(ActivityMethod.class);
            if (annotation == null || annotation.name().isEmpty()) {
                throw refused(method, "needs @ActivityMethod(name = \"module.entity.action\")");
            }
            try {
                return ToolName.of(annotation.name());
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        where(method) + " has a name that can't be one. " + e.getMessage(), e);
            }
        }

        private static Method checked(Method method) {
            if (method.getParameterCount() != 1 || !method.getParameterTypes()[0].isRecord()) {
                throw refused(method, "must take exactly one record");
            }
            if (!method.getReturnType().isRecord()) {
                throw refused(method, "must give a record");
            }
            return method;
        }

        private static IllegalArgumentException refused(Method method, String what) {
            return new IllegalArgumentException(where(method) + " " + what + ".");
        }

        private static String where(Method method) {
            return method.getDeclaringClass().getSimpleName() + "." + method.getName();
        }
    }

    @Override
    public String toString() {
        return tools.keySet().toString();
    }
}

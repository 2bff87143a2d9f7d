package dev.recourse.activities.shell.terms;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What is known at a point of a script: variables, functions, where it may stand, and how much may still be judged. */
public final class Scene {
    private static final int MAX_FOLDERS = 8;
    private static final int MAX_COMMANDS = 20_000;
    private static final int MAX_LOOPS = 3;
    private static final int MAX_NESTING = 8;

    /** Values that are nobody's secret, for tricks such as taking a slash out of them. */
    private static final Map<String, String> ENVIRONMENT = Map.of(
            "IFS", " \t\n",
            "HOME", Place.HOME_PATH,
            "PWD", Place.FOLDER,
            "PATH", "/usr/local/bin:/usr/bin:/bin",
            "SHELL", "/bin/bash",
            "BASH", "/bin/bash");

    private final Map<String, List<Word>> variables = new HashMap<>();
    private final Set<String> functions = new HashSet<>();
    private final Set<String> around = new HashSet<>();
    private final int[] commands;
    private final int nesting;
    private Set<String> folders = new LinkedHashSet<>();
    private int uncertain;
    private int loops;
    private boolean forgetful;
    private boolean fetches;
    private boolean hiding;
    private boolean defines;

    private Scene(int[] commands, int nesting) {
        this.commands = commands;
        this.nesting = nesting;
    }

    public static Scene at(String folder) {
        Scene scene = new Scene(new int[1], 0);
        scene.folders.add(folder);
        return scene;
    }

    /** For a script or command inside one of this: it sees what this one sees, and changes nothing here. */
    public Scene inner() {
        if (nesting >= MAX_NESTING) {
            throw NotUnderstood.deny(Reason.TOO_DEEP);
        }
        Scene scene = new Scene(commands, nesting + 1);
        scene.variables.putAll(variables);
        scene.functions.addAll(functions);
        scene.around.addAll(around);
        scene.folders.addAll(folders);
        scene.loops = loops;
        scene.forgetful = forgetful;
        scene.fetches = fetches;
        scene.hiding = hiding;
        scene.defines = defines;
        return scene;
    }

    /** The same for what another program starts: it knows no functions of the shell. */
    public Scene started() {
        Scene scene = inner();
        scene.functions.clear();
        return scene;
    }

    /** Counts one command; there is no cap on how many are judged, only one above which nothing runs. */
    public void count() {
        if (++commands[0] > MAX_COMMANDS) {
            throw NotUnderstood.deny(Reason.TOO_MANY);
        }
    }

    // Variables

    /** What a variable holds; nothing where nobody can know, an empty list where it was never set here. */
    public Optional<List<Word>> value(String name) {
        List<Word> value = variables.get(name);
        if (value != null) {
            return value.stream().allMatch(Word::known) ? Optional.of(value) : Optional.empty();
        }
        if (forgetful) {
            return Optional.empty();
        }
        return Optional.of(ENVIRONMENT.containsKey(name) ? List.of(Word.of(ENVIRONMENT.get(name))) : List.of());
    }

    public Word.Origin origin(String name) {
        return Word.Origin.of(variables.getOrDefault(name, List.of()));
    }

    /** In a branch or a loop nobody knows afterwards whether it was done: then the value is unknown. */
    public void set(String name, List<Word> words) {
        Word.Origin origin = origin(name).and(Word.Origin.of(words));
        boolean certain = uncertain == 0 && !forgetful;
        variables.put(name, certain ? words : List.of(Word.unknown(origin)));
    }

    /** The same for one pass of a loop, whose values are all tried. */
    public void bind(String name, Word word) {
        variables.put(name, List.of(word));
        if (forgetful) {
            forget(name);
        }
    }

    /** What {@code $@}, {@code $1} and the following stand for. */
    public void arguments(List<Word> words) {
        set("@", words);
        set("*", words);
        for (int i = 0; i < Math.min(words.size(), 9); i++) {
            set(String.valueOf(i + 1), List.of(words.get(i)));
        }
    }

    public void forget(String name) {
        variables.put(name, List.of(Word.unknown(origin(name))));
    }

    /** Something was run that may have set anything. */
    public void forgetAll() {
        forgetful = true;
        List.copyOf(variables.keySet()).forEach(this::forget);
    }

    // Functions

    /** A function that is only defined in a branch may be another program by that name. */
    public void define(String function) {
        if (uncertain == 0) {
            functions.add(function);
        }
        defines = true;
    }

    public boolean defines(String function) {
        return functions.contains(function);
    }

    public boolean definesNothing() {
        return !defines;
    }

    public void undefine() {
        functions.clear();
    }

    /** Whether the text stands in the body of that function. */
    public boolean isIn(String function) {
        return around.contains(function);
    }

    public void enter(String function) {
        around.add(function);
    }

    public void leave(String function) {
        around.remove(function);
    }

    // Where it stands

    public Set<String> folders() {
        return folders;
    }

    public void stand(Collection<String> places) {
        folders = new LinkedHashSet<>(places);
    }

    /** Where a cd leads from here; the script may stay where it was, should the folder not exist. */
    public void go(Word target) {
        Set<String> all = new LinkedHashSet<>(reached(target, folders));
        all.addAll(folders);
        folders = all.size() > MAX_FOLDERS ? new LinkedHashSet<>(List.of(Place.SOMEWHERE)) : all;
    }

    /** Where the same cd leads if it works. */
    public List<String> reached(Word target, Collection<String> from) {
        return from.stream()
                .map(folder -> Place.absolute(target, folder))
                .distinct()
                .toList();
    }

    // Branches and loops

    public void branch(Runnable body) {
        uncertain++;
        try {
            body.run();
        } finally {
            uncertain--;
        }
    }

    public void loop(Runnable body) {
        loops++;
        try {
            branch(body);
        } finally {
            loops--;
        }
    }

    public boolean inLoop() {
        return loops > 0;
    }

    /** Loops in loops in loops end, but nobody lives to see it. */
    public boolean loopsTooDeep() {
        return loops > MAX_LOOPS;
    }

    // What was seen before

    public void fetched() {
        fetches = true;
    }

    public boolean hasFetched() {
        return fetches;
    }

    /** Quoted text that looks like a command: some builtins evaluate such text. */
    public void hides() {
        hiding = true;
    }

    public boolean isHiding() {
        return hiding;
    }
}

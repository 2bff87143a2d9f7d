package dev.recourse.activities.shell;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What is known at a point of a script: variables, functions, where it may stand, and how much may still be judged. */
final class Scene {
    private static final int MAX_FOLDERS = 8;
    private static final int MAX_COMMANDS = 20_000;
    private static final int MAX_LOOPS = 3;
    static final int MAX_NESTING = 8;

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

    static Scene at(String folder) {
        Scene scene = new Scene(new int[1], 0);
        scene.folders.add(folder);
        return scene;
    }

    /** For a script or command inside one of this: it sees what this one sees, and changes nothing here. */
    Scene inner() {
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
    Scene started() {
        Scene scene = inner();
        scene.functions.clear();
        return scene;
    }

    /** Counts one command; there is no cap on how many are judged, only one above which nothing runs. */
    void count() {
        if (++commands[0] > MAX_COMMANDS) {
            throw NotUnderstood.deny(Reason.TOO_MANY);
        }
    }

    // Variables

    /** What a variable holds; nothing where nobody can know, an empty list where it was never set here. */
    Optional<List<Word>> value(String name) {
        List<Word> value = variables.get(name);
        if (value != null) {
            return value.stream().allMatch(Word::known) ? Optional.of(value) : Optional.empty();
        }
        if (forgetful) {
            return Optional.empty();
        }
        return Optional.of(ENVIRONMENT.containsKey(name) ? List.of(Word.of(ENVIRONMENT.get(name))) : List.of());
    }

    /** Whether the script, or the environment it runs in, gave that variable a value. */
    boolean isSet(String name) {
        return variables.containsKey(name) || ENVIRONMENT.containsKey(name);
    }

    Word.Origin origin(String name) {
        return variables.getOrDefault(name, List.of()).stream()
                .map(Word::origin)
                .reduce(Word.Origin.PLAIN, Word.Origin::and);
    }

    /** In a branch or a loop nobody knows afterwards whether it was done: then the value is unknown. */
    void set(String name, List<Word> words) {
        Word.Origin origin = words.stream().map(Word::origin).reduce(origin(name), Word.Origin::and);
        boolean certain = uncertain == 0 && !forgetful;
        variables.put(name, certain ? words : List.of(new Word(String.valueOf(Word.UNKNOWN), false, origin)));
    }

    /** The same for one pass of a loop, whose values are all tried. */
    void bind(String name, Word word) {
        variables.put(name, List.of(word));
        if (forgetful) {
            forget(name);
        }
    }

    void forget(String name) {
        variables.put(name, List.of(new Word(String.valueOf(Word.UNKNOWN), false, origin(name))));
    }

    /** Something was run that may have set anything. */
    void forgetAll() {
        forgetful = true;
        List.copyOf(variables.keySet()).forEach(this::forget);
    }

    // Functions

    /** A function that is only defined in a branch may be another program by that name. */
    void define(String function) {
        if (uncertain == 0) {
            functions.add(function);
        }
        defines = true;
    }

    boolean defines(String function) {
        return functions.contains(function);
    }

    boolean definesNothing() {
        return !defines;
    }

    void undefine() {
        functions.clear();
    }

    /** Whether the text stands in the body of that function. */
    boolean isIn(String function) {
        return around.contains(function);
    }

    void enter(String function) {
        around.add(function);
    }

    void leave(String function) {
        around.remove(function);
    }

    // Where it stands

    Set<String> folders() {
        return folders;
    }

    void stand(Collection<String> places) {
        folders = new LinkedHashSet<>(places);
    }

    /** Where a cd leads from here; the script may stay where it was, should the folder not exist. */
    void go(Word target) {
        List<String> reached =
                folders.stream().map(folder -> Place.absolute(target, folder)).toList();
        Set<String> all = new LinkedHashSet<>(reached);
        all.addAll(folders);
        folders = all.size() > MAX_FOLDERS ? new LinkedHashSet<>(List.of(Place.SOMEWHERE)) : all;
    }

    /** Where the same cd leads if it works. */
    List<String> reached(Word target, Collection<String> from) {
        return new ArrayList<>(from.stream()
                .map(folder -> Place.absolute(target, folder))
                .distinct()
                .toList());
    }

    // Branches and loops

    void branch(Runnable body) {
        uncertain++;
        try {
            body.run();
        } finally {
            uncertain--;
        }
    }

    void loop(Runnable body) {
        loops++;
        try {
            branch(body);
        } finally {
            loops--;
        }
    }

    boolean inLoop() {
        return loops > 0;
    }

    /** Loops in loops in loops end, but nobody lives to see it. */
    boolean loopsTooDeep() {
        return loops > MAX_LOOPS;
    }

    // What was seen before

    void fetched() {
        fetches = true;
    }

    boolean hasFetched() {
        return fetches;
    }

    /** Quoted text that looks like a command: some builtins evaluate such text. */
    void hides() {
        hiding = true;
    }

    boolean isHiding() {
        return hiding;
    }
}

package dev.recourse.activities.shell.rules;

import dev.recourse.activities.shell.terms.Names;
import dev.recourse.activities.shell.terms.Place;
import dev.recourse.activities.shell.terms.Reason;
import dev.recourse.activities.shell.terms.Verdict;
import dev.recourse.activities.shell.terms.Word;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** The programs that are known, each with its rule; one that is not known is asked about. */
public final class Programs {
    /** How far a command that begins later than expected is looked for. */
    static final int TAIL = 6;

    private static final Map<String, Rule> RULES = rules();
    private static final Set<String> FOLDERS = Names.of("""
            /bin /sbin /usr/bin /usr/sbin /usr/local/bin /usr/local/sbin /opt/homebrew/bin /usr/games
            """);
    private static final Set<String> BUILD_SCRIPTS = Names.of("gradlew mvnw");
    private static final Set<String> HARMFUL = Names.of("rm shred unlink rmdir srm wipe find dd");
    private static final Pattern VERSION =
            Pattern.compile("(python|perl|ruby|php|lua|node|gcc|g\\+\\+|clang|pip|java)-?[0-9][0-9.]*");
    private static final Pattern FORCEFUL =
            Pattern.compile("-[a-zA-Z]*([rR][a-zA-Z]*f|f[a-zA-Z]*[rR])[a-zA-Z]*|--recursive|--no-preserve-root");

    private Programs() {}

    private static Map<String, Rule> rules() {
        Rules rules = new Rules();
        Builtins.rules(rules);
        Reading.rules(rules);
        Finding.rules(rules);
        Writing.rules(rules);
        Editing.rules(rules);
        Archiving.rules(rules);
        Deleting.rules(rules);
        Permissions.rules(rules);
        Processes.rules(rules);
        Services.rules(rules);
        Machine.rules(rules);
        Network.rules(rules);
        Wrappers.rules(rules);
        Feeding.rules(rules);
        Shells.rules(rules);
        Languages.rules(rules);
        Git.rules(rules);
        Project.rules(rules);
        Packages.rules(rules);
        NodePackages.rules(rules);
        SystemPackages.rules(rules);
        Containers.rules(rules);
        Clouds.rules(rules);
        return rules.all();
    }

    /** What is said about a program by its name, as the table has it. */
    public static Verdict judge(Invocation call) {
        Rule rule = RULES.get(call.program());
        if (rule != null) {
            return call.asksForHelp() ? Verdict.ALLOW : rule.judge(call);
        }
        return unknown(call);
    }

    /** The same by what a script calls it, which may be a path. */
    public static Verdict called(Invocation call) {
        boolean path = call.program().contains("/");
        String name = baseName(call.program());
        if (Machine.makesFileSystem(path ? name : call.program())) {
            return Rule.deny(Reason.DISK).judge(call);
        }
        return path ? byPath(call, name) : judge(call.with(name, call.args()));
    }

    public static boolean knows(String program) {
        return RULES.containsKey(program);
    }

    /** The name rules go by: without folder, extension and version. */
    public static String baseName(String program) {
        String name = program.substring(program.lastIndexOf('/') + 1);
        if (name.toLowerCase(Locale.ROOT).endsWith(".exe")
                || name.toLowerCase(Locale.ROOT).endsWith(".cmd")) {
            name = name.substring(name.lastIndexOf('\\') + 1, name.length() - 4);
        }
        return VERSION.matcher(name).matches() ? name.replaceFirst("-?[0-9][0-9.]*$", "") : name;
    }

    /** One of the system's own is known by its name, one of the folder's is somebody's script. */
    private static Verdict byPath(Invocation call, String name) {
        String path = call.program();
        String folder = path.substring(0, path.lastIndexOf('/'));
        if (FOLDERS.contains(folder)) {
            return judge(call.with(name, call.args()));
        }
        if (BUILD_SCRIPTS.contains(name) && folder.equals(".")) {
            return Project.RULE.judge(call);
        }
        Verdict named = knows(name) ? judge(call.with(name, call.args())) : Verdict.ALLOW;
        return named.denied() ? named : ofFolder(call, folder).and(forceful(call));
    }

    private static Verdict ofFolder(Invocation call, String folder) {
        if (folder.endsWith("/sbin") || folder.endsWith("/bin")) {
            return Verdict.ask(Reason.UNKNOWN_PROGRAM);
        }
        return call.scene().hasFetched() ? Verdict.deny(Reason.FETCHED_CODE) : Verdict.ask(Reason.LOCAL_PROGRAM);
    }

    /** Nobody knows it; what is clear from its arguments alone is denied all the same. */
    private static Verdict unknown(Invocation call) {
        String lower = call.program().toLowerCase(Locale.ROOT);
        if (!lower.equals(call.program()) && knows(lower)) {
            Invocation lowered = call.with(lower, call.lowered().args());
            return Verdict.ask(Reason.UNKNOWN_PROGRAM).and(judge(lowered));
        }
        return Verdict.ask(Reason.UNKNOWN_PROGRAM).and(forceful(call)).and(tail(call));
    }

    /** Arguments that look like those of rm -rf, whatever the program is called. */
    public static Verdict forceful(Invocation call) {
        boolean force = call.args().stream()
                .anyMatch(arg -> FORCEFUL.matcher(arg.collapsed()).matches());
        Place worst = call.worst(call.operands());
        boolean everything = worst == Place.ROOT || worst == Place.HOME || worst == Place.SYSTEM;
        return force && everything ? Verdict.deny(Reason.DISGUISED) : Verdict.ALLOW;
    }

    /** An unknown program may well start the one that its arguments name. */
    private static Verdict tail(Invocation call) {
        for (int i = 0; i < Math.min(call.args().size() - 1, TAIL); i++) {
            if (harmful(call.args().get(i))) {
                Verdict inner = call.runs(call.from(i));
                if (inner.denied()) {
                    return inner;
                }
            }
        }
        return Verdict.ALLOW;
    }

    /** Whether a word names a program that is looked for where a command may begin. */
    static boolean harmful(Word word) {
        String name = baseName(word.text());
        return HARMFUL.contains(name) || Shells.NAMES.contains(name);
    }
}

package dev.recourse.activities.shell;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** The programs that are known, each with its rule; one that is not known is asked about. */
final class Programs {
    private static final Map<String, Rule> RULES = rules();
    private static final Set<String> FOLDERS = Set.of(
            "/bin",
            "/sbin",
            "/usr/bin",
            "/usr/sbin",
            "/usr/local/bin",
            "/usr/local/sbin",
            "/opt/homebrew/bin",
            "/usr/games");
    private static final Set<String> BUILD_SCRIPTS = Set.of("gradlew", "mvnw");
    private static final Pattern VERSION =
            Pattern.compile("(python|perl|ruby|php|lua|node|gcc|g\\+\\+|clang|pip|java)-?[0-9][0-9.]*");
    private static final Pattern FORCEFUL =
            Pattern.compile("-[a-zA-Z]*([rR][a-zA-Z]*f|f[a-zA-Z]*[rR])[a-zA-Z]*|--recursive|--no-preserve-root");

    private Programs() {}

    static Verdict judge(Invocation call) {
        Rule rule = RULES.get(call.program());
        if (rule != null) {
            return call.asksForHelp() ? Verdict.ALLOW : rule.judge(call);
        }
        return unknown(call);
    }

    static boolean knows(String program) {
        return RULES.containsKey(program);
    }

    /** The name rules go by: without folder, extension and version. */
    static String baseName(String program) {
        String name = program.substring(program.lastIndexOf('/') + 1);
        if (name.toLowerCase(Locale.ROOT).endsWith(".exe")
                || name.toLowerCase(Locale.ROOT).endsWith(".cmd")) {
            name = name.substring(name.lastIndexOf('\\') + 1, name.length() - 4);
        }
        return VERSION.matcher(name).matches() ? name.replaceFirst("-?[0-9][0-9.]*$", "") : name;
    }

    /**
     * What a program is that is named by a path: one of the system's own is known by its name, one of the folder's is
     * somebody's script.
     */
    static Verdict byPath(Invocation call, Word path) {
        String text = path.text();
        String folder = text.substring(0, Math.max(0, text.lastIndexOf('/')));
        String name = baseName(text);
        if (FOLDERS.contains(folder)) {
            return judge(call.with(name, call.args()));
        }
        if (BUILD_SCRIPTS.contains(name) && folder.equals(".")) {
            return Developing.PROJECT.judge(call);
        }
        Verdict named = RULES.containsKey(name) ? judge(call.with(name, call.args())) : Verdict.ALLOW;
        Verdict floor = folder.endsWith("/sbin") || folder.endsWith("/bin")
                ? Verdict.ask(Reason.UNKNOWN_PROGRAM)
                : call.scene().hasFetched() ? Verdict.deny(Reason.FETCHED_CODE) : Verdict.ask(Reason.LOCAL_PROGRAM);
        return named.denied() ? named : floor.and(forceful(call));
    }

    /** Nobody knows it; what is clear from its arguments alone is denied all the same. */
    static Verdict unknown(Invocation call) {
        String lower = call.program().toLowerCase(Locale.ROOT);
        if (!lower.equals(call.program()) && RULES.containsKey(lower)) {
            List<Word> args = call.args().stream()
                    .map(arg -> new Word(arg.text().toLowerCase(Locale.ROOT), arg.glob(), arg.origin()))
                    .toList();
            return Verdict.ask(Reason.UNKNOWN_PROGRAM).and(judge(call.with(lower, args)));
        }
        return Verdict.ask(Reason.UNKNOWN_PROGRAM).and(forceful(call)).and(tail(call));
    }

    /** Arguments that look like those of rm -rf, whatever the program is called. */
    static Verdict forceful(Invocation call) {
        boolean force = call.args().stream()
                .anyMatch(arg -> FORCEFUL.matcher(arg.collapsed()).matches());
        Place worst = call.worst(call.operands());
        boolean everything = worst == Place.ROOT || worst == Place.HOME || worst == Place.SYSTEM;
        return force && everything ? Verdict.deny(Reason.DISGUISED) : Verdict.ALLOW;
    }

    /** An unknown program may well start the one that its arguments name. */
    private static Verdict tail(Invocation call) {
        for (int i = 0; i < Math.min(call.args().size() - 1, 6); i++) {
            String name = baseName(call.args().get(i).text());
            if (Deleting.NAMES.contains(name) || Interpreters.SHELLS.contains(name) || name.equals("dd")) {
                Verdict inner = call.runs(call.args().subList(i, call.args().size()));
                if (inner.denied()) {
                    return inner;
                }
            }
        }
        return Verdict.ALLOW;
    }

    private static Map<String, Rule> rules() {
        Map<String, Rule> rules = new HashMap<>();
        Reading.rules(rules);
        Writing.rules(rules);
        Deleting.rules(rules);
        Machine.rules(rules);
        Wrappers.rules(rules);
        Interpreters.rules(rules);
        Network.rules(rules);
        Developing.rules(rules);
        Builtins.rules(rules);
        Rule.put(rules, Git::judge, "git");
        return Map.copyOf(rules);
    }
}

package dev.recourse.activities.shell.rules;

import dev.recourse.activities.shell.terms.Place;
import dev.recourse.activities.shell.terms.Reason;
import dev.recourse.activities.shell.terms.Verdict;
import dev.recourse.activities.shell.terms.Word;
import java.util.List;
import java.util.regex.Pattern;

/** Who may read, write and run a file. */
final class Permissions {
    private static final Pattern RAISING = Pattern.compile(
            "[0-7]?[0-7]?[0-7][2367]|[ugoa,=+rwxX]*([oa]|^)[+=][rwxX]*w[rwxXst]*|0?[4-7][0-7]{3}|[ugoa]*[+=][rwx]*s[rwx]*|\\+w|777|0?000|a-[rwx]+");

    private Permissions() {}

    static void rules(Rules rules) {
        rules.put("chmod gchmod", Permissions::modes);
        rules.put("chown chgrp setfacl gchown", Permissions::owners);
        rules.put("""
                chattr setcap visudo icacls takeown cacls setenforce chcon restorecon attrib
                """, Rule.deny(Reason.PERMISSIONS));
    }

    private static Verdict modes(Invocation call) {
        if (call.onlyHelp()) {
            return Verdict.ALLOW;
        }
        List<Word> words = call.args().stream()
                .filter(arg -> !arg.text().startsWith("--") && !arg.matches("-[Rcfvh]+"))
                .toList();
        String mode = Word.first(words);
        List<Word> files = call.option("--reference") || words.isEmpty() ? words : words.subList(1, words.size());
        boolean everything = recursive(call);
        Place worst = call.worst(files);
        boolean wide = everything && (raises(mode) || (worst == Place.WORK_ALL && widens(mode)));
        if (worst.outside() || wide || setsId(mode)) {
            return Verdict.deny(Reason.PERMISSIONS);
        }
        if (call.scene().hasFetched() && mode.matches(".*x.*|[0-7]*[1357][0-7]*")) {
            return Verdict.deny(Reason.FETCHED_CODE);
        }
        boolean known = !words.isEmpty() && words.get(0).known();
        return known && worst.inside() && !everything && !raises(mode)
                ? Verdict.ALLOW
                : Verdict.ask(Reason.PERMISSIONS_HERE);
    }

    private static boolean recursive(Invocation call) {
        return call.flag('R') || call.option("--recursive");
    }

    private static boolean widens(String mode) {
        return raises(mode) || mode.matches("0*|[0-7]?0[0-7]{2}|[ugoa]*-.*|[ugoa]*=");
    }

    private static boolean setsId(String mode) {
        return mode.matches("0?[2-7][0-7]{3}|[ugoa,rwx+=-]*[+=][rwx]*s.*");
    }

    /** A mode that lets everybody write, nobody read, or a file run as its owner. */
    static boolean raises(String mode) {
        return RAISING.matcher(mode).matches() || setsId(mode);
    }

    private static Verdict owners(Invocation call) {
        if (call.onlyHelp()) {
            return Verdict.ALLOW;
        }
        List<Word> words = call.operands("-m -x --modify --from");
        boolean acl = call.program().equals("setfacl");
        List<Word> files = acl || words.isEmpty() ? words : words.subList(1, words.size());
        Place worst = call.worst(files);
        boolean wide = recursive(call) && (worst == Place.WORK_ALL || acl);
        return worst.outside() || wide ? Verdict.deny(Reason.PERMISSIONS) : Verdict.ask(Reason.PERMISSIONS_HERE);
    }
}

package dev.recourse.activities.shell.rules;

import dev.recourse.activities.shell.terms.Place;
import dev.recourse.activities.shell.terms.Reason;
import dev.recourse.activities.shell.terms.Verdict;
import dev.recourse.activities.shell.terms.Word;
import java.util.List;

/** Programs that delete what they are told: rm and its like, and those of Windows. */
final class Deleting {

    private Deleting() {}

    static void rules(Rules rules) {
        rules.put("rm srm grm trash trash-put", Deleting::rm);
        rules.put("unlink", call -> deletes(call, call.operands()));
        rules.put("rmdir rd", Deleting::rmdir);
        rules.put("shred wipe scrub", Deleting::shred);
        rules.put("del erase", Deleting::windows);
        rules.put("remove-item ri", Deleting::removeItem);
    }

    private static Verdict rm(Invocation call) {
        if (call.onlyHelp()) {
            return Verdict.ALLOW;
        }
        if (call.option("--no-preserve-root")) {
            return Verdict.deny(Reason.RM_RF);
        }
        boolean recursive = call.flag('r') || call.flag('R') || call.option("--recursive");
        return recursive ? deletesTrees(call, call.operands()) : deletes(call, call.operands());
    }

    private static Verdict deletesTrees(Invocation call, List<Word> trees) {
        Verdict verdict = trees.isEmpty() ? Verdict.ask(Reason.RM_RF_HERE) : Verdict.ALLOW;
        return verdict.andEach(trees, tree -> deletesTree(call.place(tree), tree));
    }

    private static Verdict deletesTree(Place place, Word tree) {
        if (place.outside() || place == Place.WORK_ALL) {
            return Verdict.deny(Reason.RM_RF);
        }
        boolean temporary = place == Place.TEMPORARY && !tree.glob();
        return temporary || place == Place.SINK ? Verdict.ALLOW : Verdict.ask(Reason.RM_RF_HERE);
    }

    private static Verdict deletes(Invocation call, List<Word> files) {
        Verdict verdict = files.isEmpty() ? Verdict.ask(Reason.DELETES_HERE) : Verdict.ALLOW;
        return verdict.andEach(files, file -> deletesFile(call.place(file), file));
    }

    /** Single files of the working folder may go; anything that could be more is asked about. */
    private static Verdict deletesFile(Place place, Word file) {
        boolean somebodys =
                place == Place.ELSEWHERE || (place == Place.HOME && !file.text().contains("/."));
        if (place.outside()) {
            return somebodys && !file.glob() ? Verdict.ask(Reason.DELETES) : Verdict.deny(Reason.DELETES);
        }
        return place.inside() && !file.glob() ? Verdict.ALLOW : Verdict.ask(Reason.DELETES_HERE);
    }

    private static Verdict rmdir(Invocation call) {
        boolean windows = call.lowered().given("/[sq]") || call.program().equals("rd");
        return windows ? Verdict.deny(Reason.DELETES) : deletes(call, call.operands());
    }

    private static Verdict shred(Invocation call) {
        Place worst = call.worst(call.operands("-n -s"));
        if (worst.outside() || worst == Place.WORK_ALL) {
            return Verdict.deny(worst == Place.DEVICE ? Reason.DISK : Reason.DELETES);
        }
        return call.onlyHelp() ? Verdict.ALLOW : Verdict.ask(Reason.DELETES_HERE);
    }

    private static Verdict windows(Invocation call) {
        return call.lowered().given("(/[a-z])+")
                ? Verdict.deny(Reason.DELETES)
                : Verdict.ask(Reason.DELETES_HERE).and(deletes(call, call.operands()));
    }

    private static Verdict removeItem(Invocation call) {
        boolean recursive = call.lowered().line().contains("-rec");
        return recursive ? Verdict.deny(Reason.RM_RF) : Verdict.ask(Reason.DELETES_HERE);
    }
}

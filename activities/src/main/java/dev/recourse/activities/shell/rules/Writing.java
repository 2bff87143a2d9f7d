package dev.recourse.activities.shell.rules;

import dev.recourse.activities.shell.terms.Place;
import dev.recourse.activities.shell.terms.Reason;
import dev.recourse.activities.shell.terms.Verdict;
import dev.recourse.activities.shell.terms.Word;
import java.util.List;

/** Programs that write, copy and move files: allowed where they write into the working folder alone. */
final class Writing {

    private Writing() {}

    static void rules(Rules rules) {
        rules.put("touch mkdir mkfifo patch", call -> call.writes(call.operands("-m -d -t -r -p -i")));
        rules.put("tee sponge", call -> call.writes(call.operands()));
        rules.put("cp install gcp", Writing::copy);
        rules.put("mv rename", Writing::move);
        rules.put("ln link", Writing::link);
        rules.put("truncate fallocate", Writing::truncate);
        rules.put("split csplit", Writing::split);
        rules.put("dd dcfldd dc3dd", Writing::dd);
        rules.put("mknod", Rule.deny(Reason.DISK));
    }

    /** From where to where files go. */
    private record Route(List<Word> from, List<Word> to) {

        static Route of(Invocation call, String withValue) {
            List<Word> files = call.operands(withValue);
            List<Word> targets = call.values("-t --target-directory");
            return targets.isEmpty() && !files.isEmpty()
                    ? new Route(files.subList(0, files.size() - 1), last(files))
                    : new Route(files, targets);
        }

        /** Into the folder itself is the ordinary case. */
        Verdict written(Invocation call) {
            return call.worst(to) == Place.WORK_ALL ? Verdict.ALLOW : call.writes(to);
        }
    }

    private static Verdict copy(Invocation call) {
        Route route = Route.of(call, "-t -m -o -g -S --target-directory");
        boolean raises = call.values("-m --mode").stream().map(Word::text).anyMatch(Permissions::raises);
        boolean empties = !route.from.isEmpty() && call.worst(route.from) == Place.SINK;
        return route.written(call)
                .and(Reading.reads(call, route.from))
                .and(raises ? Verdict.deny(Reason.PERMISSIONS) : Verdict.ALLOW)
                .and(empties ? Verdict.ask(Reason.DELETES_HERE) : Verdict.ALLOW);
    }

    private static Verdict move(Invocation call) {
        Route route = Route.of(call, "-t -S --target-directory");
        Place taken = call.worst(route.from);
        if (taken.outside() || (call.worst(route.to) == Place.SINK && !route.to.isEmpty())) {
            return taken == Place.ELSEWHERE ? Verdict.ask(Reason.WRITES_OUTSIDE) : Verdict.deny(Reason.DELETES);
        }
        boolean renames = call.program().equals("rename");
        return route.written(call)
                .and(taken == Place.WORK_ALL ? Verdict.ask(Reason.DELETES_HERE) : Verdict.ALLOW)
                .and(renames ? Verdict.ask(Reason.CODE) : Verdict.ALLOW);
    }

    private static Verdict link(Invocation call) {
        List<Word> files = call.operands("-t -S");
        boolean out = files.stream().map(call::place).anyMatch(place -> place.outside() || place == Place.UNKNOWN);
        Verdict named = files.size() > 1 ? call.writes(last(files)) : Verdict.ALLOW;
        return named.and(out ? Verdict.ask(Reason.WRITES_OUTSIDE) : Verdict.ALLOW);
    }

    private static Verdict truncate(Invocation call) {
        boolean huge = call.values("-s -l --size --length").stream()
                .anyMatch(size -> size.matches("[+]?([0-9]+[TPEtpe].*|[0-9]{2,}[Gg].*|[0-9]{11,})"));
        return (huge ? Verdict.deny(Reason.EXHAUSTS) : Verdict.ALLOW)
                .and(call.writes(call.operands("-s -l -o -r")))
                .and(call.program().equals("truncate") ? Verdict.ask(Reason.DELETES_HERE) : Verdict.ALLOW);
    }

    private static Verdict split(Invocation call) {
        return call.option("--filter")
                ? Verdict.deny(Reason.OPTION_RUNS)
                : call.writes(last(call.operands("-b -l -n -a")));
    }

    private static Verdict dd(Invocation call) {
        if (call.onlyHelp()) {
            return Verdict.ALLOW;
        }
        return Verdict.ask(Reason.WRITES_SOMEWHERE)
                .andEach(call.args(), arg -> ddArgument(call, arg))
                .and(unbounded(call));
    }

    private static Verdict ddArgument(Invocation call, Word arg) {
        if (arg.text().startsWith("of=")) {
            Place place = call.place(arg.from(3));
            Reason outside = place == Place.DEVICE ? Reason.DISK : Reason.WRITES_OUTSIDE;
            return place.outside() ? Verdict.deny(outside) : place.written();
        }
        if (arg.text().startsWith("if=")) {
            return call.place(arg.from(3)) == Place.DEVICE ? Verdict.deny(Reason.DISK) : Verdict.ALLOW;
        }
        return arg.known() ? Verdict.ALLOW : Verdict.ask(Reason.DYNAMIC_COMMAND);
    }

    /** An endless source needs a count, and a small one. */
    private static Verdict unbounded(Invocation call) {
        boolean endless = call.given("if=/dev/(zero|u?random|full)");
        boolean bounded = call.given("count=[0-9]{1,5}[kK]?") && !call.given("bs=([0-9]+[GTPE].*|[0-9]{3,}M)");
        return endless && !bounded ? Verdict.deny(Reason.EXHAUSTS) : Verdict.ALLOW;
    }

    static List<Word> last(List<Word> words) {
        return words.isEmpty() ? List.of() : words.subList(words.size() - 1, words.size());
    }
}

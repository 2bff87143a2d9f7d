package dev.recourse.activities.shell.rules;

import dev.recourse.activities.shell.terms.Reason;
import dev.recourse.activities.shell.terms.Verdict;
import dev.recourse.activities.shell.terms.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** sed and awk: little languages that mostly edit text, but can run and write as well. */
final class Editing {
    private static final Pattern AWK_RUNS =
            Pattern.compile("system\\s*\\(|getline|\\|\\s*[\"&]|[\"\\w)]\\s*\\|\\s*\\w|@load|ENVIRON|/inet/");
    private static final Pattern AWK_WRITES = Pattern.compile("print[^}]*>");
    private static final Pattern AWK_ENDLESS = Pattern.compile("while\\s*\\(\\s*1|for\\s*\\(\\s*;\\s*;");

    private Editing() {}

    static void rules(Rules rules) {
        rules.put("sed gsed", Editing::sed);
        rules.put("awk gawk mawk nawk", Editing::awk);
    }

    private static Verdict sed(Invocation call) {
        List<Word> scripts = new ArrayList<>(call.values("-e --expression"));
        List<Word> files = new ArrayList<>(call.operands("-e -f -l --expression --file"));
        boolean fromFile = !call.values("-f --file").isEmpty();
        if (scripts.isEmpty() && !fromFile && !files.isEmpty()) {
            scripts.add(files.remove(0));
        }
        boolean inPlace = call.option("--in-place") || call.given("-[nErsuz]*i.*");
        Verdict verdict = fromFile ? Verdict.ask(Reason.CODE) : Verdict.ALLOW;
        return verdict.andEach(scripts, Editing::sedScript)
                .and(inPlace ? call.writes(files) : Reading.reads(call, files));
    }

    private static Verdict sedScript(Word script) {
        return switch (SedScript.of(script.collapsed())) {
            case RUNS -> Verdict.deny(Reason.CODE_DANGEROUS);
            case UNKNOWN -> Code.judge(script.collapsed());
            case EDITS -> script.known() ? Verdict.ALLOW : Verdict.ask(Reason.CODE);
        };
    }

    private static Verdict awk(Invocation call) {
        if (!call.values("-f --file -i -l -E").isEmpty()) {
            return Verdict.ask(Reason.CODE);
        }
        List<Word> operands = new ArrayList<>(call.operands("-F -v -f -e -i -l --source --file"));
        List<Word> programs = new ArrayList<>(call.values("-e --source"));
        if (programs.isEmpty() && !operands.isEmpty()) {
            programs.add(operands.remove(0));
        }
        return Reading.reads(call, operands).andEach(programs, Editing::awkProgram);
    }

    private static Verdict awkProgram(Word program) {
        String text = program.collapsed();
        if (AWK_RUNS.matcher(text).find()) {
            return Code.judge(text);
        }
        if (AWK_ENDLESS.matcher(text).find()) {
            return Verdict.deny(Reason.EXHAUSTS);
        }
        boolean writes = AWK_WRITES.matcher(text).find();
        if (writes && Code.dangerous(text)) {
            return Verdict.deny(Reason.WRITES_OUTSIDE);
        }
        return writes || !program.known() ? Verdict.ask(Reason.CODE) : Verdict.ALLOW;
    }
}

package dev.recourse.activities.shell.rules;

import dev.recourse.activities.shell.terms.Names;
import dev.recourse.activities.shell.terms.Place;
import dev.recourse.activities.shell.terms.Reason;
import dev.recourse.activities.shell.terms.Verdict;
import dev.recourse.activities.shell.terms.Word;
import java.util.List;
import java.util.Set;

/** Programs that pack and unpack: allowed in the working folder, but for options that run something. */
final class Archiving {
    private static final String TAR_RUNS =
            "--(checkpoint-action|to-command|use-compress-program|rsh-command|info-script|new-volume-script|rmt-command).*|-I.*|-F.*";
    private static final String TAR_COMPRESSES = "-I(z|x|b|pz|l).*|--use-compress-program=(z|x|b|pi)\\w*";
    private static final Set<String> TAR_OUTSIDE =
            Names.of("--absolute-names -P --remove-files --unlink-first --recursive-unlink");

    private Archiving() {}

    static void rules(Rules rules) {
        rules.put("tar bsdtar gtar", Archiving::tar);
        rules.put("zip unzip gzip gunzip bzip2 bunzip2 xz unxz zstd unzstd 7z jar", Archiving::archive);
    }

    private static Verdict tar(Invocation call) {
        for (Word arg : call.args()) {
            if (arg.matches(TAR_RUNS)) {
                return arg.matches(TAR_COMPRESSES) ? Verdict.ask(Reason.OPTION_RUNS) : Verdict.deny(Reason.OPTION_RUNS);
            }
            if (TAR_OUTSIDE.contains(arg.text())) {
                return Verdict.ask(Reason.WRITES_OUTSIDE);
            }
        }
        String mode = call.arg(0).replaceFirst("^-", "");
        if (!call.arg(0).startsWith("--") && mode.contains("P")) {
            return Verdict.ask(Reason.WRITES_OUTSIDE);
        }
        return call.writes(call.values("-C --directory")).and(packed(call)).and(created(call, mode));
    }

    private static Verdict packed(Invocation call) {
        List<Word> files = call.operands("-C -f --directory --file -T -X");
        boolean archiveFirst = call.arg(0).matches("-?[a-zA-Z]*f[a-zA-Z]*") && !files.isEmpty();
        List<Word> named = archiveFirst ? files.subList(1, files.size()) : files;
        boolean outside = call.worst(named).outside();
        return Reading.reads(call, named).and(outside ? Verdict.ask(Reason.READS_SECRETS) : Verdict.ALLOW);
    }

    /** The archive is written unless it is listed or unpacked. */
    private static Verdict created(Invocation call, String mode) {
        boolean lists = mode.startsWith("t") || call.option("--list");
        boolean extracts = mode.contains("x") || call.option("--extract") || call.option("--get");
        if (lists || extracts) {
            return Verdict.ALLOW;
        }
        Verdict archive = call.worst(call.values("--file")).written();
        boolean named = mode.indexOf('f') >= 0 && call.args().size() > 1;
        return archive.and(named ? call.place(call.args().get(1)).written() : Verdict.ALLOW);
    }

    private static Verdict archive(Invocation call) {
        if (call.given("-TT|--unzip-command.*|-T|--use-compress.*")) {
            return Verdict.deny(Reason.OPTION_RUNS);
        }
        if (call.arg(0).matches("-l|-v|-t|--list|--test|l|t|tf|tvf|-Z.*")) {
            return Verdict.ALLOW;
        }
        Place worst = call.worst(call.operands("-x -i"));
        return worst == Place.WORK_ALL ? Verdict.ALLOW : worst.written();
    }
}

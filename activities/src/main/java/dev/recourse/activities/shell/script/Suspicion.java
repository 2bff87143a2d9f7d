package dev.recourse.activities.shell.script;

import dev.recourse.activities.shell.terms.Reason;
import dev.recourse.activities.shell.terms.Verdict;
import java.util.regex.Pattern;

/** A look at a script that can't be parsed: it never runs unasked, and what is clear all the same is denied. */
final class Suspicion {
    private static final Pattern CLEAR = Pattern.compile(
            "(?is)(^|[\\s;&|({`,])(rm[\\s,]+-[a-z]*[rf]|mkfs|dd[\\s,]+(if|of)=|shutdown|reboot|poweroff|halt|shred|wipefs|kill[\\s,]+-9[\\s,]+-1|chmod[\\s,]+-R|chown[\\s,]+-R)"
                    + "|/dev/(sd|nvme|vd|hd|tcp|udp|mem)|>\\s*/(etc|dev|proc|sys|boot)/|authorized_keys|sysrq|\\|\\s*(ba|z|da|k)?sh\\b|(nc|ncat)\\s.*-e|:\\s*\\(\\s*\\)|mkfifo|base64\\s+-d");

    private Suspicion() {}

    static Verdict of(String text) {
        String bare = text.replaceAll("\\$\\{?IFS}?", " ").replaceAll("[\"'\\\\]", "");
        return CLEAR.matcher(bare).find() || CLEAR.matcher(text).find()
                ? Verdict.deny(Reason.NOT_UNDERSTOOD)
                : Verdict.ask(Reason.NOT_UNDERSTOOD);
    }
}

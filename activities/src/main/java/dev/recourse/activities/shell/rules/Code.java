package dev.recourse.activities.shell.rules;

import dev.recourse.activities.shell.terms.Place;
import dev.recourse.activities.shell.terms.Reason;
import dev.recourse.activities.shell.terms.Stdin;
import dev.recourse.activities.shell.terms.Verdict;
import dev.recourse.activities.shell.terms.Word;
import java.util.regex.Pattern;

/** What interpreters run: text, a file, or what flows in. A look at it may deny it, and never allows it. */
final class Code {
    private static final Pattern DANGEROUS = Pattern.compile(
            "(?is)\\brm\\s+-|rmtree|unlink|\\bos\\.(remove|rename|kill|exec|spawn|fork|chmod|chown|setuid|dup2|system|popen)"
                    + "|\\brmdir|removedirs|\\brmsync|fs\\.(rm|write|unlink|chmod|append)|\\bsystem\\b|popen|subprocess|\\bexec\\w*\\b"
                    + "|\\bspawn\\w*|child_process|\\bfork\\b|socket|urlopen|urllib|requests?\\.(get|post)|https?\\.(get|request)"
                    + "|\\bfetch\\(|open-uri|net/http|file_get_contents|fsockopen|shell_exec|passthru|proc_open|\\beval\\b"
                    + "|__import__|importlib|ctypes|pickle|marshal|b64decode|base64|atob|fromcharcode|/dev/|/etc/|/proc/|/sys/"
                    + "|\\bkill\\b|shutdown|reboot|poweroff|while\\s*\\(?\\s*(true|1)\\b|while\\s+1|1\\s+while|for\\s*\\(\\s*;\\s*;\\s*\\)|loop\\s*[{d]"
                    + "|\\*\\*\\s*[0-9]{2,}|1e[0-9]{2}|`[^`]*`|%x|\\bqx\\b|fileutils|file\\.delete|dir\\.delete|writefile|authorized_keys|\\.ssh|crontab|\\.bashrc"
                    + "|glob\\(|chmod|chown|mkfs|setuid|\\$env|invoke-expression|\\biex\\b|downloadstring|start-process|remove-item"
                    + "|\\bpty\\b|shutil|multiprocessing|repeat\\([0-9]{8,}|\\*\\s*10\\s*\\*\\*|os\\.execute|io\\.popen|io\\.open");

    private Code() {}

    static boolean dangerous(String text) {
        return DANGEROUS.matcher(text).find();
    }

    /** Text in another language than that of shells. */
    static Verdict judge(String text) {
        return dangerous(text) ? Verdict.deny(Reason.CODE_DANGEROUS) : Verdict.ask(Reason.CODE);
    }

    /** What comes in by a pipe or a here-document is the program. */
    static Verdict piped(Invocation call) {
        Stdin stdin = call.stdin();
        if (!stdin.there()) {
            return Verdict.ask(Reason.CODE);
        }
        boolean plain = stdin.origin() == Word.Origin.PLAIN;
        Verdict from = plain ? Verdict.ask(Reason.PIPED_CODE) : stdin.origin().verdict();
        String text = stdin.text();
        if (text == null) {
            return from;
        }
        return from.and(Shells.NAMES.contains(call.program()) ? call.runs(text) : judge(text));
    }

    /** The program is in a file, which nobody looks into. */
    static Verdict file(Invocation call, Word file) {
        if (file.origin() != Word.Origin.PLAIN) {
            return file.origin().verdict();
        }
        if (file.matches("/dev/(stdin|fd/0)|-")) {
            return piped(call);
        }
        Place place = call.place(file);
        boolean fetched = call.scene().hasFetched()
                || place == Place.DEVICE
                || place == Place.NETWORK
                || file.matches("https?://.*");
        return fetched ? Verdict.deny(Reason.FETCHED_CODE) : Verdict.ask(Reason.LOCAL_PROGRAM);
    }
}

package dev.recourse.activities.shell;

import java.util.regex.Pattern;

/** A look at program text in other languages: never enough to allow it, sometimes enough to deny it. */
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

    static Verdict judge(String text) {
        return dangerous(text) ? Verdict.deny(Reason.CODE_DANGEROUS) : Verdict.ask(Reason.CODE);
    }
}

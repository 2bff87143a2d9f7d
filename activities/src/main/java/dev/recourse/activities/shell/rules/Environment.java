package dev.recourse.activities.shell.rules;

import dev.recourse.activities.shell.terms.Reason;
import dev.recourse.activities.shell.terms.Verdict;
import dev.recourse.activities.shell.terms.Word;
import java.util.regex.Pattern;

/** Variables that make other programs load or run something. */
public final class Environment {
    private static final Pattern LOADS = Pattern.compile(
            "LD_(PRELOAD|LIBRARY_PATH|AUDIT|DEBUG.*)|DYLD_.*|BASH_ENV|ENV|PROMPT_COMMAND|PS4|SHELLOPTS|BASHOPTS|BASH_FUNC.*|GCONV_PATH|GLIBC_TUNABLES|PERL5DB");
    private static final Pattern RUNS = Pattern.compile(
            "GIT_.*|PS[0-3]|.*PAGER|.*EDITOR|VISUAL|BROWSER|LESSOPEN|LESSCLOSE|PYTHON.*|PERL5.*|PERLLIB|RUBY.*|NODE_OPTIONS|NODE_PATH|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS"
                    + "|MAVEN_OPTS|GRADLE_OPTS|CC|CXX|LD|MAKEFLAGS|RUSTC_WRAPPER|SHELL|TERMINFO|HOME|CDPATH|PATH|HISTFILE|TMPDIR|npm_config_.*|NPM_CONFIG_.*|PIP_.*|DOCKER_HOST|KUBECONFIG|XDG_.*|SUDO_ASKPASS|SSH_ASKPASS|RSYNC_RSH|HTTPS?_PROXY|https?_proxy|IFS");
    private static final Pattern COMMANDS = Pattern.compile(
            "GIT_(SSH_COMMAND|SSH|PAGER|EDITOR|SEQUENCE_EDITOR|EXTERNAL_DIFF|ASKPASS)|PAGER|MANPAGER|EDITOR|VISUAL|LESSOPEN|BROWSER|CC|RSYNC_RSH");
    private static final Pattern ORDINARY = Pattern.compile(
            "PYTHON(UNBUFFERED|DONTWRITEBYTECODE|HASHSEED)|GIT_((AUTHOR|COMMITTER)_(NAME|EMAIL|DATE)|TERMINAL_PROMPT|MERGE_AUTOEDIT)|IFS");

    private Environment() {}

    /** What is said about giving that variable that value. */
    public static Verdict judge(Invocation call, String name, Word value) {
        if (LOADS.matcher(name).matches()) {
            return Verdict.deny(Reason.ENVIRONMENT);
        }
        if (ORDINARY.matcher(name).matches() || !RUNS.matcher(name).matches()) {
            return Verdict.ALLOW;
        }
        if (COMMANDS.matcher(name).matches()) {
            Verdict inner = call.runs(value);
            return inner.denied() || inner.allowed() ? inner : Verdict.ask(Reason.ENVIRONMENT_ASK);
        }
        return Verdict.ask(Reason.ENVIRONMENT_ASK);
    }
}

package dev.recourse.activities.shell.rules;

import dev.recourse.activities.shell.terms.Names;
import dev.recourse.activities.shell.terms.Reason;
import dev.recourse.activities.shell.terms.Verdict;
import dev.recourse.activities.shell.terms.Word;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Services and whatever else runs by itself: units, sessions, schedules. */
final class Services {
    private static final Set<String> QUIET_UNITS = Names.of("""
            status show cat is-active is-enabled is-failed list-units list-unit-files list-timers
            list-sockets list-dependencies list-jobs get-default show-environment help
            is-system-running --version --help list-machines
            """);
    private static final Set<String> POWER_UNITS = Names.of("""
            poweroff reboot halt kexec suspend hibernate hybrid-sleep suspend-then-hibernate rescue
            emergency default isolate exit soft-reboot switch-root start-poweroff
            """);
    private static final Set<String> MILD_UNITS =
            Set.of("start", "restart", "reload", "try-restart", "reset-failed", "daemon-reload");
    private static final Set<String> LASTING_UNITS =
            Names.of("enable link edit preset add-wants add-requires set-default reenable");

    private Services() {}

    static void rules(Rules rules) {
        rules.put("systemctl", Services::units);
        rules.put("loginctl busctl dbus-send gdbus qdbus", Services::sessions);
        rules.put("service rc-service invoke-rc.d", Services::service);
        rules.put("crontab fcrontab", Services::crontab);
        rules.put("""
                at batch atd launchctl update-rc.d chkconfig rc-update schtasks systemd-run
                systemd-tmpfiles ssh-copy-id incrontab anacron ssh-add authselect pam-auth-update
                """, Rule.deny(Reason.PERSISTS));
    }

    private static Verdict units(Invocation call) {
        List<Word> words = call.operands("-H -M -p -t -n -o --type --state --host --machine");
        String verb = Word.first(words);
        if (POWER_UNITS.contains(verb)
                || call.line().matches(".*\\b(poweroff|reboot|halt|shutdown|kexec|rescue|emergency)\\.target.*")) {
            return Verdict.deny(Reason.POWER);
        }
        if (verb.isEmpty() || QUIET_UNITS.contains(verb)) {
            return Verdict.ALLOW;
        }
        if (MILD_UNITS.contains(verb) || !words.get(0).known()) {
            return Verdict.ask(Reason.SYSTEM_ASK);
        }
        return Verdict.deny(LASTING_UNITS.contains(verb) ? Reason.PERSISTS : Reason.SYSTEM);
    }

    private static Verdict sessions(Invocation call) {
        String line = call.line().toLowerCase(Locale.ROOT);
        if (line.matches(".*(poweroff|reboot|halt|suspend|hibernate|shutdown).*")) {
            return Verdict.deny(Reason.POWER);
        }
        return line.matches(".*(terminate|kill).*") ? Verdict.deny(Reason.KILLS) : Verdict.ask(Reason.SYSTEM_ASK);
    }

    private static Verdict service(Invocation call) {
        return switch (call.arg(1)) {
            case "status" -> Verdict.ALLOW;
            case "stop" -> Verdict.deny(Reason.SYSTEM);
            default -> call.arg(0).equals("--status-all") ? Verdict.ALLOW : Verdict.ask(Reason.SYSTEM_ASK);
        };
    }

    private static Verdict crontab(Invocation call) {
        boolean lists = call.args().size() == 1 && call.arg(0).equals("-l");
        return lists || call.onlyHelp() ? Verdict.ALLOW : Verdict.deny(Reason.PERSISTS);
    }
}

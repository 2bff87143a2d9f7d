package dev.recourse.activities.shell.rules;

import dev.recourse.activities.shell.terms.Names;
import dev.recourse.activities.shell.terms.Reason;
import dev.recourse.activities.shell.terms.Verdict;
import dev.recourse.activities.shell.terms.Word;
import java.util.List;
import java.util.Set;

/** Programs that end processes: some of one's own perhaps, never those of everybody. */
final class Processes {
    private static final Set<String> VITAL = Names.of("""
            systemd init sshd dockerd containerd postgres postgresql mysqld mysql nginx httpd
            apache2 redis-server cron crond dbus-daemon xorg gnome-shell kubelet networkmanager
            systemd-logind bash sh zsh login java explorer.exe explorer csrss.exe lsass.exe
            svchost.exe mongod
            """);

    private Processes() {}

    static void rules(Rules rules) {
        rules.put("kill", Processes::kill);
        rules.put("pkill killall skill taskkill xkill stop-process", Processes::killNamed);
        rules.put("killall5 fuser", Rule.deny(Reason.KILLS));
    }

    private static Verdict kill(Invocation call) {
        if (call.arg(0).matches("-l|-L|--list|--table|--help")) {
            return Verdict.ALLOW;
        }
        if (everybody(call.args())) {
            return Verdict.deny(Reason.KILLS);
        }
        boolean probes = call.arg(0).equals("-0") && call.args().stream().allMatch(Word::known);
        return probes ? Verdict.ALLOW : Verdict.ask(Reason.KILLS_SOME);
    }

    /** -1 is a signal where one may stand, and every process everywhere else. */
    private static boolean everybody(List<Word> args) {
        boolean signalled = false;
        for (int i = 0; i < args.size(); i++) {
            Word arg = args.get(i);
            boolean signal = arg.matches("-[0-9]+|-[A-Za-z]{3,}[0-9+-]*") && !(arg.is("-1") && args.size() == 1);
            if (signal && !signalled) {
                signalled = true;
            } else if (arg.matches("-s|-n|--signal|-q")) {
                signalled = true;
                i++;
            } else if (arg.matches("-1|1|0+1|-0*1")) {
                return true;
            }
        }
        return false;
    }

    private static Verdict killNamed(Invocation call) {
        if (call.arg(0).matches("-l|--list|--help|--version|-V")) {
            return Verdict.ALLOW;
        }
        boolean everybody = call.line()
                .matches("(?i).*(^| )(-u|-U|-g|--euid|--user|-t|-G|/f /im|-s [0-9]|-v|--inverse|-P 1)( .*|$)");
        boolean broad = call.operands("-s --signal").stream()
                .anyMatch(word -> word.matches("[.*^$]*") || word.text().length() < 2);
        boolean vital = call.lowered().args().stream().map(Word::text).anyMatch(VITAL::contains);
        return everybody || broad || vital ? Verdict.deny(Reason.KILLS) : Verdict.ask(Reason.KILLS_SOME);
    }
}

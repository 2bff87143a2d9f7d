package dev.recourse.activities.shell.rules;

import dev.recourse.activities.shell.terms.Place;
import dev.recourse.activities.shell.terms.Reason;
import dev.recourse.activities.shell.terms.Verdict;
import dev.recourse.activities.shell.terms.Word;
import java.util.ArrayList;
import java.util.List;

/** Programs that reach the network: the sandbox has none, so they are asked about, and denied where they bring or send code. */
final class Network {
    private static final String COPIES = "rsync scp sftp";
    private static final String OUTPUT = """
            -o --output -O --output-document -P --directory-prefix --output-dir -D --dump-header -c
            --cookie-jar
            """;
    private static final String REACHING =
            "-[a-zA-Z]*e.*|--(rsh|rsync-path|delete|remove|config|files-from|log-file|temp-dir|backup-dir|partial-dir|write).*";

    private Network() {}

    static void rules(Rules rules) {
        rules.put("""
                curl wget fetch aria2c http https axel lynx w3m links lwp-request GET ftp tftp sftp
                scp rsync
                """, Network::transfer);
        rules.put("nc ncat netcat socat telnet openssl cryptcat pwncat", Network::socket);
        rules.put("ssh mosh rsh dbclient sshpass autossh", Network::remote);
        rules.put("ping ping6", Network::ping);
        rules.put("""
                dig nslookup host traceroute tracepath mtr whois nmap arp tcpdump ngrok cloudflared
                iperf iperf3 ab wrk siege speedtest-cli
                """, Rule.ask(Reason.NETWORK));
        rules.put("hping3 slowloris stress stress-ng memtester xmrig minerd cpuminer", Rule.deny(Reason.EXHAUSTS));
    }

    private static Verdict transfer(Invocation call) {
        if (call.onlyHelp()) {
            return Verdict.ALLOW;
        }
        if (call.program().equals("rsync") && local(call)) {
            return started(call).and(target(call).written());
        }
        call.scene().fetched();
        List<Word> written = new ArrayList<>(call.values(OUTPUT));
        written.removeIf(file -> file.is("-") || file.text().contains("://"));
        return Verdict.ask(Reason.NETWORK)
                .and(call.writes(written).ifDenied())
                .andEach(call.args(), arg -> argument(call, arg))
                .and(started(call));
    }

    private static boolean local(Invocation call) {
        return !call.given(REACHING)
                && call.operands().stream().noneMatch(word -> word.text().contains(":") || !word.known());
    }

    private static Place target(Invocation call) {
        return call.worst(Writing.last(call.operands()));
    }

    private static Verdict argument(Invocation call, Word arg) {
        boolean last = arg.equals(call.args().get(call.args().size() - 1));
        boolean here = arg.matches("(?s)/[^:@]*") && call.place(arg).outside();
        if (call.isOneOf(COPIES) && last && here) {
            return Verdict.deny(Reason.WRITES_OUTSIDE);
        }
        return sends(arg) || arg.matches("file:.*|.*--use-askpass.*|--use-proxy-cmd.*")
                ? Verdict.deny(Reason.READS_SECRETS)
                : Verdict.ALLOW;
    }

    /** Sending a file of the machine: -d @/etc/passwd, -T ~/.ssh/id_rsa, --post-file=… */
    private static boolean sends(Word arg) {
        String text = arg.text();
        boolean sent = text.matches("(?s).*(@|^|=)(/etc/|/root/|/home/|/proc/|/var/).*") || Place.secret(arg);
        return sent && !text.contains("://");
    }

    /** rsync -e, scp -S, and what deletes at the other end. */
    private static Verdict started(Invocation call) {
        if (!call.isOneOf(COPIES)) {
            return Verdict.ALLOW;
        }
        boolean runs = call.values("-e --rsh --rsync-path -S -D").stream()
                .anyMatch(line -> call.runs(line).denied() || line.matches(".*\\b(sh|bash)\\b.*"));
        if (call.line().matches("(?s).*(ProxyCommand|LocalCommand).*")) {
            return Verdict.deny(Reason.OPTION_RUNS);
        }
        boolean deletes = call.line().matches("(?s).*--(delete|remove-source-files).*");
        if (deletes && target(call).outside()) {
            return Verdict.deny(Reason.DELETES);
        }
        return runs ? Verdict.deny(Reason.OPTION_RUNS) : Verdict.ALLOW;
    }

    private static Verdict socket(Invocation call) {
        String line = call.line();
        boolean openssl = call.program().equals("openssl");
        boolean starts = line.matches("(?s).*(^| )(-[a-z]*[ec]|--exec|--sh-exec|--lua-exec)( .*|$)");
        boolean listens = line.matches("(?s).*(^| )-[a-z]*l.*|(?is).*listen.*");
        call.scene().fetched();
        if ((!openssl && (starts || listens))
                || line.matches("(?is).*(exec|system|shell):.*")
                || (line.contains("s_client") && call.stdin().there())) {
            return Verdict.deny(Reason.REMOTE_SHELL);
        }
        return openssl ? openssl(call) : Verdict.ask(Reason.NETWORK);
    }

    private static Verdict openssl(Invocation call) {
        return switch (call.arg(0)) {
            case "version", "dgst", "list", "help", "md5", "sha256" -> Verdict.ALLOW;
            case "x509", "rand", "verify" ->
                call.line().contains("-out") ? Verdict.ask(Reason.WRITES_SOMEWHERE) : Verdict.ALLOW;
            default -> Verdict.ask(Reason.NETWORK);
        };
    }

    /** What runs at the other end is judged as if it ran here, and asked about at least. */
    private static Verdict remote(Invocation call) {
        if (call.line().matches("(?is).*(proxycommand|localcommand|knownhostscommand).*")
                || call.flag('R')
                || (call.flag('D') && call.flag('N'))) {
            return Verdict.deny(Reason.REMOTE_SHELL);
        }
        Verdict verdict = Verdict.ask(Reason.NETWORK);
        List<Word> words = call.operands("-p -i -l -o -F -J -L -E -b -c -m -e -I -Q -S -W -w -B");
        if (words.size() > 1) {
            verdict = verdict.and(call.runs(Word.of(Word.joined(words.subList(1, words.size())))));
        }
        String text = call.stdin().text();
        return text == null ? verdict : verdict.and(call.runs(text).ifDenied());
    }

    private static Verdict ping(Invocation call) {
        boolean floods = call.flag('f') || call.given("-s[0-9]{4,}|6550[0-9]");
        boolean bounded = call.flag('c');
        return floods ? Verdict.deny(Reason.EXHAUSTS) : bounded ? Verdict.ALLOW : Verdict.ask(Reason.ENDLESS);
    }
}

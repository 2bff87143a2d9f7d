package dev.recourse.activities.shell;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Programs that reach the network: the sandbox has none, so they are asked about, and denied where they bring or send code. */
final class Network {

    private Network() {}

    static void rules(Map<String, Rule> rules) {
        Rule.put(
                rules,
                Network::transfer,
                "curl",
                "wget",
                "fetch",
                "aria2c",
                "http",
                "https",
                "axel",
                "lynx",
                "w3m",
                "links",
                "lwp-request",
                "GET",
                "ftp",
                "tftp",
                "sftp",
                "scp",
                "rsync");
        Rule.put(rules, Network::socket, "nc", "ncat", "netcat", "socat", "telnet", "openssl", "cryptcat", "pwncat");
        Rule.put(rules, Network::remote, "ssh", "mosh", "rsh", "dbclient", "sshpass", "autossh");
        Rule.put(rules, Network::ping, "ping", "ping6");
        Rule.put(
                rules,
                Rule.ask(Reason.NETWORK),
                "dig",
                "nslookup",
                "host",
                "traceroute",
                "tracepath",
                "mtr",
                "whois",
                "nmap",
                "arp",
                "tcpdump",
                "ngrok",
                "cloudflared",
                "iperf",
                "iperf3",
                "ab",
                "wrk",
                "siege",
                "speedtest-cli");
        Rule.put(
                rules,
                Rule.deny(Reason.EXHAUSTS),
                "hping3",
                "slowloris",
                "stress",
                "stress-ng",
                "memtester",
                "xmrig",
                "minerd",
                "cpuminer");
    }

    private static Verdict transfer(Invocation call) {
        if (call.onlyHelp()) {
            return Verdict.ALLOW;
        }
        if (call.program().equals("rsync") && local(call)) {
            return started(call).and(Writing.to(call.worst(Writing.last(call.operands()))));
        }
        call.scene().fetched();
        List<Word> written = new ArrayList<>(call.values(Set.of(
                "-o",
                "--output",
                "-O",
                "--output-document",
                "-P",
                "--directory-prefix",
                "--output-dir",
                "-D",
                "--dump-header",
                "-c",
                "--cookie-jar")));
        written.removeIf(file -> file.is("-") || file.text().contains("://"));
        boolean copies = Set.of("scp", "rsync", "sftp").contains(call.program());
        Verdict verdict = Verdict.ask(Reason.NETWORK).and(outsideOnly(call, written));
        for (Word arg : call.args()) {
            boolean remote = arg.text().contains(":") || arg.text().contains("@");
            if (!remote
                    && arg.text().startsWith("/")
                    && call.place(arg).outside()
                    && copies
                    && arg.equals(call.args().get(call.args().size() - 1))) {
                verdict = verdict.and(Verdict.deny(Reason.WRITES_OUTSIDE));
            }
            if (sends(arg) || arg.text().matches("file:.*|.*--use-askpass.*|--use-proxy-cmd.*")) {
                verdict = verdict.and(Verdict.deny(Reason.READS_SECRETS));
            }
        }
        return verdict.and(started(call));
    }

    private static boolean local(Invocation call) {
        boolean plain = call.args().stream()
                .noneMatch(
                        arg -> arg.text()
                                .matches(
                                        "-[a-zA-Z]*e.*|--(rsh|rsync-path|delete|remove|config|files-from|log-file|temp-dir|backup-dir|partial-dir|write).*"));
        return plain && call.operands().stream().noneMatch(word -> word.text().contains(":") || !word.known());
    }

    private static Verdict outsideOnly(Invocation call, List<Word> written) {
        Verdict verdict = Writing.all(call, written);
        return verdict.denied() ? verdict : Verdict.ALLOW;
    }

    /** Sending a file of the machine: -d @/etc/passwd, -T ~/.ssh/id_rsa, --post-file=… */
    private static boolean sends(Word arg) {
        String text = arg.text();
        boolean sent = text.matches("(?s).*(@|^|=)(/etc/|/root/|/home/|/proc/|/var/).*") || Place.secret(arg);
        return sent && !text.contains("://");
    }

    /** rsync -e, scp -S, and what deletes at the other end. */
    private static Verdict started(Invocation call) {
        if (!call.program().equals("rsync")
                && !call.program().equals("scp")
                && !call.program().equals("sftp")) {
            return Verdict.ALLOW;
        }
        Verdict verdict = Verdict.ALLOW;
        for (Word line : call.values(Set.of("-e", "--rsh", "--rsync-path", "-S", "-D"))) {
            Verdict inner = Interpreters.shellText(call, line);
            verdict = inner.denied() || line.text().matches(".*\\b(sh|bash)\\b.*")
                    ? Verdict.deny(Reason.OPTION_RUNS)
                    : verdict;
        }
        boolean proxies = call.line().contains("ProxyCommand") || call.line().contains("LocalCommand");
        boolean deletes = call.line().contains("--delete") || call.line().contains("--remove-source-files");
        Place target = call.worst(Writing.last(call.operands()));
        if (proxies || (deletes && target.outside())) {
            return Verdict.deny(proxies ? Reason.OPTION_RUNS : Reason.DELETES);
        }
        return verdict;
    }

    private static Verdict socket(Invocation call) {
        String line = call.line();
        boolean option = line.matches("(?s).*(^| )(-[a-z]*[ec]|--exec|--sh-exec|--lua-exec)( .*|$)");
        boolean runs = (option && !call.program().equals("openssl")) || line.matches("(?is).*(exec|system|shell):.*");
        boolean listens = line.matches("(?s).*(^| )-[a-z]*l.*|(?is).*listen.*")
                && !call.program().equals("openssl");
        call.scene().fetched();
        if (runs || listens || (line.contains("s_client") && call.stdin().there())) {
            return Verdict.deny(Reason.REMOTE_SHELL);
        }
        return call.program().equals("openssl") ? openssl(call) : Verdict.ask(Reason.NETWORK);
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
        Verdict verdict = Verdict.ask(Reason.NETWORK);
        if (call.line().matches("(?is).*(proxycommand|localcommand|knownhostscommand).*")
                || call.flag('R')
                || (call.flag('D') && call.flag('N'))) {
            return Verdict.deny(Reason.REMOTE_SHELL);
        }
        List<Word> words = call.operands(Set.of(
                "-p", "-i", "-l", "-o", "-F", "-J", "-L", "-E", "-b", "-c", "-m", "-e", "-I", "-Q", "-S", "-W", "-w",
                "-B"));
        if (words.size() > 1) {
            Verdict inner = Interpreters.shellText(call, Word.of(Wrappers.joined(words.subList(1, words.size()))));
            verdict = inner.denied() ? inner : verdict;
        }
        return call.stdin().there() && call.stdin().text() != null ? verdict.and(deniedOnly(call)) : verdict;
    }

    private static Verdict deniedOnly(Invocation call) {
        String text = call.stdin().text();
        Verdict inner = text == null ? Verdict.ALLOW : call.runs(text);
        return inner.denied() ? inner : Verdict.ALLOW;
    }

    private static Verdict ping(Invocation call) {
        boolean floods = call.flag('f')
                || call.args().stream().anyMatch(arg -> arg.text().matches("-s[0-9]{4,}|6550[0-9]"));
        boolean bounded = call.flag('c');
        return floods ? Verdict.deny(Reason.EXHAUSTS) : bounded ? Verdict.ALLOW : Verdict.ask(Reason.ENDLESS);
    }
}

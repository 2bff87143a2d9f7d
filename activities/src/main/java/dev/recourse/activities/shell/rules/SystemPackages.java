package dev.recourse.activities.shell.rules;

import dev.recourse.activities.shell.terms.Names;
import dev.recourse.activities.shell.terms.Reason;
import dev.recourse.activities.shell.terms.Verdict;
import java.util.Set;

/** Programs that bring packages into the machine, or take them away. */
final class SystemPackages {
    private static final String REMOVES = "(?i)remove|purge|autoremove|erase|del|uninstall|dist-upgrade|full-upgrade";
    private static final Set<String> QUIET = Names.of("""
            list search show info policy leaves deps config doctor outdated repolist history
            check-update provides desc --version
            """);

    private SystemPackages() {}

    static void rules(Rules rules) {
        rules.put("""
                apt apt-get aptitude yum dnf zypper pacman apk brew snap flatpak port choco winget
                scoop nix-env emerge pkg
                """, SystemPackages::packages);
        rules.put("dpkg dpkg-query rpm apt-cache", unlessChanged(Verdict.ALLOW));
        rules.put("apt-mark apt-key add-apt-repository", unlessChanged(Verdict.ask(Reason.PACKAGES)));
    }

    private static Verdict packages(Invocation call) {
        if (call.given("(?is)(-o|--option=?)?.*(pre-invoke|post-invoke|dpkg::).*|changelog")) {
            return Verdict.deny(Reason.OPTION_RUNS);
        }
        if (call.args().stream()
                .anyMatch(arg -> Packages.foreign(arg) && !arg.text().endsWith(".rb"))) {
            return Verdict.deny(Reason.FOREIGN_CODE);
        }
        String verb = call.verb();
        String line = call.line();
        if (verb.matches(REMOVES) || line.matches("-R.*")) {
            return verb.equals("uninstall") ? Verdict.ask(Reason.PACKAGES) : Verdict.deny(Reason.SYSTEM);
        }
        boolean quiet = (verb.isEmpty() || QUIET.contains(verb)) && !line.matches("-S.*");
        return quiet ? Verdict.ALLOW : Verdict.ask(Reason.PACKAGES);
    }

    private static Rule unlessChanged(Verdict otherwise) {
        return call ->
                call.given("-i|--install|-r|-P|--remove|--purge|-e|--erase|-U.*|-ivh|--unpack|--force.*|--root.*")
                        ? Verdict.deny(Reason.SYSTEM)
                        : otherwise;
    }
}

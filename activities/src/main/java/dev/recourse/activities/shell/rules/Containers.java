package dev.recourse.activities.shell.rules;

import dev.recourse.activities.shell.terms.Names;
import dev.recourse.activities.shell.terms.Reason;
import dev.recourse.activities.shell.terms.Verdict;
import dev.recourse.activities.shell.terms.Word;
import java.util.List;
import java.util.Set;

/** Containers and clusters of them: looking is allowed, the rest is asked about, the host is out of reach. */
final class Containers {
    private static final String HOST =
            "(?s).*(--privileged|--pid[= ]host|--net(work)?[= ]host|--ipc[= ]host|--userns[= ]host|--cap-add|--security-opt|--device|docker\\.sock|(-v|--volume)[= ]?/:|(-v|--volume)[= ]?(/etc|/root|/var|/home|/usr|/boot|/dev|~)|(source|src)=/(,| |$)|(source|src)=/(etc|root|home|var|dev)|(-v|--volume)[= ]?\\$|/home/~).*";
    private static final String PRUNES =
            "(?s).*\\b(system|volume|image|container|network|builder) prune\\b.*(-[a-z]*[af]|--all|--force|--volumes).*";
    private static final String EVERYTHING =
            ".*(--all\\b|\\bns\\b|namespaces?\\b|-A\\b|\\bnodes?\\b|\\bpv\\b|\\bcrd\\b).*";

    private static final Set<String> DOCKER_QUIET = Names.of("""
            ps images logs inspect version info stats top port history diff search events --version
            --help help build
            """);
    private static final Set<String> GROUPS =
            Names.of("compose container image network volume context buildx system builder manifest");
    private static final String GROUP_QUIET =
            "|ls|list|ps|logs|config|inspect|version|images|top|port|df|info|build|show|events|du";
    private static final Set<String> KUBE_QUIET = Names.of("""
            get describe logs version explain top api-resources api-versions cluster-info diff
            --help --version help wait events
            """);

    private Containers() {}

    static void rules(Rules rules) {
        rules.put("docker podman nerdctl docker-compose ctr crictl lxc", Containers::container);
        rules.put("kubectl oc k9s k", Containers::cluster);
    }

    private static Verdict container(Invocation call) {
        String line = call.line();
        if (line.matches(HOST) && line.matches("(?s).*\\b(run|create|exec|up)\\b.*")) {
            return Verdict.deny(Reason.CONTAINER_HOST);
        }
        if (line.matches(PRUNES) || line.matches("(?s)(stack|swarm|node) rm.*")) {
            return Verdict.deny(Reason.CONTAINER);
        }
        List<Word> words = call.operands("-H --host -f --file -p --context --log-level");
        String verb = Word.first(words);
        if (verb.equals("exec") || verb.equals("run")) {
            return Verdict.ask(Reason.CONTAINER).and(inside(call, verb));
        }
        boolean remote = call.given("-H.*|--host.*") || line.contains("://");
        return quiet(call, verb, words) && !remote ? Project.RULE.judge(call) : Verdict.ask(Reason.CONTAINER);
    }

    private static boolean quiet(Invocation call, String verb, List<Word> words) {
        if (GROUPS.contains(verb)) {
            return Word.first(words.subList(1, words.size())).matches(GROUP_QUIET);
        }
        boolean compose = call.program().equals("docker-compose");
        return verb.isEmpty() || DOCKER_QUIET.contains(verb) || (compose && verb.equals("config"));
    }

    /** Code fetched inside a container is fetched code; what else happens there does not touch the machine. */
    private static Verdict inside(Invocation call, String verb) {
        List<Word> args = call.after(verb);
        for (int i = 0; i < args.size(); i++) {
            if (Programs.knows(Programs.baseName(args.get(i).text()))) {
                return call.runs(args.subList(i, args.size())).ifDenied();
            }
        }
        return Verdict.ALLOW;
    }

    private static Verdict cluster(Invocation call) {
        String verb = Word.first(
                call.operands("-n --namespace --context -f --filename -o -l -c --kubeconfig --selector --output"));
        String line = call.line();
        if (looks(verb, line)) {
            return line.matches(".*\\bsecrets?\\b.*") ? Verdict.ask(Reason.READS_SECRETS) : Verdict.ALLOW;
        }
        if (line.matches(".*(-f|--filename)[= ]?https?://.*")) {
            return Verdict.deny(Reason.FOREIGN_CODE);
        }
        if (verb.equals("drain") || (verb.equals("delete") && line.matches(EVERYTHING))) {
            return Verdict.deny(Reason.CONTAINER);
        }
        return Verdict.ask(Reason.CONTAINER).and(verb.equals("exec") ? inside(call, verb) : Verdict.ALLOW);
    }

    private static boolean looks(String verb, String line) {
        return verb.isEmpty()
                || KUBE_QUIET.contains(verb)
                || (verb.equals("config") && line.matches(".*(view|current-context|get-contexts).*"))
                || line.matches("(auth can-i|rollout (status|history)).*");
    }
}

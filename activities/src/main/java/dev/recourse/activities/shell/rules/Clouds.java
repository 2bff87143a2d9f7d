package dev.recourse.activities.shell.rules;

import dev.recourse.activities.shell.terms.Reason;
import dev.recourse.activities.shell.terms.Verdict;

/** Programs that act on machines elsewhere: looking is allowed, destroying is denied, the rest is asked about. */
final class Clouds {
    private static final String DESTROYS =
            "(?s)(apply )?-?-?destroy.*|.*-auto-approve.*|.*--recursive.*\\b(rm|delete)\\b.*|.*\\b(rm|rb|delete|terminate-instances|delete-\\w[\\w-]*)\\b.*(--recursive|--force|--yes|-y|--quiet|--all|-rf?)\\b.*|repo delete.*|.*terminate-instances.*|.*delete-(db|stack|bucket|cluster|table).*";
    private static final String TERRAFORM_QUIET =
            "(plan|validate|fmt|init|show|version|output|providers|graph|--?version|-help)";
    private static final String GITHUB_QUIET =
            "(pr|issue|mr|run|release|repo|workflow|label|gist) (list|view|status|checks|diff)\\b.*|auth status.*|--version|status|search .*";

    private Clouds() {}

    static void rules(Rules rules) {
        rules.put("""
                terraform tofu helm gh aws gcloud az ansible ansible-playbook pulumi vagrant heroku
                flyctl vercel netlify firebase serverless doctl virsh vboxmanage gsutil glab packer
                """, Clouds::cloud);
    }

    private static Verdict cloud(Invocation call) {
        String line = call.line();
        if (line.matches(DESTROYS)) {
            return Verdict.deny(Reason.CONTAINER);
        }
        return quiet(call, line) ? Verdict.ALLOW : Verdict.ask(Reason.CONTAINER);
    }

    private static boolean quiet(Invocation call, String line) {
        String verb = call.arg(0);
        return switch (call.program()) {
            case "terraform", "tofu" ->
                verb.matches(TERRAFORM_QUIET) || line.matches("state (list|show).*|workspace (list|show).*");
            case "helm" -> verb.matches("list|ls|status|lint|template|get|history|version|show|search|env");
            case "gh", "glab" -> line.matches(GITHUB_QUIET);
            case "vagrant" -> verb.matches("status|global-status|version|validate");
            case "ansible-playbook", "ansible" ->
                line.contains("--syntax-check") || line.contains("--version") || line.contains("--list-");
            case "aws", "gcloud", "az" -> verb.matches("--version|version|help");
            default -> call.onlyHelp();
        };
    }
}

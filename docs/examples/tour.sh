#!/usr/bin/env bash
# The README's tour of the command line. It needs the jar, and keeps its data in RECOURSE_HOME.
set -euo pipefail
cd "$(dirname "$0")/../.."

# tag::call[]
recourse() { java -jar worker/target/recourse.jar "$@"; }

recourse call crm.contact.create '{"name":"Eva","phone":"3151112233"}' --dry-run   # what would be
recourse call crm.contact.create '{"name":"Eva","phone":"3151112233"}'             # for real
recourse tools crm.contact.create                                                  # what a tool takes
# end::call[]

# tag::batch[]
export RECOURSE_SESSION=3f2b8c1e-9d4a-4c57-8e21-0a6b7c9d1e2f   # any UUID: the conversation this belongs to

recourse run docs/examples/two-contacts.json --dry-run
recourse run docs/examples/two-contacts.json
recourse audit --session "$RECOURSE_SESSION"
recourse rollback "$RECOURSE_SESSION" --plan
recourse rollback "$RECOURSE_SESSION"
# end::batch[]

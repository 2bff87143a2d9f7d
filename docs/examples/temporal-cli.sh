#!/usr/bin/env bash
# Calls Recourse's tools with Temporal's own command and jq, and nothing of Recourse's.
#
#   temporal-cli.sh call crm.contact.create '{"name": "Ana", "phone": "3001234567"}'
#   temporal-cli.sh run two-contacts.json
#   temporal-cli.sh progress WORKFLOW_ID
#   temporal-cli.sh abort WORKFLOW_ID
#
# Prints the JSON of docs/contract.md. Exit codes are those of the contract, but 5 for whatever keeps Temporal from answering.
# TEMPORAL_ADDRESS and the other variables of Temporal's clients say where Temporal is.
set -euo pipefail

# tag::call[]
call() {
    temporal workflow execute --type ToolCall --task-queue recourse --output json --no-json-shorthand-payloads \
        --workflow-id "cli/$1/$(new_id)" \
        --input "$(jq -n --arg tool "$1" --argjson inputs "${2:-{\}}" '{$tool, $inputs}')"
}
# end::call[]

# tag::run[]
run() {
    temporal workflow execute --type ToolBatch --task-queue recourse --output json --no-json-shorthand-payloads \
        --workflow-id "cli/batch/$(jq -r '(objects | .batch_id) // empty' "$1" | grep . || new_id)" \
        --id-conflict-policy UseExisting --input-file "$1"
}
# end::run[]

# tag::abort[]
progress() {
    temporal workflow query --workflow-id "$1" --type progress --output json
}

abort() {
    temporal workflow update execute --workflow-id "$1" --name abort --output json
}
# end::abort[]

new_id() {
    cat /proc/sys/kernel/random/uuid 2>/dev/null || uuidgen
}

# What the contract says, of what Temporal's command says about it. Its short form of a result has null for an empty list.
answer() {
    jq -c '(.result // .queryResult[0]) | if has("metadata") then .data | @base64d | fromjson else . end'
}

exit_code() {
    jq -r '{"success": 0, "dry_run": 0, "applied": 0, "error": 1, "refused": 1, "rolled_back": 1,
            "partial": 3, "stuck": 3, "unknown": 4}[.status]'
}

case "${1:-}" in
    call | run | progress | abort) ;;
    *)
        sed -n '2,10s/^# \{0,1\}//p' "$0" >&2
        exit 2
        ;;
esac
answered=$("$@") || exit 5
said=$(answer <<<"$answered")
printf '%s\n' "$said"
[ "$1" = progress ] || exit "$(exit_code <<<"$said")"

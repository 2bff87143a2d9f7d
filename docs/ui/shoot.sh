#!/usr/bin/env bash
# Makes the pictures of this folder: a batch that works and one whose third step fails, seen in Temporal's UI.
# Needs worker/target/recourse.jar, and temporal, chromium, curl and jq on PATH. Nothing of it stays but the pictures.
set -euo pipefail
cd "$(dirname "$0")/../.."

home=$(mktemp -d)
export RECOURSE_HOME=$home RECOURSE_SESSION=3f2b8c1e-9d4a-4c57-8e21-0a6b7c9d1e2f
recourse() { java -jar worker/target/recourse.jar "$@"; }

java -jar worker/target/recourse.jar dev -o json >"$home/dev.json" 2>"$home/dev.log" &
dev=$!
trap 'kill "$dev"; wait "$dev" || true; rm -rf "$home"' EXIT
until [ -s "$home/dev.json" ]; do
    kill -0 "$dev" || { cat "$home/dev.log"; exit 1; }
    sleep 0.2
done
ui=$(jq -er .temporal.ui "$home/dev.json")
temporal=$(jq -er .temporal.address "$home/dev.json")

recourse run docs/examples/two-contacts.json --quiet >/dev/null
batch=$(recourse run docs/examples/taken-phone.json -o json --quiet | jq -er .batch_id) || true

# The address of a workflow's newest run in the UI.
page() {
    local run
    run=$(temporal workflow describe --address "$temporal" --workflow-id "$1" -o json | jq -er .workflowExecutionInfo.execution.runId)
    printf '%s/namespaces/default/workflows/%s/%s' "$ui" "$(jq -rn --arg id "$1" '$id|@uri')" "$run"
}

# A picture of an address, so many pixels high.
shoot() {
    chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$home/chromium" \
        --window-size="1400,$3" --virtual-time-budget=15000 --screenshot="docs/ui/$1.png" "$2" >/dev/null 2>&1
}

failed=$(page "default/batch/$batch")
refused=$(temporal workflow show --address "$temporal" --workflow-id "default/batch/$batch" -o json |
    jq -er '[.events[] | select(.eventType | test("ActivityTaskFailed|ACTIVITY_TASK_FAILED"))][0].eventId')
shoot list "$ui/namespaces/default/workflows?query=$(jq -rn --arg s "AgentSessionId=\"$RECOURSE_SESSION\"" '$s|@uri')" 520
shoot history "$failed/history" 1130
shoot refusal "$failed/history/events/$refused" 900
shoot details "$failed/user-metadata" 800
shoot rollback "$(page "default/rollback/$batch")/history" 1130
ls -l docs/ui/*.png

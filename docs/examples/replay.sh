#!/usr/bin/env bash
# What docs/operating.md says to do before a new version: it needs a workflow, or its history in a file.
set -euo pipefail
recourse() { java -jar "$(dirname "$0")/../../worker/target/recourse.jar" "$@"; }

# tag::replay[]
recourse replay default/batch/3f2b8c1e-9d4a-4c57-8e21-0a6b7c9d1e2f   # a workflow of TEMPORAL_ADDRESS
recourse replay events.json                                          # a file, downloaded in the Temporal UI
# end::replay[]

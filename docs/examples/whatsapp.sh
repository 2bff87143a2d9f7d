#!/usr/bin/env bash
# What docs/operating.md says of WhatsApp: it needs a number, its key in key.txt, and the body of a webhook.
set -euo pipefail
recourse() { java -jar "$(dirname "$0")/../../worker/target/recourse.jar" "$@"; }

# tag::connect[]
recourse whatsapp connect --phone-number-id 106540352242922 --phone +576011234567 --name "The shop" < key.txt
recourse whatsapp templates --sync
# end::connect[]

# tag::receive[]
recourse whatsapp receive webhook.json
# end::receive[]

#!/usr/bin/env bash
# What the README says to have everything up: it stays until Ctrl-C. It needs the jar.
set -euo pipefail
cd "$(dirname "$0")/../.."
# tag::dev[]
java -jar worker/target/recourse.jar dev
# end::dev[]

#!/usr/bin/env bash
# What the README says first: build and watch the story, then the whole build with its tests.
set -euo pipefail
cd "$(dirname "$0")/../.."
# tag::demo[]
mvn -q -B -DskipTests package && java -jar worker/target/recourse.jar demo
# end::demo[]
# tag::verify[]
mvn -B verify
# end::verify[]

#!/usr/bin/env bash
# usage: run.sh BUILD SECONDS
# Runs every fuzz target of a build (ASSAY_FUZZ=ON) over its corpus for SECONDS, two at a time at most. Fails on any finding,
# on a target without corpus, and where there is no target. What is found and what is new goes to BUILD/fuzz-found/NAME.
set -euo pipefail
if [[ $# -ne 2 || ! $2 =~ ^[1-9][0-9]*$ ]]; then
    echo "usage: run.sh BUILD SECONDS" >&2
    exit 2
fi
build=$(cd "$1" && pwd)
seconds=$2
source=$(cd "$(dirname "$0")" && pwd)
found=$build/fuzz-found
status=0
running=0

# One target; its words go to a file, and to the terminal if it found something.
fuzz() {
    local name=$1 new=$found/$1
    mkdir -p "$new/corpus"
    if "$build/tests/fuzz/fuzz_$name" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=65536 \
        -print_final_stats=1 -artifact_prefix="$new/" "$new/corpus" "$source/corpus/$name" >"$new/log" 2>&1; then
        printf '%-12s %s inputs, nothing found\n' "$name" "$(sed -n 's/^stat::number_of_executed_units: *//p' "$new/log")"
    else
        tail -n 60 "$new/log"
        printf '%-12s FOUND SOMETHING: %s\n' "$name" "$new"
        return 1
    fi
}

for file in "$source"/fuzz_*.c; do
    name=$(basename "$file" .c)
    name=${name#fuzz_}
    if [[ ! -x $build/tests/fuzz/fuzz_$name ]]; then
        echo "there is no target fuzz_$name in '$build': build 'fuzzers' with clang and ASSAY_FUZZ=ON" >&2
        status=1
        continue
    fi
    if [[ -z $(find "$source/corpus/$name" -type f 2>/dev/null | head -n 1) ]]; then
        echo "fuzz_$name has no corpus: want files in tests/fuzz/corpus/$name" >&2
        status=1
        continue
    fi
    if ((running == 2)); then
        wait -n || status=1
        running=$((running - 1))
    fi
    fuzz "$name" &
    running=$((running + 1))
done
while ((running > 0)); do
    wait -n || status=1
    running=$((running - 1))
done
exit "$status"

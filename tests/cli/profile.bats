#!/usr/bin/env bats
# Profiles, as short as they can be. Calls are exact and asserted; no test asserts how long anything takes.
load helper

# json EXPRESSION FILE: a Python expression over the document d and its first profile p.
json() {
    python3 -c '
import json, sys
d = json.load(open(sys.argv[2]))
p = d["profiles"][0]
def calls(name): return [f["calls"] for f in p["functions"] if f["name"] == name]
print(eval(sys.argv[1]))' "$1" "$2"
}

# One short profile for all tests that show a stored one. 1229 primes below 10000 (OEIS A006880).
setup_file() {
    STORED_IN=$(mktemp -d)
    export STORED=$STORED_IN/trial.json
    (cd "$STORED_IN" && HOME=$STORED_IN "$ASSAY" profile -q --budget 4s --lines --asm -o "$STORED" \
        primes.trial:limit=10000 >"$STORED_IN/out" 2>"$STORED_IN/err" </dev/null; echo $? >"$STORED_IN/status")
}

teardown_file() {
    rm -rf "${STORED%/*}"
}

documents() {
    find assay-results -name '*.json' 2>/dev/null | wc -l
}

@test "a profile counts calls exactly, prints pstats' table, and its document is of the schema" {
    cat "${STORED%/*}/err" "${STORED%/*}/out"
    [ "$(cat "${STORED%/*}/status")" -eq 0 ]
    out=$(cat "${STORED%/*}/out")
    [[ $out =~ [0-9]+\ function\ calls\ \([0-9]+\ primitive\ calls\)\ in\ [0-9.]+\ seconds ]]
    [[ $out =~ ncalls\ +tottime\ .*percall\ +cumtime\ .*percall ]]
    [[ $out == *"Ordered by: internal time"* ]]
    [[ $out == *"closure: "* ]]
    # The limit is passed by the call after the last prime.
    [ "$(json 'calls("trial_next")' "$STORED")" = "[1230]" ]
    [[ $out =~ 1230\ .*trial_next ]]
    python3 "$ASSAY_SOURCE/tests/cli/validate_document.py" "$STORED"
}

@test "the document goes to assay-results where no other place is named" {
    assay profile --budget 2s --no-samples primes.trial:limit=1000
    [ "$status" -eq 0 ]
    [ "$(documents)" -eq 1 ]
    [[ $err =~ ^document:\ assay-results/[0-9TZ-]+-[0-9a-f]{8}\.json\  ]]
    [ "$(json 'calls("trial_next")' assay-results/*.json)" = "[169]" ] # 168 primes below 1000
}

@test "a stored profile is shown again, sorted and restricted as pstats would, and nothing is written" {
    assay profile "$STORED" --sort calls,name --restrict trial_ --restrict 1
    [ "$status" -eq 0 ]
    [[ $out == *"Ordered by: call count, function name"* ]]
    [[ $out == *"due to restriction <'trial_'>"* ]]
    [ "$(documents)" -eq 0 ]
    [ -z "$err" ]
    assay profile "$STORED" --fold
    [ "$status" -eq 0 ]
    [[ $out != *"[inlined]"* ]]
}

@test "callers, callees, lines and instructions" {
    assay profile "$STORED" --callers --callees
    [ "$status" -eq 0 ]
    [[ $out == *"was called by..."*"called..."* ]]
    [[ $out == *"<-"*"->"* ]]
    assay profile "$STORED" --lines
    [ "$status" -eq 0 ]
    [[ $out == *"hot lines"* && $out =~ \ executed\ +line ]]
    assay profile "$STORED" --asm
    [ "$status" -eq 0 ]
    [[ $out == *$'\ninstructions\n'* ]]
    [[ $out =~ %\ +[0-9a-f]+: ]]
    mkdir empty
    ln -s "$(command -v sh)" empty/sh
    PATH=$PWD/empty assay_here profile "$STORED" --asm
    [ "$status" -eq 0 ]
    [[ $out == *"not shown: "*objdump* ]]
}

# As assay, where PATH is not to be trusted.
assay_here() {
    status=0
    out=$("$ASSAY" "$@" 2>&1 </dev/null) || status=$?
}

@test "Python's pstats opens the file, and finds the same calls" {
    assay profile "$STORED" -o trial.pstats
    [ "$status" -eq 0 ]
    [ -z "$out" ]
    python3 -c '
import pstats, sys
stats = pstats.Stats("trial.pstats").stats
assert [v[1] for k, v in stats.items() if k[2] == "trial_next"] == [1230], stats'
    printf 'sort cumulative\nstats 3\n' | python3 -m pstats trial.pstats >shown
    grep -q 'Ordered by: cumulative time' shown
    grep -q 'ncalls  tottime  percall  cumtime  percall' shown
}

@test "every format is written, and binary ones are not for a terminal" {
    for format in text json csv pstats collapsed pprof callgrind speedscope; do
        assay profile "$STORED" --format $format -o out.$format
        [ "$status" -eq 0 ]
        [ -s out.$format ]
    done
    head -1 out.csv | grep -q '^benchmark,cost,unit,source'
    grep -q '^[^ ]*trial_next [0-9]*$' out.collapsed
    for format in pprof pstats; do
        script -qec "'$ASSAY' profile '$STORED' --format $format" /dev/null >terminal </dev/null || true
        grep -q "bad --format '$format' on a terminal: it is no text, want -o FILE" terminal
    done
}

@test "two profiles of the same document show no proven change" {
    COLUMNS=200 assay profile "$STORED" --against "$STORED"
    [ "$status" -eq 0 ]
    [[ $out == *"no change is proven"* ]]
    [[ $out == *"each side by itself"* ]]
    [ "$(documents)" -eq 1 ]
    [ "$(json 'len(d["profile_differences"])' assay-results/*.json)" -eq 1 ]
}

@test "a benchmark is measured against a stored profile, which stays as it is" {
    before=$(sha256sum <"$STORED")
    COLUMNS=200 assay profile -q --budget 3s --no-samples -o mixed.json "$STORED" --against primes.trial:limit=1000
    [ "$status" -eq 0 ]
    [[ $out == "base: primes.trial:limit=10000"*"head: primes.trial:limit=1000"* ]]
    [[ $out == *"note: base's times are by samples, head's by hooks"* ]]
    [ "$(json 'len(d["sessions"])' mixed.json)" -eq 2 ]
    [ "$(json '[p["processes"][0]["session"] for p in d["benchmarks"]]' mixed.json)" = "[0, 1]" ]
    python3 "$ASSAY_SOURCE/tests/cli/validate_document.py" mixed.json
    [ "$(sha256sum <"$STORED")" = "$before" ]
    assay profile "$STORED" --against mixed.json
    [ "$status" -eq 2 ]
    [ "$err" = "assay: cannot compare 'mixed.json': want one profile, it has 2" ]
}

@test "an interrupted profile keeps what it has" {
    "$ASSAY" profile -q --budget 60s --precision 0.1% -o x.json primes.listed:limit=10000 >"$HOME/out" 2>"$HOME/err" &
    local pid=$!
    for _ in $(seq 100); do
        sleep 0.1
        pgrep -P $pid >/dev/null && break
    done
    sleep 1
    kill -INT $pid
    status=0
    wait $pid || status=$?
    [ "$status" -eq 130 ]
    [ -s x.json ]
}

@test "two benchmarks are profiled side by side" {
    assay profile -q --budget 8s -o both.json primes.trial:limit=1000 --against primes.listed:limit=1000
    [ "$status" -eq 0 ]
    [[ $out == "base: primes.trial:limit=1000"* ]]
    [ "$(json 'len(d["profiles"])' both.json)" -eq 2 ]
    [ "$(json 'len(d["profile_differences"])' both.json)" -eq 1 ]
}

@test "a Python kernel is profiled by cProfile, in the same table" {
    assay profile -q --budget 5s -o py.json primes.trial:limit=1000@cpython
    [ "$status" -eq 0 ]
    [[ $out == *"cProfile"* ]]
    [[ $out =~ ncalls\ +tottime ]]
    [ "$(json 'p["source"]' py.json)" = cProfile ]
}

@test "the plan can be seen without measuring" {
    assay profile --dry-run primes.trial --against primes.listed
    [ "$status" -eq 0 ]
    [[ $out == "primes.trial:limit=10000  ["*"against primes.listed:limit=10000"* ]]
    [ "$(documents)" -eq 0 ]
}

@test "a kernel that fails is status 3, and its document is kept" {
    # A signal shall kill the worker, not the sanitizer's handler of it.
    export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}handle_segv=0"
    assay profile -q --budget 3s "$ASSAY_BUILD/tests/plugins/bad.so:bad.segfault"
    [ "$status" -eq 3 ]
    [[ $out == *crashed* ]]
    [ "$(documents)" -eq 1 ]
}

@test "a reader who goes away costs neither document nor status" {
    "$ASSAY" profile -q --budget 2s --no-samples -o x.json primes.trial:limit=1000 2>"$HOME/err" | head -1 >/dev/null
    [ "${PIPESTATUS[0]}" -eq 0 ]
    [ -z "$(cat "$HOME/err")" ]
    [ -s x.json ]
}

@test "sort keys, restrictions and options with bad values are named with what they want" {
    assay profile --sort tottme primes.trial
    [ "$status" -eq 2 ]
    [[ $err == *"'tottme'"*"did you mean"*"tottime"* ]]
    [ "$(wc -l <"$HOME/err")" -eq 1 ]
    assay profile --restrict '(' primes.trial
    [ "$status" -eq 2 ]
    [[ $err == *"'('"* ]]
    refuses "assay: bad --precision '0': want a percentage from 0.1% to 50%, such as 2% or 1" profile --precision 0 x
    refuses "assay: bad --cost 'cycles': want time, instructions or allocations" profile --cost cycles x
    refuses "assay: bad --sampler 'perf': want cpu-clock or timer" profile --sampler perf x
    refuses "assay: bad --format 'xml': want text, json, html, svg, md, csv, rows, pstats, collapsed, pprof, callgrind or speedscope" \
        profile --format xml x
    refuses "assay: unknown benchmark 'primes.trail': did you mean 'primes.trial'?" profile primes.trail
    refuses "assay: unknown benchmark 'primes.trail': did you mean 'primes.trial'?" profile primes.trial --against primes.trail
    refuses "assay: missing BENCHMARK: see assay profile --help" profile
    refuses "assay: unexpected 'b': assay profile takes one BENCHMARK" profile a b
}

@test "options that exclude each other are refused" {
    refuses "assay: bad --no-samples with --no-hooks: no times would be left" profile --no-samples --no-hooks x
    refuses "assay: bad --sampler with --no-samples: it needs them" profile --sampler timer --no-samples x
    refuses "assay: bad --asm with --cost instructions: it is counted, not timed" profile --asm --cost instructions x
    refuses "assay: bad --timed-share with --no-hooks: no call is timed then" profile --timed-share 0.1 --no-hooks x
    refuses "assay: bad --format 'pprof' with --against: it holds one profile" profile --format pprof a --against b
    refuses "assay: bad -p for a profile of 'primes.trial': want one value of each parameter, not 2" \
        profile -p limit=10,100 primes.trial
    local so=$ASSAY_BUILD/tests/plugins/good.so
    refuses "assay: bad benchmark '$so': want a kernel of it, as in '$so:KERNEL'" profile "$so"
}

@test "documents that cannot be shown are refused" {
    assay run -q --budget 1s --samples 2 --processes 1 -o run.json primes.trial:limit=100
    assay profile run.json
    [ "$status" -eq 2 ]
    [ "$err" = "assay: bad document 'run.json': want one of assay profile, it has no profile" ]
    assay profile nope.json
    [ "$status" -eq 2 ]
    [ "$err" = "assay: cannot read 'nope.json': No such file or directory" ]
    assay profile --budget 1s "$STORED"
    [ "$status" -eq 2 ]
    [ "$err" = "assay: bad --budget with '$STORED': it has been measured" ]
    assay profile --seed 1 "$STORED" --against "$STORED"
    [ "$status" -eq 2 ]
    [ "$err" = "assay: bad --seed with '$STORED': it has been measured" ]
}

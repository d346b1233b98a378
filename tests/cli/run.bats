#!/usr/bin/env bats
# Real runs, as short as they can be. No test asserts how long anything takes.
load helper

# A run of one benchmark with the fewest samples.
short() {
    assay run --samples 2 --processes 2 --batch 1ms --warmup 0 "$@"
}

documents() {
    find assay-results -name '*.json' 2>/dev/null | wc -l
}

@test "a run prints a table, writes a document, and says where it is" {
    short primes.trial:limit=100
    [ "$status" -eq 0 ]
    [[ $out == *"primes.trial:limit=100"* ]]
    [[ $err =~ ^document:\ assay-results/[0-9TZ-]+-[0-9a-f]{8}\.json\ \([0-9.]+\ kB\)$ ]]
    [ "$(documents)" -eq 1 ]
}

@test "a quiet run says nothing on standard error" {
    short -q primes.trial:limit=100
    [ "$status" -eq 0 ]
    [ -z "$err" ]
    [ -n "$out" ]
}

@test "no journal is left once the document is safe" {
    short -q primes.trial:limit=100
    assay list --journals
    [ "$status" -eq 0 ]
    [ -z "$out" ]
}

@test "--format json is the document, and the document is stored too" {
    short -q --format json primes.trial:limit=100
    [ "$status" -eq 0 ]
    [[ $out == *'"schema": "assay.result/1"'* ]]
    [ "$(documents)" -eq 1 ]
}

@test "the name after -o implies the format" {
    short -q -o x.csv primes.trial:limit=100
    [ "$status" -eq 0 ]
    [ -z "$out" ]
    [[ $(head -1 x.csv) == benchmark,* ]]
    [ "$(documents)" -eq 1 ]
    short -q -o x.json primes.trial:limit=100
    [ "$status" -eq 0 ]
    [ -n "$out" ]
    grep -q assay.result/1 x.json
    [ "$(documents)" -eq 1 ]
    short -q -o - primes.trial:limit=100
    [ "$status" -eq 0 ]
    [[ $out == *primes.trial* ]]
    [ "$(documents)" -eq 2 ]
    [ ! -e ./- ]
}

@test "--append adds a session to a document" {
    short -q -o x.json primes.trial:limit=100
    short -q --append x.json primes.trial:limit=100
    [ "$status" -eq 0 ]
    python3 -c 'import json; d = json.load(open("x.json")); assert len(d["sessions"]) == 2, d["sessions"]' ||
        grep -q '"sessions"' x.json
    [ ! -e assay-results ]
}

@test "a document that is none is refused before anything is measured" {
    echo '{}' >broken.json
    short -q --append broken.json primes.trial:limit=100
    [ "$status" -eq 2 ]
    [ "$(wc -l <"$HOME/err")" -eq 1 ]
    [ "$(cat broken.json)" = '{}' ]
}

@test "a reader who goes away costs neither the document nor the status" {
    set +o pipefail
    "$ASSAY" run -q --samples 2 --processes 2 --batch 1ms primes.trial:limit=100 --format csv 2>"$HOME/err" | true
    [ "${PIPESTATUS[0]}" -eq 0 ]
    [ ! -s "$HOME/err" ]
    [ "$(documents)" -eq 1 ]
}

@test "a full disk keeps the journal, and --resume writes the document" {
    short -o /dev/full primes.trial:limit=100
    [ "$status" -eq 2 ]
    [[ $err == "assay: "*"No space left on device; what was measured is kept: assay run --resume" ]]
    assay list --journals --format json
    [[ $out == *'"ended":true'* ]]
    assay run -q --resume -o saved.json
    [ "$status" -eq 0 ]
    grep -q assay.result/1 saved.json
    assay list --journals
    [ -z "$out" ]
}

@test "a run that was interrupted keeps what it measured and exits 130" {
    "$ASSAY" run --budget 60s -o x.json primes.trial:limit=100 >"$HOME/out" 2>"$HOME/err" &
    pid=$!
    for _ in $(seq 100); do
        grep -qs '"batch"\|elapsed' "$HOME"/.local/state/assay/journals/* && break
        sleep 0.1
    done
    sleep 0.3
    kill -INT "$pid"
    status=0
    wait "$pid" || status=$?
    [ "$status" -eq 130 ]
    grep -q assay.result/1 x.json
}

@test "after kill -9 the journal is shown, and --resume goes on to where the document was to go" {
    mkdir a b
    (cd a && exec "$ASSAY" run -q --samples 400 --processes 2 -o x.json primes.trial:limit=100) >/dev/null 2>&1 &
    pid=$!
    for _ in $(seq 100); do
        [ "$(cat "$HOME"/.local/state/assay/journals/* 2>/dev/null | wc -l)" -gt 10 ] && break
        sleep 0.1
    done
    kill -KILL "$pid"
    wait "$pid" || true
    assay list --journals
    [[ $out == *"to be resumed"* ]]
    cd b
    assay run -q --resume
    [ "$status" -eq 0 ]
    grep -q assay.result/1 ../a/x.json
    [ -z "$(ls)" ]
}

@test "--dry-run prints the plan and measures nothing" {
    assay run --dry-run --seed 7 primes.trial -p limit=100,1e3
    [ "$status" -eq 0 ]
    [[ $out == *"primes.trial:limit=100"*"primes.trial:limit=1000"*"seed 7"*"expected to take"* ]]
    [ ! -e assay-results ]
    assay run --dry-run --format json primes.trial
    python3 -c 'import json,sys; json.loads(sys.argv[1])' "$out"
}

@test "a program from outside is a benchmark, its words kept apart" {
    short -q -o x.json -- sh -c 'test "$1" = "a b,c:d=e@f'"'"'"' sh "a b,c:d=e@f'"
    [ "$status" -eq 0 ]
    grep -q command.run x.json
}

@test "a program that fails is a failed benchmark and exit 3" {
    short -q -- false
    [ "$status" -eq 3 ]
    [ "$(documents)" -eq 1 ]
}

@test "timeit prints what python -m timeit prints" {
    assay timeit -n 20 -r 2 primes.trial:limit=100
    [ "$status" -eq 0 ]
    [[ $out =~ ^20\ loops,\ best\ of\ 2:\ [0-9.e+]+\ (nsec|usec|msec|sec)\ per\ loop$ ]]
    assay timeit -n 1 -r 1 -u nsec primes.trial:limit=100
    [[ $out =~ ^1\ loop,\ best\ of\ 1:\ [0-9.e+]+\ nsec\ per\ loop$ ]]
    assay timeit -v -n 3 -r 2 -u sec primes.trial:limit=100
    [[ $(head -1 "$HOME/out") =~ ^raw\ times:\ [0-9.e-]+\ sec,\ [0-9.e-]+\ sec$ ]]
    [ -z "$(sed -n 2p "$HOME/out")" ]
    [ "$(wc -l <"$HOME/out")" -eq 3 ]
}

@test "timeit of a benchmark that fails says why and exits 3" {
    assay timeit -n 1 'command.run:line=false'
    [ "$status" -eq 3 ]
    [[ $err == "assay: command.run:"* ]]
    [ "$(wc -l <"$HOME/err")" -eq 1 ]
}

@test "tables are ASCII where the locale is, and have colour only on demand" {
    short -q primes.trial:limit=100
    LC_ALL=C not grep -q '[^ -~]' "$HOME/out"
    short -q --color always primes.trial:limit=100
    grep -q $'\e' "$HOME/out"
    FORCE_COLOR=1 NO_COLOR=1 short -q primes.trial:limit=100
    grep -q $'\e' "$HOME/out"
    FORCE_COLOR=1 short -q --color never primes.trial:limit=100
    not grep -q $'\e' "$HOME/out"
}

@test "a command line that is not UTF-8 is refused before anything is measured" {
    short -q -- sh -c $'exit 1 # \xff'
    [ "$status" -eq 2 ]
    [ "$(wc -l <"$HOME/err")" -eq 1 ]
    [ ! -e assay-results ]
}

@test "documents pass an independent validator" {
    short -q -o a.json primes.trial:limit=100 sieve.bytes:limit=1000 -p limit=100
    short -q --append a.json --columns all primes.trial:limit=100
    [ "$status" -eq 0 ]
    short -q -o b.json -- false
    short -q -o c.json -- sh -c $'exit 1 # \x01 \xe2\x80\xae "quoted"'
    [ "$status" -eq 3 ]
    "$ASSAY_SOURCE/tests/cli/validate_document.py" a.json b.json c.json
}

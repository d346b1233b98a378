#!/usr/bin/env bats
# Comparisons, as short as they can be. No test asserts how long anything takes, or which of two equal things is faster.
load helper

documents() {
    find assay-results -name '*.json' 2>/dev/null | wc -l
}

# json EXPRESSION FILE: a Python expression over the document d.
json() {
    python3 -c 'import json, sys; d = json.load(open(sys.argv[2])); print(eval(sys.argv[1]))' "$1" "$2"
}

@test "a comparison prints a verdict, writes a document, and says where it is" {
    assay compare --pairs 8 --budget 20s primes.trial:limit=100 primes.trial:limit=100
    [ "$status" -eq 0 ]
    [[ $out == *"primes.trial:limit=100"* ]]
    [[ $err =~ ^document:\ assay-results/[0-9TZ-]+-[0-9a-f]{8}\.json\ \([0-9.]+\ kB\)$ ]]
    [ "$(documents)" -eq 1 ]
    [ "$(json 'len(d["comparisons"])' assay-results/*.json)" -eq 1 ]
}

@test "a kernel that is many times slower is a regression, and the other way round none" {
    assay compare -q --budget 30s -o x.json primes.trial:limit=1000 primes.listed:limit=1000
    [ "$status" -eq 1 ]
    [[ $out == "slower by more than"* ]]
    [ "$(json 'd["comparisons"][0]["verdict"]' x.json)" = slower ]
    assay compare -q --budget 30s primes.listed:limit=1000 primes.trial:limit=1000
    [ "$status" -eq 0 ]
    [[ $out == "faster by more than"* ]]
}

@test "what cannot be decided is status 4 with --strict, and 0 without" {
    assay compare -q --strict --pairs 8 primes.trial:limit=100 primes.trial:limit=100
    [ "$status" -eq 4 ]
    [[ $out == inconclusive* ]]
    assay compare -q --pairs 8 primes.trial:limit=100 primes.trial:limit=100
    [ "$status" -eq 0 ]
}

@test "a regression stands over what is open, and a crash over a regression" {
    local bad=$ASSAY_BUILD/tests/plugins/bad.so
    assay compare -q --strict --budget 30s -p limit=1000 primes.trial primes.listed
    [ "$status" -eq 1 ]
    # A signal shall kill the worker, not the sanitizer's handler of it.
    export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}handle_segv=0"
    assay compare -q --strict --budget 3s "$bad:good.quick" "$bad:bad.segfault"
    [ "$status" -eq 3 ]
    [[ $out == *crashed* && $out == *"signal 11"* ]]
}

@test "sides with different answers are refused" {
    assay compare -q --budget 5s primes.listed_root:limit=1000,variant=fixed primes.listed_root:limit=1000,variant=as-written
    [ "$status" -eq 3 ]
    [[ $out == *refused* || $out == *"wrong answer"* ]]
}

@test "--format and -o are those of a run" {
    assay compare -q --pairs 8 --format json primes.trial:limit=100 primes.trial:limit=100
    [ "$status" -eq 0 ]
    [[ $out == *'"schema": "assay.result/1"'* ]]
    assay compare -q --pairs 8 -o x.csv primes.trial:limit=100 primes.trial:limit=100
    [ "$status" -eq 0 ]
    [ -z "$out" ]
    [ -s x.csv ]
    assay compare -q --pairs 8 -o x.json primes.trial:limit=100 primes.trial:limit=100
    grep -q assay.result/1 x.json
    [ -n "$out" ]
}

@test "the same seed is the same order of batches, and is recorded" {
    for file in a b; do
        assay compare -q --seed 7 --pairs 16 -o $file.json primes.trial:limit=100 primes.trial:limit=100
        [ "$status" -eq 0 ]
    done
    [ "$(json 'd["sessions"][0]["seed"]' a.json)" = 7 ]
    order='[d["comparisons"][0]["blocks"][c] for c in ("head_first", "layout")]'
    [ "$(json "$order" a.json)" = "$(json "$order" b.json)" ]
}

@test "two directories are compared in what both have, and the rest is said" {
    mkdir old new
    cp "$ASSAY_BUILD/kernels/primes.so" "$ASSAY_BUILD/kernels/sieves.so" old
    cp "$ASSAY_BUILD/kernels/sieves.so" new
    echo "no ELF" >new/broken.so
    assay compare --dry-run --filter 'sieve.bytes|primes.trial' old new
    [ "$status" -eq 0 ]
    [[ $out == "1 pair"*"old/sieves.so]"*"new/sieves.so]"*"only in old: primes.trial:limit=10000"* ]]
    [[ $out == *"broken.so"* ]]
    assay compare --dry-run --suite quick old/primes.so old/primes.so
    [ "$status" -eq 0 ]
    [[ $out == *"primes.below:bound=1000"* && $out != *sieve* ]]
    refuses_in_place "assay: nothing to compare: 'old/primes.so' and 'new' have no benchmark in common" old/primes.so new
}

# As refuses, of compare, where files lie about.
refuses_in_place() {
    local line=$1
    shift
    assay compare "$@"
    [[ $status -eq 2 && $err == "$line" && -z $out && ! -e assay-results ]]
}

@test "a kernel named on one side holds for both, with a grid" {
    local so=$ASSAY_BUILD/kernels/primes.so
    assay compare --dry-run -p limit=100,200 "$so:primes.trial" "$so"
    [ "$status" -eq 0 ]
    [[ $out == "2 pairs"*"against primes.trial:limit=100 "*"against primes.trial:limit=200 "* ]]
    assay compare --dry-run -p limit=100,200 primes.trial primes.listed
    [[ $out == "2 pairs"*"primes.trial:limit=200 "*"against primes.listed:limit=200 "* ]]
}

@test "two commands are compared" {
    assay compare -q --pairs 8 --budget 20s -o x.json -- true -- true --version
    [ "$status" -eq 0 ] || [ "$status" -eq 1 ]
    [ "$(json '[b["parameters"]["line"] for b in d["benchmarks"]]' x.json)" = "['true', 'true --version']" ]
    assay compare -q --pairs 8 --budget 5s -- true -- false
    [ "$status" -eq 3 ]
    assay compare --dry-run -- 'echo a | cat' -- 'true'
    [[ $out == *"sh -c"*"echo a | cat"* ]]
}

@test "two documents are compared as they are, and never prove a regression" {
    for file in a b; do
        assay run -q --samples 12 --processes 6 --batch 1ms --warmup 0 -o $file.json primes.trial:limit=100
    done
    assay compare -q --margin 50% -o c.json a.json b.json
    [ "$status" -eq 0 ]
    [ "$(json 'd["comparisons"][0]["design"]' c.json)" = stored ]
    refuses_beside() { assay compare "${@:2}"; [[ $status -eq 2 && $err == "$1" ]]; }
    refuses_beside "assay: bad --budget with two documents: they have been measured" --budget 3s a.json b.json
    refuses_beside "assay: cannot compare the document 'a.json' with 'primes.trial': want two documents" a.json primes.trial
    refuses_beside "assay: missing HEAD: want a second document to compare 'a.json' with" a.json
}

@test "builds of one source are compared with the first" {
    cp "$ASSAY_SOURCE/tests/plugins/good.c" k.c
    assay compare -q --pairs 8 --cflags -O1 --cflags -O2 -o x.json k.c:good.sum
    [ "$status" -le 1 ]
    [ "$(json 'len(d["comparisons"])' x.json)" -eq 1 ]
    [[ $(json 'd["comparisons"][0]["notes"]' x.json) == *"base is cc -O1, head is cc -O2"* ]]
    assay compare -q --cflags -O1 k.c:good.sum
    [ "$status" -eq 2 ]
    [[ $err == "assay: one build of 'k.c' has nothing to be compared with"* ]]
    assay compare --toolchain no-such-cc,cc k.c:good.sum
    [ "$status" -eq 2 ]
    [ "$(wc -l <"$HOME/err")" -eq 1 ]
}

@test "--self says how often it is wrong and what it finds" {
    assay compare -q --self 2 --pairs 8 -o self.json "$ASSAY_BUILD/tests/plugins/good.so:good.sum"
    [ "$status" -eq 0 ]
    [[ $out == *"false alarms"*" of "*"median time"* ]]
    [ "$(json 'len(d["comparisons"])' self.json)" -eq 4 ]
    python3 "$ASSAY_SOURCE/tests/cli/validate_document.py" self.json
    assay compare -q --self 1 --pairs 8 -o self.txt "$ASSAY_BUILD/tests/plugins/good.so:good.sum"
    [ -z "$out" ]
    grep -q "false alarms" self.txt
}

@test "options of compare with bad values are named with what they want" {
    local margin="want a percentage above 0, from 0.05% to 100%, such as 1% or 0.5; below 0.1 with the sign"
    refuses "assay: bad --margin '0': $margin" compare --margin 0 a b
    refuses "assay: bad --margin '0.01': $margin" compare --margin 0.01 a b
    refuses "assay: bad --confidence '0.5': want 0.9 to 0.9999" compare --confidence 0.5 a b
    refuses "assay: bad --self '0': want 1 to 100000" compare --self 0 a
    refuses "assay: bad --pairs '0': want 1 to 10000000" compare --pairs 0 a b
    refuses "assay: bad --budget '0': want a time above 0, such as 10s" compare --budget 0 a b
    refuses "assay: bad --toolchain 'gcc,': want a list of compilers, such as gcc-12,clang-14" compare --toolchain gcc, k.c
    refuses "assay: unknown option '--margn': did you mean --margin?" compare --margn 1 a b
}

@test "sides that are missing or do not fit are refused in words" {
    local primes=$ASSAY_BUILD/kernels/primes.so
    refuses "assay: missing BASE and HEAD: see assay compare --help" compare
    refuses "assay: missing HEAD: want something to compare 'primes.trial' with, or --self N" compare primes.trial
    refuses "assay: unexpected 'c': assay compare takes BASE HEAD" compare a b c
    refuses "assay: unknown benchmark 'primes.trail': did you mean 'primes.trial'?" compare primes.trial primes.trail
    refuses "assay: unknown benchmark 'primes.trail' in $(realpath "$primes"): did you mean 'primes.trial'?" \
        compare primes.trial "$primes:primes.trail"
    refuses "assay: bad '.': want a directory with plug-ins (*.so) that can be loaded" compare . .
    refuses "assay: cannot compare the directory '.' with the benchmark 'primes.trial': want the plug-in of the directory, \
or two directories" compare . primes.trial
    refuses "assay: missing the second command: want -- COMMAND -- COMMAND" compare -- true
    refuses "assay: missing command after '--': want -- COMMAND -- COMMAND" compare -- -- true
    refuses "assay: unexpected third '--': want -- COMMAND -- COMMAND" compare -- true -- true -- true
    refuses "assay: unexpected 'x' before '--': want '-- COMMAND -- COMMAND' alone" compare x -- true -- true
    refuses "assay: bad command 'no-such-program' after '--': want a program in PATH, or the path of one" \
        compare -- true -- no-such-program
}

@test "options that exclude each other are refused in words" {
    refuses "assay: unexpected 'b': with --self 'a' is compared with itself" compare --self 3 a b
    refuses "assay: bad --strict with --self: it prints how often it decides" compare --self 3 --strict a
    refuses "assay: bad --duet with --threads 2: each side has one processor then" compare --duet --threads 2 a b
    refuses "assay: bad --force: want two documents, what is measured now has one environment" compare --force a b
    refuses "assay: bad --instructions with commands: only kernels have it" compare --instructions -- true -- true
    refuses "assay: bad BASE 'primes.trial': --toolchain and --cflags want a source to build, FILE.c[:KERNEL]" \
        compare --toolchain gcc primes.trial
    refuses "assay: bad BASE 'none.c': there is no such file" compare --toolchain gcc none.c
    refuses "assay: bad --suite 'quick': want plug-ins or directories to take its kernels from, not 'primes.trial'" \
        compare --suite quick primes.trial primes.trial
}

@test "what cannot be written is found before anything is measured" {
    refuses "assay: cannot write into '/no-such-directory': No such file or directory" \
        compare -o /no-such-directory/x.json primes.trial primes.trial
}

@test "a report keeps to the width of the terminal, without colour" {
    COLUMNS=50 NO_COLOR=1 assay compare -q --pairs 8 primes.trial:limit=100 primes.trial:limit=100
    [ "$status" -eq 0 ]
    not grep -nE '^.{51}' "$HOME/out"
    not grep -q $'\e' "$HOME/out"
}

@test "a reader who goes away costs neither the document nor the status" {
    set +o pipefail
    "$ASSAY" compare -q --pairs 8 primes.trial:limit=100 primes.trial:limit=100 2>"$HOME/err" | true
    [ "${PIPESTATUS[0]}" -eq 0 ]
    [ ! -s "$HOME/err" ]
    [ "$(documents)" -eq 1 ]
}

@test "env check says what disturbs, with a grade, and 1 only if something blocks" {
    assay env check --format json
    [ "$status" -le 1 ]
    python3 - "$out" "$status" <<'EOP'
import json, sys
found = json.loads(sys.argv[1])["findings"]
assert all(each["grade"] in ("blocking", "caution", "information") and each["text"] for each in found), found
assert (int(sys.argv[2]) == 1) == any(each["grade"] == "blocking" for each in found), found
EOP
    COLUMNS=60 assay env check
    not grep -nE '^.{61}' "$HOME/out"
}

@test "env check --noise says what can be decided for two kernels" {
    assay env check --noise 2s --format json
    [ "$status" -le 1 ]
    python3 - "$out" <<'EOP'
import json, sys
noise = json.loads(sys.argv[1])["noise"]
assert [each["kernel"] for each in noise] == ["effort.integer", "effort.memory"], noise
for each in noise:
    assert [span["seconds"] for span in each["detectable"]] == [1, 10, 60], each
    assert each["reason"] or each["blocks"] >= 6, each
EOP
    refuses "assay: bad --noise '0.5s': want a time from 1s, such as 20s" env check --noise 0.5s
}

@test "--crossover prints its plan, and what it is given is checked in words" {
    local so=$ASSAY_BUILD/tests/run/crossing.so
    assay compare --dry-run --crossover limit --from 10 --to 1e5 primes.trial primes.listed
    [ "$status" -eq 0 ]
    [[ $out == "primes.listed against primes.trial
limit at first: 10 32 100 316 1000 3162 10000 31623 100000
at most 37 values; confidence 0.999 in all, 0.999973 of each"*"expected to take at most 60.0 s" ]]
    local pair=(primes.trial primes.listed)
    refuses "assay: missing --from: want the least limit to look at" compare --crossover limit --to 9 "${pair[@]}"
    refuses "assay: missing --to: want the largest limit to look at" compare --crossover limit --from 9 "${pair[@]}"
    refuses "assay: bad --from: want --crossover PARAM, it is an end of its range" compare --from 9 "${pair[@]}"
    refuses "assay: bad --from '0': want a number above 0, such as 10" compare --crossover limit --from 0 --to 9 "${pair[@]}"
    refuses "assay: bad --to 'x': want a number above --from, such as 1e5" compare --crossover limit --from 1 --to x "${pair[@]}"
    refuses "assay: bad --to '9': want more than --from, 10" compare --crossover limit --from 10 --to 9 "${pair[@]}"
    refuses "assay: bad --from: bad limit '1.5': want an integer from 0 to 100000000" \
        compare --crossover limit --from 1.5 --to 9 "${pair[@]}"
    refuses "assay: bad --to: bad limit '1e12': want an integer from 0 to 100000000" \
        compare --crossover limit --from 1 --to 1e12 "${pair[@]}"
    refuses "assay: bad --crossover 'limti': primes.trial has no such parameter, did you mean 'limit'?" \
        compare --crossover limti --from 1 --to 9 "${pair[@]}"
    refuses "assay: bad --crossover 'way': want a parameter of numbers, way of crossing.other is none" \
        compare --crossover way --from 1 --to 9 "$so:crossing.other" "$so:crossing.other"
    refuses "assay: bad -p 'limit=6' with --crossover limit: want --from and --to" \
        compare -p limit=6 --crossover limit --from 1 --to 9 "${pair[@]}"
    refuses "assay: bad 'primes.trial:limit=5' with --crossover limit: want it without a value of limit" \
        compare --crossover limit --from 1 --to 9 primes.trial:limit=5 primes.listed
    refuses "assay: unknown option '--crossovr': did you mean --crossover?" compare --crossovr limit "${pair[@]}"
}

@test "--crossover excludes what has no range" {
    local range=(--crossover limit --from 1 --to 9)
    refuses "assay: bad --crossover with --self: it compares a benchmark with itself" compare "${range[@]}" --self 3 a
    refuses "assay: bad --crossover with --toolchain: want the plug-ins of two builds" compare "${range[@]}" --toolchain gcc k.c
    refuses "assay: bad --crossover with --pairs: a value is measured until it is proven which side is faster there" \
        compare "${range[@]}" --pairs 9 a b
    refuses "assay: bad --crossover with commands: only kernels have it" compare "${range[@]}" -- true -- true
    refuses "assay: bad --crossover with two documents: they have been measured" compare "${range[@]}" a.json b.json
    refuses "assay: bad --crossover 'limit': want one benchmark on each side, not 2 pairs" \
        compare "${range[@]}" -p scale=1,2 "$ASSAY_BUILD/tests/run/crossing.so:crossing.linear" \
        "$ASSAY_BUILD/tests/run/crossing.so"
}

@test "a crossover is reported in the width of the terminal, and no regression" {
    local so=$ASSAY_BUILD/tests/run/crossing.so
    COLUMNS=60 assay compare -q --budget 40s -o x.json --crossover n --from 20 --to 40 "$so:crossing.linear" "$so:crossing.triple"
    [ "$status" -eq 0 ]
    not grep -nE '^.{61}' "$HOME/out"
    [ "$(json 'len(d["crossovers"])' x.json)" -eq 1 ]
    python3 "$ASSAY_SOURCE/tests/cli/validate_document.py" x.json
    assay compare -q --budget 20s -o x.json --crossover n --from 20 --to 40 "$so:crossing.linear" "$so:crossing.other"
    [ "$status" -eq 3 ]
    [[ $out == *"such as crossing.other:way=right"* || $out == *"crossing.other:way=right"* ]]
}

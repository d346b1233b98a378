#!/usr/bin/env bats
# Results of other tools: what is read, what is marked, and the way there and back. No test asserts how long anything takes.
load helper

JL='jl;6913442;5.0;1;algorithm=base,faithful=yes,bits=1'
RECORD='extreme-hybrid;43711;5.000105359;1;algorithm=base,faithful=yes,bits=1'

# field NAME DOCUMENT: of each benchmark, a line each.
field() {
    python3 -c 'import json, sys
for b in json.load(open(sys.argv[2]))["benchmarks"]: print(eval(sys.argv[1], {"b": b}))' "$1" "$2"
}

@test "an import prints a table, writes a valid document, and says where it is" {
    printf '%s\n' "$RECORD" >race.txt
    assay import race.txt
    [ "$status" -eq 0 ]
    [[ $out == *extreme-hybrid*114.4*us* ]]
    [[ $out == *"neither up to which number a pass sieved (taken:"* ]]
    [[ $err =~ ^document:\ assay-results/[0-9TZ-]+-[0-9a-f]{8}\.json\ \([0-9.]+\ kB\)$ ]]
    python3 "$ASSAY_SOURCE/tests/cli/validate_document.py" assay-results/*.json
    [[ $out == *"imported from drag-race"* ]]
    [[ $out != *"seed "* ]]
}

@test "lines that cannot be true are marked, stored, and exit 3" {
    printf '%s\n' "$JL" "$RECORD" 'constexpr;228773990;5.000000;1;algorithm=base,faithful=no,bits=1' >race.txt
    assay import -q race.txt -o race.json
    [ "$status" -eq 3 ]
    [ -z "$err" ]
    [[ $out == *"jl: implausible: 723.2 ns a pass, but sieving to 1000000 takes 16.35 us or"* ]]
    [ "$(field 'b["status"]' race.json | tr '\n' ' ')" = "implausible ok implausible " ]
    [ "$(field 'b["verified"]' race.json | sort -u)" = None ]
    python3 "$ASSAY_SOURCE/tests/cli/validate_document.py" race.json
    assay import -q race.txt --limit 30 -o race.json
    [ "$status" -eq 0 ]
    [ "$(field 'b["status"]' race.json | tr '\n' ' ')" = "ok ok ok " ]
}

@test "what assay measured goes out as lines and comes back as it was" {
    assay run -q --samples 2 --processes 2 --batch 1ms --warmup 0 --format drag-race primes.trial:limit=100 \
        primes.listed:limit=100 -o -
    [ "$status" -eq 0 ]
    [ "$(wc -l <"$HOME/out")" -eq 2 ]
    cp "$HOME/out" lines
    "$ASSAY" import --format drag-race --limit 1 -q -o back.json - <lines >/dev/null
    python3 - assay-results/*.json back.json lines <<'P'
import json, sys
run, back = (json.load(open(path))["benchmarks"] for path in sys.argv[1:3])
assert len(run) == len(back) == 2
for ours, theirs, line in zip(run, back, open(sys.argv[3])):
    label, passes, duration, threads = line.rstrip("\n").split(";")[:4]
    assert theirs["id"] == ours["id"] == label
    assert theirs["samples"]["iterations"] == [sum(ours["samples"]["iterations"])] == [int(passes)]
    assert theirs["samples"]["elapsed_ns"] == [round(sum(ours["samples"]["elapsed_ns"]))]
    assert theirs["threads"] == ours["threads"] == int(threads)
P
}

@test "run says what the lines leave out, and -o FILE.drag-race implies the format" {
    assay run --samples 2 --processes 1 --batch 1ms --warmup 0 -o x.drag-race primes.trial:limit=100 command.run:line=true
    [ "$status" -eq 0 ]
    [ -z "$out" ]
    [[ $(cat x.drag-race) =~ ^primes\.trial:limit=100\;[0-9]+\;[0-9]+\.[0-9]{9}\;1$ ]]
    [[ $err == *"left out: command.run:line=true,prepare='' (its answer is not verified)"* ]]
    assay import -q x.drag-race --limit 1
    [ "$status" -eq 0 ]
}

@test "several files are sessions of one document, and - is standard input" {
    printf 'a;1;5.0;1\n' >a.txt
    printf 'hello\nb;2;5.0;1\n' | "$ASSAY" import a.txt - -o both.json >"$HOME/out" 2>"$HOME/err"
    [ "$(cat "$HOME/err" | cut -d' ' -f1-2)" = "document: both.json" ]
    grep -qF 'standard input: 1 line of other output was ignored' "$HOME/out"
    [ "$(field '[p["session"] for p in b["processes"]]' both.json | tr '\n' ' ')" = "[0] [1] " ]
    python3 "$ASSAY_SOURCE/tests/cli/validate_document.py" both.json
}

@test "what cannot be read is refused, and nothing is stored" {
    printf 'a;1;5.0;1\nb;x;5.0;1\n' >home/wrong
    refuses "assay: home/wrong:2:3: bad passes 'x': want a whole number from 1 to 2^53" import home/wrong
    refuses "assay: no line of a drag race in 'standard input': want label;passes;duration;threads" \
        import --format drag-race -
    refuses "assay: cannot tell the format of 'standard input': it is empty; want one of drag-race, google-benchmark, hyperfine, pyperf, benchfmt (--format)" import -
    printf 'hello\n' >home/other
    refuses "assay: cannot tell the format of 'home/other': want one of drag-race, google-benchmark, hyperfine, pyperf, benchfmt (--format)" import home/other
    refuses "assay: bad --format 'drag-rcae': want drag-race, google-benchmark, hyperfine, pyperf or benchfmt" import --format drag-rcae home/wrong
    refuses "assay: missing FILE: see assay import --help" import
    refuses "assay: cannot open 'nope': No such file or directory" import nope
    refuses "assay: './home' is a directory, want a file" import ./home
    refuses "assay: bad '-': standard input can be read once" import - -
    refuses "assay: bad --limit '0': want a whole number from 1 to 1e12" import --limit 0 home/wrong
    refuses "assay: unknown option '--fromat': did you mean --format?" import --fromat drag-race home/wrong
}

@test "a standard input that cannot be read is an error of one line" {
    status=0
    "$ASSAY" import - <. 2>"$HOME/err" || status=$?
    [ "$status" -eq 2 ]
    [ "$(cat "$HOME/err")" = "assay: cannot read 'standard input': Is a directory" ]
    [ ! -e assay-results ]
}

@test "an import that waits for its input can be interrupted" {
    mkfifo pipe
    sleep 30 >pipe 3>&- &
    writer=$!
    "$ASSAY" import - <pipe 2>"$HOME/err" 3>&- &
    reader=$!
    for _ in $(seq 200); do [ -d assay-results ] && break || sleep 0.05; done # until it has begun
    sleep 0.2
    kill -TERM $reader
    status=0
    wait $reader || status=$?
    kill $writer
    [ "$status" -eq 130 ]
    [ "$(cat "$HOME/err")" = "assay: interrupted; nothing is stored" ]
    [ ! -e assay-results ]
}

@test "a reader who goes away costs neither the document nor the status" {
    for i in $(seq 3000); do printf 'label%s;1;5.0;1\n' "$i"; done >race.txt
    set +e
    "$ASSAY" import race.txt 2>"$HOME/err" | head -1 >"$HOME/out"
    status=${PIPESTATUS[0]}
    set -e
    [ "$status" -eq 0 ]
    [[ $(cat "$HOME/err") == "document: assay-results/"* ]]
    [ "$(field 'b["id"]' assay-results/*.json | wc -l)" -eq 3000 ]
}

@test "a full disk is an error, and the document is stored all the same" {
    printf '%s\n' "$RECORD" >race.txt
    status=0
    "$ASSAY" import -q race.txt >/dev/full 2>"$HOME/err" || status=$?
    [ "$status" -eq 2 ]
    [ "$(wc -l <"$HOME/err")" -eq 1 ]
    [ "$(find assay-results -name '*.json' | wc -l)" -eq 1 ]
}

@test "no byte of a label reaches a terminal as a command" {
    printf 'a\033[31m\377b;1;5.0;1\n' >race.txt
    assay import race.txt
    [ "$status" -eq 0 ]
    not grep -q $'\033' "$HOME/out"
    [[ $out == *"invalid utf8"* ]]
}

@test "files of google-benchmark, hyperfine, pyperf and Go are found, shown and stored as valid documents" {
    while read -r name format benchmarks code; do
        assay import -q "$ASSAY_SOURCE/tests/foreign/samples/$name" -o back.json
        echo "$name: $status $err"
        [ "$status" -eq "$code" ]
        flat=$(tr -s ' \n' ' ' <"$HOME/out") # lines are folded
        [[ $flat == *"imported from $format"* ]]
        [[ $flat == *"no result is verified"* ]]
        [ "$(field 'b["implementation"], b["verified"]' back.json | sort -u)" = "('imported', None)" ]
        [ "$(field 'b["id"]' back.json | wc -l)" -eq "$benchmarks" ]
        python3 "$ASSAY_SOURCE/tests/cli/validate_document.py" back.json
    done <<'END'
google-benchmark-1.7.1.json google-benchmark 4 3
google-benchmark-1.9.5.json google-benchmark 4 0
google-benchmark-aggregates.json google-benchmark 1 0
hyperfine-1.15.json hyperfine 2 3
hyperfine-1.20.json hyperfine 2 3
pyperf-1.0.json pyperf 4 0
benchfmt.txt benchfmt 4 0
END
}

@test "files of several tools are sessions of one document" {
    samples=$ASSAY_SOURCE/tests/foreign/samples
    assay import -q "$samples/pyperf-1.0.json" "$samples/benchfmt.txt" "$samples/hyperfine-1.20.json" -o both.json
    [ "$status" -eq 3 ]
    [ "$(field 'sorted({p["session"] for p in b["processes"]})' both.json | sort -u | tr '\n' ' ')" = "[0] [1] [2] [] " ]
    python3 "$ASSAY_SOURCE/tests/cli/validate_document.py" both.json
}

@test "a file of another tool that is cut off, or of another kind, is refused where it ends" {
    head -c 700 "$ASSAY_SOURCE/tests/foreign/samples/google-benchmark-1.9.5.json" >home/cut.json
    refuses "assay: home/cut.json:18:76: the input ends in the middle: want a quote at the end of a text (a program that crashed may have written it)" \
        import home/cut.json
    printf '{"results":[{"command":"a","mean":1,"times":[1,"x"]}]}' >home/wrong.json
    refuses "assay: home/wrong.json:1:48: results[0].times: want numbers of 0 or more" import home/wrong.json
    refuses "assay: home/wrong.json:1:1: the JSON: no member 'benchmarks'" import --format google-benchmark home/wrong.json
}

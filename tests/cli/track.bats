#!/usr/bin/env bats
# assay track record, log, accept and export: what goes into a store, what is told of it, and that all of them show the same.
load helper

DOCUMENT="$BATS_TEST_DIRNAME/track_document.py"

# document FILE COMMIT WORD...: made up.
document() {
    python3 "$DOCUMENT" "$@"
}

# commits N: a line each of a commit and its date, in the file commits; no repository.
commits() {
    python3 -c 'import hashlib, sys
for i in range(int(sys.argv[1])): print(hashlib.sha1(b"%d" % i).hexdigest(), f"2026-{1 + i // 28:02d}-{1 + i % 28:02d}T09:30:00+01:00")' "$1" >commits
}

# repository N: a git work tree here, of N commits on main; their names and dates in the file commits.
repository() {
    git init -q -b main . 2>"$HOME/git"
    git config --global user.name Ada
    git config --global user.email ada@example.org
    for ((i = 0; i < $1; i++)); do
        printf 'commit refs/heads/main\nauthor A <a@b.c> %d +0100\ncommitter A <a@b.c> %d +0100\ndata <<E\nchange %d\nE\n\n' \
            $((1767258000 + i * 86400)) $((1767258000 + i * 86400)) "$i"
    done | git fast-import --quiet
    git log --reverse --format='%H %aI' main >commits
}

# commit N: of that line, from 0.
commit() {
    sed -n "$(($1 + 1))s/ .*//p" commits
}

# documents WORD...: one of every commit.
documents() {
    mkdir -p d
    python3 "$DOCUMENT" --all d commits "$@"
}

# changes FILE: of a document's history, a line each.
changes() {
    python3 -c 'import json, sys
for s in json.load(open(sys.argv[1]))["history"]:
    for c in s["changes"]: print(s["benchmark"], s["points"][c["point"]]["commit"], c["ratio"], c["interval"], c["since"], c["reported"])
    for a in s["accepted"]: print(s["benchmark"], "accepted", a)' "$1"
}

# exported WORD...: a field or more of each exported line.
exported() {
    "$ASSAY" track export "${@:2}" | python3 -c 'import json, sys
for line in sys.stdin: print(*(json.loads(line)[name] for name in sys.argv[1].split(",")))' "$1"
}

# ---- record ----

@test "record takes the commit from the document and its subject from git, and a second time changes nothing" {
    repository 3
    document r.json "$(commit 1)" a=100 .date=2026-01-02T10:00:00+01:00
    assay track record r.json
    [ "$status" -eq 0 ]
    [ "$out" = "recorded: r.json at $(commit 1 | cut -c1-12) (1 value)" ]
    [ -z "$err" ]
    "$ASSAY" track export >first
    assay track record r.json
    [ "$status" -eq 0 ]
    [ "$out" = "was there already: r.json" ]
    diff first <("$ASSAY" track export)
    [ "$(exported commit,parent,branch,author_date,subject)" = "$(commit 1) $(commit 0) main 2026-01-02T10:00:00+01:00 change 1" ]
    [ "$(wc -l <first)" -eq 1 ]
}

@test "a run in a work tree is of its commit, and one of a dirty work tree is refused with the way out" {
    repository 2
    echo one >file && git add file && git commit -qm "add a file"
    "$ASSAY" run -q --samples 6 --processes 6 --batch 1ms --warmup 0 primes.trial:limit=100 -o home/clean.json >home/table
    assay track record home/clean.json
    [ "$status" -eq 0 ]
    [ "$(exported benchmark,commit,subject)" = "primes.trial:limit=100 $(git rev-parse HEAD) add a file" ]
    echo two >file
    "$ASSAY" run -q --samples 6 --processes 6 --batch 1ms --warmup 0 primes.trial:limit=100 -o home/dirty.json >home/table
    assay track record home/dirty.json
    [ "$status" -eq 2 ]
    [ "$err" = "assay: 'dirty.json' was measured with changes that no commit has: commit them and measure again, or name its commit with --commit REF" ]
    [ "$(exported commit | wc -l)" -eq 1 ]
    assay track record home/dirty.json --commit HEAD~1
    [ "$status" -eq 0 ]
    [ "$(exported subject)" = $'change 1\nadd a file' ]
}

@test "of a list with one that is refused nothing is recorded" {
    document good.json 00000000000000000000000000000000000000aa a=100
    document bad.json - a=100
    assay track record good.json bad.json
    [ "$status" -eq 2 ]
    [ "$err" = "assay: 'bad.json' does not say of which commit it is: want --commit REF" ]
    [ ! -e history.db ]
    assay track record good.json nope.json
    [ "$status" -eq 2 ]
    [ ! -e history.db ]
    assay track record good.json bad.json --commit c1
    [ "$status" -eq 0 ]
    [ "$(exported commit)" = $'c1\nc1' ]
}

@test "a commit that git does not know is refused where there is a repository, and taken as it is where there is none" {
    document r.json - a=100
    assay track record r.json --commit release-1 --branch stable --date 2026-03-04T05:06:07Z
    [ "$status" -eq 0 ]
    [ "$(exported commit,branch,author_date)" = "release-1 stable 2026-03-04T05:06:07Z" ]
    repository 1
    document s.json - a=100
    assay track record s.json --commit release-1
    [ "$status" -eq 2 ]
    [[ $err == "assay: unknown commit 'release-1'"* ]]
    mkdir home/empty
    assay track record s.json --commit HEAD --repository home/empty
    [ "$status" -eq 0 ] # it lies in the repository
    assay track record r.json --commit HEAD --repository /nope
    [ "$status" -eq 2 ]
    [[ $err == *"'/nope'"* ]]
    assay track record r.json --date 2026-03-04
    [ "$status" -eq 2 ]
    [ "$err" = "assay: bad --date '2026-03-04': want a date with time and offset, such as 2026-02-07T09:30:00+01:00" ]
}

@test "a name that only a repository gives a meaning is refused where there is none" {
    document r.json - a=100
    for name in HEAD HEAD~1 main^ v1:file @ '@{1}'; do
        assay track record r.json --commit "$name"
        [ "$status" -eq 2 ]
        [ "$err" = "assay: '.' is not in a git repository: want --repository DIR" ]
    done
    # Neither is a hook's GIT_DIR the repository that we are in.
    mkdir other_one && (cd other_one && git init -q . && git -c user.name=a -c user.email=b commit -q --allow-empty -m one)
    GIT_DIR=$PWD/other_one/.git assay track record r.json --commit HEAD
    [ "$status" -eq 2 ]
    [ ! -e history.db ]
    assay track record r.json --commit HEAD --repository other_one
    [ "$status" -eq 0 ]
    [ "$(exported subject)" = one ]
}

@test "a repository of another user is no place without one" {
    [ "$(id -u)" -eq 0 ] || skip "only root can be somebody else"
    document r.json - a=100
    git init -q . && git -c user.name=a -c user.email=b commit -q --allow-empty -m one
    chmod 777 . home
    cp "$ASSAY" program # where it was built somebody else may not go
    status=0
    setpriv --reuid 65534 --regid 65534 --clear-groups "$WORK/program" track record r.json --commit HEAD 2>home/said || status=$?
    cat home/said
    [ "$status" -eq 2 ]
    [[ $(cat home/said) == "assay: the repository at '.' belongs to another user, so git refuses it"* ]]
    [ ! -e history.db ]
}

@test "in a shallow clone its commits are recorded, and of others it is said how to get them" {
    git init -q -b main home/whole
    (cd home/whole && for i in 1 2 3; do git -c user.name=a -c user.email=b commit -q --allow-empty -m "change $i"; done)
    git clone -q --depth 1 "file://$HOME/whole" home/shallow
    last=$(git -C home/whole rev-parse main)
    first=$(git -C home/whole rev-parse main~2)
    document r.json - a=100
    document s.json "$first" a=100 .date=2026-01-01T00:00:00Z
    cd home/shallow
    assay track record ../../r.json --commit HEAD --store ../../history.db
    [ "$status" -eq 0 ]
    assay track record ../../r.json --commit main~2 --store ../../history.db
    [ "$status" -eq 2 ]
    [ "$err" = "assay: unknown commit 'main~2': this clone is shallow; git fetch --unshallow, or --deepen=N, fetches what is missing" ]
    assay track record ../../s.json --store ../../history.db
    [ "$status" -eq 0 ] # the document says enough
    cd ../..
    [ "$(exported commit,subject)" = "$first None"$'\n'"$last change 3" ]
}

@test "results of other tools need a commit, and are known again" {
    printf 'BenchmarkA 1000 %s ns/op\nPASS\n' 100 101 99 100 102 98 >go.txt
    cat >gbench.json <<'J'
{"context": {"date": "2026-01-01T00:00:00+00:00", "library_build_type": "release"},
 "benchmarks": [{"name": "BM_x", "run_name": "BM_x", "run_type": "iteration", "repetitions": 1, "repetition_index": 0, "threads": 1,
                 "iterations": 1000, "real_time": 12.5, "cpu_time": 12.4, "time_unit": "ns"}]}
J
    echo '{"results": [{"command": "ls *", "mean": 0.1, "stddev": 0.01, "median": 0.1, "user": 0, "system": 0, "min": 0.09, "max": 0.11,
        "times": [0.1, 0.09, 0.11], "exit_codes": [0, 0, 0]}]}' >hyperfine.json
    echo '{"benchmarks": [{"metadata": {"name": "p"}, "runs": [{"values": [0.001, 0.002]}, {"values": [0.001]}]}],
        "metadata": {"unit": "second"}, "version": "1.0"}' >pyperf.json
    for file in go.txt gbench.json hyperfine.json pyperf.json; do
        assay track record "$file"
        [ "$status" -eq 2 ]
        [ "$err" = "assay: '$file' does not say of which commit it is: want --commit REF" ]
        assay track record "$file" --commit c1 --date 2026-02-03T04:05:06Z --branch main
        [ "$status" -eq 0 ]
        assay track record "$file" --commit c1
        [ "$out" = "was there already: $file" ]
        assay track record "$file" --commit c2
        [[ $out == "recorded: $file at c2 (1 value)" ]]
    done
    [ "$(exported benchmark,commit,author_date | sort | grep c1)" = "$(printf '%s c1 2026-02-03T04:05:06Z\n' A BM_x 'ls *' p | sort)" ]
    # A document made of the file is the same results.
    "$ASSAY" import -q go.txt -o go.json >home/table
    assay track record go.json --commit c1
    [ "$out" = "was there already: go.json" ]
}

@test "base of a comparison is of another commit, and with --reference its ratios are recorded" {
    document r.json c1 +a=1.25 b=300
    assay track record r.json
    [ "$status" -eq 0 ]
    [ "$(exported benchmark,unit,reference)" = $'a ns None\nb ns None' ]
    [ "$(exported value a | cut -c1-3)" = 125 ]
    document s.json c2 +a=1.25 b=300
    assay track record s.json --reference v1.0
    [[ $out == "recorded: s.json at c2 (3 values)" ]]
    [ "$(exported benchmark,unit,reference a --unit ratio)" = "a ratio v1.0" ]
    [[ $(exported value a --unit ratio) == 1.2* ]]
    # The ratio is the history; the times are there for who asks.
    assay track log a --format json
    [ "$(grep -c '"unit"' <<<"$out")" -eq 1 ]
    assay track log a --format json --unit all
    [ "$(grep -c '"unit"' <<<"$out")" -eq 2 ]
}

@test "what failed is on record without a value" {
    document r.json c1 a=100 b=crashed
    document s.json c2 a=100 b=50
    assay track record r.json s.json
    [ "$status" -eq 0 ]
    [ "$(exported commit,value,flags b | head -1)" = "c1 None ['crashed']" ]
    assay track log b
    [ "$status" -eq 0 ]
    grep -qE '^ *c1 +- +crashed' <<<"$out"
    assay track log b --format json
    python3 - "$HOME/out" <<'P'
import json, sys
document = json.load(open(sys.argv[1]))
assert [p["commit"] for p in document["history"][0]["points"]] == ["c2"]
assert document["warnings"] == ["b: 1 result is not shown, because the benchmark failed, the last at c1 (crashed)"], document["warnings"]
P
    assay track export b --format csv
    [[ $out == *"c1,,main,,,,,,"*",crashed"* ]]
}

@test "benchmarks of one name are said, and the first that is ok is taken" {
    document r.json c1 a=100
    python3 - <<'P'
import copy, json
document = json.load(open("r.json"))
first = document["benchmarks"][0]
second = copy.deepcopy(first)
first.update(status="crashed", message="x")
second["samples"]["elapsed_ns"] = [2 * x for x in second["samples"]["elapsed_ns"]]
document["benchmarks"].append(second)
json.dump(document, open("r.json", "w"))
P
    assay track record r.json
    [ "$status" -eq 0 ]
    [ "$err" = "left out: 1 benchmark of r.json whose name another has" ]
    [[ $(exported value) == 20* || $(exported value) == 199* ]]
}

@test "a store that fails keeps the document beside, to be recorded later" {
    document r.json c1 a=100
    assay track record r.json
    [ "$status" -eq 0 ]
    python3 -c 'import sqlite3
store = sqlite3.connect("history.db")
store.execute("create trigger broken before insert on assay_run begin select raise(abort, \"made up\"); end")
store.commit()'
    document s.json c2 a=100
    assay track record - <s.json
    [ "$status" -eq 2 ]
    "$ASSAY" track record - <s.json 2>"$HOME/err" && false
    err=$(cat "$HOME/err")
    [[ $err =~ made\ up.*\;\ the\ document\ is\ kept:\ record\ \'(assay-results/unrecorded-[0-9a-f]{32}\.json)\'\ when\ the\ store\ is\ well$ ]]
    kept=${BASH_REMATCH[1]}
    [ "$(exported commit)" = c1 ]
    python3 -c 'import sqlite3; store = sqlite3.connect("history.db"); store.execute("drop trigger broken"); store.commit()'
    assay track record "$kept"
    [ "$status" -eq 0 ]
    [ "$(exported commit)" = $'c1\nc2' ]
    assay track record s.json
    [ "$out" = "was there already: s.json" ]
}

@test "a password is never shown" {
    document r.json c1 a=100
    local secret="postgresql://team:hush-hush@127.0.0.1:1/history?sslpassword=hush-hush"
    for words in "record r.json" log "log a" export "accept a c1 --reason x --who y"; do
        # shellcheck disable=SC2086
        assay track $words --store "$secret"
        [ "$status" -eq 2 ]
        [[ $err == *"postgresql://team@127.0.0.1:1/history"* ]]
        not grep -rq hush-hush "$HOME/err" "$HOME/out" assay-results
        # shellcheck disable=SC2086
        ASSAY_STORE=$secret assay track $words
        [ "$status" -eq 2 ]
        not grep -rq hush-hush "$HOME/err" "$HOME/out" assay-results
    done
    assay report --history "$secret"
    [ "$status" -eq 2 ]
    not grep -q hush-hush "$HOME/err" "$HOME/out"
    ls assay-results/unrecorded-*.json
}

# ---- news ----

@test "slow creep that was accepted is not told again where it was found" {
    commits 110
    mkdir d
    DOCUMENT=$DOCUMENT python3 - <<'P'
import os, subprocess, sys
lines = [line.split() for line in open("commits")]
for i, (commit, date) in enumerate(lines):
    subprocess.run([sys.executable, os.environ["DOCUMENT"], f"d/{i:03d}.json", commit,
                    f"a={1000 * 1.003 ** min(6, max(0, (i - 40) // 4))}", f".date={date}"], check=True)
P
    at=""
    for ((i = 0; i < 110 && ${#at} == 0; i += 5)); do
        # shellcheck disable=SC2046
        assay track record -q $(printf 'd/%03d.json ' $(seq $i $((i + 4))))
        at=$(grep -oE 'accept a [0-9a-f]{12}' <<<"$out" | cut -d' ' -f3)
    done
    [ -n "$at" ]
    [[ $out == "slower in small steps since "* ]]
    assay track accept a "$at" --reason "a safer allocator, bit by bit" --who Ada
    [[ $status -eq 0 && $out == *"  a: slower by "*" in small steps since "*"accepted by Ada"* ]]
    "$ASSAY" track log a --format json >then.json
    # shellcheck disable=SC2046
    assay track record -q $(printf 'd/%03d.json ' $(seq $i 109))
    [ "$(grep -c ^slower <<<"$out")" -le 1 ] # what crept on by more than the margin is another event
    not grep -q "at $at" "$HOME/out"
    "$ASSAY" track log a --format json >now.json
    [ "$(changes then.json | grep -v accepted | cut -d' ' -f1,2)" = "$(changes now.json | grep -v accepted | cut -d' ' -f1,2 | head -1)" ]
}

@test "several benchmarks that move at one commit are one event, told once" {
    commits 40
    documents a=1000:30:1.06 b=250:30:1.04 c=80 d=600:30:0.9
    assay track record -q d/0[0-2]*.json
    [ "$status" -eq 0 ]
    [ -z "$out" ]
    told=""
    for document in d/03*.json; do
        assay track record -q "$document"
        [ "$status" -eq 0 ]
        [ -z "$err" ]
        told+=$out
    done
    printf '%s\n' "$told"
    at=$(commit 30 | cut -c1-12)
    [ "$(grep -o 'slower:' <<<"$told" | wc -l)" -eq 1 ]
    [[ $told == *"slower: 2 benchmarks at $at, worst a +"*" % ["*"]; if it is wanted: assay track accept '*' $at --reason"* ]]
    [[ $told == *"faster: 1 benchmark at $at, d -"* ]]
    not grep -q ' c ' <<<"$told"
}

@test "all at once is one event too" {
    commits 40
    documents a=1000:30:1.06 b=250:30:1.04
    assay track record d/*.json
    [ "$(grep -c ^recorded: <<<"$out")" -eq 40 ]
    [ "$(grep -c ^slower: <<<"$out")" -eq 1 ]
    [[ $out == *"slower: 2 benchmarks"* ]]
    assay track record d/039.json
    [[ $out == "was there already"* && $out != *slower* ]]
}

@test "what is told names the store that is meant, unless it is the one that is taken anyway" {
    commits 40
    documents a=1000:30:1.06
    assay track record d/*.json
    [[ $out == *' --reason "..."' ]]
    assay track record d/*.json --store 'the team.db'
    [[ $out == *' --reason "..." --store '"'the team.db'" ]]
    ASSAY_STORE=other.db assay track record d/*.json
    [[ $out == *' --reason "..."' ]]
}

@test "quiet series and a spike are no news" {
    commits 60
    documents a=1000 b=250
    document d/030.json "$(commit 30)" a=1300 b=250 .date="$(sed -n 31s/.*\ //p commits)"
    assay track record -q d/*.json
    [ "$status" -eq 0 ]
    [ -z "$out" ]
}

@test "what was accepted before it was found is not told; its twin is" {
    for how in accepted told; do
        rm -rf history.db* d
        commits 40
        documents a=1000:30:1.06 sieve.bytes=250:30:1.04
        assay track record -q d/0[0-2]*.json d/030.json
        [ -z "$out" ]
        if [ $how = accepted ]; then
            assay track accept a "$(commit 30)" --reason "checks its input" --who Ada
            [ "$status" -eq 0 ]
            assay track accept 'sieve.*' "$(commit 30 | cut -c1-12)" --reason "a safer allocator" --who Bob
            [ "$status" -eq 0 ]
        fi
        assay track record -q d/03[1-9].json
        [ "$status" -eq 0 ]
        if [ $how = accepted ]; then [ -z "$out" ]; else [[ $out == *"slower: 2 benchmarks"* ]]; fi
    done
}

@test "a late result of an older commit does not tell again" {
    commits 40
    documents a=1000:30:1.06
    late=31
    assay track record -q $(ls d/*.json | grep -v "d/0$late.json")
    [ "$(grep -c ^slower <<<"$out")" -eq 1 ]
    assay track record -q "d/0$late.json"
    [ "$status" -eq 0 ]
    [ -z "$out" ]
    # And the one that the change is dated to.
    rm history.db*
    assay track record -q $(ls d/*.json | grep -v d/030.json)
    [ "$(grep -c ^slower <<<"$out")" -eq 1 ]
    assay track record -q d/030.json
    [ -z "$out" ]
}

@test "other work is no change: a kernel of another version begins a new level" {
    commits 40
    documents a~1.0.0=1000
    mkdir before && mv d/0[0-2]*.json before
    documents a~1.1.0=1200
    cp before/*.json d
    assay track record -q d/*.json
    [ -z "$out" ]
    assay track log a
    [ "$(grep -c version:1.1 <<<"$out")" -eq 1 ]
    rm -rf history.db* d
    documents a~1.0.0=1000:30:1.2 # the twin
    assay track record -q d/*.json
    [[ $out == "slower: 1 benchmark"* ]]
}

@test "results of a pull request stand beside the history" {
    commits 40
    documents a=1000
    assay track record -q d/*.json
    document r.json feedfeedfeedfeedfeedfeedfeedfeedfeedfeed a=1500 .branch=feature .date=2026-03-01T00:00:00Z
    assay track record -q r.json
    [ -z "$out" ]
    assay track log a
    [[ $out == "a: 40 results"* && $out != *feedfeed* ]]
    assay track log a --branch feature
    [[ $out == "a: 1 result"* && $out == *feedfeed* ]]
    [ "$(exported commit a | wc -l)" -eq 41 ]
    assay track accept a feedfeed --reason "it will be merged" --who Ada
    [ "$status" -eq 0 ]
}

@test "slow creep is told against the commit where it began" {
    commits 120
    mkdir d
    DOCUMENT=$DOCUMENT python3 - <<'P'
import os, subprocess, sys
lines = [line.split() for line in open("commits")]
for i, (commit, date) in enumerate(lines):
    ratio = 1.004 ** min(10, max(0, (i - 50) // 6))
    subprocess.run([sys.executable, os.environ["DOCUMENT"], f"d/{i:03d}.json", commit, f"+a={ratio}",
                    f".date={date}"], check=True)
P
    assay track record -q --reference v1 d/*.json
    [ "$status" -eq 0 ]
    [[ $out == *"slower"* ]]
    [[ $out == *"slower in small steps since "* ]]
}

# ---- log ----

@test "log without a benchmark lists series and events" {
    commits 40
    documents a=1000:30:1.06 b=250
    assay track record -q d/*.json
    assay track log
    [ "$status" -eq 0 ]
    [[ $out =~ $'\n'a\ +ns\ +0123456789abcdef\ +40\ +$(commit 39 | cut -c1-12)\ +2026-02-12 ]]
    [[ $out == *"events"*"^ 2026-02-03 $(commit 30 | cut -c1-12)"*"slower: 1 benchmark, a +"* ]]
    [ "$(grep -c 'slower:' <<<"$out")" -eq 1 ]
}

@test "log shows a benchmark within 80 columns, with a plot and the marks of changes" {
    repository 40
    documents a=1000:30:1.06
    assay track record -q d/*.json
    assay track accept a "$(commit 30)" --reason "checks its input, which costs something on every call of it, and is wanted all the same"
    [ "$status" -eq 0 ]
    [[ $out == "accepted: a at $(commit 30 | cut -c1-12) by Ada <ada@example.org>: checks its input"* ]]
    [[ $out == *"slower by "* ]]
    for locale in C C.UTF-8; do
        LC_ALL=$locale assay track log a
        [ "$status" -eq 0 ]
        not env LC_ALL=C.UTF-8 grep -nE '^.{81}' "$HOME/out"
        [ "$(grep -c 'change [0-9]' "$HOME/out")" -ge 40 ]
        [ "$(grep -cE "^(a|△) +$(commit 30 | cut -c1-12)" "$HOME/out")" -eq 1 ]
        tr -s ' \n' ' ' <"$HOME/out" | grep -q 'accepted by Ada <ada@example.org> on [-0-9]*: checks its input, '
        # The newest last.
        [ "$(grep -oE 'change [0-9]+$' "$HOME/out" | head -40 | tr -d 'a-z \n')" = "$(seq 0 39 | tr -d '\n')" ]
    done
    grep -q '[⠁-⣿]' "$HOME/out"
    grep -q '│' "$HOME/out"
    LC_ALL=C assay track log a
    not env LC_ALL=C grep -qP '[^\x00-\x7f]' "$HOME/out"
    grep -qE '^ +[0-9.]+ us +\|.*\*' "$HOME/out"
    assay track log a --width 50
    not grep -nE '^.{51}' "$HOME/out"
}

@test "log has colour where it is wanted, and fits a narrow terminal" {
    commits 40
    documents a=1000:30:1.06 a.long.name=250
    assay track record -q d/*.json
    set -f # the pattern is none of the shell's
    for words in log "log *"; do
        # shellcheck disable=SC2086
        assay track $words
        not grep -q $'\e' "$HOME/out"
        # shellcheck disable=SC2086
        FORCE_COLOR=1 assay track $words --color never
        not grep -q $'\e' "$HOME/out"
        for locale in C C.UTF-8; do
            # shellcheck disable=SC2086
            COLUMNS=40 LC_ALL=$locale assay track $words
            [ "$status" -eq 0 ]
            not env LC_ALL=C.UTF-8 grep -nE '^.{41}' "$HOME/out"
        done
    done
    set +f
    assay track log a --color always
    grep -q $'\e' "$HOME/out"
    NO_COLOR=1 assay track log a --color auto
    not grep -q $'\e' "$HOME/out"
}

@test "the list goes by machine and unit, and says only where there is more" {
    commits 30
    documents +a=1.25 b=300
    assay track record -q --reference v1 d/*.json
    assay track log
    [ "$(grep -cE '^[ab] ' <<<"$out")" -eq 3 ]
    not grep -q 'series with the newest' "$HOME/out" # a's time is there, and is not searched
    assay track log --unit ratio
    [ "$(grep -cE '^[ab] ' <<<"$out")" -eq 1 ]
    assay track log --fingerprint feedfeed
    [ "$status" -eq 2 ]
    [ "$err" = "assay: no result fits: want fewer of --fingerprint, --branch, --unit, --since and --until" ]
    assay track export --fingerprint feedfeed
    [[ $status -eq 0 && -z $out && -z $err ]]
}

@test "log writes files, each in the format of its ending" {
    commits 30
    documents a=1000 b=250
    assay track record -q d/*.json
    for file in x.html x.md x.json x.svg x.txt; do
        assay track log a -q -o $file
        [ "$status" -eq 0 ]
        [ -s $file ]
        [ -z "$out$err" ]
    done
    [[ $(head -1 x.txt) == "a: 30 results"* ]]
    python3 "$ASSAY_SOURCE/tests/cli/validate_document.py" x.json
    python3 -c 'import xml.dom.minidom; xml.dom.minidom.parse("x.svg")'
    grep -q 'a: 30 results' x.html
    not grep -q 'b: 30 results' x.html
    assay track log -o /nope/x.html
    [[ $status -eq 2 && $err == "assay: cannot write '/nope/x.html': No such file or directory" ]]
}

@test "log goes by the newest commits, by dates, and by machine" {
    commits 40
    documents a=1000:30:1.06
    document other.json "$(commit 39)" a=5 .machine=feedfeedfeedfeed .date=2026-02-12T09:30:00+01:00
    assay track record -q d/*.json other.json
    assay track log a --commits 12 --fingerprint 0123456789abcdef
    [[ $out == "a: 12 results"* ]]
    [[ $out == *"^ 2026-02-03 $(commit 30 | cut -c1-12)"* ]] # what is shown does not decide what is found
    assay track log a --fingerprint feedfeedfeedfeed
    [[ $out == "a: 1 result,"* ]]
    assay track log a --since 2026-01-05 --until 2026-01-09 --fingerprint 0123456789abcdef
    [[ $out == "a: 5 results"* ]]
    assay track log a --since 2027-01-01
    [ "$status" -eq 2 ]
    [ "$err" = "assay: no result fits: want fewer of --fingerprint, --branch, --unit, --since and --until" ]
    assay track log a --since 2026-02-01 --until 2026-01-01
    [ "$status" -eq 2 ]
    assay track log a --since tomorrow
    [ "$status" -eq 2 ]
    [ "$err" = "assay: bad --since 'tomorrow': want a date, such as 2026-02-07 or 2026-02-07T09:30:00Z" ]
    assay track log '*' --commits 3
    [ "$(grep -c '^a: ' <<<"$out")" -eq 2 ]
}

@test "a reader who goes away is no error" {
    commits 200
    documents a=1000
    assay track record -q d/*.json
    for words in log "log a" "log a --format json" "log --format rows" export "export --format csv" "export --samples"; do
        # shellcheck disable=SC2086
        { "$ASSAY" track $words 2>"$HOME/err" || [ $? -eq 141 ] || echo "status $?" >>"$HOME/err"; } | head -1 >"$HOME/out"
        [ ! -s "$HOME/err" ]
        [ -s "$HOME/out" ]
    done
}

@test "hostile names stay on their line" {
    document r.json c1 $'x\e[31m=5'
    assay track record r.json
    [ "$status" -eq 0 ]
    assay track accept '*' c1 --reason $'one\ntwo\e[31m' --who $'A\nda\e'
    [ "$(wc -l <"$HOME/out")" -eq 2 ]
    not grep -q $'\e' "$HOME/out"
    for words in log "log *" "log x*"; do
        # shellcheck disable=SC2086
        set -f; assay track $words; set +f
        [ "$status" -eq 0 ]
        not grep -q $'\e' "$HOME/out"
    done
}

# ---- the same everywhere ----

@test "log, its document and the page show the same changes" {
    commits 60
    documents a=1000:30:1.06 b=250:45:0.9 c=80
    assay track record -q d/*.json
    "$ASSAY" track accept a "$(commit 30)" --reason wanted --who Ada >"$HOME/out"
    "$ASSAY" track log --format json >log.json
    python3 "$ASSAY_SOURCE/tests/cli/validate_document.py" log.json
    "$ASSAY" track log -o log.html
    "$ASSAY" report --history history.db -o page.html
    "$ASSAY" report log.html --format json >of-log.json
    "$ASSAY" report page.html --format json >of-page.json
    [ "$(changes log.json | wc -l)" -eq 3 ]
    diff <(changes log.json) <(changes of-log.json)
    diff <(changes log.json) <(changes of-page.json)
    # With files the page has the series of their benchmarks, and its document too.
    "$ASSAY" report d/059.json --history history.db -o with.html
    "$ASSAY" report with.html --format json >with.json
    python3 "$ASSAY_SOURCE/tests/cli/validate_document.py" with.json
    diff <(changes log.json) <(changes with.json)
    [ "$(grep -c '"samples": {' with.json)" -eq 3 ]
    document only.json c9 b=250
    "$ASSAY" report only.json d/059.json --document 1 --history history.db --format json >only.json.out
    [ "$(changes only.json.out | cut -d' ' -f1 | sort -u)" = b ]
    "$ASSAY" report only.json d/059.json --history history.db -o two.html # each series once
    "$ASSAY" report two.html --document 1 --format json >two.json
    diff <(changes log.json | sort) <(changes two.json | sort)
    # In words: what happened in the log is what happened in the page as a text.
    LC_ALL=C.UTF-8 assay track log a
    words=$(tr -s ' \n' ' ' <<<"$out" | grep -o 'slower by .*: wanted')
    [[ $words == "slower by 6"*" times the time before ["*"; accepted by Ada on "*": wanted" ]]
    LC_ALL=C.UTF-8 "$ASSAY" report page.html >text
    tr -s ' \n' ' ' <text | grep -qF "$words"
    # Each row of the log is a row of the page's table, digit for digit, and the page has no other.
    for name in a b c; do
        LC_ALL=C.UTF-8 "$ASSAY" track log "$name" --width 200 | grep -oE '[0-9a-f]{12}  2026-.*' | grep -E ' (ns|µs) ' | sed 's/  */ /g'
    done >of-log
    python3 - page.html >of-page <<'P'
import html, re, sys
page = open(sys.argv[1], encoding="utf-8").read()
for table in re.findall(r"<table.*?</table>", page, re.S):
    for commit, cells in re.findall(r'<tr[^>]*><th[^>]*>([0-9a-f]{12})</th>(.*?)</tr>', table):
        date, _, time, interval = [html.unescape(cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", cells)[:4]]
        print(commit, date, time, interval)
P
    [ "$(wc -l <of-log)" -eq 180 ]
    diff <(sort of-log) <(sort of-page)
}

@test "export gives the numbers of log, as JSON lines and as CSV" {
    commits 30
    documents a=1000 b=33.3
    document d/010.json "$(commit 10)" a=crashed b=12 .date="$(sed -n 11s/.*\ //p commits)"
    assay track record -q d/*.json
    "$ASSAY" track export >all.jsonl
    "$ASSAY" track export --format csv >all.csv
    "$ASSAY" track export -o file.csv
    cmp all.csv file.csv
    "$ASSAY" track log --format json --commits 1000 >log.json
    "$ASSAY" track export --samples >samples.jsonl
    python3 - <<'P'
import csv, json, statistics
lines = [json.loads(line) for line in open("all.jsonl")]
assert len(lines) == 60
rows = list(csv.DictReader(open("all.csv", newline="")))
for line, row in zip(lines, rows, strict=True):
    assert list(line) == list(row)
    for key, value in line.items():
        if key in ("value", "low", "high"):
            assert row[key] == "" if value is None else float(row[key]) == value, (key, value, row[key])
        else:
            assert row[key] == (" ".join(value) if key == "flags" else value or "")
points = {(s["benchmark"], p["commit"]): p for s in json.load(open("log.json"))["history"] for p in s["points"]}
valued = [line for line in lines if line["value"] is not None]
assert len(points) == len(valued) == 59
for line in valued:
    point = points[line["benchmark"], line["commit"]]
    assert [line["value"], line["low"], line["high"]] == [point["value"], *point["interval"]]
    assert line["document"] == point["document"] and line["author_date"] == point["author_date"]
for line in map(json.loads, open("samples.jsonl")):
    assert len(line["samples"]) == (8 if line["value"] is not None else 0), line
given = {b["id"]: b for b in json.load(open("d/005.json"))["benchmarks"]}
own = next(json.loads(line) for line in open("samples.jsonl") if json.loads(line)["commit"] == lines[5]["commit"])
assert own["samples"] == [e / 1000 for e in given["a"]["samples"]["elapsed_ns"]]
assert own["value"] == statistics.median(own["samples"]) # each of them is a process
P
    assay track export 'b*' --since 2026-01-10 --until 2026-01-12
    [ "$(wc -l <"$HOME/out")" -eq 3 ]
    assay track export -o file.xml
    [ "$status" -eq 2 ]
    [ "$err" = "assay: bad -o 'file.xml': its ending implies no format, want .jsonl or .csv, or --format" ]
    [ ! -e file.xml ]
}

@test "a field with commas and quotes is one field" {
    document r.json c1 'x:text="a,b"=5'
    assay track record r.json
    "$ASSAY" track export --format csv >x.csv
    [ "$(python3 -c 'import csv; print(list(csv.reader(open("x.csv", newline="")))[1][0])')" = 'x:text="a,b"' ]
}

# ---- accept ----

@test "accept wants a reason, a benchmark and a commit that are there, and somebody who says so" {
    document r.json 00aabbccddeeff00112233445566778899aabbcc sieve.bytes:limit=10=100
    document s.json 00aabbccddeeff00112233445566778899aabbcd sieve.bytes:limit=10=100
    assay track record r.json s.json
    [ "$status" -eq 0 ]
    "$ASSAY" track export >before
    local good=(track accept sieve.bytes:limit=10 00aabbccddeeff00112233445566778899aabbcc)
    assay "${good[@]}" --who Ada
    [[ $status -eq 2 && $err == "assay: missing --reason: want why it is wanted, for those who ask in a year" ]]
    assay "${good[@]}" --who Ada --reason "  "
    [[ $status -eq 2 && $err == "assay: bad --reason '  ': want a reason, for those who ask in a year" ]]
    assay track accept sieve.byts:limit=10 00aabbcc --reason x --who Ada
    [[ $status -eq 2 && $err == "assay: no benchmark 'sieve.byts:limit=10' in 'history.db': did you mean 'sieve.bytes:limit=10'?" ]]
    assay track accept 'seive.*' 00aabbcc --reason x --who Ada
    [[ $status -eq 2 && $err == "assay: no benchmark 'seive.*' in 'history.db'"* ]]
    assay track accept sieve.bytes:limit=10 00aabbccddee --reason x --who Ada
    [[ $status -eq 2 && $err == "assay: commit '00aabbccddee' is not unique: want more of its name" ]]
    assay track accept sieve.bytes:limit=10 ffff --reason x --who Ada
    [[ $status -eq 2 && $err == "assay: unknown commit 'ffff': no result is of it, and there is no git repository to ask" ]]
    USER='' assay "${good[@]}" --reason x
    [[ $status -eq 2 && $err == "assay: nobody's name is known: want --who NAME, or git config user.name" ]]
    assay track log sieve.bytes:limit=10 --format json
    [[ $out == *'"accepted": []'* ]]
    USER=grace assay "${good[@]}" --reason x
    [[ $status -eq 0 && $out == "accepted: sieve.bytes:limit=10 at 00aabbccddee by grace: x"* ]]
    [[ $out == *"sieve.bytes:limit=10: no change was found there"* ]]
    assay track accept 'sieve.*' later --reason x --who Ada # it could never be taken back
    [[ $status -eq 2 && $err == "assay: unknown commit 'later': no result is of it, and there is no git repository to ask" ]]
    assay track accept 'sieve.*' 1111111111111111111111111111111111111111 --reason "not measured yet" --who Ada
    [[ $status -eq 0 && $out == *"no result of 111111111111 is there yet"* ]]
    assay track log sieve.bytes:limit=10
    [[ $out == *"accepted by grace on "* && $out == *"111111111111 accepted by Ada on "* ]]
    diff before <("$ASSAY" track export)
}

@test "accept takes what git calls a commit" {
    repository 3
    document r.json "$(commit 2)" a=100
    assay track record r.json
    git tag v1 main
    assay track accept a v1 --reason wanted
    [ "$status" -eq 0 ]
    [[ $out == "accepted: a at $(commit 2 | cut -c1-12) by Ada <ada@example.org>: wanted"* ]]
    GIT_AUTHOR_NAME=Bob assay track accept a v1 --reason wanted
    [[ $out == "accepted: a at $(commit 2 | cut -c1-12) by Bob <ada@example.org>: wanted"* ]]
}

@test "accept needs no result of a commit that git knows: the check that found the change need not have recorded it" {
    repository 3
    assay track accept a HEAD~1 --reason wanted
    [ "$status" -eq 0 ]
    [ "$out" = "accepted: a at $(commit 1 | cut -c1-12) by Ada <ada@example.org>: wanted
  no result of $(commit 1 | cut -c1-12) is there yet" ]
    document r.json "$(commit 0)" a=100
    assay track record r.json
    assay track accept a HEAD --reason wanted
    [ "$status" -eq 0 ]
    assay track accept b HEAD --reason wanted
    [[ $status -eq 2 && $err == "assay: no benchmark 'b' in 'history.db'"* ]]
    assay track accept a nope --reason wanted --store new.db
    [[ $status -eq 2 && ! -e new.db ]]
}

# ---- what is not there ----

@test "a store that is not there, or is none, is said" {
    refuses "assay: no store 'history.db': 'assay track record --store' makes one" track log
    refuses "assay: no store 'nope.db': 'assay track record --store' makes one" track log a --store nope.db
    refuses "assay: no store 'nope.db': 'assay track record --store' makes one" track export --store nope.db
    refuses "assay: no store 'nope.db': 'assay track record --store' makes one" track accept a b --reason x --store nope.db
    refuses "assay: no store 'nope.db': 'assay track record --store' makes one" report --history nope.db
    refuses "assay: missing FILE: see assay report --help" report
    echo "no store" >"$HOME/text"
    for words in log export "accept a b --reason x" "record $HOME/r.json"; do
        document "$HOME/r.json" c1 a=1
        # shellcheck disable=SC2086
        assay track $words --store "$HOME/text"
        [ "$status" -eq 2 ]
        [[ $err == *"'$HOME/text' is no store"* ]]
        [ "$(cat "$HOME/text")" = "no store" ]
    done
}

@test "a directory, and a store of a newer assay, are refused" {
    document r.json c1 a=1
    document s.json c2 a=1
    assay track record r.json
    python3 -c 'import sqlite3
store = sqlite3.connect("history.db")
column = store.execute("pragma table_info(assay_schema)").fetchall()[0][1]
store.execute(f"update assay_schema set {column} = 99")
store.commit()'
    for words in log "log a" export "accept a c1 --reason x --who y" "record s.json"; do
        # shellcheck disable=SC2086
        assay track $words
        [ "$status" -eq 2 ]
        [ "$(wc -l <"$HOME/err")" -eq 1 ]
        [[ $err == *"newer assay: schema 99"* ]]
        # shellcheck disable=SC2086
        assay track $words --store .
        [[ $status -eq 2 && $err == "assay: '.' is a directory, and no store: want a file"* ]]
    done
    assay report --history history.db
    [[ $status -eq 2 && $err == *"newer assay: schema 99"* ]]
}

@test "a store that may only be read is read, and keeps what it cannot take beside" {
    document r.json c1 a=1
    document s.json c2 a=1
    assay track record r.json
    local other=()
    if [ "$(id -u)" -eq 0 ]; then # whom permissions do not stop
        other=(setpriv --reuid 65534 --regid 65534 --clear-groups)
        chmod 755 . home
    else
        chmod 555 . && chmod 444 history.db
    fi
    mkdir -m 777 home/kept
    for words in "record s.json" "accept a c1 --reason x --who y"; do
        # shellcheck disable=SC2086
        if TMPDIR=home/kept "${other[@]}" "$ASSAY" track $words 2>home/said; then false; fi
        cat home/said
        [[ $(cat home/said) == "assay: store 'history.db' is read-only: want the right to write to it"* ]]
    done
    "${other[@]}" "$ASSAY" track log a >home/log
    [[ $(head -1 home/log) == "a: 1 result"* ]]
    [ "$("${other[@]}" "$ASSAY" track export | wc -l)" -eq 1 ]
    chmod 755 . && chmod 644 history.db
    assay track record "$(find . -name 'unrecorded-*.json')"
    [[ $out == "recorded: "*"unrecorded-"*" at c2 (1 value)" ]]
}

@test "a mistyped benchmark gets the nearest name" {
    document r.json c1 sieve.bytes:limit=1000=100
    assay track record r.json
    for command in log export; do
        assay track "$command" sieve.byts:limit=1000
        [ "$status" -eq 2 ]
        [ "$err" = "assay: no benchmark 'sieve.byts:limit=1000' in 'history.db': did you mean 'sieve.bytes:limit=1000'?" ]
        assay track "$command" xyzzy
        [ "$status" -eq 2 ]
        [ "$err" = "assay: no benchmark 'xyzzy' in 'history.db': see assay track log" ]
    done
}

@test "the environment names the store where the line does not" {
    document r.json c1 a=100
    ASSAY_STORE=team.db assay track record r.json
    [ "$status" -eq 0 ]
    [ -e team.db ]
    [ ! -e history.db ]
    ASSAY_STORE=team.db assay track log
    [[ $status -eq 0 && $out == *$'\na '* ]]
    ASSAY_STORE=nope.db assay track log --store team.db
    [ "$status" -eq 0 ]
}

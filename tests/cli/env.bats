#!/usr/bin/env bats
# assay env export, check FILE and diff: what is exported here checks clean here, a twin with one value changed does not, and what
# apt-get and a shell are told is what they can be told.
load helper

# An export takes seconds: one for all tests, in bats' own folder.
setup_file() {
    export EXPORTED="$BATS_FILE_TMPDIR/here.json"
    HOME="$BATS_FILE_TMPDIR" LC_ALL=C "$ASSAY" env export -o "$EXPORTED"
}

# twin OLD NEW: the exported environment with one value changed, in twin.json.
twin() {
    python3 - "$EXPORTED" "$@" <<'PYTHON' >twin.json
import json, sys
tree = json.load(open(sys.argv[1]))
*path, last = sys.argv[2].split("/")
at = tree
for word in path:
    at = at[int(word)] if isinstance(at, list) else at[word]
last = int(last) if isinstance(at, list) else last
assert at[last] != json.loads(sys.argv[3])
at[last] = json.loads(sys.argv[3])
json.dump(tree, sys.stdout)
PYTHON
}

@test "what is exported here checks clean here" {
    assay env check "$EXPORTED"
    [ "$status" -eq 0 ]
    [ -z "$err" ]
    not grep -E '^(blocking|caution)' "$HOME/out"
    [[ $out == *"this machine: 0 blocking, 0 caution, "* || $out == *"do not differ" ]]
}

@test "a twin with one value changed is red: blocking gives 1, caution 0" {
    while read -r path value grade shown; do
        twin "$path" "$value"
        assay env diff "$EXPORTED" twin.json
        wanted=0
        [ "$grade" != blocking ] || wanted=1
        [ "$status" -eq "$wanted" ]
        [ "$(grep -cE '^(blocking|caution|information) ' "$HOME/out")" -eq 1 ]
        [[ $out == "$grade "*"$shown: "* ]]
    done <<'CASES'
environment/cpu/model/value "Another" blocking cpu.model
environment/topology/processors/value 4711 blocking topology.processors
environment/compilers/cc/value "Other" blocking compilers.cc
environment/kernel/release/value "0.1" caution kernel.release
interpreters/0/version "None" caution interpreters.python3
environment/memory/available_bytes/value 1 information memory.available_bytes
CASES
    twin environment/cpu/model/value '"Another"'
    assay env check twin.json
    [ "$status" -eq 1 ]
    [[ $out == "blocking     cpu.model: Another -> "* ]]
    [[ $(tr -s '\n ' ' ' <"$HOME/out") == *"; times cannot be compared " ]]
}

@test "a package of another version is told by its group" {
    index=$(python3 -c 'import json, sys
print(next(i for i, p in enumerate(json.load(open(sys.argv[1]))["packages"]) if p["name"] == "libc6"))' "$EXPORTED")
    twin "packages/$index/version" '"1.0-1"'
    assay env check twin.json --format json
    [ "$status" -eq 0 ]
    python3 -c 'import json, sys
found = json.load(sys.stdin)
assert [d["name"] for d in found["differences"] if d["grade"] == "caution"] == ["libc6"], found
assert found["caution"] == 1 and found["differences"][0]["remedy"].startswith("install the same versions"), found' <"$HOME/out"
}

@test "a package that only came with another is found too where the file names it" {
    python3 - "$EXPORTED" >twin.json <<'PYTHON'
import json, subprocess, sys
tree = json.load(open(sys.argv[1]))
known = {package["name"] for package in tree["packages"]}
lines = subprocess.run(["dpkg-query", "-W", "-f", "${db:Status-Abbrev}\t${Package}\t${Version}\t${Architecture}\n"],
                       capture_output=True, text=True).stdout.splitlines()
status, name, version, architecture = next(f for f in map(lambda line: line.split("\t"), lines) if f[0] == "ii " and f[1] not in known)
tree["packages"].append({"name": name, "version": version, "architecture": architecture, "foreign": False, "manual": False,
                         "toolchain": False, "archive": None})
json.dump(tree, sys.stdout)
PYTHON
    assay env check twin.json
    [ "$status" -eq 0 ]
    not grep -E '(packages|toolchain)\.' "$HOME/out"
    assay env diff "$EXPORTED" twin.json # the broken twin: nobody looked for it
    grep -E '^information  packages\.' "$HOME/out"
}

@test "the export holds every fact, the compilers, and each interpreter's packages, and no path or name of the host" {
    python3 - "$EXPORTED" <<'PYTHON'
import json, sys
tree = json.load(open(sys.argv[1]))
assert tree["schema"] == "assay.environment/1"
assert tree["environment"]["compilers"]["cc"]["value"]
assert {"cpu", "kernel", "topology", "virtualization", "machine"} <= tree["environment"].keys()
names = [package["name"] for package in tree["packages"]]
assert "libc6" in names and names == sorted(names), names
python = next(i for i in tree["interpreters"] if i["name"] == "python3")
wanted = __import__("subprocess").run(["/usr/bin/python3", "-c", "import importlib.metadata as m\nprint(*sorted({d.metadata['Name'] for d in m.distributions() if d.metadata['Name']}))"],
                                      capture_output=True, text=True, cwd="/").stdout.split()
assert {p["name"].lower() for p in python["packages"]} == {name.lower() for name in wanted}, (python, wanted)
text = json.dumps(tree)
assert __import__("socket").gethostname() not in [w for f in tree["environment"].values() for w in map(lambda x: x["value"], f.values())]
assert "/root" not in text and "/home/" not in text, text
PYTHON
}

@test "apt-get takes the Debian list" {
    assay env export "$EXPORTED" --format debian
    [ "$status" -eq 0 ]
    grep -v '^#' "$HOME/out" >words
    [ "$(wc -l <words)" -gt 5 ]
    not grep -vE '^[a-z0-9][a-z0-9+.-]+(:[a-z0-9]+)?(=[A-Za-z0-9.+:~-]+)?$' words
    grep -q '^libc6' words
    xargs apt-get install --simulate --no-install-recommends --allow-downgrades <words
    # The broken twin: a version that nobody has.
    sed '1s/=.*//; 1s/$/=0.0-none/' words | not xargs apt-get install --simulate --no-install-recommends
    # Every package is there, as a word or in a comment.
    python3 -c 'import json, sys
names = {line.removeprefix("# ").split("=")[0].split(":")[0] for line in open(sys.argv[2]).read().splitlines()}
missing = [p["name"] for p in json.load(open(sys.argv[1]))["packages"] if p["name"] not in names]
assert not missing, missing' "$EXPORTED" "$HOME/out"
}

@test "the Debian list holds each interpreter's packages, in comments" {
    assay env export "$EXPORTED" --format debian
    python3 -c 'import json, sys
lines = set(open(sys.argv[2]).read().splitlines())
for interpreter in json.load(open(sys.argv[1]))["interpreters"]:
    assert any(line.startswith("# " + interpreter["name"] + ": " + interpreter["version"]) for line in lines), interpreter["name"]
    for p in interpreter["packages"] or []:
        assert any(line.startswith("#   %s==%s (" % (p["name"], p["version"])) for line in lines), p' "$EXPORTED" "$HOME/out"
}

@test "the Dockerfile is whole: its commands are a shell's, and apt-get takes its words" {
    assay env export "$EXPORTED" -o Dockerfile
    [ "$status" -eq 0 ]
    [ -z "$out" ]
    python3 - >commands <<'PYTHON'
import re
words = {"FROM": 0, "RUN": 0, "ENV": 0}
for line in open("Dockerfile").read().replace("\\\n", "").splitlines():
    if line and not line.startswith("#"):
        word, rest = line.split(" ", 1)
        words[word] += 1
        if word == "RUN":
            print(rest)
assert words["FROM"] == 1 and words["RUN"] >= 1, words
PYTHON
    grep -qE '^FROM (--platform=[a-z0-9/]+ )?(debian|ubuntu):' Dockerfile
    sh -n commands
    sed -n 's/.*--allow-downgrades *\(.*\) *&& rm .*/\1/p' commands | xargs apt-get install --simulate --no-install-recommends --allow-downgrades
}

@test "result documents are environments too, also out of a page and through a pipe" {
    "$ASSAY" run 'primes.trial:limit=1000' --processes 1 --samples 3 --batch 1ms --warmup 1ms --quiet -o r.json >run.txt
    "$ASSAY" report r.json -o r.html
    assay env diff r.json r.html
    [ "$status" -eq 0 ]
    [[ $out == *"r.json and r.html do not differ" ]]
    assay env check r.json
    [[ $out == *"not compared packages: a result document does not hold them"* ]]
    not grep -E '^blocking' "$HOME/out"
    status=0
    "$ASSAY" env diff - r.json <r.json >piped || status=$?
    [ "$status" -eq 0 ]
    grep -q '^standard input and r.json do not differ$' piped
    assay env export r.json --format debian
    [ "$status" -eq 2 ]
    [[ $err == "assay: no list can be written, the packages are not known: a result document does not hold them" ]]
    # A document's compiler is its plug-ins'.
    sed 's/"GNU [0-9.]* /"GNU 3.1.4 /; s/"Clang [0-9.]* /"Clang 3.1.4 /' r.json >old.json
    assay env diff r.json old.json
    [ "$status" -eq 1 ]
    [[ $out == "blocking     compilers.cc: "* ]]
}

@test "files that are no environment are refused in one line" {
    cd "$HOME"
    head -c 3000 "$EXPORTED" >cut.json
    sed 's,assay.environment/1,assay.environment/2,' "$EXPORTED" >newer.json
    sed 's/"name": "libc6"/"name": "libc6;reboot"/' "$EXPORTED" >shell.json
    printf '' >empty.json
    printf '{"a": 1}' >other.json
    for file in cut newer shell empty other; do
        for command in "env check $file.json" "env diff $file.json $EXPORTED" "env export $file.json --format dockerfile"; do
            # shellcheck disable=SC2086
            assay $command
            [ "$status" -eq 2 ]
            [ -z "$out" ]
            [ "$(wc -l <"$HOME/err")" -eq 1 ]
        done
        case $file in
        cut) [[ $err == *"not JSON: premature end"* ]] ;;
        newer) [[ $err == *"schema 'assay.environment/2' is not known: this assay reads assay.environment/1"* ]] ;;
        shell) [[ $err == *"want a Debian package's name, version and architecture" ]] ;;
        empty) [[ $err == "assay: 'empty.json' is empty" ]] ;;
        other) [[ $err == *"neither an environment nor a result document"* ]] ;;
        esac
    done
    cd "$WORK"
    refuses "assay: cannot open 'none.json': No such file or directory" env check none.json
    refuses "assay: missing BASE HEAD: see assay env diff --help" env diff "$EXPORTED"
    refuses "assay: bad HEAD '-': standard input can be one side only" env diff - -
    refuses "assay: bad --noise: want it without FILE, whose machine's noise nobody can measure here" env check --noise 2s "$EXPORTED"
    refuses "assay: unknown option '--fromat': did you mean --format?" env export --fromat json
    refuses "assay: bad --format 'rpm': want json, debian or dockerfile" env export --format rpm
}

@test "no name or value of a file moves the cursor" {
    twin environment/cpu/model/value '"a\u001b[2Jb\u202ec"'
    assay env diff twin.json "$EXPORTED"
    [ "$status" -eq 1 ]
    not grep -q $'\x1b' "$HOME/out"
    not grep -q $'\u202e' "$HOME/out"
}

@test "a narrow terminal and a reader who goes away are no trouble" {
    twin environment/kernel/release/value '"0.1"'
    COLUMNS=44 assay env diff "$EXPORTED" twin.json
    not grep -nE '^.{45}' <(grep -v / "$HOME/out")
    "$ASSAY" env export "$EXPORTED" 2>said | head -1 >first
    [[ ${PIPESTATUS[0]} =~ ^(0|141)$ ]] # all written already, or SIGPIPE, as of any filter
    [ ! -s said ]
    [ "$(cat first)" = "{" ]
}

@test "a virtual environment is an interpreter of its own, and one that does not answer is not passed over" {
    /usr/bin/python3 -m venv --without-pip "$HOME/venv"
    printf '#!/bin/sh\nexit 3\n' >"$HOME/pypy3"
    chmod +x "$HOME/pypy3"
    ASSAY_PYTHON="$HOME/venv/bin/python3" PATH="$HOME:$PATH" assay env export
    [ "$status" -eq 0 ]
    [[ $err == "left out: packages of pypy3: it did not say what it is, and ended with status 3" ]]
    python3 -c 'import json, sys
found = {i["name"]: i for i in json.load(sys.stdin)["interpreters"]}
assert found["python3"]["separate"] and found["python3"]["packages"] == [], found["python3"]
assert found["pypy3"]["version"] == "unknown" and found["pypy3"]["packages"] is None, found["pypy3"]' <"$HOME/out"
}

@test "without dpkg the rest is exported, and said to be the rest" {
    mkdir bin
    for program in python3 sh cc gcc git; do
        ln -s "$(PATH=/usr/bin:/bin command -v $program)" "bin/$program"
    done
    PATH="$WORK/bin" "$ASSAY" env export -o bare.json 2>words
    [ "$(cat words)" = "left out: packages: cannot start 'dpkg': No such file or directory" ]
    assay env export bare.json --format dockerfile
    [ "$status" -eq 2 ]
    [[ $err == "assay: no Dockerfile can be written, the packages are not known: cannot start 'dpkg': No such file or directory" ]]
    assay env check bare.json
    [ "$status" -eq 0 ]
    [[ $out == *"not compared packages: cannot start 'dpkg'"* ]]
}

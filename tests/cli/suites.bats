#!/usr/bin/env bats
# Suites: those that come with assay, what a suite asks of the machine, and what another version of one means.
load helper

# A suite of one short benchmark in $HOME/s.yaml, where no test looks for files that were left; lines of its own by standard input.
suite() {
    {
        printf 'format: 1\nname: s\nversion: %s\nprotocol: {warmup: 0s, batch: 1ms, samples: 6, processes: 6}\n' "${1:-1.0.0}"
        cat
        printf 'benchmarks:\n  - {kernel: primes.trial, parameters: {limit: 100}}\n'
    } >"$HOME/s.yaml"
}

@test "every suite that comes with assay plans, and all of it can run but for what may be missing" {
    for file in "$ASSAY_SOURCE"/data/suites/*.yaml; do
        name=$(basename "$file" .yaml)
        assay run --suite "$name" --dry-run --format json
        [ "$status" -eq 0 ]
        [ -z "$err" ]
        python3 - "$out" <<'EOF'
import json, sys
# Interpreters and a library that need not be installed, instructions and system services that need not be there.
may_be_missing = ("@pypy", "@cython", "sieve.primesieve", "random.fill_rdrand", "transport=mqueue", "random.fill:")
plan = json.loads(sys.argv[1])
assert plan["benchmarks"], "none"
for item in plan["benchmarks"]:
    assert item["unavailable"] is None or any(part in item["id"] for part in may_be_missing), item
EOF
    done
}

@test "the suite with every key that the page shows is right" {
    awk '/^## One with every key/ { on = 1; next } /^## / { on = 0 } on && /^    / { print substr($0, 5) }' \
        "$ASSAY_SOURCE/docs/suites.md" >page.yaml
    cat >more.yaml <<'EOF'
format: 1
name: more
version: 1.0.0
benchmarks: [{kernel: primes.below, parameters: {bound: 7}}]
EOF
    # Every key of the tables stands in it.
    for key in $(awk -F'`' '/^## The keys of a suite/ { on = 1 } /^## `environment`/ { on = 0 } /^## `protocol`/ { on = 1 }
                            /^`expect` has/ { on = 0 } on && /^\| `/ { print $2 }' "$ASSAY_SOURCE/docs/suites.md"); do
        grep -qE "^ *(- )?$key:" page.yaml
    done
    sed -i 's/^  topology.allowed: .*/  topology.allowed: ">=1"/' page.yaml
    assay run --suite ./page.yaml --dry-run
    [ "$status" -eq 0 ]
    [[ $out == *"primes.trial:limit=10000@cpython  [baseline]"* ]]
    [[ $out == *"sieve.bytes:limit=10000"*"[3 at once]"* ]]
    [[ $out == *"primes.below:bound=7"* ]]
    [[ $out == *"wants topology.allowed >=1, frequency.governor performance (else a warning)"* ]]
}

@test "a machine that is not as the suite wants it is not measured, and nothing is left" {
    suite <<<'environment: {topology.processors: ">=100000"}'
    assay run --suite "$HOME/s.yaml"
    [ "$status" -eq 2 ]
    [[ $err =~ ^assay:\ suite\ \'s\'\ wants\ topology.processors\ \>=100000,\ is\ [0-9]+$ ]]
    [ -z "$out" ]
    [ ! -e assay-results ]
    assay list --journals
    [ -z "$out" ]
    assay run --suite "$HOME/s.yaml" --dry-run
    [ "$status" -eq 2 ]
    [[ $err == "assay: suite 's' wants topology.processors >=100000, is "* ]]
    assay profile --suite "$HOME/s.yaml"
    [ "$status" -eq 2 ]
    [[ $err == "assay: suite 's' wants topology.processors >=100000, is "* ]]
    [ ! -e assay-results ]
}

@test "what is wished only is a warning in the report and in the document" {
    suite <<<'environment: {topology.processors: ">=100000?"}'
    assay run -q -o x.json --suite "$HOME/s.yaml"
    [ "$status" -eq 0 ]
    [[ $out == *"suite 's' wants topology.processors >=100000, is "* ]]
    grep -q "suite 's' wants topology.processors >=100000, is " x.json
    suite <<<'environment: {topology.processors: "<100000", kernel.name: Linux}'
    assay run -q --suite "$HOME/s.yaml"
    [ "$status" -eq 0 ]
    [[ $out != *wants* ]]
}

@test "a fact that there is not is a mistake, with the nearest" {
    suite <<<'environment: {frequency.govenor: performance?}'
    line="assay: suite 's': the environment has no fact 'frequency.govenor': did you mean 'frequency.governor'?"
    refuses "$line" run --suite "$HOME/s.yaml"
    refuses "$line" run --suite "$HOME/s.yaml" --dry-run
    suite <<<'environment: {governor: performance}'
    assay run --suite "$HOME/s.yaml"
    [ "$status" -eq 2 ]
    [[ $err == *"s.yaml:5:15: 'governor' is not a fact of the environment: want a group and a name such as frequency.governor" ]]
}

@test "--jobs replaces what the suite says" {
    printf 'format: 1\nname: s\nversion: 1.0.0\nbenchmarks: [{kernel: primes.trial, jobs: [1, 3]}]\n' >"$HOME/s.yaml"
    jobs() {
        assay run --suite "$HOME/s.yaml" --dry-run --format json "$@"
        python3 -c 'import json, sys; print([item["jobs"] for item in json.loads(sys.argv[1])["benchmarks"]])' "$out"
    }
    [[ $(jobs) == *"[1, 3]" ]]
    [[ $(jobs --jobs 2) == *"[2]" ]]
}

@test "two documents of a suite in another x or y are not compared unless forced" {
    suite 1.0.0 </dev/null
    assay run -q -o one.json --suite "$HOME/s.yaml"
    suite 1.0.7 </dev/null
    assay run -q -o z.json --suite "$HOME/s.yaml"
    suite 1.1.0 </dev/null
    assay run -q -o y.json --suite "$HOME/s.yaml"
    assay compare -q one.json y.json
    [ "$status" -eq 2 ]
    [ "$err" = "assay: other versions of a suite (--force compares them all the same): suite 's' is version 1.0.0 in base, 1.1.0 in head, and results of another x or y of x.y.z cannot be compared" ]
    assay compare -q --force one.json y.json -o forced.json
    [ "$status" -eq 0 ]
    grep -q "other versions of a suite, compared all the same: suite 's' is version 1.0.0 in base, 1.1.0 in head" forced.json
    assay compare -q one.json z.json -o same.json
    [ "$status" -eq 0 ]
    not grep -q 'version of a suite' same.json
    # And none is joined to the other: said before anything is measured.
    cp one.json before.json
    assay run --append one.json --suite "$HOME/s.yaml"
    [ "$status" -eq 2 ]
    [ "$err" = "assay: cannot append: the document has suite 's' in version 1.0.0, this is 1.1.0, and results of another x or y of x.y.z cannot be compared" ]
    cmp one.json before.json
    assay list --journals
    [ -z "$out" ]
    suite 1.0.9 </dev/null
    assay run -q --append one.json --suite "$HOME/s.yaml"
    [ "$status" -eq 0 ]
    not cmp -s one.json before.json
}

@test "list --suites says what each is, and keeps to the width" {
    assay list --suites
    [ "$status" -eq 0 ]
    [[ $(head -1 "$HOME/out") =~ ^suite\ +version\ +benchmarks\ +summary$ ]]
    grep -qE '^quick +[0-9]+\.[0-9]+\.[0-9]+ +11 +five prime generators' "$HOME/out"
    grep -qE '^lab-timeit +[0-9.]+ +4( \([0-9] unavailable\))? ' "$HOME/out"
    for columns in 60 80 200; do
        COLUMNS=$columns assay list --suites
        not grep -nE "^.{$((columns + 1))}" "$HOME/out"
    done
    assay list --suites --format json
    python3 - "$out" "$ASSAY_SOURCE/data/suites" <<'EOF'
import json, os, sys
suites = {suite["name"]: suite for suite in json.loads(sys.argv[1])["suites"]}
assert sorted(suites) == sorted(name[:-5] for name in os.listdir(sys.argv[2])), sorted(suites)
for suite in suites.values():
    assert suite["unavailable"] is None and suite["summary"] and suite["version"], suite
    assert 0 <= suite["unavailable_benchmarks"] < suite["benchmarks"], suite
assert suites["lab-cores"]["benchmarks"] == 6, suites["lab-cores"]
EOF
}

@test "benchmarks that cannot run are counted" {
    # Without PATH there is no PyPy.
    plan=$(PATH=/nowhere "$ASSAY" run --suite lab-timeit --dry-run --format json)
    out=$(PATH=/nowhere "$ASSAY" list --suites --format json)
    counted=$(python3 - "$plan" "$out" <<'EOF'
import json, sys
plan, suites = map(json.loads, sys.argv[1:])
gone = [item["id"] for item in plan["benchmarks"] if item["unavailable"]]
assert "primes.below:bound=1000@pypy" in gone, gone
suite = next(suite for suite in suites["suites"] if suite["name"] == "lab-timeit")
assert suite["benchmarks"] == 4 and suite["unavailable_benchmarks"] == len(gone), suite
print(len(gone))
EOF
    )
    out=$(PATH=/nowhere "$ASSAY" list --suites)
    [[ $out =~ lab-timeit\ +1\.0\.0\ +4\ \($counted\ unavailable\)\  ]]
}

@test "a suite is profiled benchmark by benchmark, into one document" {
    assay profile --suite lab-profile --dry-run
    [ "$status" -eq 0 ]
    [ "$(grep -c '^primes' "$HOME/out")" -eq 10 ]
    assay profile -q --no-samples --budget 4s --suite lab-profile --filter 'primes.(trial|listed_root):.*(0|as-written)$' -o x.json
    [ "$status" -eq 0 ]
    python3 - <<'EOF'
import json
document = json.load(open("x.json"))
assert document["suite"] == {"name": "lab-profile", "version": "1.0.0"}, document["suite"]
assert [row["kernel"] for row in document["benchmarks"]] == ["primes.trial", "primes.listed_root"], document["benchmarks"]
assert [row["benchmark"] for row in document["profiles"]] == [0, 1], document["profiles"]
EOF
    assay profile --suite lab-cores --dry-run # one at a time, whatever the suite says
    [ "$(grep -c '^primes.trial' "$HOME/out")" -eq 1 ]
}

@test "what a profile of a suite is not is said" {
    refuses "assay: unexpected 'primes.trial' with --suite 'quick': want one or the other" profile --suite quick primes.trial
    refuses "assay: bad --against with --suite 'quick': want a benchmark for each side" profile --suite quick --against primes.trial
    refuses "assay: bad --format 'pstats' with --suite: it holds one profile" profile --suite quick --format pstats
    refuses "assay: bad --filter: want it with --suite, which has benchmarks to choose from" profile --filter x primes.trial
    refuses "assay: unknown suite 'lab-profil': did you mean 'lab-profile'?" profile --suite lab-profil
}

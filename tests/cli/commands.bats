#!/usr/bin/env bats
# list, env and new.
load helper

@test "list shows kernels with parameters, other names and implementations" {
    assay list
    [ "$status" -eq 0 ]
    [[ $out == *"primes.listed_root_break"*"limit=10000"*"variant=as-written|fixed"*"also primes4"* ]]
}

@test "list --format json is JSON that says the same" {
    assay list --format json
    [ "$status" -eq 0 ]
    python3 - "$out" <<'EOF'
import json, sys
names = {kernel["name"] for source in json.loads(sys.argv[1])["sources"] for kernel in source.get("kernels", [])}
assert "primes.trial" in names, names
EOF
    assay list -o x.json
    [ -z "$out" ]
    python3 -m json.tool x.json >/dev/null
    for what in --suites --journals; do
        assay list "$what" --format json
        python3 -c 'import json,sys; json.loads(sys.argv[1])' "$out"
    done
}

@test "list --tag shows only kernels with the tag" {
    tag=$("$ASSAY" list --format json | python3 -c '
import json, sys
print(next(k["tags"][0] for s in json.load(sys.stdin)["sources"] for k in s["kernels"] if k["name"] == "command.run"))')
    assay list --tag "$tag"
    [[ $out == *command.run* && $out != *primes.trial* ]]
    assay list --tag "$tag" --format json
    [[ $out == *command.run* && $out != *primes.trial* ]]
    assay list --tag no-such-tag
    [ "$status" -eq 2 ]
    [ "$err" = "assay: bad --tag 'no-such-tag': no kernel has this tag" ]
}

@test "list shows what cannot be used, with the reason" {
    mkdir plugins
    echo "no ELF" >plugins/broken.so
    export ASSAY_PATH=$WORK/plugins
    assay list
    [ "$status" -eq 0 ]
    [[ ${out//$'\n'/ } == *"broken.so: unavailable: "* ]]
    [[ $out == *primes.trial* ]]
}

@test "list keeps to the width of the terminal" {
    export COLUMNS=60
    assay list
    not grep -nE '^.{61}' "$HOME/out"
}

@test "env show gives every fact its source or the reason" {
    assay env show --format json
    [ "$status" -eq 0 ]
    python3 - "$out" <<'EOF'
import json, sys
groups = json.loads(sys.argv[1])
facts = [fact for group in groups.values() for fact in group.values()]
assert len(facts) > 20, len(facts)
for fact in facts:
    assert fact.get("reason") if fact["value"] is None else fact.get("source"), fact
EOF
    assay env show
    [ "$status" -eq 0 ]
    [[ $out == *cpu* ]]
}

@test "new makes a directory from the templates and refuses what exists" {
    assay new mine
    [ "$status" -eq 0 ]
    [ "$(ls mine | tr '\n' ' ')" = "CMakeLists.txt mine.c " ]
    grep -q '"mine\.' mine/mine.c
    not grep -r '@NAME@' mine
    assay new mine
    [ "$status" -eq 2 ]
    [ "$err" = "assay: 'mine' exists already: want the name of a new directory" ]
}

@test "new refuses names that no kernel can have" {
    for name in Bad 1st a-b a/b ../x "" "a b"; do
        assay new "$name"
        [ "$status" -eq 2 ]
        [[ $err == "assay: bad name '$name': want "* ]]
    done
    [ "$(ls)" = home ]
}

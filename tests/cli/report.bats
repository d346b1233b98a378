#!/usr/bin/env bats
# report: what stored results become, at the command line. Their forms are compared with each other in tests/reports/.
bats_require_minimum_version 1.5.0
load helper

@test "one chart of a report is a file of its own" {
    comparisons="$ASSAY_SOURCE/data/samples/comparisons.json"
    "$ASSAY" report "$comparisons" -o "$BATS_TEST_TMPDIR/first.svg"
    xmllint --noout "$BATS_TEST_TMPDIR/first.svg"
    grep -qF '1.021 [1.017, 1.025]' "$BATS_TEST_TMPDIR/first.svg"
    grep -qF -- '--good:' "$BATS_TEST_TMPDIR/first.svg"
    "$ASSAY" report "$ASSAY_SOURCE/data/samples/profiles.json" --format svg --chart flame-0-0 | xmllint --noout -
    "$ASSAY" report "$comparisons" -o "$BATS_TEST_TMPDIR/second.svg" --chart distribution0-2
    xmllint --noout "$BATS_TEST_TMPDIR/second.svg"
    ! cmp -s "$BATS_TEST_TMPDIR/first.svg" "$BATS_TEST_TMPDIR/second.svg"
}

@test "a chart that is not there is refused with those that are" {
    run -2 --separate-stderr "$ASSAY" report "$ASSAY_SOURCE/data/samples/history.json" --format svg --chart nix
    [ "$stderr" = "assay: no chart 'nix' in the report: want h0-0, h0-1" ]
    [ -z "$output" ]
    run -2 --separate-stderr "$ASSAY" report "$ASSAY_SOURCE/data/samples/history.json" --chart h0-0
    [ "$stderr" = "assay: bad --chart 'h0-0': text is not one chart, want --format svg" ]
}

@test "a document of history alone is told by its series" {
    run -0 "$ASSAY" report "$ASSAY_SOURCE/data/samples/history.json" --format text --color never
    [[ $output == *"history of 2 series"* && $output != *"0 benchmarks"* ]]
}

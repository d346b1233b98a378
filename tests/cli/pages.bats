#!/usr/bin/env bats
# Help, man pages and completions come from the option table: every option is in each of them, and nothing else is.
load helper

# "COMMAND --long -x VALUE" for every option that people may see.
table() {
    "$ASSAY" help --table
}

# The long options in a text, each once.
long_options() {
    grep -oE -- '(^|[^-[:alnum:]])--[a-z][a-z-]*' | grep -oE -- '--[a-z-]+' | sort -u
}

page_of() {
    "$ASSAY" help --man "$ASSAY_SOURCE/docs/man/assay-${1/ /-}.1.in" "${1/ /-}"
}

@test "the table holds the options of every command" {
    [ "$(table | cut -f1 | sort -u | tr '\n' ,)" = "compare,env check,env diff,env export,env show,help,import,list,new,profile,report,run,timeit,track accept,track bisect,track check,track export,track init,track log,track record," ]
    [ "$(table | wc -l)" -gt 35 ]
}

@test "help shows every option of the table and no other" {
    while read -r command; do
        # shellcheck disable=SC2086
        shown=$("$ASSAY" help $command | sed -n '/:$/,/^Examples:/p' |
            sed -nE 's/^ +(-., )?(--[a-z-]+).*/\2/p' | sort -u)
        [ "$shown" = "$(table | awk -F'\t' -v c="$command" '$1 == c { print $2 }' | sort -u)" ]
    done < <(table | cut -f1 | sort -u)
}

@test "help shows short options beside their long ones" {
    while IFS=, read -r command long short; do
        # shellcheck disable=SC2086
        "$ASSAY" help $command | grep -qF -- "  $short, $long"
    done < <(table | awk -F'\t' '$3 { print $1 "," $2 "," $3 }')
}

@test "help fits 80 columns, and 40" {
    for command in "" run compare profile timeit report import list "env show" "env export" "env check" "env diff" new "track record" "track log" "track accept" "track export" "track init" help names exit-status environment-variables; do
        # shellcheck disable=SC2086
        "$ASSAY" help $command >"$HOME/help"
        not grep -nE '^.{81}' "$HOME/help"
    done
    for command in "" timeit report import list "env export" "env check" "env diff" new "track record" "track log" "track accept" "track export" "track init" help; do
        # shellcheck disable=SC2086
        COLUMNS=44 "$ASSAY" help $command >"$HOME/help"
        [ -z "$(grep -vE '^  assay|KERNEL' "$HOME/help" | grep -nE '^.{45}')" ]
    done
}

@test "help of assay run --help and assay help run is the same" {
    for command in run compare profile timeit report import list "env show" "env export" "env check" "env diff" new "track check" "track bisect" \
        "track record" "track log" "track accept" "track export" "track init" help; do
        # shellcheck disable=SC2086
        diff <("$ASSAY" $command --help) <("$ASSAY" help $command)
        # shellcheck disable=SC2086
        diff <("$ASSAY" $command -h) <("$ASSAY" help $command)
    done
}

@test "help texts are those that were approved" {
    for command in run compare profile timeit report import list "env export" "env check" "env diff" new "track record" "track check" "track bisect" "track log" \
        "track accept" "track export" "track init"; do
        # shellcheck disable=SC2086
        diff "$ASSAY_SOURCE/tests/cli/golden/help-${command/ /-}.txt" <("$ASSAY" help $command)
    done
    diff "$ASSAY_SOURCE/tests/cli/golden/help.txt" <("$ASSAY")
}

@test "man pages show every option of the table and no other" {
    for page in run compare profile timeit report import list env "env export" "env check" "env diff" new track "track check" "track bisect" \
        "track record" "track log" "track accept" "track export" "track init" help; do
        page_of "$page" | sed 's/\\-/-/g; s/\\f[BIR]//g' >"$HOME/page"
        wanted=$(table | awk -F'\t' -v p="$page" '$1 == p || index($1, p " ") == 1 { print $2 }' | sort -u)
        shown=$(sed -n '/^\.SH OPTIONS/,/^\.SH [^O]/p' "$HOME/page" | grep -A1 '^\.TP' | grep '^-' | long_options)
        [ "$shown" = "$wanted" ]
        # What the prose mentions exists.
        all=$(table | cut -f2; echo --version)
        for option in $(long_options <"$HOME/page"); do
            grep -qxF -- "$option" <<<"$all"
        done
    done
}

@test "man pages have no marks left and no warnings" {
    for template in "$ASSAY_SOURCE"/docs/man/*.1.in; do
        name=$(basename "$template" .1.in)
        command=${name#assay}
        # shellcheck disable=SC2086
        "$ASSAY" help --man "$template" ${command#-} >"$HOME/page.1"
        not grep -n '@[A-Z]*@' "$HOME/page.1"
        [ -z "$(groff -man -ww -z -Tutf8 "$HOME/page.1" 2>&1)" ]
        mandoc -T lint -W error "$HOME/page.1"
    done
}

@test "every command has a page" {
    for command in $("$ASSAY" help --table | cut -f1 | cut -d' ' -f1 | sort -u); do
        [ -e "$ASSAY_SOURCE/docs/man/assay-$command.1.in" ]
    done
}

@test "a template with an unknown mark is refused" {
    printf '.TH X 1\n@NOPE@\n' >"$HOME/page.1.in"
    assay help --man "$HOME/page.1.in"
    [ "$status" -eq 2 ]
    [[ $err == *"unknown mark in '@NOPE@'" ]]
}

# words COMMAND-LINE...: what bash offers for the last word.
words() {
    bash --norc -c '
        PATH=$(dirname "$ASSAY"):$PATH
        source <("$ASSAY" help --completion bash)
        compopt() { :; }
        COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
        _assay
        printf "%s\n" "${COMPREPLY[@]}"' bash "$@" | sort
}

@test "bash offers every option of the table and no other" {
    while read -r command; do
        # shellcheck disable=SC2086
        offered=$(words assay $command - | grep -- '^-')
        wanted=$(table | awk -F'\t' -v c="$command" '$1 == c { print $2; if ($3) print $3 }' | sort)
        [ "$offered" = "$wanted" ]
    done < <(table | cut -f1 | sort -u)
}

@test "bash offers commands, choices, benchmarks and topics" {
    [ "$(words assay r)" = $'report\nrun' ]
    [ "$(words assay track e)" = export ]
    [ "$(words assay track log --unit '')" = $'all\nns\nratio' ]
    [ "$(words assay env '')" = $'check\ndiff\nexport\nshow' ]
    [ "$(words assay run --order '')" = $'interleaved\nsequential' ]
    [ "$(words assay run --format = js)" = json ]
    [ "$(words assay help exit)" = exit-status ]
    [ -z "$(words assay run --batch '')" ]
    words assay run primes.t | grep -qx primes.trial
    words assay run --suite qu | grep -qx quick
    words assay run -- tru | grep -qx true
}

@test "zsh offers every option of the table and no other" {
    "$ASSAY" help --completion zsh >"$HOME/_assay"
    zsh -n "$HOME/_assay"
    while read -r command; do
        shown=$(awk -v c="    '$command')" '$0 == c { on = 1 } on && /;;/ { on = 0 } on' "$HOME/_assay" |
            sed 's/\[.*//' | grep -oE -- "--[a-z-]+" | sort -u)
        [ "$shown" = "$(table | awk -F'\t' -v c="$command" '$1 == c { print $2 }' | sort -u)" ]
    done < <(table | cut -f1 | sort -u)
}

@test "fish offers every option of the table and no other" {
    "$ASSAY" help --completion fish >"$HOME/assay.fish"
    fish --no-execute "$HOME/assay.fish"
    while read -r command; do
        first=${command%% *}
        second=${command#"$first"}
        shown=$(grep -F -- "'__fish_seen_subcommand_from $first${second:+; and __fish_seen_subcommand_from$second}'" \
            "$HOME/assay.fish" |
            sed -n "s/.*' -l \([a-z-]*\).*/--\1/p" | sort -u)
        [ "$shown" = "$(table | awk -F'\t' -v c="$command" '$1 == c { print $2 }' | sort -u)" ]
    done < <(table | cut -f1 | sort -u)
}

@test "the version is printed in one line" {
    assay --version
    [ "$status" -eq 0 ]
    [[ $out =~ ^assay\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
}

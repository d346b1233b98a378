# What every test starts from: an empty directory, a home of its own, no terminal, no colour, 80 columns.
setup() {
    WORK=$(mktemp -d)
    cd "$WORK" || return 1
    export HOME="$WORK/home" COLUMNS=80 LC_ALL=C
    mkdir "$HOME"
    unset XDG_STATE_HOME XDG_CACHE_HOME ASSAY_PATH FORCE_COLOR NO_COLOR
}

teardown() {
    cd / && rm -rf "$WORK"
}

# assay ARGUMENT...: standard output in $out, standard error in $err, the exit status in $status.
assay() {
    status=0
    "$ASSAY" "$@" >"$HOME/out" 2>"$HOME/err" </dev/null || status=$?
    out=$(cat "$HOME/out")
    err=$(cat "$HOME/err")
    printf '%s\n' "assay $*" "exit $status" "$out" "$err" # bats shows it where a test fails
}

# not COMMAND...: fails when the command does not. (A plain `! command` never fails a test.)
not() {
    if "$@"; then return 1; fi
}

# refuses LINE ARGUMENT...: this one line on standard error, nothing on standard output, exit 2, no file left.
refuses() {
    local line=$1
    shift
    assay "$@"
    if [[ $status -ne 2 || $err != "$line" || -n $out || $(wc -l <"$HOME/err") -ne 1 ]]; then
        printf 'assay %s\nstatus: %s\nstderr: %s\nwanted: %s\nstdout: %s\n' "$*" "$status" "$err" "$line" "$out"
        return 1
    fi
    [[ -z $(find . -path ./home -prune -o -type f -print) && ! -e assay-results ]]
}

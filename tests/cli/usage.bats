#!/usr/bin/env bats
# Wrong usage: one line that names the thing and the wish, exit 2, nothing measured and nothing left behind.
load helper

@test "options with bad values are named with what they want" {
    refuses "assay: bad --batch '0': want a time above 0, such as 10ms" run --batch 0
    refuses "assay: bad --batch '2': want a time above 0, such as 10ms" run --batch=2
    refuses "assay: bad --batch '2h': want a time of at most 1h" run --batch 2h
    refuses "assay: bad --warmup '-1s': want a time, such as 10ms" run --warmup -1s
    refuses "assay: bad --timeout '0': want a time above 0, such as 30s" run --timeout 0
    refuses "assay: bad --samples '0': want 1 to 1000000" run --samples 0
    refuses "assay: bad --samples '': want 1 to 1000000" run --samples=
    refuses "assay: bad --samples 'ten': want 1 to 1000000" run --samples ten
    refuses "assay: bad --samples '1e400': want 1 to 1000000" run --samples 1e400
    refuses "assay: bad --samples '-3': want 1 to 1000000" run --samples -3
    refuses "assay: bad --processes '0': want 1 to 10000" run --processes 0
    refuses "assay: bad --threads '9999': want 1 to 1024" run --threads 9999
    refuses "assay: bad --seed '18446744073709551616': want a whole number below 2^64" \
        run --seed 18446744073709551616
    refuses "assay: bad --memory '0': want a size above 0, such as 512M" run --memory 0
    refuses "assay: bad --order 'random': want interleaved or sequential" run --order random
    refuses "assay: bad --format 'xml': want text, json, html, svg, md, csv, rows, junit, google-benchmark, bencher, smaller-is-better, benchfmt, hyperfine, pyperf or drag-race" run --format xml
    refuses "assay: bad --cpu 'x': want a list of processors, such as 0 or 0,2-3, or all" run --cpu x
    refuses "assay: bad --filter '(': want an extended regular expression" run --filter '('
    refuses "assay: bad --quiet '1': want no value" run --quiet=1
    refuses "assay: bad --color 'maybe': want auto, always or never" run --color maybe
    refuses "assay: bad -n 'x': want 0 to 1000000000000" timeit -nx primes.trial
    refuses "assay: bad -u 'min': want nsec, usec, msec or sec" timeit -u min primes.trial
}

@test "a list of columns is checked word by word" {
    local want="want a list of cpu, allocations, memory, switches, faults, counters, operations, measures or all"
    refuses "assay: bad --columns 'cpu,mem': $want" run --columns cpu,mem
    refuses "assay: bad --columns 'cpu,': $want" run --columns cpu,
    refuses "assay: bad --columns '': $want" run --columns ''
}

@test "an assignment needs a name and a value" {
    local want="want NAME=VALUE[,VALUE...], such as limit=1000,1e6"
    refuses "assay: bad -p 'limit=': $want" run -p limit=
    refuses "assay: bad -p '=3': $want" run -p =3
    refuses "assay: bad --parameter 'limit': $want" run --parameter limit
}

@test "a processor that is not there is refused before anything is measured" {
    assay run --cpu 4095
    [ "$status" -eq 2 ]
    [[ $err == "assay: bad --cpu '4095': processor 4095 is none of the "*" that this process may use" ]]
}

@test "missing values say what is missing" {
    refuses "assay: missing value of --order: want interleaved or sequential" run --order
    refuses "assay: missing value of -p: want NAME=VALUE[,VALUE...], such as limit=1000,1e6" run -p
    refuses "assay: missing value of -o: want a file" run -o
    refuses "assay: missing BENCHMARK: see assay timeit --help" timeit
    refuses "assay: missing NAME: see assay new --help" new
    refuses "assay: missing command after '--': want a program to run" run --
}

@test "misspelt options and commands get the nearest name" {
    refuses "assay: unknown option '--sampels': did you mean --samples?" run --sampels 3
    refuses "assay: unknown option '--samp': did you mean --samples?" run --samp 3
    refuses "assay: unknown option '--sampels': did you mean --samples?" run --sampels=3
    refuses "assay: unknown option '--xyzzy': see assay run --help" run --xyzzy
    refuses "assay: unknown option '-z': see assay run --help" run -qz
    refuses "assay: unknown command 'rnu': did you mean run?" rnu
    refuses "assay: unknown command 'xyzzy': see assay help" xyzzy
    refuses "assay: unknown option '--batch': options stand after the command, see assay help" --batch 1s run
    refuses "assay: unknown 'shwo' after 'assay env': want show, export, check or diff" env shwo
    refuses "assay: missing word after 'assay env': want show, export, check or diff" env
    refuses "assay: unknown command or topic 'exit-statu': did you mean exit-status?" help exit-statu
    refuses "assay: unexpected 'run': assay help takes one COMMAND|TOPIC" help list run
}

@test "options that hide from people are not suggested" {
    refuses "assay: unknown option '--complet': see assay help --help" help --complet
}

@test "options of histories are named with what they want" {
    refuses "assay: bad --commits '0': want 1 to 2000" track log --commits 0
    refuses "assay: bad --width '39': want 40 to 1000" track log --width 39
    refuses "assay: bad --unit 'us': want ratio, ns or all" track log --unit us
    refuses "assay: bad --format 'xml': want text, json, html, svg, md or rows" track log --format xml
    refuses "assay: bad --format 'json': want jsonl or csv" track export --format json
    refuses "assay: bad --since '2026-02-30': want a date, such as 2026-02-07 or 2026-02-07T09:30:00Z" track export --since 2026-02-30
    refuses "assay: bad --until '2026-01-01': want a date that is not before that of --since" \
        track log --since 2026-02-01 --until 2026-01-01
    refuses "assay: bad -o 'x.xml': its ending implies no format, want .jsonl or .csv, or --format" track export -o x.xml
    refuses "assay: bad -o 'x.csv': its ending implies no format of a history, want one such as .html or .json, or --format" \
        track log -o x.csv
    refuses "assay: bad --date 'now': want a date with time and offset, such as 2026-02-07T09:30:00+01:00" track record x --date now
    refuses "assay: unknown option '--comits': did you mean --commits?" track log --comits 3
    refuses "assay: missing RESULT: see assay track record --help" track record
    refuses "assay: missing BENCHMARK COMMIT: see assay track accept --help" track accept
    refuses "assay: unexpected 'b': assay track log takes one BENCHMARK" track log a b
}

@test "misspelt benchmarks, parameters and suites get the nearest name" {
    refuses "assay: unknown benchmark 'primes.trail': did you mean 'primes.trial'?" run primes.trail
    refuses "assay: no benchmark has a parameter 'limt': did you mean 'limit'?" run -p limt=3 primes.trial
    refuses "assay: unknown suite 'quik': did you mean 'quick'?" run --suite quik
    assay timeit nope
    [ "$status" -eq 2 ]
    [[ $err == "assay: unknown benchmark 'nope'"* ]]
    [ "$(wc -l <"$HOME/err")" -eq 1 ]
}

@test "operands that a command does not take are refused" {
    refuses "assay: unexpected 'x': assay list takes options only" list x
    refuses "assay: unexpected 'b': assay timeit takes one BENCHMARK" timeit a b
    refuses "assay: bad --journals: want either --suites or --journals" list --suites --journals
    refuses "assay: bad --tag 'x': only kernels have tags" list --suites --tag x
    refuses "assay: bad --prepare 'true': want a COMMAND after '--' to prepare for" run --prepare true
    refuses "assay: bad --samples with --resume: the plan is that of the journal" run --resume --samples 3
    refuses "assay: bad command 'no-such-program' after '--': want a program in PATH, or the path of one" \
        run -- no-such-program
}

@test "what cannot be written or read is found before anything is measured" {
    refuses "assay: cannot write into '/no-such-directory': No such file or directory" \
        run -o /no-such-directory/x.json primes.trial
    refuses "assay: bad -o '/tmp': want a file, this is a directory" run -o /tmp primes.trial
    refuses "assay: cannot read 'nope.json': No such file or directory" run --append nope.json primes.trial
    refuses "assay: cannot open the journal 'nope': No such file or directory" run --resume nope
    assay run --resume
    [ "$status" -eq 2 ]
    [[ $err == "assay: there is no journal to resume"* ]]
}

@test "odd bytes in arguments stay on one line of the error" {
    assay run $'primes\n.trial\e[31m'
    [ "$status" -eq 2 ]
    [ "$(wc -l <"$HOME/err")" -eq 1 ]
    not grep -q $'\e' "$HOME/err"
    assay run --batch $'1\n2'
    [ "$status" -eq 2 ]
    [ "$(wc -l <"$HOME/err")" -eq 1 ]
}

@test "full standard output is an error of one line" {
    status=0
    "$ASSAY" help >/dev/full 2>"$HOME/err" || status=$?
    [ "$status" -eq 2 ]
    [ "$(cat "$HOME/err")" = "assay: cannot write standard output: No space left on device" ]
}

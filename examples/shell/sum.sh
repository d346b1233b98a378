#!/bin/bash
# A worker for a kernel written in bash: the protocol of docs/worker-protocol.md, by bash 5, jq and coreutils.
#
# Copy it and change `describe` and the functions kernel_...; the rest is the protocol's. docs/other-languages.md walks
# through it.
#
# Its clock is $EPOCHREALTIME: steps of a microsecond, and not the system's monotonic clock, which bash cannot read. A batch of
# 10 ms is therefore sure to 0.02 % and no better; and a batch during which the clock was set back is refused.
export LC_ALL=C
set -u -o pipefail
trap '' PIPE # a reply that cannot be written ends the worker with status 1, not by a signal

# ---- the kernel ----------------------------------------------------------------------------------------------

describe='"implementation":"bash","version":"bash '"$BASH_VERSION"' '"$BASH"', clock in steps of 1 us","kernels":[{
  "name":"example.sum","summary":"adds 1 to n","version":"1.0.0","expects":true,"parameters":[
  {"name":"n","type":"integer","summary":"how far","default":"1000","least":"1","most":"1000000"}]}]'

kernel_run() { # iterations; the only thing that is timed, and it has its own loop
    local i k
    for ((i = 0; i < $1; i++)); do
        total=0
        for ((k = 1; k <= n; k++)); do
            ((total += k))
        done
    done
}

kernel_answer() { # the lines of the last iteration's answer
    echo "$total"
}

kernel_known() { # the sum that must come out, found in another way
    echo $((n * (n + 1) / 2))
}

# ---- the channel ---------------------------------------------------------------------------------------------

if [[ "$*" == *"--channel stdio"* ]]; then
    exec 3<&0 4>&1 </dev/null >&2
fi
# Nothing that a kernel starts may hold the channel. bash cannot mark a descriptor so that it closes on exec, but those of a
# coprocess are marked: a pair of cats holds the channel, and the shell holds the cats.
coproc CHANNEL {
    cat <&3 4>&- & # requests
    exec 3<&- >&4
    cat 4>&-       # replies; ends with the shell
    kill $! 2>/dev/null
}
exec 3<&- 4>&-

reply() {
    printf '%s\n' "${1//$'\n'/}" >&"${CHANNEL[1]}" || exit 1
}

refuse() { # status, message, more members
    local words
    words=$(jq -cn --arg status "$1" --arg message "$2" '$status, $message' | paste -sd ' ')
    reply "{\"id\":$id,\"ok\":false,\"status\":${words/ /,\"message\":}${3:+,$3}}"
}

# ---- requests: jq checks them and turns them into assignments ------------------------------------------------------

read -r -d '' check <<'JQ'
def refuse($status; $message): error({status: $status, message: $message});
def want($truth; $key; $wish): if $truth then . else refuse("protocol-error"; "bad \"\($key)\": want \($wish)") end;
def whole($least; $most): type == "number" and . == floor and . >= $least and . <= $most;
def decimal: type == "string" and test("^(0|[1-9][0-9]{0,19})$") and (length < 20 or . <= "18446744073709551615");
def exact: 9007199254740992;

def kernel: want(.kernel | type == "string"; "kernel"; "a text")
  | want((.parameters // {}) | type == "object" and all(.[]; type == "string"); "parameters"; "names with texts")
  | if .kernel != "example.sum" then refuse("failed"; "unknown kernel '\(.kernel)'") else . end
  | ((.parameters // {}) | keys - ["n"]) as $others
  | if $others != [] then refuse("failed"; "unknown parameter '\($others[0])' of example.sum") else . end
  | want(.parameters.n != null; "parameters"; "a value for n")
  | if .parameters.n | decimal and length < 8 and tonumber >= 1 and tonumber <= 1000000 then .
    else refuse("failed"; "bad n '\(.parameters.n[:100])': want an integer from 1 to 1000000") end;

def setup: kernel | want(.seed | decimal; "seed"; "decimal digits up to 2^64-1")
  | want((.threads // 1) | whole(1; 1024); "threads"; "an integer from 1 to 1024")
  | want(.counters | . == null or type == "boolean"; "counters"; "true or false")
  | want((.expected // {}) | type == "object"; "expected"; "an object")
  | want((.expected.count // 0) | whole(0; exact); "count"; "an integer")
  | want((.expected.sum // "0") | decimal; "sum"; "decimal digits up to 2^64-1")
  | want((.expected.sha256 // "0" * 64) | type == "string" and test("^[0-9a-f]{64}$"); "sha256"; "64 hexadecimal digits")
  | if (.threads // 1) > 1 then refuse("unavailable"; "this worker runs a kernel on one thread") else . end;

def fields: if .request == "expect" then kernel | {asked_n: .parameters.n}
  elif .request == "setup" then setup | {asked_n: .parameters.n} + (.expected // {} | {asked_count: (.count // ""),
    asked_sum: (.sum // ""), asked_sha256: (.sha256 // ""), asked_source: (.source // "expected")})
  elif .request == "calibrate" then want(.batch_ns | type == "number" and . > 0 and . <= 1e18; "batch_ns"; "a time above 0")
    | {batch_us: (.batch_ns / 1000 | ceil)}
  elif .request == "run" then want(.iterations | whole(1; exact); "iterations"; "an integer from 1 to 2^53")
    | want((.batches // 1) | whole(1; 10000); "batches"; "an integer from 1 to 10000")
    | want(.flush | . == null or type == "boolean"; "flush"; "true or false")
    | if .flush == true then refuse("unavailable"; "this worker does not flush caches") else . end
    | {iterations, batches: (.batches // 1)}
  else {} end;

if length != 1 or (.[0] | type) != "object" then {status: "protocol-error", message: "not one object"}
else .[0] | if .id | whole(1; exact) | not then {status: "protocol-error", message: "bad \"id\": want an integer from 1 to 2^53"}
  elif .request | type != "string" then {id, status: "protocol-error", message: "bad \"request\": want a text"}
  else . as $all | {id, request} + try ($all | fields) catch . end
end | to_entries[] | "\(.key)=\(.value | @sh)"
JQ

# ---- batches -------------------------------------------------------------------------------------------------------

now_us() { # into `now`: no process, and no fork
    now=${EPOCHREALTIME/./}
}

form_answer() { # answer_count, answer_sum, answer_sha256
    local lines
    lines=$(kernel_answer)
    answer_count=$(wc -l <<<"$lines")
    answer_sum=$lines # of one line; of several: their sum
    answer_sha256=$(sha256sum <<<"$lines")
    answer_sha256=${answer_sha256%% *}
    answer="{\"count\":$answer_count,\"sum\":\"$answer_sum\",\"sha256\":\"$answer_sha256\"}"
}

difference() { # into `wrong`: what is wrong with the answer
    local known
    known=$(kernel_known)
    wrong=
    if [[ $answer_sum != "$known" ]]; then
        wrong="sum is $answer_sum, want $known (Gauss: n(n+1)/2)"
    fi
    [[ -z $count || $answer_count == "$count" ]] || wrong="count is $answer_count, want $count ($source)"
    [[ -z $sum || $answer_sum == "$sum" ]] || wrong="sum is $answer_sum, want $sum ($source)"
    [[ -z $sha256 || $answer_sha256 == "$sha256" ]] || wrong="sha256 is $answer_sha256, want $sha256 ($source)"
}

batch() { # iterations; into elapsed_us, and one more of `done_batches`. Fails with `wrong`, or where the clock was set back.
    local now begin start end verified=true
    now_us; begin=$now
    now_us; start=$now
    kernel_run "$1"
    now_us; end=$now
    ((elapsed_us = end - start))
    if ((elapsed_us < 0)); then
        refuse failed "the clock was set back during a batch"
        return 1
    fi
    form_answer
    difference
    [[ -z $wrong ]] || verified=false
    now_us
    done_batches+=${done_batches:+,}"{\"iterations\":$1,\"elapsed_ns\":${elapsed_us}000"
    done_batches+=",\"untimed_ns\":$((now - begin - elapsed_us))000,\"verified\":$verified}"
    if [[ -n $wrong ]]; then
        refuse wrong-answer "$wrong" "\"answer\":$answer,\"batches\":[$done_batches]"
        return 1
    fi
}

calibrate() {
    local tried=1 sum_us=0
    while batch "$tried"; do
        ((sum_us += elapsed_us))
        if ((elapsed_us * 2 >= batch_us)); then
            ((elapsed_us = elapsed_us > 0 ? elapsed_us : 1, tried = (tried * batch_us + elapsed_us / 2) / elapsed_us))
            reply "{\"id\":$id,\"ok\":true,\"iterations\":$((tried > 0 ? tried : 1)),\"elapsed_ns\":${sum_us}000}"
            return
        fi
        ((tried *= 2))
    done
}

run() {
    local i
    for ((i = 0; i < batches; i++)); do
        batch "$iterations" || return
    done
    reply "{\"id\":$id,\"ok\":true,\"batches\":[$done_batches]}"
}

# ---- the worker ----------------------------------------------------------------------------------------------------

serve() { # a checked request
    done_batches=
    case $request in
        describe) reply "{\"id\":$id,\"ok\":true,$describe}" ;;
        expect)
            known=$(n=$asked_n; kernel_known) # the kernel that is set up keeps its own
            reply "{\"id\":$id,\"ok\":true,\"expected\":{\"sum\":\"$known\",\"source\":\"Gauss: n(n+1)/2\"},\"work\":{\"items\":$asked_n}}"
            ;;
        setup)
            n=$asked_n count=$asked_count sum=$asked_sum sha256=$asked_sha256 source=$asked_source state=ready
            reply "{\"id\":$id,\"ok\":true}"
            ;;
        calibrate) calibrate ;;
        run) state=ran; run ;;
        answer) reply "{\"id\":$id,\"ok\":true,\"answer\":$answer,\"verified\":$([[ -z $wrong ]] && echo true || echo false)}" ;;
        teardown) state=idle; reply "{\"id\":$id,\"ok\":true,\"peak_bytes\":null}" ;;
        quit) reply "{\"id\":$id,\"ok\":true}"; exit 0 ;;
    esac
}

in_order() { # whether the request may come now
    case $request:$state in
        describe:* | expect:* | quit:* | setup:idle | calibrate:ready | calibrate:ran | run:ready | run:ran | answer:ran | \
            teardown:ready | teardown:ran) return 0 ;;
        setup:*) refuse protocol-error "a kernel is set up: want teardown first" ;;
        calibrate:* | run:* | teardown:*) refuse protocol-error "nothing is set up: want setup first" ;;
        answer:*) refuse protocol-error "no batch was run: want run first" ;;
        *) refuse unavailable "unknown request '${request:0:100}'" ;;
    esac
    return 1
}

state=idle count='' sum='' sha256='' source='' total=0 n=1 wrong=''
reply "{\"assay_worker\":1,\"minor\":0,\"implementation\":\"bash\",\"version\":\"bash $BASH_VERSION\",\"pid\":$$,\"capabilities\":[\"expect\"]}"
while IFS= read -r line <&"${CHANNEL[0]}"; do
    id=null request='' status='' message=''
    if ((${#line} >= 1 << 20)); then
        refuse protocol-error "a line of more than 1048576 bytes: want at most that"
    elif ! fields=$(printf '%s\n' "$line" | iconv -f UTF-8 -t UTF-8 | jq -rs "$check") 2>/dev/null; then
        refuse protocol-error "a line is not JSON"
    else
        eval "$fields"
        if [[ -z $status ]]; then
            in_order && serve
        else
            refuse "$status" "$message"
        fi
    fi
done
exit 0

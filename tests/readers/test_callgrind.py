#!/usr/bin/env python3
"""callgrind files, opened by valgrind's callgrind_annotate. Every number was added up by hand: see
tests/unit/known_profiles.h. annotate adds all calls of a function up, so a recursive one has more than its cumtime."""
import os
import re
import subprocess
import tempfile

from readers import FIB, OTHER, TRIAL, goes_red, refusal, same, written

RUN, IS_PRIME, STEP, FIBONACCI = (f"{TRIAL}:run", f"{TRIAL}:is_prime", f"{TRIAL}:step", f"{FIB}:fib")
OTHER_PRIME = f"{OTHER}:is_prime"
MEMCPY, KERNEL, NAMELESS = "/lib/x86_64-linux-gnu/libc.so.6:memcpy in libc.so.6", "???:[kernel]", "???:0x11d0"
OWN = {RUN: 1000, IS_PRIME: 6000000000, STEP: 40, MEMCPY: 250, FIBONACCI: 600, KERNEL: 75, NAMELESS: 42, OTHER_PRIME: 0}
SUM = 6000002007
INCLUSIVE = {RUN: 1000 + 6000000291 + 600 + 75 + 42, IS_PRIME: 6000000291, STEP: 40, MEMCPY: 250, FIBONACCI: 600 + 500,
             KERNEL: 75, NAMELESS: 42, OTHER_PRIME: 0}
CALLS = {(RUN, IS_PRIME): 3000000000, (IS_PRIME, STEP): 12, (IS_PRIME, MEMCPY): 1, (RUN, FIBONACCI): 1,
         (FIBONACCI, FIBONACCI): 4, (RUN, KERNEL): 1, (RUN, NAMELESS): 7, (RUN, OTHER_PRIME): 1}


def annotate(data, *options):
    """The lines that callgrind_annotate prints; anything it says to stderr is an error."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "callgrind.out.1")
        with open(path, "wb") as to:
            to.write(data)
        done = subprocess.run(["callgrind_annotate", "--threshold=100", "--show-percs=no", "--auto=no", *options, path],
                              check=False, cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert done.returncode == 0 and not done.stderr, (done.returncode, done.stderr)
    return done.stdout.splitlines()


def costs(lines):
    """{function: cost} of the table, and the total."""
    found, total = {}, None
    for line in lines:
        match = re.fullmatch(r"\s*([\d,]+)\s+(\*\s+)?(\S.*?)(\s+\[.*\])?", line)
        if match and "PROGRAM TOTALS" in match[3]:
            total = int(match[1].replace(",", ""))
        elif match and ":" in match[3]:
            found[match[3]] = int(match[1].replace(",", ""))
    return found, total


def calls(lines):
    """{(caller, callee): calls} of --tree=calling: a function after '*', what it calls after '>'."""
    found, caller = {}, None
    for line in lines:
        star = re.fullmatch(r"\s*[\d,]+\s+\*\s+(\S.*?)(\s+\[.*\])?", line)
        call = re.fullmatch(r"\s*[\d,]+\s+>\s+(\S.*) \(([\d,]+)x\)(\s+\[.*\])?", line)
        caller = star[1] if star else caller
        if call:
            found[caller, call[1]] = int(call[2].replace(",", ""))
    return found


def check(data):
    own, total = costs(annotate(data))
    same(total, SUM, "program total")
    same(own, OWN, "own")
    inclusive, total = costs(annotate(data, "--inclusive=yes"))
    same(total, SUM, "program total")
    same(inclusive, INCLUSIVE, "inclusive")
    same(calls(annotate(data, "--tree=calling")), CALLS, "calls")


def main():
    data = written("time", "callgrind")
    check(data)
    same(data.splitlines()[0], b"# callgrind format")
    assert b"\nevents: ns\n" in data and b"\ncfn=(2) is_prime\n" in data and b"\nfn=(2)\n" in data, data
    check(written("cProfile", "callgrind"))  # edges are enough
    own, total = costs(annotate(written("allocations", "callgrind")))
    same(({name: cost for name, cost in own.items() if cost}, total), ({RUN: 1, IS_PRIME: 30, FIBONACCI: 6}, 37), "allocations")
    assert b"\nevents: Ir\n" in written("instructions", "callgrind")
    same(refusal("all", "callgrind"), "callgrind holds one profile, the document has 3")
    goes_red(check, data.replace(b"\n30 6000000000\n", b"\n30 6000000001\n"), "another cost")
    goes_red(check, data.replace(b"calls=12 ", b"calls=13 "), "another count")
    goes_red(check, data.replace(b"summary: 6", b"summary: 7"), "another summary")
    goes_red(check, data.replace(b"calls=", b"kalls=", 1), "a line that is malformed")
    goes_red(check, data.replace(b"\nevents:", b"\nvents:"), "no events")


main()

#!/usr/bin/env python3
"""Collapsed stacks, read as flamegraph.pl reads them: the last blank parts the frames from the count. Every number was
added up by hand: see tests/unit/known_profiles.h."""
import re

from readers import goes_red, refusal, same, written

TIME = {
    "run": 1000,
    "run;is_prime": 6000000000,
    "run;is_prime;step": 40,
    "run;is_prime;memcpy in libc.so.6": 250,
    "run;fib": 100,
    "run;fib;fib": 200,
    "run;fib;fib;fib": 300,
    "run;[kernel]": 75,
    "run;0x11d0": 42,
}


def read(data):
    """flamegraph.pl: /^(.*)\\s+?(\\d+(?:\\.\\d*)?)$/, lines that do not fit are dropped; here they are an error."""
    stacks = {}
    for line in data.decode("utf-8").splitlines():
        match = re.fullmatch(r"(.*)\s+?(\d+(?:\.\d*)?)", line)
        assert match, f"no stack: {line!r}"
        assert match[1] not in stacks, f"{match[1]} comes twice"
        stacks[match[1]] = int(match[2])
    return stacks


def check(data):
    same(read(data), TIME)


def main():
    data = written("time", "collapsed")
    check(data)
    same(sum(TIME.values()), 6000002007, "the sum, each rounded")
    several = read(written("times", "collapsed"))
    same(len(several), 2 * len(TIME) + 5, "stacks")
    for root, count in ("trial:limit=10000", 300), ("listed:limit=10000", 300), ("trial:limit=10000~2", 3):
        same(several[f"primes.{root};run;fib;fib;fib"], count, root)
    same(refusal("all", "collapsed"), "collapsed holds one cost, the document has time and allocations")
    same(read(written("allocations", "collapsed")),
         {"run": 1, "run;is_prime": 30, "run;fib": 1, "run;fib;fib": 2, "run;fib;fib;fib": 3}, "allocations")
    same(refusal("cProfile", "collapsed"), "a flame graph cannot be made from edges, and cProfile gave no contexts")
    goes_red(check, data.replace(b"fib 100", b"fib 101"), "another count")
    goes_red(check, data.replace(b"run;fib;fib 2", b"run;fib 2"), "a stack twice")
    goes_red(check, data.replace(b" 1000\n", b"\n"), "no count")


main()

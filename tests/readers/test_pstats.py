#!/usr/bin/env python3
"""pstats files, opened by Python's marshal and pstats. Every number was added up by hand: see tests/unit/known_profiles.h."""
import io
import marshal
import os
import pstats
import tempfile

from readers import FIB, OTHER, TRIAL, goes_red, refusal, same, written

RUN, IS_PRIME, STEP = (TRIAL, 10, "run"), (TRIAL, 30, "is_prime"), (TRIAL, 50, "step")
MEMCPY, FIBONACCI = ("~", 0, "<memcpy in libc.so.6>"), (FIB, 5, "fib")
KERNEL, NAMELESS, OTHER_PRIME = ("~", 0, "[kernel]"), ("~", 0, "0x11d0"), (OTHER, 3, "is_prime")
# cProfile's order: primitive calls, calls, tottime, cumtime, {caller: (calls, primitive calls, tottime, cumtime)}.
TIME = {
    RUN: (1, 1, 1000e-9, 6.000002008, {}),
    IS_PRIME: (3000000000, 3000000000, 6.0, 6.00000029075, {RUN: (3000000000, 3000000000, 6.0, 6.00000029075)}),
    STEP: (12, 12, 40.25e-9, 40.25e-9, {IS_PRIME: (12, 12, 40.25e-9, 40.25e-9)}),
    MEMCPY: (0, 0, 250.5e-9, 250.5e-9, {IS_PRIME: (0, 0, 250.5e-9, 250.5e-9)}),
    FIBONACCI: (1, 5, 600e-9, 600e-9, {RUN: (1, 1, 100e-9, 600e-9), FIBONACCI: (4, 2, 500e-9, 500e-9)}),
    KERNEL: (0, 0, 75.25e-9, 75.25e-9, {RUN: (0, 0, 75.25e-9, 75.25e-9)}),
    NAMELESS: (7, 7, 42e-9, 42e-9, {RUN: (7, 7, 42e-9, 42e-9)}),
    OTHER_PRIME: (1, 1, 0.0, 0.0, {RUN: (1, 1, 0.0, 0.0)}),
}


def check(data):
    stats = marshal.loads(data)
    same(set(stats), set(TIME), "functions")
    for function, values in TIME.items():
        same(stats[function], values, function)
    # Version 2 holds no reference and no short form: Python 2.5 and later read it.
    same(marshal.dumps(stats, 2), data, "the bytes that marshal itself writes")


def shown(data, *commands):
    """What pstats prints of it."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "x.pstats")
        with open(path, "wb") as to:
            to.write(data)
        out = io.StringIO()
        stats = pstats.Stats(path, stream=out)
        for command in commands:
            getattr(stats, command)()
        return stats, " ".join(out.getvalue().split())


def main():
    data = written("time", "pstats")
    check(data)
    stats, text = shown(data, "print_stats", "print_callers")
    same(stats.total_calls, 3000000026, "calls")
    same(stats.prim_calls, 3000000022, "primitive calls")
    for want in ("3000000026 function calls (3000000022 primitive calls) in 6.000 seconds", "{memcpy in libc.so.6}",
                 "5/1 0.000 0.000 0.000 0.000 /src/fib.c:5(fib)", "4/2 0.000 0.000 /src/fib.c:5(fib)", "[kernel]",
                 "3000000000 6.000 0.000 6.000 0.000 /src/trial.c:30(is_prime)"):
        assert want in text, f"{want!r} is not in {text}"
    check(written("cProfile", "pstats"))  # edges are enough
    allocations = marshal.loads(written("allocations", "pstats"))
    same(allocations[IS_PRIME][2:4], (30.0, 30.0), "allocations stand as they are")
    same(refusal("all", "pstats"), "pstats holds one profile, the document has 3")
    goes_red(check, data[:-2], "cut short")
    goes_red(check, data.replace(b"i\x05\0\0\0g", b"i\x06\0\0\0g", 1), "another line or count")
    goes_red(check, data.replace(b"l\x03\0\0\0", b"l\x02\0\0\0", 1), "a long of two digits")


main()

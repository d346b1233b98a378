"""The lab's five prime generators in Python: the same sequences, order of operations and remainders as kernels/primes.c.

An iteration makes a generator and takes all its values into a list, as the lab's timeit did. The generators are
classes with __iter__ and __next__, so that a profile shows one call of __next__ a prime.
"""

import hashlib
from itertools import takewhile
from math import floor, isqrt, sqrt

ORACLE_MOST = 10_000_000  # the oracle's sieve takes a byte a number
BOUND_MOST = 100_000_000


class PrimesBelow:
    """Turner's filter: takes the first number that is left, and keeps of the others those that it does not divide."""

    def __init__(self, bound):
        self.left = list(range(2, bound))

    def __iter__(self):
        return self

    def __next__(self):
        if not self.left:
            raise StopIteration
        prime = self.left[0]
        self.left = [n for n in self.left if n % prime]
        return prime


class Primes:
    """Trial division by everything up to the root. Without end, like the three below."""

    def __init__(self):
        self.n = 1

    def __iter__(self):
        return self

    def __next__(self):
        while True:
            self.n += 1
            n = self.n
            for i in range(2, floor(sqrt(n)) + 1):
                if n % i == 0:
                    break
            else:
                return n


class PrimesListed(Primes):
    """Collects all the known primes that divide a candidate, without bound and without stopping early."""

    def __init__(self):
        super().__init__()
        self.primes = []

    def __next__(self):
        while True:
            self.n += 1
            n = self.n
            if not [p for p in self.primes if n % p == 0]:
                self.primes.append(n)
                return n


class PrimesListedRoot(PrimesListed):
    """Looks at known primes below the root only. As the lab wrote it `below` is wrong, and lets through 4, 6, 8, the
    squares of odd primes, and products of twin primes; with `reach` 1 it is `up to`, and right."""

    def __init__(self, reach):
        super().__init__()
        self.reach = reach

    def __next__(self):
        while True:
            self.n += 1
            n = self.n
            end = floor(sqrt(n)) + self.reach
            if not [p for p in takewhile(lambda p: p < end, self.primes) if n % p == 0]:
                self.primes.append(n)
                return n


class PrimesListedRootBreak(PrimesListedRoot):
    """The same, but stops at the first divisor."""

    def __next__(self):
        while True:
            self.n += 1
            n = self.n
            end = floor(sqrt(n)) + self.reach
            for p in takewhile(lambda p: p < end, self.primes):
                if n % p == 0:
                    break
            else:
                self.primes.append(n)
                return n


# ---- states: what the worker runs ----------------------------------------------------------------------------


class Below:
    def __init__(self, bound):
        self.bound = bound
        self.values = []

    def run(self, iterations):
        for _ in range(iterations):
            self.values = list(PrimesBelow(self.bound))

    def answer(self):
        return self.values


class UpTo:
    """The values of an endless generator below a limit; the one that reaches it is made and thrown away."""

    def __init__(self, make, limit):
        self.make = make
        self.limit = limit
        self.values = []

    def run(self, iterations):
        make, limit = self.make, self.limit
        for _ in range(iterations):
            self.values = list(takewhile(lambda x: x < limit, make()))

    def answer(self):
        return self.values


# ---- the oracle: not by division ------------------------------------------------------------------------------


def sieve(limit):
    """Eratosthenes: a byte a number, 1 where it is a prime below `limit`."""
    marks = bytearray([1]) * max(limit, 2)
    marks[0:2] = b"\0\0"
    for p in range(2, isqrt(max(limit - 1, 0)) + 1):
        if marks[p]:
            marks[p * p::p] = bytes(len(range(p * p, len(marks), p)))
    return marks


def expectation(limit, as_written):
    if limit > ORACLE_MOST:
        return None
    marks = sieve(limit)
    primes = [n for n in range(2, limit) if marks[n]]
    values, source = primes, "sieve of Eratosthenes"
    if as_written:
        # p < floor(sqrt(n)) leaves n = p(p+d) undivided just where its least prime factor p is floor(sqrt(n)):
        # d is 0, 1 or 2 (2: twin primes; 2*2, 2*3 and 2*4 are the cases of the prime 2).
        passed = {4, 6, 8} | {p * q for p in primes if p > 2 and p * p < limit for q in (p, p + 2) if marks_at(marks, q)}
        values = sorted(primes + [n for n in passed if n < limit])
        source = "sieve of Eratosthenes, with 4, 6, 8, squares of odd primes and products of twin primes"
    text = "".join("%d\n" % n for n in values)
    return {"count": len(values), "sum": sum(values), "sha256": hashlib.sha256(text.encode()).hexdigest(),
            "source": source}


def marks_at(marks, n):
    """Whether n is a prime; a twin beyond the sieve's end makes a product beyond it as well."""
    return n < len(marks) and marks[n]


# ---- what the worker reads --------------------------------------------------------------------------------------


def number(name, default):
    return {"name": name, "type": "integer", "summary": "primes below this number", "default": default, "least": 0,
            "most": BOUND_MOST}


LIMIT = number("limit", 10000)
VARIANT = {"name": "variant", "type": "choice", "summary": "the lab's program with its mistake, or without",
           "default": "as-written", "choices": ["as-written", "fixed"]}


def kernel(name, alias, summary, parameters, setup):
    size = parameters[0]["name"]
    return {
        "name": name,
        "aliases": alias,
        "summary": summary,
        "version": "1.0.0",
        "tags": ["primes", "generator", "lab"],
        "flags": ["deterministic"],
        "parameters": parameters,
        "setup": setup,
        "work": lambda a: {"items": a[size]},
        "expect": lambda a: expectation(a[size], a.get("variant") == "as-written"),
    }


def reach(arguments):
    return 1 if arguments["variant"] == "fixed" else 0


KERNELS = [
    kernel("primes.below", [], "primes below a bound, by filtering a list by each prime in turn",
           [number("bound", 1000)], lambda a, seed: Below(a["bound"])),
    kernel("primes.trial", ["primes1"], "primes by trial division up to the root",
           [LIMIT], lambda a, seed: UpTo(Primes, a["limit"])),
    kernel("primes.listed", ["primes2"], "primes by division by all the primes found so far",
           [LIMIT], lambda a, seed: UpTo(PrimesListed, a["limit"])),
    kernel("primes.listed_root", ["primes3"], "primes by division by the primes found up to the root",
           [LIMIT, VARIANT], lambda a, seed: UpTo(lambda: PrimesListedRoot(reach(a)), a["limit"])),
    kernel("primes.listed_root_break", ["primes4"], "the same, stopping at the first divisor",
           [LIMIT, VARIANT], lambda a, seed: UpTo(lambda: PrimesListedRootBreak(reach(a)), a["limit"])),
]

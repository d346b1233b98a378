#!/usr/bin/env python3
"""callcost.fib, .leaf and .med in Python, with and without cProfile. usage: callcost_python.py KERNEL ROUNDS

First a line: calls an iteration. Then a line a round: ns an iteration plain, under cProfile, and plain again."""
import cProfile
import random
import sys
import time


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def leaf(x):
    return x * 5 + 1 & 1023


def med(x):
    for _ in range(20):
        x = x * 5 + 1 & 1023
    return x


def fib_run():
    fib(18)


def leaf_run():
    x = 1
    for _ in range(20000):
        x = leaf(x)


def med_run():
    x = 1
    for _ in range(4000):
        x = med(x)


WORK = {"callcost.fib": (fib_run, 8361), "callcost.leaf": (leaf_run, 20000), "callcost.med": (med_run, 4000)}


def main():
    run, calls = WORK[sys.argv[1]]
    print(calls)

    def timed(profiled):
        profiler = cProfile.Profile()
        start = time.perf_counter_ns()
        if profiled:
            profiler.runcall(run)
        else:
            run()
        return time.perf_counter_ns() - start

    run()
    for _ in range(int(sys.argv[2])):
        order = [0, 1, 2]
        random.shuffle(order)
        took = {which: timed(which == 1) for which in order}
        print(took[0], took[1], took[2])


main()

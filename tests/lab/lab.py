#!/usr/bin/env python3
"""The lab's figures on this machine: its suites' tables, its numbers beside ours, how far assay agrees with timeit and with perf's
pipe, where the generators cross, and what fifty killed runs leave behind.

usage: lab.py BUILD_DIRECTORY [--only SECTION,...] [--pairs N] [--markdown]

Each figure has n, its 95 % interval, the bound, and PASS or SHORT. Tables of suites go to BUILD_DIRECTORY/lab. Sections:
timeit, pipe, suites, profile, numbers, crossover, cores, scaling, leftovers.
"""
import argparse
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "shared"))
import agreement  # noqa: E402
import crossings  # noqa: E402
import figures_table  # noqa: E402
import leftovers  # noqa: E402
import suites  # noqa: E402
from place import Failed, Place  # noqa: E402

SECTIONS = {
    "timeit": agreement.timeit,
    "pipe": agreement.pipe,
    "suites": suites.tables,
    "profile": suites.profiles,
    "numbers": suites.numbers,
    "crossover": crossings.crossover,
    "cores": suites.cores,
    "scaling": crossings.scaling,
    "leftovers": leftovers.killed,
}


def arguments(words):
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("build")
    parser.add_argument("--only", default="", help="sections, with commas between")
    parser.add_argument("--pairs", type=int, default=20, help="pairs of measurements where two tools are compared")
    parser.add_argument("--markdown", action="store_true")
    given = parser.parse_args(words)
    given.only = [name for name in given.only.split(",") if name]
    for name in given.only:
        if name not in SECTIONS:
            parser.error(f"unknown section '{name}': want {', '.join(SECTIONS)}")
    return given


def main(words):
    given = arguments(words)
    place = Place(given.build, given.pairs)
    made = []
    for name in given.only or SECTIONS:
        began = time.monotonic()
        try:
            section = SECTIONS[name](place)
        except Failed as problem:
            section = figures_table.Section(name, f"{name}: {problem}", figures_table.HEAD,
                                            [figures_table.Row("not measured", 0, float("nan"), bound=("exactly", 1))])
        made.append(section)
        shown = figures_table.markdown([section]) if given.markdown else figures_table.plain([section])
        print(shown, flush=True)
        print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    short = figures_table.short(made)
    print("SHORT: " + "; ".join(short) if short else "nothing is SHORT")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

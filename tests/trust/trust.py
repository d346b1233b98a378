#!/usr/bin/env python3
"""How far a verdict of `assay compare` can be trusted, on this machine: comparisons whose truth is known, counted. It fills a
matrix round by round, the cells that matter most in every round, and goes on where it was ended, however it was ended.

usage: trust.py BUILD_DIRECTORY [--time SECONDS] [--only CELL,...] [--state DIRECTORY] [--report] [--markdown]

cells: aa relink effect effect-relink half suite repeat fixed power self instructions rivals simulations
"""
import argparse
import collections
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import figures
import rivals
import store
import work

CELLS = ("aa", "relink", "effect", "effect-relink", "half", "suite", "repeat", "fixed", "power", "self",
         "instructions", "rivals", "simulations")
REPEATED_EFFECTS = (0.002, 0.005, 0.008, 0.012, 0.015, 0.02)
FIXED_PAIRS = 1200
RIVAL_SECONDS = 1.5
SUITE_KERNELS, SUITE_UNITS = "integer|branchy|l1|l2|allocation", range(1000, 1010)
MOST_FAILURES = 5  # in a row

Job = collections.namedtuple("Job", "cell kernel load effect method round")


def label(job):
    return f"{job.cell}/{job.kernel}/{job.load}/{job.effect:g}/{job.method}#{job.round}"


# ---- What a round holds ------------------------------------------------------------------------------------

def rival_combination(number):
    """(kernel, effect) of a round: every combination once in 35 rounds, in random order, A against A twice."""
    effects = (0.0,) + figures.RIVAL_EFFECTS
    all_of_them = [(kernel, effect) for kernel in figures.KERNELS for effect in effects]
    random.Random(f"rivals {number // len(all_of_them)}").shuffle(all_of_them)
    return all_of_them[number % len(all_of_them)]


def round_jobs(number, only):
    """The jobs of a round, shuffled: A against A for every kernel and load, and a share of the rest that goes round."""
    def turn(shift, among=figures.KERNELS):
        return among[(number + shift) % len(among)]

    def job(cell, kernel, load="idle", effect=0.0, method="assay"):
        return Job(cell, kernel, load, effect, method, number)

    jobs = [job("aa", kernel, load) for kernel in figures.KERNELS for load in figures.LOADS]
    jobs += [job("relink", turn(0)), job("effect", turn(1), effect=0.01), job("effect-relink", turn(2), effect=0.01)]
    jobs += [job("half", turn(0, figures.COMPUTE_BOUND)), job("fixed", turn(6))]
    if number % 2 == 0:
        jobs.append(job("repeat", turn(number // 2), effect=turn(0, REPEATED_EFFECTS)))
        kernel, effect = rival_combination(number // 2)
        jobs += [job("rivals", kernel, effect=effect, method=method) for method in ("assay",) + figures.RIVALS]
    else:
        jobs.append(job("power", turn(number // 2)))
    if number % 4 == 2:
        jobs.append(job("self", turn(number // 4), effect=0.01))
    if number < len(figures.KERNELS):
        jobs.append(job("instructions", turn(0), effect=0.01))
    if number == 1:
        jobs.append(job("simulations", "all", method="full" if list(only) == ["simulations"] else "quick"))
    if number % 20 == 3:
        jobs.append(job("suite", "all"))
    jobs = [job for job in jobs if job.cell in only]
    random.Random(f"round {number}").shuffle(jobs)
    return jobs


# ---- How a job is done: each returns its records ---------------------------------------------------------------

def with_truth(record, job, cell=None, effect=None):
    return dict(record, cell=cell or job.cell, kernel=job.kernel, load=job.load, method=job.method,
                effect=job.effect if effect is None else effect)


def one(place, job, *words, units=None, cache=None, plugins=(None, None), **truth):
    """One comparison of 1000 units with so many more as the effect says, or with `units`."""
    base, head = units or (1000, round(1000 * (1 + job.effect)))
    comparisons, _ = work.compare(place, work.name(job.kernel, base, plugins[0], place),
                                  work.name(job.kernel, head, plugins[1], place), *words, cache=cache)
    return with_truth(work.record_of(comparisons[0]), job, **truth)


def do_aa(place, job):
    with work.neighbour(place, job.load == "neighbour"):
        return [one(place, job)]


def do_self(place, job):
    """--self gives two comparisons: A against A, and A against A with about 1 % of work injected. What was injected is read from
    the document, not assumed."""
    comparisons, _ = work.compare(place, work.name(job.kernel, 1000, place=place), "--self", "1")
    return [with_truth(work.record_of(comparison), job, "injected" if comparison["injected"] else "aa",
                       comparison["injected"]) for comparison in comparisons]


def do_relink(place, job):
    with work.fresh(place, (None, label(job))) as (plugins, cache):
        return [one(place, job, plugins=plugins, cache=cache)]


def do_effect_relink(place, job):
    return do_relink(place, job)


def do_effect(place, job):
    return [one(place, job)]


def do_half(place, job):
    return [one(place, job, "--margin", "0.5%")]


def do_repeat(place, job):
    return [one(place, job), one(place, job)]


def do_fixed(place, job):
    return [one(place, job, "--pairs", str(FIXED_PAIRS))]


def do_power(place, job):
    """What A against A prints as the smallest difference that it would have found, is then there."""
    plain = one(place, job, "--pairs", str(FIXED_PAIRS), effect=0.0)
    smallest = plain["minimum_detectable_effect"]
    if not smallest:
        raise work.Failed("no smallest difference was printed")
    more = max(1, round(1000 * smallest))
    base = max(1, round(more / smallest))
    return [plain, one(place, job, "--pairs", str(FIXED_PAIRS), units=(base, base + more), effect=more / base)]


def do_instructions(place, job):
    return [one(place, job, "--instructions")]


def do_rivals(place, job):
    if job.method == "assay":
        record = one(place, job, "--budget", f"{RIVAL_SECONDS}s")
    else:
        record = with_truth(rivals.measure(place, job.method, job.kernel, job.effect), job)
    return [dict(record, cell="rival")]


def do_suite(place, job):
    """Two directories with the same plug-in, and ten sizes of five kernels."""
    with tempfile.TemporaryDirectory(dir=place.scratch) as scratch:
        sides = [pathlib.Path(scratch) / side for side in ("base", "head")]
        for side in sides:
            (side / "effort.builds").mkdir(parents=True)
            shutil.copy(place.effort, side)
            for file in ("timed.o", "link.json"):
                shutil.copy(place.effort.parent / "effort.builds" / file, side / "effort.builds")
        comparisons, wall_s = work.compare(place, *sides, "--filter", rf"^effort\.({SUITE_KERNELS}):", "-p",
                                           "units=" + ",".join(map(str, SUITE_UNITS)))
    records = [work.record_of(comparison) for comparison in comparisons]
    return [with_truth({"wall_s": wall_s, "pairs": len(records), "same": sum(r["verdict"] == "same" for r in records),
                        "different": sum(map(figures.is_false, records)), "verdict": "", "direction": 0}, job)]


def do_simulations(place, job):
    """Error rates of the statistics alone, in full (a quarter of an hour) if nothing else is asked for; the text is kept
    beside the records."""
    done = subprocess.run([place.programs / "trust-simulate", f"--{job.method}"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=False)
    (place.scratch.parent / "simulations.txt").write_text(done.stdout, encoding="utf-8")
    return [with_truth({"verdict": "", "direction": 0, "status": done.returncode}, job)]


DO = {"aa": do_aa, "self": do_self, "relink": do_relink, "effect": do_effect, "effect-relink": do_effect_relink, "half": do_half,
      "suite": do_suite, "repeat": do_repeat, "fixed": do_fixed, "power": do_power, "instructions": do_instructions,
      "rivals": do_rivals, "simulations": do_simulations}


# ---- Filling -----------------------------------------------------------------------------------------------------

def attempt(place, job):
    try:
        return DO[job.cell](place, job), None
    except (work.Failed, FileNotFoundError) as problem:
        return [with_truth({"failed": str(problem)}, job)], str(problem)


def fill(place, kept, seconds, only, rounds=None):
    """Rounds until the time is over. Failures in a row end it: then something is wrong that time does not mend."""
    end, failures, number, empty = time.monotonic() + seconds, 0, 0, 0
    while (rounds is None or number < rounds) and empty < 50:
        whole = round_jobs(number, only)
        jobs = [job for job in whole if label(job) not in kept.done]
        empty = 0 if whole else empty + 1  # some cells stand in a few rounds alone
        for job in jobs:
            if time.monotonic() >= end:
                return
            records, problem = attempt(place, job)
            for record in records:
                record["build"] = place.identity
            kept.add(label(job), records)
            failures = failures + 1 if problem else 0
            if problem:
                print(f"trust: {label(job)}: {problem}", file=sys.stderr)
            if failures >= MOST_FAILURES:
                sys.exit(f"trust: {failures} failures in a row")
        number += 1
        if jobs:
            left = max(0, end - time.monotonic())
            print(f"trust: round {number}, {len(kept.records):,} comparisons, {left:.0f} s left", file=sys.stderr, flush=True)


def report(state, records, as_markdown):
    """The tables, the simulations' words, and what is SHORT. False: something is."""
    made = figures.sections(records)
    builds = collections.Counter(record["build"] for record in records)
    if len(builds) > 1:
        print("comparisons of more than one build of assay: "
              + ", ".join(f"{n:,} by {build}" for build, n in builds.items()) + "\n")
    print((figures.markdown if as_markdown else figures.plain)(made))
    simulated = pathlib.Path(state) / "simulations.txt"
    if simulated.exists():
        print("Simulations\n" + simulated.read_text(encoding="utf-8"))
    missed = figures.short(made)
    statuses = [r["status"] for r in records if r["cell"] == "simulations" and "status" in r]
    if statuses and statuses[-1] != 0:
        missed.append("simulations")
    print("nothing is SHORT" if not missed else "SHORT: " + "; ".join(missed))
    return not missed


def arguments(words):
    parser = argparse.ArgumentParser(prog="trust.py", description=__doc__.partition("\n\n")[0])
    parser.add_argument("build")
    parser.add_argument("--time", type=float, default=3600, metavar="SECONDS")
    parser.add_argument("--only", default=",".join(CELLS), metavar="CELL,...")
    parser.add_argument("--state", metavar="DIRECTORY")
    parser.add_argument("--rounds", type=int, help="end after so many")
    parser.add_argument("--report", action="store_true", help="print what there is, and measure nothing")
    parser.add_argument("--markdown", action="store_true")
    given = parser.parse_args(words)
    given.only = given.only.split(",")
    for cell in given.only:
        if cell not in CELLS:
            parser.error(f"bad --only '{cell}': want some of {', '.join(CELLS)}")
    given.state = given.state or os.path.join(given.build, "trust")
    return given


def main(words):
    given = arguments(words)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    kept = store.Store(given.state, write=not given.report)
    if not given.report:
        try:
            fill(work.Place(given.build, given.state), kept, given.time, given.only, given.rounds)
        except KeyboardInterrupt:
            print("trust: ended; the next call goes on from here", file=sys.stderr)
    return 0 if report(given.state, kept.records, given.markdown) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

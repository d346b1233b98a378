#!/usr/bin/env python3
"""What profiling costs and how true profiles are, on this machine, beside other profilers: figures, each with n, interval, bound and PASS
or SHORT. What was measured is kept; a stopped run goes on where it was.

usage: hookcost.py BUILD_DIRECTORY [--time SECONDS] [--only SECTION,...] [--profiles N] [--state DIRECTORY] [--report] [--markdown]

sections: cost own causal self sampling contexts billion unprivileged lab
"""
import argparse
import os
import signal
import sys
import time

import arithmetic
import checks
import cost
import owntime
import place as places

# section: (its jobs: (round, key, what does it); what its records prove)
SECTIONS = {"cost": (cost.jobs, cost.report), "own": (owntime.jobs, owntime.report),
            "causal": (owntime.causal_jobs, owntime.causal_report), "self": (checks.self_jobs, checks.self_report),
            "sampling": (checks.sampling_jobs, checks.sampling_report), "contexts": (cost.contexts_jobs, cost.contexts_report),
            "billion": (cost.billion_jobs, cost.billion_report),
            "unprivileged": (checks.unprivileged_jobs, checks.unprivileged_report), "lab": (checks.lab_jobs, checks.lab_report)}


def schedule(only, wish):
    """All jobs, by round: what is ended early has a little of everything."""
    made = [job for section in SECTIONS if section in only for job in SECTIONS[section][0](wish)]
    return sorted(made, key=lambda job: job[0])


def fill(place, kept, only, wish, seconds):
    """Jobs until the time is over. A job that fails is told, kept as a failure, and tried again by the next run."""
    end, done, failed = time.monotonic() + seconds, 0, 0
    todo = [job for job in schedule(only, wish) if job[1] not in kept.done]
    for _, key, do in todo:
        if time.monotonic() >= end:
            print(f"hookcost: the time is over, {len(todo) - done} measurements are left; the next call goes on", file=sys.stderr)
            return
        try:
            records = do(place, kept.records)
        except (places.Failed, OSError) as problem:
            records, failed = [{"failed": str(problem)}], failed + 1
            print(f"hookcost: {key}: {problem}", file=sys.stderr)
        for record in records:
            record["build"] = place.identity
        kept.add(key, records)
        done += 1
        if done % 20 == 0:
            print(f"hookcost: {done} of {len(todo)}, {max(0, end - time.monotonic()):.0f} s left", file=sys.stderr, flush=True)


def failures(records):
    """What could not be measured and still is not, each once."""
    good = {r["job"] for r in records if "failed" not in r}
    said = {}
    for r in records:
        if "failed" in r and r["job"] not in good:
            said.setdefault((r["job"].partition("#")[0], r["failed"]), []).append(r)
    rows = [(name, str(len(found)), words) for (name, words), found in sorted(said.items())]
    return [arithmetic.Section("failures", "Not measured", ("", "n", ""), rows)] if rows else []


def report(records, only, as_markdown):
    """The tables, and what is SHORT. False: something is, or nothing was measured."""
    measured = [r for r in records if "failed" not in r]
    made = [section for name in SECTIONS if name in only for section in SECTIONS[name][1](measured)]
    made = [section for section in made if section.rows] + failures(records)
    builds = {r["build"] for r in records}
    if len(builds) > 1:
        print(f"measurements of {len(builds)} builds of assay: remove the state to begin anew\n")
    print((arithmetic.markdown if as_markdown else arithmetic.plain)(made))
    missed = arithmetic.short(made)
    print("nothing is SHORT" if not missed else "SHORT: " + "; ".join(missed))
    return not missed and bool(measured)


def arguments(words):
    parser = argparse.ArgumentParser(prog="hookcost.py", description=__doc__.partition("\n\n")[0])
    parser.add_argument("build")
    parser.add_argument("--time", type=float, default=3600, metavar="SECONDS")
    parser.add_argument("--only", default=",".join(SECTIONS), metavar="SECTION,...")
    parser.add_argument("--profiles", type=int, default=200, help="of each case (default: 200)")
    parser.add_argument("--state", metavar="DIRECTORY")
    parser.add_argument("--report", action="store_true", help="print what there is, and measure nothing")
    parser.add_argument("--markdown", action="store_true")
    given = parser.parse_args(words)
    given.only = given.only.split(",")
    for section in given.only:
        if section not in SECTIONS:
            parser.error(f"bad --only '{section}': want some of {', '.join(SECTIONS)}")
    if given.profiles < 1:
        parser.error(f"bad --profiles '{given.profiles}': want 1 or more")
    given.state = given.state or os.path.join(given.build, "hookcost")
    return given


def main(words):
    given = arguments(words)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    kept = places.Store(given.state, write=not given.report)
    if not given.report:
        try:
            fill(places.Place(given.build, given.state), kept, given.only, {"profiles": given.profiles}, given.time)
        except KeyboardInterrupt:
            print("hookcost: ended; the next call goes on from here", file=sys.stderr)
    return 0 if report(kept.records, given.only, given.markdown) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

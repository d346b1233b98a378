#!/usr/bin/env python3
"""assay's own figures: each with n, the figure, its 95 % interval, the bound, and PASS or SHORT.

usage: selfbench.py BUILD_DIRECTORY [NAME...]      names: round share list ready empty million coverage
"""
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "shared"))
from figures_table import median_interval  # noqa: E402

BUILD = Path(sys.argv[1]).resolve()
ASSAY = BUILD / "assay"
SELF = BUILD / "tests/selfbench"
WANTED = sys.argv[2:]
short = []


def say(name, values, unit, bound, passes=None):
    figure, low, high = median_interval(values)
    ok = figure <= bound if passes is None else passes(figure)
    sign = "at most" if passes is None else "at least"
    print(f"{name:<52} n={len(values):<5} {figure:.4g} [{low:.4g}, {high:.4g}] {unit}  bound {sign} {bound:g}  {'PASS' if ok else 'SHORT'}", flush=True)
    if not ok:
        short.append(name)


def assay(*arguments, scratch, **options):
    environment = dict(os.environ, XDG_CACHE_HOME=f"{scratch}/cache", XDG_STATE_HOME=f"{scratch}/state", ASSAY_PATH=str(SELF))
    environment.update(options.pop("environment", {}))
    return subprocess.run([ASSAY, *arguments], env=environment, cwd=scratch, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, **options)


def document(*arguments, scratch):
    path = f"{scratch}/document.json"
    done = assay("run", "--quiet", "-o", path, *arguments, scratch=scratch)
    if done.returncode not in (0, 3):
        sys.exit(f"selfbench: assay run {' '.join(arguments)}: {done.stderr.decode()}")
    return json.loads(Path(path).read_text())


def bench_round(scratch):
    last = str(max(os.sched_getaffinity(0)))
    first = str(min(os.sched_getaffinity(0)))
    for title, own, bound in (("round, both on one processor", last, 12), ("round, across two processors", first, 110)):
        out = subprocess.run([SELF / "selfbench-round", BUILD / "assay-worker", SELF / "self.so", own, last, "40"],
                             stdout=subprocess.PIPE, check=True, text=True).stdout
        rounds, turns = zip(*[map(float, line.split()) for line in out.splitlines()])
        say(title, rounds, "us", bound)
        _, low, high = median_interval(turns)
        print(f"    of which a bare pipe's turn there and back {'':<6} n={len(turns):<5} {statistics.median(turns):.4g} [{low:.4g}, {high:.4g}] us  (for scale)")


def bench_share(scratch):
    shares = []
    document(scratch=scratch)  # the first run links layouts
    for _ in range(3):
        start = time.monotonic()
        result = document(scratch=scratch)
        wall_ns = (time.monotonic() - start) * 1e9
        timed = sum(sum(b["samples"]["elapsed_ns"]) + sum(p["warmup_ns"] or 0 for p in b["processes"]) for b in result["benchmarks"])
        shares.append(timed / wall_ns * 100)
    say("wall time of `run` inside batches or warm-up", shares, "%", 90, lambda figure: figure >= 90)


def bench_list(scratch):
    many = Path(scratch) / "many"
    many.mkdir()
    for i in range(1000):
        shutil.copy(SELF / "self.so", many / f"plugin{i:04}.so")
    environment = {"ASSAY_PATH": str(many)}
    assay("list", scratch=scratch, environment=environment)
    times = []
    for _ in range(41):
        start = time.perf_counter()
        done = assay("list", scratch=scratch, environment=environment)
        times.append((time.perf_counter() - start) * 1e3)
    lines = done.stdout.count(b"\n")
    say(f"`list` of 1,000 cached plug-ins ({lines} lines)", times, "ms", 20)


def bench_ready(scratch):
    result = document("self.empty", "--order", "sequential", "--processes", "60", "--samples", "60", scratch=scratch)
    say("a worker is ready (started, greeted, set up)", [p["startup_ns"] / 1e6 for p in result["benchmarks"][0]["processes"]], "ms", 3)


def bench_empty(scratch):
    samples = document("self.empty", scratch=scratch)["benchmarks"][0]["samples"]
    say("an iteration of an empty kernel", [e / i for e, i in zip(samples["elapsed_ns"], samples["iterations"])], "ns", 1)


def bench_million(scratch):
    seconds, megabytes = [], []
    for _ in range(7):
        out = subprocess.run([SELF / "selfbench-million", f"{scratch}/million.json"], stdout=subprocess.PIPE, check=True, text=True).stdout
        found = dict(part.split("=") for part in out.split() if "=" in part)
        seconds.append(float(found["read_s"]))
        megabytes.append(float(found["peak_mb"]))
    say("1,000,000 samples read back", seconds, "s", 2)
    say("1,000,000 samples in memory, peak", megabytes, "MB", 300)


def bench_coverage(scratch):
    kernels = ["primes.below:bound=200", "primes.trial:limit=1000", "sieve.bytes:limit=5000", "sieve.odd_bits:limit=5000", "self.two_modes"]
    document(*kernels, "--processes", "2000", "--samples", "6000", "--batch", "1ms", "--warmup", "1ms", scratch=scratch)
    done = subprocess.run([SELF / "selfbench-coverage", f"{scratch}/document.json", "10"], stdout=subprocess.PIPE, text=True)
    print("coverage of the 95 % interval, 200 runs of 10 processes each:")
    print(done.stdout, end="", flush=True)
    if done.returncode != 0:
        short.append("coverage")


def main():
    for name, bench in [(k[6:], v) for k, v in globals().items() if k.startswith("bench_")]:
        if not WANTED or name in WANTED:
            with tempfile.TemporaryDirectory(prefix="assay-selfbench-") as scratch:
                bench(scratch)
    print("all figures within their bounds" if not short else f"SHORT: {', '.join(short)}")


main()

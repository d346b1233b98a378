"""The rules of other tools on the same kernels, each with its own way to measure and its own way to decide. Each returns what
assay's records hold: a verdict, a direction, the seconds. Knows no table."""
import json
import math
import pathlib
import shlex
import statistics
import tempfile
import time

from scipy import stats

import work

EPOCH_NS = 60e6  # so that 2 x 11 epochs or runs take about as long as google-benchmark's 2 x 10 repetitions do
BATCH_NS = 2.5e6
ALPHA = 0.05


def decide(ratio, different):
    direction = 0 if not different else 1 if ratio > 1 else -1
    return {"ratio": ratio, "direction": direction, "verdict": ("faster", "same", "slower")[direction + 1],
            "direction_at_s": None, "spread": None}


def must(words, place):
    status, out, err = work.run(words, place, pin=place.worker)
    if status != 0:
        raise work.Failed(f"{pathlib.Path(words[0]).name}: status {status}: {work.first_line(err)}")
    return out


def drive(place, kernel, iterations, epochs, *units):
    """Times of the driver's epochs in ns an iteration, a list for each of `units`."""
    out = must([place.programs / "trust-driver", f"effort.{kernel}", iterations, epochs, *units], place)
    times = [float(line.split()[1]) for line in out.splitlines()]
    return [times[i * epochs:(i + 1) * epochs] for i in range(len(units))]


_iteration_ns = {}


def iterations_for(place, kernel, ns):
    """How many iterations take `ns` here: asked once a kernel."""
    if kernel not in _iteration_ns:
        _iteration_ns[kernel] = statistics.median(drive(place, kernel, 20, 9, 1000)[0])
    return max(1, round(ns / _iteration_ns[kernel]))


# ---- Rules, on numbers alone ----------------------------------------------------------------------------------

def u_test(base, head):
    """google-benchmark's tools/compare.py: Mann and Whitney's U test over the repetitions, two-sided, 5 %."""
    p = stats.mannwhitneyu(base, head, alternative="two-sided").pvalue
    return decide(statistics.median(head) / statistics.median(base), p < ALPHA)


def own_interval(base, head):
    """hyperfine: the slower mean over the faster, plus or minus the deviation that error propagation gives; different if
    that leaves out 1."""
    means = [statistics.fmean(times) for times in (base, head)]
    slow, fast = (1, 0) if means[1] >= means[0] else (0, 1)
    ratio = means[slow] / means[fast]
    parts = [statistics.stdev(times) / mean for times, mean in zip((base, head), means)]
    deviation = ratio * math.hypot(*parts)
    return decide(means[1] / means[0], ratio - deviation > 1)


def disjoint_errors(base, head):
    """nanobench: medians of 11 epochs, each with its median absolute percentage error; different if these do not touch."""
    medians = [statistics.median(times) for times in (base, head)]
    errors = [statistics.median(abs(time / middle - 1) for time in times)
              for times, middle in zip((base, head), medians)]
    ratio = medians[1] / medians[0]
    return decide(ratio, abs(ratio - 1) > sum(errors))


def t_test(base, head):
    """Welch's t test over batches, two-sided, 5 %."""
    p = stats.ttest_ind(base, head, equal_var=False).pvalue
    return decide(statistics.fmean(head) / statistics.fmean(base), p < ALPHA)


# ---- Ways to measure ---------------------------------------------------------------------------------------------

def google_benchmark(place, kernel, units):
    sides = []
    for side in (1000, units):
        out = must([place.programs / "trust-gbench", f"effort.{kernel}", side, "--benchmark_repetitions=10",
                    "--benchmark_min_time=0.05", "--benchmark_format=json"], place)
        sides.append([run["real_time"] for run in json.loads(out)["benchmarks"] if run["run_type"] == "iteration"])
    return u_test(*sides)


def hyperfine(place, kernel, units):
    iterations = iterations_for(place, kernel, EPOCH_NS / 2)  # of two epochs: the driver's first is not timed by itself
    with tempfile.TemporaryDirectory(dir=place.scratch) as scratch:
        path = pathlib.Path(scratch) / "times.json"
        lines = [f"{shlex.quote(str(place.programs / 'trust-driver'))} effort.{kernel} {iterations} 1 {side}" for side in (1000, units)]
        must(["hyperfine", "-N", "--warmup", "1", "--runs", "10", "--export-json", path, *lines], place)
        sides = [result["times"] for result in json.loads(path.read_text(encoding="utf-8"))["results"]]
    return own_interval(*sides)


def nanobench(place, kernel, units):
    return disjoint_errors(*drive(place, kernel, iterations_for(place, kernel, EPOCH_NS), 11, 1000, units))


def welch(place, kernel, units):
    epochs = round(11 * EPOCH_NS / BATCH_NS)
    return t_test(*drive(place, kernel, iterations_for(place, kernel, BATCH_NS), epochs, 1000, units))


WAYS = {"google-benchmark": google_benchmark, "hyperfine": hyperfine, "nanobench": nanobench, "welch": welch}


def measure(place, method, kernel, effect):
    start = time.monotonic()
    record = WAYS[method](place, kernel, round(1000 * (1 + effect)))
    record["seconds"] = time.monotonic() - start
    return record

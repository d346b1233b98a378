"""assay beside the tools that people trust already, in turns on one processor: timeit, and perf's pipe."""
import re

from figures_table import HEAD, Row, Section
from place import Failed, find


def in_turns(place, first, second):
    """Pairs of both, who begins changing each time; the ratios of the first to the second."""
    ratios = []
    for pair in range(place.pairs):
        order = (first, second) if pair % 2 == 0 else (second, first)
        values = {measure: measure(place) for measure in order}
        ratios.append(values[first] / values[second])
    return ratios


# ---- timeit ------------------------------------------------------------------------------------------------

SETUP = "import sys; sys.path.insert(0, {path!r}); from primes import PrimesBelow"


def python_timeit_us(place):
    """`python3 -m timeit`, best of 5 as it prints it."""
    setup = SETUP.format(path=str(place.source / "kernels" / "python"))
    out = place.run("taskset", "-c", place.cpu, "/usr/bin/python3", "-m", "timeit", "-u", "usec", "-s", setup,
                    "list(PrimesBelow(1000))")
    return best_us(out)


def assay_timeit_us(place):
    out = place.run("taskset", "-c", place.cpu, place.assay, "timeit", "-u", "usec", "primes.below:bound=1000@cpython")
    return best_us(out)


def best_us(out):
    found = re.search(r"best of \d+: ([0-9.e+]+) usec per loop", out)
    if not found:
        raise Failed(f"no time in '{out.strip()[:80]}'")
    return float(found.group(1))


def timeit(place):
    ratios = in_turns(place, assay_timeit_us, python_timeit_us)
    rows = [Row.of_values("assay timeit over python3 -m timeit", [100 * (ratio - 1) for ratio in ratios], "% more", ("within", 3),
                          "primes.below:bound=1000@cpython, best of 5 of each")]
    return Section("timeit", "Agreement with timeit, pair by pair", HEAD, rows)


# ---- perf bench sched pipe ---------------------------------------------------------------------------------

ROUND_TRIPS = 200000


def perf_us(place):
    out = place.run("taskset", "-c", place.cpu, "perf", "bench", "-f", "simple", "sched", "pipe", "-l", ROUND_TRIPS)
    seconds = float(out.split()[0])
    return seconds / ROUND_TRIPS * 1e6


def square_us(place):
    """The throughput of the same thing: an iteration is ten round trips."""
    _, document = place.document("run", "square.process_queue:transport=pipe,placement=same", "--cpu", place.cpu, "--processes",
                                 "3", "--samples", "30", "--warmup", "50ms")
    benchmark = find(document, kernel="square.process_queue")[0]
    if benchmark["status"] != "ok":
        raise Failed(f"{benchmark['status']}: {benchmark['message']}")
    return benchmark["statistics"]["median"] / 10 / 1e3


def pipe(place):
    theirs = []

    def noted(where):
        theirs.append(perf_us(where))
        return theirs[-1]

    ratios = in_turns(place, square_us, noted)
    rows = [Row.of_values("square.process_queue by pipe over perf bench sched pipe", [100 * (ratio - 1) for ratio in ratios], "% more",
                          ("within", 10), "both ends on one processor"),
            Row.of_values("perf bench sched pipe", theirs, "us a round trip")]
    return Section("pipe", "Agreement with perf's pipe, pair by pair", HEAD, rows)

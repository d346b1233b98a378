"""The lab's suites as tables, its numbers beside this machine's, and what measuring at once does."""
from figures_table import HEAD, Row, Section
from place import Failed, find

SUITES = ("lab-timeit", "lab-squares", "lab-random", "sieves", "drag-race")
# On the laptop of the lab's author: microseconds for list(PrimesBelow(1000)).
LAB_US = {"cpython": 1760, "pypy": 482, "cython": 383}


def tables(place):
    """Each suite to its end: everything that is there verifies. The texts are kept."""
    rows = []
    for name in SUITES:
        _, document = place.document("run", "--suite", name, keep=name)
        wrong = [each["id"] for each in document["benchmarks"] if each["status"] not in ("ok", "unavailable")]
        gone = [each["id"] for each in document["benchmarks"] if each["status"] == "unavailable"]
        unknown = [each["id"] for each in document["benchmarks"] if each["status"] == "ok" and each["verified"] is not True]
        note = "; ".join(filter(None, (f"unavailable: {', '.join(gone)}" if gone else "",
                                       f"no oracle: {', '.join(unknown)}" if unknown else "")))
        rows.append(Row(f"{name}: benchmarks that failed", len(document["benchmarks"]), len(wrong), bound=("exactly", 0),
                        note=note or ", ".join(wrong)))
    return Section("suites", "The suites; their tables are in the directory lab", HEAD, rows)


# Calls of the generator's `next` below 10,000, one more than there are values: the lab's own cProfile. primes.below has none
# in the lab's table; it ends by itself, so one call more than primes as well.
CALLS = {"primes.below": 1230, "primes.trial": 1230, "primes.listed": 1230, "primes.listed_root": 1265,
         "primes.listed_root_break": 1265}


def profiles(place):
    """The lab's walk: the profile of each generator, in C and in CPython."""
    _, document = place.document("profile", "--suite", "lab-profile", "--budget", "150s", keep="lab-profile")
    rows = []
    for profile in document["profiles"]:
        benchmark = document["benchmarks"][profile["benchmark"]]
        calls = [row["calls"] for row in profile["functions"] if row["name"].endswith("next") or "__next__" in row["name"]]
        rows.append(Row(f"{benchmark['kernel']}@{benchmark['implementation']}: calls of next", 1, max(calls, default=0),
                        bound=("exactly", CALLS[benchmark["kernel"]])))
    return Section("profile", "assay profile --suite lab-profile; the tables are in the directory lab", HEAD, rows)


def interval(benchmark):
    statistics = benchmark["statistics"]
    low, high = statistics["ci95"] or (float("nan"), float("nan"))
    return statistics["processes"], statistics["median"], low, high


def numbers(place):
    """PrimesBelow(1000) as a list: the lab's microseconds, and ours."""
    _, document = place.document("run", "--suite", "lab-timeit", keep="lab-timeit")
    rows = []
    for implementation in ("c", *LAB_US):
        for benchmark in find(document, kernel="primes.below", implementation=implementation):
            if benchmark["statistics"] is None:
                raise Failed(f"{benchmark['id']}: {benchmark['status']}: {benchmark['message']}")
            n, median, low, high = interval(benchmark)
            lab = LAB_US.get(implementation)
            rows.append(Row(implementation, n, median / 1e3, low / 1e3, high / 1e3, "us",
                            note=f"the lab: {lab} us; ours is {median / 1e3 / lab:.3f} of it" if lab else "the lab has none"))
    return Section("numbers", "list(PrimesBelow(1000)), construction inside", HEAD, rows)


def cores(place):
    """A, B and C in turn and at once."""
    _, document = place.document("run", "--suite", "lab-cores", keep="lab-cores")
    rows = []
    for together in (each for each in document["benchmarks"] if each["jobs"] > 1):
        alone = [each for each in document["benchmarks"] if each["jobs"] == 1 and each["id"] == together["id"]]
        if not alone or together["statistics"] is None:
            raise Failed(f"{together['id']}: was not measured alone and together")
        (n, one, one_low, one_high), (_, many, many_low, many_high) = interval(alone[0]), interval(together)
        rows.append(Row(together["id"], n, many / one, many_low / one_high, many_high / one_low, "times",
                        note=f"alone {one / 1e6:.4g} ms, {together['jobs']} at once {many / 1e6:.4g} ms"))
    return Section("cores", f"Measured at once over alone ({'; '.join(document['warnings'])})", HEAD, rows)

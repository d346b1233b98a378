"""What a hook adds to a call (enter and exit together), ours and those of others, on the same source: section `cost`. And whether
counts stay exact, also where there are many: sections `contexts` and `billion`."""
import statistics

import arithmetic
import peers
import place as places

PROCESSES, ROUNDS = 9, 15
FIBONACCI_25 = 2 * 121393 - 1  # calls of fib(25): 2 F(26) - 1, and F(26) = 121393 (OEIS A000045)
# kernel: (parameters, calls an iteration, iterations a batch without hooks of about 4 ms)
KERNELS = {"callcost.fib": ({"n": 25}, FIBONACCI_25, 8), "callcost.leaf": ({"calls": 100000}, 100000, 20),
           "callcost.med": ({"calls": 10000, "steps": 116}, 10000, 2)}
# title: (build, what the driver records, threads, ns a call at most)
CELLS = {"counts, one thread": ("counts", "calls", 1, 1.0), "counts, two threads": ("counts", "calls", 2, 3.0),
         "tree, every call timed": ("profile", "tree", 1, 40.0), "tree, two threads": ("profile", "tree", 2, None),
         "tree, 1/64 of the calls timed": ("profile", "0.015625", 1, 8.0)}
BILLION, DEPTH, CONTEXTS = 10**9, 7, 11111110  # 10 + 100 + ... + 10^7


def drive(place, build, record, threads, rounds, iterations, kernel, parameters):
    """Rounds of (plain, hooked, plain again) ns an iteration, and what the last hooked batch counted."""
    out = places.run([place.programs / "hookcost-driver", place.callcost, place.hooked(place.callcost, build), record, threads, rounds,
                      iterations, kernel, *(f"{name}={value}" for name, value in parameters.items())], place)
    counted = [int(word) for word in out.splitlines()[-1].split()[1:]]
    return places.floats(out), dict(zip(("by_function", "by_context", "contexts", "bytes", "lost"), counted))


def exact(counted, record, expected):
    return counted["by_function" if record == "calls" else "by_context"] == expected and counted["lost"] == 0


def measure(place, cell, kernel):
    build, record, threads, _ = CELLS[cell]
    parameters, calls, iterations = KERNELS[kernel]
    rounds, counted = drive(place, build, record, threads, ROUNDS, iterations, kernel, parameters)
    added, factor, nothing = arithmetic.added_a_call(rounds, calls)
    plain = statistics.median(times[0] for times in rounds) / calls
    # The function that the worker calls is one call a thread and batch.
    return [{"cell": cell, "kernel": kernel, "added": added, "factor": factor, "nothing": nothing, "plain": plain,
             "exact": exact(counted, record, threads * (calls * iterations + 1))}]


def measure_peer(place, method, kernel):
    rounds, calls = peers.cost(place, method, kernel)
    added, factor, nothing = arithmetic.added_a_call(rounds, calls)
    return [{"cell": method, "kernel": kernel, "added": added, "factor": factor, "nothing": nothing}]


def jobs(_wish):
    made = []
    for number in range(PROCESSES):
        for cell in CELLS:
            for kernel in KERNELS:
                made.append((number, f"cost/{cell}/{kernel}#{number}",
                             lambda place, _records, cell=cell, kernel=kernel: measure(place, cell, kernel)))
        for method in peers.METHODS:
            for kernel in KERNELS:
                made.append((number, f"cost/{method}/{kernel}#{number}",
                             lambda place, _records, method=method, kernel=kernel: measure_peer(place, method, kernel)))
    return made


def rows_of(records, titles, bounds):
    rows = []
    for title in titles:
        for kernel in KERNELS:
            mine = [r for r in records if r["cell"] == title and r["kernel"] == kernel]
            if mine:
                factor = statistics.median(r["factor"] for r in mine)
                nothing = statistics.median(r["nothing"] for r in mine)
                rows.append(arithmetic.Row.of_values(f"{title}: {kernel}", [r["added"] for r in mine], "ns a call", bounds.get(title),
                                                     f"{factor:.3g} times as long; plain against plain {nothing:+.2g} ns"))
    return rows


def report(records):
    mine = [r for r in records if r["job"].startswith("cost/")]
    bounds = {title: ("most", cell[3]) for title, cell in CELLS.items() if cell[3] is not None}
    rows = rows_of(mine, CELLS, bounds)
    for title in CELLS:
        found = [r["exact"] for r in mine if r["cell"] == title]
        if found:
            rows.append(arithmetic.Row.of_share(f"{title}: counts exact", sum(found), len(found), ("exactly", 100)))
    return [arithmetic.Section("cost", "Added cost a call, enter and exit", arithmetic.HEAD, rows),
            arithmetic.Section("cost-peers", "Added cost a call, others", arithmetic.HEAD, rows_of(mine, peers.METHODS, {}))]


# ---- Many contexts, and many calls -----------------------------------------------------------------------------------

def contexts(place, _records):
    rounds, counted = drive(place, "profile", "tree", 1, 1, 1, "callcost.contexts", {"depth": DEPTH})
    return [{"cell": "contexts", "exact": exact(counted, "tree", CONTEXTS + 1), "contexts": counted["contexts"],
             "megabytes": counted["bytes"] / 1e6, "seconds": rounds[0][1] / 1e9}]


def contexts_profile(place, _records):
    """The whole command on it: it must end, and say what it folded."""
    made = places.document(place, places.spell(place.callcost, "callcost.contexts", {"depth": DEPTH}), "--budget", "60s")
    profile = made["profiles"][0]
    return [{"cell": "contexts-profile", "exact": profile["calls"] == CONTEXTS + 1,
             "folded": (profile["hooks"] or {}).get("folded_calls"), "notes": profile["notes"]}]


def contexts_jobs(_wish):
    return [(0, "contexts/driver#0", contexts), (0, "contexts/profile#0", contexts_profile)]


def contexts_report(records):
    rows = []
    for r in records:
        if r["job"].startswith("contexts/driver"):
            rows += [arithmetic.Row("calls in 11,111,111 contexts exact", 1, 100.0 * r["exact"], unit="%", bound=("exactly", 100)),
                     arithmetic.Row("contexts kept", 1, r["contexts"]),
                     arithmetic.Row("memory, said by the hooks", 1, r["megabytes"], unit="MB"),
                     arithmetic.Row("time of the hooked iteration", 1, r["seconds"], unit="s")]
        elif r["job"].startswith("contexts/profile"):
            rows.append(arithmetic.Row("`assay profile` ends, calls exact", 1, 100.0 * r["exact"], unit="%", bound=("exactly", 100),
                                       note=" ".join(r["notes"])[:120]))
    return [arithmetic.Section("contexts", "Eleven million calling contexts", arithmetic.HEAD, rows)]


def billion(place, record, build):
    _, counted = drive(place, build, record, 1, 0, 1, "callcost.billion", {"calls": BILLION})
    return [{"cell": "billion", "record": record, "exact": exact(counted, record, BILLION + 1)}]


def billion_jobs(_wish):
    ways = (("calls", "counts"), ("tree", "profile"), ("0.015625", "profile"))
    return [(0, f"billion/{record}#0", lambda place, _records, record=record, build=build: billion(place, record, build))
            for record, build in ways]


def billion_report(records):
    titles = {"calls": "counts", "tree": "tree, every call timed", "0.015625": "tree, 1/64 of the calls timed"}
    rows = [arithmetic.Row(titles[r["record"]], 1, 100.0 * r["exact"], unit="% exact", bound=("exactly", 100))
            for r in records if r["job"].startswith("billion/")]
    return [arithmetic.Section("billion", "A run with 10^9 calls", arithmetic.HEAD, rows)]

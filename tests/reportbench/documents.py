#!/usr/bin/env python3
"""Documents of a wanted size, as runs would leave them: times in the digits that the worker writes. Always the same. Measures nothing.

usage: documents.py samples BENCHMARKS SAMPLES FILE      SAMPLES of each benchmark
       documents.py profile NODES FILE
"""
import json
import math
import random
import statistics
import sys

PROCESSES = 10
GROUP = 5  # benchmarks of a group


def frame():
    """A document without benchmarks."""
    known = {"cpu": {"model": {"value": "Example Processor 9000", "source": "libcpuid 0.6.2"},
                     "logical": {"value": 2, "source": "sched_getaffinity"}},
             "frequency": {"governor": {"value": None, "reason": "no cpufreq in this virtual machine"}}}
    session = {"id": "00112233445566778899aabbccddeeff", "created": "2026-11-22T16:10:31Z", "command": "assay run", "seed": "1",
               "duration_s": 600}
    return {"schema": "assay.result/1", "id": "0123456789abcdef0123456789abcdef", "created": "2026-11-22T16:10:31Z",
            "tool": {"name": "assay", "version": "0.1.0", "commit": "1f0c7a2"}, "command": "assay run", "seed": "1",
            "suite": {"name": "figures", "version": "1.0.0"}, "environment": known, "sessions": [session], "benchmarks": [], "warnings": []}


def statistics_of(times, processes):
    ordered = sorted(times)
    medians = sorted(statistics.median(times[i::processes]) for i in range(processes))
    middle = statistics.median(ordered)
    return {"samples": len(times), "processes": processes, "sessions": 1, "min": ordered[0], "median": middle,
            "mean": math.fsum(ordered) / len(ordered), "max": ordered[-1], "stddev": statistics.pstdev(ordered),
            "mad": statistics.median(abs(time - middle) for time in ordered), "p05": ordered[len(ordered) // 20],
            "p95": ordered[-1 - len(ordered) // 20], "spread_within": 0.0016, "spread_between": 0.0019,
            "ci95": [medians[1], medians[-2]], "ci95_reason": None}


def benchmark(chance, index, count):
    iterations, base_ns = 40 + index, 250_000 * (1 + index % GROUP * 0.21)
    start_ns, columns = index * 11_000_000, {name: [] for name in (
        "iterations", "elapsed_ns", "cpu_ns", "start_ns", "process", "voluntary_switches", "involuntary_switches", "migrations", "steal_ns",
        "faults")}
    for i in range(count):
        whole = round(iterations * base_ns * chance.lognormvariate(0, 0.01) * (1.3 if chance.random() < 0.01 else 1))
        elapsed = whole + chance.choice((0, 0, -0.001, 0.003, -0.002, 0.001))  # seconds in a double, times 10^9
        start_ns += whole * GROUP + chance.randrange(200_000, 900_000)
        for name, value in zip(columns, (iterations, elapsed, whole - chance.randrange(-3000, 9000), start_ns, i % PROCESSES, 0,
                                         int(chance.random() < 0.02), 0, 0, 0)):
            columns[name].append(value)
    process = {"session": 0, "layout": 0, "processor": 1, "build_id": "5f3c0a9b11d2", "steady": True, "warmup_ns": 31000000,
               "startup_ns": 2100000, "peak_bytes": 4200000}
    return {"id": f"figures.kernel{index}:limit=10000", "kernel": f"figures.kernel{index}", "version": "1.0.0",
            "parameters": {"limit": "10000"}, "implementation": "c", "plugin": "kernels/figures.so", "build": "gcc 12.2.0 -O2",
            "mode": "warm", "threads": 1, "jobs": 1, "group": f"group {index // GROUP} (limit=10000)", "baseline": False, "tags": [], "status": "ok",
            "message": None, "flags": [], "answer": {"count": 1229, "sum": "5736396", "sha256": "80" * 32}, "verified": True,
            "oracle": {"count": 1229, "sum": None, "sha256": None, "source": "OEIS A006880"},
            "work": {"items": 1229, "bytes": None, "least_operations": 1229, "operations": 117709},
            "statistics": statistics_of([e / i for e, i in zip(columns["elapsed_ns"], columns["iterations"])], PROCESSES),
            "processes": [dict(process, seed=str(chance.getrandbits(64))) for _ in range(PROCESSES)], "samples": columns,
            "measures": [], "distributions": [], "counters": []}


def samples(benchmarks, count):
    chance, made = random.Random(1), frame()
    made["benchmarks"] = [benchmark(chance, index, count) for index in range(benchmarks)]
    return made


def tree(chance, nodes, functions):
    """A call tree as the hooks see it: deep where recursion is, most of the time in few places."""
    callees = [list(range(1, 9))] + [[chance.randrange(1, functions) for _ in range(chance.randrange(2, 9))] for _ in range(1, functions)]
    columns = {"function": [0], "parent": [-1], "calls": [1], "own": [1000.0], "samples": [None], "second": [None]}
    depth = [0]
    taken = set()
    for node in range(1, nodes):
        while True:
            parent = max(0, node - 1 - int(chance.expovariate(0.05))) if chance.random() < 0.9 else chance.randrange(node)
            function = chance.choice(callees[columns["function"][parent]])
            if depth[parent] < 60 and (parent, function) not in taken:
                break
        taken.add((parent, function))
        depth.append(depth[parent] + 1)
        columns["function"].append(function)
        columns["parent"].append(parent)
        columns["calls"].append(1 + int(chance.expovariate(0.02)))
        columns["own"].append(round(chance.lognormvariate(6, 2), 2))
        columns["samples"].append(None)
        columns["second"].append(None)
    return columns


def sums(columns, functions):
    """Own, total and calls of each function, and of each pair of caller and callee; a function within itself counts once in total."""
    count = len(columns["own"])
    total = columns["own"][:]
    for node in range(count - 1, 0, -1):
        total[columns["parent"][node]] += total[node]
    made = [{"own": 0.0, "total": 0.0, "calls": 0} for _ in range(functions)]
    edges, above = {}, [frozenset()] * count
    for node in range(count):
        function, parent = columns["function"][node], columns["parent"][node]
        mine = made[function]
        mine["own"] += columns["own"][node]
        mine["calls"] += columns["calls"][node]
        if parent >= 0:
            above[node] = above[parent] | {columns["function"][parent]}
            edge = edges.setdefault((columns["function"][parent], function), {"calls": 0, "own": 0.0, "total": 0.0})
            edge["calls"] += columns["calls"][node]
            edge["own"] += columns["own"][node]
            edge["total"] += total[node]
        mine["total"] += total[node] if function not in above[node] else 0
    return made, edges, total[0]


def profile(nodes, functions=2000):
    chance, made = random.Random(1), frame()
    made["benchmarks"] = [benchmark(chance, 0, 100)]
    columns = tree(chance, nodes, functions)
    counted, edges, whole = sums(columns, functions)
    rows = []
    for index, sum_ in enumerate(counted):
        rows.append({"name": f"library_part{index % 97}_function{index}", "file": f"/usr/src/library/part{index % 97}.c", "line": 10 + index,
                     "kind": "function", "calls": sum_["calls"], "primitive_calls": sum_["calls"], "own": sum_["own"], "own_interval": None,
                     "total": max(sum_["total"], sum_["own"]), "total_interval": None, "second": None, "second_total": None, "share": sum_["own"] / whole,
                     "share_interval": None, "samples": None, "at_most": None, "hooked_own": sum_["own"], "hooked_own_error": None,
                     "hooked_total": sum_["total"], "range": None, "agreement": "too-small", "rounds": None})
    calls = sum(columns["calls"])
    made["profiles"] = [{"benchmark": 0, "cost": "time", "unit": "ns", "source": "hooks", "object": "kernels/figures.so", "iterations": 40,
                         "plain": {"ns": whole, "low": whole * 0.99, "high": whole * 1.01}, "calls": calls, "primitive_calls": calls, "items": 1229,
                         "rounds": 3, "functions": rows,
                         "edges": [{"caller": a, "callee": b, "primitive_calls": edge["calls"], **edge} for (a, b), edge in edges.items()],
                         "tree": columns, "lines": [], "addresses": [], "notes": []}]
    return made


def main(words):
    kind, *numbers, path = words
    made = {"samples": samples, "profile": profile}[kind](*map(int, numbers))
    with open(path, "w", encoding="utf-8") as file:
        json.dump(made, file)


if __name__ == "__main__":
    main(sys.argv[1:])

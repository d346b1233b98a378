#!/usr/bin/env python3
"""google-benchmark's JSON, read by its own compare.py (Debian's libbenchmark-tools), and as Bencher's cpp_google adapter and
github-action-benchmark's googlecpp reader take it: the fields they name, on every row."""
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from readers import goes_red, same
from reports import by_process, hostile, many, near, process_medians, report, sample, strict_json, timed

COMPARE = Path("/usr/share/benchmark/compare.py")
ROWS_MOST = 1000


def check_row(row):
    """What the readers ask of each row: compare.py a unit and both times, Bencher a name of at most 1,024 characters."""
    assert isinstance(row["name"], str) and 0 < len(row["name"].strip()) <= 1024, row["name"]
    same(row["time_unit"], "ns", "unit")
    for field in ("real_time", "cpu_time"):
        assert isinstance(row[field], (int, float)) and row[field] > 0, (field, row[field])
    assert isinstance(row["iterations"], int) and row["iterations"] >= 1, row["iterations"]
    assert isinstance(row["threads"], int) and row["threads"] >= 1
    assert row["run_type"] in ("iteration", "aggregate") and "error_occurred" not in row and "big_o" not in row


def check_rows(rows):
    names, seen = [], set()
    for row in rows:
        check_row(row)
        if row["run_type"] == "iteration" and row["name"] not in seen:
            seen.add(row["name"])
            names.append(row["name"])
    for name in names:
        own = [row for row in rows if row["run_name"] == name]
        kinds = [row["run_type"] for row in own]
        same(kinds, sorted(kinds, reverse=True), "iteration rows first")
        runs = [row for row in own if row["run_type"] == "iteration"]
        same([row["repetition_index"] for row in runs], list(range(len(runs))), "repetitions")
        assert {row["repetitions"] for row in runs} == {len(runs)} and len(runs) <= ROWS_MOST
        same(len({(row["family_index"], row["per_family_instance_index"]) for row in own}), 1, "place in the family")
    return names


def checked(data):
    document = strict_json(data)
    same(set(document), {"context", "benchmarks"}, "members")
    assert isinstance(document["context"]["caches"], list) and isinstance(document["context"]["load_avg"], list)
    assert isinstance(document["context"]["num_cpus"], int)
    check_rows(document["benchmarks"])
    return document["benchmarks"]


def check_numbers(document, rows):
    """A row a process, its median; then the median of all with its interval."""
    names = list(dict.fromkeys(row["run_name"] for row in rows))
    same(len(names), len(timed(document)), "benchmarks with a time")
    for name, benchmark in zip(names, timed(document)):
        runs = [row for row in rows if row["run_name"] == name and row["run_type"] == "iteration"]
        medians = process_medians(benchmark)
        same(len(runs), len(medians), "rows")
        for row, median, numbers in zip(runs, medians, by_process(benchmark)):
            near(row["real_time"], median, name)
            same(row["iterations"], sum(benchmark["samples"]["iterations"][number] for number in numbers), "iterations")
        aggregate = [row for row in rows if row["run_name"] == name and row["run_type"] == "aggregate"]
        near(aggregate[0]["real_time"], statistics.median(medians), "median")
        same([aggregate[0]["ci95_low"], aggregate[0]["ci95_high"]], benchmark["statistics"]["ci95"], "interval")


def compare(base, head):
    """The changes of real time that compare.py prints, by name, and all it says."""
    with tempfile.TemporaryDirectory() as folder:
        for name, data in (("base", base), ("head", head)):
            Path(folder, name + ".json").write_bytes(data)
        done = subprocess.run([sys.executable, "-B", str(COMPARE), "--no-color", "benchmarks", f"{folder}/base.json", f"{folder}/head.json"],
                              check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert done.returncode == 0, done.stdout
    changes = {}
    for line in done.stdout.splitlines():
        fields = line.split()
        if len(fields) >= 7 and fields[-6].startswith(("+", "-")):
            changes.setdefault(" ".join(fields[:-6]), []).append(float(fields[-6]))
    return changes, done.stdout


def slowed(document, factor):
    document = json.loads(json.dumps(document))
    for benchmark in document["benchmarks"]:
        benchmark["samples"]["elapsed_ns"] = [value * factor for value in benchmark["samples"]["elapsed_ns"]]
        benchmark["statistics"]["median"] *= factor
    return document


def compare_py_reads_it():
    assert COMPARE.exists(), f"{COMPARE} is missing: apt-get install libbenchmark-tools"
    document = many(sample("result-1"), 3)
    document["benchmarks"] = [one for one in document["benchmarks"] if one["status"] == "ok"]
    base, head = report(document, "google-benchmark")[0], report(slowed(document, 1.25), "google-benchmark")[0]
    changes, said = compare(base, head)
    name = document["benchmarks"][0]["id"]
    runs = len(process_medians(document["benchmarks"][0]))
    same(changes[name], [0.25] * runs, "what compare.py finds")
    same(changes[name + "_median"], [0.25], "the median")
    near(changes["OVERALL_GEOMEAN"][0], 0.25, "geometric mean: no row has a time of 0")
    assert f"U Test, Repetitions: {runs} vs {runs}" in said and "nan" not in said and "Warning" not in said, said
    compare(*[report(hostile(sample("comparisons")), "google-benchmark")[0]] * 2)


def long_runs_are_thinned_evenly():
    document = sample("result-1")
    benchmark = document["benchmarks"][0]
    count = 2500
    columns = {name: [values[0]] * count for name, values in benchmark["samples"].items()}
    columns["elapsed_ns"] = [1000.0 * (index + 1) for index in range(count)]
    columns["iterations"] = [1] * count
    columns["process"] = [0] * count
    benchmark.update(samples=columns, measures=[], distributions=[])
    document["benchmarks"] = [benchmark]
    rows = [row for row in checked(report(document, "google-benchmark")[0]) if row["run_type"] == "iteration"]
    same([row["real_time"] for row in rows], [1000.0 * (index * count // ROWS_MOST + 1) for index in range(ROWS_MOST)], "rows")


def main():
    for name in ("result-1", "comparisons", "scaling", "crossovers"):
        document = sample(name)
        data, left_out = report(document, "google-benchmark")
        check_numbers(document, checked(data))
        failed = [one["id"] for one in document["benchmarks"] if one not in timed(document)]
        assert all(one in left_out for one in failed[:3]) and bool(left_out) == bool(failed), left_out
        checked(report(hostile(document), "google-benchmark")[0])
    compare_py_reads_it()
    long_runs_are_thinned_evenly()
    data = report(sample("result-1"), "google-benchmark")[0]
    goes_red(checked, data.replace(b'"time_unit":"ns"', b'"time_unit":"us"', 1), "another unit")
    goes_red(checked, data.replace(b'"repetition_index":1,', b'"repetition_index":2,', 1), "a repetition is missing")
    goes_red(checked, data.replace(b'"caches":[]', b'"caches":{}'), "caches are no array")
    goes_red(checked, data.replace(b'"real_time":', b'"real_time":NaN,"x":', 1), "not a number")


main()

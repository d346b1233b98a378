#!/usr/bin/env python3
"""Formats that keep samples: Go's benchmark lines by golang.org/design/14313-benchmark-format and the fields of x/perf's reader,
hyperfine's export held against one of hyperfine's own (Debian has it), and pyperf's JSON by what pyperf 2.10 refuses
(Run, Benchmark and metadata of its source)."""
import datetime
import json
import re
import statistics
import subprocess
import tempfile

from readers import goes_red, same
from reports import by_process, hostile, near, process_medians, report, run, sample, strict_json, timed, times

SETTING = re.compile(r"([^\sA-Z:][^\sA-Z:]*):[ \t]+(\S.*)")


def go_lines(data):
    """Settings, and values by name and unit; a line that is none of these is an error here."""
    settings, values = {}, {}
    for line in data.decode("utf-8").splitlines():
        fields = line.split()
        if line.startswith("Benchmark"):
            assert len(fields) >= 4 and len(fields) % 2 == 0, line
            assert 1 <= int(fields[1]) < 2 ** 63, line
            assert re.search(r"-\d+$", fields[0]), f"no number of threads: {line}"
            for value, unit in zip(fields[2::2], fields[3::2]):
                values.setdefault(fields[0], {}).setdefault(unit, []).append(float(value))
        elif line.startswith("Unit "):
            assert all("=" in field for field in fields[2:]) and len(fields) > 2, line
            settings["Unit " + fields[1]] = fields[2:]
        else:
            match = SETTING.fullmatch(line)
            assert match and match[1] not in settings, line
            settings[match[1]] = match[2]
    assert "better=lower" in settings["Unit ns/op"]
    return settings, values


def check_go(document, data):
    settings, values = go_lines(data)
    same(settings["assay-document"], document["id"], "the document")
    same(len(values), len(timed(document)), "benchmarks")
    for (name, units), benchmark in zip(values.items(), timed(document)):
        for found, want in zip(units["ns/op"], process_medians(benchmark), strict=True):
            near(found, want, name)
        assert all(len(column) == len(units["ns/op"]) for column in units.values()), name
        parts = name.rsplit("-", 1)[0].split("/")
        same(parts[0], "Benchmark" + benchmark["kernel"], "kernel")
        for part, pair in zip(parts[1:], benchmark["parameters"].items()):
            same(part, "=".join(pair), "parameter")


def hyperfine_types(data):
    """Results, each with the members of hyperfine 1.15's own export, of the same types."""
    results = strict_json(data)["results"]
    for one in results:
        for name in ("mean", "median", "user", "system", "min", "max"):
            assert isinstance(one[name], (int, float)) and one[name] >= 0, name
        assert isinstance(one["command"], str) and one["command"].strip()
        same(len(one["times"]), len(one["exit_codes"]), "exit codes")
        assert one["stddev"] is None or len(one["times"]) > 1
        assert set(one["exit_codes"]) == {0} and all(value >= 0 for value in one["times"])
        near(one["median"], statistics.median(one["times"]), "median")
        near(one["mean"], statistics.mean(one["times"]), "mean")
        same((one["min"], one["max"]), (min(one["times"]), max(one["times"])), "range")
        assert all(isinstance(value, str) for value in one.get("parameters", {}).values())
    same(len({one["command"] for one in results}), len(results), "commands of their own")
    return results


def check_hyperfine(document, data):
    results = hyperfine_types(data)
    same(len(results), len(timed(document)), "benchmarks")
    for one, benchmark in zip(results, timed(document)):
        for found, want in zip(one["times"], process_medians(benchmark), strict=True):
            near(found, want / 1e9, one["command"])


def hyperfine_itself_has_no_other_members():
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        subprocess.run(["hyperfine", "-N", "--runs", "2", "--parameter-list", "x", "1,2", "--export-json", file.name, "true {x}"],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with open(file.name, encoding="utf-8") as own:
            theirs = json.load(own)["results"]
    ours = strict_json(report(sample("result-1"), "hyperfine")[0])["results"]
    same(set(ours[0]), set(theirs[0]), "members")


def pyperf_metadata(metadata):
    for name, value in metadata.items():
        assert isinstance(value, (int, str, float)) and not isinstance(value, bool), name
        if isinstance(value, str):
            assert value.strip() and "\n" not in value and "\r" not in value, (name, value)
        if name in ("loops", "cpu_count", "mem_max_rss"):
            assert isinstance(value, int) and value >= 1, (name, value)
        if name == "date":
            datetime.datetime.fromisoformat(value)
    return {name: value.strip() if isinstance(value, str) else value for name, value in metadata.items()}


def pyperf(data):
    """Runs by the benchmark's name, as pyperf loads them."""
    suite = strict_json(data)
    same(suite["version"], "1.0", "version")
    shared = pyperf_metadata(suite["metadata"])
    same(shared["unit"], "second", "unit")
    found = {}
    for benchmark in suite["benchmarks"]:
        name = pyperf_metadata(benchmark["metadata"])["name"]
        assert name not in found, f"the suite has already a benchmark called {name!r}"
        assert benchmark["runs"], "runs must be a non-empty sequence"
        for one in benchmark["runs"]:
            pyperf_metadata(one.get("metadata", {}))
            assert one["values"] and all(isinstance(value, (int, float)) and value > 0 for value in one["values"])
        found[name] = benchmark["runs"]
    assert found, "benchmarks must be a non-empty sequence"
    return found


def check_pyperf(document, data):
    found = pyperf(data)
    same(len(found), len(timed(document)), "benchmarks")
    for (name, runs), benchmark in zip(found.items(), timed(document)):
        for one, rows in zip(runs, by_process(benchmark), strict=True):
            for value, want in zip(one["values"], times(benchmark, rows), strict=True):
                near(value, want / 1e9, name)
            loops = {benchmark["samples"]["iterations"][row] for row in rows}
            same(one["metadata"].get("loops"), loops.pop() if len(loops) == 1 else None, "loops")


def main():
    checks = {"benchfmt": check_go, "hyperfine": check_hyperfine, "pyperf": check_pyperf}
    for name in ("result-1", "comparisons", "scaling"): # in crossovers.json no benchmark has samples
        document = sample(name)
        for form, check in checks.items():
            check(document, report(document, form)[0])
        for form, check in {"benchfmt": go_lines, "hyperfine": hyperfine_types, "pyperf": pyperf}.items():
            check(report(hostile(document), form)[0])
    hyperfine_itself_has_no_other_members()
    document = sample("result-1")
    document["benchmarks"] = [one for one in document["benchmarks"] if one["status"] != "ok"]
    refused = run(document, "pyperf")
    same((refused.returncode, refused.stdout), (1, b""), "a suite without a benchmark, which pyperf refuses")
    same(refused.stderr.decode().strip(), "pyperf holds no report without a benchmark, and none has a time", "why")
    document = sample("result-1")
    data = report(document, "benchfmt")[0]
    goes_red(go_lines, data.replace(b" ns/op", b"", 1), "a value without a unit")
    goes_red(go_lines, data.replace(b"limit=10000", b"limit=10 000", 1), "a space in a name")
    goes_red(lambda broken: check_go(document, broken), data.replace(b"-1 78 25", b"-1 78 26", 1), "another time")
    data = report(document, "pyperf")[0]
    goes_red(pyperf, data.replace(b'"values":[0.', b'"values":[-0.', 1), "a value below 0")
    goes_red(pyperf, data.replace(b'"mode":"warm"', b'"mode":" "', 1), "empty text")
    goes_red(hyperfine_types, report(document, "hyperfine")[0].replace(b'"median":0.', b'"median":1.', 1), "another median")


main()

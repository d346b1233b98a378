#!/usr/bin/python3
"""Validates result documents, independently of assay's own reader: the JSON Schema through python3-jsonschema, and what a
schema cannot say (equal columns, indexes in range, statistics that fit the samples, unique keys).

usage: validate_document.py DOCUMENT...
"""
import json
import math
import statistics
import sys
from pathlib import Path

import jsonschema

SCHEMA = Path(__file__).resolve().parents[2] / "data" / "schema" / "result-1.json"


def unique_keys(pairs):
    """An object's pairs as a dict; a key that comes twice is an error."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError(f"duplicate key among {[key for key, _ in pairs]}")
    return found


def no_constant(text):
    raise ValueError(f"{text} is not JSON")


def columns(benchmark, where):
    """Problems of the samples and of what lines up with them."""
    samples = benchmark["samples"]
    lengths = {name: len(values) for name, values in samples.items() if isinstance(values, list)}
    if len(set(lengths.values())) > 1:
        yield f"{where}.samples: columns differ in length: {lengths}"
        return
    count = lengths["iterations"]
    for measure in benchmark.get("measures", []):
        if len(measure["values"]) != count:
            yield f"{where}: measure {measure['name']} has {len(measure['values'])} values, want {count}"
    for values in benchmark.get("distributions", []):
        counts = values.get("counts")
        if counts and len(counts) != count:
            yield f"{where}: distribution {values['name']} has {len(counts)} counts, want {count}"
        elif counts and sum(counts) != len(values["values"]):
            yield f"{where}: distribution {values['name']} counts {sum(counts)} values, has {len(values['values'])}"
    if any(process >= len(benchmark["processes"]) for process in samples["process"]):
        yield f"{where}.samples.process: an index has no process"
    for name in ("measures", "distributions", "counters"):
        names = [measure["name"] for measure in benchmark.get(name, [])]
        if len(set(names)) != len(names):
            yield f"{where}.{name}: names come twice"


def figures(benchmark, where):
    """Statistics that can be computed again from the samples of one session with a few lines of Python."""
    found, samples = benchmark.get("statistics"), benchmark["samples"]
    if found and not samples["iterations"]:
        yield f"{where}: statistics without samples"
    if found is None or found["sessions"] != 1:
        return
    values = [elapsed / iterations for elapsed, iterations in zip(samples["elapsed_ns"], samples["iterations"])]
    processes = {}
    for value, process in zip(values, samples["process"]):
        processes.setdefault(process, []).append(value)
    want = {"samples": len(values), "processes": len(processes), "min": min(values), "max": max(values),
            "mean": statistics.fmean(values),
            "median": statistics.median(statistics.median(own) for own in processes.values())}
    for name, value in want.items():
        if abs(found[name] - value) > 1e-9 * abs(value):
            yield f"{where}.statistics.{name}: {found[name]}, the samples say {value}"
    if (found["ci95"] is None) != (found.get("ci95_reason") is not None):
        yield f"{where}.statistics: either ci95 or a reason"
    if found["ci95"] and not found["ci95"][0] <= found["median"] <= found["ci95"][1]:
        yield f"{where}.statistics.ci95: the median is outside"


def verdict_of(low, high, margin):
    """The verdict of a ratio's interval (None: not bounded) by docs/statistics.md."""
    low, high = math.log(low) if low else -math.inf, math.log(high) if high else math.inf
    band = math.log(1 + margin)
    if -band <= low and high <= band:
        return "same" if low <= 0 <= high else "shifted"
    return "slower" if low > 0 and high > band else "faster" if high < 0 and low < -band else "inconclusive"


def compared(comparison, benchmarks, where):
    """Problems of a comparison's indexes, blocks, and of what its interval says."""
    sides = {"base": comparison["base"], "head": comparison["head"]}
    for side, index in sides.items():
        if index >= len(benchmarks):
            yield f"{where}.{side}: no such benchmark"
            return
    blocks = {name: column for name, column in (comparison.get("blocks") or {}).items() if isinstance(column, list)}
    if len({len(column) for column in blocks.values()}) > 1:
        yield f"{where}.blocks: columns differ in length"
    for side, index in sides.items():
        if any(process >= len(benchmarks[index]["processes"]) for process in blocks.get(f"{side}_process", [])):
            yield f"{where}.blocks.{side}_process: an index has no process"
    for name in ("interval", "ci95"):
        low, high = comparison.get(name) or (None, None)
        if low and high and low > high:
            yield f"{where}.{name}: the wrong way round"
    if comparison["verdict"] == "inconclusive" and comparison.get("reason"):
        return
    interval = comparison.get("interval") or [None, None]
    wider = [interval[0] and interval[0] * (1 - 1e-9), interval[1] and interval[1] * (1 + 1e-9)]
    narrower = [interval[0] and interval[0] * (1 + 1e-9), interval[1] and interval[1] * (1 - 1e-9)]
    says = [verdict_of(*ends, comparison["margin"]) for ends in (interval, wider, narrower)]
    if comparison["verdict"] not in says:
        yield f"{where}.verdict: {comparison['verdict']}, the interval says {says[0]}"


def proven(comparison):
    """1: head is proven slower, -1: faster, 0: neither."""
    low, high = comparison.get("interval") or (None, None)
    if comparison["verdict"] == "inconclusive":
        return 0
    return (low is not None and low > 1) - (high is not None and high < 1)


def crossed(crossover, comparisons, where):
    """Problems of a crossover's points, changes and outcome."""
    points = crossover["points"]
    values = [point["value"] for point in points]
    if any(point["comparison"] >= len(comparisons) for point in points):
        yield f"{where}.points: no such comparison"
        return
    if values != sorted(set(values)) or any(not crossover["from"] <= value <= crossover["to"] for value in values):
        yield f"{where}.points: values do not grow from 'from' to 'to'"
    ways = {point["value"]: proven(comparisons[point["comparison"]]) for point in points}
    for index, change in enumerate(crossover["changes"]):
        low, high = change["low"], change["high"]
        if ways.get(low, 0) * ways.get(high, 0) != -1 or low >= high:
            yield f"{where}.changes[{index}]: its ends are not proven opposite"
        if any(low < value < high and way for value, way in ways.items()):
            yield f"{where}.changes[{index}]: something is proven in between"
        if change.get("estimate") is not None and not low <= change["estimate"] <= high:
            yield f"{where}.changes[{index}]: the estimate is outside"
    for name in ("from", "to"):
        want = {1: "base", -1: "head", 0: None}[ways.get(crossover[name], 0)]
        if crossover.get(f"faster_at_{name}") != want:
            yield f"{where}.faster_at_{name}: {crossover.get(f'faster_at_{name}')}, its comparison says {want}"
    outcome, changes = crossover["outcome"], len(crossover["changes"])
    good = {"one": changes == 1, "several": changes > 1, "undecided": bool(crossover.get("reason")),
            "none": changes == 0 and len(set(ways.values())) == 1 and 0 not in ways.values()}
    if not good[outcome]:
        yield f"{where}.outcome: {outcome} with {changes} changes"


def wrong_way(found, names, where):
    """Intervals whose low end is above the high one."""
    for name in names:
        low, high = found.get(name) or (None, None)
        if low is not None and high is not None and low > high:
            yield f"{where}.{name}: the wrong way round"


def profiled(profile, benchmarks, where):
    """Problems of a profile's indexes, columns, rounds and intervals."""
    count = len(profile["functions"])
    if profile["benchmark"] >= benchmarks:
        yield f"{where}.benchmark: no such benchmark"
    indexes = [("edges", "caller"), ("edges", "callee"), ("lines", "function"), ("addresses", "symbol")]
    for part, name in indexes:
        if any(element[name] >= count for element in profile.get(part, [])):
            yield f"{where}.{part}: {name}: no such function"
    tree = {name: column for name, column in (profile.get("tree") or {}).items() if isinstance(column, list)}
    if len({len(column) for column in tree.values()}) > 1:
        yield f"{where}.tree: columns differ in length"
    if any(function >= count for function in tree.get("function", [])):
        yield f"{where}.tree: no such function"
    if any(parent >= node for node, parent in enumerate(tree.get("parent", []))):
        yield f"{where}.tree: a parent is not before its child"
    for index, row in enumerate(profile["functions"]):
        if row.get("rounds") and len(row["rounds"]) != profile.get("rounds", 0):
            yield f"{where}.functions[{index}]: {len(row['rounds'])} rounds, the profile has {profile.get('rounds', 0)}"
        yield from wrong_way(row, ("own_interval", "total_interval", "share_interval", "range"),
                             f"{where}.functions[{index}]")
    for element in [profile, *profile["functions"], *profile.get("edges", [])]:
        calls, primitive = element.get("calls"), element.get("primitive_calls")
        if calls is not None and primitive is not None and primitive > calls:
            yield f"{where}: more primitive calls than calls"


def changed(difference, profiles, where):
    """Problems of a difference's indexes and intervals."""
    for side in ("base", "head"):
        if difference[side] >= len(profiles):
            yield f"{where}.{side}: no such profile"
            return
        count = len(profiles[difference[side]]["functions"])
        if any(change.get(side) is not None and change[side] >= count for change in difference["changes"]):
            yield f"{where}.changes: {side}: no such function"
    for index, change in enumerate(difference["changes"]):
        yield from wrong_way(change, ("interval",), f"{where}.changes[{index}]")


def scaled(scaling, benchmarks, where):
    """Problems of a scaling's indexes, values and best form; its exponent once more from the medians."""
    indexes, values = scaling["benchmarks"], scaling["values"]
    if len(indexes) != len(values):
        yield f"{where}: benchmarks and values differ in length"
        return
    if any(index >= len(benchmarks) for index in indexes):
        yield f"{where}.benchmarks: no such benchmark"
        return
    if any(low >= high for low, high in zip(values, values[1:])):
        yield f"{where}.values: they do not grow"
    elif len(values) > 2 and scaling.get("exponent") is not None:
        found = [benchmarks[index].get("statistics") for index in indexes]
        slope = math.nan
        if all(one and one["median"] > 0 for one in found):
            times = [math.log(one["median"]) for one in found]
            slope = statistics.linear_regression([math.log(value) for value in values], times).slope
        if abs(slope - scaling["exponent"]) > 1e-9 * max(1, abs(slope)):
            yield f"{where}.exponent: {scaling['exponent']}, the medians say {slope}"
    best, forms = scaling.get("best"), scaling.get("forms", [])
    if best is not None and (not forms or forms[0]["form"] != best or not forms[0]["plausible"]):
        yield f"{where}.best: {best} is not the first of its forms, or not plausible"
    if best is None and not scaling.get("reason"):
        yield f"{where}: neither a best form nor a reason"
    yield from wrong_way(scaling, ("ci95",), where)


def around(found, name, where):
    """An interval that its own value lies outside of."""
    low, high = found.get("interval") or (None, None)
    if (low is not None and low > found[name]) or (high is not None and high < found[name]):
        yield f"{where}.interval: the {name} is outside"


def recorded(series, where):
    """Problems of a history's intervals, changes and acceptances."""
    points, before = series["points"], 0
    if series["unit"] == "ratio" and series.get("reference") is None:
        yield f"{where}.reference: ratios to nothing"
    for index, point in enumerate(points):
        yield from around(point, "value", f"{where}.points[{index}]")
    for index, change in enumerate(series.get("changes", [])):
        if not 0 < change["point"] < len(points):
            yield f"{where}.changes[{index}].point: no such point, or the first"
        if change["point"] <= before:
            yield f"{where}.changes[{index}].point: changes do not grow"
        if change.get("since") is not None and change["since"] >= change["point"]:
            yield f"{where}.changes[{index}].since: not before it"
        before = change["point"]
        yield from around(change, "ratio", f"{where}.changes[{index}]")
    for index, accepted in enumerate(series.get("accepted", [])):
        point, commit = accepted.get("point"), accepted.get("commit")
        if point is None and commit is None:
            yield f"{where}.accepted[{index}]: neither point nor commit"
        if point is not None and point >= len(points):
            yield f"{where}.accepted[{index}].point: no such point"
        elif point is not None and commit is not None and points[point].get("commit") not in (None, commit):
            yield f"{where}.accepted[{index}]: its point has another commit"


def problems(document):
    """What is wrong beyond the schema, in words."""
    sessions = document.get("sessions", [])
    for index, benchmark in enumerate(document["benchmarks"]):
        where = f"benchmarks[{index}]"
        yield from columns(benchmark, where)
        yield from figures(benchmark, where)
        if any(process.get("session", 0) >= max(1, len(sessions)) for process in benchmark["processes"]):
            yield f"{where}.processes: an index has no session"
    for index, comparison in enumerate(document.get("comparisons", [])):
        yield from compared(comparison, document["benchmarks"], f"comparisons[{index}]")
    for index, crossover in enumerate(document.get("crossovers", [])):
        yield from crossed(crossover, document.get("comparisons", []), f"crossovers[{index}]")
    profiles = document.get("profiles", [])
    for index, profile in enumerate(profiles):
        yield from profiled(profile, len(document["benchmarks"]), f"profiles[{index}]")
    for index, scaling in enumerate(document.get("scalings", [])):
        yield from scaled(scaling, document["benchmarks"], f"scalings[{index}]")
    for index, difference in enumerate(document.get("profile_differences", [])):
        yield from changed(difference, profiles, f"profile_differences[{index}]")
    for index, series in enumerate(document.get("history", [])):
        yield from recorded(series, f"history[{index}]")
    for index, session in enumerate(sessions):
        reference = session.get("reference")
        if reference and len(reference["start_ns"]) != len(reference["elapsed_ns"]):
            yield f"sessions[{index}].reference: columns differ in length"


def validate(path, validator):
    """All problems of one document, in words."""
    try:
        document = json.loads(Path(path).read_bytes().decode("utf-8"), object_pairs_hook=unique_keys,
                              parse_constant=no_constant)
    except ValueError as error:
        return [f"not JSON: {error}"]
    found = [f"{error.json_path}: {error.message[:300]}" for error in validator.iter_errors(document)]
    return found or list(problems(document))


def main(paths):
    if not paths:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    schema = json.loads(SCHEMA.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    bad = False
    for path in paths:
        for problem in validate(path, validator):
            print(f"{path}: {problem}")
            bad = True
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

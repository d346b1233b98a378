#!/usr/bin/env python3
"""Bencher Metric Format, by its published schema (bencher.dev/bmf.json) and limits on names, and github-action-benchmark's
customSmallerIsBetter, by what its README asks of an entry."""
import jsonschema

from readers import goes_red, same
from reports import hostile, near, report, sample, strict_json, timed

# What the schema at bencher.dev/bmf.json says, and that nothing else stands there.
METRIC = {"type": "object", "required": ["value"], "additionalProperties": False,
          "properties": {name: {"type": "number"} for name in ("value", "lower_value", "upper_value")}}
BMF = {"type": "object", "propertyNames": {"minLength": 1, "maxLength": 1024},
       "additionalProperties": {"type": "object", "required": ["latency"], "propertyNames": {"minLength": 1, "maxLength": 64},
                                "additionalProperties": METRIC}}
ENTRIES = {"type": "array", "minItems": 1, "items": {
    "type": "object", "required": ["name", "unit", "value"], "additionalProperties": False,
    "properties": {"value": {"type": "number"},
                   **{name: {"type": "string", "minLength": 1} for name in ("name", "unit", "range", "extra")}}}}


def bencher(data):
    found = strict_json(data)
    jsonschema.validate(found, BMF)
    return found


def entries(data):
    found = strict_json(data)
    jsonschema.validate(found, ENTRIES)
    names = [one["name"] for one in found if one["unit"] != "ratio"]
    same(len(set(names)), len(names), "names of their own")
    return found


def check_latency(document, found):
    same(len(found), len(timed(document)), "benchmarks")
    for metrics, benchmark in zip(found.values(), timed(document)):
        same(metrics["latency"]["value"], benchmark["statistics"]["median"], "median")
        if benchmark["statistics"]["ci95"]:
            same([metrics["latency"]["lower_value"], metrics["latency"]["upper_value"]], benchmark["statistics"]["ci95"], "interval")


def check_ratios(document, found):
    """The ratio of each comparison of two benchmarks stands at its head, with the bounds that are known."""
    names = dict(zip((id(one) for one in timed(document)), found))
    wanted = [one for one in document["comparisons"] if one["ratio"] and one["base"] != one["head"]]
    for comparison in wanted:
        ratio = found[names[id(document["benchmarks"][comparison["head"]])]]["ratio"]
        same(ratio["value"], comparison["ratio"], "ratio")
        low, high = comparison["interval"]
        same((ratio.get("lower_value"), ratio.get("upper_value")), (low, high), "bounds")
    same(sum("ratio" in metrics for metrics in found.values()), len(wanted), "ratios")


def check_entries(document, found):
    latency = [one for one in found if one["unit"] == "ns/iter"]
    same([one["value"] for one in latency], [one["statistics"]["median"] for one in timed(document)], "medians")
    ratios = sorted(one["value"] for one in found if one["unit"] == "ratio")
    wanted = sorted(one["ratio"] for one in document.get("comparisons", []) if one["ratio"] and one["base"] != one["head"])
    same(ratios, wanted, "ratios")


def main():
    for name in ("result-1", "comparisons", "scaling", "crossovers"):
        document = sample(name)
        found = bencher(report(document, "bencher")[0])
        check_latency(document, found)
        check_entries(document, entries(report(document, "smaller-is-better")[0]))
        bencher(report(hostile(document), "bencher")[0])
        entries(report(hostile(document), "smaller-is-better")[0])
    document = sample("comparisons")
    check_ratios(document, bencher(report(document, "bencher")[0]))
    first = bencher(report(sample("result-1"), "bencher")[0])
    near(first["primes.trial:limit=10000"]["hit_rate"]["value"], 0.59375, "a measure of the kernel's own: the median of what is known")
    same(first["primes.trial:limit=10000"]["allocations"], {"value": 3}, "a counter")
    data = report(document, "bencher")[0]
    goes_red(bencher, data.replace(b'"value":', b'"value":"', 1), "no JSON")
    goes_red(bencher, data.replace(b'{"value":', b'{"worth":', 1), "a metric without a value")
    goes_red(bencher, data.replace(b' (head)"', b' (base)"'), "a benchmark twice")
    goes_red(lambda broken: check_ratios(document, bencher(broken)), data.replace(b"1.0210178276502806", b"1.0310178276502806"), "another ratio")
    data = report(document, "smaller-is-better")[0]
    goes_red(entries, data.replace(b'"unit":"ns/iter"', b'"unit":""', 1), "no unit")


main()

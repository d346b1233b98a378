#!/usr/bin/env python3
"""speedscope files, held to every rule of speedscope 1.25.0's file-format-schema.json that is about files with sampled
profiles, written down here by hand, and to what its importer does with them. Every number was added up by hand: see
tests/unit/known_profiles.h."""
import json
import math

from readers import FIB, TRIAL, goes_red, refusal, same, written

UNITS = {"bytes", "microseconds", "milliseconds", "nanoseconds", "none", "seconds"}
SCHEMA = "https://www.speedscope.app/file-format-schema.json"
TIME = {
    ("run",): 1000,
    ("run", "is_prime"): 6000000000,
    ("run", "is_prime", "step"): 40.25,
    ("run", "is_prime", "memcpy in libc.so.6"): 250.5,
    ("run", "fib"): 100,
    ("run", "fib", "fib"): 200,
    ("run", "fib", "fib", "fib"): 300,
    ("run", "[kernel]"): 75.25,
    ("run", "0x11d0"): 42,
}
ALLOCATIONS = {("run",): 1, ("run", "is_prime"): 30, ("run", "fib"): 1, ("run", "fib", "fib"): 2, ("run", "fib", "fib", "fib"): 3}


def fields(thing, required, optional=None):
    """An object with each required field and its type, and optional ones of theirs; no other, so that a slip shows."""
    assert isinstance(thing, dict), thing
    known = {**required, **(optional or {})}
    assert set(required) <= set(thing) <= set(known), f"fields {sorted(thing)}, want {sorted(required)}"
    for name, value in thing.items():
        types = known[name]
        assert isinstance(value, types) and not isinstance(value, bool), f"{name}: {value!r}"
        assert not isinstance(value, float) or math.isfinite(value), f"{name}: {value!r}"


NUMBER = (int, float)


def read(data):
    """[(name, unit, {stack: weight})] of the file, after its rules."""
    file = json.loads(data.decode("utf-8"))
    fields(file, {"$schema": str, "shared": dict, "profiles": list},
           {"name": str, "exporter": str, "activeProfileIndex": NUMBER})
    same(file["$schema"], SCHEMA, "$schema")
    same(file["exporter"], "assay", "exporter")
    assert 0 <= file["activeProfileIndex"] < len(file["profiles"]), "the active profile"
    fields(file["shared"], {"frames": list})
    frames = file["shared"]["frames"]
    for frame in frames:
        fields(frame, {"name": str}, {"file": str, "line": NUMBER, "col": NUMBER})
    found = []
    for profile in file["profiles"]:
        fields(profile, {"type": str, "name": str, "unit": str, "startValue": NUMBER, "endValue": NUMBER, "samples": list,
                         "weights": list})
        same(profile["type"], "sampled", "type")
        assert profile["unit"] in UNITS, profile["unit"]
        same(len(profile["samples"]), len(profile["weights"]), "as many weights as samples")
        stacks = {}
        for sample, weight in zip(profile["samples"], profile["weights"]):
            assert isinstance(sample, list) and isinstance(weight, NUMBER) and weight > 0, (sample, weight)
            assert all(isinstance(index, int) and 0 <= index < len(frames) for index in sample), sample
            stack = tuple(frames[index]["name"] for index in sample)
            assert stack not in stacks, f"{stack} comes twice"
            stacks[stack] = weight
        assert math.isclose(profile["endValue"] - profile["startValue"], sum(stacks.values())), "the end is not the sum"
        found.append((profile["name"], profile["unit"], stacks))
    return found, frames


def check(data):
    found, frames = read(data)
    same(found, [("primes.trial:limit=10000", "nanoseconds", TIME)])
    same(frames[0], {"name": "run", "file": TRIAL, "line": 10}, "a frame with file and line")
    same([frame for frame in frames if frame["name"] == "fib"], [{"name": "fib", "file": FIB, "line": 5}])
    same([frame for frame in frames if frame["name"] == "[kernel]"], [{"name": "[kernel]"}], "a frame without")


def main():
    data = written("time", "speedscope")
    check(data)
    bytes_of = {stack: count * 64 for stack, count in ALLOCATIONS.items()}
    found, _ = read(written("all", "speedscope"))
    trial, listed = "primes.trial:limit=10000", "primes.listed:limit=10000"
    same(found, [(trial, "nanoseconds", TIME), (listed, "nanoseconds", TIME), (trial, "none", ALLOCATIONS),
                 (trial, "bytes", bytes_of)], "several profiles, with frames of their own")
    same(refusal("cProfile", "speedscope"), "a flame graph cannot be made from edges, and cProfile gave no contexts")
    goes_red(check, data.replace(b'"weights":[1000,', b'"weights":['), "a weight less")
    goes_red(check, data.replace(b"\n[0,4]", b"\n[0,44]"), "a frame that is not there")
    goes_red(check, data.replace(b'"unit":"nanoseconds"', b'"unit":"ns"'), "another unit")
    goes_red(check, data.replace(b'"endValue":6', b'"endValue":7'), "another end")
    goes_red(check, data.replace(b'"exporter":"assay",', b""), "no exporter")
    goes_red(check, data[:-3], "cut short")


main()

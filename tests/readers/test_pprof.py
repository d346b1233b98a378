#!/usr/bin/env python3
"""pprof files, decoded by protoc with the published profile.proto (Debian's golang-github-google-pprof-dev), and held to what
pprof's own CheckValid asks (profile/profile.go of the same package). Every number was added up by hand: see
tests/unit/known_profiles.h."""
import calendar
import gzip
import re
import subprocess

from readers import FIB, OTHER, TRIAL, goes_red, refusal, same, written

PROTO = "/usr/share/gocode/src/github.com/google/pprof/proto"
LIBC = "/lib/x86_64-linux-gnu/libc.so.6"
# Frames from the innermost: calls, nanoseconds, samples.
TIME = {
    ("run",): [1, 1000, 1],
    ("is_prime", "run"): [3000000000, 6000000000, 5000],
    ("step", "is_prime", "run"): [12, 40, 2],
    ("memcpy in libc.so.6", "is_prime", "run"): [0, 250, 3],
    ("fib", "run"): [1, 100, 1],
    ("fib", "fib", "run"): [2, 200, 2],
    ("fib", "fib", "fib", "run"): [2, 300, 3],
    ("[kernel]", "run"): [0, 75, 1],
    ("0x11d0", "run"): [7, 42, 0],
    ("is_prime in other", "run"): [1, 0, 0],
}
ALLOCATIONS = {("run",): [1, 64], ("is_prime", "run"): [30, 1920], ("fib", "run"): [1, 64], ("fib", "fib", "run"): [2, 128],
               ("fib", "fib", "fib", "run"): [3, 192]}
FUNCTIONS = {("run", TRIAL, 10), ("is_prime", TRIAL, 30), ("step", TRIAL, 50), ("memcpy in libc.so.6", LIBC, 0), ("fib", FIB, 5),
             ("[kernel]", "", 0), ("0x11d0", "", 0), ("is_prime", OTHER, 3)}


def parse(lines):
    """protobuf's text format as {field: [values]}; messages are dictionaries."""
    found = {}
    for line in lines:
        line = line.strip()
        if line == "}":
            return found
        if line.endswith(" {"):
            found.setdefault(line[:-2], []).append(parse(lines))
            continue
        name, value = line.split(": ", 1)
        if value.startswith('"'):
            value = re.sub(rb"\\([0-7]{3})", lambda octal: bytes([int(octal[1], 8)]), value[1:-1].encode())
            value = value.replace(b'\\"', b'"').replace(b"\\'", b"'").replace(b"\\n", b"\n").decode()
        else:
            value = int(value) if value.lstrip("-").isdigit() else value
        assert not name.isdigit(), f"field {name} is not of profile.proto"
        found.setdefault(name, []).append(value)
    return found


def decoded(data):
    done = subprocess.run(["protoc", "--decode=perftools.profiles.Profile", f"-I{PROTO}", f"{PROTO}/profile.proto"],
                          input=gzip.decompress(data), check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return parse(iter(done.stdout.decode().splitlines()))


def one(message, name, default=0):
    values = message.get(name, [default])
    same(len(values), 1, name)
    return values[0]


def valid(profile):
    """Go's CheckValid: as many values as types, each id once and not 0, each reference to what there is."""
    types = len(profile["sample_type"])
    same(profile["string_table"][0], "", "the first string")
    sets = {name: [one(message, "id") for message in profile.get(name, [])] for name in ("mapping", "location", "function")}
    for name, ids in sets.items():
        assert 0 not in ids and len(set(ids)) == len(ids), f"ids of {name}: {ids}"
    for sample in profile["sample"]:
        same(len(sample["value"]), types, "values of a sample")
        assert set(sample["location_id"]) <= set(sets["location"]), "a location that is not there"
    for location in profile["location"]:
        assert one(location, "mapping_id") in {0, *sets["mapping"]}, "a mapping that is not there"
        for line in location["line"]:
            assert one(line, "function_id") in sets["function"], "a function that is not there"


def check_as(data, types, shown, want):
    profile = decoded(data)
    valid(profile)
    text = profile["string_table"]
    same([(text[one(each, "type")], text[one(each, "unit")]) for each in profile["sample_type"]], types, "types")
    same(text[one(profile, "default_sample_type")], shown, "what is shown first")
    functions = {one(each, "id"): (text[one(each, "name")], text[one(each, "filename")], one(each, "start_line"))
                 for each in profile["function"]}
    same(set(functions.values()), FUNCTIONS, "functions")
    locations = {}
    for location in profile["location"]:
        line = one(location, "line")
        function = functions[one(line, "function_id")]
        same(one(line, "line"), function[2], "line")
        locations[one(location, "id")] = (function[0] + (" in other" if function[1] == OTHER else ""), one(location, "address"))
    found = {tuple(locations[at][0] for at in sample["location_id"]): sample["value"] for sample in profile["sample"]}
    same(found, want, "samples")
    return profile, {name: address for name, address in locations.values() if address}


def check(data):
    profile, addresses = check_as(data, [("calls", "count"), ("time", "nanoseconds"), ("samples", "count")], "time", TIME)
    text = profile["string_table"]
    same(addresses, {"is_prime": 0x11f8, "0x11d0": 0x11d4, "[kernel]": 0xffffffffff600000}, "the lowest sampled address")
    same(one(profile, "time_nanos"), calendar.timegm((2026, 11, 22, 16, 10, 31)) * 10 ** 9, "time")
    same(one(profile, "duration_nanos"), 6000002008, "plain time")
    same(one(profile, "period"), 997000, "period")
    same(text[one(one(profile, "period_type"), "unit")], "nanoseconds", "unit of the period")
    same(text[one(one(profile, "mapping"), "filename")], "kernels/sample.so", "object")
    same([text[index] for index in profile["comment"]][:2],
         ["primes.trial:limit=10000", "fib: samples say 600 ns, hooks 900 ns"], "comments")


def changed(data, old, new):
    plain = gzip.decompress(data)
    assert plain.count(old) >= 1, old
    return gzip.compress(plain.replace(old, new, 1))


def main():
    data = written("time", "pprof")
    check(data)
    same(written("time", "pprof"), data, "the same bytes again: no time of day in gzip's head")
    check_as(written("allocations", "pprof"), [("allocations", "count"), ("space", "bytes")], "allocations", ALLOCATIONS)
    instructions = {stack: [values[0], values[1], values[2]] for stack, values in TIME.items()}
    check_as(written("instructions", "pprof"), [("calls", "count"), ("instructions", "count"), ("samples", "count")],
             "instructions", instructions)
    same(refusal("cProfile", "pprof"), "pprof's samples cannot be made from edges, and cProfile gave no contexts")
    same(refusal("all", "pprof"), "pprof holds one profile, the document has 3")
    goes_red(check, data[:-9], "cut short")
    goes_red(check, changed(data, b"nanoseconds", b"nanosecants"), "another unit")
    goes_red(check, changed(data, b"\x12\x03\x07\x2a\x00", b"\x12\x03\x08\x2a\x00"), "another count of calls")
    goes_red(check, changed(data, b"\x0a\x02\x07\x01", b"\x0a\x02\x63\x01"), "a location that is not there")


main()

#!/usr/bin/python3
"""Writes result documents for the tests of assay track: times as they are told, quiet noise, the same on every machine.

usage: track_document.py FILE COMMIT NAME=VALUE... [KEY=VALUE...]
       track_document.py --all DIRECTORY COMMITS NAME=VALUE[:FROM:FACTOR]... [KEY=VALUE...]

NAME=VALUE is a benchmark with 8 processes about VALUE nanoseconds (NAME~VERSION=VALUE: of that version of its kernel);
NAME=crashed one that failed. +NAME=RATIO compares it with a build of another commit. COMMIT "-" is none. Keys: .parent, .branch,
.date, .dirty, .machine. With --all a document a line of the file COMMITS (commit, author date): DIRECTORY/000.json and so on;
from the line FROM on (counted from 0) a value is FACTOR times as large.
"""
import json
import math
import random
import sys

def benchmark(draw, name, value):
    """`value`: nanoseconds, or a status."""
    name, _, version = name.partition("~")
    made = {"id": name, "kernel": name.split(":")[0], "version": version or None, "implementation": "c", "mode": "warm",
            "verified": None, "processes": [], "samples": {"iterations": [], "elapsed_ns": [], "process": []}}
    if value.isalpha():
        return made | {"status": value, "message": "made up", "flags": []}
    for process in range(8):
        made["processes"].append({"session": 0})
        made["samples"]["iterations"].append(1000)
        made["samples"]["elapsed_ns"].append(round(1000 * float(value) * math.exp(draw.gauss(0, 0.002)), 3))
        made["samples"]["process"].append(process)
    return made | {"status": "ok", "flags": []}


def fact(value):
    return {"value": None, "reason": "not told"} if value in (None, "-") else {"value": value, "source": "made up"}


def write(path, commit, given):
    """One document; `given`: benchmarks and keys by name."""
    draw = random.Random(f"{commit} {sorted(given.items())}")
    facts = {"commit": fact(commit), "parent": fact(given.get(".parent")), "branch": fact(given.get(".branch", "main")),
             "author_date": fact(given.get(".date")), "dirty": {"value": ".dirty" in given, "source": "made up"}}
    document = {"schema": "assay.result/1", "id": f"{draw.getrandbits(128):032x}", "created": "2026-06-01T12:00:00Z",
                "tool": {"name": "assay", "version": "0.1.0", "commit": None}, "seed": "0",
                "environment": {"git": facts, "machine": {"fingerprint": fact(given.get(".machine", "0123456789abcdef"))}},
                "benchmarks": [benchmark(draw, name, value) for name, value in given.items() if name[0] not in ".+"]}
    for name, value in given.items():
        if name[0] == "+":
            ratio = float(value) * math.exp(draw.gauss(0, 0.002))
            count = len(document["benchmarks"])
            document["benchmarks"] += [benchmark(draw, name[1:], "1000"), benchmark(draw, name[1:], repr(1000 * ratio))]
            document.setdefault("comparisons", []).append(
                {"base": count, "head": count + 1, "id": name[1:], "design": "blocks", "unit": "iteration", "ratio": ratio,
                 "interval": [ratio * 0.996, ratio * 1.004], "confidence": 0.999, "margin": 0.001, "verdict": "inconclusive",
                 "reason": "made up", "pairs": 10, "seconds": 1})
    with open(path, "w", encoding="utf-8") as file:
        json.dump(document, file)


def at(value, index):
    """VALUE[:FROM:FACTOR] of that line."""
    parts = value.split(":")
    if len(parts) < 3:
        return value
    return repr(float(parts[0]) * (float(parts[2]) if index >= int(parts[1]) else 1))


def main():
    words = sys.argv[1:]
    every = words[0] == "--all"
    path, commits, *rest = words[1:] if every else words
    given = dict(word.rsplit("=", 1) for word in rest)
    if not every:
        write(path, commits, given)
        return
    with open(commits, encoding="utf-8") as file:
        for index, line in enumerate(file):
            commit, date = line.split()
            write(f"{path}/{index:03d}.json", commit,
                  {".date": date} | {name: value if name[0] == "." else at(value, index) for name, value in given.items()})


main()

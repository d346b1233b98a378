#!/usr/bin/env python3
"""Stands in for `assay profile` where only the experiment itself is tried: writes the parts of a document that it reads, in which every
function named in FAKE_ROWS (name=own ns,...) has its time exactly. FAKE_GROWS: the row that a comparison says has grown by 7 ns."""
import json
import os
import sys

ROWS = {name: float(ns) for name, _, ns in (pair.partition("=") for pair in os.environ["FAKE_ROWS"].split(","))}


def profile():
    total = sum(ROWS.values())
    rows = [{"name": name, "calls": 1230, "own": ns, "own_interval": [ns * .99, ns * 1.01], "share": ns / total,
             "share_interval": [ns / total - .01, ns / total + .01], "samples": 1000, "hooked_own": ns, "hooked_own_error": 1,
             "range": None, "agreement": "agrees"} for name, ns in ROWS.items()]
    return {"plain": {"ns": total, "low": total, "high": total}, "calls": 1230,
            "sampling": {"sampler": "cpu-clock", "samples": 2000, "period_ns": 1e6, "slowdown": 0.01},
            "hooks": {"closure": 0.01, "dilation": 3, "inside_ns": 5, "outside_ns": 9, "folded_calls": 0},
            "functions": rows, "notes": []}


def main(words):
    count = 2 if "--against" in words else 1
    made = {"benchmarks": [{"status": "ok"}] * count, "profiles": [profile() for _ in range(count)]}
    if count == 2:
        made["profiles"][1]["plain"]["ns"] += 7
        grows = os.environ.get("FAKE_GROWS")
        made["profile_differences"] = [{"base": 0, "head": 1, "changes": [
            {"name": name, "change": 7.0 * (name == grows), "interval": [7.0 * (name == grows) - 3, 7.0 * (name == grows) + 3],
             "proven": name == grows} for name in ROWS]}]
    with open(words[words.index("-o") + 1], "w", encoding="utf-8") as file:
        json.dump(made, file)


main(sys.argv[1:])

#!/usr/bin/env python3
"""Stands in for assay in the tests of trust.py: answers `compare` with a document whose truth is what the words say, after
FAKE_SECONDS. Counts its calls in FAKE_CALLS. Must not be mistaken for a measurement."""
import json
import os
import re
import sys
import time

words = sys.argv[1:]
with open(os.environ["FAKE_CALLS"], "a", encoding="utf-8") as calls:
    calls.write(" ".join(words) + "\n")
time.sleep(float(os.environ.get("FAKE_SECONDS", "0")))
if os.environ.get("FAKE_WORDS"):
    print(os.environ["FAKE_WORDS"], file=sys.stderr)
    sys.exit(2)


def comparison(effect, injected=0.0):
    return {"base": 0, "head": 0, "verdict": "slower" if effect > 0 else "same", "reason": None, "ratio": 1 + effect,
            "interval": [0.999 + effect, 1.001 + effect], "confidence": 0.999, "ci95": [0.9995 + effect, 1.0005 + effect],
            "margin": 0.01, "direction": 1 if effect > 0 else 0, "direction_at_s": 0.5 if effect > 0 else None,
            "beyond_margin": False, "log_evidence": 9.0, "pairs": 160, "seconds": 1.0, "minimum_detectable_effect": 0.004,
            "spread": 0.005, "injected": injected, "instructions": None, "same_code": True,
            "blocks": {"start_s": [0.0, 0.2, 0.4, 0.6], "seconds": [0.02, 0.03, 0.02, 0.02]}}


units = [int(number) for number in re.findall(r"units=(\d+)", " ".join(words))]
effect = units[1] / units[0] - 1 if len(units) > 1 else 0.0
made = [comparison(0.0), comparison(0.01, 0.01)] if "--self" in words else [comparison(effect)]
with open(words[words.index("-o") + 1], "w", encoding="utf-8") as file:
    json.dump({"benchmarks": [{"status": "ok"}], "comparisons": made}, file)

#!/usr/bin/env python3
"""A worker that is honest and odd in one way, for tests of the coordinator.

usage: odd_worker.py WAY

Its kernel is WAY.work@WAY, with a parameter `text`. Ways: loud (prints without end in its first batch), greedy (likewise, and
takes memory), tired (sleeps in its sixth batch), deaf (never reads once it is to measure; leaves a line in the file ODD_TRACE),
dies_later (the tenth process that is set up, counted in the file ODD_COUNT, dies in its second batch), settles (says that it
compiles while it runs, and does so until its 20th batch), slides (says so too, and gets slower for ever), plain (not odd at all).
"""

import json
import os
import signal
import sys
import time

NOTHING = {"count": 0, "sum": "0", "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}


class Worker:
    def __init__(self, way):
        self.way = way
        self.batches = 0

    def send(self, message):
        os.write(4, json.dumps(message).encode() + b"\n")

    def describe(self):
        text = {"name": "text", "type": "text", "summary": "any", "default": "", "least": None, "most": None, "choices": None}
        return {"implementation": self.way, "abi": None, "kernels": [{
            "name": self.way + ".work", "summary": "is odd", "version": "1.0.0", "tags": [], "aliases": [],
            "parameters": [text], "measures": [], "distributions": [], "flags": ["one-iteration"], "expects": False}]}

    def batch(self):
        kept = []
        self.batches += 1
        while self.way in ("loud", "greedy"):
            os.write(1, b"x" * (1 << 20))
            if self.way == "greedy":
                kept.append(bytearray(b"x" * (1 << 24)))
        if self.way == "tired" and self.batches == 6:
            time.sleep(600)
        if self.way == "dies_later" and self.batches == 2 and os.path.getsize(os.environ["ODD_COUNT"]) == 10:
            os.kill(os.getpid(), signal.SIGSEGV)
        begin = time.perf_counter_ns()
        while time.perf_counter_ns() < begin + 1_000_000:
            pass
        elapsed_ns = time.perf_counter_ns() - begin
        # A script, so that no load of the machine can change it; never more than what really went by.
        elapsed_ns = {"settles": 900_000 if self.batches <= 20 else 450_000,
                      "slides": min(200_000 + 400 * self.batches, 1_000_000)}.get(self.way, elapsed_ns)
        return {"iterations": 1, "elapsed_ns": elapsed_ns, "untimed_ns": 0}

    def reply(self, request):
        kind = request["request"]
        if kind == "describe":
            return self.describe()
        if kind == "setup" and self.way == "dies_later":
            with open(os.environ["ODD_COUNT"], "ab") as file:
                file.write(b".")
        if kind == "run":
            return {"batches": [self.batch() for _ in range(request.get("batches", 1))]}
        return {"expect": {"expected": None, "work": None}, "calibrate": {"iterations": 1, "elapsed_ns": 1000},
                "answer": {"answer": NOTHING, "verified": None}}.get(kind, {})

    def run(self):
        self.send({"assay_worker": 1, "minor": 0, "implementation": self.way, "version": "1", "pid": os.getpid(),
                   "capabilities": ["jit"] if self.way in ("settles", "slides") else []})
        if self.way == "deaf" and "ASSAY_PROCESS" in os.environ:
            with open(os.environ.get("ODD_TRACE", os.devnull), "a", encoding="utf-8") as file:
                file.write("deaf\n")
            time.sleep(600)
        with os.fdopen(3, "rb") as lines:
            for line in lines:
                request = json.loads(line)
                self.send({"id": request["id"], "ok": True, **self.reply(request)})
                if request["request"] == "quit":
                    return


if __name__ == "__main__":
    Worker(sys.argv[1]).run()

#!/usr/bin/env python3
"""A worker that lies as it is told, for tests of whoever talks to workers.

usage: lying_worker.py [--channel stdio] LIE [FROM]

It offers one kernel, lying.work, and is honest until its FROMth `run` (default 1), where the lie begins. Lies:
"""

import json
import os
import signal
import sys
import time

LIES = {
    "honest": "none: every test of a lie can be tried with it first",
    "long-inner": "says that batches took ten times as long as they did: longer than the coordinator waited",
    "slow-clock": "its clock runs at half speed",
    "other-id": "replies with an id that nobody asked for",
    "out-of-order": "keeps a reply back and sends the one before it again",
    "twice": "sends every reply twice",
    "unasked": "sends a reply before it is asked",
    "long-line": "sends a line of more than 16 MiB",
    "endless-line": "sends bytes without ever ending the line",
    "not-json": "sends a line that is not JSON",
    "array": "sends a line of JSON that is not an object",
    "nul": "sends a NUL inside a line",
    "negative-time": "says that a batch took less than no time",
    "nan": "writes NaN for a time",
    "text-time": "writes a time as text",
    "no-batches": "says ok and leaves the batches out",
    "fewer-batches": "says ok and gives one batch less than asked for",
    "other-iterations": "says that it ran more iterations than asked for",
    "wrong-status": "refuses with a status that there is not",
    "dies": "ends with status 0 in the middle of a request, without a word",
    "killed": "is killed by a signal in the middle of a request",
    "closes": "closes its channel and lives on",
    "hangs": "never replies",
    "no-hello": "never says hello (from the start)",
    "other-protocol": "speaks protocol 2 (from the start)",
    "not-a-worker": "prints a greeting for people instead of a hello (from the start)",
}
FROM_THE_START = ("no-hello", "other-protocol", "not-a-worker")
ITERATION_NS = 10_000
LONGEST = 1 << 24


def work(iterations):
    """Takes about ITERATION_NS an iteration and says how long it really took."""
    begin = time.monotonic_ns()
    end = begin + iterations * ITERATION_NS
    while time.monotonic_ns() < end:
        pass
    return time.monotonic_ns() - begin


class Liar:
    def __init__(self, lie, begin, requests, replies):
        self.lie = lie
        self.begin = begin
        self.requests = requests
        self.replies = replies
        self.runs = 0
        self.last = None

    def lies(self, which):
        return self.lie == which and self.runs >= self.begin

    def send_bytes(self, data):
        while data:
            data = data[os.write(self.replies, data):]

    def send(self, message):
        self.send_bytes(json.dumps(message).encode() + b"\n")

    def hello(self):
        if self.lie == "no-hello":
            time.sleep(600)
        if self.lie == "not-a-worker":
            self.send_bytes(b"Hello! How can I help you today?\n")
        self.send({"assay_worker": 2 if self.lie == "other-protocol" else 1, "minor": 0, "implementation": "lying",
                   "version": "for tests", "pid": os.getpid(), "capabilities": []})

    def batch(self, iterations):
        elapsed = work(iterations)
        said = elapsed
        if self.lies("long-inner"):
            said = elapsed * 10
        elif self.lies("slow-clock"):
            said = elapsed / 2
        elif self.lies("negative-time"):
            said = -1.0
        elif self.lies("nan"):
            said = float("nan")
        elif self.lies("text-time"):
            said = str(elapsed)
        return {"iterations": iterations + 1 if self.lies("other-iterations") else iterations, "elapsed_ns": said,
                "cpu_ns": max(0, elapsed), "verified": None}

    def answer_to(self, request):
        kind = request["request"]
        if kind == "describe":
            return {"implementation": "lying", "abi": None, "kernels": [{
                "name": "lying.work", "summary": "spins", "version": "1.0.0", "tags": [], "aliases": [],
                "parameters": [], "measures": [], "distributions": [], "flags": [], "expects": False}]}
        if kind == "expect":
            return {"expected": None, "work": None}
        if kind == "calibrate":
            return {"iterations": max(1, int(request["batch_ns"] / ITERATION_NS)), "elapsed_ns": work(1)}
        if kind == "run":
            count = request.get("batches", 1)
            if self.lies("fewer-batches"):
                count -= 1
            if self.lies("no-batches"):
                return {}
            return {"batches": [self.batch(request["iterations"]) for _ in range(count)]}
        if kind == "answer":
            return {"answer": {"count": 0, "sum": "0", "sha256":
                               "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}, "verified": None}
        if kind == "teardown":
            return {"peak_bytes": None}
        return {}

    def misbehave(self, request):
        """Lies that are no reply at all. True if nothing more is to be said to this request."""
        if self.lies("dies"):
            os._exit(0)
        if self.lies("killed"):
            os.kill(os.getpid(), signal.SIGKILL)
        if self.lies("closes"):
            os.close(self.replies)
            time.sleep(600)
        if self.lies("hangs"):
            time.sleep(600)
        raw = {
            "long-line": b'{"id":%d,"ok":true,"x":"' % request["id"] + b"x" * LONGEST + b'"}\n',
            "not-json": b"batches: 1, elapsed: 10 ms\n",
            "array": b"[1,2,3]\n",
            "nul": b'{"id":%d,"ok":true,"batches":[\0]}\n' % request["id"],
        } if self.lie in ("long-line", "not-json", "array", "nul") else {}
        if self.lie in raw and self.lies(self.lie):
            self.send_bytes(raw[self.lie])
            return True
        while self.lies("endless-line"):
            self.send_bytes(b"x" * 65536)
        return False

    def serve(self, request):
        if request["request"] == "run":
            self.runs += 1
        running = request["request"] == "run"
        if running and self.misbehave(request):
            return True
        reply = {"id": request["id"], "ok": True, **self.answer_to(request)}
        if running and self.lies("other-id"):
            reply["id"] += 1000
        if running and self.lies("wrong-status"):
            reply = {"id": request["id"], "ok": False, "status": "tired", "message": "not today"}
        if running and self.lies("out-of-order"):
            reply, self.last = self.last, reply
        else:
            self.last = reply
        self.send(reply)
        if running and self.lies("twice"):
            self.send(reply)
        if running and self.lies("unasked"):
            self.send({"id": request["id"] + 1, "ok": True})
        return request["request"] != "quit"

    def run(self):
        self.hello()
        with os.fdopen(self.requests, "rb") as lines:
            for line in lines:
                if not self.serve(json.loads(line)):
                    return


def main():
    words = sys.argv[1:]
    requests, replies = 3, 4
    if "--channel" in words:
        at = words.index("--channel")
        if words[at + 1:at + 2] == ["stdio"]:
            requests, replies = 0, 1
        del words[at:at + 2]
    if not words or words[0] not in LIES or len(words) > 2:
        sys.stderr.write(__doc__ + "".join("  %-18s%s\n" % lie for lie in LIES.items()))
        return 2
    begin = int(words[1]) if len(words) == 2 else 1
    Liar(words[0], 0 if words[0] in FROM_THE_START else begin, requests, replies).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Holds a worker against docs/worker-protocol.md, over its standard input and output only.

usage: protocol_conformance.py [--kernel NAME] [--limit-parameter NAME=VALUE]... -- COMMAND...

COMMAND starts the worker; `--channel stdio` is added at its end unless it has a --channel. The kernel is the first
one that can run unless it is named; --limit-parameter gives a parameter another value than its default, so that the
kernel is quick. Prints TAP; exit status 1 if any check fails, 2 for wrong usage. Asserts no wall-clock time but that a
worker's times fit into the time that passed outside.
"""

import json
import math
import os
import re
import select
import subprocess
import sys
import tempfile
import time

PATIENCE_S = 120
REQUEST_LINE_MAX = 1 << 20
EXACT_MAX = 1 << 53
KERNEL_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*")
NAME = re.compile(r"[a-z][a-z0-9_]*")
RECORDS = ("calls", "tree", "samples", "allocations", "lines", "functions")
TYPES = ("integer", "real", "choice", "text", "flag")


class Broken(Exception):
    """The worker broke the protocol so that the rest of a group of checks cannot be made."""


class Tap:
    def __init__(self):
        self.count = 0
        self.failed = 0

    def check(self, truth, name, seen=None):
        self.count += 1
        self.failed += not truth
        print("%s %d - %s" % ("ok" if truth else "not ok", self.count, name))
        if not truth and seen is not None:
            print("# saw: %s" % str(seen)[:1000].replace("\n", " "))
        sys.stdout.flush()
        return truth

    def skip(self, name, reason):
        self.count += 1
        print("ok %d - %s # SKIP %s" % (self.count, name, reason))


class Session:
    """One worker process."""

    def __init__(self, command):
        self.noise = tempfile.TemporaryFile()
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.noise,
                                        bufsize=0)
        self.left = b""
        self.id = 0
        self.elapsed_ns = 0
        self.hello = self.read()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdin.close()  # unbuffered: closing writes nothing
        self.process.stdout.close()
        self.noise.close()

    def errors(self):
        self.noise.seek(0)
        return self.noise.read().decode("utf-8", "replace")[-400:]

    def line(self):
        """The next line of the worker; None at end of file."""
        end = time.monotonic() + PATIENCE_S
        while b"\n" not in self.left:
            ready, _, _ = select.select([self.process.stdout], [], [], max(0, end - time.monotonic()))
            if not ready:
                raise Broken("no reply within %d s" % PATIENCE_S)
            piece = os.read(self.process.stdout.fileno(), 1 << 16)
            if not piece:
                return None
            self.left += piece
        line, _, self.left = self.left.partition(b"\n")
        return line

    def read(self):
        line = self.line()
        if line is None:
            raise Broken("the worker ended: %s" % self.errors())
        try:
            message = json.loads(line.decode("utf-8"))
        except ValueError as problem:
            raise Broken("a line is not JSON: %s: %r" % (problem, line[:200])) from None
        if not isinstance(message, dict):
            raise Broken("a line is no object: %r" % line[:200])
        return message

    def raw(self, data):
        self.process.stdin.write(data)
        return self.read()

    def ask(self, request, **fields):
        """Sends a request with the next id; the reply, whose id must be the same."""
        self.id += 1
        message = dict({"id": self.id, "request": request}, **fields)
        start = time.monotonic_ns()
        reply = self.raw(json.dumps(message).encode() + b"\n")
        self.elapsed_ns = time.monotonic_ns() - start
        if reply.get("id") != self.id:
            raise Broken("id %r in reply to %d" % (reply.get("id"), self.id))
        return reply

    def ended(self):
        try:
            return self.process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            return None


def refused(reply, *statuses):
    message = reply.get("message")
    return (reply.get("ok") is False and reply.get("status") in statuses and isinstance(message, str)
            and message != "" and "\n" not in message)


def is_integer(value, least=0, most=EXACT_MAX):
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def is_number(value, least=0.0):
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value) and value >= least


def is_line(value):
    return isinstance(value, str) and value.isprintable()


def is_answer(answer):
    return (isinstance(answer, dict) and is_integer(answer.get("count"))
            and re.fullmatch("0|[1-9][0-9]*", str(answer.get("sum"))) and isinstance(answer["sum"], str)
            and re.fullmatch("[0-9a-f]{64}", str(answer.get("sha256"))) is not None)


class Conformance:
    def __init__(self, command, kernel, limits):
        self.command = command
        self.wanted = kernel
        self.limits = limits
        self.tap = Tap()
        self.kernel = None
        self.parameters = {}
        self.capabilities = []
        self.answer = None

    def session(self):
        return Session(self.command)

    def setup(self, session, **fields):
        known = {"kernel": self.kernel["name"], "parameters": self.parameters, "seed": "42", "threads": 1,
                 "counters": False}
        return session.ask("setup", **dict(known, **fields))

    def must(self, reply, what):
        if reply.get("ok") is not True:
            raise Broken("%s: %s" % (what, reply))
        return reply

    # ---- groups of checks ----

    def hello(self):
        check = self.tap.check
        with self.session() as session:
            hello = session.hello
            check(hello.get("assay_worker") == 1, "the first line says protocol 1", hello)
            check(is_integer(hello.get("minor")), "the hello has a minor version", hello)
            check(NAME.fullmatch(str(hello.get("implementation"))), "the hello names an implementation", hello)
            check(is_integer(hello.get("pid"), 1), "the hello has a process id", hello)
            self.capabilities = hello.get("capabilities") or []
            check(isinstance(self.capabilities, list) and all(map(is_line, self.capabilities)),
                  "capabilities are an array of words", hello)

    def describe(self):
        check = self.tap.check
        with self.session() as session:
            reply = session.ask("describe")
            check(reply.get("ok") is True, "describe is answered", reply)
            check(reply.get("implementation") == session.hello.get("implementation"),
                  "describe and hello name one implementation", reply)
            kernels = self.must(reply, "describe").get("kernels")
            names = [n for k in kernels for n in [k.get("name")] + (k.get("aliases") or [])]
            check(all(isinstance(n, str) and len(n) <= 63 and KERNEL_NAME.fullmatch(n) for n in names),
                  "names and aliases of kernels are names", names)
            check(len(names) == len(set(names)), "no name is there twice", names)
            check(all(is_line(k.get("summary")) for k in kernels), "every kernel has a summary")
            parameters = [p for k in kernels for p in k.get("parameters") or []]
            check(all(self.parameter_is_right(p) for p in parameters), "every parameter has name, type, summary and default",
                  [p for p in parameters if not self.parameter_is_right(p)])
            measures = [m for k in kernels for key in ("measures", "distributions") for m in k.get(key) or []]
            check(all(NAME.fullmatch(str(m.get("name"))) and is_line(m.get("unit")) for m in measures),
                  "every measure has a name and a unit", measures)
            self.choose(kernels)

    @staticmethod
    def parameter_is_right(parameter):
        bounds = [parameter.get("least"), parameter.get("most")]
        choices = parameter.get("choices")
        default = parameter.get("default")
        return (NAME.fullmatch(str(parameter.get("name"))) is not None and parameter.get("type") in TYPES
                and is_line(parameter.get("summary")) and isinstance(default, str)
                and all(bound is None or isinstance(bound, str) for bound in bounds)
                and (default in choices if parameter["type"] == "choice" else choices is None))

    def choose(self, kernels):
        able = [k for k in kernels if not k.get("unavailable") and self.wanted in (None, k["name"])]
        if not able:
            raise Broken("no kernel %s that can run" % (self.wanted or ""))
        self.kernel = able[0]
        self.parameters = {p["name"]: p["default"] for p in self.kernel.get("parameters") or []}
        for name, value in self.limits.items():
            if name in self.parameters:
                self.parameters[name] = value

    def has_flag(self, flag):
        return flag in (self.kernel.get("flags") or [])

    def expect(self):
        with self.session() as session:
            reply = session.ask("expect", kernel=self.kernel["name"], parameters=self.parameters)
            if "expect" not in self.capabilities:
                self.tap.check(refused(reply, "unavailable"), "expect is unavailable without the capability", reply)
                return
            expected, work = reply.get("expected"), reply.get("work")
            self.tap.check(reply.get("ok") is True, "expect is answered", reply)
            self.tap.check(expected is None or is_line(expected.get("source")), "an expectation names its source", reply)
            self.tap.check(work is None or all(work.get(key) is None or is_number(work[key])
                                               for key in ("items", "bytes", "least_operations")),
                           "work is made of numbers", reply)
            reply = session.ask("expect", kernel="no.such_kernel", parameters={})
            self.tap.check(refused(reply, "failed"), "expect of an unknown kernel has failed", reply)

    def bad_lines(self):
        check = self.tap.check
        with self.session() as session:
            for data, name in (
                    (b"this is not JSON\n", "a line that is not JSON"), (b"\n", "an empty line"),
                    (b"[1,2]\n", "an array"), (b"{\"id\":1,\n", "half an object"),
                    (b"{\"id\":3,\"request\":\"\xff\xfe\"}\n", "a line that is not UTF-8"),
                    (b"[" * 100000 + b"\n", "a deep nest"), (b'{"request":"describe"}\n', "a request without id"),
                    (b'{"id":"7","request":"describe"}\n', "an id that is a text"),
                    (b'{"id":0,"request":"describe"}\n', "id 0")):
                reply = session.raw(data)
                check(refused(reply, "protocol-error") and reply.get("id", 0) is None,
                      "%s is a protocol-error with id null" % name, reply)
            reply = session.raw(b'{"id":7,"id":7,"request":"describe"}\n')  # few parsers can tell
            check(refused(reply, "protocol-error") or reply.get("id") == 7 and reply.get("ok") is True,
                  "a duplicate key is refused or not noticed", reply)
            reply = session.raw(b'{"id":7}\n')
            check(refused(reply, "protocol-error") and reply.get("id") == 7, "a line without request is one with its id", reply)
            check(refused(session.ask("dance"), "unavailable"), "an unknown request is unavailable")
            reply = session.raw(b' { "id" : %d , "colour" : {"deep":[null]}, "request":"describe" } \r\n' % EXACT_MAX)
            check(reply.get("ok") is True and reply.get("id") == EXACT_MAX,
                  "unknown fields, white space and a carriage return are ignored", str(reply)[:200])
            session.process.stdin.write(b'{"id":8,"requ')
            time.sleep(0.02)
            check(session.raw(b'est":"describe"}\n').get("id") == 8, "a line in two pieces is one line")
            check(session.ask("describe").get("ok") is True, "the worker goes on after all that")

    def long_lines(self):
        with self.session() as session:
            begin, end = b'{"id":1,"request":"describe","padding":"', b'"}\n'
            reply = session.raw(begin + b"x" * (REQUEST_LINE_MAX - len(begin) - len(end)) + end)
            self.tap.check(reply.get("ok") is True, "a line of 1 MiB is read", str(reply)[:200])
        with self.session() as session:
            try:
                session.process.stdin.write(begin + b"x" * (REQUEST_LINE_MAX * 2) + end)
            except BrokenPipeError:
                pass
            line = session.line()
            if line is None:
                status = session.ended()
                self.tap.check(status == 1, "a line over 1 MiB ends the worker with status 1", status)
            else:
                reply = json.loads(line)
                self.tap.check(refused(reply, "protocol-error") and reply.get("id", 0) is None,
                               "a line over 1 MiB is a protocol-error with id null", reply)
                self.tap.check(session.ask("describe").get("ok") is True, "the worker goes on after a long line")

    def order(self):
        check = self.tap.check
        with self.session() as session:
            for request, fields in (("run", {"iterations": 1}), ("calibrate", {"batch_ns": 1000}), ("answer", {}),
                                    ("teardown", {})):
                reply = session.ask(request, **fields)
                check(refused(reply, "protocol-error"), "%s before setup is a protocol-error" % request, reply)
            self.must(self.setup(session), "setup")
            check(refused(session.ask("answer"), "protocol-error"), "answer before a batch is a protocol-error")
            check(refused(self.setup(session), "protocol-error"), "setup twice is a protocol-error")
            check(session.ask("teardown").get("ok") is True, "teardown is answered")
            check(refused(session.ask("teardown"), "protocol-error"), "teardown twice is a protocol-error")
            reply = self.setup(session, colour="blue")
            check(reply.get("ok") is True, "another setup may follow, unknown fields ignored", reply)

    def bad_setups(self):
        check = self.tap.check
        with self.session() as session:
            for status, name, fields in (
                    ("failed", "an unknown kernel", {"kernel": "no.such_kernel"}),
                    ("failed", "an unknown parameter", {"parameters": dict(self.parameters, no_such_parameter="1")}),
                    ("protocol-error", "a kernel that is a number", {"kernel": 7}),
                    ("protocol-error", "parameters that are an array", {"parameters": []}),
                    ("protocol-error", "a parameter that is a number", {"parameters": dict(self.parameters, n=7)}),
                    ("protocol-error", "a seed that is a number", {"seed": 42}),
                    ("protocol-error", "a seed of 2^64", {"seed": "18446744073709551616"}),
                    ("protocol-error", "no seed", {"seed": None}),
                    ("protocol-error", "no threads at all", {"threads": 0}),
                    ("protocol-error", "counters that are a text", {"counters": "yes"}),
                    ("protocol-error", "an expected sum that is a number", {"expected": {"sum": 7}}),
                    ("protocol-error", "an expected digest that is short", {"expected": {"sha256": "abc"}})):
                reply = self.setup(session, **fields)
                check(refused(reply, status), "setup with %s: %s" % (name, status), reply)
            for parameter in self.kernel.get("parameters") or []:
                if parameter["type"] in ("integer", "real", "choice", "flag"):
                    values = dict(self.parameters, **{parameter["name"]: "no-such-value"})
                    reply = self.setup(session, parameters=values)
                    check(refused(reply, "failed"), "setup with a wrong %s has failed" % parameter["name"], reply)
            for name in list(self.parameters)[:1]:
                reply = self.setup(session, parameters={k: v for k, v in self.parameters.items() if k != name})
                check(refused(reply, "protocol-error"), "setup without a %s is a protocol-error" % name, reply)
            reply = self.setup(session)
            check(reply.get("ok") is True, "setup after refused ones is answered", reply)

    def batches_are_right(self, session, reply, iterations, batches, name):
        check = self.tap.check
        found = reply.get("batches")
        check(reply.get("ok") is True and isinstance(found, list) and len(found) == batches, name + ": all batches", reply)
        for batch in found or []:
            check(is_integer(batch.get("iterations"), 1) and batch["iterations"] == iterations, name + ": iterations", batch)
            check(is_number(batch.get("elapsed_ns")), name + ": elapsed_ns is a time", batch)
            check(all(batch.get(key) is None or is_number(batch[key]) for key in (
                "cpu_ns", "untimed_ns", "voluntary_switches", "involuntary_switches", "migrations", "faults", "operations",
                "allocations", "allocated_bytes", "cycles", "instructions", "branch_misses", "cache_misses")),
                  name + ": what is there is a number", batch)
            check(batch.get("verified") in (True, None), name + ": nothing is wrong", batch)
        inner = sum(batch["elapsed_ns"] + (batch.get("untimed_ns") or 0) for batch in found or [])
        check(inner <= session.elapsed_ns, name + ": no longer inside than outside", (inner, session.elapsed_ns))

    def run(self):
        check = self.tap.check
        with self.session() as session:
            self.must(self.setup(session), "setup")
            reply = session.ask("calibrate", batch_ns=1e6)
            check(is_integer(reply.get("iterations"), 1) and is_number(reply.get("elapsed_ns")), "calibrate is answered", reply)
            check(reply.get("elapsed_ns", 0) <= session.elapsed_ns, "calibrate: no longer inside than outside", reply)
            if self.has_flag("one-iteration"):
                check(reply.get("iterations") == 1, "a one-iteration kernel is calibrated to one", reply)
                check(refused(session.ask("run", iterations=2), "failed"), "two iterations of it have failed")
                many = 1
            else:
                many = min(reply.get("iterations") or 1, 1000) + 1
            for batch_ns in (0, -1, "1", None):
                reply = session.ask("calibrate", batch_ns=batch_ns)
                check(refused(reply, "protocol-error"), "calibrate with batch_ns %r is a protocol-error" % batch_ns, reply)
            self.batches_are_right(session, session.ask("run", iterations=1), 1, 1, "run 1")
            self.batches_are_right(session, session.ask("run", iterations=many, batches=3), many, 3, "run %d, 3 batches" % many)
            # 2^53 + 1 is 2^53 to whoever reads numbers as doubles.
            for iterations in (0, -1, 1.5, "1", None, True, EXACT_MAX + 2):
                reply = session.ask("run", iterations=iterations)
                check(refused(reply, "protocol-error"), "run with iterations %r is a protocol-error" % iterations, reply)
            for batches in (0, -1, "1", 10001):
                reply = session.ask("run", iterations=1, batches=batches)
                check(refused(reply, "protocol-error"), "run with batches %r is a protocol-error" % batches, reply)
            reply = session.ask("answer")
            check(reply.get("ok") is True and is_answer(reply.get("answer")), "answer has count, sum and sha256", reply)
            check(reply.get("verified") in (True, None), "the answer is not wrong", reply)
            self.answer = reply.get("answer")
            reply = session.ask("teardown")
            check(reply.get("ok") is True and (reply.get("peak_bytes") is None or is_number(reply["peak_bytes"], 1)),
                  "teardown may say the peak size", reply)

    def capability(self):
        check = self.tap.check
        with self.session() as session:
            reply = self.setup(session, threads=2)
            if "threads" in self.capabilities and not self.has_flag("shared-state"):
                check(reply.get("ok") is True, "two threads are set up", reply)
                self.batches_are_right(session, session.ask("run", iterations=1), 2, 1, "run on two threads")
                self.must(session.ask("teardown"), "teardown")
            else:
                check(refused(reply, "unavailable"), "two threads are unavailable", reply)
            self.must(self.setup(session), "setup")
            reply = session.ask("run", iterations=1, flush=True)
            check(reply.get("ok") is True if "flush" in self.capabilities else refused(reply, "unavailable"),
                  "flush is as the capability says", reply)
            self.must(session.ask("teardown"), "teardown")
            check(self.setup(session, counters=True).get("ok") is True, "counters are a wish, never refused")

    def profile(self):
        """A record that the hello names is made of batches like any other; the rest are unavailable."""
        check = self.tap.check
        with self.session() as session:
            check(refused(session.ask("profile", record="calls", iterations=1), "protocol-error", "unavailable"),
                  "profile before setup is refused")
            self.must(self.setup(session), "setup")
            can = [record for record in RECORDS if "profile-" + record in self.capabilities]
            for record in RECORDS:
                if record not in can:
                    reply = session.ask("profile", record=record, iterations=1)
                    check(refused(reply, "unavailable"), "a profile of %s is unavailable" % record, reply)
            if not can:
                return
            for wrong in ({}, {"record": "dance"}, {"record": 1}, {"record": can[0], "iterations": 0}, {"record": can[0], "batches": 0}):
                reply = session.ask("profile", **{"iterations": 1, **wrong})
                check(refused(reply, "protocol-error"), "profile with %r is a protocol-error" % wrong, reply)
            for record in can:
                name = "a profile of %s" % record
                reply = session.ask("profile", record=record, iterations=1, batches=2, lead_in=1)
                self.batches_are_right(session, reply, 1, 2, name)
                profile = reply.get("profile")
                if check(isinstance(profile, dict), name + " has a profile", reply):
                    self.profile_is_right(profile, name)

    def profile_is_right(self, profile, name):
        check = self.tap.check
        for key in ("elapsed_ns", "cpu_ns", "main_cpu_ns", "queued_ns", "period_ns", "lost", "truncated"):
            check(profile.get(key) is None or is_number(profile[key]), "%s: %s is a number" % (name, key), profile.get(key))
        for key in ("source", "note"):
            check(profile.get(key) is None or is_line(profile[key]), "%s: %s is a line" % (name, key), profile.get(key))
        objects, nodes = profile.get("objects") or [], profile.get("nodes") or {"parent": [], "object": [], "address": []}
        check(all(is_line(one["path"]) for one in objects), name + ": objects have paths", objects)
        check(len({len(column) for column in nodes.values()}) == 1, name + ": columns of equal length")
        check(all(-1 <= parent < i for i, parent in enumerate(nodes["parent"])), name + ": parents come first", nodes["parent"])
        check(all(-1 <= place < len(objects) for place in nodes["object"]), name + ": objects are in the list", nodes["object"])
        check(all(is_number(value) for key in nodes.keys() - {"parent", "object"} for value in nodes[key]), name + ": numbers")
        functions = profile.get("functions") or []
        check(all(is_line(one["name"]) and is_line(one["file"]) and is_integer(one["calls"]) and is_integer(one["primitive"])
                  and one["primitive"] <= one["calls"] and is_number(one["own_ns"]) and is_number(one["total_ns"])
                  for one in functions), name + ": functions", functions)
        check(all(0 <= edge[end] < len(functions) for edge in profile.get("edges") or [] for end in ("caller", "callee")),
              name + ": edges join functions")

    def lead_in(self):
        check = self.tap.check
        with self.session() as session:
            self.must(self.setup(session), "setup")
            many = 1 if self.has_flag("one-iteration") else session.ask("calibrate", batch_ns=1e6).get("iterations") or 1
            for name, fields in (("lead_in 0", {"lead_in": 0}), ("lead_in null", {"lead_in": None}),
                                 ("a lead_in", {"lead_in": many})):
                # Without the capability it is one of the fields that are ignored.
                self.batches_are_right(session, session.ask("run", iterations=1, batches=2, **fields), 1, 2, "run with " + name)
            if "lead-in" not in self.capabilities:
                return
            for wrong in (-1, 1.5, "1", True, EXACT_MAX + 2):
                reply = session.ask("run", iterations=1, lead_in=wrong)
                check(refused(reply, "protocol-error"), "run with lead_in %r is a protocol-error" % wrong, reply)
            least = min(batch["elapsed_ns"] for batch in session.ask("run", iterations=many, batches=5)["batches"])
            batch = session.ask("run", iterations=1, lead_in=many)["batches"][0]
            # Both by the worker's own clock; as many iterations never took a quarter of the time of the fastest.
            check(is_number(batch.get("untimed_ns"), least / 4), "a lead-in is in the first batch's untimed_ns", (batch, least))
            if self.has_flag("deterministic"):
                check(session.ask("answer").get("answer") == self.answer, "a lead-in changes no answer")

    def answers(self):
        check = self.tap.check
        with self.session() as session:
            reply = self.must(self.setup(session, expected=dict(self.answer, source="the same kernel")), "setup")
            if self.has_flag("deterministic"):
                reply = session.ask("run", iterations=1)
                check(reply.get("ok") is True and reply["batches"][0].get("verified") is True,
                      "the expected answer is verified", reply)
                reply = session.ask("answer")
                check(reply.get("verified") is True and reply.get("answer") == self.answer,
                      "equal seeds give equal answers", reply)
            self.must(session.ask("teardown"), "teardown")
            digit = "1" if self.answer["sha256"][0] == "0" else "0"
            for wrong in ({"count": self.answer["count"] + 1}, {"sum": "1" + self.answer["sum"][:18]},
                          {"sha256": digit + self.answer["sha256"][1:], "count": None}):
                key = next(iter(wrong))
                self.must(self.setup(session, expected=dict(wrong, source="a wrong table")), "setup")
                reply = session.ask("run", iterations=1, batches=3)
                check(refused(reply, "wrong-answer"), "a wrong %s is a wrong-answer" % key, reply)
                check("a wrong table" in str(reply.get("message")), "its message names the source", reply)
                batches = reply.get("batches") or [{}]
                check(len(batches) == 1 and batches[-1].get("verified") is False, "the wrong batch is the last", reply)
                check(reply.get("answer") == self.answer, "the wrong answer is shown", reply)
                check(refused(session.ask("calibrate", batch_ns=1000), "wrong-answer"), "calibrate checks answers too")
                check(session.ask("teardown").get("ok") is True, "teardown follows a wrong answer")

    @staticmethod
    def until_idle(pid):
        """A shell lends its standard output to the channel while it writes a reply: only when it waits again is it its own."""
        until = time.monotonic() + 10
        while time.monotonic() < until:
            with open("/proc/%d/stat" % pid, encoding="utf-8") as stat:
                if stat.read().rpartition(")")[2].split()[0] == "S":
                    return
            time.sleep(0.001)

    def noise(self):
        """What is written to the worker's own standard output must not reach the channel."""
        check = self.tap.check
        with self.session() as session:
            pid = session.hello["pid"]
            ours = {os.fstat(stream.fileno()).st_ino for stream in (session.process.stdin, session.process.stdout)}
            self.must(self.setup(session), "setup")
            if not os.path.isdir("/proc/%d/fd" % pid):
                self.tap.skip("standard output is no channel", "no /proc")
                return
            self.until_idle(pid)
            for descriptor, name in ((0, "input"), (1, "output")):
                inode = os.stat("/proc/%d/fd/%d" % (pid, descriptor)).st_ino
                check(inode not in ours, "standard %s is no longer the channel" % name)
            leaks = []
            for descriptor in os.listdir("/proc/%d/fd" % pid):
                with open("/proc/%d/fdinfo/%s" % (pid, descriptor), encoding="ascii") as info:
                    flags = int(re.search(r"flags:\s*([0-7]+)", info.read()).group(1), 8)
                if os.stat("/proc/%d/fd/%s" % (pid, descriptor)).st_ino in ours and not flags & os.O_CLOEXEC:
                    leaks.append(descriptor)
            check(not leaks, "the channel is close-on-exec", leaks)
            with open("/proc/%d/fd/1" % pid, "wb") as output:
                output.write(b'{"id":1,"ok":true}\nscribble')
            reply = session.ask("run", iterations=1)
            check(reply.get("ok") is True, "a scribble on standard output does not disturb", reply)

    def end(self):
        check = self.tap.check
        with self.session() as session:
            self.must(self.setup(session), "setup")
            check(session.ask("quit").get("ok") is True, "quit is answered")
            check(session.ended() == 0, "quit ends the worker with status 0", session.process.returncode)
            check(session.line() is None and session.left == b"", "nothing follows the reply to quit", session.left)
        with self.session() as session:
            self.must(self.setup(session), "setup")
            session.process.stdin.write(b'{"id":9,"request":"run","iter')
            session.process.stdin.close()
            check(session.ended() == 0, "end of file ends the worker with status 0", session.process.returncode)
            check(session.line() is None, "a piece of a line is not answered")

    def all(self):
        for group in (self.hello, self.describe, self.expect, self.bad_lines, self.long_lines, self.order,
                      self.bad_setups, self.run, self.capability, self.profile, self.lead_in, self.answers, self.noise,
                      self.end):
            try:
                group()
            except (Broken, OSError, KeyError, TypeError, AttributeError) as problem:
                self.tap.check(False, "%s comes to its end" % group.__name__, "%s: %s" % (type(problem).__name__, problem))
                if group.__name__ in ("hello", "describe", "run"):
                    break
        print("1..%d" % self.tap.count)
        return 1 if self.tap.failed else 0


def main(words):
    kernel, limits = None, {}
    while words[:1] not in ([], ["--"]):
        word = words.pop(0)
        if word == "--kernel" and words:
            kernel = words.pop(0)
        elif word == "--limit-parameter" and words and "=" in words[0]:
            name, _, value = words.pop(0).partition("=")
            limits[name] = value
        else:
            words = []
    command = words[1:]
    if not command:
        print(__doc__, file=sys.stderr)
        return 2
    if not any(word.startswith("--channel") for word in command):
        command += ["--channel", "stdio"]
    return Conformance(command, kernel, limits).all()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

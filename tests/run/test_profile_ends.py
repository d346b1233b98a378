#!/usr/bin/env python3
"""How a profile ends: interrupted, killed, out of time; and two benchmarks side by side."""

import os
import shutil
import signal
import time

from profiling import Profiling, function
from support import main


class Ends(Profiling):
    def begin(self, *words):
        """A profile that would take long, once a worker of it runs."""
        self.bring("profiled")
        process = self.start("profile", "--quiet", "--budget", "60s", "--precision", "0.1%", "-o", "p.json", *words)
        end = time.monotonic() + 30
        while time.monotonic() < end and not self.workers(process):
            time.sleep(0.01)
        return process

    def workers(self, process):
        """Children of the program that are workers."""
        try:
            with open("/proc/%d/task/%d/children" % (process.pid, process.pid), encoding="ascii") as file:
                return file.read().split()
        except OSError:
            return []

    def test_interrupted(self):
        """What there is is kept: after some seconds of rounds that is a profile."""
        process = self.begin("odd.steady")
        time.sleep(3)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
        self.assertNotEqual(process.returncode, 0)
        self.no_survivors()
        self.validate("p.json")
        document = self.load("p.json")
        self.assertEqual(document["benchmarks"][0]["status"], "interrupted")
        self.assertEqual(len(document["profiles"]), 1)
        self.assertTrue(document["profiles"][0]["functions"])

    def test_killed(self):
        process = self.begin("odd.steady")
        time.sleep(0.5)
        process.kill()
        process.communicate()
        self.no_survivors()

    def test_a_budget_is_a_ceiling(self):
        self.bring("profiled")
        begin = time.monotonic()
        ended = self.assay("profile", "--quiet", "--budget", "2s", "--precision", "0.1%", "-o", "p.json", "odd.steady")
        self.assertEqual(ended.status, 0, ended)
        self.assertLess(time.monotonic() - begin, 20)  # a busy machine is slow to write and to end
        self.assertLess(self.load("p.json")["sessions"][0]["duration_s"], 10)

    def test_no_scratch_is_left(self):
        self.environment["TMPDIR"] = self.make("scratch")
        self.bring("profiled")
        self.profile("--lines", "odd.steady")
        self.profile("--cost", "instructions", "odd.steady")
        self.assertEqual(os.listdir(self.environment["TMPDIR"]), [])


class Two(Profiling):
    def test_side_by_side(self):
        """Batches of both take turns, and both have as many rounds."""
        document = self.profile("primes.trial:limit=3000", "--against", "primes.listed:limit=3000")
        self.assertEqual(len(document["profiles"]), 2)
        [difference] = document["profile_differences"]
        self.assertTrue(difference["paired"])
        self.assertEqual({document["benchmarks"][document["profiles"][difference[side]]["benchmark"]]["kernel"]
                          for side in ("base", "head")}, {"primes.trial", "primes.listed"})
        self.assertEqual(document["profiles"][0]["rounds"], document["profiles"][1]["rounds"])
        starts = sorted((start, index) for index, each in enumerate(document["benchmarks"])
                        for start in each["samples"]["start_ns"])
        turns = sum(a[1] != b[1] for a, b in zip(starts, starts[1:]))
        self.assertGreater(turns, len(document["benchmarks"][0]["processes"]))

    def test_against_itself(self):
        self.bring("profiled")
        document = self.profile("odd.steady", "--against", "odd.steady")
        [difference] = document["profile_differences"]
        base, head = (document["profiles"][difference[side]] for side in ("base", "head"))
        self.assertEqual(function(base, "leaf")["calls"], function(head, "leaf")["calls"])
        leaf = next(change for change in difference["changes"] if change["name"] == "leaf")
        self.assertEqual(leaf["base_calls"], leaf["head_calls"])
        self.assertLess(abs(leaf["change"]), 0.5 * leaf["base_own"])

    def test_one_that_fails(self):
        self.bring("profiled")
        document = self.profile("odd.steady", "--against", "odd.wrong", status=3)
        self.assertEqual(len(document["profiles"]), 1)
        self.assertEqual(document.get("profile_differences", []), [])
        self.assertEqual(sorted(each["status"] for each in document["benchmarks"]), ["ok", "wrong-answer"])


if __name__ == "__main__":
    main()

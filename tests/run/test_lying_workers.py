#!/usr/bin/env python3
"""Workers that lie: each lie becomes a status with words, and the honest ones beside it are complete."""

import json
import os
import re
import subprocess
import sys

from support import BUILD, Case, SOURCE, benchmark, incomplete, main

LIAR = os.path.join(SOURCE, "tests", "plugins", "lying_worker.py")
SAMPLES = 24
FROM = 6  # batches before the lie begins
# lie: status, words
LIES = {
    "long-inner": ("protocol-error", "its clock lies"),
    "other-id": ("protocol-error", "replied to request"),
    "out-of-order": ("protocol-error", "replied to request"),
    "twice": ("protocol-error", "replied to request"),
    "unasked": ("protocol-error", ""),
    "long-line": ("protocol-error", "line of more than 16777216 bytes"),
    "endless-line": ("protocol-error", "line of more than 16777216 bytes"),
    "not-json": ("protocol-error", "line is not JSON"),
    "array": ("protocol-error", "no object"),
    "nul": ("protocol-error", "NUL"),
    "negative-time": ("protocol-error", "elapsed_ns"),
    "nan": ("protocol-error", "NaN"),
    "text-time": ("protocol-error", "elapsed_ns"),
    "no-batches": ("protocol-error", "0 batches, want 1"),
    "fewer-batches": ("protocol-error", "0 batches, want 1"),
    "other-iterations": ("protocol-error", "iterations, want"),
    "wrong-status": ("protocol-error", "tired"),
    "dies": ("exited", "exited with status 0 during 'run'"),
    "killed": ("crashed", "signal 9"),
    "closes": ("protocol-error", "closed its replies"),
    "hangs": ("timed-out", "no reply to 'run'"),
}
FROM_THE_START = {"no-hello": "did not describe itself", "other-protocol": "speaks protocol 2", "not-a-worker": "not JSON"}


def word(lie):
    return lie.replace("-", "_")


def believed(document):
    """Lies that did not become their status."""
    found = []
    for lie, (status, words) in LIES.items():
        each = benchmark(document, "lying.work@" + word(lie))
        if each["status"] != status or words not in (each["message"] or ""):
            found.append("%s is %s: %s" % (lie, each["status"], each["message"]))
        if not re.search(r"\w", each["message"] or ""):
            found.append("%s without words" % lie)
    return found


class LyingWorkers(Case):
    plugins = ("good.so",)

    def add(self, lie, begin):
        """A worker file for a lie, as an implementation of its own, so that all can run beside each other."""
        with open(LIAR, encoding="utf-8") as file:
            text = file.read().replace('"implementation": "lying"', '"implementation": "%s"' % word(lie))
        with open(os.path.join(self.plug, word(lie) + ".py"), "w", encoding="utf-8") as file:
            file.write(text)
        with open(os.path.join(self.plug, lie + ".worker.yaml"), "w", encoding="utf-8") as file:
            file.write('format: 1\nimplementation: %s\ncommand: [%s, -B, "${here}/%s.py", %s, "%d"]\n' %
                       (word(lie), json.dumps(sys.executable), word(lie), lie, begin))
        return "lying.work@" + word(lie)

    def test_every_lie_but_the_hidden_ones_is_listed_here(self):
        text = subprocess.run([sys.executable, "-B", LIAR], stderr=subprocess.PIPE, check=False).stderr.decode()
        self.assertEqual(set(re.findall(r"^  ([a-z-]+) ", text, re.MULTILINE)), {"honest", "slow-clock", *LIES, *FROM_THE_START})

    def test_each_lie_becomes_a_status_and_the_honest_are_complete(self):
        names = [self.add(lie, FROM) for lie in ("honest", *LIES)]
        ended, document = self.run_to("x.json", "--samples", str(SAMPLES), "--processes", "2", "--batch", "4ms", "--warmup",
                                      "0", "--timeout", "2s", "good.sum", *names)
        self.assertEqual(ended.status, 3, ended.err)
        self.validate("x.json")
        self.assertEqual(believed(document), [])
        self.assertEqual(incomplete(benchmark(document, "good.sum"), SAMPLES), [])
        self.assertEqual(incomplete(benchmark(document, "lying.work@honest"), SAMPLES), [])
        # and the check can fail
        benchmark(document, "lying.work@nan")["status"] = "ok"
        benchmark(document, "lying.work@hangs")["message"] = ""
        self.assertEqual(len(believed(document)), 3)

    def test_a_clock_that_runs_slow(self):
        """A worker that lies in nothing but its clock. On a processor that others use too a batch may prove nothing: so
        there are many, on whatever processor is free, and a second chance."""
        names = [self.add("slow-clock", 1), self.add("honest", 1), "good.sum"]
        for _ in range(2):
            _, document = self.run_to("x.json", "--samples", "150", "--processes", "1", "--batch", "4ms", "--warmup", "0",
                                      "--cpu", "all", *names)
            liar = benchmark(document, names[0])
            if liar["status"] != "ok":
                break
        self.assertEqual(liar["status"], "protocol-error")
        self.assertIn("its clock runs slow", liar["message"])
        for honest in names[1:]:
            self.assertEqual(incomplete(benchmark(document, honest), 150), [])

    def test_who_replies_and_ends_has_replied(self):
        """Its end may be seen before its reply is, which was there first: late_poll.c."""
        self.environment["LD_PRELOAD"] = os.path.join(BUILD, "tests", "run", "late_poll.so")
        ended, document = self.run_to("x.json", "good.sum", "--samples", "4", "--processes", "2", "--batch", "1ms", "--warmup", "0")
        self.assertEqual(incomplete(benchmark(document, "good.sum"), 4), [])
        self.assertEqual((ended.status, ended.err), (0, ""))

    def test_who_lies_from_the_start_is_unavailable_and_disturbs_nobody(self):
        names = {lie: self.add(lie, 1) for lie in FROM_THE_START}
        listed = json.loads(self.assay("list", "--format", "json").out)
        for lie, words in FROM_THE_START.items():
            reasons = [source.get("unavailable") or "" for source in listed["sources"] if lie in source["path"]]
            self.assertEqual(len(reasons), 1)
            self.assertIn(words, reasons[0])
        self.assertTrue(any(kernel["name"] == "good.sum" for source in listed["sources"]
                            for kernel in source.get("kernels", [])))
        os.remove(os.path.join(self.plug, "no-hello.worker.yaml"))  # who is waited for each time
        del names["no-hello"]
        ended, document = self.run_to("x.json", "--samples", "2", "--processes", "2", "--batch", "1ms", "good.sum")
        self.assertEqual((ended.status, ended.err), (0, ""))
        self.assertEqual(incomplete(benchmark(document, "good.sum"), 2), [])
        for name in names.values():
            self.one_line(self.assay("run", "--samples", "2", name), "lying.work")


if __name__ == "__main__":
    main()

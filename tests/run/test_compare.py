#!/usr/bin/env python3
"""Comparisons that are cut off, that fail midway, or that must not be written: the document is complete, and says so."""

import math
import os
import signal
import subprocess
import time

from support import PATIENCE_S, Case, main
from test_io_errors import drop_override

SANITIZED = "ASSAY_TEST_SANITIZED" in os.environ


def children_of(parent):
    """(process id, process group) of the children, by /proc."""
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open("/proc/%s/stat" % entry, encoding="utf-8", errors="replace") as file:
                    words = file.read().rpartition(")")[2].split()
            except OSError:
                continue
            if int(words[1]) == parent:
                found.append((int(entry), int(words[2])))
    return found


def broken_rules(document):
    """What is wrong with the comparisons of a document."""
    found = []
    for each in document["comparisons"]:
        blocks = each["blocks"]
        counts = {len(column) for column in blocks.values()}
        if len(counts) != 1:
            found.append("columns of %s" % sorted(counts))
            continue
        sides = [document["benchmarks"][each[side]] for side in ("base", "head")]
        for side, name in zip(sides, ("base_process", "head_process")):
            if any(not 0 <= index < len(side["processes"]) for index in blocks[name]):
                found.append("%s names no process" % name)
        if any(not math.isfinite(value) for value in blocks["log_ratio"]):
            found.append("a ratio that is no number")
        if each["verdict"] == "inconclusive" and not each["reason"] and min(counts) == 0:
            found.append("inconclusive without a block, and no reason")
    return found


class Compare(Case):
    def compare_to(self, name, *words, status=0):
        """assay compare -q -o NAME ...: the document, valid and whole."""
        ended = self.assay("compare", "-q", "-o", name, *words)
        self.assertEqual(ended.status, status, ended)
        self.validate(name)
        document = self.load(name)
        self.assertEqual(broken_rules(document), [])
        return document

    def test_a_against_a_is_never_a_regression(self):
        document = self.compare_to("x.json", "--budget", "6s", "good.sum", "good.sum")
        comparison = document["comparisons"][0]
        self.assertIn(comparison["verdict"], ("same", "inconclusive"))
        self.assertEqual(comparison["same_code"], True)

    def test_a_fixed_number_of_pairs_is_that_many(self):
        document = self.compare_to("x.json", "--pairs", "200", "good.sum", "good.sum")
        comparison = document["comparisons"][0]
        count = len(comparison["blocks"]["log_ratio"])
        self.assertGreaterEqual(comparison["pairs"], 200)
        self.assertLess(comparison["pairs"] / count * (count - 1), 200)

    def test_a_budget_too_small_is_said(self):
        """Some blocks decide nothing at a margin this small; without any, both sides lack their first batch."""
        document = self.compare_to("x.json", "--strict", "--margin", "0.05%", "--budget", "1s", "good.sum", "good.sum", status=4)
        self.assertEqual(document["comparisons"][0]["verdict"], "inconclusive")
        document = self.compare_to("x.json", "--strict", "--budget", "1ms", "good.sum", "good.sum", status=3)
        self.assertIn("the budget ended after 0 blocks", document["comparisons"][0]["reason"])
        self.assertEqual({each["status"] for each in document["benchmarks"]}, {"timed-out"})

    def test_a_side_that_dies_keeps_what_was_measured(self):
        for kernel, status in (("bad.segfault", "crashed"), ("bad.exit", "exited"), ("bad.fail_setup", "failed")):
            with self.subTest(kernel=kernel):
                document = self.compare_to("x.json", "--budget", "5s", "good.quick", kernel, status=3)
                self.assertEqual(document["benchmarks"][1]["status"], status)
                self.assertEqual(document["comparisons"][0]["verdict"], "inconclusive")
                self.assertTrue(document["comparisons"][0]["reason"])

    def test_one_pair_that_fails_costs_no_other(self):
        """Two whole plug-ins: those of bad.so die one by one, good.quick is compared all the same."""
        document = self.compare_to("x.json", "--pairs", "8", "--timeout", "2s", "--memory", "300M",
                                   "--filter", "good.quick|bad.segfault|bad.exit", os.path.join(self.plug, "bad.so"),
                                   os.path.join(self.plug, "bad.so"), status=3)
        verdicts = {document["benchmarks"][each["base"]]["id"]: len(each["blocks"]["log_ratio"])
                    for each in document["comparisons"]}
        self.assertGreater(verdicts.pop("good.quick"), 0)
        self.assertEqual(verdicts, {"bad.segfault": 0, "bad.exit": 0})

    def test_an_interrupt_keeps_the_document(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(signal=number):
                process = self.start("compare", "-q", "-o", "x.json", "--pairs", "1000000", "--budget", "60s", "good.sum",
                                     "good.sum")
                end = time.monotonic() + 30
                while len(self.survivors()) < 2 and time.monotonic() < end:
                    time.sleep(0.01)
                time.sleep(1)
                process.send_signal(number)
                _, err = process.communicate(timeout=60)
                self.assertEqual((process.returncode, err), (130, b""))
                self.no_survivors()
                self.validate("x.json")
                document = self.load("x.json")
                self.assertEqual(broken_rules(document), [])
                self.assertEqual(len(document["comparisons"]), 1)
                os.remove(self.path("x.json"))

    def test_kill_9_leaves_no_worker_and_no_keeper(self):
        """The coordinator cannot end them then: both workers, and the process that keeps their processor awake."""
        process = self.start("compare", "-q", "-o", "x.json", "--pairs", "1000000", "--budget", "60s", "good.sum", "good.sum",
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # a pipe would stay open in who survives
        group = os.getpgid(process.pid)
        end = time.monotonic() + PATIENCE_S
        keepers, workers = [], []
        while not (keepers and len(workers) >= 2) and time.monotonic() < end:
            found = children_of(process.pid)
            keepers = [pid for pid, its_group in found if its_group == group]
            workers = [pid for pid, its_group in found if its_group == pid]
        process.kill()
        process.wait()
        self.assertEqual((len(keepers), len(workers)), (1, 2))
        self.no_survivors()
        self.assertFalse(os.path.exists(self.path("x.json")))

    def test_instructions_are_counted_or_it_is_said_why_not(self):
        ended = self.assay("compare", "-q", "-o", "x.json", "--instructions", "--pairs", "8",
                           "effort.integer:units=1000", "effort.integer:units=1010")
        self.assertEqual(ended.status, 0, ended)
        self.validate("x.json")
        counted = self.load("x.json")["comparisons"][0]["instructions"]
        if SANITIZED:  # a sanitized worker does not run under valgrind
            self.assertEqual((counted["base"], counted["head"]), (None, None))
            self.assertRegex(counted["source"], "^under valgrind: ")
        else:
            self.assertIn(counted["source"], ("callgrind", "counters"))
            self.assertAlmostEqual(counted["head"] / counted["base"], 1.01, delta=0.0002)
            self.assertIn("%d in base, %d in head (%s)" % (counted["base"], counted["head"], counted["source"]), ended.out)

    def test_an_interrupt_ends_self_with_what_there_is(self):
        process = self.start("compare", "-q", "-o", "x.json", "--self", "1000", "good.sum")
        end = time.monotonic() + 30
        while len(self.survivors()) < 2 and time.monotonic() < end:
            time.sleep(0.01)
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        self.assertEqual((process.returncode, err), (130, b""))
        self.assertIn(b"false alarms", out)
        self.validate("x.json")
        self.assertEqual(broken_rules(self.load("x.json")), [])

    def test_a_directory_that_may_not_be_written(self):
        closed = self.make("closed")
        os.chmod(closed, 0o500)
        options = {"preexec_fn": drop_override} if os.geteuid() == 0 else {}
        self.one_line(self.assay("compare", "-o", os.path.join(closed, "x.json"), "good.sum", "good.sum", **options),
                      "cannot write into '%s'" % closed)

    def test_the_checks_can_fail(self):
        document = self.compare_to("x.json", "--pairs", "8", "good.sum", "good.sum")
        document["comparisons"][0]["blocks"]["head_process"][0] = 10 ** 6
        self.assertEqual(broken_rules(document), ["head_process names no process"])
        document["comparisons"][0]["blocks"]["layout"].pop()
        self.assertEqual(len(broken_rules(document)), 1)


if __name__ == "__main__":
    main()

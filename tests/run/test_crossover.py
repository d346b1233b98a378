#!/usr/bin/env python3
"""Where two kernels cross, end to end, with kernels whose ratio is known from the work they do (crossing.c): what is proven is
right, and what is not is said. Nothing here asserts how long anything takes."""

import os
import re
import shutil
import signal
import time

from support import BUILD, Case, main

CROSSING = os.path.join(BUILD, "tests", "run", "crossing.so")
TRUTH = {  # ln(head's units over base's) has this sign at n, by crossing.c
    ("linear", "constant"): lambda n: 600 - n,
    ("linear", "triple"): lambda n: 1,
    ("linear", "middle"): lambda n: -1 if 100 < n < 2000 else 1,
}


def proven(comparison):
    low, high = comparison["interval"] or (None, None)
    if comparison["verdict"] == "inconclusive":
        return 0
    return bool(low and low > 1) - bool(high and high < 1)


class Crossover(Case):
    plugins = ()

    def cross(self, name, base, head, *words, status=0):
        """assay compare ... --crossover: the document, valid and whole, and how the program ended."""
        ended = self.assay("compare", "-q", "-o", name, "%s:crossing.%s" % (CROSSING, base),
                           "%s:crossing.%s" % (CROSSING, head), *words)
        self.assertIn(ended.status, status if isinstance(status, tuple) else (status,), ended)
        self.validate(name)
        document = self.load(name)
        self.assertEqual(len(document["crossovers"]), 1)
        crossover = document["crossovers"][0]
        self.assertEqual(sorted(point["comparison"] for point in crossover["points"]),
                         list(range(len(document["comparisons"]))))
        return ended, document, crossover

    def assert_true_everywhere(self, document, crossover, base, head):
        """No value is proven the wrong way."""
        for point in crossover["points"]:
            way = proven(document["comparisons"][point["comparison"]])
            self.assertGreaterEqual(way * TRUTH[base, head](point["value"]), 0, point)

    def test_one_crossing_is_found_where_it_is(self):
        ended, document, crossover = self.cross("x.json", "linear", "constant", "--crossover", "n", "--from", "50", "--to",
                                                "8000", "--budget", "40s", "--margin", "50%")
        self.assert_true_everywhere(document, crossover, "linear", "constant")
        self.assertEqual(crossover["outcome"], "one", crossover)
        self.assertEqual((crossover["faster_at_from"], crossover["faster_at_to"]), ("base", "head"))
        change = crossover["changes"][0]
        self.assertLessEqual(change["low"], 600)
        self.assertGreaterEqual(change["high"], 600)
        self.assertLess(change["high"] / change["low"], 2.8)  # the distance of the scan
        self.assertTrue(change["low"] <= change["estimate"] <= change["high"])
        self.assertRegex(ended.out.splitlines()[0],
                         r"^crossing\.constant:scale=1 is faster from n \d+ \[\d+, \d+\] on; below it "
                         r"crossing\.linear:scale=1 is$")
        # A value is over at the look that proves who is faster there, whatever the margin wants.
        for comparison in document["comparisons"]:
            if comparison["direction"]:
                self.assertEqual(comparison["direction_at_s"], comparison["seconds"])
        # The confidence of all is shared among as many as there may be.
        each = {comparison["confidence"] for comparison in document["comparisons"]}
        self.assertEqual(len(each), 1)
        self.assertGreater(each.pop(), 1 - (1 - crossover["confidence"]) / len(document["comparisons"]))
        seeds = [session["seed"] for session in document["sessions"]]
        self.assertEqual(len(set(seeds)), len(document["comparisons"]))

    def test_none_is_said(self):
        ended, document, crossover = self.cross("x.json", "linear", "triple", "--crossover", "n", "--from", "20", "--to",
                                                "2000", "--budget", "60s", "--strict")
        self.assert_true_everywhere(document, crossover, "linear", "triple")
        self.assertEqual((crossover["outcome"], crossover["changes"]), ("none", []))
        self.assertEqual((crossover["faster_at_from"], crossover["faster_at_to"]), ("base", "base"))
        self.assertTrue(ended.out.startswith("crossing.linear:scale=1 is faster at every n that was looked at"), ended)

    def test_more_than_one_is_said(self):
        ended, document, crossover = self.cross("x.json", "linear", "middle", "--crossover", "n", "--from", "10", "--to",
                                                "20000", "--budget", "60s")
        self.assert_true_everywhere(document, crossover, "linear", "middle")
        self.assertEqual(crossover["outcome"], "several", crossover)
        self.assertEqual(len(crossover["changes"]), 2)
        for change, (low, high) in zip(crossover["changes"], ((100, 101), (1999, 2000))):
            self.assertLessEqual(change["low"], low)
            self.assertGreaterEqual(change["high"], high)
        self.assertTrue(ended.out.startswith("the faster one changes 2 times between n 10 and 20000"), ended)

    def test_real_values(self):
        _, document, crossover = self.cross("x.json", "linear", "constant", "-p", "n=100", "--crossover", "scale", "--from",
                                            "0.5", "--to", "80", "--budget", "40s")
        self.assertIn(crossover["outcome"], ("one", "undecided"))
        for point in crossover["points"]:
            way = proven(document["comparisons"][point["comparison"]])
            self.assertGreaterEqual(way * (6 - point["value"]), 0, point)
            text = document["benchmarks"][document["comparisons"][point["comparison"]]["base"]]["parameters"]["scale"]
            self.assertEqual(float(text), point["value"])
        self.assertTrue(any(point["value"] % 1 for point in crossover["points"]))

    def test_what_cannot_be_told_apart_is_undecided(self):
        """One kernel against itself: nothing to prove at any value, whatever it costs."""
        ended, _, crossover = self.cross("x.json", "linear", "linear", "--crossover", "n", "--from", "50", "--to", "100",
                                         "--budget", "20s", "--strict", status=4)
        self.assertEqual((crossover["outcome"], crossover["changes"]), ("undecided", []))
        self.assertTrue(crossover["reason"])
        self.assertTrue(ended.out.startswith("undecided: "), ended)

    def test_one_layout_alone_proves_nothing(self):
        _, document, crossover = self.cross("x.json", "linear", "triple", "--crossover", "n", "--from", "50", "--to", "100",
                                            "--budget", "20s", "--no-layouts")  # without --strict: status 0
        self.assertEqual(crossover["outcome"], "undecided")
        self.assertIn("one layout only, as asked (--no-layouts)", crossover["reason"])
        self.assertTrue(all(proven(comparison) == 0 for comparison in document["comparisons"]))

    def test_different_answers_are_refused_with_what_may_help(self):
        words = ("--crossover", "n", "--from", "50", "--to", "5000", "--budget", "20s")
        _, document, crossover = self.cross("x.json", "linear", "other", *words, status=3)
        self.assertEqual(crossover["outcome"], "undecided")
        self.assertEqual(crossover["reason"], "answers differ at n=50: sums of 1 against 2; compare what gives the same "
                         "answer, such as crossing.other:way=right")
        self.assertEqual(len(document["comparisons"]), 1)  # it ended there

    def test_a_side_that_dies_keeps_what_was_found(self):
        ended, document, crossover = self.cross("x.json", "linear", "falls", "--crossover", "n", "--from", "100", "--to",
                                                "8000", "--budget", "20s", status=3)
        self.assertEqual(crossover["outcome"], "undecided")
        self.assertTrue(crossover["reason"].startswith("head crashed at n=8000: "), crossover)
        self.assertEqual(crossover["faster_at_from"], "base")  # measured before
        self.assertIsNone(crossover["faster_at_to"])
        self.assertIn("crashed", ended.out)

    def test_a_budget_that_ends_early_is_said(self):
        """Before the first batch of a value, or behind it: both end in one word and no claim."""
        _, document, crossover = self.cross("x.json", "linear", "constant", "--crossover", "n", "--from", "1", "--to",
                                            "100000", "--budget", "3s", "--strict", status=(3, 4))
        self.assertEqual(crossover["outcome"], "undecided")
        self.assertRegex(crossover["reason"], r"^the budget ended after \d of the 9 values that are looked at first$|"
                         r"could not be told apart")
        self.assert_true_everywhere(document, crossover, "linear", "constant")

    def test_an_interrupt_keeps_the_document(self):
        process = self.start("compare", "-q", "-o", "x.json", CROSSING + ":crossing.linear", CROSSING + ":crossing.linear",
                             "--crossover", "n", "--from", "10", "--to", "1000", "--budget", "60s")
        end = time.monotonic() + 30
        while len(self.survivors()) < 3 and time.monotonic() < end:
            time.sleep(0.01)
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
        self.assertEqual((process.returncode, err), (130, b""))
        self.no_survivors()
        self.validate("x.json")
        crossover = self.load("x.json")["crossovers"][0]
        self.assertEqual(crossover["outcome"], "undecided")
        self.assertEqual(crossover["reason"], "interrupted after 1 value")

    def test_builds_of_one_name_are_told_apart(self):
        """Two copies of a plug-in: the ids are the same, so the plug-ins stand before them."""
        for name in ("old", "new"):
            os.mkdir(self.path(name))
            shutil.copy(CROSSING, self.path(name))
        ended = self.assay("compare", "--dry-run", os.path.join("old", "crossing.so") + ":crossing.linear",
                           os.path.join("new", "crossing.so"), "--crossover", "n", "--from", "10", "--to", "20", "--seed", "7")
        self.assertEqual(ended.status, 0, ended)
        lines = ended.out.splitlines()
        self.assertRegex(lines[0], r"/new/crossing\.so:crossing\.linear:scale=1 against \S+/old/crossing\.so:crossing\.linear")
        self.assertEqual(lines[1], "n at first: 10 12 14 17 20")
        self.assertTrue(re.fullmatch(r"at most \d+ values; confidence 0\.999 in all, 0\.99\d+ of each", lines[2]), lines)
        self.assertEqual(lines[3], "seed 7")

    def test_the_same_seed_looks_in_the_same_order(self):
        orders = []
        for name in ("a.json", "b.json"):
            _, document, crossover = self.cross(name, "linear", "triple", "--crossover", "n", "--from", "20", "--to", "40",
                                                "--budget", "60s", "--seed", "7")
            self.assertEqual(crossover["outcome"], "none")
            orders.append([(session["seed"], document["benchmarks"][comparison["base"]]["id"])
                           for session, comparison in zip(document["sessions"], document["comparisons"])])
        self.assertEqual(orders[0], orders[1])
        self.assertEqual(orders[0][0][0], "7")


if __name__ == "__main__":
    main()

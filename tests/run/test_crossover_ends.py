#!/usr/bin/env python3
"""Searches for a crossing that end without one, by their nature, early or badly: each says so, and claims nothing."""

import os
import re
import shutil
import signal
import time

from crossing import CROSSING, Crossing, proven
from support import main


class Ends(Crossing):
    def test_what_cannot_be_told_apart_is_undecided(self):
        """One kernel against itself: nothing to prove at any value, whatever it costs."""
        ended, _, crossover = self.cross("x.json", "linear", "linear", "--crossover", "n", "--from", "50", "--to", "100",
                                         "--budget", "8s", "--strict", status=4)
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


if __name__ == "__main__":
    main()

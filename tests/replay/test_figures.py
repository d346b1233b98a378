#!/usr/bin/env python3
"""figures.py's own arithmetic: parts that are all and nothing twice, sums, and shares that may not be below."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import figures  # pylint: disable=wrong-import-position


class Arithmetic(unittest.TestCase):
    def test_parts_hold_everything_once(self):
        for count in (1, 7, 8, 1000, 1001):
            numbers = [first + i for first, n in figures.split(count, 8) for i in range(n)]
            self.assertEqual(numbers, list(range(count)))

    def test_lines_are_summed_by_column(self):
        self.assertEqual(figures.added([["1", "2"], ["10", "20"]]), [11, 22])

    def test_a_rate_is_per_thousand_and_bound_so(self):
        row = figures.rate_row("x", 5, 10000, ("most", 1000 * figures.PROMISE), "")
        self.assertAlmostEqual(row.figure, 0.5)
        self.assertLess(row.low, 0.5)
        self.assertGreater(row.high, 0.5)
        self.assertEqual(row.result(), "PASS")
        self.assertEqual(figures.rate_row("x", 11, 10000, ("most", 1000 * figures.PROMISE), "").result(), "SHORT")

    def test_a_share_may_not_be_below_what_was_promised(self):
        self.assertEqual(figures.at_least(figures.Row.of_share("x", 90, 100), 90).result(), "PASS")
        self.assertEqual(figures.at_least(figures.Row.of_share("x", 89, 100), 90).result(), "SHORT")
        self.assertEqual(figures.at_least(figures.Row.of_share("x", 1, 100), None).result(), "")


if __name__ == "__main__":
    unittest.main()

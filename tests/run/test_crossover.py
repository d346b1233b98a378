#!/usr/bin/env python3
"""Where two kernels cross, end to end, with kernels whose ratio is known: what is proven is right, and is found."""

from crossing import Crossing, proven
from support import main


class Crossover(Crossing):
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

#!/usr/bin/env python3
"""The order of batches, proven from start_ns and process of the document: interleaved at random, and drawn from the seed.

For a given seed the order is the same on every machine, so that nothing here depends on luck or load."""

import itertools
import math

from support import Case, main, sequence

NAMES = ("good.sum", "good.quick", "good.talk", "good.empty")
RUN = ("--samples", "30", "--processes", "3", "--batch", "1ms", "--warmup", "0", *NAMES)


def runs_of(values):
    return [key for key, _ in itertools.groupby(values)]


def not_interleaved(order):
    """Why this is no random interleaving of benchmarks: the runs test for several categories. (A run is a stretch of one
    benchmark; of a random order of n with n_i of each there are n + 1 - sum(n_i^2)/n runs, give or take the standard deviation
    of Barton and David, 'Multiple runs', Biometrika 44 (1957).)"""
    found = []
    names = [index for index, _ in order]
    n = len(names)
    counts = [names.count(index) for index in set(names)]
    runs = runs_of(names)
    found += ["benchmark %d is contiguous" % index for index in set(names) if runs.count(index) == 1]
    squares, cubes = sum(count ** 2 for count in counts), sum(count ** 3 for count in counts)
    mean = n + 1 - squares / n
    variance = (squares * (squares + n * (n + 1)) - 2 * n * cubes - n ** 3) / (n ** 2 * (n - 1))
    z = (len(runs) - mean) / math.sqrt(variance) if variance > 0 else -math.inf
    if abs(z) > 4:
        found.append("%d runs, %.1f standard deviations from a random order" % (len(runs), z))
    return found


def not_sequential(order):
    names = [index for index, _ in order]
    found = ["benchmark %d comes in pieces" % index for index in set(names) if runs_of(names).count(index) != 1]
    processes = runs_of(order)
    return found + ["process %s of benchmark %s comes in pieces" % pair[::-1] for pair in set(processes)
                    if processes.count(pair) != 1]


class Order(Case):
    def order(self, *words):
        ended, document = self.run_to("x.json", *words, *RUN)
        self.assertEqual((ended.status, ended.err), (0, ""))
        found = sequence(document)
        self.assertEqual(len(found), 30 * len(NAMES))
        return found

    def test_interleaved_at_random(self):
        order = self.order("--seed", "7")
        self.assertEqual(not_interleaved(order), [])
        self.assertNotEqual(not_sequential(order), [])
        # every benchmark takes each of its processes, and one after the other
        for index in range(len(NAMES)):
            self.assertEqual([process for _, process in sorted(set(each for each in order if each[0] == index))], [0, 1, 2])
            self.assertEqual(runs_of(process for which, process in order if which == index), [0, 1, 2])

    def test_the_order_follows_the_seed(self):
        orders = [self.order("--seed", seed) for seed in ("7", "7", "8")]
        self.assertEqual(orders[0], orders[1])
        self.assertNotEqual(orders[0], orders[2])
        self.assertEqual(not_interleaved(orders[2]), [])

    def test_sequential_order_is_contiguous(self):
        order = self.order("--order", "sequential")
        self.assertEqual(not_sequential(order), [])
        self.assertEqual(runs_of(index for index, _ in order), [0, 1, 2, 3])
        self.assertNotEqual(not_interleaved(order), [])

    def test_the_runs_test_can_fail(self):
        """Orders that are no random interleaving: sorted, taking turns, and in blocks of ten."""
        taking_turns = [(index % 4, 0) for index in range(120)]
        blocks = [(index // 10 % 4, 0) for index in range(120)]
        for order in (sorted(taking_turns), taking_turns, blocks):
            self.assertNotEqual(not_interleaved(order), [])


if __name__ == "__main__":
    main()

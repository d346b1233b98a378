"""What the tests of crossovers share: kernels whose ratio is known from the work they do (crossing.c), and what no document may claim of
them. Nothing here asserts how long anything takes."""

import os

from support import BUILD, Case

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


class Crossing(Case):
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

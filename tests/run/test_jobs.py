#!/usr/bin/env python3
"""Several benchmarks at once, by --jobs and by a suite; and processes that have to settle first."""

import os

from support import Case, benchmark, main, samples

FEW = ("--samples", "12", "--processes", "2", "--batch", "2ms", "--warmup", "1ms")
SUITE = """format: 1
name: both
version: 1.0.0
benchmarks:
  - kernel: good.sum
    jobs: [1, 2]
  - kernel: good.quick
    jobs: [1, 2]
"""


def overlapping(document):
    """How many batches began before one of another benchmark that began earlier had ended."""
    batches = sorted((start, start + elapsed, index) for index, each in enumerate(document["benchmarks"])
                     for start, elapsed in zip(each["samples"]["start_ns"], each["samples"]["elapsed_ns"]))
    return sum(later[0] < earlier[1] and later[2] != earlier[2] for earlier, later in zip(batches, batches[1:]))


class Jobs(Case):
    def setUp(self):
        super().setUp()
        self.two = sorted(os.sched_getaffinity(0))[:2]

    def test_one_at_a_time_unless_told_otherwise(self):
        ended, document = self.run_to("x.json", "good.sum", "good.quick", *FEW)
        self.assertEqual(ended.status, 0)
        self.assertEqual(overlapping(document), 0)
        self.assertEqual([each["jobs"] for each in document["benchmarks"]], [1, 1])

    def test_named_processors_are_measured_on_at_once_and_flagged(self):
        ended, document = self.run_to("x.json", "good.sum", "good.quick", *FEW, "--jobs", "2", "--cpu",
                                      ",".join(map(str, self.two)))
        self.assertEqual(ended.status, 0, ended)
        for each in document["benchmarks"]:
            self.assertEqual((each["jobs"], samples(each)), (2, 12))
            self.assertIn("at-once", each["flags"])
        self.assertGreater(overlapping(document), 0)
        used = {process["processor"] for each in document["benchmarks"] for process in each["processes"]}
        self.assertEqual(used, set(self.two))
        if len(self.two) == 1:
            self.assertIn("took turns", " ".join(document["warnings"]))
        self.validate("x.json")

    def test_processors_that_share_are_refused_or_there_are_two_that_do_not(self):
        ended = self.assay("run", "-q", "-o", "x.json", "good.sum", "good.quick", *FEW, "--jobs", "2")
        if ended.status == 0:
            document = self.load("x.json")
            self.assertFalse([line for line in document["warnings"] if "share" in line], document["warnings"])
        else:
            self.one_line(ended, "bad --jobs '2': want 2 processors that share nothing", "--cpu LIST")
            self.assertFalse(os.path.exists(self.path("x.json")))

    def test_a_suite_shows_what_company_does(self):
        with open(self.path("both.yaml"), "w", encoding="utf-8") as file:
            file.write(SUITE)
        ended, document = self.run_to("x.json", "--suite", "./both.yaml", *FEW)
        self.assertEqual(ended.status, 0, ended)
        self.assertEqual(sorted((each["id"].split(":")[0], each["jobs"]) for each in document["benchmarks"]),
                         [("good.quick", 1), ("good.quick", 2), ("good.sum", 1), ("good.sum", 2)])
        self.assertIn("in turn and at once", ended.out)
        alone = [dict(document, benchmarks=[each for each in document["benchmarks"] if each["jobs"] == jobs])
                 for jobs in (1, 2)]
        self.assertEqual(overlapping(alone[0]), 0)
        self.assertGreater(overlapping(alone[1]), 0)


class Settling(Case):
    def odd_benchmark(self, way):
        _, document = self.run_to("x.json", self.odd(way), *FEW)
        return benchmark(document, way + ".work")

    def test_what_compiles_is_measured_when_it_has_settled(self):
        each = self.odd_benchmark("settles")
        self.assertEqual([process["steady"] for process in each["processes"]], [True, True])
        self.assertEqual(set(each["samples"]["elapsed_ns"]), {450_000})
        self.assertNotIn("not-steady", each["flags"])

    def test_what_never_settles_is_flagged(self):
        each = self.odd_benchmark("slides")
        self.assertEqual([process["steady"] for process in each["processes"]], [False, False])
        self.assertIn("not-steady", each["flags"])

    def test_others_are_not_asked(self):
        each = self.odd_benchmark("plain")
        self.assertEqual([process["steady"] for process in each["processes"]], [None, None])


if __name__ == "__main__":
    main()

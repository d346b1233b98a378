#!/usr/bin/env python3
"""What tests/hookcost counts with: intervals against known ones, truths from times that were made up, reports of other tools as these
print them, and runs that are stopped. Every promise is tried on records that break it. No clock is asserted."""
import json
import os
import pathlib
import sys
import tempfile
import unittest

from scipy import stats

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import arithmetic  # pylint: disable=wrong-import-position
import checks  # pylint: disable=wrong-import-position
import cost  # pylint: disable=wrong-import-position
import hookcost  # pylint: disable=wrong-import-position
import owntime  # pylint: disable=wrong-import-position
import peers  # pylint: disable=wrong-import-position
import place as places  # pylint: disable=wrong-import-position

SIZE = {"cell": "sizes", "step_ns": 1.0, "ticks_per_ns": 2.0, "job": "own/truth/main#0", "part": 0}


def results(sections):
    return {row.title: row.result() for section in sections for row in section.rows if isinstance(row, arithmetic.Row)}


class Intervals(unittest.TestCase):
    def test_ranks_of_the_median_are_the_tables(self):
        # Conover, Practical Nonparametric Statistics, 3rd ed., 3.2: n=10 ranks 2 and 9, n=20 ranks 6 and 15; scipy for others.
        for n, low, high in ((10, 2, 9), (20, 6, 15), (6, 1, 6)):
            self.assertEqual(arithmetic.median_interval(range(1, n + 1))[1:], (low, high))
        for n in (7, 31, 100, 200):
            low = int(stats.binom.ppf(0.025, n, 0.5))
            self.assertEqual(arithmetic.median_interval(range(1, n + 1))[1:], (low, n + 1 - low))

    def test_few_values_give_their_extremes(self):
        self.assertEqual(arithmetic.median_interval([3, 1, 2]), (2, 1, 3))
        self.assertEqual(arithmetic.median_interval([5]), (5, 5, 5))
        self.assertTrue(all(x != x for x in arithmetic.median_interval([])))

    def test_wilson_is_scipy_s(self):
        for hits, n in ((0, 1), (190, 200), (200, 200), (7, 20)):
            expected = stats.binomtest(hits, n).proportion_ci(0.95, method="wilson")
            for ours, theirs in zip(arithmetic.wilson(hits, n), expected):
                self.assertAlmostEqual(ours, theirs, 12)


class Rows(unittest.TestCase):
    def test_bounds(self):
        for bound, good, bad in ((("most", 1), 1, 1.01), (("within", 1), -1, -1.01), (("between", 92, 98), 95, 99), (("exactly", 3), 3, 2)):
            self.assertEqual(arithmetic.Row("", 1, good, bound=bound).result(), "PASS")
            self.assertEqual(arithmetic.Row("", 1, bad, bound=bound).result(), "SHORT")
        self.assertEqual(arithmetic.Row.of_values("", [], bound=("most", 1)).result(), "not measured")
        self.assertEqual(arithmetic.Row("", 1, 5).result(), "")

    def test_tables_can_be_printed(self):
        section = arithmetic.Section("x", "A title", arithmetic.HEAD, [arithmetic.Row("one|two", 3, 1.5, 1, 2, "ns", ("most", 1)), ("a", 1)])
        self.assertIn("| one\\|two | 3 | 1.5 | [1, 2] | ns | at most 1 | SHORT |", arithmetic.markdown([section]))
        self.assertIn("SHORT", arithmetic.plain([section]))
        self.assertEqual(arithmetic.short([section]), ["x: one|two"])


class Added(unittest.TestCase):
    def test_added_cost_is_against_both_plain_times(self):
        added, factor, nothing = arithmetic.added_a_call([(100, 700, 300), (200, 800, 200), (190, 900, 210)], 100)
        self.assertEqual((added, factor, nothing), (6.0, 4.0, 0.2))

    def test_dear_or_inexact_hooks_fall_short(self):
        good = {"job": "cost/x#0", "cell": "counts, one thread", "kernel": "callcost.fib", "added": 0.9, "factor": 2, "nothing": 0, "exact": True}
        self.assertNotIn("SHORT", results(cost.report([good])).values())
        self.assertEqual(results(cost.report([dict(good, added=1.2)]))["counts, one thread: callcost.fib"], "SHORT")
        self.assertEqual(results(cost.report([good, dict(good, exact=False)]))["counts, one thread: counts exact"], "SHORT")

    def test_exact_means_none_lost(self):
        counted = {"by_function": 10, "by_context": 9, "lost": 0}
        self.assertTrue(cost.exact(counted, "calls", 10))
        self.assertTrue(cost.exact(counted, "0.015625", 9))
        self.assertFalse(cost.exact(counted, "tree", 10))
        self.assertFalse(cost.exact(dict(counted, lost=1), "calls", 10))


class Truth(unittest.TestCase):
    # 100 ns of the caller, 60 of the leaf, 2 for nobody; a noisy machine doubles all of a round.
    ROUNDS = [[162 * k, 262 * k, 222 * k] for k in (1, 1, 2, 1, 1, 1, 2)]

    def test_doubling_a_part_tells_its_time(self):
        found = arithmetic.truth(self.ROUNDS, [{"caller": 1.0}, {"leaf": 1.0}])
        self.assertEqual((found["leaf"].share, found["leaf"].ns, found["caller"].share), (0.375, 60, 0.625))
        self.assertAlmostEqual(found["leaf"].closure, 160 / 162 - 1)

    def test_one_parameter_may_feed_two_functions(self):
        found = arithmetic.truth([[100, 200]], [{"left": 0.8, "right": 0.2}])
        self.assertEqual((found["left"].ns, found["right"].ns), (80, 20))

    def test_what_removing_saves(self):
        self.assertEqual(arithmetic.saved([[100, 0, 90], [102, 0, 91], [99, 0, 90]], 2), (10, 9, 11))

    def test_cases_add_up(self):
        made = owntime.cases(SIZE)
        self.assertEqual(made["main"].parameters, {"own": 203, "leaf": 20, "calls": 10})
        self.assertEqual(made["leaf of 3000 ticks"].parameters["leaf"], 1500)
        for case in made.values():
            for parameter, fractions in case.parts:
                self.assertIn(parameter, case.parameters)
                self.assertAlmostEqual(sum(fractions.values()), 1.0)


def profile(share, interval, closure=0.01):
    row = {"name": "chain_leaf", "calls": 10, "own": 162.0 * share, "own_interval": [58, 62], "share": share, "share_interval": interval,
           "samples": 100, "hooked_own": 60.0, "hooked_own_error": 1.0, "range": None, "agreement": "agrees"}
    return {"cell": "profile", "case": "main", "job": "own/profile/main#0", "part": 0, "plain": {"ns": 162.0}, "sampling": {},
            "hooks": {"closure": closure, "dilation": 3.0, "inside_ns": 5.0, "outside_ns": 10.0}, "notes": [],
            "functions": [row, dict(row, name="chain_caller", calls=1, hooked_own=100.0, own=162.0 * (1 - share), share=1 - share)]}


class OwnTimes(unittest.TestCase):
    TRUE = [SIZE, {"cell": "truth", "case": "main", "rounds": Truth.ROUNDS, "job": "own/truth/main#0", "part": 1}]

    def test_right_profiles_pass(self):
        records = self.TRUE + [profile(.376, [.36, .39])] * 95 + [profile(.376, [.376, .39])] * 5
        self.assertNotIn("SHORT", results(owntime.report(records)).values())

    def test_a_truth_that_does_not_add_up_falls_short(self):
        self.assertEqual([row.result() for row in owntime.truth_rows(owntime.truths(self.TRUE))], ["PASS"])
        self.TRUE[1]["rounds"], kept = [[170, 270, 230]] * 5, self.TRUE[1]["rounds"]
        self.assertEqual([row.result() for row in owntime.truth_rows(owntime.truths(self.TRUE))], ["SHORT"])
        self.TRUE[1]["rounds"] = kept

    def test_a_biased_share_falls_short(self):
        said = results(owntime.report(self.TRUE + [profile(.39, [.36, .42])] * 10))
        self.assertEqual(said["main: chain_leaf"], "SHORT")
        self.assertEqual(said["assay, own time by samples over plain time"], "SHORT")

    def test_intervals_too_narrow_or_too_wide_fall_short(self):
        for hits in (90, 100):
            sections = owntime.report(self.TRUE + [profile(.375, [.36, .39])] * hits + [profile(.375, [.38, .39])] * (100 - hits))
            coverage = next(s for s in sections if s.name == "own-coverage")
            self.assertEqual([row.result() for row in coverage.rows], ["SHORT", "SHORT"])

    def test_a_sum_that_does_not_close_falls_short(self):
        said = results(owntime.report(self.TRUE + [profile(.375, [.36, .39], closure=.05)] * 9))
        self.assertEqual(said["main: corrected sum against the plain time"], "SHORT")

    def test_raw_hooks_are_the_corrected_with_their_cost(self):
        # leaf 60 + 10 * 5, caller 100 + 5 + 10 * 10
        self.assertAlmostEqual(owntime.raw_share(profile(.375, None)), 110 / 315)

    def test_a_range_must_hold_what_removing_saves(self):
        true = {"cell": "truth", "case": "wide", "rounds": [[100, 0, 90]] * 5, "job": "t", "part": 0}
        row = {"name": "wide_leaf", "own": 20.0, "range": [9, 40], "share": .2}
        made = {"cell": "profile", "case": "wide", "hooks": None, "functions": [row]}
        self.assertNotIn("SHORT", [r.result() for r in owntime.wide_rows([SIZE, true, made])])
        made["functions"] = [dict(row, range=[11, 40])]
        self.assertIn("SHORT", [r.result() for r in owntime.wide_rows([SIZE, true, made])])
        made["functions"] = [dict(row, range=None)]
        self.assertEqual(owntime.wide_rows([SIZE, true, made])[0].result(), "SHORT")

    def test_causal(self):
        def changes(low, high, proven, other):
            return [{"name": "f", "change": 5, "low": low, "high": high, "proven": proven},
                    {"name": "g", "change": 0, "low": -1, "high": 1, "proven": other}]

        self.assertEqual(arithmetic.causal(changes(4, 6, True, False), "f", 5), (True, []))
        self.assertEqual(arithmetic.causal(changes(4, 6, True, True), "f", 5), (True, ["g"]))
        self.assertEqual(arithmetic.causal(changes(6, 7, True, False), "f", 5)[0], False)
        self.assertEqual(arithmetic.causal(changes(4, 6, False, False), "f", 5)[0], False)
        self.assertEqual(arithmetic.causal([], "f", 5), (False, []))

    def test_marks_of_a_kernel_against_itself(self):
        good = {"cell": "self", "case": "chain", "rows": 4, "marked": 0}
        self.assertEqual(set(results(checks.self_report([good] * 20)).values()), {"PASS"})
        said = results(checks.self_report([good] * 18 + [dict(good, marked=1)] * 2))
        self.assertEqual(said, {"rows marked": "PASS", "comparisons with any row marked": "SHORT"})


class Peers(unittest.TestCase):
    """Lines as the tools print them (gprof of binutils 2.40, uftrace 0.13, perf 6.1, callgrind_annotate of valgrind 3.19)."""

    def test_gprof(self):
        text = ("Flat profile:\n\nEach sample counts as 0.01 seconds.\n  %   cumulative   self              self     total           \n"
                " time   seconds   seconds    calls  ns/call  ns/call  name    \n"
                " 77.41      0.96     0.96  3000000   320.00   413.33  chain_caller\n"
                " 22.58      1.24     0.28 30000000     9.33     9.33  chain_leaf\n")
        self.assertAlmostEqual(peers.share_of(peers.parse_gprof(text), "chain_leaf", "chain_caller"), .28 / 1.24)

    def test_uftrace(self):
        text = "   Self time  Function\n  ==========  ====================\n   60.000 ms  chain_caller\n   20.000 ms  chain_leaf\n    1.500 us  main\n"
        self.assertAlmostEqual(peers.share_of(peers.parse_uftrace(text), "chain_leaf", "chain_caller"), .25)

    def test_perf(self):
        text = "    50.55%  [.] chain_caller\n    49.20%  [.] chain_leaf\n"
        self.assertAlmostEqual(peers.share_of(peers.parse_perf(text), "chain_leaf", "chain_caller"), 49.2 / 99.75)

    def test_callgrind(self):
        text = ("Ir\n3,000 (51.09%)  /x/kernels/ladder.c:chain_caller [/x/ladder-gcc]\n1,000 (48.91%)  /x/kernels/ladder.c:chain_leaf [/x/ladder-gcc]\n"
                "   12 ( 0.1%)  ???:fib'2 [/x]\n")
        self.assertAlmostEqual(peers.share_of(peers.parse_callgrind(text), "chain_leaf", "chain_caller"), .25)
        self.assertEqual(peers.parse_callgrind(text)["fib"], 12)

    def test_a_report_without_the_functions_is_a_failure(self):
        with self.assertRaises(places.Failed):
            peers.share_of({"chain_leaf": 1.0}, "chain_leaf", "chain_caller")


class Resume(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="assay-hookcost-")
        self.addCleanup(scratch.cleanup)
        self.state = scratch.name
        self.path = pathlib.Path(scratch.name) / "records.jsonl"

    def test_a_record_cut_off_is_dropped_and_none_counts_twice(self):
        kept = places.Store(self.state)
        kept.add("a#0", [{"cell": "x"}, {"cell": "y"}])
        kept.close()
        self.path.write_bytes(self.path.read_bytes() * 2 + b'{"job": "cut off by a kil')
        kept = places.Store(self.state)
        self.assertEqual(([r["cell"] for r in kept.records], kept.done), (["x", "y"], {"a#0"}))
        kept.add("b#0", [{"cell": "z"}])
        kept.close()
        self.assertEqual([r["cell"] for r in places.Store(self.state, write=False).records], ["x", "y", "z"])

    def test_what_failed_is_tried_again(self):
        kept = places.Store(self.state)
        kept.add("a#0", [{"failed": "no such tool"}])
        self.assertEqual(kept.done, set())
        self.assertEqual([row[0] for row in hookcost.failures(kept.records)[0].rows], ["a"])
        kept.add("a#0", [{"cell": "x"}])
        kept.close()
        kept = places.Store(self.state, write=False)
        self.assertEqual(kept.done, {"a#0"})
        self.assertEqual(hookcost.failures(kept.records), [])

    def test_two_cannot_write_at_once(self):
        first = places.Store(self.state)
        with self.assertRaises(SystemExit):
            places.Store(self.state)
        first.close()

    def test_nonsense_is_refused(self):
        self.path.write_text("[]\n", encoding="utf-8")
        with self.assertRaises(SystemExit):
            places.Store(self.state)

    def test_a_run_goes_on_where_it_was(self):
        did = []
        jobs = [(number, f"x#{number}", lambda place, records, number=number: did.append(number) or [{"n": len(records)}])
                for number in (1, 0, 2)]
        sections = {"x": (lambda wish: jobs, lambda records: [])}
        place = type("Place", (), {"identity": "b"})()
        real, hookcost.SECTIONS = hookcost.SECTIONS, sections
        try:
            kept = places.Store(self.state)
            kept.add("x#0", [{"n": 0}])
            hookcost.fill(place, kept, ["x"], {"profiles": 3}, 100)
            self.assertEqual(did, [1, 2])
            hookcost.fill(place, kept, ["x"], {"profiles": 3}, 100)
            self.assertEqual(did, [1, 2])
            kept.close()
        finally:
            hookcost.SECTIONS = real
        self.assertEqual([json.loads(line)["job"] for line in self.path.read_text().splitlines()], ["x#0", "x#1", "x#2"])


class Schedule(unittest.TestCase):
    def test_every_job_has_a_name_of_its_own_and_rounds_are_in_order(self):
        jobs = hookcost.schedule(list(hookcost.SECTIONS), {"profiles": 12})
        self.assertEqual(len({key for _, key, _ in jobs}), len(jobs))
        self.assertEqual([number for number, _, _ in jobs], sorted(number for number, _, _ in jobs))
        self.assertEqual(sum(key.startswith("own/profile/main#") for _, key, _ in jobs), 12)

    def test_bad_words_are_usage_errors(self):
        for words in (["b", "--only", "coast"], ["b", "--profiles", "0"]):
            with self.assertRaises(SystemExit) as ended, open(os.devnull, "w", encoding="ascii") as null:
                kept, sys.stderr = sys.stderr, null
                try:
                    hookcost.arguments(words)
                finally:
                    sys.stderr = kept
            self.assertEqual(ended.exception.code, 2)


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""trust.py's own arithmetic: bounds against scipy's and published ones, what counts as what, and that neither a kill nor a second
start counts a comparison twice. No clock is asserted; a stand-in plays assay."""
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

from scipy import stats

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import figures  # pylint: disable=wrong-import-position
import rivals  # pylint: disable=wrong-import-position
import store  # pylint: disable=wrong-import-position
import trust  # pylint: disable=wrong-import-position
import work  # pylint: disable=wrong-import-position

HERE = pathlib.Path(__file__).resolve().parent


def record(**fields):
    plain = {"cell": "aa", "kernel": "integer", "load": "idle", "method": "assay", "effect": 0.0, "verdict": "same",
             "direction": 0, "direction_at_s": None, "found_blocks": None, "seconds": 1.0, "blocks": 38, "spread": 0.004,
             "interval": [0.999, 1.001], "ci95": [0.9995, 1.0005], "build": "b"}
    return dict(plain, **fields)


def row(records, section, title):
    for made in figures.sections(records):
        if made.name == section:
            for one in made.rows:
                if isinstance(one, figures.Row) and one.title == title:
                    return one
    raise AssertionError(f"no row {title} in {section}")


class Bounds(unittest.TestCase):
    def test_wilson_is_scipy_s(self):
        for hits, n in ((0, 1), (0, 2996), (1, 4744), (7, 20), (20, 20), (899, 1000)):
            expected = stats.binomtest(hits, n).proportion_ci(0.95, method="wilson")
            for ours, theirs in zip(figures.wilson(hits, n), expected):
                self.assertAlmostEqual(ours, theirs, 12)

    def test_wilson_as_printed_in_a_paper(self):
        # Newcombe, Statistics in Medicine 17 (1998), table I, method 3: 81/263, 15/148, 0/20, 1/29.
        for hits, n, low, high in ((81, 263, .2553, .3662), (15, 148, .0624, .1605), (0, 20, 0, .1611), (1, 29, .0061, .1718)):
            self.assertEqual(tuple(round(end, 4) for end in figures.wilson(hits, n)), (low, high))

    def test_exact_bounds_are_scipy_s(self):
        for hits, n in ((0, 30), (3, 100), (95, 100), (100, 100)):
            upper = stats.binomtest(hits, n, alternative="less").proportion_ci(0.95, method="exact").high
            lower = stats.binomtest(hits, n, alternative="greater").proportion_ci(0.95, method="exact").low
            self.assertAlmostEqual(figures.at_most(hits, n), upper, 10)
            self.assertAlmostEqual(figures.at_least(hits, n), lower, 10)

    def test_the_promised_numbers_are_what_proves_the_promise(self):
        for hits, n, share in ((0, 2996, .001), (1, 4744, .001), (0, 598, .005), (2, 1259, .005)):
            self.assertLessEqual(figures.at_most(hits, n), share)
            self.assertGreater(figures.at_most(hits, n - 5), share)
            self.assertGreater(figures.at_most(hits + 1, n), share)


class Rows(unittest.TestCase):
    def test_nothing_false_passes_only_with_enough(self):
        self.assertEqual(figures.Row("", 0, 2996, ("most", .001)).result(), "PASS")
        self.assertEqual(figures.Row("", 0, 300, ("most", .001)).result(), "n bounds it to 0.994 %")
        self.assertEqual(figures.Row("", 0, 0, ("most", .001)).result(), "not measured")
        self.assertEqual(figures.Row("", 0, 300, ("most", .01), least_n=400).result(), "PASS so far, want n=400")

    def test_shares_pass_fall_short_or_are_open(self):
        self.assertEqual(figures.Row("", 999, 1000, ("least", .9)).result(), "PASS")
        self.assertTrue(figures.Row("", 88, 100, ("least", .9)).result().startswith("SHORT"))
        self.assertTrue(figures.Row("", 92, 100, ("least", .9)).result().startswith("n bounds it to at least"))
        self.assertEqual(figures.Row("", 1900, 2000, ("between", .93, .97)).result(), "PASS")
        self.assertTrue(figures.Row("", 99, 100, ("between", .93, .97)).result().startswith("SHORT"))
        self.assertTrue(figures.Row("", 95, 100, ("between", .93, .97)).result().startswith("n bounds it to 8"))


class Counting(unittest.TestCase):
    def test_a_false_direction_falls_short(self):
        title = "all kernels, idle and with a neighbour"
        clean = [record() for _ in range(3000)]
        self.assertEqual(row(clean, "aa", title).result(), "PASS")
        self.assertEqual(figures.short(figures.sections(clean)), [])
        for wrong in ({"verdict": "slower", "direction": 1}, {"verdict": "shifted"}, {"direction": -1}):
            broken = clean + [record(**wrong)]
            self.assertEqual(row(broken, "aa", title).hits, 1)
            self.assertTrue(row(broken, "aa", title).result().startswith("SHORT"))
            self.assertIn("aa: " + title, figures.short(figures.sections(broken)))

    def test_the_opposite_of_the_truth_is_wrong(self):
        title = "wrong direction, all that had a true one"
        right = record(cell="effect", effect=.01, verdict="slower", direction=1, direction_at_s=.4, found_blocks=20)
        wrong = dict(right, verdict="faster", direction=-1)
        self.assertEqual(row([right] * 10, "effect", title).hits, 0)
        self.assertEqual(row([right] * 10 + [wrong], "effect", title).hits, 1)
        self.assertEqual(figures.found_s(wrong), float("inf"))

    def test_found_in_time_and_in_blocks(self):
        fast = record(cell="effect", effect=.01, verdict="slower", direction=1, direction_at_s=.9, found_blocks=30)
        late = dict(fast, direction_at_s=2.9)
        wide = dict(fast, spread=.02, found_blocks=136)  # 32 * 4 + 8
        slow = dict(wide, found_blocks=137)
        none = dict(wide, direction=0, direction_at_s=None, found_blocks=None)
        hopeless = dict(none, spread=.04)  # 520 blocks, at 38 a second
        records, title = [fast, late, wide, slow, none, hopeless], "one side with 1 % more units: within "
        one_s = row(records, "effect", title + "1 s, block spread at most 1 %")
        three_s = row(records, "effect", title + "3 s, block spread at most 1 %")
        blocks = row(records, "effect", title + "32 (spread / 1 %)² + 8 blocks, elsewhere")
        self.assertEqual([(r.hits, r.n) for r in (one_s, three_s, blocks)], [(1, 2), (2, 2), (1, 3)])
        self.assertIn("1 more would need over 10 s", blocks.note)

    def test_runs_that_contradict(self):
        verdicts = ("slower", "faster", "same", "shifted", "inconclusive")
        against = {(a, b) for a in verdicts for b in verdicts if figures.contradict({"verdict": a}, {"verdict": b})}
        self.assertEqual(against, {("slower", "faster"), ("faster", "slower"), ("slower", "same"), ("same", "slower"),
                                   ("faster", "same"), ("same", "faster")})

    def test_each_run_is_in_one_pair_of_its_own_comparison(self):
        records = [record() for _ in range(5)] + [record(kernel="l1"), record(effect=.01, cell="effect")] * 2
        self.assertEqual(len(figures.pairs_of_runs(records)), 2 + 1 + 1)

    def test_intervals_hold_the_truth_or_not(self):
        self.assertTrue(figures.covers(record(), "ci95"))
        self.assertFalse(figures.covers(record(effect=.01), "ci95"))
        self.assertTrue(figures.covers(record(interval=None), "interval"))
        self.assertFalse(figures.covers(record(interval=[1.0001, None]), "interval"))
        missed = [record(cell="fixed")] * 96 + [record(cell="fixed", ci95=[1.001, 1.002])] * 4
        self.assertEqual(row(missed, "fixed", "95 % intervals of a fixed number of pairs hold the truth").hits, 96)

    def test_what_failed_is_in_a_table_of_its_own(self):
        records = [record(), {"cell": "aa", "kernel": "l1", "load": "idle", "method": "assay", "effect": 0.0, "failed": "ouch"}]
        self.assertEqual(row(records, "aa", "all kernels, idle and with a neighbour").n, 1)
        self.assertEqual(figures.sections(records)[-1].rows, [("aa, l1, assay: ouch", "1")])

    def test_every_table_can_be_printed(self):
        text = figures.markdown(figures.sections([record()]))
        self.assertIn("| all kernels, idle and with a neighbour | 1 | 0 = 0 % |", text)
        self.assertIn("A against A", figures.plain(figures.sections([])))


class Rules(unittest.TestCase):
    """The rivals' rules on numbers worked out by hand."""

    def test_hyperfine(self):  # 11/10 with deviations of 10 % and 0: 1.1 +- 0.11 holds 1; with 1 %: 1.1 +- 0.011 does not
        self.assertEqual(rivals.own_interval([9, 10, 11], [11, 11, 11])["direction"], 0)
        self.assertEqual(rivals.own_interval([9.9, 10, 10.1], [11, 11, 11])["direction"], 1)
        self.assertEqual(rivals.own_interval([11, 11, 11], [9.9, 10, 10.1])["direction"], -1)

    def test_nanobench(self):  # medians 100 and 102, errors of 1 % and 0.98 % against 2 %: apart; 2 % each: not
        self.assertEqual(rivals.disjoint_errors([99, 100, 101], [101, 102, 103])["direction"], 1)
        self.assertEqual(rivals.disjoint_errors([98, 100, 102], [100, 102, 104])["direction"], 0)

    def test_tests(self):
        base, head = [10.0, 10.1, 10.2, 10.3, 10.4], [11.0, 11.1, 11.2, 11.3, 11.4]
        for rule in (rivals.u_test, rivals.t_test):
            self.assertEqual([rule(base, head)["direction"], rule(head, base)["direction"], rule(base, base)["direction"]],
                             [1, -1, 0])


class Schedule(unittest.TestCase):
    def test_every_round_has_every_kernel_against_itself(self):
        for number in (0, 1, 35):
            jobs = trust.round_jobs(number, trust.CELLS)
            self.assertEqual(sorted((j.kernel, j.load) for j in jobs if j.cell == "aa"),
                             sorted((k, l) for k in figures.KERNELS for l in figures.LOADS))
            self.assertEqual(len({trust.label(j) for j in jobs}), len(jobs))
            self.assertEqual(jobs, trust.round_jobs(number, trust.CELLS))

    def test_rivals_meet_every_kernel_and_effect_on_equal_terms(self):
        seen = {trust.rival_combination(number) for number in range(35)}
        self.assertEqual(seen, {(k, e) for k in figures.KERNELS for e in figures.RIVAL_EFFECTS})
        methods = [j.method for j in trust.round_jobs(4, ["rivals"])]
        self.assertEqual(sorted(methods), sorted(("assay",) + figures.RIVALS))

    def test_an_edit_changes_nothing_but_what_nobody_uses(self):
        source = (HERE.parent.parent / "kernels" / "effort.c").read_text(encoding="utf-8")
        edited = work.edited(source, "one")
        self.assertNotEqual(edited, work.edited(source, "two"))
        self.assertEqual(edited, work.edited(source, "one"))
        kept = [line for line in edited.splitlines() if line in source.splitlines()]
        for line in source.splitlines():
            self.assertIn(line, kept)


class Resume(unittest.TestCase):
    def setUp(self):
        self.place = tempfile.TemporaryDirectory(prefix="assay-trust-")
        self.addCleanup(self.place.cleanup)
        self.state = os.path.join(self.place.name, "trust")
        self.calls = pathlib.Path(self.place.name) / "calls"
        self.environment = dict(os.environ, ASSAY=str(HERE / "fake_assay.py"), FAKE_CALLS=str(self.calls))

    def words(self, *more, only="aa,effect,half"):
        return [sys.executable, "-B", str(HERE / "trust.py"), self.place.name, "--only", only, *more]

    def start(self, *more, **options):
        return subprocess.Popen(self.words(*more, **options), env=self.environment, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True)

    def run_to_end(self, *more, **options):
        with self.start(*more, **options) as process:
            out, err = process.communicate(timeout=100)
        return process.returncode, out, err

    def keys(self):
        lines = (pathlib.Path(self.state) / "comparisons.jsonl").read_text(encoding="utf-8").splitlines()
        return [json.loads(line)["key"] for line in lines]

    def test_a_kill_costs_the_comparison_under_way_and_counts_none_twice(self):
        expected = len(trust.round_jobs(0, ["aa", "effect", "half"]))
        self.environment["FAKE_SECONDS"] = "0.05"
        kills = 0
        while kills < 3:
            with self.start("--rounds", "1") as process:
                before = self.keys() if os.path.exists(self.state + "/comparisons.jsonl") else []
                while process.poll() is None:
                    now = self.keys() if os.path.exists(self.state + "/comparisons.jsonl") else []
                    if len(now) > len(before):
                        break
                    time.sleep(0.002)
                process.send_signal(signal.SIGKILL)
                process.communicate()
            kills += 1
        with open(self.state + "/comparisons.jsonl", "ab") as file:
            file.write(b'{"key": "cut off by a kil')
        self.environment["FAKE_SECONDS"] = "0"
        status, out, err = self.run_to_end("--rounds", "1")
        self.assertIn(status, (0, 1), err)
        keys = self.keys()
        self.assertEqual((len(keys), len(set(keys))), (expected, expected))
        calls = len(self.calls.read_text().splitlines())
        status, again, err = self.run_to_end("--rounds", "1")
        self.assertEqual(again, out)
        self.assertEqual(len(self.calls.read_text().splitlines()), calls)  # nothing was left to do
        _, reported, _ = self.run_to_end("--report")
        self.assertEqual(reported, out)

    def test_a_key_that_stands_twice_counts_once(self):
        kept = store.Store(self.state)
        kept.add("job", [record()])
        kept.close()
        path = pathlib.Path(self.state) / "comparisons.jsonl"
        path.write_bytes(path.read_bytes() * 2)
        self.assertEqual(len(store.Store(self.state, write=False).records), 1)

    def test_a_state_with_a_false_direction_falls_short(self):
        kept = store.Store(self.state)
        kept.add("good", [record() for _ in range(10)])
        kept.close()
        self.assertEqual(self.run_to_end("--report")[0], 0)
        kept = store.Store(self.state)
        kept.add("bad", [record(verdict="faster", direction=-1)])
        kept.close()
        status, out, _ = self.run_to_end("--report")
        self.assertEqual(status, 1)
        self.assertRegex(out, r"all kernels, idle and with a neighbour +11 .*SHORT")

    def test_two_cannot_write_at_once(self):
        first = store.Store(self.state)
        status, _, err = self.run_to_end("--rounds", "1")
        first.close()
        self.assertEqual((status, err), (1, f"trust: another run writes to {self.state}\n"))

    def test_failures_are_kept_and_end_it(self):
        self.environment["FAKE_WORDS"] = "assay: no such thing"
        status, _, err = self.run_to_end("--rounds", "1")
        self.assertEqual(status, 1)
        self.assertIn("5 failures in a row", err)
        _, out, _ = self.run_to_end("--report")
        self.assertIn("status 2: assay: no such thing", out)


if __name__ == "__main__":
    unittest.main()

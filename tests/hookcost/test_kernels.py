#!/usr/bin/env python3
"""The plug-ins of the experiment: every kernel verifies, one with a step too few does not, and hooks count their calls exactly.
Environment: ASSAY, ASSAY_BUILD."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import owntime  # pylint: disable=wrong-import-position
import place as places  # pylint: disable=wrong-import-position

HERE = pathlib.Path(__file__).resolve().parent

BUILD = pathlib.Path(os.environ["ASSAY_BUILD"])
PROGRAMS = BUILD / "tests" / "hookcost"
SMALL = {"ladder": ("ladder.chain", "ladder.chain:own=0,leaf=0,calls=3", "ladder.chain:own=7,leaf=5,calls=0", "ladder.wide",
                    "ladder.wide:own=21,leaf=3,calls=4", "ladder.wide:calls=0", "ladder.tree", "ladder.tree:own=1,short=2,middle=3,long=4",
                    "ladder.recursion", "ladder.recursion:depth=0", "ladder.recursion:own=1,leaf=2,depth=300",
                    "ladder.period:period_us=50"),
         "callcost": ("callcost.fib:n=0", "callcost.fib:n=1", "callcost.fib:n=20", "callcost.leaf:calls=0", "callcost.leaf:calls=1000",
                      "callcost.med:calls=10,steps=3", "callcost.contexts:depth=0", "callcost.contexts:depth=4",
                      "callcost.billion:calls=1000")}
# Calls of an iteration, by hand: `run` and now_ns (of ladder.period) not among them.
CALLS = {"ladder.chain": 11, "ladder.wide": 11, "ladder.tree": 3 + 2 * 9 + 6, "ladder.recursion": 22,
         "callcost.fib:n=20": 21891, "callcost.leaf:calls=1000": 1000, "callcost.med:calls=10,steps=3": 10,
         "callcost.contexts:depth=4": 11110}


class Kernels(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="assay-hookcost-")
        self.addCleanup(scratch.cleanup)
        self.scratch = pathlib.Path(scratch.name)
        self.environment = dict(os.environ, XDG_CACHE_HOME=str(self.scratch / "cache"), XDG_STATE_HOME=str(self.scratch / "state"))

    def measure(self, plugin, names):
        path = self.scratch / "document.json"
        done = subprocess.run([os.environ["ASSAY"], "run", "-q", "-o", path, "--processes", "1", "--samples", "2", "--batch", "1ms",
                               "--warmup", "0", "--no-layouts", *(f"{plugin}:{name}" for name in names)], env=self.environment,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
        self.assertTrue(path.exists(), done)
        return json.loads(path.read_text(encoding="utf-8"))["benchmarks"]

    def test_every_kernel_verifies(self):
        for plugin, names in SMALL.items():
            for benchmark, name in zip(self.measure(PROGRAMS / f"{plugin}.so", names), names, strict=True):
                self.assertEqual((benchmark["status"], benchmark["verified"]), ("ok", True), (name, benchmark.get("message")))

    def test_one_step_too_few_is_a_wrong_answer(self):
        names = ("ladder.chain", "ladder.wide", "ladder.tree", "ladder.recursion")
        for benchmark in self.measure(PROGRAMS / "broken" / "ladder_broken.so", names):
            self.assertEqual(benchmark["status"], "wrong-answer")

    def drive(self, name, build, record, threads):
        kernel, _, parameters = name.partition(":")
        plugin = PROGRAMS / (kernel.partition(".")[0] + ".so")
        hooked = PROGRAMS / (plugin.stem + ".builds") / (build + ".so")
        done = subprocess.run([PROGRAMS / "hookcost-driver", plugin, hooked, record, str(threads), "1", "3", kernel,
                               *(parameters.split(",") if parameters else ())], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              check=False)
        self.assertEqual(done.returncode, 0, done)
        return [int(word) for word in done.stdout.splitlines()[-1].split()[1:]]

    def test_calls_are_exact_in_counts_and_in_trees(self):
        for name, calls in CALLS.items():
            for threads in (1, 2):
                wanted = threads * (3 * calls + 1)
                self.assertEqual(self.drive(name, "counts", "calls", threads)[0], wanted, name)
                self.assertEqual(self.drive(name, "profile", "tree", threads)[1], wanted, name)
                self.assertEqual(self.drive(name, "profile", "0.25", threads)[1], wanted, name)

    def test_truth_has_a_line_a_round(self):
        done = subprocess.run([PROGRAMS / "hookcost-truth", PROGRAMS / "ladder.so", "ladder.chain", "0.1", "4", "own=10,leaf=5", "own=20"],
                              stdout=subprocess.PIPE, text=True, check=True)
        lines = places.floats(done.stdout)
        self.assertEqual([len(line) for line in lines], [1, 2, 2, 2, 2])
        self.assertTrue(all(value > 0 for line in lines[1:] for value in line))

    def test_wrong_words_are_refused(self):
        driver, plugin = PROGRAMS / "hookcost-driver", PROGRAMS / "ladder.so"
        for words, status, says in (((plugin,), 2, "usage"), ((plugin, plugin, "calls", "1", "1", "1", "ladder.chain"), 1, "no hooks"),
                                    ((plugin, plugin, "often", "1", "1", "1", "ladder.chain"), 2, "usage"),
                                    ((plugin, plugin, "calls", "0", "1", "1", "ladder.chain"), 2, "bad threads"),
                                    ((plugin, plugin, "calls", "1", "1", "1", "no.such"), 1, "no kernel")):
            done = subprocess.run([driver, *words], stderr=subprocess.PIPE, text=True, check=False)
            self.assertEqual(done.returncode, status)
            self.assertIn(says, done.stderr)

    def experiment(self, state, *words, **environment):
        """hookcost.py with a stand-in for assay."""
        environment = dict(self.environment, ASSAY=str(HERE / "fake_assay.py"), **environment)
        return subprocess.run([sys.executable, "-B", HERE / "hookcost.py", BUILD, "--state", self.scratch / state, *words], env=environment,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)

    def test_a_run_passes_falls_short_and_goes_on(self):
        words, rows = ("--only", "self", "--profiles", "1"), "tree_left=10,tree_short=5"
        good = self.experiment("good", *words, FAKE_ROWS=rows)
        self.assertEqual(good.returncode, 0, good)
        self.assertIn("nothing is SHORT", good.stdout)
        records = (self.scratch / "good" / "records.jsonl").read_bytes()
        again = self.experiment("good", *words, FAKE_ROWS=rows)
        self.assertEqual(again.stdout, good.stdout)
        self.assertEqual((self.scratch / "good" / "records.jsonl").read_bytes(), records)
        bad = self.experiment("bad", *words, FAKE_ROWS=rows, FAKE_GROWS="tree_short")
        self.assertEqual(bad.returncode, 1, bad)
        self.assertIn("SHORT: self: rows marked; self: comparisons with any row marked", bad.stdout)

    def test_what_cannot_be_measured_is_told(self):
        done = self.experiment("none", "--only", "unprivileged", FAKE_ROWS="no number")
        self.assertEqual(done.returncode, 1)
        self.assertIn("Not measured", done.stdout)

    def test_own_times_meet_their_truth(self):
        os.environ["ASSAY"], kept = str(HERE / "fake_assay.py"), os.environ["ASSAY"]
        os.environ["FAKE_ROWS"] = "chain_caller=200,chain_leaf=200"
        try:
            place = places.Place(BUILD, self.scratch / "state")
            records = owntime.measure_truth(place, [], "main")
            self.assertEqual(owntime.sizes(place, records), records[0])
            records += owntime.measure_profile(place, records, "main")
            sections = {section.name: section for section in owntime.report(records)}
        finally:
            os.environ["ASSAY"] = kept
        self.assertEqual([row.title for row in sections["own-share"].rows], ["main: chain_caller", "main: chain_leaf"])
        self.assertEqual(len(sections["own-coverage"].rows), 2)
        self.assertTrue(0 < sections["own-main"].rows[0].figure < 100)


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""The lab's experiments can see what they look for: a program that leaves something behind is caught, a tool's line is read, and a
section that cannot be measured is said to be SHORT of nothing but not to pass."""
import math
import os
import pathlib
import random
import stat
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "shared"))
import agreement  # noqa: E402
import leftovers  # noqa: E402
import suites  # noqa: E402
from place import Failed, Place, find  # noqa: E402

LEAVES = """#!/bin/sh
# Leaves a process of its own session behind. It is called as assay is.
exec -a assay-worker setsid sleep 30 </dev/null >/dev/null 2>&1 &
exec sleep 30
"""
CLEAN = "#!/bin/bash\nexec -a assay-worker sleep 30\n"


class Leftovers(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="assay-lab-")
        self.addCleanup(directory.cleanup)
        self.place = Place(directory.name, 1)

    def program(self, text):
        path = self.place.scratch / "program"
        path.write_text(text.replace("/bin/sh", "/bin/bash"), encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        self.place.assay = str(path)

    def test_a_process_that_is_left_behind_is_seen_and_ended(self):
        leftovers.PATIENCE_S, patience = 1, leftovers.PATIENCE_S
        self.addCleanup(setattr, leftovers, "PATIENCE_S", patience)
        self.program(LEAVES)
        before, left = leftovers.one(self.place, 0, "x", random.Random(1))
        self.assertGreaterEqual(len(before), 2)
        self.assertTrue(any("sleep(" in line for line in left), left)
        self.assertEqual(leftovers.carriers("ASSAY_LAB_MARK=leftovers.%d.0" % os.getpid()), [])

    def test_a_program_that_leaves_nothing_is_clean(self):
        self.program(CLEAN)
        before, left = leftovers.one(self.place, 1, "x", random.Random(1))
        self.assertEqual((len(before) >= 1, left), (True, []))

    def test_children_stand_below_their_parents(self):
        with subprocess.Popen(["sh", "-c", "sleep 30 & read word; kill $!"], stdin=subprocess.PIPE) as parent:
            children = []
            while not children:
                children = [int(pid) for pid in pathlib.Path(f"/proc/{parent.pid}/task/{parent.pid}/children").read_text().split()]
            lines = leftovers.tree([parent.pid, *children])
            parent.communicate(b"\n")
        self.assertTrue(lines[0].startswith("sh("))
        self.assertTrue(lines[1].startswith("  s"))


class Reading(unittest.TestCase):
    def test_the_line_of_timeit_is_read(self):
        self.assertEqual(agreement.best_us("500 loops, best of 5: 487 usec per loop\n"), 487)
        self.assertEqual(agreement.best_us("1 loop, best of 5: 1.2e+03 usec per loop\n"), 1200)
        with self.assertRaises(Failed):
            agreement.best_us("500 loops\n")

    def test_tools_take_turns_and_who_begins_changes(self):
        called = []

        def tool(name, value):
            def measure(_place):
                called.append(name)
                return value
            return measure

        place = type("Place", (), {"pairs": 3})
        self.assertEqual(agreement.in_turns(place, tool("a", 3), tool("b", 2)), [1.5, 1.5, 1.5])
        self.assertEqual("".join(called), "abbaab")

    def test_benchmarks_are_found_by_their_fields(self):
        document = {"benchmarks": [{"kernel": "k", "implementation": "c", "parameters": {"n": "1"}},
                                   {"kernel": "k", "implementation": "c", "parameters": {"n": "2"}}]}
        self.assertEqual(len(find(document, kernel="k")), 2)
        self.assertEqual(find(document, kernel="k", parameters={"n": "2"}), document["benchmarks"][1:])

    def test_an_interval_that_is_not_known_is_no_number(self):
        found = suites.interval({"statistics": {"processes": 3, "median": 5.0, "ci95": None}})
        self.assertEqual(found[:2], (3, 5.0))
        self.assertTrue(math.isnan(found[2]))


if __name__ == "__main__":
    unittest.main(verbosity=2)

#!/usr/bin/env python3
"""Profiles end to end: exact counts, shares that add up, who calls whom; and each pass that is refused or fails, with the rest
standing. Known counts are those of the lab (../../docs/kernels.md, measured with Python's cProfile)."""

import copy
import math
import os
import shutil
import subprocess

from profiling import KERNELS, SANITIZED, Profiling, calls, deny_sampling, function, noted, portion, unaccounted
from support import ASSAY, benchmark, main

# How often `next` of each generator of the lab is called for the primes below 10000: the lab's table.
LAB = {"trial": 1230, "listed": 1230, "listed_root": 1265, "listed_root_break": 1265}


def disagreements(document):
    """What in a profile of a known benchmark cannot be."""
    found = []
    for profile in document["profiles"]:
        plain, low, high = (profile["plain"][name] for name in ("ns", "low", "high"))
        if low is not None and not low <= plain <= high:
            found.append("plain time %s is not in %s to %s" % (plain, low, high))
        if plain != document["benchmarks"][profile["benchmark"]]["statistics"]["median"]:
            found.append("plain time is not the benchmark's median")
        for row in profile["functions"]:
            interval = row["own_interval"]
            if row["own"] is not None and interval is not None and None not in interval and not interval[0] <= row["own"] <= interval[1]:
                found.append("%s: own %s is not in %s" % (row["name"], row["own"], interval))
            if row["calls"] is not None and row["calls"] != int(row["calls"]):
                found.append("%s: %s calls of one iteration" % (row["name"], row["calls"]))
        edges = sum(edge["calls"] or 0 for edge in profile["edges"])
        counted = sum(row["calls"] or 0 for row in profile["functions"])
        if profile["edges"] and edges > counted:
            found.append("%s calls by edges, %s in all" % (edges, counted))
    return found


class Counts(Profiling):
    def test_the_labs_generators(self):
        for name, count in LAB.items():
            with self.subTest(kernel=name):
                document = self.profile("primes.%s:limit=10000" % name)
                profile = self.only(document)
                self.assertEqual(function(profile, name + "_next")["calls"], count)
                self.assertEqual(disagreements(document), [])
                self.assertEqual(document["benchmarks"][0]["verified"], True)

    def test_the_checks_can_fail(self):
        document = self.profile("primes.trial:limit=10000")
        for path, value in ((("plain", "ns"), 1), (("functions", 0, "own"), 1e12), (("functions", 0, "calls"), 1.5)):
            wrong = copy.deepcopy(document)
            place = wrong["profiles"][0]
            for step in path[:-1]:
                place = place[step]
            place[path[-1]] = value
            self.assertNotEqual(disagreements(wrong), [], path)

    def test_a_kernel_that_is_not_deterministic(self):
        self.bring("profiled")
        profile = self.only(self.profile("odd.fickle"))
        self.assertTrue(noted(profile, "leaf"), profile["notes"])
        self.assertTrue(any("leaf" in note and sum(part.isdigit() for part in note.replace(",", " ").split()) >= 2
                            for note in profile["notes"]), profile["notes"])


class Samples(Profiling):
    def test_shares_add_up(self):
        self.bring("profiled")
        profile = self.only(self.profile("odd.steady"))
        self.assertEqual(unaccounted(profile), [])
        self.assertGreater(profile["sampling"]["samples"], 30)
        self.assertGreater(portion(profile, "leaf"), 0.9)
        self.assertEqual(function(profile, "leaf")["calls"], 5)
        self.assertEqual(function(profile, "trunk")["calls"], 1)
        edge = [each for each in profile["edges"] if profile["functions"][each["callee"]]["name"] == "leaf"]
        self.assertEqual([(profile["functions"][each["caller"]]["name"], each["calls"]) for each in edge], [("trunk", 5)])
        wrong = copy.deepcopy(profile)
        function(wrong, "leaf")["share"] *= 0.5
        self.assertNotEqual(unaccounted(wrong), [])

    def test_as_nobody(self):
        """An unprivileged user, with perf_event_paranoid as it is here."""
        options = {}
        if os.geteuid() == 0:
            options = {"user": 65534, "group": 65534, "extra_groups": []}
            for directory, _, _ in os.walk(self.place):
                os.chown(directory, 65534, 65534)
        try:
            subprocess.run([ASSAY, "--version"], check=True, stdout=subprocess.DEVNULL, **options)
        except (PermissionError, FileNotFoundError):
            options = {}  # the build lies where nobody may not go: as who we are, then
        self.bring("profiled")
        profile = self.only(self.profile("odd.steady", **options))
        with open("/proc/sys/kernel/perf_event_paranoid", encoding="ascii") as file:
            allowed = int(file.read()) <= 2
        self.assertIn("cpu-clock" if allowed else "timer", profile["sampling"]["sampler"])
        self.assertEqual(unaccounted(profile), [])

    def test_by_a_timer(self):
        self.bring("profiled")
        profile = self.only(self.profile("--sampler", "timer", "odd.steady"))
        self.assertIn("timer", profile["sampling"]["sampler"])
        self.assertGreater(portion(profile, "leaf"), 0.9)

    def test_refused_by_the_system(self):
        self.bring("profiled")
        document = self.profile("odd.steady", preexec_fn=deny_sampling)
        profile = self.only(document)
        self.assertTrue(noted(profile, "no samples"), profile["notes"])
        self.assertEqual(profile["source"], "hooks")
        leaf = function(profile, "leaf")
        self.assertEqual((leaf["calls"], leaf["share"]), (5, None))
        self.assertGreater(leaf["own"], 0.5 * profile["plain"]["ns"])
        self.assertEqual(document["benchmarks"][0]["status"], "ok")

    def test_left_out(self):
        self.bring("profiled")
        profile = self.only(self.profile("--no-samples", "odd.steady"))
        self.assertEqual((profile["source"], profile["sampling"]["samples"]), ("hooks", None))
        profile = self.only(self.profile("--no-hooks", "odd.steady"))
        self.assertEqual((profile["source"], profile["hooks"]["closure"]), ("samples", None))
        self.assertEqual(function(profile, "leaf")["calls"], 5)

    def test_a_long_iteration(self):
        """One batch of one iteration a round."""
        self.bring("profiled")
        document = self.profile("--budget", "15s", "odd.slow")
        profile = self.only(document)
        self.assertEqual(set(document["benchmarks"][0]["samples"]["iterations"]), {1})
        self.assertEqual(function(profile, "leaf")["calls"], 15000)
        self.assertGreater(portion(profile, "leaf"), 0.9)


class Builds(Profiling):
    def test_without_other_builds(self):
        self.bring("profiled", builds=False)
        profile = self.only(self.profile("odd.steady"))
        self.assertTrue(noted(profile, "no profile build", "assay_add_kernel()", "assay new"), profile["notes"])
        self.assertIsNone(function(profile, "leaf")["calls"])
        self.assertGreater(portion(profile, "leaf"), 0.9)

    def test_stripped(self):
        plugin = self.bring("profiled")
        subprocess.run(["strip", plugin], check=True)
        profile = self.only(self.profile("odd.steady"))
        self.assertTrue(noted(profile, "stripped"), profile["notes"])
        self.assertTrue(any(row["kind"] == "unnamed" for row in profile["functions"]), calls(profile))

    def test_without_frame_pointers(self):
        self.bring("profiled_frames")
        profile = self.only(self.profile("odd.steady"))
        self.assertTrue(noted(profile, "frame pointer"), profile["notes"])
        self.assertGreater(portion(profile, "leaf"), 0.9)


class Failures(Profiling):
    def test_in_one_pass_only(self):
        """It crashes where hooks have a clock; counts and samples stand."""
        self.bring("profiled")
        document = self.profile("odd.crashes")
        profile = self.only(document)
        self.assertEqual(document["benchmarks"][0]["status"], "ok")
        self.assertTrue(noted(profile, "pass tree: crashed: killed by signal 6"), profile["notes"])
        self.assertEqual(function(profile, "leaf")["calls"], 5)
        self.assertEqual(unaccounted(profile), [])

    def test_another_answer_under_hooks(self):
        self.bring("profiled")
        profile = self.only(self.profile("odd.liar"))
        self.assertTrue(noted(profile, "pass tree", "sum 2, want 1"), profile["notes"])

    def test_a_wrong_answer_has_no_profile(self):
        self.bring("profiled")
        document = self.profile("odd.wrong", status=3)
        self.assertEqual(document["benchmarks"][0]["status"], "wrong-answer")
        self.assertEqual(document.get("profiles", []), [])


class Costs(Profiling):
    def test_allocations(self):
        self.bring("profiled")
        document = self.profile("--cost", "allocations", "odd.allocates")
        profile = self.only(document)
        self.assertEqual((function(profile, "many")["calls"], function(profile, "few")["calls"]), (1, 1))
        if SANITIZED:
            return  # its allocator and the counter exclude each other
        self.assertEqual((profile["cost"], profile["unit"]), ("allocations", "1"))
        many, few = function(profile, "many"), function(profile, "few")
        self.assertEqual((many["own"], many["second"]), (30, 3000))
        self.assertEqual((few["own"], few["second"]), (2, 1024))
        self.assertEqual((few["total"], few["second_total"]), (32, 4024))

    def test_instructions_are_the_same_twice(self):
        self.bring("profiled")
        first = self.only(self.profile("--cost", "instructions", "--budget", "40s", "odd.steady"))
        if SANITIZED:
            self.assertTrue(noted(first, "instructions are not counted"), first["notes"])
            return
        second = self.only(self.profile("--cost", "instructions", "--budget", "40s", "odd.steady"))
        own = {row["name"]: row["own"] for row in first["functions"]}
        self.assertEqual(own, {row["name"]: row["own"] for row in second["functions"]})
        self.assertGreaterEqual(own["leaf"], 5 * 8000 * 3)  # a multiplication, an addition and a branch at the least
        self.assertEqual(function(first, "leaf")["calls"], 5)
        self.assertTrue(math.isclose(function(first, "trunk")["total"], own["leaf"] + own["trunk"]))

    def test_lines(self):
        self.bring("profiled")
        profile = self.only(self.profile("--lines", "odd.steady"))
        counts = {line["count"] for line in profile["lines"] if os.path.basename(line["file"]) == "profiled.c"}
        self.assertTrue({5, 40000} <= counts or {5, 40005} & counts, (counts, profile["notes"]))
        self.assertTrue(profile["addresses"])


class Languages(Profiling):
    def test_python(self):
        document = self.profile("primes.trial:limit=1000@cpython")
        profile = self.only(document)
        self.assertEqual(profile["source"], "cProfile")
        self.assertEqual(benchmark(document, "primes.trial")["implementation"], "cpython")
        # 168 primes below 1000, and the call that ends them: by the kernel's source, and Python's own count.
        self.assertEqual(function(profile, "__next__")["calls"], 169)

    def test_python_has_no_instructions(self):
        profile = self.only(self.profile("--cost", "instructions", "primes.trial:limit=100@cpython"))
        self.assertTrue(noted(profile, "not a C plug-in"), profile["notes"])


if __name__ == "__main__":
    assert shutil.which("strip") and os.path.isdir(KERNELS)
    main()

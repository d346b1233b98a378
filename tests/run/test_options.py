#!/usr/bin/env python3
"""What the options of `run` do to the document: --cold, --append, --threads, --jobs, commands, columns, intervals."""

import json
import os

from support import PLUGINS, Case, benchmark, incomplete, main, rows, samples

SHORT = ("--samples", "4", "--processes", "2", "--batch", "1ms", "--warmup", "0")
SANITIZED = "ASSAY_TEST_SANITIZED" in os.environ


def counter(each, name):
    found = [values for values in each["counters"] if values["name"] == name]
    return found[0] if found else None


def by_mode(document):
    return {each["mode"]: each for each in document["benchmarks"]}


class Options(Case):
    def test_cold_adds_the_first_iteration_and_the_flushed(self):
        ended, document = self.run_to("x.json", "--cold", *SHORT, "good.sum")
        self.assertEqual(ended.status, 0, ended.err)
        modes = by_mode(document)
        self.assertEqual(set(modes), {"warm", "first", "flushed"})
        for mode in ("first", "flushed"):
            self.assertEqual(incomplete(modes[mode], 4), [])
            self.assertEqual(set(modes[mode]["samples"]["iterations"]), {1})
        # the first of a fresh process: each sample has a process of its own, without warm-up
        self.assertEqual(sorted(modes["first"]["samples"]["process"]), [0, 1, 2, 3])
        self.assertEqual({process["warmup_ns"] for process in modes["first"]["processes"]}, {0})
        self.assertLess(len(modes["flushed"]["processes"]), 4)
        self.validate("x.json")
        _, plain = self.run_to("y.json", *SHORT, "good.sum")
        self.assertEqual(set(by_mode(plain)), {"warm"})

    def test_append_adds_a_session_and_keeps_what_was_there(self):
        _, before = self.run_to("x.json", "--seed", "1", *SHORT, "good.sum")
        ended = self.assay("run", "-q", "--append", "x.json", "--seed", "2", *SHORT, "good.sum", "good.quick")
        self.assertEqual((ended.status, ended.err), (0, ""))
        document = self.load("x.json")
        self.validate("x.json")
        self.assertEqual([session["seed"] for session in document["sessions"]], ["1", "2"])
        both = benchmark(document, "good.sum")
        self.assertEqual((samples(both), {process["session"] for process in both["processes"]}), (8, {0, 1}))
        self.assertEqual(rows(both)[:4], rows(benchmark(before, "good.sum")))
        self.assertEqual({process["session"] for process in benchmark(document, "good.quick")["processes"]}, {1})

    def test_threads_count_the_iterations_of_all(self):
        ended, document = self.run_to("x.json", "--threads", "2", *SHORT, "good.sum", "good.shared")
        self.assertEqual(ended.status, 3)
        several = benchmark(document, "good.sum")
        self.assertEqual((several["threads"], incomplete(several, 4)), (2, []))
        self.assertTrue(all(count % 2 == 0 for count in several["samples"]["iterations"]))
        shared = benchmark(document, "good.shared")
        self.assertEqual(shared["status"], "unavailable")
        self.assertIn("2 threads", shared["message"])
        self.validate("x.json")

    def test_threads_that_setup_makes_may_run_everywhere(self):
        ended, document = self.run_to("x.json", *SHORT, os.path.join(PLUGINS, "diary.so") + ":diary.pool")
        self.assertEqual(ended.status, 0, ended.err)
        self.assertEqual(document["benchmarks"][0]["answer"]["sum"], str(len(os.sched_getaffinity(0))))

    def test_commands_are_whole_processes(self):
        with open(self.path("program"), "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\necho run >>trace\n")
        os.chmod(self.path("program"), 0o755)
        ended, document = self.run_to("x.json", *SHORT, "--prepare", "echo prepare >>trace", "--", "./program")
        self.assertEqual(ended.status, 0, ended.err)
        command = benchmark(document, "command.run")
        self.assertEqual(incomplete(command, 4), [])
        self.assertEqual(set(command["samples"]["iterations"]), {1})
        with open(self.path("trace"), encoding="utf-8") as file:
            trace = file.read().split()
        self.assertGreaterEqual(len(trace), 8)
        self.assertEqual(trace, ["prepare", "run"] * (len(trace) // 2))
        ended, document = self.run_to("y.json", *SHORT, "--", "true")
        self.assertEqual((ended.status, incomplete(benchmark(document, "command.run"), 4)), (0, []))

    def test_a_command_that_fails_is_a_failed_benchmark(self):
        for words in (("false",), ("sh", "-c", "kill -9 $$")):
            ended, document = self.run_to("x.json", *SHORT, "--", *words)
            each = benchmark(document, "command.run")
            self.assertEqual((ended.status, each["status"], samples(each)), (3, "failed", 0))
            self.assertTrue(each["message"])
            self.assertNotEqual(incomplete(each, 4), [])
        ended, document = self.run_to("x.json", *SHORT, "--prepare", "exit 7", "--", "true")
        self.assertEqual((ended.status, benchmark(document, "command.run")["status"]), (3, "failed"))

    def test_all_columns(self):
        """Operations as the lab counted them; allocations of a kernel that makes one of 32 bytes an iteration; and what this
        machine cannot count has a reason."""
        ended, document = self.run_to("x.json", "--columns", "all", "--no-layouts", *SHORT, "primes.trial:limit=10000",
                                      "primes.below:bound=1000", "good.talk", "good.sum")
        self.assertEqual(ended.status, 0, ended.err)
        self.assertEqual(benchmark(document, "primes.trial")["work"]["operations"], 117709)
        self.assertEqual(benchmark(document, "primes.below")["work"]["operations"], 15787)
        self.assertIsNone(benchmark(document, "good.sum")["work"]["operations"])
        self.assertTrue(any("operations of good.sum" in warning for warning in document["warnings"]))
        for each in document["benchmarks"]:
            for values in each["counters"]:
                self.assertNotEqual(bool(values["values"]), bool(values["reason"]), values)
        if not SANITIZED:  # its allocator and the counter of allocations exclude each other
            talk = benchmark(document, "good.talk")
            self.assertEqual(counter(talk, "allocations")["values"], [1])
            self.assertEqual(counter(talk, "allocated_bytes")["values"], [32])
            self.assertEqual(counter(benchmark(document, "good.sum"), "allocations")["values"], [0])
        self.validate("x.json")

    def test_no_interval_under_six_processes(self):
        for processes in (5, 6):
            _, document = self.run_to("x.json", "--samples", str(2 * processes), "--processes", str(processes), "--batch", "1ms",
                                      "--warmup", "0", "good.sum")
            numbers = benchmark(document, "good.sum")["statistics"]
            self.assertEqual(numbers["processes"], processes)
            self.assertEqual((numbers["ci95"] is None, numbers["ci95_reason"] is None), (processes < 6, processes >= 6))
        self.assertLessEqual(numbers["ci95"][0], numbers["median"])

    def test_every_process_has_its_own_seed_and_the_recorded_one_gives_them_again(self):
        seeds = []
        for _ in range(2):
            _, document = self.run_to("x.json", "--seed", "42", *SHORT, "good.sum", "good.quick")
            seeds.append([process["seed"] for each in document["benchmarks"] for process in each["processes"]])
        self.assertEqual(seeds[0], seeds[1])
        self.assertEqual(len(set(seeds[0])), 4)
        self.assertEqual(document["seed"], "42")

    def test_a_plan_measures_nothing(self):
        ended = self.assay("run", "--dry-run", "--format", "json", "good.sum")
        self.assertEqual((ended.status, len(json.loads(ended.out)["benchmarks"])), (0, 1))
        self.assertEqual((os.listdir(self.work), self.journal_paths()), ([], []))


if __name__ == "__main__":
    main()

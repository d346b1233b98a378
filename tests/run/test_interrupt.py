#!/usr/bin/env python3
"""Ctrl-C and its kin: the run ends with what was measured, and nothing runs on."""

import json
import os
import signal

from support import Case, benchmark, incomplete, main, samples, unaccounted

WANTED = 300
RUN = ("run", "-q", "-o", "x.json", "--samples", str(WANTED), "--processes", "3", "--batch", "1ms", "--warmup", "0")


class Interrupt(Case):
    def interrupt(self, number, batches, *words):
        """Sends the signal once so many batches are journaled; how it ended, the journal at that moment, the document."""
        process = self.start(*RUN, *words)
        journal = self.wait_for_batches(process, batches)
        process.send_signal(number)
        _, err = process.communicate(timeout=60)
        self.assertEqual((process.returncode, err), (130, b""))
        self.no_survivors()
        self.validate("x.json")
        return journal, self.load("x.json")

    def test_each_signal_ends_the_run_with_what_was_measured(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(signal=number):
                journal, document = self.interrupt(number, 60, "good.sum", "good.quick", "bad.child")
                self.assertEqual(unaccounted(journal, document), [])
                self.assertEqual([each["status"] for each in document["benchmarks"]], ["interrupted"] * 3)
                self.assertTrue(all(each["message"] for each in document["benchmarks"]))
                self.assertEqual(self.journal_paths(), [])

    def test_what_was_done_stays_done(self):
        """In sequential order the first benchmark is complete, the second is cut off, the third was not begun."""
        _, document = self.interrupt(signal.SIGINT, WANTED + 20, "--order", "sequential", "good.sum", "good.quick",
                                     "good.empty")
        self.assertEqual(incomplete(benchmark(document, "good.sum"), WANTED), [])
        second = benchmark(document, "good.quick")
        self.assertEqual((second["status"], 0 < samples(second) < WANTED), ("interrupted", True))
        self.assertNotEqual(incomplete(second, WANTED), [])  # the check can fail
        third = benchmark(document, "good.empty")
        self.assertEqual((third["status"], samples(third), third["statistics"]), ("interrupted", 0, None))

    def test_a_request_under_way_does_not_hold_it_up(self):
        """A kernel that hangs is not waited for. Before the first batch there is no estimate, but a row."""
        process = self.start(*RUN, "--timeout", "600s", "bad.hang", "good.sum")
        while not self.journal_bytes() or len(self.survivors()) < 2:
            self.assertIsNone(process.poll())
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130)
        self.no_survivors()
        self.validate("x.json")
        self.assertEqual({each["status"] for each in self.load("x.json")["benchmarks"]}, {"interrupted"})

    def test_a_second_signal_may_kill_and_loses_nothing(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(signal=number):
                process = self.start(*RUN, "good.sum", "bad.child")
                journal = self.wait_for_batches(process, 30)
                process.send_signal(number)
                process.send_signal(number)
                process.communicate(timeout=60)
                self.assertIn(process.returncode, (130, -number))
                self.no_survivors()
                if not os.path.exists(self.path("x.json")):
                    kept = self.journal_bytes()
                    self.assertTrue(kept.startswith(journal))
                    self.assertTrue(all(json.loads(line) for line in kept.split(b"\n")[:-1]))
                    self.assertEqual(self.assay("run", "-q", "--resume").status, 0)
                self.assertEqual(unaccounted(journal, self.load("x.json")), [])
                os.remove(self.path("x.json"))


if __name__ == "__main__":
    main()

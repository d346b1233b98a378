#!/usr/bin/env python3
"""Kernels that misbehave: each becomes a status with words, and nothing of it reaches its neighbours."""

import copy
import os
import re
import subprocess
import time

from support import Case, benchmark, incomplete, main, samples

SAMPLES, PROCESSES = 30, 3
# kernel: status, words of its message
BAD = {
    "bad.segfault": ("crashed", "signal 11"),
    "bad.abort": ("crashed", "signal 6"),
    "bad.hang": ("timed-out", "(--timeout)"),
    "bad.exit": ("exited", "exited with status 0"),
    "bad.memory": ("out-of-memory", "(--memory)"),
    "bad.orphan": ("failed", "left 1 process behind, now killed"),
    "bad.wrong": ("wrong-answer", "count is 2, want 1"),
    "bad.wrong_late": ("wrong-answer", "sum is 8, want 7"),
    "bad.fickle": ("wrong-answer", "the first batch of this process"),
    "bad.removed": ("implausible", "operations need at least"),
    "bad.fail_setup": ("failed", "the input is missing"),
    "bad.no_memory": ("out-of-memory", "no memory for the table"),
    "bad.fail_run": ("failed", "lost"),
    "bad.fail_answer": ("failed", "gave no reason"),
    "bad.not_finite": ("failed", "not a finite number"),
    "bad.line_feed": ("failed", "line feed"),
    "throwing.run": ("failed", "threw an exception"),
}
GOOD = ("good.sum", "good.talk", "good.quick", "good.once", "bad.scribble", "bad.child", "bad.slow_setup")


def not_caught(document):
    """Bad kernels that did not become their status, with their words."""
    found = []
    for name, (status, words) in BAD.items():
        each = benchmark(document, name)
        if each["status"] != status or words not in (each["message"] or ""):
            found.append("%s is %s: %s" % (name, each["status"], each["message"]))
        if each["statistics"] and each["status"] == "ok":
            found.append("%s has an estimate" % name)
    return found


def ranked(text):
    """Ids of the rows of a table that have a rank: a number before the name."""
    return re.findall(r"^ *\d+  (\S+)", text, re.MULTILINE)


def is_running(pid):
    try:
        with open("/proc/%d/stat" % pid, encoding="utf-8") as file:
            return file.read().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


class BadPlugins(Case):
    plugins = ("good.so", "bad.so", "throwing.so")

    def named(self):
        traces = {"bad.orphan": "orphan", "bad.child": "child", "bad.wrong_late": "count"}
        names = [name for name in (*GOOD, *BAD) if name not in traces and name != "bad.slow_setup"]
        names += ["%s:file=%s" % (name, self.path(file)) for name, file in traces.items()]
        return names + ["bad.slow_setup:seconds=0.05"]

    def test_each_becomes_its_status_and_the_others_are_complete(self):
        ended, document = self.run_to("x.json", "--samples", str(SAMPLES), "--processes", str(PROCESSES), "--batch", "1ms",
                                      "--warmup", "0", "--timeout", "2s", "--memory", "300M", "--seed", "5", *self.named())
        self.assertEqual(ended.status, 3, ended.err)
        self.validate("x.json")
        self.assertEqual(not_caught(document), [])
        for name in GOOD:
            self.assertEqual(incomplete(benchmark(document, name), SAMPLES), [])
        self.assertEqual([name for name in BAD if any(each.startswith(name) for each in ranked(ended.out))], [])
        self.assertIn("good.quick", ranked(ended.out))
        self.assertIn("prints", benchmark(document, "bad.scribble")["flags"])
        self.wrong_late_counted_to_the_third(document)
        self.nothing_is_left()
        self.checks_can_fail(document, ended.out)

    def wrong_late_counted_to_the_third(self, document):
        """Only in the tenth batch of its third process: what came before is kept, and is no estimate of anything."""
        late = benchmark(document, "bad.wrong_late")
        counts = [late["samples"]["process"].count(process) for process in range(PROCESSES)]
        self.assertEqual(counts[:2], [10, 10])
        self.assertLess(counts[2], 10)
        self.assertEqual(late["verified"], False)
        self.assertEqual(late["answer"]["sum"], "8")
        self.assertEqual(os.path.getsize(self.path("count")), 3)

    def nothing_is_left(self):
        for file in ("orphan", "child"):
            with open(self.path(file), encoding="utf-8") as lines:
                pids = [int(line) for line in lines]
            self.assertTrue(pids)
            self.assertEqual([pid for pid in pids if is_running(pid)], [])
        self.assertEqual(self.survivors(), [])

    def checks_can_fail(self, document, text):
        tampered = copy.deepcopy(document)
        benchmark(tampered, "bad.removed").update(status="ok", message=None)
        self.assertEqual(len(not_caught(tampered)), 1)
        tampered = copy.deepcopy(document)
        benchmark(tampered, "bad.wrong")["message"] = "count is 1"
        self.assertEqual(len(not_caught(tampered)), 1)
        benchmark(tampered, "good.sum")["samples"]["iterations"].pop()
        self.assertNotEqual(incomplete(benchmark(tampered, "good.sum"), SAMPLES), [])
        self.assertTrue(any(name.startswith("bad.wrong") for name in ranked(text.replace("   bad.wrong ", "2  bad.wrong "))))

    def test_a_process_that_lives_is_seen(self):
        """The broken twin of `nothing_is_left`."""
        process = subprocess.Popen(["sleep", "60"], env=self.environment)
        try:
            end = time.monotonic() + 5
            while process.pid not in self.survivors() and time.monotonic() < end:
                time.sleep(0.01)
            self.assertTrue(is_running(process.pid))
            self.assertIn(process.pid, self.survivors())
        finally:
            process.kill()
            process.wait()
        self.assertFalse(is_running(process.pid))

    def test_one_that_prints_without_end_is_watched_all_the_same(self):
        """Memory and time are looked at, however much there is to read."""
        ended, document = self.run_to("x.json", "--samples", "4", "--processes", "2", "--batch", "1ms", "--timeout", "30s",
                                      "--memory", "400M", self.odd("greedy"), "good.quick")
        self.assertEqual(ended.status, 3)
        self.assertEqual(benchmark(document, "greedy.work")["status"], "out-of-memory")
        self.assertEqual(incomplete(benchmark(document, "good.quick"), 4), [])
        _, document = self.run_to("y.json", "--samples", "4", "--processes", "2", "--batch", "1ms", "--timeout", "1s",
                                  self.odd("loud"))
        self.assertEqual(benchmark(document, "loud.work")["status"], "timed-out")

    def test_one_that_never_reads_is_given_up_in_time(self):
        """A request that does not fit into the pipe is bounded by --timeout too."""
        del self.environment["COLUMNS"]
        _, document = self.run_to("x.json", "--samples", "2", "--processes", "1", "--batch", "1ms", "--timeout", "1s",
                                  "-p", "text=" + "x" * 120000, self.odd("deaf"))
        deaf = benchmark(document, "deaf.work")
        self.assertEqual((deaf["status"], deaf["message"]), ("timed-out", "no reply to 'setup' within 1 s (--timeout)"))

    def test_the_end_of_a_budget_excuses_no_kernel_that_hangs(self):
        """A request that outlives --timeout is a failure, also when the budget is over at the end of the run."""
        _, document = self.run_to("x.json", "--budget", "3s", "--batch", "1ms", "--warmup", "0", "--timeout", "500ms",
                                  self.odd("tired"), "good.quick")
        tired = benchmark(document, "tired.work")
        self.assertEqual((tired["status"], samples(tired)), ("timed-out", 4), tired["message"])
        self.assertIn("(--timeout)", tired["message"])
        self.assertEqual(benchmark(document, "good.quick")["status"], "ok")


if __name__ == "__main__":
    main()

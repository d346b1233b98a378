#!/usr/bin/env python3
"""kill -9 of the coordinator at any moment: nothing runs on, nothing that was journaled is lost, and --resume completes."""

import json
import os
import random
import shutil
import signal
import time

from support import Case, incomplete, main, rows, samples, unaccounted

WANTED = 40
NAMES = ("good.sum", "good.quick", "bad.child", "bad.wrong")
RUN = ("run", "-q", "-o", "x.json", "--samples", str(WANTED), "--processes", "4", "--batch", "1ms", "--warmup", "1ms",
       "--seed", "11", *NAMES)


def complete(document):
    """What a resumed run lacks of an uninterrupted one."""
    found = ["%s has %d samples, want %d" % (each["id"], samples(each), WANTED) for each in document["benchmarks"][:3]
             if samples(each) != WANTED or each["status"] != "ok"]
    wrong = document["benchmarks"][3]
    if (wrong["status"], wrong["verified"]) != ("wrong-answer", False):
        found.append("%s is %s, verified %s" % (wrong["id"], wrong["status"], wrong["verified"]))
    return found


class Kill(Case):
    def kill_after(self, batches, delay_s=0.0):
        """Starts the run, kills it once the journal holds so many batches; what the journal holds after that."""
        process = self.start(*RUN)
        self.wait_for_batches(process, batches)
        time.sleep(delay_s)
        process.kill()
        process.communicate()
        self.no_survivors()
        return self.journal_bytes()

    def listed(self):
        return json.loads(self.assay("list", "--journals", "--format", "json").out)["journals"]

    def resumed(self):
        ended = self.assay("run", "-q", "--resume")
        self.assertEqual((ended.status, ended.err), (3, ""), ended.out)
        self.assertEqual(self.journal_paths(), [])
        self.validate("x.json")
        return self.load("x.json")

    def forget(self):
        shutil.rmtree(self.journals, ignore_errors=True)
        if os.path.exists(self.path("x.json")):
            os.remove(self.path("x.json"))

    def test_at_any_moment(self):
        random.seed(os.environ.get("ASSAY_TEST_SEED", "1"))
        moments = [(0, random.uniform(0, 0.2))] + [(random.randrange(1, 3 * WANTED), random.uniform(0, 0.004)) for _ in range(5)]
        for batches, delay_s in moments:
            with self.subTest(batches=batches, delay_s=delay_s):
                self.forget()
                journal = self.kill_after(batches, delay_s)
                if os.path.exists(self.path("x.json")) or not journal.endswith(b"\n"):
                    continue  # it was faster, or had not written its first line: nothing to resume
                self.assertEqual(self.listed()[0]["samples"], journal.count(b'{"batch":'))
                self.assertFalse(self.listed()[0]["running"])
                document = self.resumed()
                self.assertEqual(unaccounted(journal, document), [])
                self.assertEqual(complete(document), [])

    def test_a_worker_that_does_not_listen_dies_too(self):
        """It reads nothing, so that no end of file ends it."""
        self.environment["ODD_TRACE"] = self.path("trace")
        process = self.start("run", "-q", "--timeout", "600s", self.odd("deaf"))
        end = time.monotonic() + 60
        while time.monotonic() < end and not os.path.exists(self.path("trace")):
            time.sleep(0.01)
        self.assertTrue(os.path.exists(self.path("trace")))
        process.kill()
        process.communicate()
        self.no_survivors()

    def test_twice_and_with_a_torn_last_line(self):
        journal = self.kill_after(20)
        path = self.journal_paths()[0]
        torn = journal[:-1].rpartition(b"\n")
        with open(path, "r+b") as file:
            file.truncate(len(journal) - 1 - len(torn[2]) // 2)
        whole = torn[0] + b"\n"
        process = self.start("run", "-q", "--resume", path)
        second = self.wait_for_batches(process, journal.count(b'{"batch":') + 20)
        process.kill()
        process.communicate()
        self.no_survivors()
        self.assertTrue(second.startswith(whole))
        self.assertTrue(all(json.loads(line) for line in second.split(b"\n")[:-1]))
        document = self.resumed()
        self.assertEqual(unaccounted(whole, document), [])
        self.assertEqual(unaccounted(second, document), [])
        self.assertEqual(complete(document), [])
        self.remembers(document)

    def remembers(self, document):
        """The document is that of the run that began it, with its readings of the reference chain."""
        session = document["sessions"][0]
        self.assertIn("--samples %d" % WANTED, session["command"])
        self.assertEqual(document["seed"], "11")
        batches = [start for each in document["benchmarks"] for start in each["samples"]["start_ns"]]
        self.assertLess(min(session["reference"]["start_ns"]), min(batches))
        self.assertGreater(max(session["reference"]["start_ns"]), max(batches))

    def test_a_budget_does_not_count_pauses(self):
        """Cut off twice, with longer pauses than the budget: there is still time left to measure."""
        process = self.start("run", "-q", "-o", "x.json", "--budget", "1500ms", "--batch", "1ms", "--warmup", "0", "good.sum")
        for count in (10, 20):
            self.wait_for_batches(process, count)
            process.kill()
            process.communicate()
            time.sleep(1.6)
            journal = self.journal_bytes()
            process = self.start("run", "-q", "--resume")
        process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0)
        document = self.load("x.json")
        self.assertEqual(unaccounted(journal, document), [])
        self.assertGreater(samples(document["benchmarks"][0]), journal.count(b'{"batch":'))

    def test_the_accounting_can_fail(self):
        """A journal with one batch line removed, a document with a sample removed, and one with a sample doubled."""
        journal = self.kill_after(30)
        lines = journal.split(b"\n")
        victim = max(index for index, line in enumerate(lines) if line.startswith(b'{"batch":'))
        with open(self.journal_paths()[0], "wb") as file:
            file.write(b"\n".join(lines[:victim] + lines[victim + 1:]))
        document = self.resumed()
        self.assertEqual(len(unaccounted(journal, document)), 1)
        self.assertEqual(complete(document), [])
        honest = b"\n".join(lines[:victim] + lines[victim + 1:])
        self.assertEqual(unaccounted(honest, document), [])
        columns = document["benchmarks"][0]["samples"]
        last = rows(document["benchmarks"][0])[0]
        for column, value in zip(columns.values(), last):
            column.append(value)
        self.assertNotEqual(unaccounted(honest, document), [])
        self.assertNotEqual(complete(document), [])
        for column in columns.values():
            del column[0], column[-1]
        self.assertNotEqual(unaccounted(honest, document), [])

    def test_the_document_alone_may_be_missing(self):
        """All was measured, and nothing is measured again: also when a budget has time left."""
        for much in (("--samples", "12", "--processes", "3"), ("--budget", "1s")):
            ended = self.assay("run", "-q", "-o", "/dev/full", "--batch", "1ms", "--warmup", "0", *much, "good.sum", "good.quick")
            self.one_line(ended._replace(out=""), "No space left on device", "assay run --resume")
            journal = self.journal_bytes()
            self.assertTrue(self.listed()[0]["ended"])
            ended = self.assay("run", "-q", "--resume", "-o", "x.json")
            self.assertEqual((ended.status, ended.err), (0, ""))
            document = self.load("x.json")
            self.assertEqual(unaccounted(journal, document), [])
            self.assertEqual(sum(map(samples, document["benchmarks"])), journal.count(b'{"batch":'))
            if much[0] == "--samples":  # not one is missing in the journal
                self.assertEqual([incomplete(each, 12) for each in document["benchmarks"]], [[], []])
            self.assertEqual(self.journal_paths(), [])

    def test_a_journal_in_use_is_refused(self):
        process = self.start("run", "-q", "--budget", "60s", "--batch", "1ms", "good.sum")
        try:
            self.wait_for_batches(process, 3)
            path = self.journal_paths()[0]
            self.assertTrue(self.listed()[0]["running"])
            self.one_line(self.assay("run", "--resume", path), "is still going on")
            self.one_line(self.assay("run", "--resume"), "there is no journal to resume")
            before = self.journal_bytes().count(b"\n")
            after = self.wait_for_batches(process, self.journal_bytes().count(b'{"batch":') + 3)
            self.assertGreater(after.count(b"\n"), before)
        finally:
            process.send_signal(signal.SIGKILL)
            process.communicate()

    def test_damaged_journals_are_refused_in_words_and_left_alone(self):
        journal = self.kill_after(10)
        path = self.journal_paths()[0]
        lines = journal.split(b"\n")
        batch = next(line for line in lines if line.startswith(b'{"batch":'))
        first = json.loads(lines[0])
        damages = {
            "not a journal": (b"", b"\n", b"hello\n", b"{}\n{}\n"),
            "this assay reads assay.journal/1": (json.dumps({**first, "journal": "assay.journal/2"}).encode() + b"\n",),
            "damaged": (
                journal + batch.replace(b"[%d," % json.loads(batch)["batch"][0], b"[99,", 1) + b"\n" + batch + b"\n",
                journal + b'{"batch":[0,1,1,1]}\n' + batch + b"\n",
                journal + b'{"batch":[0,1,1,-5,null,0,0,0,0,0,0,0]}\n',
                journal + b'{"process":7000,"of":0,"seed":"1","layout":0,"processor":0}\n',
                journal + b'{"reference":[-1,0]}\n', journal + b'{"resumed":-1}\n',
                lines[0].replace(b'"realtime_ns"', b'"realtime"') + b"\n"),
            "is not a JSON object": (b"hello\nworld\n", b"[]\n{}\n", b"\n".join([*lines[:3], b"torn {", *lines[3:]]),),
            "plan": (json.dumps({**first, "plan": None}).encode() + b"\n",),
        }
        for words, every in damages.items():
            for damaged in every:
                with self.subTest(words=words, damaged=damaged[-100:]):
                    with open(path, "wb") as file:
                        file.write(damaged)
                    self.one_line(self.assay("run", "--resume", path), words)
                    with open(path, "rb") as file:
                        self.assertEqual(file.read(), damaged)
                    self.assertEqual(os.listdir(self.work), [])
        for path in (self.work, "/dev/null"):
            self.one_line(self.assay("run", "--resume", path), "assay: ")


if __name__ == "__main__":
    main()

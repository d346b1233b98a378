#!/usr/bin/env python3
"""Twenty writers at once, each killed at a random moment, over a file and over a server: what a writer said is recorded is there, once and
whole, and the store opens clean. A writer that says so before it has recorded makes the same check go red."""
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "shared"))
from postgresql_server import Server  # noqa: E402

DRIVER = os.environ["HISTORY_DRIVER"]
WRITERS = 20
MOST_LINES = 8      # a writer lives until it has said 1 to so many
MOST_LATER_S = 0.02 # and a random moment longer
SEED = random.SystemRandom().randrange(2**32)


def live_and_die(address, name, how, chance, said):
    """One writer, to its death; what it said goes to `said`."""
    lines = chance.randint(1, MOST_LINES)
    with subprocess.Popen([DRIVER, "write", address, name, *how], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        seen = [child.stdout.readline() for _ in range(lines)]
        time.sleep(chance.uniform(0, MOST_LATER_S))
        child.kill()
        rest, words = child.communicate()
    if child.returncode != -9 or words:
        said.append(f"{name}: ended by itself, status {child.returncode}: {words}")
    said += [line for line in [*seen, *rest.splitlines(keepends=True)] if line.endswith("\n")]


def storm(address, tag, *how):
    """What twenty writers said before each was killed."""
    said = []
    chances = [random.Random(f"{SEED} {tag} {i}") for i in range(WRITERS)]
    threads = [threading.Thread(target=live_and_die, args=(address, f"{tag}{i}", how, chances[i], said)) for i in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


def check(address, said):
    return subprocess.run([DRIVER, "check", address], input="".join(said), text=True, check=False, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)


class Faults:
    """For one kind of store; `fresh()` is the address of one that is not there."""

    def test_what_was_recorded_is_there_once_and_whole(self):
        address, said = self.fresh(), []
        for tag in "ab":  # the second time on what the first has left
            said += storm(address, tag)
            done = check(address, said)
            self.assertEqual(done.returncode, 0, f"seed {SEED}: {done.stdout}")
        self.assertGreaterEqual(len(said), 2 * WRITERS)
        print(f"{type(self).__name__}: {done.stdout.strip()}", file=sys.stderr)
        self.well(address)

    def test_a_writer_that_says_so_too_early_is_found(self):
        address = self.fresh()
        done = check(address, storm(address, "a", "early"))
        self.assertEqual(done.returncode, 1, f"seed {SEED}: {done.stdout}")
        self.assertIn("said to be recorded, and is there 0 times", done.stdout)

    def test_half_a_document_is_found(self):
        address = self.fresh()
        for statement, words in ((None, "1 said, 1 there"),
                                 ("delete from assay_samples where series = (select min(series) from assay_samples)", "samples are missing: 1"),
                                 ("delete from assay_point where series = (select min(series) from assay_point)", "points are missing: 1"),
                                 ("update assay_series set points = points + 1", "a series that counts wrong: 3")):
            subprocess.run([DRIVER, "run", address] if statement else [DRIVER, "make", address], input=statement, text=True, check=True)
            done = check(address, ["made\n"])
            self.assertEqual(done.returncode, 1 if statement else 0, done.stdout)
            self.assertIn(words, done.stdout)


class FileFaults(Faults, unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory(prefix="assay-faults-")
        self.addCleanup(place.cleanup)
        self.place = pathlib.Path(place.name)

    def fresh(self):
        return str(self.place / "history.db")

    def well(self, _):
        self.assertEqual(sorted(path.name for path in self.place.iterdir()), ["history.db"])  # the last who closed it tidied up


class ServerFaults(Faults, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.addClassCleanup(cls.server.close)

    def fresh(self):
        self.server.sql("drop database if exists faults with (force)")
        self.server.sql("create database faults")
        return self.server.address("faults")

    def well(self, _):
        self.server.sql("create extension amcheck", "faults")
        done = self.server.sql("select count(*), sum(case when bt_index_check(c.oid, true) is null then 0 else 1 end) from pg_class c"
                               " join pg_am a on a.oid = c.relam where a.amname = 'btree' and c.relkind = 'i' and c.relname like 'assay%'", "faults")
        self.assertGreaterEqual(int(done[0].split("|")[0]), 8)
        self.server.stop("immediate")  # the server dies with it, and comes back
        self.server.start()
        self.assertEqual(check(self.server.address("faults"), []).returncode, 0)


if __name__ == "__main__":
    print(f"seed {SEED}", file=sys.stderr)
    unittest.main()

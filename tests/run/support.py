"""What the tests of this folder share: a place of their own for the program, what it left behind, and checks of documents and
journals that return what is wrong as a list, so that each can be tried on tampered input too.

Environment: ASSAY (the program), ASSAY_BUILD, ASSAY_SOURCE.
"""

import collections
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

ASSAY = os.path.abspath(os.environ["ASSAY"])
BUILD = os.environ["ASSAY_BUILD"]
SOURCE = os.environ["ASSAY_SOURCE"]
PLUGINS = os.path.join(BUILD, "tests", "plugins")
ODD = os.path.join(os.path.dirname(os.path.abspath(__file__)), "odd_worker.py")
PATIENCE_S = 60
COLUMNS = ("iterations", "elapsed_ns", "cpu_ns", "start_ns", "process", "voluntary_switches", "involuntary_switches",
           "migrations", "steal_ns", "faults")
Ended = collections.namedtuple("Ended", "status out err")


class Case(unittest.TestCase):
    """A test with a directory of its own: plug-ins in it, states and caches too, and a mark in the environment of all that
    it starts."""
    plugins = ("good.so", "bad.so")

    def setUp(self):
        self.place = os.path.realpath(tempfile.mkdtemp(prefix="assay-run-"))
        self.addCleanup(shutil.rmtree, self.place, ignore_errors=True)
        self.plug = self.make("plug")
        self.home = self.make("home")
        self.work = self.make("work")
        self.journals = os.path.join(self.home, "state", "assay", "journals")
        for plugin in self.plugins:
            shutil.copy(os.path.join(PLUGINS, plugin), self.plug)
        self.mark = "ASSAY_TEST_MARK=%s.%d" % (os.path.basename(self.place), os.getpid())
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
        # A signal shall kill a worker, not the sanitizer's handler of it; what bad kernels leak is not the matter here.
        sanitizer = os.environ.get("ASAN_OPTIONS", "")
        self.environment.update(
            HOME=self.home, XDG_STATE_HOME=os.path.join(self.home, "state"), COLUMNS="200", LC_ALL="C.UTF-8", NO_COLOR="1",
            XDG_CACHE_HOME=os.path.join(self.home, "cache"), ASSAY_PATH=self.plug,
            ASAN_OPTIONS=":".join(filter(None, (sanitizer, "handle_segv=0:handle_abort=0:detect_leaks=0"))),
            ASSAY_TEST_MARK=self.mark.partition("=")[2])
        self.addCleanup(self.no_survivors)

    def make(self, name):
        path = os.path.join(self.place, name)
        os.mkdir(path)
        return path

    def odd(self, way):
        """The benchmark of a worker that is odd in this way: see odd_worker.py."""
        with open(os.path.join(self.plug, way + ".worker.yaml"), "w", encoding="utf-8") as file:
            file.write("format: 1\nimplementation: %s\ncommand: [python3, -B, %s, %s]\n" % (way, json.dumps(ODD), way))
        return "%s.work@%s" % (way, way)

    def path(self, name):
        return os.path.join(self.work, name)

    def start(self, *words, program=ASSAY, **options):
        options.setdefault("stdout", subprocess.PIPE)
        options.setdefault("stderr", subprocess.PIPE)
        return subprocess.Popen([program, *words], cwd=self.work, env=self.environment, stdin=subprocess.DEVNULL,
                                **options)

    def assay(self, *words, **options):
        """Runs the program to its end. Standard output and error are text."""
        process = self.start(*words, **options)
        try:
            out, err = process.communicate(timeout=PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise
        return Ended(process.returncode, (out or b"").decode(), (err or b"").decode())

    def run_to(self, name, *words, **options):
        """assay run -q -o NAME ...: how it ended, and the document."""
        ended = self.assay("run", "-q", "-o", name, *words, **options)
        self.assertTrue(os.path.exists(self.path(name)), ended)
        return ended, self.load(name)

    def load(self, name):
        with open(self.path(name), encoding="utf-8") as file:
            return json.load(file)

    def validate(self, *names):
        """By the JSON Schema, with a program that shares nothing with assay."""
        validator = os.path.join(SOURCE, "tests", "cli", "validate_document.py")
        try:
            import jsonschema  # pylint: disable=unused-import,import-outside-toplevel
        except ImportError:
            print("# not validated: no python3-jsonschema")
            return
        done = subprocess.run([sys.executable, validator, *map(self.path, names)], stdout=subprocess.PIPE, check=False)
        self.assertEqual((done.returncode, done.stdout), (0, b""))

    def journal_paths(self):
        try:
            return sorted(os.path.join(self.journals, name) for name in os.listdir(self.journals))
        except FileNotFoundError:
            return []

    def journal_bytes(self):
        """The one journal there is; b"" while there is none."""
        paths = self.journal_paths()
        self.assertLessEqual(len(paths), 1, paths)
        if not paths:
            return b""
        with open(paths[0], "rb") as file:
            return file.read()

    def wait_for_batches(self, process, count):
        """Until the journal holds so many batches. What it holds then; the program is still running or has ended."""
        end = time.monotonic() + PATIENCE_S
        while process.poll() is None and time.monotonic() < end:
            if self.journal_bytes().count(b'{"batch":') >= count:
                break
            time.sleep(0.002)
        return self.journal_bytes()

    def survivors(self):
        """Process ids of what carries this test's mark, by /proc."""
        found = []
        for entry in os.listdir("/proc"):
            if entry.isdigit():
                try:
                    with open("/proc/%s/environ" % entry, "rb") as file:
                        if self.mark.encode() in file.read().split(b"\0"):
                            found.append(int(entry))
                except OSError:
                    pass
        return found

    def no_survivors(self):
        """Nothing that this test started is left. The kernel may take a moment to deliver a death."""
        end = time.monotonic() + 5
        while self.survivors() and time.monotonic() < end:
            time.sleep(0.01)
        left = self.survivors()
        for pid in left:
            os.kill(pid, signal.SIGKILL)
        self.assertEqual(left, [], "processes outlived the program")

    def one_line(self, ended, *parts, status=2):
        """One line on standard error that begins `assay: ` and holds every part; nothing on standard output."""
        self.assertEqual(complaints(ended, parts, status), [])


def complaints(ended, parts, status=2):
    """What is wrong with the way a refused command ended."""
    found = []
    if ended.status != status:
        found.append("exit status %s, want %s: %s" % (ended.status, status, ended.err))
    if ended.out:
        found.append("standard output: %s" % ended.out)
    if not ended.err.startswith("assay: ") or ended.err.count("\n") != 1 or not ended.err.endswith("\n"):
        found.append("not one line: %r" % ended.err)
    found += ["%r is not in %r" % (part, ended.err) for part in parts if part not in ended.err]
    return found


def benchmark(document, name):
    """The one whose id is NAME, or begins with NAME: or NAME@."""
    found = [each for each in document["benchmarks"] if each["id"] == name or each["id"].startswith((name + ":", name + "@"))]
    if len(found) != 1:
        raise AssertionError("%d benchmarks %s" % (len(found), name))
    return found[0]


def samples(each):
    return len(each["samples"]["iterations"])


def rows(each):
    """The samples of a benchmark as tuples, in the order of COLUMNS."""
    return list(zip(*(each["samples"][name] for name in COLUMNS)))


def incomplete(each, wanted):
    """What a benchmark that shall be complete lacks."""
    found = []
    if each["status"] != "ok":
        found.append("%s is %s: %s" % (each["id"], each["status"], each["message"]))
    if samples(each) != wanted:
        found.append("%s has %d samples, want %d" % (each["id"], samples(each), wanted))
    if each["statistics"] is None or each["statistics"]["samples"] != wanted:
        found.append("%s has no statistics of all its samples" % each["id"])
    return found


def journaled_rows(journal):
    """Per benchmark index the rows of all whole lines of a journal."""
    found = collections.defaultdict(list)
    for line in journal.split(b"\n")[:-1]:
        batch = json.loads(line).get("batch")
        if batch:
            found[batch[0]].append(tuple(batch[2:]))
    return found


def unaccounted(journal, document):
    """The accounting: every batch that was journaled is in the document once, and the document holds none twice."""
    found = []
    for index, lines in journaled_rows(journal).items():
        kept = collections.Counter(rows(document["benchmarks"][index]))
        for row in lines:
            if kept[row] != 1:
                found.append("batch %s of benchmark %d is there %d times" % (row, index, kept[row]))
    for each in document["benchmarks"]:
        starts = collections.Counter(each["samples"]["start_ns"])
        found += ["%s: %d batches begin at %s" % (each["id"], count, start) for start, count in starts.items() if count > 1]
    return found


def sequence(document):
    """(benchmark index, process) of all batches in the order in which they began."""
    every = [(start, index, process) for index, each in enumerate(document["benchmarks"])
             for start, process in zip(each["samples"]["start_ns"], each["samples"]["process"])]
    return [(index, process) for _, index, process in sorted(every)]


def main():
    unittest.main(verbosity=2)

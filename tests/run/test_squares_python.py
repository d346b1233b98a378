#!/usr/bin/env python3
"""Squares by message in Python: the lab's answers, the lab's ends, and nothing left behind by any of them."""

import itertools
import json
import os
import select
import signal
import subprocess
import sys
import time

from support import PATIENCE_S, SOURCE, Case, main

WORKER = os.path.join(SOURCE, "harness", "worker", "assay-worker.py")
MODULE = os.path.join(SOURCE, "kernels", "python", "squares.py")
KERNELS = ("square.thread_queue", "square.process_queue", "square.channel")
PYTHONS = {"cpython": "/usr/bin/python3", "pypy": "pypy3"}
# printf '%s\n' 0 1 4 9 16 25 36 49 64 81 | sha256sum
ANSWER = {"count": 10, "sum": "285", "sha256": "2caf6265828a6b6b74f43414f903d2866d9e38d04bec33fda22adb5b766346cb"}
LINES = "".join("%d squared is %d\n" % (i, square) for i, square in enumerate((0, 1, 4, 9, 16, 25, 36, 49, 64, 81)))


class Session:
    """A worker of its own, without the coordinator."""

    def __init__(self, case, python, *options):
        self.noise = open(case.path("noise"), "w+b")  # pylint: disable=consider-using-with
        self.process = subprocess.Popen([python, "-B", *options, WORKER, "--channel", "stdio", MODULE], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=self.noise, env=case.environment)
        self.numbers = itertools.count(1)
        self.pid = self.read()["pid"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()
        self.noise.close()

    def read(self):
        if not select.select([self.process.stdout], [], [], PATIENCE_S)[0]:
            raise TimeoutError("no reply")
        return json.loads(self.process.stdout.readline())

    def send(self, request, **fields):
        line = json.dumps(dict(fields, id=next(self.numbers), request=request))
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()

    def ask(self, request, **fields):
        self.send(request, **fields)
        return self.read()

    def setup(self, kernel, depth=1, show_output=False):
        parameters = {"depth": str(depth), "show_output": str(show_output).lower()}
        return self.ask("setup", kernel=kernel, parameters=parameters, seed="1")

    def children(self):
        with open("/proc/%d/task/%d/children" % (self.pid, self.pid), encoding="ascii") as file:
            return [int(word) for word in file.read().split()]

    def holds(self):
        """What the process holds: descriptors, threads, children. Bounded patience: a thread needs a moment to go."""
        return {"descriptors": len(os.listdir("/proc/%d/fd" % self.pid)), "threads": len(os.listdir("/proc/%d/task" % self.pid)),
                "children": len(self.children())}

    def printed(self):
        with open(self.noise.name, encoding="utf-8") as file:
            return file.read()


def until(truth, patience_s=PATIENCE_S):
    end = time.monotonic() + patience_s
    while not truth() and time.monotonic() < end:
        time.sleep(0.01)
    return truth()


def shared():
    """What lies in shared memory under multiprocessing's or any other name; a neighbour's server is not ours."""
    return {name for name in os.listdir("/dev/shm") if not name.startswith("PostgreSQL.")}


class Squares(Case):
    plugins = ()

    def setUp(self):
        super().setUp()
        self.shared = shared()
        self.addCleanup(lambda: self.assertEqual(shared() - self.shared, set(), "left in shared memory"))

    def test_answers_and_round_trips(self):
        for python, kernel, depth in itertools.product(PYTHONS.values(), KERNELS, (1, 3, 1024)):
            with self.subTest(python=python, kernel=kernel, depth=depth), Session(self, python) as session:
                self.assertEqual(session.setup(kernel, depth), {"id": 1, "ok": True})
                batch = session.ask("run", iterations=7)["batches"][0]
                self.assertTrue(batch["verified"])
                trips = batch["observed"]["round_trip"]
                self.assertEqual(len(trips), 70)
                self.assertTrue(all(0 < trip <= batch["elapsed_ns"] for trip in trips), trips)
                if depth == 1:  # one after the other
                    self.assertLessEqual(sum(trips), batch["elapsed_ns"])
                self.assertEqual(session.ask("answer"), {"id": 3, "ok": True, "answer": ANSWER, "verified": True})
                self.assertTrue(session.ask("teardown")["ok"])
                self.assertTrue(session.ask("quit")["ok"])
                self.assertEqual(session.process.wait(PATIENCE_S), 0)

    def test_prints_only_when_it_is_asked_to(self):
        for show, expected in ((False, ""), (True, LINES)):
            for kernel in KERNELS:
                with self.subTest(kernel=kernel, show=show), Session(self, PYTHONS["cpython"]) as session:
                    session.setup(kernel, show_output=show)
                    self.assertTrue(session.ask("run", iterations=3)["ok"])
                    self.assertEqual(session.printed(), expected)

    def test_teardown_gives_everything_back(self):
        for python, kernel in itertools.product(PYTHONS.values(), KERNELS):
            with self.subTest(python=python, kernel=kernel), Session(self, python) as session:
                for round_ in range(6):
                    if round_ == 1:
                        before = session.holds()  # what a first time loads may stay
                    self.assertTrue(session.setup(kernel)["ok"])
                    self.assertTrue(session.ask("run", iterations=2)["ok"])
                    during = session.holds()
                    self.assertTrue(session.ask("teardown")["ok"])
                self.assertGreater(during["threads"], before["threads"])
                self.assertEqual(during["children"], 0 if kernel == "square.thread_queue" else 1)
                self.assertTrue(until(lambda: session.holds() == before), (session.holds(), before))

    def test_a_worker_that_dies_is_an_error_in_words(self):
        """Also by SIGTERM, which is clean only where the driver sent it."""
        words = {"square.process_queue": "while it was wanted", "square.channel": "the channel was closed while it was wanted"}
        for kernel, number in itertools.product(words, (signal.SIGTERM, signal.SIGKILL)):
            with self.subTest(kernel=kernel, number=number), Session(self, PYTHONS["cpython"]) as session:
                session.setup(kernel)
                self.assertTrue(session.ask("run", iterations=1)["ok"])
                child = session.children()[0]
                session.send("run", iterations=1 << 30)
                os.kill(child, number)
                reply = session.read()
                self.assertEqual((reply["ok"], reply["status"]), (False, "failed"))
                self.assertIn(words[kernel], reply["message"])
                session.ask("teardown")
                self.assertTrue(until(lambda s=session: not s.children()), "not reaped")

    def test_a_worker_that_died_unseen_is_told_at_the_end(self):
        for number in (signal.SIGKILL, signal.SIGTERM):  # also by the right signal, when nobody asked for it
            with self.subTest(number=number), Session(self, PYTHONS["cpython"]) as session:
                session.setup("square.process_queue")
                os.kill(session.children()[0], number)
                until(lambda s=session: not s.children())
                reply = session.ask("teardown")
                self.assertEqual((reply["ok"], reply.get("status")), (False, "failed"), reply)
                self.assertIn("ended by signal %d while it was wanted" % number, reply["message"])

    def test_ends_are_checked(self):
        """A thread that does not stop, and answers that nobody asked for: by the module itself."""
        sys.path.insert(0, os.path.dirname(MODULE))
        import squares  # pylint: disable=import-error,import-outside-toplevel
        state = squares.ThreadQueue({"depth": 2, "show_output": False}, 1)
        state.run(1000)
        self.assertEqual(len(state.observed()["round_trip"]), 3334)  # each third of 10000
        state.requests.put(7)
        with self.assertRaisesRegex(RuntimeError, "1 answers are left after STOP"):
            state.teardown()
        squares.PATIENCE_S, patience = 0.05, squares.PATIENCE_S
        self.addCleanup(setattr, squares, "PATIENCE_S", patience)
        state = squares.ThreadQueue({"depth": 1, "show_output": False}, 1)
        state.requests.put(1)
        state.requests.put(2)  # its answer finds no place
        with self.assertRaisesRegex(RuntimeError, "want it joined"):
            state.teardown()
        self.assertEqual([state.answers.get(), state.answers.get()], [1, 4])
        state.thread.join(PATIENCE_S)
        self.assertFalse(state.thread.is_alive())

    def test_a_setup_that_fails_leaves_nothing(self):
        """The server is gone before its first answer."""
        script = "import sys; sys.path.insert(0, %r); import os, signal, squares, time\n" \
                 "squares.serve_for_ever = lambda *_: os._exit(7)\n" \
                 "squares.SERVE = 'pass'\n" \
                 "for kernel in squares.KERNELS[:2]:\n" \
                 "    try:\n        kernel['setup']({'depth': 1, 'show_output': False}, 1)\n" \
                 "    except Exception as problem:\n        print(problem)\n" \
                 "try:\n    os.waitpid(-1, os.WNOHANG)\nexcept ChildProcessError:\n    print('no child')\n"
        ended = self.assay("-B", "-c", script % os.path.dirname(MODULE), program=PYTHONS["cpython"])
        self.assertEqual(ended.status, 0, ended.err)
        channel, process, children = ended.out.splitlines()
        self.assertIn("the channel was closed while it was wanted", channel)
        self.assertEqual(process, "the worker's process ended with status 7 while it was wanted")
        self.assertEqual(children, "no child")

    def test_killed_workers_and_coordinators_leave_nothing(self):
        names = ["%s@%s" % (kernel, python) for kernel in KERNELS for python in PYTHONS]
        for round_ in range(4):
            with self.subTest(round=round_):
                process = self.start("run", "-q", "--samples", "400", "--processes", "4", "--batch", "1ms", "--warmup", "0", *names)
                self.wait_for_batches(process, 5 + 10 * round_)
                if round_ % 2 == 0:
                    process.kill()
                else:  # a worker, whichever it is: the benchmark fails, the run does not
                    found = [pid for pid in self.survivors() if pid != process.pid and "assay-worker.py" in command(pid)]
                    os.kill(found[round_ % len(found)], signal.SIGKILL)
                    until(lambda: self.journal_bytes().count(b'"crashed"') > 0 or process.poll() is not None, 20)
                    process.send_signal(signal.SIGINT)
                process.communicate(timeout=PATIENCE_S)
                self.no_survivors()
                for path in self.journal_paths():
                    os.remove(path)
                self.assertEqual(shared() - self.shared, set())

    def test_depths_that_there_are_not(self):
        for depth in ("0", "1025", "one"):
            ended = self.assay("run", "-q", "square.thread_queue:depth=%s@cpython" % depth)
            self.one_line(ended, "depth", "want an integer from 1 to 1024")

    def test_a_run_is_verified(self):
        names = ["%s@%s" % (kernel, python) for kernel in KERNELS for python in PYTHONS]
        ended, document = self.run_to("x.json", "--samples", "2", "--processes", "2", "--batch", "1ms", "--warmup", "0", *names)
        self.assertEqual(ended.status, 0, ended.err)
        self.validate("x.json")
        for each in document["benchmarks"]:
            self.assertEqual((each["status"], each["verified"], each["answer"]), ("ok", True, ANSWER), each["message"])
            trips = each["distributions"][0]
            self.assertEqual((trips["name"], trips["unit"]), ("round_trip", "ns"))
            self.assertEqual(len(trips["values"]), 10 * sum(each["samples"]["iterations"]))
        self.assertEqual(len(document["benchmarks"]), 6)

    def test_without_execnet_the_channel_is_unavailable(self):
        with Session(self, PYTHONS["cpython"], "-S") as session:  # without the packages of the system
            kernels = {each["name"]: each["unavailable"] for each in session.ask("describe")["kernels"]}
            words = "execnet is not installed (Debian: python3-execnet)"
            self.assertEqual(kernels, dict.fromkeys(KERNELS, None) | {"square.channel": words})
            reply = session.setup("square.channel")
            self.assertEqual((reply["status"], reply["message"]), ("unavailable", words))

    def test_listing_loads_nothing_that_only_running_needs(self):
        script = "import sys; sys.path.insert(0, %r); import squares; " \
                 "print([n for n in ('execnet', 'multiprocessing', 'queue', 'ctypes') if n in sys.modules])"
        done = subprocess.run([PYTHONS["cpython"], "-B", "-c", script % os.path.dirname(MODULE)], stdout=subprocess.PIPE, check=True)
        self.assertEqual(done.stdout, b"[]\n")


def command(pid):
    try:
        with open("/proc/%d/cmdline" % pid, "rb") as file:
            return file.read().decode(errors="replace")
    except OSError:
        return ""


if __name__ == "__main__":
    main()

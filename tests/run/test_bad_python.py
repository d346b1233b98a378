#!/usr/bin/env python3
"""Python that misbehaves: kernels, modules, and interpreters that are not there. Each becomes a status with words, and nothing of it
reaches its neighbours."""

import json
import os
import time

from support import SOURCE, Case, benchmark, main, samples

MODULE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "odd_kernels.py")
# kernel: status, words of its message
BAD = {
    "raises_in_setup": ("failed", "ValueError: no input in the second line"),
    "raises_in_run": ("failed", "ValueError: lost its way"),
    "raises_in_answer": ("failed", "ValueError: forgot it"),
    "raises_in_teardown": ("failed", "ValueError: will not go"),
    "raises_nothing": ("failed", "ValueError"),
    "too_deep": ("failed", "RecursionError: maximum recursion depth"),
    "no_state": ("failed", "has no attribute 'run'"),
    "no_room": ("out-of-memory", "out of memory"),
    "takes_all": ("out-of-memory", "(--memory)"),
    "answers_a_number": ("failed", "TypeError: 'int' object is not iterable"),
    "leaves": ("exited", "exited with status 5"),
    "leaves_at_once": ("exited", "exited with status 0"),
    "interrupts": ("crashed", "signal 2"),
    "hangs": ("timed-out", "(--timeout)"),
    "hangs_in_setup": ("timed-out", "no reply to 'setup'"),
    "hangs_in_answer": ("timed-out", "(--timeout)"),
    "prints_for_ever": ("timed-out", "(--timeout)"),
    "leaves_a_session": ("failed", "behind, now killed"),
}
# What stays in its worker's process group dies with it, and that is all there is to say.
GOOD = ("plain", "prints", "prints_much", "scribbles", "forks", "forks_and_leaves", "leaves_a_child")
PRINT = ("prints", "prints_much", "scribbles", "forks")


def not_caught(document):
    """Bad kernels that did not become their status, with their words."""
    return ["odd.%s is %s: %s" % (way, each["status"], each["message"]) for way, (status, words) in BAD.items()
            for each in [benchmark(document, "odd." + way)] if each["status"] != status or words not in (each["message"] or "")]


class BadPython(Case):
    plugins = ()

    def module(self, path, name="odd", program="python3", words=()):
        command = [program, "-B", "${assay}/assay-worker.py", "--implementation", name, path, *words]
        with open(os.path.join(self.plug, name + ".worker.yaml"), "w", encoding="utf-8") as file:
            file.write("format: 1\nimplementation: %s\ncommand: %s\n" % (name, json.dumps(command)))

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)
        return self.path(name)

    def run_odd(self, ways, *options):
        names = ["odd.%s:file=%s@odd" % (way, self.path("pids")) if "child" in way or "session" in way else
                 "odd.%s@odd" % way for way in ways]
        return self.run_to("x.json", "--samples", "2", "--processes", "1", "--batch", "1ms", "--warmup", "0", *options, *names)

    def test_each_becomes_its_status_and_the_others_are_complete(self):
        self.module(MODULE)
        ended, document = self.run_odd([*GOOD, *BAD], "--timeout", "3s", "--memory", "400M")
        self.assertEqual(ended.status, 3, ended.err)
        self.validate("x.json")
        self.assertEqual(not_caught(document), [])
        for way in GOOD:
            each = benchmark(document, "odd." + way)
            self.assertEqual((each["status"], samples(each), each["verified"]), ("ok", 2, True), each["message"])
            self.assertEqual("prints" in each["flags"], way in PRINT, way)
        with open(self.path("pids"), encoding="ascii") as file:
            pids = [int(line) for line in file]
        self.assertGreaterEqual(len(pids), 2)
        self.assertEqual([pid for pid in pids if os.path.exists("/proc/%d" % pid)], [])
        self.assertEqual(self.survivors(), [])
        benchmark(document, "odd.leaves")["status"] = "ok"  # the check can fail
        self.assertEqual(len(not_caught(document)), 1)

    def test_an_answer_without_end_is_ended(self):
        self.module(MODULE)
        _, document = self.run_odd(["answers_for_ever"], "--timeout", "2s", "--memory", "300M")
        each = benchmark(document, "odd.answers_for_ever")
        self.assertIn(each["status"], ("timed-out", "out-of-memory"), each["message"])

    def test_what_is_printed_is_kept_out_of_the_table(self):
        self.module(MODULE)
        ended, _ = self.run_odd(["prints", "prints_much"])
        self.assertEqual(ended.status, 0, ended.err)
        self.assertNotIn("it speaks", ended.out + ended.err)
        self.assertNotIn("xxxx", ended.out + ended.err)

    def test_modules_that_cannot_be_loaded(self):
        half = 'KERNELS = [{"name": "odd.plain", "summary": "no setup"}]\n'
        twice = 'KERNELS = [{"name": "odd.plain", "summary": "s", "setup": id}] * 2\n'
        bound = 'KERNELS = [{"name": "odd.plain", "summary": "s", "setup": id, "parameters": [{"name": "n", "type": "integer", ' \
                '"summary": "s", "default": 5, "most": 4}]}]\n'
        cases = {
            "absent": (None, "No such file"),
            "syntax": ("def f(:\n", "SyntaxError"),
            "imports": ("import there_is_no_such_module\n", "No module named 'there_is_no_such_module'"),
            "raises": ("raise RuntimeError('not today')\n", "RuntimeError: not today"),
            "empty": ("", "has no attribute 'KERNELS'"),
            "number": ("KERNELS = 7\n", "'int' object is not iterable"),
            "half": (half, "a kernel lacks name, summary or setup"),
            "twice": (twice, "two kernels answer to odd.plain"),
            "bound": (bound, "bad n '5': want an integer to 4"),
            "exits": ("import os; os._exit(3)\n", ""),
            "leaves": ("import sys; sys.exit(3)\n", ""),
            "text.txt": ("KERNELS = []\n", "not a Python module"),
        }
        for name, (text, words) in cases.items():
            with self.subTest(module=name):
                path = self.path(name if "." in name else name + ".py")
                if text is not None:
                    self.write(os.path.basename(path), text)
                self.module(path)
                ended = self.assay("run", "-q", "odd.plain@odd")
                self.assertNotEqual(ended.status, 0)
                self.assertNotIn("Traceback", ended.out + ended.err)
                listed = self.assay("list")
                self.assertEqual(listed.status, 0)
                self.assertNotIn("Traceback", listed.out)
                line = [line for line in listed.out.splitlines() if "odd.worker.yaml: unavailable: " in line]
                self.assertEqual(len(line), 1, listed.out)
                self.assertIn(words, line[0])

    def test_interpreters_that_are_not_there(self):
        self.environment["ASSAY_PYTHON"] = "/nonexistent"
        ended, document = self.run_to("x.json", "primes.below@cpython", "--samples", "2", "--processes", "1", "primes.below@pypy")
        self.assertEqual(ended.status, 3)
        each = [each for each in document["benchmarks"] if each["implementation"] == "cpython"][0]
        self.assertEqual((each["status"], each["message"]),
                         ("unavailable", "ASSAY_PYTHON: needs /nonexistent, which is not an executable file"))
        self.assertEqual([each["status"] for each in document["benchmarks"] if each["implementation"] == "pypy"], ["ok"])
        self.environment.pop("ASSAY_PYTHON")
        self.environment["PATH"] = self.make("empty")
        _, document = self.run_to("y.json", "primes.below@pypy", "--samples", "2", "--processes", "1", "primes.below@cpython")
        self.assertEqual({each["implementation"]: (each["status"], each["message"]) for each in document["benchmarks"]},
                         {"pypy": ("unavailable", "needs pypy3, which is not installed"), "cpython": ("ok", None)})

    def test_an_interpreter_that_is_none(self):
        """A program that speaks no protocol, and one that dies: ASSAY_PYTHON may name anything."""
        for program, words in (("/usr/bin/true", "true"), ("/usr/bin/cat", "cat")):
            self.environment["ASSAY_PYTHON"] = program
            begin = time.monotonic()
            _, document = self.run_to("x.json", "primes.below@cpython")
            self.assertEqual(document["benchmarks"][0]["status"], "unavailable", words)
            self.assertTrue(document["benchmarks"][0]["message"], begin)

    def test_wrong_words_for_the_worker(self):
        worker = os.path.join(SOURCE, "harness", "worker", "assay-worker.py")
        for words in ((), ("--implementation", "X", "m.py"), ("--implementation",), ("--channel", "smoke", "m.py"), ("--chanel", "m.py")):
            ended = self.assay(worker, *words, program="/usr/bin/python3")
            self.assertEqual((ended.status, ended.out), (2, ""), words)
            self.assertTrue(ended.err.startswith("usage: assay-worker.py"), ended.err)


if __name__ == "__main__":
    main()

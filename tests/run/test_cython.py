#!/usr/bin/env python3
"""The lab's generators in CPython, PyPy and Cython: one file, one answer, the lab's count of remainders; and what Cython's build
does where it cannot."""

import importlib.util
import json
import os
import shutil
import stat
import time

from support import SOURCE, Case, main

PYTHON = os.path.join(SOURCE, "kernels", "python")
PRIMES = os.path.join(PYTHON, "primes.py")
CYTHONIZED = os.path.join(PYTHON, "cythonized.py")
# The lab's own programs, run under CPython: count, sum, and how the digest begins; how often they took a remainder.
LAB = {
    "primes.below": (168, "76127", "55542ac8f84d3c79", 15787),
    "primes.trial": (1229, "5736396", "804f74b128ae4592", 117709),
    "primes.listed": (1229, "5736396", "804f74b128ae4592", 6562207),
    "primes.listed_root": (1264, "5814166", "22f39eaa3e9cb32b", 257340),
    "primes.listed_root_break": (1264, "5814166", "22f39eaa3e9cb32b", 59737),
}
FIXED = (1229, "5736396", "804f74b128ae4592")


def load(name, path):
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Counted(int):
    """An integer that counts how often a remainder of it is taken. What it grows into counts too."""
    taken = 0

    def __add__(self, other):
        return Counted(int(self) + other)

    def __mod__(self, other):
        Counted.taken += 1
        return int(self) % other


class Generators(Case):
    plugins = ()

    def test_answers_are_the_labs_in_all_three(self):
        for python in ("cpython", "pypy", "cython"):
            names = ["%s@%s" % (name, python) for name in LAB] + ["%s:variant=fixed@%s" % (name, python) for name in list(LAB)[3:]]
            ended, document = self.run_to(python + ".json", "--samples", "1", "--processes", "1", "--batch", "1ms", "--warmup", "0",
                                          "--timeout", "50s", *names)
            self.assertEqual(ended.status, 0, ended)
            self.are_the_labs(document)
        with open(self.path("cython.json"), encoding="utf-8") as file:
            self.assertRegex(file.read(), r'"Cython [0-9.]+[^ ]*, CPython 3[.0-9]+ /[^"]+"')

    def are_the_labs(self, document):
        for each in document["benchmarks"]:
            with self.subTest(benchmark=each["id"]):
                expected = FIXED if "fixed" in each["id"] else LAB[each["kernel"]][:3]
                answer = each["answer"]
                self.assertEqual((answer["count"], answer["sum"], answer["sha256"][:16]), expected)
                self.assertTrue(each["verified"])
        self.assertEqual(len(document["benchmarks"]), 7)

    def test_remainders_are_the_labs(self):
        primes = load("primes", PRIMES)

        def counting(make, attribute="n"):
            def made():
                generator = make()
                value = getattr(generator, attribute)
                setattr(generator, attribute, list(map(Counted, value)) if isinstance(value, list) else Counted(value))
                return generator
            return made

        makers = dict(zip(list(LAB)[1:], (primes.Primes, primes.PrimesListed, lambda: primes.PrimesListedRoot(0),
                                          lambda: primes.PrimesListedRootBreak(0))))
        Counted.taken = 0
        self.assertEqual(len(list(counting(lambda: primes.PrimesBelow(1000), "left")())), 168)
        self.assertEqual(Counted.taken, LAB["primes.below"][3])
        for name, make in makers.items():
            Counted.taken = 0
            state = primes.UpTo(counting(make), 10000)
            state.run(1)
            self.assertEqual((len(state.answer()), Counted.taken), (LAB[name][0], LAB[name][3]), name)


class Cython(Case):
    plugins = ()

    def setUp(self):
        super().setUp()
        self.cache = os.path.join(self.home, "cache", "assay", "cython")
        self.source = self.path("primes.py")
        shutil.copy(PRIMES, self.source)
        self.environment["CFLAGS"] = "-O0"  # quicker to build, and as true
        self.describe(self.source)

    def describe(self, source, name="mine"):
        command = ["python3", "-B", "${assay}/assay-worker.py", "--implementation", name, CYTHONIZED, source]
        with open(os.path.join(self.plug, name + ".worker.yaml"), "w", encoding="utf-8") as file:
            file.write("format: 1\nimplementation: %s\ncommand: %s\n" % (name, json.dumps(command)))

    def below(self, *options, name="x.json", status=0):
        ended, document = self.run_to(name, "--samples", "2", "--processes", "1", "--batch", "1ms", "--warmup", "0",
                                      "--timeout", "50s", *options, "primes.below@mine")
        self.assertEqual(ended.status, status, ended.err)
        return document["benchmarks"][0]

    def modules(self):
        found = [os.path.join(folder, name) for folder, _, names in os.walk(self.cache) for name in names]
        self.assertEqual([path for path in found if not path.endswith((".so", "/lock"))], [])
        return sorted(path for path in found if path.endswith(".so"))

    def program(self, name, text):
        """A program of that name, first in PATH."""
        folder = os.path.join(self.place, "bin")
        os.makedirs(folder, exist_ok=True)
        path = os.path.join(folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\n" + text)
        os.chmod(path, stat.S_IRWXU)
        self.environment["PATH"] = folder + ":" + os.environ["PATH"]

    def test_what_runs_is_compiled_and_lies_in_the_cache(self):
        before = sorted(os.listdir(self.work))
        self.assertEqual(self.below()["status"], "ok")
        made = self.modules()
        self.assertEqual(len(made), 1)
        self.assertEqual(sorted(os.listdir(self.work)), sorted(before + ["x.json"]))
        script = "import sys; sys.path.insert(0, %r); import cythonized; m = cythonized.compiled(); " \
                 "print(m.__file__, type(m.PrimesBelow.__next__).__name__, type(cythonized.KERNELS[0]['setup']({'bound': 9}, 1).run))"
        self.environment["PYTHONDONTWRITEBYTECODE"] = "1"
        ended = self.assay("-c", script % PYTHON, self.source, program="/usr/bin/python3")
        self.assertEqual(ended.status, 0, ended.err)
        self.assertEqual(ended.out.split()[:2], [made[0], "cython_function_or_method"])
        self.assertEqual(self.modules(), made)  # found, not built again

    def test_a_changed_source_is_built_anew(self):
        self.below()
        first = self.modules()
        inode = os.stat(first[0]).st_ino
        self.below()
        self.assertEqual((self.modules(), os.stat(first[0]).st_ino), (first, inode))
        with open(self.source, "a", encoding="utf-8") as file:
            file.write("# another\n")
        self.below()
        self.assertEqual(len(self.modules()), 2)
        self.environment["CC"] = "gcc -O1"
        self.below()
        self.assertEqual(len(self.modules()), 3)

    def test_two_at_once(self):
        runs = [self.start("run", "-q", "-o", "%d.json" % i, "--samples", "1", "--processes", "1", "--batch", "1ms",
                           "--timeout", "100s", "primes.below@mine") for i in range(2)]
        for run in runs:
            seen = run.communicate(timeout=200)
            self.assertEqual(run.returncode, 0, seen)
        self.assertEqual(len(self.modules()), 1)

    def test_a_build_that_was_killed_is_no_hindrance(self):
        self.below()
        made = self.modules()[0]
        os.makedirs(os.path.join(self.cache, "build-old"))
        os.makedirs(os.path.join(self.cache, "build-new"))
        os.utime(os.path.join(self.cache, "build-old"), (time.time() - 3 * 86400,) * 2)
        os.remove(made)
        self.assertEqual(self.below()["status"], "ok")
        self.assertEqual(self.modules(), [made])
        self.assertEqual([name for name in os.listdir(self.cache) if name.startswith("build-")], ["build-new"])

    def test_what_is_missing_is_unavailable_in_words(self):
        tools = self.make("tools")
        for name in ("gcc", "cc"):
            os.symlink("/usr/bin/" + name, os.path.join(tools, name))
        self.environment["PATH"] = tools
        each = self.below(status=3)
        self.assertEqual((each["status"], each["message"]), ("unavailable", "needs cython3, which is not installed (Debian: cython3)"))
        ended, document = self.run_to("shipped.json", "primes.below@cython")
        self.assertEqual([(each["status"], each["message"]) for each in document["benchmarks"]],
                         [("unavailable", "needs cython3, which is not installed")])
        script = "import sys, sysconfig; sys.path.insert(0, %r); import cythonized as c; %s; print(c.unavailable()); " \
                 "print(c.KERNELS[0]['unavailable']())"
        self.environment["PATH"] = os.environ["PATH"]
        self.environment["PYTHONDONTWRITEBYTECODE"] = "1"
        for change, words in (("c.compiler = lambda: None", "needs a C compiler, and there is none (Debian: gcc)"),
                              ("sysconfig.get_path = lambda name: '/nonexistent'",
                               "needs /nonexistent/Python.h, which is not there (Debian: python3-dev)"), ("0", "None")):
            ended = self.assay("-c", script % (PYTHON, change), self.source, program="/usr/bin/python3")
            self.assertEqual((ended.out, ended.err), (words + "\n" + words + "\n", ""))
        ended = self.assay("-c", script % (PYTHON, "0"), self.source, program="pypy3")
        self.assertEqual(ended.out.splitlines()[0], "needs CPython, this is pypy")
        self.assertEqual(self.modules(), [])

    def test_a_compiler_that_fails_gives_its_first_error(self):
        self.environment["CC"] = "gcc -include /nonexistent/first.h"
        each = self.below(status=3)
        self.assertEqual(each["status"], "failed")
        self.assertRegex(each["message"], "^RuntimeError: gcc: .*error: .*/nonexistent/first.h")
        self.environment.pop("CC")
        self.program("cython3", "[ \"$1\" = --version ] && echo Cython version 9.9 && exit\nfor i in 1 2 3; do "
                                "echo \"primes.py:$i:0: wrong line $i\" >&2; done\nexit 1\n")
        each = self.below(status=3)
        self.assertEqual((each["status"], each["message"]), ("failed", "RuntimeError: cython3: primes.py:1:0: wrong line 1"))
        self.program("cython3", "kill -9 $$\n")
        each = self.below(status=3)
        self.assertEqual((each["status"], each["message"]), ("failed", "RuntimeError: cython3: ended with status -9"))
        self.assertEqual(self.modules(), [])  # and no plain Python was measured in its place

    def test_a_cache_that_cannot_be_written(self):
        os.makedirs(os.path.dirname(self.cache))
        with open(self.cache, "w", encoding="ascii"):
            pass
        each = self.below(status=3)
        self.assertEqual(each["status"], "failed")
        self.assertIn("cannot write to the cache " + self.cache, each["message"])

    def test_a_module_that_is_cut_off(self):
        self.below()
        made = self.modules()[0]
        with open(made, "r+b") as file:
            file.truncate(100)
        each = self.below(status=3)
        self.assertEqual(each["status"], "failed")
        self.assertIn("remove %s to have it built again" % os.path.dirname(made), each["message"])
        shutil.rmtree(os.path.dirname(made))
        self.assertEqual(self.below()["status"], "ok")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""random.list_by_thread and random.fill in C and in Python: the same numbers, against published answers, and nothing left behind."""
import contextlib
import io
import os
import queue
import shutil
import sys
import threading
import unittest

from support import BUILD, SOURCE, Case

PUBLISHED = (("n=3", "generator=splitmix64", "seed=1234567"), ("n=10", "generator=mt19937", "seed=5489"),
             ("n=100", "generator=mt19937", "seed=5489"))
SHORT = ("--processes", "1", "--samples", "2", "--batch", "1ms", "--warmup", "0", "--no-layouts")
BOTH = ("mt19937", "pcg64-dxsm", "philox4x64-10")  # numpy has them too
FORMS = ("uint64", "double", "bounded", "normal-ziggurat", "normal-polar")


class RandomCase(Case):
    plugins = ()

    def setUp(self):
        super().setUp()
        kernels = os.path.join(BUILD, "kernels")
        for name in ("random.so", "random_fill.so", "cpython-random.worker.yaml", "cpython-random-fill.worker.yaml"):
            shutil.copy(os.path.join(kernels, name), self.plug)
        shutil.copytree(os.path.join(kernels, "python"), os.path.join(self.plug, "python"))
        # Debian's Python has python3-numpy; one that stands before it in PATH may not.
        self.environment["PATH"] = "/usr/bin:/bin:" + self.environment.get("PATH", "")

    def measure(self, *words):
        """The document's benchmarks, all of them measured."""
        ended, document = self.run_to("out.json", *words, *SHORT)
        for benchmark in document["benchmarks"]:
            self.assertEqual(benchmark["status"], "ok", (ended, benchmark))
        return document["benchmarks"]


class ListByThread(RandomCase):
    def benchmark(self, implementation, parameters):
        return self.measure("random.list_by_thread:" + ",".join(parameters) + "@" + implementation)[0]

    def test_published_answers_in_both_languages(self):
        for parameters in PUBLISHED:
            for implementation in ("c", "cpython"):
                with self.subTest(parameters=parameters, implementation=implementation):
                    self.assertIs(self.benchmark(implementation, parameters)["verified"], True)

    def test_both_languages_give_the_same_numbers(self):
        """Also where no reference knows them."""
        for generator in ("splitmix64", "mt19937"):
            parameters = ("n=40", "generator=" + generator, "seed=18446744073709551615")
            answers = [self.benchmark(implementation, parameters)["answer"] for implementation in ("c", "cpython")]
            self.assertEqual(answers[0], answers[1])
            self.assertEqual(answers[0]["count"], 780)

    def test_show_output_prints_and_no_output_is_the_default(self):
        for implementation in ("c", "cpython"):
            for shows in ("true", "false"):
                benchmark = self.benchmark(implementation, ("n=4", "seed=1", "show_output=" + shows))
                self.assertEqual("prints" in benchmark["flags"], shows == "true", benchmark["flags"])


class ListByThreadFromInside(unittest.TestCase):
    """The Python kernel's own parts; those of the C kernel are in tests/unit/test_random.c."""

    def made(self, **arguments):
        directory = os.path.join(SOURCE, "kernels", "python")
        if directory not in sys.path:
            sys.path.insert(0, directory)
        import random_numbers  # pylint: disable=import-error,import-outside-toplevel
        self.stop = random_numbers.STOP
        values = {"n": 3, "generator": "splitmix64", "seed": 1, "show_output": False, **arguments}
        return random_numbers.ListByThread(values, 1)

    def test_a_line_an_array_and_the_first_is_empty(self):
        kernel, out = self.made(show_output=True), io.StringIO()
        kernel.run(1)
        with contextlib.redirect_stdout(out):
            lines = kernel.answer()
        arrays = [line.partition(": ")[2].strip("[]\n").split(", ") for line in out.getvalue().splitlines()]
        self.assertEqual(out.getvalue().splitlines()[0], "0: []")
        self.assertEqual([len(array) for array in arrays[1:]], [1, 2])
        self.assertEqual([int(float(number) * 2 ** 53) for array in arrays[1:] for number in array], lines)

    def test_the_signal_ends_the_thread_and_has_no_answer(self):
        kernel = self.made()
        kernel.requests.put(self.stop)
        thread = threading.Thread(target=kernel.serve)
        thread.start()
        thread.join(60)
        self.assertFalse(thread.is_alive())
        self.assertRaises(queue.Empty, kernel.answers.get_nowait)

    def test_an_iteration_leaves_no_thread_and_no_message(self):
        kernel, before = self.made(n=20), threading.active_count()
        kernel.run(3)
        self.assertEqual(threading.active_count(), before)
        self.assertTrue(kernel.requests.empty() and kernel.answers.empty())
        self.assertEqual(len(kernel.answer()), 190)


class Fill(RandomCase):
    def test_known_answers_in_both_languages(self):
        """data/reference/random.yaml knows all of these; a kernel's own oracle knows no more than the count."""
        grid = ("-p", "generator=" + ",".join(BOTH), "-p", "form=" + ",".join(FORMS))
        for benchmark in self.measure("random.fill", "random.fill@cpython", *grid):
            self.assertIs(benchmark["verified"], True)
            self.assertIn("numpy", self.source_of(benchmark))

    def source_of(self, benchmark):
        """Who vouches for a benchmark's answer: where the file of references is, it must be there."""
        with open(os.path.join(SOURCE, "data", "reference", "random.yaml"), encoding="utf-8") as file:
            entries = file.read().split("  - kernels: ")
        entry = [text for text in entries if benchmark["answer"]["sha256"] in text]
        self.assertEqual(len(entry), 1, benchmark["answer"])
        return entry[0].rpartition("source: ")[2]

    def test_published_vectors_through_the_kernel(self):
        vectors = ("splitmix64,count=5,seed=1234567", "xoshiro256++,count=3", "pcg32,count=3", "chacha8,count=16,seed=1",
                   "mt19937-64", "mt19937-64,form=double", "mt19937-64,form=bounded")
        for benchmark in self.measure(*("random.fill:generator=" + vector for vector in vectors)):
            self.source_of(benchmark)

    def test_c_and_numpy_give_the_same_numbers(self):
        """Where no reference knows them: another seed, an odd count, bounds on both sides of 2^32, the upper one rejecting half."""
        grid = ("-p", "generator=" + ",".join(BOTH), "-p", "seed=18446744073709551615", "-p", "count=4321")
        forms = [("form=" + form,) for form in FORMS if form != "bounded"]
        forms.append(("form=bounded", "bound=3,4294967296,9223372036854775809"))
        for form in forms:
            words = [word for value in form for word in ("-p", value)]
            answers = {}
            for benchmark in self.measure("random.fill", "random.fill@cpython", *grid, *words):
                name, _, implementation = benchmark["id"].partition("@")
                answers.setdefault(name, {})[implementation or "c"] = benchmark["answer"]
            self.assertEqual(len(answers), 3 * (3 if form[0] == "form=bounded" else 1))
            for name, answer in answers.items():
                self.assertEqual(answer["c"], answer["cpython"], name)

    def test_what_numpy_has_not_is_refused_in_words(self):
        for generator in ("splitmix64", "xoshiro256++", "pcg32", "mt19937-64", "chacha8", "rand"):
            _, document = self.run_to("out.json", "random.fill:generator=%s@cpython" % generator, *SHORT)
            benchmark = document["benchmarks"][0]
            self.assertEqual(benchmark["status"], "failed")
            self.assertIn("numpy has no %s: want %s, %s or %s" % (generator, *BOTH), benchmark["message"])

    def test_rand_is_refused_on_two_threads(self):
        _, document = self.run_to("out.json", "random.fill", "-p", "generator=rand,chacha8", "--threads", "2", *SHORT)
        statuses = [benchmark["status"] for benchmark in document["benchmarks"]]
        self.assertEqual(statuses, ["failed", "ok"])
        self.assertIn("rand() has one state in a process: want 1 thread", document["benchmarks"][0]["message"])

    def test_rdrand_gives_new_numbers_or_is_unavailable(self):
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            has = any(line.startswith("flags") and "rdrand" in line.split() for line in file)
        _, document = self.run_to("out.json", "random.fill_rdrand", *SHORT)
        benchmark = document["benchmarks"][0]
        if not has:
            self.assertEqual(benchmark["status"], "unavailable")
            self.assertIn("rdrand", benchmark["message"])
            return
        self.assertEqual((benchmark["status"], benchmark["answer"]["count"]), ("ok", 10000))
        again = self.measure("random.fill_rdrand")[0]
        self.assertNotEqual(benchmark["answer"]["sha256"], again["answer"]["sha256"])


if __name__ == "__main__":
    unittest.main()

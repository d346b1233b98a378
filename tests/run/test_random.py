#!/usr/bin/env python3
"""random.list_by_thread in C and in Python: the same numbers, against published answers, and nothing left behind."""
import os
import shutil
import unittest

from support import BUILD, Case

PUBLISHED = (("n=3", "generator=splitmix64", "seed=1234567"), ("n=10", "generator=mt19937", "seed=5489"),
             ("n=100", "generator=mt19937", "seed=5489"))
SHORT = ("--processes", "1", "--samples", "2", "--batch", "1ms", "--warmup", "0", "--no-layouts")


class Random(Case):
    plugins = ()

    def setUp(self):
        super().setUp()
        kernels = os.path.join(BUILD, "kernels")
        for name in ("random.so", "cpython-random.worker.yaml"):
            shutil.copy(os.path.join(kernels, name), self.plug)
        shutil.copytree(os.path.join(kernels, "python"), os.path.join(self.plug, "python"))
        # Debian's Python has python3-numpy; one that stands before it in PATH may not.
        self.environment["PATH"] = "/usr/bin:/bin:" + self.environment.get("PATH", "")

    def benchmark(self, implementation, parameters):
        name = "random.list_by_thread:" + ",".join(parameters) + "@" + implementation
        ended, document = self.run_to("out.json", name, *SHORT)
        return ended, document["benchmarks"][0]

    def test_published_answers_in_both_languages(self):
        for parameters in PUBLISHED:
            for implementation in ("c", "cpython"):
                with self.subTest(parameters=parameters, implementation=implementation):
                    ended, benchmark = self.benchmark(implementation, parameters)
                    self.assertEqual(benchmark["status"], "ok", (ended, benchmark))
                    self.assertIs(benchmark["verified"], True)

    def test_both_languages_give_the_same_numbers(self):
        """Also where no reference knows them."""
        for generator in ("splitmix64", "mt19937"):
            parameters = ("n=40", "generator=" + generator, "seed=18446744073709551615")
            answers = []
            for implementation in ("c", "cpython"):
                ended, benchmark = self.benchmark(implementation, parameters)
                self.assertEqual(benchmark["status"], "ok", (ended, benchmark))
                answers.append(benchmark["answer"])
            self.assertEqual(answers[0], answers[1])
            self.assertEqual(answers[0]["count"], 780)

    def test_show_output_prints_and_no_output_is_the_default(self):
        for implementation in ("c", "cpython"):
            for shows in ("true", "false"):
                _, benchmark = self.benchmark(implementation, ("n=4", "seed=1", "show_output=" + shows))
                self.assertEqual("prints" in benchmark["flags"], shows == "true", benchmark["flags"])


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""The worked examples of docs/other-languages.md, as a reader would try them: conformant, run by assay, and gone at the end."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time

from support import BUILD, SOURCE, Case, benchmark, main

EXAMPLES = os.path.join(SOURCE, "examples")
CONFORMANCE = os.path.join(SOURCE, "tests", "plugins", "protocol_conformance.py")
PAGE = os.path.join(SOURCE, "docs", "other-languages.md")


class Examples(Case):
    plugins = ()

    def setUp(self):
        super().setUp()
        # The standard library is compiled once for all test runs of a build, not into somebody's home.
        self.environment.update(GOCACHE=os.path.join(BUILD, "tests", "go-cache"), GOFLAGS="-mod=mod", GO111MODULE="auto")
        for name in ("shell/sum.sh", "shell/bash.worker.yaml", "go/main.go", "go/go.worker.yaml"):
            shutil.copy(os.path.join(EXAMPLES, name), self.plug)

    def build_go(self):
        """By the very command of the page."""
        with open(PAGE, encoding="utf-8") as file:
            command = re.search(r"^    cd examples/go && (go build .*)$", file.read(), re.MULTILINE).group(1)
        done = subprocess.run(command.split(), cwd=self.plug, env=self.environment, stderr=subprocess.PIPE, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)

    def conforms(self, program):
        done = subprocess.run([sys.executable, CONFORMANCE, "--", os.path.join(self.plug, program)], stdout=subprocess.PIPE,
                              env=self.environment, check=False)
        wrong = [line for line in done.stdout.decode().splitlines() if not line.startswith(("ok", "1.."))]
        self.assertEqual((done.returncode, wrong), (0, []))
        self.assertGreater(done.stdout.count(b"\nok"), 100)

    def test_the_shell_script_conforms(self):
        self.conforms("sum.sh")

    def test_the_program_in_go_conforms(self):
        self.build_go()
        self.conforms("sum")

    def test_both_are_run_side_by_side(self):
        self.build_go()
        ended, document = self.run_to("x.json", "example.sum:n=2000@bash", "example.sum:n=2000@go", "--samples", "4", "--processes",
                                      "2", "--batch", "5ms", "--warmup", "0")
        for each in document["benchmarks"]:
            self.assertEqual((each["status"], each["verified"], each["answer"]["sum"]), ("ok", True, "2001000"), each["message"])
        self.assertEqual(ended.status, 0, ended.err)
        self.validate("x.json")
        self.assertEqual({each["implementation"] for each in document["benchmarks"]}, {"bash", "go"})
        times = next(each for each in document["benchmarks"] if each["implementation"] == "bash")["samples"]["elapsed_ns"]
        self.assertEqual([time_ns % 1000 for time_ns in times], [0] * len(times))  # its clock has no more to say

    def test_wrong_values_and_wrong_answers_are_told(self):
        self.build_go()
        for python in ("bash", "go"):
            ended = self.assay("run", "-q", "example.sum:n=0@" + python)
            self.one_line(ended, "bad", "'0'", "want an integer from 1 to 1000000")
        with open(os.path.join(self.plug, "sum.sh"), encoding="utf-8") as file:
            text = file.read()
        with open(os.path.join(self.plug, "sum.sh"), "w", encoding="utf-8") as file:
            file.write(text.replace("k <= n", "k < n"))
        _, document = self.run_to("x.json", "example.sum@bash", "--samples", "2", "--batch", "1ms")
        each = benchmark(document, "example.sum")
        self.assertEqual((each["status"], each["message"]), ("wrong-answer", "sum is 499500, want 500500 (Gauss: n(n+1)/2)"))

    def test_before_go_is_built_it_is_unavailable(self):
        ended = self.assay("list")
        self.assertIn("go.worker.yaml: unavailable: needs %s/sum, which is not an executable file" % self.plug, ended.out)

    def test_killed_in_the_middle_they_leave_nothing(self):
        self.build_go()
        for delay_s in (0.0, 0.05, 0.2):
            process = self.start("run", "-q", "--samples", "400", "--processes", "2", "--batch", "2ms", "--warmup", "0",
                                 "example.sum@bash", "example.sum@go")
            self.wait_for_batches(process, 3)
            time.sleep(delay_s)
            process.send_signal(signal.SIGKILL)
            process.communicate()
            self.no_survivors()
            for path in self.journal_paths():
                os.remove(path)


if __name__ == "__main__":
    main()

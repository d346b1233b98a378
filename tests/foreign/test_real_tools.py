#!/usr/bin/env python3
"""What google-benchmark, hyperfine and Go write is what `assay import` reads: every time of theirs, digit by digit as far as a
double goes. No test asserts how long anything takes."""
import json
import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

ASSAY = os.environ["ASSAY"]
UNITS = {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}


def run(*words, **more):
    return subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False, **more)


class RealTools(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.place = Path(place.name)

    def imported(self, name, status):
        done = run(ASSAY, "import", "-q", "-o", "back.json", name, cwd=self.place)
        self.assertEqual((done.returncode, done.stderr), (status, ""), done)
        return json.loads((self.place / "back.json").read_text()), done.stdout

    def gbench(self, *options):
        done = run(os.environ["GBENCH_SAMPLE"], "--benchmark_out=g.json", "--benchmark_min_time=0.001", *options, cwd=self.place)
        self.assertEqual(done.returncode, 0, done.stderr)
        # It writes what JSON does not have; Python happens to read that.
        return json.loads((self.place / "g.json").read_text())

    def near(self, found, want):
        self.assertLessEqual(abs(found - want), 1e-12 * abs(want))

    def test_google_benchmark(self):
        theirs = self.gbench("--benchmark_repetitions=4", "--benchmark_context=commit=abc123")
        document, shown = self.imported("g.json", 3)  # a benchmark of it fails
        self.assertIn("bad: failed: wrong count", shown)
        rows = [row for row in theirs["benchmarks"] if row["run_type"] == "iteration" and not row.get("error_occurred")]
        samples = [(benchmark["id"], iterations, elapsed, cpu) for benchmark in document["benchmarks"]
                   for iterations, elapsed, cpu in zip(*(benchmark["samples"][name] for name in
                                                         ("iterations", "elapsed_ns", "cpu_ns")))]
        self.assertEqual([one[:2] for one in samples], [(row["run_name"], row["iterations"]) for row in rows])
        self.assertEqual(len(rows), 12)
        for row, (_, iterations, elapsed, cpu) in zip(rows, samples):
            self.near(elapsed / iterations, row["real_time"] * UNITS[row["time_unit"]])
            self.near(cpu / iterations, row["cpu_time"] * UNITS[row["time_unit"]])
        medians = {row["run_name"]: row["real_time"] * UNITS[row["time_unit"]] for row in theirs["benchmarks"]
                   if row.get("aggregate_name") == "median"}
        for benchmark in document["benchmarks"][:3]:
            self.near(benchmark["statistics"]["median"], medians[benchmark["id"]])
        facts = document["environment"]
        self.assertEqual(facts["import"]["context_commit"]["value"], "abc123")
        self.assertEqual(facts["topology"]["processors"]["value"], theirs["context"]["num_cpus"])

    def test_google_benchmark_without_repetitions(self):
        self.gbench("--benchmark_repetitions=2", "--benchmark_report_aggregates_only=true", "--benchmark_filter=sum")
        document, shown = self.imported("g.json", 0)
        self.assertEqual([one["status"] for one in document["benchmarks"]], ["unavailable"] * 2)
        self.assertIn("no repetition to compute from: mean", " ".join(shown.split()))

    def test_a_google_benchmark_that_was_killed(self):
        self.gbench()
        text = (self.place / "g.json").read_text()
        (self.place / "g.json").write_text(text[:len(text) // 2])
        done = run(ASSAY, "import", "g.json", cwd=self.place)
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr, r"\Aassay: g\.json:\d+:\d+: the input ends in the middle: want [^\n]*\n\Z")

    def test_hyperfine(self):
        done = run("hyperfine", "-N", "-i", "-r", "7", "-L", "code", "0,3", "--export-json", "h.json", "sh -c 'exit {code}'",
                   cwd=self.place)
        self.assertEqual(done.returncode, 0, done.stderr)
        theirs = json.loads((self.place / "h.json").read_text())["results"]
        document, shown = self.imported("h.json", 3)
        self.assertEqual([one["status"] for one in document["benchmarks"]], ["ok", "exited"])
        self.assertIn("7 of 7 runs did not exit with 0: the first with 3", " ".join(shown.split()))
        for one, benchmark in zip(theirs, document["benchmarks"]):
            self.assertEqual(benchmark["id"], one["command"])
            self.assertEqual(benchmark["parameters"], one["parameters"])
            self.assertEqual(len(benchmark["processes"]), 7)
            self.assertIsNotNone(benchmark["statistics"]["ci95"])
            for elapsed, seconds in zip(benchmark["samples"]["elapsed_ns"], one["times"], strict=True):
                self.near(elapsed, seconds * 1e9)
            self.near(benchmark["statistics"]["median"], one["median"] * 1e9)

    def test_go(self):
        (self.place / "go.mod").write_text("module example.com/sum\n\ngo 1.19\n")
        (self.place / "sum_test.go").write_text("""package sum

import "testing"

func BenchmarkSum(b *testing.B) {
	for _, name := range []string{"n=10", "n=1000"} {
		b.Run(name, func(b *testing.B) {
			total := 0
			b.ReportAllocs()
			for i := 0; i < b.N; i++ {
				total += i
			}
			b.ReportMetric(7, "widgets/op")
		})
	}
}
""")
        home = {"HOME": str(self.place), "GOCACHE": str(self.place / "cache"), "GOPATH": str(self.place / "go"), "GOFLAGS": "-mod=mod",
                "GOTOOLCHAIN": "local", "GOPROXY": "off", "PATH": os.environ["PATH"]}
        self.assertEqual(run("go", "test", "-c", "-o", "sum.test", cwd=self.place, env=home).returncode, 0)
        lines = "".join(run("./sum.test", "-test.bench=.", "-test.benchtime=100x", "-test.count=2", cwd=self.place, env=home).stdout
                        for _ in range(2))
        (self.place / "go.txt").write_text(lines)
        theirs = re.findall(r"^Benchmark(\S+)\s+(\d+)\s+([\d.]+) ns/op\s+7(?:\.0+)? widgets/op", lines, re.M)
        document, _ = self.imported("go.txt", 0)
        self.assertEqual(len(theirs), 8)
        for benchmark in document["benchmarks"]:
            ours = benchmark["samples"]
            want = [(int(n), float(ns)) for name, n, ns in theirs if name == benchmark["id"]]
            self.assertEqual(ours["process"], [0, 0, 1, 1])  # each ends with PASS
            for iterations, elapsed, (n, ns) in zip(ours["iterations"], ours["elapsed_ns"], want, strict=True):
                self.assertEqual(iterations, n)
                self.near(elapsed, n * ns)
            self.assertEqual(benchmark["kernel"], "Sum")
            self.assertEqual(benchmark["measures"][0]["values"], [7] * 4)
        self.assertEqual([one["parameters"]["n"] for one in document["benchmarks"]], ["10", "1000"])


if __name__ == "__main__":
    unittest.main()

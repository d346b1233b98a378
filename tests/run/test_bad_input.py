#!/usr/bin/env python3
"""Input that is wrong: benchmarks, values, suite files and plug-ins. Each gives exactly one line that names the thing and the
wish, exit status 2, and leaves nothing behind. (Options have their own table in tests/cli/usage.bats.)"""

import collections
import os
import shutil
import struct

from support import Case, Ended, PLUGINS, complaints, main

HUGE = "9" * 400
GOOD_SUITE = "format: 1\nname: mine\nversion: 1.0.0\nbenchmarks:\n  - kernel: good.sum\n"
E_MACHINE = 18  # offset in an ELF header

# words of the command line after `run`: what the line must say
BENCHMARKS = {
    "good.smu": ("unknown benchmark 'good.smu'", "did you mean 'good.sum'"),
    "bad.segfualt": ("did you mean 'bad.segfault'",),
    "": ("''",),
    ":": ("':'",),
    "@": ("'@'",),
    "good.sum@": ("good.sum@",),
    "good.sum@cobol": ("cobol",),
    "good.sum:": ("good.sum:",),
    "good.sum:limti=3": ("good.sum", "limti", "did you mean 'limit'"),
    "good.sum:limit": ("limit",),
    "good.sum:limit=": ("limit",),
    "good.sum:limit=1,limit=2": ("limit",),
    "good.sum:limit=1000001": ("good.sum", "limit", "'1000001'", "0 to 1000000"),
    "good.sum:limit=-1": ("limit", "'-1'", "0 to 1000000"),
    "good.sum:limit=1e400": ("limit", "1e400", "0 to 1000000"),
    "good.sum:limit=" + HUGE: ("limit", "0 to 1000000"),
    "good.sum:limit=0x10": ("limit", "0x10"),
    "good.sum:limit=1.5": ("limit", "1.5"),
    "good.sum:limit=ten": ("limit", "ten"),
    "good.sum:limit=\u0661\u0662": ("limit",),
    "good.talk:factor=nan": ("factor", "nan"),
    "good.talk:factor=inf": ("factor", "inf"),
    "good.talk:factor=0.1": ("factor", "0.5"),
    "good.talk:whom=sun": ("whom", "sun", "world"),
    "good.talk:loud=maybe": ("loud", "maybe"),
    "good.talk:greeting='unended": ("greeting",),
    "./nowhere.so:good.sum": ("nowhere.so",),
}
# a suite's text: what the line must say
SUITES = {
    "": ("suite.yaml",),
    "\0\0\0": ("suite.yaml",),
    "not: [yaml": ("suite.yaml:",),
    "\tx: 1\n": ("suite.yaml:1",),
    "- a list\n": ("suite.yaml:1",),
    "just text\n": ("suite.yaml:1",),
    GOOD_SUITE.replace("format: 1", "format: 2"): ("suite.yaml:1", "format 2", "want 1"),
    GOOD_SUITE.replace("benchmarks", "benchmark"): ("suite.yaml:4:1", "unknown key 'benchmark'", "did you mean 'benchmarks'"),
    GOOD_SUITE + "    kernle: x\n": ("suite.yaml:6", "kernle", "did you mean 'kernel'"),
    GOOD_SUITE + "    parameters: {limti: 3}\n": ("suite.yaml:5", "limti", "did you mean 'limit'"),
    GOOD_SUITE + "    parameters: {limit: 1e9}\n": ("suite.yaml:5", "limit", "0 to 1000000"),
    GOOD_SUITE + "    parameters: {limit: []}\n": ("suite.yaml:6", "limit"),
    GOOD_SUITE + "    kernel: good.talk\n": ("suite.yaml:6", "kernel"),
    GOOD_SUITE.replace("good.sum", "good.smu"): ("suite.yaml:5", "good.smu", "did you mean 'good.sum'"),
    GOOD_SUITE.replace("version: 1.0.0\n", ""): ("suite.yaml", "version"),
    GOOD_SUITE.replace("1.0.0", "one"): ("suite.yaml:3", "one"),
    GOOD_SUITE + "protocol: {batch: 0}\n": ("suite.yaml:6", "batch"),
    GOOD_SUITE + "protocol: {bacth: 1ms}\n": ("suite.yaml:6", "bacth", "did you mean 'batch'"),
    GOOD_SUITE + "protocol: {samples: 1e99}\n": ("suite.yaml:6", "samples"),
    GOOD_SUITE + "protocol: {order: random}\n": ("suite.yaml:6", "order", "random"),
    GOOD_SUITE + "---\n" + GOOD_SUITE: ("suite.yaml",),
    GOOD_SUITE + "summary: &a x\nname: *a\n": ("suite.yaml",),
    GOOD_SUITE + "include: nowhere.yaml\n": ("nowhere",),
    "[" * 40 + "]" * 40 + "\n": ("suite.yaml",),
    "# " + "x" * (1 << 20) + "\n" + GOOD_SUITE: ("suite.yaml",),
}


class BadInput(Case):
    def refused(self, words, parts):
        ended = self.assay("run", *words)
        self.assertEqual(complaints(ended, parts), [])
        self.assertEqual(self.journal_paths(), [])

    def test_benchmarks(self):
        for name, parts in BENCHMARKS.items():
            with self.subTest(name=name[:80]):
                self.refused([name], parts)
        self.assertEqual(os.listdir(self.work), [])

    def test_grids(self):
        for words, parts in ((["-p", "limti=1", "good.sum"], ("limti", "did you mean 'limit'")),
                             (["-p", "limit=1,x", "good.sum"], ("limit", "'x'")),
                             (["-p", "limit=1,,2", "good.sum"], ("limit",)),
                             (["-p", "limit=" + ",".join(map(str, range(10001))), "good.sum"], ("limit", "10000")),
                             (["--filter", "nothing", "good.sum"], ("nothing",))):
            with self.subTest(words=[word[:80] for word in words]):
                self.refused(words, parts)
        self.assertEqual(os.listdir(self.work), [])

    def test_suites(self):
        path = self.path("suite.yaml")
        for text, parts in SUITES.items():
            with self.subTest(text=text[-80:]):
                with open(path, "w", encoding="utf-8") as file:
                    file.write(text)
                self.refused(["--suite", "./suite.yaml"], parts)
        self.assertEqual(os.listdir(self.work), ["suite.yaml"])

    def test_suites_that_are_no_files_or_go_in_circles(self):
        os.mkdir(self.path("folder.yaml"))
        with open(self.path("bytes.yaml"), "wb") as file:
            file.write(GOOD_SUITE.encode() + b"summary: \xff\xfe\n")
        include = GOOD_SUITE + "include: %s\n"
        for name, other in (("one.yaml", "./two.yaml"), ("two.yaml", "./one.yaml"), ("self.yaml", "./self.yaml")):
            with open(self.path(name), "w", encoding="utf-8") as file:
                file.write(include % other)
        for name, part in (("folder.yaml", "folder.yaml"), ("bytes.yaml", "bytes.yaml"),
                           ("one.yaml", "one.yaml"), ("self.yaml", "self.yaml"), ("missing.yaml", "missing.yaml")):
            with self.subTest(name=name):
                self.refused(["--suite", "./" + name], (part,))

    def test_the_good_suite_is_taken(self):
        """The broken twin of the tables above: what they start from is right."""
        with open(self.path("suite.yaml"), "w", encoding="utf-8") as file:
            file.write(GOOD_SUITE)
        ended = self.assay("run", "-q", "--suite", "./suite.yaml", "--samples", "2", "--batch", "1ms")
        self.assertEqual((ended.status, ended.err), (0, ""))
        self.assertNotEqual(complaints(ended, ("suite.yaml",)), [])

    def test_plugins(self):
        with open(os.path.join(PLUGINS, "good.so"), "rb") as file:
            good = file.read()
        other = bytearray(good)
        struct.pack_into("<H", other, E_MACHINE, 243 if good[E_MACHINE] != 243 else 62)  # RISC-V, or else x86-64
        plugins = {"text": b"no ELF at all\n", "empty": b"", "other": bytes(other), "short": good[:len(good) // 2],
                   "header": good[:40], "noise": good[:64] + b"\xa5" * (len(good) - 64), "class": good[:4] + b"\1" + good[5:]}
        for name, data in plugins.items():
            with open(self.path(name + ".so"), "wb") as file:
                file.write(data)
        shutil.copy(os.path.join(PLUGINS, "abi_no_symbol.so"), self.path("symbol.so"))
        shutil.copy(os.path.join(PLUGINS, "abi_wrong_major.so"), self.path("major.so"))
        os.mkdir(self.path("folder.so"))
        before = sorted(os.listdir(self.work))
        for name in (*plugins, "symbol", "major", "folder"):
            with self.subTest(plugin=name):
                self.refused(["./%s.so:good.sum" % name], (name + ".so",))
        self.assertEqual(sorted(os.listdir(self.work)), before)
        self.listed_as_unavailable(before)
        shutil.copy(os.path.join(PLUGINS, "good.so"), self.path("right.so"))  # and the right one is taken
        self.assertEqual(self.assay("run", "-q", "--samples", "2", "--batch", "1ms", "./right.so:good.sum").status, 0)

    def listed_as_unavailable(self, names):
        """Met in a search they stand in the list with the reason, and hinder nobody."""
        self.environment["ASSAY_PATH"] = self.work + ":" + self.plug
        ended = self.assay("list", "--format", "json")
        self.assertEqual((ended.status, ended.err), (0, ""))
        for name in names:
            if name != "folder.so":
                self.assertIn(name, ended.out)
        ended = self.assay("run", "-q", "-o", "x.json", "--samples", "2", "--batch", "1ms", "good.sum")
        self.assertEqual((ended.status, ended.err), (0, ""))

    def test_the_check_of_one_line_can_fail(self):
        right = Ended(2, "", "assay: bad 'x': want y\n")
        self.assertEqual(complaints(right, ("'x'",)), [])
        for wrong in (right._replace(status=1), right._replace(out="x"), right._replace(err=""),
                      right._replace(err=right.err + "and more\n"), right._replace(err="error: x\n"),
                      right._replace(err=right.err[:-1])):
            self.assertNotEqual(complaints(wrong, ()), [])
        self.assertNotEqual(complaints(right, ("'z'",)), [])

    def test_all_lines_differ(self):
        """A program that answers everything with the same line would pass too easily."""
        lines = collections.Counter(self.assay("run", name).err for name in BENCHMARKS)
        self.assertLess(max(lines.values()), 3, lines.most_common(1))


if __name__ == "__main__":
    main()

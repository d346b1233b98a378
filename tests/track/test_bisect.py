#!/usr/bin/env python3
"""assay track bisect: eight commits of which the fifth is slower, and what is said where none can be named."""

import os
import signal

from repository import BUILD, BUILD_SH, FAST, PATIENCE_S, SLOW, Tracked, main

BROKEN = "echo 'words.c:1: error: broken' >&2\nexit 3\n"


class Bisect(Tracked):
    def line_of(self, count=8, slow_from=5, broken=(), wrong=(), rounds=SLOW):
        """Commits 0 to `count`, the slow ones and the broken ones by their number."""
        return [self.commit("number %d" % index, rounds=rounds if index >= slow_from else FAST, number="%d, slow from %d" % (index, slow_from),
                            script=BROKEN if index in broken else BUILD_SH, answer=43 if index in wrong else 42)
                for index in range(count + 1)]

    def bisect(self, ids, *words, status=0, benchmark="words.count"):
        ended = self.track("bisect", benchmark, "--good", ids[0], "--build", BUILD, "--budget", "10s", *words)
        self.assertEqual(ended.status, status, ended)
        return ended

    def test_the_commit_is_named_with_its_interval(self):
        ids = self.line_of(broken=(2,))
        ended = self.bisect(ids, "-o", "last.json", "--strict")
        self.assertIn("bad is slower than good: 1.", ended.out)
        self.assertIn("over 8 commits", ended.out)
        self.assertRegex(ended.out, r"first slow commit: %s number 5\n  2026-02-06T12:00:00\+01:00, takes 1\.[45][0-9]+ "
                                    r"\[1\.[0-9]+, 1\.[0-9]+\] times its parent's time: (9[0-9]|10[0-9]) %% of the whole" % ids[5][:12])
        self.validate("last.json")
        document = self.load("last.json")
        comparison, = document["comparisons"]
        self.assertEqual(comparison["verdict"], "slower")
        self.assertEqual([each["plugin"][:12] for each in document["benchmarks"]], [ids[4][:12], ids[5][:12]])
        looked = ended.out.count("  fast ") + ended.out.count("  slow ")
        self.assertLessEqual(looked, 4)
        self.assertEqual(self.nothing_left(), [])

    def test_other_ends_name_other_commits(self):
        """A bisection that always said the same would be wrong here: the step lies elsewhere, at the first and at the last."""
        ids = self.line_of(count=3, slow_from=1)
        self.assertIn("first slow commit: %s number 1\n" % ids[1][:12], self.bisect(ids, "-q").out)
        self.assertIn("first slow commit: %s number 1\n" % ids[1][:12], self.bisect(ids, "--bad", ids[1]).out)
        self.git("reset", "-q", "--hard", ids[0])
        ids = self.line_of(count=3, slow_from=3)
        self.assertIn("first slow commit: %s number 3\n" % ids[3][:12], self.bisect(ids).out)

    def test_beside_one_that_does_not_build_a_range_is_left(self):
        ids = self.line_of(broken=(4,))
        ended = self.bisect(ids)
        self.assertIn("skipped %s number 4: commit: building %s failed with status 3: words.c:1: error: broken" % ((ids[4][:12],) * 2),
                      ended.out)
        self.assertIn("no commit can be named: it is one of these 2\n  %s number 4 (skipped)\n  %s number 5\n" %
                      (ids[4][:12], ids[5][:12]), ended.out)
        self.assertNotIn("first slow commit", ended.out)
        self.bisect(ids, "--strict", status=4)
        self.assertEqual(self.nothing_left(), [])

    def test_what_cannot_be_measured_is_skipped(self):
        """Another answer, and no such benchmark."""
        ids = self.line_of(count=4, slow_from=3, wrong=(2,))
        ended = self.bisect(ids)
        self.assertIn("skipped %s number 2: refused: " % ids[2][:12], ended.out)
        self.assertIn("it is one of these 2\n  %s number 2 (skipped)\n  %s number 3\n" % (ids[2][:12], ids[3][:12]), ended.out)
        self.git("reset", "-q", "--hard", ids[1])
        other = self.commit("renamed", first="words.other")
        last = self.commit("slow", rounds=SLOW)
        ended = self.bisect(ids, "--bad", last)
        self.assertIn("skipped %s renamed: one of the two has no such benchmark" % other[:12], ended.out)

    def test_merges_are_followed_on_their_first_side(self):
        ids = self.line_of(count=1, slow_from=9)
        self.git("checkout", "-q", "-b", "topic")
        self.commit("of the branch", side="1")
        inner = self.commit("slow", rounds=SLOW, side="2")
        self.git("checkout", "-q", "main")
        self.git("merge", "-q", "--no-ff", "-m", "merge topic", "topic")
        merge = self.git("rev-parse", "HEAD")
        self.commit("after", rounds=SLOW, number="after", side="2")
        ended = self.bisect(ids)
        self.assertIn("first slow commit: %s merge topic\n" % merge[:12], ended.out)
        self.assertNotIn(inner[:12], ended.out)

    def test_no_slowdown_is_said(self):
        ids = self.line_of(count=2, slow_from=9)
        ended = self.bisect(ids)
        self.assertIn("no slowdown between them: bad takes ", ended.out)
        self.bisect(ids, "--strict", status=4)
        self.git("reset", "-q", "--hard", ids[0])
        ids = self.line_of(count=1, slow_from=1, rounds=FAST // 2)
        self.assertIn("no slowdown between them: bad takes 0.", self.bisect(ids).out)

    def test_what_was_built_and_measured_is_used_again(self):
        ids = self.line_of(count=4, slow_from=3)
        keep = os.path.join(self.place, "kept")
        first = self.bisect(ids, "--keep", keep)
        times = {name: os.stat(os.path.join(keep, name)).st_mtime_ns for name in os.listdir(keep) if name.endswith(".json")}
        self.assertGreaterEqual(len(times), 3)
        again = self.bisect(ids, "--keep", keep)
        self.assertEqual(again.out, first.out)  # to the last digit: nothing was measured
        self.assertNotIn("\n", again.err.replace(" (built already)\n", ""))
        self.assertEqual(times, {name: os.stat(os.path.join(keep, name)).st_mtime_ns for name in os.listdir(keep)
                                 if name.endswith(".json")})
        other = self.bisect(ids, "--keep", keep, "--margin", "2%")  # asked otherwise, the ends are measured anew
        self.assertNotEqual(other.out, first.out)

    def test_an_interrupt_says_what_is_left(self):
        ids = self.line_of()
        process = self.start("track", "bisect", "words.count", "--good", ids[0], "--build", BUILD)
        line = b""
        while not line.startswith(b"bad is slower"):
            line = process.stdout.readline()
            self.assertNotEqual(line, b"")
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=PATIENCE_S)
        self.assertEqual(process.returncode, 130)
        self.assertIn(b"no commit can be named: it is one of these ", out)
        self.assertEqual(self.nothing_left(), [])

    def test_refusals(self):
        ids = self.line_of(count=2, slow_from=9, broken=(0,))
        base = ("bisect", "words.count", "-q", "--build", BUILD)
        for words, parts in (((*base, "--good", ids[2], "--bad", ids[1]), ("is no ancestor of", "one line")),
                             ((*base, "--good", "HEAD"), ("are the same commit",)),
                             ((*base, "--good", "nowhere"), ("unknown commit 'nowhere'",)),
                             ((*base, "--good", ids[0]), ("good: building %s failed with status 3" % ids[0][:12],)),
                             (base, ("missing --good",)), (("bisect", "words.count", "--good", "HEAD~1"), ("missing --build",)),
                             (("bisect", "a.so:words.count", "--good", "HEAD~1", "--build", "x"), ("without a plug-in",)),
                             (("bisect", "words.none", "-q", "--good", ids[1], "--build", BUILD), ("no benchmark matches",))):
            with self.subTest(words=words):
                self.one_line(self.track(*words), *parts)
                self.assertEqual(self.nothing_left(), [])


if __name__ == "__main__":
    main()

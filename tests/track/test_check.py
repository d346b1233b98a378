#!/usr/bin/env python3
"""assay track check: two commits of a repository, built and compared, and what is said where that cannot be. Each commit's plug-in does work
that is known: 2,000 multiplications, or 3,000, which no noise hides."""

import os
import re
import shutil
import signal
import subprocess
import time

from repository import ASSAY, BUILD, BUILD_SH, FAST, PATIENCE_S, SLOW, Tracked, complaints, main

BUDGET = ("--budget", "10s")
WAITS = "touch \"$WAITS\"\ncat <\"$FIFO\"\n"


class Check(Tracked):
    def check(self, *words, status=0, build=BUILD, **options):
        """assay track check: how it ended, and the document."""
        ended = self.track("check", "--build", build, "-o", "x.json", *BUDGET, *words, **options)
        self.assertEqual(ended.status, status, ended)
        self.validate("x.json")
        return ended, self.load("x.json")

    def refuse(self, *parts, words=(), build=BUILD, status=2, **options):
        """assay track check that is refused in one line, quiet, with nothing left behind."""
        ended = self.track("check", "-q", "--build", build, *words, **options)
        self.one_line(ended, *parts, status=status)
        self.assertEqual(self.nothing_left(), [])
        self.assertFalse(os.path.exists(self.path("assay-results")))
        return ended

    def verdicts(self, document):
        return {each["id"]: each["verdict"] for each in document["comparisons"]}

    def read(self, name):
        with open(self.path(name), encoding="utf-8") as file:
            return file.read()


class Verdicts(Check):
    def test_a_regression_fails_and_the_summary_names_it(self):
        base, head = self.commit("as it was"), self.commit("count twice", rounds=SLOW)
        ended, document = self.check("--base", base, "--summary", "summary.md", status=1)
        comparison = document["comparisons"][0]
        self.assertEqual(self.verdicts(document), {"words.count": "slower"})
        self.assertTrue(comparison["interval"][0] <= SLOW / FAST <= comparison["interval"][1] or
                        abs(comparison["ratio"] - SLOW / FAST) < 0.03, comparison["ratio"])
        said = "base is commit %s (as it was), head is commit %s (count twice)" % (base[:12], head[:12])
        self.assertIn(said, comparison["notes"])
        self.assertIn(said, ended.out)
        self.assertEqual([each["plugin"] for each in document["benchmarks"]],
                         [commit[:12] + "/build/words.so" for commit in (base, head)])
        self.assertIn("track check", document["sessions"][0]["command"])
        git = document["environment"]["git"]
        self.assertEqual((git["commit"]["value"], git["parent"]["value"], git["dirty"]["value"]), (head, base, False))
        summary = self.read("summary.md")
        self.assertTrue(summary.startswith("## assay: `%s` to `%s`\n" % (base[:12], head[:12])), summary)
        self.assertRegex(summary, r"words\.count: slower by more than 1 %")
        self.assertIn("count twice", summary)
        self.assertEqual(self.nothing_left(), [])
        self.assertEqual(document["warnings"], [])

    def test_back_in_time_it_is_faster(self):
        """The same two the other way round: a check that fails whatever it is given would fail here."""
        head, base = self.commit("as it was"), self.commit("count twice", rounds=SLOW)
        _, document = self.check("--base", base, "--head", head)
        self.assertEqual(self.verdicts(document), {"words.count": "faster"})
        self.assertIn("goes back in time", document["warnings"][0])

    def test_what_changed_nothing_passes(self):
        base, head = self.commit("as it was"), self.commit("a word in a file", notes="nothing")
        for words in (("--base", base), ("--base", head)):
            ended, document = self.check(*words)
            self.assertNotIn(self.verdicts(document)["words.count"], ("slower", "faster"))
            self.assertEqual(ended.err.count("head: "), 1 if words[1] == base else 0)  # one build is enough for one commit
        self.assertEqual(self.nothing_left(), [])

    def test_undecided_is_4_where_it_is_asked_for(self):
        base = self.commit("as it was")
        self.commit("a word in a file", notes="nothing")
        words = ("--base", base, "--margin", "0.05%", "--budget", "2s")
        self.check(*words)
        self.check(*words, "--strict", status=4)

    def test_what_a_side_alone_has_is_said_and_does_not_fail(self):
        base = self.commit("one")
        head = self.commit("two", second="words.more")
        _, document = self.check("--base", base, "--summary", "summary.md")
        self.assertEqual(document["warnings"], ["added by %s: words.more" % head[:12]])
        self.assertEqual({each["id"]: each["status"] for each in document["benchmarks"]}, {"words.count": "ok"})
        self.assertIn("- **Added:** words.more\n", self.read("summary.md"))
        _, document = self.check("--base", head, "--head", base, "--summary", "summary.md")
        self.assertIn("removed by %s: words.more" % base[:12], document["warnings"])
        self.assertIn("- **Removed:** words.more\n", self.read("summary.md"))

    def test_nothing_in_common_passes_too(self):
        """All renamed, no plug-in at all before, a filter that only head knows."""
        none = self.commit("nothing", script="#!/bin/sh\n")
        first = self.commit("first")
        second = self.commit("renamed", first="letters.count")
        more = self.commit("more", first="letters.count", second="letters.more")
        for words, warning in ((("--base", none, "--head", first), "added by %s: words.count" % first[:12]),
                               (("--base", first, "--head", second), "added by %s: letters.count" % second[:12]),
                               (("--base", second, "--head", more, "--filter", "more"), "added by %s: letters.more" % more[:12])):
            with self.subTest(warning=warning):
                ended, document = self.check(*words, "--summary", "summary.md")
                self.assertEqual(document["comparisons"] if "comparisons" in document else [], [])
                self.assertIn(warning, document["warnings"])
                self.assertIn(warning, ended.out)
                self.assertIn("**Added:**", self.read("summary.md"))
        self.refuse("no benchmark matches --filter 'nowhere'", words=("--base", second, "--filter", "nowhere"))
        self.refuse("neither side has a benchmark", words=("--base", none, "--head", none))

    def test_different_answers_are_no_pass(self):
        base = self.commit("as it was")
        self.commit("wrong", answer=43)
        _, document = self.check("--base", base, status=3)
        self.assertTrue(document["comparisons"][0]["reason"].startswith("refused:"))


class Commits(Check):
    def test_a_branch_is_compared_with_where_it_left(self):
        """What came to main meanwhile, and is faster, is not the branch's doing."""
        self.commit("as it was")
        left = self.commit("still")
        self.git("checkout", "-q", "-b", "topic")
        self.commit("a word in a file", notes="nothing")
        self.git("checkout", "-q", "main")
        self.commit("quicker", rounds=FAST // 2)
        self.git("checkout", "-q", "topic")
        ended, document = self.check()
        self.assertIn("base: %s still\n" % left[:12], ended.err)
        self.assertNotIn(self.verdicts(document)["words.count"], ("slower", "faster"))
        ended, document = self.check("--base", "main")
        self.assertIn("base is %s, where head and 'main' parted" % left[:12], document["warnings"])
        self.assertNotIn(self.verdicts(document)["words.count"], ("slower", "faster"))

    def test_on_the_main_branch_it_is_the_commit_before(self):
        self.commit("as it was")
        self.commit("count twice", rounds=SLOW)
        ended, _ = self.check(status=1)
        self.assertIn("note: base is the commit before head: head lies on the main branch itself", ended.err)

    def test_changes_that_no_commit_has_are_said(self):
        base = self.commit("as it was")
        self.commit("a word in a file", notes="nothing")
        self.write("rounds.h", "#error not this one\n")
        ended, document = self.check("--base", base)
        self.assertIn("1 changed file of the work tree is not in it", ended.err)
        self.assertEqual(len(document["warnings"]), 1)
        _, document = self.check("--base", base, "--head", base)  # of another commit than HEAD nothing was changed
        self.assertEqual(document["warnings"], [])

    def test_another_directory_and_another_place_of_plugins(self):
        base = self.commit("as it was", script=BUILD_SH + "mkdir out\nmv build/* out\n")
        self.commit("count twice", rounds=SLOW, script=BUILD_SH + "mkdir out\nmv build/* out\n")
        where = self.make("elsewhere")
        ended = self.assay("track", "check", "--build", BUILD, "--base", base, "--plugins", "out", "--repository", self.work, *BUDGET,
                           "--summary", os.path.join(where, "s.md"))
        self.assertEqual(ended.status, 1, ended)

    def test_hooks_of_the_repository_are_not_run_and_their_variables_not_seen(self):
        base = self.commit("as it was")
        self.commit("a word in a file", notes="nothing")
        hook = os.path.join(self.work, ".git", "hooks", "post-checkout")
        with open(hook, "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\ntouch %s\n" % self.path("hooked"))
        os.chmod(hook, 0o755)
        self.environment.update(GIT_DIR=os.path.join(self.place, "nowhere"), GIT_INDEX_FILE="nowhere")
        self.check("--base", base, build=BUILD + " && git status --porcelain >/dev/null && test $(git rev-parse HEAD) = $ASSAY_CI_COMMIT")
        self.assertFalse(os.path.exists(self.path("hooked")))
        for name in ("GIT_DIR", "GIT_INDEX_FILE"):
            del self.environment[name]


class Refusals(Check):
    def test_what_git_does_not_have(self):
        self.commit("only one")
        self.refuse("unknown commit 'nowhere': git fetch", words=("--head", "nowhere"))
        self.refuse("unknown commit 'nowhere'", words=("--base", "nowhere"))
        self.refuse("unknown commit '--help'", words=("--base=--help",))
        self.refuse("unknown commit '")  # the first one has none before it
        self.refuse("there is no such directory", words=("--repository", "nowhere"))
        bare = self.make("bare")
        ended = self.track("check", "-q", "--build", BUILD, "--repository", bare)
        self.one_line(ended, "is not in a git repository")

    def test_a_shallow_clone_says_how_to_deepen(self):
        first = self.commit("first")
        self.git("checkout", "-q", "-b", "topic")
        self.commit("of the branch")
        self.git("checkout", "-q", "main")
        self.commit("of main")
        clone = os.path.join(self.place, "clone")
        self.git("clone", "-q", "--depth", "1", "--no-single-branch", "--branch", "topic", "file://" + self.work, clone)
        for words, parts in (((), ("no common ancestor of",)), (("--base", first), ("unknown commit '%s'" % first,)),
                             (("--base", "origin/main"), ("no common ancestor",))):
            with self.subTest(words=words):
                self.refuse("shallow", "git fetch --unshallow", "--deepen=N", *parts, words=("--repository", clone, *words))
        self.git("fetch", "-q", "--unshallow", cwd=clone)
        self.check("--repository", clone)

    def test_a_build_that_fails(self):
        base = self.commit("as it was")
        head = self.commit("does not compile", script=BUILD_SH.replace("set -e", "set -e\nmake() { printf 'words.c:3:5: error: \\033[1mno "
                                                                       "such thing\\n in line 3\\nstop\\nstill stopping\\nstopped\\n' >&2; exit 7; }\nmake"))
        ended = self.refuse("head: building %s failed with status 7:" % head[:12], "error: ?[1mno such thing", "still stopping | stopped",
                            "(log: ", words=("--base", base))
        log = re.search(r"\(log: (.*)\)", ended.err).group(1)
        with open(log, encoding="utf-8") as file:
            self.assertEqual(file.read().count("\n"), 5)
        self.assertNotIn("\033", ended.err)
        self.refuse("base: building %s failed" % head[:12], words=("--base", head, "--head", base))
        self.refuse("building %s failed with status 127" % base[:12], words=("--base", base), build="no-such-program")
        self.refuse("failed with signal 9", words=("--base", base), build="kill -9 $$")

    def test_a_build_that_does_not_end(self):
        base = self.commit("as it was")
        fifo = os.path.join(self.place, "fifo")
        os.mkfifo(fifo)
        self.refuse("building %s failed" % base[:12], "took longer than 0.5 s", words=("--base", base, "--timeout-build", "0.5s"),
                    build="cat <'%s'" % fifo)

    def test_no_git(self):
        self.commit("as it was")
        self.environment["PATH"] = self.make("empty")
        os.symlink(shutil.which("env"), os.path.join(self.place, "empty", "env"))
        ended = self.track("check", "-q", "--build", BUILD)
        self.one_line(ended, "cannot run git: want it installed")
        self.environment["PATH"] = os.environ["PATH"]

    def test_words_that_do_not_fit(self):
        self.commit("as it was")
        for words, part in ((("--base", "HEAD"), "missing --build"), (("--build", "x", "x.json"), "want --against-history"),
                            (("--build", "x", "--plugins", "/tmp"), "bad --plugins"),
                            (("--build", "x", "--plugins", "../x"), "bad --plugins"),
                            (("--build", "x", "--reference", "HEAD"), "missing --store"),
                            (("--build", "x", "--against-history"), "missing --store"),
                            (("--build", "x", "--margin", "0"), "bad --margin")):
            with self.subTest(words=words):
                self.one_line(self.track("check", *words), part)


class Trees(Check):
    def test_kept_trees_are_built_once(self):
        base, head = self.commit("as it was"), self.commit("a word in a file", notes="nothing")
        keep = os.path.join(self.place, "kept")
        words = ("--base", base, "--keep", keep)
        ended, _ = self.check(*words)
        self.assertNotIn("built already", ended.err)
        ended, _ = self.check(*words)
        self.assertEqual(ended.err.count("(built already)"), 2)
        ended, _ = self.check(*words, build=BUILD + " && true")
        self.assertNotIn("built already", ended.err)
        tree = os.path.join(keep, head[:12])
        with open(os.path.join(tree, "words.c"), "a", encoding="utf-8") as file:
            file.write("#error somebody was here\n")
        ended, _ = self.check(*words, build=BUILD + " && true")  # its tree is made anew, base's is as it was
        self.assertEqual(ended.err.count("(built already)"), 1)
        self.assertTrue(os.path.exists(os.path.join(tree, "build", "words.so")))
        self.assertEqual(sorted(name for name in os.listdir(keep) if name.endswith(".log")), sorted(c[:12] + ".log" for c in (base, head)))

    def test_what_is_in_the_way_is_left_alone(self):
        base = self.commit("as it was")
        keep = self.make("kept")
        os.mkdir(os.path.join(keep, base[:12]))
        ended = self.track("check", "-q", "--build", BUILD, "--base", base, "--keep", keep)
        self.one_line(ended, "is in the way")
        self.assertTrue(os.path.isdir(os.path.join(keep, base[:12])))

    def waiting(self, *words):
        """A check whose build waits at a pipe, and has begun to."""
        base = self.commit("as it was", script="#!/bin/sh\n" + WAITS)
        self.environment.update(WAITS=self.path("waits"), FIFO=os.path.join(self.place, "fifo"))
        os.mkfifo(self.environment["FIFO"])
        process = self.start("track", "check", "-q", "--build", BUILD, "--base", base, *words)
        end = time.monotonic() + PATIENCE_S
        while not os.path.exists(self.path("waits")) and process.poll() is None and time.monotonic() < end:
            time.sleep(0.01)
        self.assertTrue(os.path.exists(self.path("waits")))
        os.remove(self.path("waits"))
        return process

    def test_an_interrupt_ends_the_build_and_leaves_no_tree(self):
        process = self.waiting()
        self.assertNotEqual(self.nothing_left(), [])
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=PATIENCE_S)
        self.assertEqual((process.returncode, out), (130, b""))
        self.assertRegex(err.decode(), r"^assay: base: interrupted while building [0-9a-f]{12}\n$")
        self.assertEqual(self.nothing_left(), [])
        self.no_survivors()

    def workers(self):
        count = 0
        for process in self.survivors():
            try:
                with open("/proc/%d/cmdline" % process, "rb") as file:
                    count += b"assay-worker" in file.read().split(b"\0")[0]
            except OSError:
                pass  # it has ended
        return count

    def test_an_interrupt_of_the_comparison_keeps_its_document(self):
        base = self.commit("as it was")
        self.commit("a word in a file", notes="nothing")
        process = self.start("track", "check", "-o", "x.json", "--build", BUILD, "--base", base, "--margin", "0.05%", "--budget", "60s")
        line = b""
        while b"head: " not in line:
            line = process.stderr.readline()
            self.assertNotEqual(line, b"")
        end = time.monotonic() + PATIENCE_S
        while self.workers() < 2 and time.monotonic() < end:  # builds have processes too
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE_S)
        self.assertEqual(process.returncode, 130)
        self.assertEqual(len(self.load("x.json")["comparisons"]), 1)
        self.assertEqual(self.nothing_left(), [])

    def test_what_a_killed_check_left_is_swept_by_the_next(self):
        process = self.waiting()
        process.kill()
        process.communicate()
        with open(self.environment["FIFO"], "w", encoding="utf-8"):
            pass  # the build's own child ends too
        self.no_survivors()
        self.assertNotEqual(self.nothing_left(), [])
        base = self.commit("as it was")
        self.commit("a word in a file", notes="nothing")
        self.check("--base", base)
        self.assertEqual(self.nothing_left(), [])


class History(Check):
    def accept(self, benchmark, commit):
        ended = self.track("accept", benchmark, commit, "--reason", "exact counts are worth it", "--who", "Ada", "--store", "h.db")
        self.assertEqual(ended.status, 0, ended)

    def test_what_a_person_accepted_passes(self):
        base, head = self.commit("as it was"), self.commit("count twice", rounds=SLOW)
        later = self.commit("a word in a file", rounds=SLOW, notes="nothing")
        self.check("--base", base, "--store", "h.db", status=1)
        for benchmark, commit, status in (("words.more", head, 1), ("words.count", base, 1), ("words.count", head, 0)):
            with self.subTest(benchmark=benchmark, commit=commit):
                self.accept(benchmark, commit)
                ended, document = self.check("--base", base, "--head", later, "--store", "h.db", "--summary", "s.md", status=status)
                self.assertEqual("exact counts are worth it" in ended.out, status == 0, ended.out)
                self.assertEqual("**Accepted:**" in self.read("s.md"), status == 0)
                self.assertEqual(self.verdicts(document), {"words.count": "slower"})
        self.assertTrue(any("exact counts" in note for note in document["comparisons"][0]["notes"]))
        self.environment["ASSAY_STORE"] = "h.db"
        self.check("--base", base)
        del self.environment["ASSAY_STORE"]
        self.check("--base", base, status=1)  # without the store nobody knows

    def test_head_is_recorded_against_the_reference(self):
        pinned, base = self.commit("pinned"), self.commit("as it was", notes="nothing")
        head = self.commit("count twice", rounds=SLOW)
        words = ("--base", base, "--store", "h.db")
        ended, _ = self.check(*words, "--reference", pinned, status=1)
        self.assertIn("recorded: %s against the reference build of %s" % (head[:12], pinned[:12]), ended.err)
        exported = self.track("export", "--store", "h.db")
        self.assertEqual(exported.status, 0, exported)
        self.assertIn(head, exported.out)
        self.assertIn(pinned, exported.out)
        self.assertNotIn(base, exported.out.replace('"parent":"%s"' % base, ""))

    def test_a_baseline_that_is_not_here_costs_only_the_record(self):
        pinned, base = self.commit("pinned"), self.commit("as it was", notes="nothing")
        self.commit("a word in a file", notes="something")
        self.accept("words.count", pinned)
        clone = os.path.join(self.place, "clone")
        self.git("clone", "-q", "--depth", "2", "file://" + self.work, clone)
        words = ("--base", base, "--store", "h.db")
        ended, _ = self.check(*words, "--repository", clone)
        self.assertIn("note: nothing is recorded: the accepted baseline: unknown commit '%s': this clone is shallow" % pinned, ended.err)
        ended, _ = self.check(*words)
        self.assertIn("against the reference build of %s" % pinned[:12], ended.err)
        self.accept("words.count", base)  # the baseline is base itself: one comparison serves both
        ended, _ = self.check(*words)
        self.assertIn("against the reference build of %s" % base[:12], ended.err)
        self.assertEqual(self.nothing_left(), [])

    def test_a_store_that_cannot_be_written_still_says_what_was_accepted(self):
        base, head = self.commit("as it was"), self.commit("count twice", rounds=SLOW)
        self.accept("words.count", head)
        os.chmod(self.path("h.db"), 0o444)
        words = ("track", "check", "--build", BUILD, "--budget", "4s", "--base", base, "--store", "h.db")
        if os.geteuid() == 0:  # who writes everywhere, but for this
            ended = self.assay("--bounding-set", "-dac_override", ASSAY, *words, program="setpriv")
        else:
            ended = self.assay(*words)
        self.assertEqual(ended.status, 0, ended)
        self.assertIn("note: nothing is recorded", ended.err)
        self.assertIn("exact counts are worth it", ended.out)

    def test_no_store(self):
        self.commit("as it was")
        self.write("h.db", "no store at all, but text\n" * 100)
        self.refuse("h.db", words=("--base", "HEAD", "--store", "h.db"))


class AgainstHistory(Check):
    def record(self, count, rounds=FAST):
        """So many commits with a result each, measured here."""
        for index in range(count):
            commit = self.commit("number %d" % index, rounds=rounds + index % 3 - 1, notes=str(index) + str(rounds))
            if not os.path.exists(self.path("build")):
                os.mkdir(self.path("build"))
            done = subprocess.run(["sh", "build.sh"], cwd=self.work, env=self.environment, check=False, stderr=subprocess.PIPE)
            self.assertEqual(done.returncode, 0, done)
            ended = self.assay("run", "-q", "-o", "r.json", "--samples", "12", "--processes", "6", "--batch", "1ms", "--warmup", "1ms",
                               "build/words.so:words.count")
            self.assertEqual(ended.status, 0, ended)
            ended = self.track("record", "r.json", "--commit", commit, "--store", "h.db", "-q")
            self.assertEqual(ended.status, 0, ended)

    def test_slower_than_ever_and_not(self):
        self.git("config", "core.excludesFile", "/dev/null")
        self.write(".gitignore", "build/\nr.json\nh.db*\nx.json\nassay-results/\n")
        self.record(9)
        self.commit("number nine")
        words = ("check", "--against-history", "--store", "h.db")
        self.one_line(self.track(*words, "r.json", "-q"), "nothing to compare with: ", "it takes 10")
        self.record(4)
        ended = self.track(*words, "r.json")
        self.assertEqual(ended.status, 0, ended)
        self.assertIn("weaker than a comparison side by side", ended.out)
        self.assertRegex(ended.out, r"words\.count: not distinguishable from its history: .* over 1[0-9] results; a result stands out from "
                                    r"[0-9.]+ % on, where the margin is 1 %")
        head = self.commit("thrice", rounds=3 * FAST)
        ended = self.track(*words, "--build", BUILD, "--budget", "3s", "--summary", "s.md", "-q")
        self.assertEqual(ended.status, 1, ended)
        self.assertIn("words.count: slower than its history: ", ended.out)
        self.assertIn("`%s` against its history" % head[:12], self.read("s.md"))
        self.assertEqual(self.nothing_left(), [])
        # Of another kind of machine nothing is compared; nor of another branch.
        document = self.read("r.json")
        fingerprint = self.load("r.json")["environment"]["machine"]["fingerprint"]["value"]
        self.write("other.json", document.replace(fingerprint, "0" * len(fingerprint)))
        self.one_line(self.track(*words, "other.json", "-q"), "0 results of branch 'main'", "it takes 10")
        self.one_line(self.track(*words, "r.json", "-q", "--base", "elsewhere"), "0 results of branch 'elsewhere'")


class Complaints(Check):
    """The checks above can fail: a line more, or a tree left behind, is seen."""
    def test_they_are_seen(self):
        self.commit("as it was")
        ended = self.track("check", "-q", "--build", BUILD, "--head", "nowhere")
        self.assertEqual(complaints(ended, ["unknown commit"]), [])
        self.assertEqual(len(complaints(ended._replace(err=ended.err * 2, out="x"), ["known of old"])), 3)
        self.assertEqual(self.nothing_left(), [])
        self.git("worktree", "add", "-q", "--detach", os.path.join(self.place, "left"))
        self.assertNotEqual(self.nothing_left(), [])


if __name__ == "__main__":
    main()

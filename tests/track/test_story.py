#!/usr/bin/env python3
"""The whole story, with what `assay track init` writes and the example of data/ci: a base, a branch that brings a regression, the
regression found (exit 1, summary), fixed (exit 0), and accepted (exit 0, and on record). Then the steps of the GitHub and GitLab workflows
as they stand in the files, run by a shell as the services run them.

What this prints with ASSAY_TRANSCRIPT=FILE is the transcript of docs/ci.md.
"""

import os
import shutil
import subprocess
import tempfile

import yaml

from repository import BUILT, SOURCE, WHO, Case, Ended, main

EXAMPLE = os.path.join(SOURCE, "data", "ci")
IGNORED = "build/\nhistory.db*\nsummary.md\ncheck.html\njunit.xml\nassay-results/\npage.html\nexport.jsonl\n"
PATIENCE_S = 300


def steps_of(job):
    return {step["name"]: step for step in job["steps"] if "run" in step}


class Story(Case):
    plugins = ()

    @classmethod
    def setUpClass(cls):
        """assay as a user has it: installed, in PATH, found by CMake."""
        cls.prefix = os.path.realpath(tempfile.mkdtemp(prefix="assay-story-"))
        cls.addClassCleanup(shutil.rmtree, cls.prefix, ignore_errors=True)
        subprocess.run([os.environ.get("CMAKE", "cmake"), "--install", BUILT, "--prefix", cls.prefix], stdout=subprocess.DEVNULL, check=True)

    def setUp(self):
        super().setUp()
        self.environment.update(WHO, TMPDIR=self.make("tmp"), COLUMNS="100",
                                PATH=os.path.join(self.prefix, "bin") + os.pathsep + os.environ["PATH"])
        for name in ("ASSAY_PATH", "ASSAY_STORE", "BUILD", "PLUGINS", "REFERENCE", "BUDGET", "STORE"):
            self.environment.pop(name, None)
        self.day = 1
        self.sh("git init -q -b main . && git config user.name Ada && git config user.email ada@example.org")
        self.build = "cmake -S . -B build -G Ninja -DCMAKE_PREFIX_PATH=%s && cmake --build build" % self.prefix
        shutil.copytree(os.path.join(EXAMPLE, "example"), self.work, dirs_exist_ok=True)
        with open(self.path(".gitignore"), "w", encoding="utf-8") as file:
            file.write(IGNORED)
        self.base = self.commit("lookup: binary search")

    def sh(self, script, status=0, **more):
        """A script as a person or a service runs it; what it printed goes into the transcript."""
        done = subprocess.run(["sh", "-e", "-c", script], cwd=self.work, env={**self.environment, **more}, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=PATIENCE_S, check=False)
        ended = Ended(done.returncode, done.stdout.decode(), done.stderr.decode())
        if os.environ.get("ASSAY_TRANSCRIPT"):
            with open(os.environ["ASSAY_TRANSCRIPT"], "a", encoding="utf-8") as file:
                file.write("$ %s\n%s%s" % (script, ended.err, ended.out) + ("[exit %d]\n" % ended.status if ended.status else ""))
        self.assertEqual(ended.status, status, ended)
        return ended

    def commit(self, subject):
        self.environment["GIT_AUTHOR_DATE"] = self.environment["GIT_COMMITTER_DATE"] = "2026-03-%02dT12:00:00+0100" % self.day
        self.day += 1
        self.sh("git add -A && git commit -q -m '%s'" % subject)
        return self.sh("git rev-parse HEAD").out.strip()

    def read(self, name):
        with open(self.path(name), encoding="utf-8") as file:
            return file.read()

    def regress(self):
        self.sh("patch -s -p1 < " + os.path.join(EXAMPLE, "regression.patch"))

    def test_found_fixed_accepted(self):
        self.sh("assay track init shell --budget 4s --build '%s'" % self.build)
        self.assertTrue(os.access(self.path("assay-check.sh"), os.X_OK))
        self.commit("check every change")

        self.sh("git checkout -q -b simpler")
        self.regress()
        slow = self.commit("lookup: walk through short pieces")
        ended = self.sh("./assay-check.sh", status=1)
        summary = self.read("summary.md")
        self.assertEqual(ended.out.count(summary), 1)
        self.assertRegex(summary.splitlines()[0] + summary, r"1 (benchmark )?(is )?slower|slower")
        self.assertIn("lookup.all", summary)
        self.assertIn(slow[:12], summary)
        self.assertIn("1 slower", self.sh("assay report check.html --format md").out)

        self.sh("git revert --no-edit HEAD")
        self.sh("./assay-check.sh")
        self.assertNotIn("slower", self.read("summary.md").split("\n\n")[0])

        self.sh("git checkout -q -b again main && git cherry-pick %s >/dev/null" % slow)
        again = self.sh("git rev-parse HEAD").out.strip()
        self.sh("./assay-check.sh", status=1)  # nobody has accepted it yet
        self.sh("assay track accept lookup.all:count=1024 HEAD --reason 'less code, and nobody looks up so much' --store history.db")
        self.sh("./assay-check.sh")
        summary = self.read("summary.md")
        self.assertIn("**Accepted:**", summary)
        self.assertIn("nobody looks up so much", summary)
        ended = self.sh("assay track log lookup.all:count=1024 --store history.db")
        self.assertIn("nobody looks up so much", ended.out)
        self.assertIn("Ada <ada@example.org>", ended.out)
        self.assertIn(again[:12], ended.out)
        # The same history in the page.
        self.sh("assay report --history history.db -o page.html")
        self.assertIn("nobody looks up so much", self.read("page.html"))

    def origin(self):
        """A remote for the branch of the store; the work tree has no other."""
        self.sh("git init -q --bare %s && git remote add origin %s && git push -q origin main" % ((self.make("origin.git"),) * 2))

    def test_github(self):
        self.sh("assay track init github --budget 4s --source https://example.org/assay.git --build '%s'" % self.build)
        workflow = yaml.safe_load(self.read(".github/workflows/assay.yml"))
        self.assertEqual(workflow[True]["push"]["branches"], ["main"])  # YAML 1.1 reads `on` as true
        job = workflow["jobs"]["assay"]
        steps = steps_of(job)
        for step in job["steps"]:
            self.assertEqual(len({"uses", "run"} & set(step)), 1, step)
        service = {**workflow["env"], "GITHUB_BASE_REF": "main", "GITHUB_STEP_SUMMARY": self.path("check.html.summary"), "GITHUB_ACTOR": "grace",
                   "GITHUB_SHA": self.base, "RUNNER_TEMP": self.make("runner"), "GITHUB_PATH": os.path.join(self.place, "path")}
        self.assertEqual(service["REFERENCE"], self.base)
        self.commit("check every change")
        self.origin()
        self.sh(steps["install assay"]["run"], **service)  # it is there already
        self.sh(steps["fetch the store"]["run"], **service)  # there is none yet

        self.sh("git checkout -q -b simpler")
        self.regress()
        slow = self.commit("lookup: walk through short pieces")
        self.sh(steps["check"]["run"], status=1, **service)
        self.assertIn("slower", self.read("check.html.summary"))
        # A person accepts it; the store goes to its branch.
        inputs = {"BENCHMARK": "lookup.*", "COMMIT": slow, "REASON": "it's $(less) \"code\""}
        self.sh(steps["accept"]["run"], **service, **inputs)
        self.sh(steps["keep the store"]["run"], **service)
        self.sh("rm history.db*")
        self.sh(steps["fetch the store"]["run"], **service)
        self.sh(steps["check"]["run"], **service)
        self.assertIn("**Accepted:**", self.read("check.html.summary"))
        # Merged, and recorded against the pinned build.
        self.sh("git checkout -q main && git merge -q --no-ff -m 'merge simpler' simpler")
        self.sh(steps["record"]["run"], **service)
        self.sh(steps["keep the store"]["run"], **service)
        self.sh("git fetch -q origin assay-history && git show FETCH_HEAD:history.db > kept.db")
        ended = self.sh("assay track log 'lookup.*' --store kept.db")
        self.assertIn("grace", ended.out)
        self.assertIn(inputs["REASON"], ended.out)
        rows = self.sh("assay track export --store kept.db --format csv").out
        self.assertIn(self.sh("git rev-parse HEAD").out.strip(), rows)
        self.assertIn("ratio", rows)

    def test_gitlab(self):
        self.sh("assay track init gitlab --budget 4s --build '%s && echo $HOME >/dev/null'" % self.build)
        workflow = yaml.safe_load(self.read(".gitlab/assay.yml"))
        # GitLab's runner expands the variables of a job: two dollars are one.
        variables = {name: str(value).replace("$$", "$") for name, value in workflow[".assay"]["variables"].items()}
        self.assertTrue(variables["BUILD"].endswith("echo $HOME >/dev/null"))
        self.commit("check every change")
        for name in ("assay-check", "assay-record"):
            self.assertEqual(workflow[name]["extends"], ".assay")
        main_id = self.sh("git rev-parse HEAD").out.strip()
        self.regress()
        slow = self.commit("lookup: walk through short pieces")
        service = {**variables, "CI_MERGE_REQUEST_DIFF_BASE_SHA": main_id, "CI_COMMIT_SHA": slow, "GITLAB_USER_NAME": "Grace"}
        self.sh("\n".join(workflow["assay-check"]["script"]), status=1, **service)
        self.assertIn("<failure", self.read("junit.xml"))
        self.sh("\n".join(workflow["assay-record"]["script"]), **service)  # on the main branch it is recorded, not failed
        self.sh("\n".join(workflow["assay-record"]["script"]), ACCEPT="lookup.*", COMMIT=slow, REASON="less code", **service)
        ended = self.sh("assay track log 'lookup.*' --store history.db")
        self.assertIn("less code", ended.out)
        self.assertIn(slow[:12], ended.out)


if __name__ == "__main__":
    main()

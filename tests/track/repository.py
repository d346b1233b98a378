"""Git repositories for the tests of this folder: each commit holds a plug-in whose work is known, and a script that builds it in a
second, without CMake, layouts included. Environment: ASSAY (the program), ASSAY_BUILD, ASSAY_SOURCE.
"""

import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "run"))
from support import ASSAY, BUILD as BUILT, PATIENCE_S, SOURCE, Case, Ended, complaints, main  # noqa: E402,F401 pylint: disable=wrong-import-position,unused-import

BUILD_SH = """#!/bin/sh
# What assay_add_kernel does: the plug-in, its joined objects, and how to link them again.
set -e
mkdir -p build/words.builds
cc -O2 -ffunction-sections -fno-omit-frame-pointer -fPIC -I"$ASSAY_SOURCE/harness/include" -c words.c -o build/words.o
cc -shared -fPIC -Wl,--build-id=sha1 -Wl,-z,defs -o build/words.so build/words.o
cc -r -nostdlib -o build/words.builds/timed.o build/words.o
printf '{"format":1,"compiler":"%s","arguments":["-shared","-fPIC","-Wl,--build-id=sha1","-Wl,-z,defs"],"libraries":[]}\\n' \\
    "$(command -v cc)" >build/words.builds/link.json
"""
# No commit of a test shall depend on who runs it, or when.
WHO = {"GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.org", "GIT_COMMITTER_NAME": "Ada",
       "GIT_COMMITTER_EMAIL": "ada@example.org", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}
FAST, SLOW = 2000, 3000
BUILD = "sh build.sh"


class Tracked(Case):
    """A test in an empty repository of its own."""
    plugins = ()

    def setUp(self):
        super().setUp()
        self.environment.update(WHO, ASSAY_SOURCE=SOURCE, TMPDIR=self.make("tmp"))
        self.environment.pop("ASSAY_STORE", None)
        self.day = 1
        self.git("init", "-q", "-b", "main", ".")

    def git(self, *words, cwd=None):
        done = subprocess.run(["git", *words], cwd=cwd or self.work, env=self.environment, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, check=False)
        self.assertEqual(done.returncode, 0, done)
        return done.stdout.decode().strip()

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)

    def commit(self, subject, rounds=FAST, first="words.count", second=None, answer=42, script=BUILD_SH, **files):
        """A commit with a plug-in of so much work; its full id."""
        shutil.copy(os.path.join(HERE, "words.c"), self.path("words.c"))
        self.write("rounds.h", "#define ROUNDS %d\n#define ANSWER %d\n#define FIRST \"%s\"\n%s" % (
            rounds, answer, first, "#define SECOND \"%s\"\n" % second if second else ""))
        self.write("build.sh", script)
        self.write("subject", subject + "\n")
        for name, text in files.items():
            self.write(name, text)
        self.git("add", "-A")
        self.environment["GIT_AUTHOR_DATE"] = self.environment["GIT_COMMITTER_DATE"] = "2026-02-%02dT12:00:00+0100" % self.day
        self.day += 1
        self.git("commit", "-q", "-m", subject)
        return self.git("rev-parse", "HEAD")

    def track(self, *words, **options):
        """assay track ..., with the build that all of these repositories have."""
        return self.assay("track", *words, **options)

    def nothing_left(self):
        """No work tree but the repository's own, no directory of theirs, no temporary file."""
        trees = self.git("worktree", "list", "--porcelain").count("worktree ")
        cache = os.path.join(self.home, "cache", "assay", "track")
        left = [name for name in os.listdir(cache) if name != "lock"] if os.path.isdir(cache) else []
        left += os.listdir(os.path.join(self.place, "tmp"))
        return [] if trees == 1 and not left else ["%d work trees, left behind: %s" % (trees, left)]

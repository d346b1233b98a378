#!/usr/bin/env python3
"""What cannot be read or written: one clear line, exit status 2, and the journal intact up to its last whole line."""

import ctypes
import json
import os
import resource
import shutil
import signal
import subprocess

from support import ASSAY, Case, incomplete, main, unaccounted

RUN = ("run", "-q", "-o", "x.json", "--samples", "400", "--processes", "2", "--batch", "1ms", "--warmup", "0", "good.sum",
       "good.quick")
PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 24, 1, 2


def drop_override():
    """What root starts then has no leave to pass over permissions: the tree may lie where no other user can reach it."""
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    for capability in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH):
        if prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "cannot give up a capability")


def torn(journal):
    """What is wrong with a journal that shall consist of whole lines."""
    found = [] if journal.endswith(b"\n") else ["does not end with a line feed"]
    for number, line in enumerate(journal.split(b"\n")[:-1], 1):
        try:
            json.loads(line)
        except ValueError:
            found.append("line %d is no JSON" % number)
    return found


class InputOutput(Case):
    def goes_on(self, journal):
        """The journal is whole, and a run from it completes."""
        self.assertEqual(torn(journal), [])
        self.assertGreater(journal.count(b'{"batch":'), 0)
        self.assertEqual(self.assay("run", "-q", "--resume").status, 0)
        document = self.load("x.json")
        self.assertEqual(unaccounted(journal, document), [])
        for each in document["benchmarks"]:
            self.assertEqual(incomplete(each, 400), [])

    def test_a_disk_that_fills_up(self):
        """A file system of 40 kB, in a name space of its own; the journal is carried out before it goes."""
        script = ('mount -t tmpfs -o size=40k none "$1" || exit 99; d=$1; shift; "$@"; status=$?; '
                  'cp -r "$d/assay" "$KEPT" && exit $status')
        disk, kept = self.make("disk"), self.make("kept")
        options = ["-m"] if os.geteuid() == 0 else ["-Urm"]
        if not self.has_unshare(options, disk):
            self.skipTest("no mount name space for this user")
        self.environment["KEPT"] = kept
        ended = self.assay(*options, "sh", "-c", script, "sh", disk, "env", "XDG_STATE_HOME=" + disk, ASSAY, *RUN,
                           program="unshare")
        self.one_line(ended, "cannot write the journal", "No space left on device")
        self.assertFalse(os.path.exists(self.path("x.json")))
        os.makedirs(os.path.dirname(self.journals))
        shutil.copytree(os.path.join(kept, "assay", "journals"), self.journals)
        self.goes_on(self.journal_bytes())

    def has_unshare(self, options, disk):
        done = subprocess.run(["unshare", *options, "mount", "-t", "tmpfs", "none", disk], stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, check=False) if shutil.which("unshare") else None
        return done is not None and done.returncode == 0

    def test_a_file_that_may_not_grow(self):
        """RLIMIT_FSIZE: its signal must not kill."""
        limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (30000, 30000))
        self.one_line(self.assay(*RUN, preexec_fn=limit), "cannot write the journal", "File too large")
        self.goes_on(self.journal_bytes())
        self.assertNotEqual(torn(b'{"a":1}\n{"b'), [])  # the check can fail
        self.assertNotEqual(torn(b'{"a":1}\n{"b\n{}\n'), [])

    def unprivileged(self):
        """Options of start() that make a run subject to permissions, also as root."""
        return {"preexec_fn": drop_override} if os.geteuid() == 0 else {}

    def test_a_state_directory_that_is_read_only(self):
        become = self.unprivileged()
        os.makedirs(self.journals)
        folders = (os.path.join(self.home, "state"), os.path.join(self.home, "state", "assay"), self.journals)
        for path in folders:
            os.chmod(path, 0o555)
        self.one_line(self.assay(*RUN, **become), "cannot write the journal", "Permission denied")
        for path in folders:
            os.chmod(path, 0o755)
        shutil.rmtree(os.path.join(self.home, "state"))
        os.chmod(self.home, 0o555)
        self.one_line(self.assay(*RUN, **become), "state", "Permission denied")
        self.assertEqual(os.listdir(self.work), [])
        os.chmod(self.home, 0o777)
        self.assertEqual(self.assay("run", "-q", "-o", "x.json", "--samples", "2", "--batch", "1ms", "good.sum", **become).status, 0)

    def test_a_journal_that_is_read_only(self):
        become = self.unprivileged()
        process = self.start(*RUN, **become)
        self.wait_for_batches(process, 5)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        journal = self.journal_bytes()
        os.chmod(self.journal_paths()[0], 0o444)
        self.one_line(self.assay("run", "--resume", **become), "cannot go on with the journal", "Permission denied")
        self.assertEqual(self.journal_bytes(), journal)

    def test_a_missing_worker(self):
        alone = os.path.join(self.make("alone"), "assay")
        shutil.copy(ASSAY, alone)
        self.one_line(self.assay(*RUN, program=alone), "the worker is missing")
        self.assertEqual((os.listdir(self.work), self.journal_paths()), ([], []))

    def test_a_worker_that_cannot_be_started(self):
        """Of another language, and gone since it was described: a status of its benchmark, no error of the run."""
        odd = os.path.join(self.plug, "odd_worker.py")
        shutil.copy(os.path.join(os.path.dirname(os.path.abspath(__file__)), "odd_worker.py"), odd)
        os.chmod(odd, 0o755)
        with open(os.path.join(self.plug, "plain.worker.yaml"), "w", encoding="utf-8") as file:
            file.write('format: 1\nimplementation: plain\ncommand: ["${here}/odd_worker.py", plain]\n')
        ended, document = self.run_to("x.json", "--samples", "2", "--batch", "1ms", "plain.work@plain", "good.sum")
        self.assertEqual((ended.status, [each["status"] for each in document["benchmarks"]]), (0, ["ok", "ok"]))
        with open(odd, "w", encoding="utf-8") as file:
            file.write("#!/nowhere/python\n")
        ended = self.assay("run", "-q", "-o", "x.json", "--samples", "2", "--batch", "1ms", "plain.work@plain", "good.sum")
        self.assertIn(ended.status, (2, 3))
        self.assertIn("assay: " if ended.status == 2 else "plain.work@plain", ended.err + ended.out)

    def test_closed_standard_streams(self):
        """A journal must not become standard output, nor an error a part of a document."""
        short = ("run", "-q", "--samples", "4", "--processes", "2", "--batch", "1ms", "good.sum")
        for closed, status in ((1, 2), (2, 0), (0, 0)):
            with self.subTest(closed=closed):
                ended = self.assay(*short, "-o", "x.json", preexec_fn=lambda fd=closed: os.close(fd))
                self.assertEqual(ended.status, status)
                self.assertEqual(self.journal_paths(), [])
                self.assertLessEqual(ended.err.count("\n"), 1)
                self.validate("x.json")
        ended = self.assay(*short, "-o", "y.json", preexec_fn=lambda: os.closerange(0, 3))
        self.assertEqual(ended.status, 2)
        self.validate("y.json")


if __name__ == "__main__":
    main()

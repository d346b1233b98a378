#!/usr/bin/env python3
"""A server that goes away in the middle: a writer waits for it and goes on where it was, nothing is twice, nothing told twice; one that does
not come back is said in one line, without the password. And one whose disk is full."""
import contextlib
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "shared"))
from postgresql_server import PASSWORD, Server, free_port, other_user  # noqa: E402

DRIVER = os.environ["HISTORY_DRIVER"]


class Proxy:
    """Stands before the server. Of the commits whose numbers are in `swallow` nobody hears whether they were done: they are, and the
    connection breaks."""

    def __init__(self, port, swallow):
        self.to, self.swallow, self.commits, self.swallowed = port, swallow, 0, 0
        self.gate = socket.create_server(("127.0.0.1", 0))
        self.port = self.gate.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.gate.accept()
                self.carry(client)

    def carry(self, client):
        """One connection, to its end: a writer has one at a time. The protocol is one of question and answer."""
        with client, socket.create_connection(("127.0.0.1", self.to)) as server:
            ends, silent = {client: server, server: client}, threading.Event()

            def forward(source):
                with contextlib.suppress(OSError):
                    while got := source.recv(65536):
                        if source is client and b"commit\0" in got:
                            self.commits += 1
                            if self.commits in self.swallow:
                                silent.set()
                        if source is server and silent.is_set():
                            self.swallowed += 1
                            break  # it was done: that is all that is waited for
                        ends[source].sendall(got)
                for end in ends:
                    with contextlib.suppress(OSError):
                        end.shutdown(socket.SHUT_RDWR)

            back = threading.Thread(target=forward, args=(server,), daemon=True)
            back.start()
            forward(client)
            back.join()

    def close(self):
        self.gate.close()


def one_line(test, done_text):
    test.assertEqual(len(done_text.strip().splitlines()), 1, done_text)
    for secret in (PASSWORD, "s3cret", "%2Fp%40ss"):
        test.assertNotIn(secret, done_text)


class GoneServer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.addClassCleanup(cls.server.close)

    def setUp(self):
        if self.server.process is None:
            self.server.start()
        self.server.sql("drop database if exists gone with (force)")
        self.server.sql("create database gone")
        self.address = self.server.address("gone")

    def writer(self, *how):
        child = subprocess.Popen([DRIVER, "write", self.address, "w", *how], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(child.__exit__, None, None, None)
        self.addCleanup(child.kill)
        return child

    def check(self, said):
        return subprocess.run([DRIVER, "check", self.server.address("gone")], input="".join(said), text=True, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def test_a_writer_waits_for_a_server_that_comes_back(self):
        child, said = self.writer(), []
        for _ in range(4):
            said += [child.stdout.readline() for _ in range(5)]
            self.server.stop("immediate")
            self.server.start()
        said += [child.stdout.readline() for _ in range(5)]
        child.kill()
        rest, words = child.communicate()
        self.assertEqual(words, "")
        said += [line for line in rest.splitlines(keepends=True) if line.endswith("\n")]
        done = self.check(said)
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_one_that_does_not_come_back_is_said_in_one_line(self):
        child = self.writer()
        said = [child.stdout.readline() for _ in range(5)]
        self.server.stop("immediate")
        rest, words = child.communicate()
        self.assertEqual(child.returncode, 1)
        one_line(self, words)
        self.assertRegex(words, r"^store 'postgresql://team@127\.0\.0\.1:\d+/gone' went away and was not back within 10 s: do it again when")
        self.server.start()
        done = self.check(said + rest.splitlines(keepends=True))
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_one_that_was_never_there_is_said_at_once(self):
        done = subprocess.run([DRIVER, "make", f"postgresql://team:s3cret@127.0.0.1:{free_port()}/gone"], text=True, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual(done.returncode, 1)
        one_line(self, done.stderr)
        self.assertRegex(done.stderr, r"^cannot reach store 'postgresql://team@127\.0\.0\.1:\d+/gone': .*Connection refused")

    def test_what_was_done_unheard_is_not_done_twice(self):
        subprocess.run([DRIVER, "make", self.address], check=True)
        # In turn: the look at the schema, and again; record (which then finds its own row); report, and again; accept, and again.
        proxy = Proxy(self.server.port, swallow={1, 3, 4, 6})
        self.addCleanup(proxy.close)
        address = self.address.replace(f":{self.server.port}/", f":{proxy.port}/")
        done = subprocess.run([DRIVER, "once", address], text=True, check=False, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(proxy.swallowed, 4)
        self.assertEqual(done.stdout, "added 1 first 1\n")
        self.assertEqual(self.server.sql("select (select count(*) from assay_run where document = 'once'), (select count(*) from assay_report),"
                                         " (select count(*) from assay_decision)", "gone"), ["1|1|1"])
        self.assertEqual(self.check([]).returncode, 0)
        # And the same without a proxy is the second: the words of the first were no accident.
        done = subprocess.run([DRIVER, "once", self.address], text=True, check=True, stdout=subprocess.PIPE)
        self.assertEqual(done.stdout, "added 0 first 0\n")

    def test_a_full_disk_of_the_server_is_said_and_keeps_what_it_has(self):
        disk = pathlib.Path(tempfile.mkdtemp(prefix="assay-disk-", dir=self.server.place))
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m,mode=777", "none", disk], check=False, stderr=subprocess.DEVNULL).returncode != 0:
            self.skipTest("no right to mount a small disk")
        try:
            space = disk / "space"
            subprocess.run([*other_user(), "mkdir", space], check=True)
            self.server.sql(f"create tablespace small location '{space}'")
            self.server.sql("create database full_one tablespace small")
            done = subprocess.run([DRIVER, "write", self.server.address("full_one"), "w", "large"], text=True, check=False,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            self.assertEqual(done.returncode, 1, done.stderr)
            one_line(self, done.stderr)
            self.assertIn("the server's disk is full: free some space and do it again; what was recorded before is whole", done.stderr)
            said = done.stdout
            self.assertGreaterEqual(len(said.splitlines()), 1)
            checked = subprocess.run([DRIVER, "check", self.server.address("full_one")], input=said, text=True, check=False,
                                     stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            self.assertEqual(checked.returncode, 0, checked.stdout)
            self.server.sql("drop database full_one with (force)")
            self.server.sql("drop tablespace small")
        finally:
            self.server.stop("immediate")  # it may have files open there
            subprocess.run(["umount", disk], check=True)


if __name__ == "__main__":
    unittest.main()

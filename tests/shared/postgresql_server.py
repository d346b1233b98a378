#!/usr/bin/env python3
"""A PostgreSQL server of Debian's, for as long as a test lasts: in a temporary directory, on loopback alone, with a password.

    with Server() as server:            address(database), start(), stop(mode), sql(text)

    postgresql_server.py COMMAND...     runs COMMAND with ASSAY_TEST_SERVER set to the address of database "postgres"

It runs as a user who is not root (initdb refuses root), and ends with the test, however that ends: it is a child that gets SIGQUIT when
its parent dies. Knows no table.
"""
import os
import pathlib
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse

PROGRAMS = pathlib.Path(os.environ.get("ASSAY_TEST_POSTGRESQL", "/usr/lib/postgresql/15/bin"))
USER, PASSWORD = "team", "s3cret/p@ss: 100%"  # each byte that an address must write in another way
WAIT_S = 60


class Failed(Exception):
    """The server does not do what it should; the words are its own."""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def other_user():
    """What goes before a command that must not be root's; nobody is asked to be root."""
    if os.geteuid() != 0:
        return []
    user = pwd.getpwnam("postgres")
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]


class Server:
    def __init__(self, settings=()):
        self.place = pathlib.Path(tempfile.mkdtemp(prefix="assay-pg-"))
        self.data, self.log = self.place / "data", self.place / "log"
        self.settings, self.port, self.process = settings, None, None
        try:
            self.make()
            self.start()
        except BaseException:
            self.close()
            raise

    def run(self, program, *words, check=True):
        done = subprocess.run([*other_user(), PROGRAMS / program, *words], cwd=self.place, text=True, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if check and done.returncode != 0:
            raise Failed(f"{program}: status {done.returncode}: {done.stdout.strip()[-800:]}")
        return done

    def make(self):
        word = self.place / "password"
        word.write_text(PASSWORD + "\n")
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            for path in (self.place, word):
                os.chown(path, user.pw_uid, user.pw_gid)
        self.run("initdb", "-D", self.data, "-U", USER, "--auth=scram-sha-256", f"--pwfile={word}", "-E", "UTF8", "--locale=C.UTF-8")
        word.unlink()

    def start(self):
        """Returns when it takes connections. A port that another took meanwhile is changed, but never after the first start."""
        assert self.process is None
        for _ in range(5):
            port = self.port or free_port()
            with open(self.log, "a", encoding="utf-8") as log:
                self.process = subprocess.Popen(
                    [*(other_user() or ["setpriv"]), "--pdeathsig=QUIT", PROGRAMS / "postgres", "-D", self.data, "-p", str(port),
                     "-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={self.place}",
                     "-c", "dynamic_shared_memory_type=mmap",  # nothing of it lies outside its directory
                     *(word for setting in self.settings for word in ("-c", setting))],
                    cwd=self.place, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
            if self.answers(port):
                self.port = port
                return
            self.process.wait()
            self.process = None
            if self.port:
                break
        raise Failed(f"the server does not start: {self.log.read_text()[-800:]}")

    def answers(self, port):
        until = time.monotonic() + WAIT_S
        while time.monotonic() < until and self.process.poll() is None:
            if self.run("pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port), check=False).returncode == 0:
                return True
            time.sleep(0.05)
        if self.process.poll() is None:
            self.process.kill()
        return False

    def stop(self, mode="fast"):
        if self.process is not None:
            self.run("pg_ctl", "stop", "-D", self.data, "-m", mode, "-t", str(WAIT_S), check=False)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process = None

    def address(self, database="postgres", password=PASSWORD):
        return f"postgresql://{USER}:{urllib.parse.quote(password, safe='')}@127.0.0.1:{self.port}/{database}"

    def sql(self, text, database="postgres"):
        """Lines of fields with '|' between."""
        done = subprocess.run([PROGRAMS / "psql", "-X", "-At", "-v", "ON_ERROR_STOP=1", "-c", text, self.address(database)], text=True,
                              check=False, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if done.returncode != 0:
            raise Failed(f"psql: {done.stderr.strip()}")
        return done.stdout.splitlines()

    def close(self):
        self.stop("immediate")
        shutil.rmtree(self.place, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


if __name__ == "__main__":
    with Server() as shared:
        sys.exit(subprocess.run(sys.argv[1:], env=dict(os.environ, ASSAY_TEST_SERVER=shared.address()), check=False).returncode)

"""Kernels in Python that misbehave, each in one way, for test_bad_python.py. odd.plain does not.

The parameter `file`, where there is one, is where the kernel leaves the process id of a child.
"""

import os
import subprocess
import sys
import time

LARGE = "x" * 79 + "\n"


class Odd:
    """A state that does nothing; a table of functions says what else it does in run and answer."""

    def __init__(self, run=None, answer=None, teardown=None):
        self.does, self.gives, self.ends = run, answer, teardown

    def run(self, iterations):
        begin = time.perf_counter_ns()
        while time.perf_counter_ns() < begin + 100_000 * iterations:
            pass
        if self.does:
            self.does()

    def answer(self):
        return self.gives() if self.gives else [7]

    def teardown(self):
        if self.ends:
            self.ends()


def fail(words):
    raise ValueError(words)


def deep():
    return deep()


def take():
    kept = []
    while True:
        kept.append(bytearray(b"x" * (1 << 24)))


def no_room():
    return bytearray(1 << 62)


def count_for_ever():
    n = 0
    while True:
        yield n
        n += 1 - 1


def leave_child(path, **options):
    child = subprocess.Popen(["sleep", "300"], stdin=subprocess.DEVNULL, **options)
    with open(path, "a", encoding="ascii") as file:
        file.write("%d\n" % child.pid)


def fork_and_wait():
    pid = os.fork()
    if pid == 0:
        print("from the child", flush=True)
        os._exit(0)
    os.waitpid(pid, 0)


def fork_and_leave():
    if os.fork() == 0:
        time.sleep(300)


def both():
    print("it speaks", flush=True)
    print("it speaks louder", file=sys.stderr, flush=True)


def much():
    """Ten megabytes, of which nobody reads the end before it is written."""
    for stream in (sys.stdout, sys.stderr):
        stream.write(LARGE * 65536)
        stream.flush()


def flood():
    while True:
        sys.stdout.write(LARGE * 1024)


def scribble():
    """What looks like a reply, on every descriptor that a kernel would find."""
    for descriptor in (1, 2):
        os.write(descriptor, b'{"id":4,"ok":true,"batches":[{"iterations":1,"elapsed_ns":1,"untimed_ns":0}]}\n')


FILE = {"name": "file", "type": "text", "summary": "where a child's id is left", "default": "/dev/null"}
WAYS = {
    "plain": lambda a: Odd(),
    "raises_in_setup": lambda a: fail("no input\nin the second line"),
    "raises_in_run": lambda a: Odd(run=lambda: fail("lost its way")),
    "raises_in_answer": lambda a: Odd(answer=lambda: fail("forgot it")),
    "raises_in_teardown": lambda a: Odd(teardown=lambda: fail("will not go")),
    "raises_nothing": lambda a: Odd(run=lambda: (_ for _ in ()).throw(ValueError())),
    "too_deep": lambda a: Odd(run=deep),
    "no_state": lambda a: None,
    "no_room": lambda a: Odd(run=no_room),
    "takes_all": lambda a: Odd(run=take),
    "answers_a_number": lambda a: Odd(answer=lambda: 7),
    "answers_for_ever": lambda a: Odd(answer=count_for_ever),
    "leaves": lambda a: Odd(run=lambda: sys.exit(5)),
    "leaves_at_once": lambda a: Odd(run=lambda: os._exit(0)),
    "interrupts": lambda a: Odd(run=lambda: (_ for _ in ()).throw(KeyboardInterrupt())),
    "hangs": lambda a: Odd(run=lambda: time.sleep(600)),
    "hangs_in_setup": lambda a: time.sleep(600),
    "hangs_in_answer": lambda a: Odd(answer=lambda: time.sleep(600)),
    "prints": lambda a: Odd(run=both),
    "prints_much": lambda a: Odd(run=much),
    "prints_for_ever": lambda a: Odd(run=flood),
    "scribbles": lambda a: Odd(run=scribble),
    "forks": lambda a: Odd(run=fork_and_wait),
    "forks_and_leaves": lambda a: Odd(run=fork_and_leave),
    "leaves_a_child": lambda a: Odd(run=lambda: leave_child(a["file"])),
    "leaves_a_session": lambda a: Odd(run=lambda: leave_child(a["file"], start_new_session=True)),
}
KERNELS = [{"name": "odd." + way, "summary": "misbehaves", "version": "1.0.0", "parameters": [FILE],
            "flags": ["makes-threads", "forks"] if way == "forks_and_leaves" else [],
            "setup": lambda arguments, seed, make=make: make(arguments),
            "expect": lambda arguments: {"count": 1, "sum": 7, "source": "seven"}} for way, make in WAYS.items()]

"""The lab's random numbers by message in Python: the same program, the same numbers and the same answer as kernels/random.c,
with threading, queue and numpy, as the lab has it.

An iteration is the lab's whole program: it makes the thread, sends 0, 1, ..., n-1 and takes each array, sends STOP and joins.
"""

import importlib.util
import queue
import sys
import threading

STOP = object()
MASK = (1 << 64) - 1


class SplitMix64:
    """Steele, Lea and Flood, 2014: the state is a counter, so that many numbers are one operation on an array."""

    GAMMA = 0x9E3779B97F4A7C15

    def __init__(self, numpy, seed):
        self.numpy = numpy
        self.counter = seed

    def next_doubles(self, count):
        words = self.numpy.arange(1, count + 1, dtype=self.numpy.uint64)
        words *= self.numpy.uint64(self.GAMMA)
        words += self.numpy.uint64(self.counter)
        self.counter = (self.counter + count * self.GAMMA) & MASK
        for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
            words ^= words >> self.numpy.uint64(shift)
            words *= self.numpy.uint64(factor)
        words ^= words >> self.numpy.uint64(31)
        return (words >> self.numpy.uint64(11)) * 2.0 ** -53


class Mersenne:
    """numpy's own mt19937, seeded as its authors do it, with 32 bits."""

    def __init__(self, numpy, seed):
        self.next_doubles = numpy.random.RandomState(seed & 0xFFFFFFFF).random_sample


GENERATORS = {"splitmix64": SplitMix64, "mt19937": Mersenne}


class ListByThread:
    def __init__(self, arguments, seed):
        import numpy  # only where it runs: listing kernels shall not wait for it
        self.numpy = numpy
        self.make = GENERATORS[arguments["generator"]]
        self.seed = arguments["seed"] or seed
        self.n = arguments["n"]
        self.show_output = arguments["show_output"]
        self.requests, self.answers = queue.Queue(), queue.Queue()
        self.arrays = []

    def serve(self):
        """The thread: answers until STOP. What goes wrong is an answer too, so that nobody waits for ever."""
        generator = self.make(self.numpy, self.seed)
        for i in iter(self.requests.get, STOP):
            try:
                self.answers.put(generator.next_doubles(i))
            except MemoryError as problem:
                self.answers.put(problem)

    def drive(self):
        self.arrays = []
        for i in range(self.n):
            self.requests.put(i)
            answer = self.answers.get()
            if isinstance(answer, Exception):
                raise answer
            self.arrays.append(answer)

    def run(self, iterations):
        for _ in range(iterations):
            thread = threading.Thread(target=self.serve)
            thread.start()
            try:
                self.drive()
            finally:
                self.requests.put(STOP)
                thread.join()

    def answer(self):
        if self.show_output:
            for i, array in enumerate(self.arrays):
                print("%d: %s" % (i, array.tolist()))
            sys.stdout.flush()
        return [int(number * 2.0 ** 53) for array in self.arrays for number in array.tolist()]


def total(n):
    return n * (n - 1) // 2


def unavailable():
    return None if importlib.util.find_spec("numpy") else "numpy is not installed (Debian: python3-numpy)"


KERNELS = [{
    "name": "random.list_by_thread",
    "summary": "asks a thread for arrays of random numbers, one after the other",
    "version": "1.0.0",
    "tags": ["random", "message", "threads", "lab"],
    "flags": ["deterministic", "makes-threads"],
    "parameters": [
        {"name": "n", "type": "integer", "summary": "arrays of 0 to n-1 numbers", "default": 100, "least": 0, "most": 10000},
        {"name": "generator", "type": "choice", "summary": "where the numbers come from", "default": "splitmix64",
         "choices": list(GENERATORS)},
        {"name": "seed", "type": "integer", "summary": "the generator's; 0: that of the process", "default": 0},
        {"name": "show_output", "type": "flag", "summary": "print the arrays of every batch's last iteration", "default": False},
    ],
    "setup": ListByThread,
    "unavailable": unavailable,
    "work": lambda a: {"items": total(a["n"]), "bytes": 8 * total(a["n"])},
    "expect": lambda a: {"count": total(a["n"]), "source": "0 + 1 + ... + (n-1) numbers"},
}]

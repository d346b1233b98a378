"""The lab's squares by message in Python: a thread or another process squares what it is sent, by threading, multiprocessing and
execnet, as the lab has it. Answer, parameters and round trips are those of the kernels of these names in C.

An iteration sends 0 to 9 and takes the ten squares; the one who squares is started by setup, which takes one square, and ended by
teardown, each in the lab's own way, and a wrong end is an error (docs/messages.md). What a kernel needs is imported when it is set up: listing shall not wait for it.
"""

import contextlib
import importlib.util
import os
import signal
import sys
import time

COUNT = 10
TRIPS_MOST = 4096
PATIENCE_S = 10  # for an end that takes milliseconds
STOP = "STOP"


class Squares:
    """The driver's side. Who inherits says how one sends and receives."""

    def __init__(self, arguments):
        self.depth = arguments["depth"]
        self.show_output = arguments["show_output"]
        self.squares = [None] * COUNT
        self.trips = []  # of the last batch, in nanoseconds

    def send(self, number):
        raise NotImplementedError

    def receive(self):
        raise NotImplementedError

    def drive(self, total):
        """Sends 0 to 9, so many times as it takes for `total` numbers, and takes their squares; never with more than depth under
        way."""
        send, receive, clock, depth = self.send, self.receive, time.perf_counter_ns, self.depth
        squares, trips = self.squares, []
        sent = 0
        for received in range(total):
            while sent < total and sent - received < depth:
                trips.append(clock())
                send(sent % COUNT)
                sent += 1
            squares[received % COUNT] = receive()
            trips[received] = clock() - trips[received]
        self.trips = trips

    def run(self, iterations):
        self.drive(iterations * COUNT)

    def answer(self):
        if self.show_output:
            for i, square in enumerate(self.squares):
                print("%d squared is %d" % (i, square))
            sys.stdout.flush()
        return self.squares

    def observed(self):
        """Each so-manieth round trip: a document shall not grow with the speed of a queue. Not each tenth, nor any other number that
        would take some of 0 to 9 and never the others."""
        stride = -(-len(self.trips) // TRIPS_MOST) or 1
        while stride % 2 == 0 or stride % 5 == 0:
            stride += 1
        return {"round_trip": self.trips[::stride]}


# ---- a thread between two queues -----------------------------------------------------------------------------


class ThreadQueue(Squares):
    """STOP, in order behind all work, ends the thread without an answer."""

    def __init__(self, arguments, _seed):
        import queue
        import threading
        super().__init__(arguments)
        self.requests, self.answers = queue.Queue(self.depth), queue.Queue(self.depth)
        self.send, self.receive = self.requests.put, self.answers.get
        self.thread = threading.Thread(target=self.serve, daemon=True)  # keeps nobody alive who has not said STOP
        self.thread.start()

    def serve(self):
        for n in iter(self.requests.get, STOP):
            self.answers.put(n ** 2)

    def teardown(self):
        self.requests.put(STOP, timeout=PATIENCE_S)
        self.thread.join(PATIENCE_S)
        if self.thread.is_alive():
            raise RuntimeError("the thread lives on after STOP: want it joined")
        if not self.answers.empty():
            raise RuntimeError("%d answers are left after STOP: want an empty queue" % self.answers.qsize())


# ---- another process between two queues ------------------------------------------------------------------------


def serve_for_ever(requests, answers):
    """The lab's worker, which has no way to stop. An interrupt is for the one who waits for it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    while True:
        n = requests.get()
        answers.put(n ** 2)


class ProcessQueue(Squares):
    """A worker that is terminated: a death by SIGTERM is clean here, and only when it was asked for."""

    def __init__(self, arguments, _seed):
        import multiprocessing
        super().__init__(arguments)
        # Forked: its semaphores lose their names in /dev/shm as soon as they are made, and no tracker's process is started.
        context = multiprocessing.get_context("fork")
        self.requests, self.answers = context.Queue(self.depth), context.Queue(self.depth)
        self.send, self.receive = self.requests.put, self.answers.get
        self.process = context.Process(target=serve_for_ever, args=(self.requests, self.answers), daemon=True)
        self.process.start()
        self.waiting, self.dead = False, None
        self.before = signal.signal(signal.SIGCHLD, self.died)
        self.died()

    def died(self, *_):
        """Breaks the wait for an answer that will not come."""
        if self.process.exitcode is not None:
            self.dead = "the worker's process %s while it was wanted" % ended(self.process.exitcode)
            if self.waiting:
                raise RuntimeError(self.dead)

    def drive(self, total):
        self.waiting = True
        if self.dead:
            raise RuntimeError(self.dead)
        super().drive(total)
        self.waiting = False

    def teardown(self):
        signal.signal(signal.SIGCHLD, self.before)
        self.process.terminate()
        self.process.join(PATIENCE_S)
        status = self.process.exitcode
        if status is None:
            self.process.kill()
            self.process.join()
        self.process.close()
        for queue in (self.requests, self.answers):
            queue.close()
            queue.join_thread()
        if self.dead:
            raise RuntimeError(self.dead)
        if status != -signal.SIGTERM:
            raise RuntimeError("the worker's process %s: want an end by SIGTERM" % ended(status))


def ended(status):
    """Words for an exit code of multiprocessing."""
    if status is None:
        return "lives on after SIGTERM"
    return "ended by signal %d" % -status if status < 0 else "ended with status %d" % status


# ---- another process behind a channel --------------------------------------------------------------------------


SERVE = """
while not channel.isclosed():
    n = channel.receive()
    channel.send(n ** 2)
"""


class Channel(Squares):
    """Closing the channel ends the worker, also one that is blocked in a receive. So does its death, whatever it died of, and
    that is an error."""

    def __init__(self, arguments, _seed):
        import execnet
        super().__init__(arguments)
        self.group = execnet.Group()
        # With this interpreter, which is the default, but by its path: a name would be looked up once more.
        self.gateway = self.group.makegateway("popen//python=" + sys.executable)
        self.channel = self.gateway.remote_exec(SERVE)
        self.send, self.receive = self.channel.send, self.channel.receive

    def drive(self, total):
        try:
            super().drive(total)
        except (EOFError, OSError) as problem:
            raise RuntimeError("the channel was closed while it was wanted: %s: %s" % (type(problem).__name__, problem)) from None

    def executing(self):
        return self.gateway.remote_status().numexecuting

    def teardown(self):
        try:
            self.channel.close()
            end = time.monotonic() + PATIENCE_S
            while self.executing() and time.monotonic() < end:
                time.sleep(0.001)
            if self.executing():
                raise RuntimeError("the worker serves on after its channel was closed: want its end")
        finally:
            self.group.terminate(timeout=PATIENCE_S)


def no_execnet():
    return None if importlib.util.find_spec("execnet") else "execnet is not installed (Debian: python3-execnet)"


def no_semaphores():
    return None if importlib.util.find_spec("_multiprocessing") and hasattr(os, "fork") else "this Python has no multiprocessing"


# ---- what the worker reads ----------------------------------------------------------------------------------------


PARAMETERS = [
    {"name": "depth", "type": "integer", "summary": "numbers under way at a time, at most", "default": 1, "least": 1,
     "most": 1024},
    {"name": "show_output", "type": "flag", "summary": "print the squares of every batch's last iteration", "default": False},
]
# printf '%s\n' 0 1 4 9 16 25 36 49 64 81 | sha256sum
DIGEST = "2caf6265828a6b6b74f43414f903d2866d9e38d04bec33fda22adb5b766346cb"


def started(make):
    """A setup that has one square taken, untimed; one that fails leaves nothing behind."""
    def setup(arguments, seed):
        state = make(arguments, seed)
        try:
            state.drive(1)
        except BaseException:
            with contextlib.suppress(Exception):
                state.teardown()
            raise
        return state

    return setup


def kernel(name, summary, kind, flags, setup, unavailable=None):
    return {
        "name": name,
        "summary": summary,
        "version": "1.0.0",
        "tags": ["square", "message", kind, "lab"],
        "flags": ["deterministic"] + flags,
        "parameters": PARAMETERS,
        "distributions": [{"name": "round_trip", "unit": "ns", "better": "lower"}],
        "setup": started(setup),
        "unavailable": unavailable,
        "work": lambda a: {"items": COUNT},
        "expect": lambda a: {"count": 10, "sum": 285, "sha256": DIGEST, "source": "0, 1, 4, ..., 81: n(n+1)(2n+1)/6 for n = 9"},
    }


KERNELS = [
    kernel("square.channel", "squares by a worker in another process, behind a channel that is closed at the end", "processes",
           ["makes-threads", "forks"], Channel, no_execnet),
    kernel("square.process_queue", "squares by another process between two queues, which is terminated at the end", "processes",
           ["makes-threads", "forks"], ProcessQueue, no_semaphores),
    kernel("square.thread_queue", "squares by a thread between two queues, until it gets STOP", "threads", ["makes-threads"],
           ThreadQueue),
]

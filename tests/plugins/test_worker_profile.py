#!/usr/bin/env python3
"""What assay-worker records of kernels: calls and trees by the hooks of instrumented builds, and samples of plain ones.

usage: test_worker_profile.py WORKER PLUGIN-DIRECTORY KERNEL-DIRECTORY [ALLOCATION-COUNTER.so]

Prints TAP; exit status 1 if any check fails. Asserts no wall-clock time: shares are held against steps that are counted,
weights against the processor time that the system says.
"""

import errno
import json
import os
import select
import subprocess
import sys
import tempfile

WORKER, PLUGINS, KERNELS = (os.path.abspath(word) for word in sys.argv[1:4])
COUNTER = os.path.abspath(sys.argv[4]) if len(sys.argv) > 4 else None
PATIENCE_S = 60
NOBODY = 65534
# trial_next finds the 1,229 primes below 10,000 (OEIS A006880) and then once that there is no more.
LIMIT, NEXT_CALLS = "10000", 1230
checks = []


def check(truth, name, seen=None):
    checks.append(bool(truth))
    print("%s %d - %s" % ("ok" if truth else "not ok", len(checks), name), flush=True)
    if not truth:
        print("# saw: %s" % str(seen)[:600].replace("\n", " "), flush=True)


class Worker:
    def __init__(self, path, environment=None, before=None):
        self.path = path if "/" in path else os.path.join(PLUGINS, path + ".so")
        self.id, self.left = 0, b""
        self.process = subprocess.Popen([WORKER, "--channel", "stdio", self.path], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        bufsize=0, env={**os.environ, **(environment or {})}, preexec_fn=before)
        self.hello = self.read()
        self.can = self.hello["capabilities"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def read(self):
        while b"\n" not in self.left:
            if not select.select([self.process.stdout], [], [], PATIENCE_S)[0]:
                raise TimeoutError("no reply")
            piece = os.read(self.process.stdout.fileno(), 1 << 20)
            if not piece:
                raise EOFError("the worker ended with %s" % self.process.wait())
            self.left += piece
        line, self.left = self.left.split(b"\n", 1)
        return json.loads(line)

    def ask(self, request, **fields):
        self.id += 1
        line = json.dumps({"id": self.id, "request": request, **fields}).encode() + b"\n"
        os.write(self.process.stdin.fileno(), line)
        return self.read()

    def setup(self, kernel, parameters=None, **fields):
        reply = self.ask("setup", kernel=kernel, parameters=parameters or {}, seed="1", **fields)
        assert reply["ok"], reply
        return self

    def calibrate(self, batch_ns=20e6):
        return self.ask("calibrate", batch_ns=batch_ns)["iterations"]

    def profile(self, record, iterations=3, batches=1, **fields):
        return self.ask("profile", record=record, iterations=iterations, batches=batches, **fields)


def build(kernel, variant):
    return os.path.join(KERNELS, kernel + ".builds", variant + ".so")


def symbols(path):
    """Functions of a file: (start, end, name), by nm."""
    listed = subprocess.run(["nm", "-S", "--defined-only", path], stdout=subprocess.PIPE,
                            stderr=subprocess.DEVNULL, text=True).stdout
    rows = [line.split() for line in listed.splitlines()]
    return [(int(row[0], 16), int(row[0], 16) + int(row[1], 16), row[3]) for row in rows if len(row) == 4 and row[2] in "tTwW"]


class Profile:
    """A reply's profile with names in the place of addresses."""

    def __init__(self, reply):
        assert reply["ok"], reply
        self.batches, self.all = reply["batches"], reply["profile"]
        nodes = self.all.get("nodes", {})
        count = len(nodes.get("parent", []))
        self.nodes = [{key: column[i] for key, column in nodes.items()} for i in range(count)]
        self.files = [one["path"] for one in self.all["objects"]]
        tables = [symbols(path) if os.path.isfile(path) else [] for path in self.files]
        for node in self.nodes:
            table = tables[int(node["object"])] if node["object"] >= 0 else []
            node["name"] = next((name for start, end, name in table if start <= node["address"] < end), "?")

    def total(self, column, name=None):
        return sum(node[column] for node in self.nodes if name in (None, node["name"]))

    def root_of(self, node):
        while node["parent"] >= 0:
            node = self.nodes[int(node["parent"])]
        return node["name"]


def refused(reply, status, words):
    return reply["ok"] is False and reply["status"] == status and words in reply["message"]


# ---- hooks -------------------------------------------------------------------------------------------------


def calls_are_exact():
    with Worker(build("primes", "counts")) as worker:
        check("profile-calls" in worker.can and "profile-tree" not in worker.can, "a counts build counts, without a tree", worker.can)
        worker.setup("primes.trial", {"limit": LIMIT})
        profile = Profile(worker.profile("calls", 3, 2))
        check(profile.total("calls", "trial_next") == 6 * NEXT_CALLS, "calls of 2 batches of 3 iterations", profile.nodes)
        check(profile.total("calls", "primes_run") == 2, "run is called once a batch", profile.nodes)
        check(all(node["parent"] == -1 for node in profile.nodes), "without parents")
        check(profile.files == [worker.path] and len(profile.all["objects"][0]["build_id"]) == 40, "of the plug-in", profile.all["objects"])
        check(len(profile.batches) == 2 and all(batch["verified"] for batch in profile.batches), "checked batches", profile.batches)
        again = Profile(worker.profile("calls", 1))
        check(again.total("calls", "trial_next") == NEXT_CALLS, "the next request begins at 0")
        check(worker.ask("run", iterations=1)["ok"] and worker.ask("answer")["answer"]["count"] == 1229, "and run goes on")


def threads_are_added_up():
    with Worker(build("primes", "counts")) as worker:
        worker.setup("primes.trial", {"limit": LIMIT}, threads=3)
        profile = Profile(worker.profile("calls", 5, 2))
        check(profile.total("calls", "trial_next") == 3 * 2 * 5 * NEXT_CALLS, "calls of 3 threads", profile.nodes)
        check(profile.batches[0]["iterations"] == 15, "iterations of 3 threads", profile.batches)


def trees_add_up():
    with Worker(build("primes", "profile")) as worker:
        check("profile-tree" in worker.can and "profile-allocations" not in worker.can, "a profile build has a tree", worker.can)
        worker.setup("primes.trial", {"limit": LIMIT})
        profile = Profile(worker.profile("tree", 3, 2))
        nodes, all_ = profile.nodes, profile.all
        check(profile.total("calls", "trial_next") == 6 * NEXT_CALLS, "calls in a tree", nodes)
        children = [sum(node["calls"] for node in nodes if node["parent"] == i) for i in range(len(nodes))]
        check(all(node["intervals"] == node["calls"] + below for node, below in zip(nodes, children) if node["name"] != "?"),
              "a context has an interval a call of it and of its children", nodes)
        check(all(node["timed"] <= node["intervals"] for node in nodes), "no more is timed than there is")
        check(sum(node["timed"] for node in nodes) >= 0.9 * sum(node["intervals"] for node in nodes if node["name"] != "?"),
              "nearly all of it", (all_.get("moved"), nodes))
        check(0 <= all_["queued_ns"] <= all_["elapsed_ns"], "time in the queue is part of the batches", all_)
        check(0 < profile.total("cost_ns") <= all_["elapsed_ns"] * 1.01, "times fit into the batches", all_["elapsed_ns"])
        leaf = next(node for node in nodes if node["name"] == "trial_next")
        check(nodes[int(leaf["parent"])]["name"] == "take_all" and profile.root_of(leaf) == "?", "contexts", nodes)
        check(all(all_[key] >= 0 for key in ("inside_ns", "outside_ns", "untimed_ns", "inside_spread_ns")) and
              0 < all_["tick_ns"] < 100 and all_["source"] in ("rdtscp", "clock"), "the hooks' own cost", all_)
        check(all_["contexts"] == sum(node["name"] != "?" for node in nodes) and all_["threads"] == 1 and "lost_calls" not in all_, "losses", all_)
        part = Profile(worker.profile("tree", 30, 4, timed_share=0.1))
        timed, intervals = part.total("timed"), part.total("intervals")
        check(part.total("calls", "trial_next") == 120 * NEXT_CALLS, "calls are exact also where a part is timed")
        check(0 < timed < 0.5 * intervals, "and a part is timed", (timed, intervals))


def allocations_are_counted():
    with Worker(build("random", "profile"), {"LD_PRELOAD": COUNTER}) as worker:
        check("profile-allocations" in worker.can, "allocations with the counter loaded", worker.can)
        worker.setup("random.list_by_thread", {"n": "5", "generator": "splitmix64", "seed": "0", "show_output": "false"})
        worker.ask("run", iterations=2)  # what the C library keeps for its threads
        profile = Profile(worker.profile("allocations", 2, 2))
        # The counter's own sums of the process: another way to the same numbers.
        check(profile.total("first") == sum(batch["allocations"] for batch in profile.batches) > 0, "allocations add up",
              (profile.nodes, profile.batches))
        check(profile.total("second") == sum(batch["allocated_bytes"] for batch in profile.batches) > 0, "and their bytes",
              (profile.nodes, profile.batches))
        check("cost_ns" not in profile.all["nodes"], "without times", profile.all["nodes"].keys())


def lines_are_written():
    with tempfile.TemporaryDirectory() as folder:
        with Worker(build("primes", "coverage"), {"GCOV_PREFIX": folder}) as worker:
            check("profile-lines" in worker.can, "a coverage build counts lines", worker.can)
            worker.setup("primes.trial", {"limit": LIMIT})
            profile = Profile(worker.profile("lines", 2, 2))
            check(len(profile.batches) == 2 and profile.nodes == [], "batches and no nodes", profile.all)
            found = [file for _, _, files in os.walk(folder) for file in files]
            check(any(file.startswith("primes") for file in found), "counters are written when the request ends", found)


def what_cannot_be_recorded_is_refused():
    with Worker("good") as worker:
        check([word for word in worker.can if word.startswith("profile")] == ["profile-samples"], "a plain build is sampled only", worker.can)
        check(refused(worker.profile("calls"), "protocol-error", "profile while nothing is set up: want setup first"), "nothing is set up")
        worker.setup("good.once")
        for record in ("calls", "tree", "allocations", "lines"):
            check(refused(worker.profile(record, 1), "unavailable", "this build of the plug-in has no hooks"), "no hooks: " + record)
        check(refused(worker.profile("functions", 1), "unavailable", "no interpreter"), "functions")
        check(refused(worker.profile("samples", 2), "failed", "does one iteration a batch, not 2"), "iterations are checked as in run")
    with Worker(build("primes", "counts")) as worker:
        worker.setup("primes.trial", {"limit": "10"})
        check(refused(worker.profile("tree"), "unavailable", "the hooks of this build of the plug-in do not record tree"), "no tree")
    with Worker(build("primes", "profile")) as worker:
        worker.setup("primes.trial", {"limit": "10"})
        check(refused(worker.profile("allocations"), "unavailable", "the counter of allocations is not loaded"), "no counter")
    with Worker("bad") as worker:
        worker.setup("bad.wrong")
        reply = worker.profile("samples", 1, 5)
        check(refused(reply, "wrong-answer", "want") and "answer" in reply and "profile" not in reply and len(reply["batches"]) == 1,
              "a wrong answer is refused", reply)
    with Worker("throwing") as worker:
        worker.setup("throwing.run")
        for timer in (False, True):
            check(refused(worker.profile("samples", 1, timer=timer), "failed", "threw an exception"), "an exception ends at the timer")
        check(worker.ask("quit")["ok"] and worker.process.wait(PATIENCE_S) == 0, "and nothing is left running")


# ---- samples -----------------------------------------------------------------------------------------------


def weighed(worker, column, **fields):
    """A profile whose weights hold what `column` says within 15 %, of three tries: the machine may stop in between."""
    for _ in range(3):
        profile = Profile(worker.profile("samples", **fields))
        ratio = profile.total("weight_ns") / profile.all[column]
        if 0.85 <= ratio <= 1.15:
            break
    return profile, ratio


def samples_tell_shares(timer):
    name = "timer" if timer else "cpu-clock"
    with Worker("sampled") as worker:
        iterations = worker.setup("sampled.shares").calibrate()
        fields = {"iterations": iterations, "batches": 20, "period_ns": 200000, "timer": timer}
        profile, ratio = weighed(worker, "elapsed_ns" if timer else "cpu_ns", **fields)
        check(profile.all["source"] == name, "%s is the source" % name, profile.all)
        check(0.85 <= ratio <= 1.15, "%s: weights add up to the time" % name, ratio)
        samples, weight = profile.total("samples"), profile.total("weight_ns")
        check(samples >= 200, "%s: samples" % name, samples)
        # By construction 3 of 4 steps; 4 standard errors of 200 samples are 12 points.
        share = profile.total("weight_ns", "heavy") / weight
        check(0.63 < share < 0.87, "%s: three quarters in heavy" % name, share)
        rooted = sum(node["weight_ns"] for node in profile.nodes if profile.root_of(node) == "shares_run")
        check(rooted > 0.95 * weight, "%s: run is the root" % name, (rooted, weight))
        check(all(node["thread"] == 0 for node in profile.nodes), "%s: of the thread that runs batches" % name)
        leaf = next(node for node in profile.nodes if node["name"] == "heavy" and node["samples"] > 0)
        check(profile.nodes[int(leaf["parent"])]["name"] == "shares_run", "%s: heavy is called by run" % name, profile.nodes[:5])
        check(0.75 * 200000 <= profile.all["period_ns"] <= 1.25 * 200000, "%s: the mean period" % name, profile.all["period_ns"])
        check(("note" in profile.all) == timer, "%s: what a reader must know" % name, profile.all.get("note"))
        other = Profile(worker.profile("samples", **fields))
        check(other.all["period_ns"] != profile.all["period_ns"], "%s: periods are drawn anew" % name)
    with Worker("sampled") as worker:
        worker.setup("sampled.shares")
        first = worker.profile("samples", iterations, 3, timer=timer)["profile"]["period_ns"]
    with Worker("sampled") as worker:
        worker.setup("sampled.shares")
        check(worker.profile("samples", iterations, 3, timer=timer)["profile"]["period_ns"] == first, "%s: by the seed" % name)


def batch_threads_are_sampled(timer):
    name = "timer" if timer else "cpu-clock"
    with Worker("sampled") as worker:
        iterations = worker.setup("sampled.shares", threads=2).calibrate()
        profile, _ = weighed(worker, "cpu_ns", iterations=iterations, batches=20, period_ns=200000, timer=timer)
        mine = [sum(node["weight_ns"] for node in profile.nodes if node["thread"] == thread) for thread in (0, 1)]
        check(min(mine) > 0.25 * max(mine), "%s: both threads are seen" % name, mine)
        weight = profile.total("weight_ns")
        check(sum(node["weight_ns"] for node in profile.nodes if profile.root_of(node) == "shares_run") > 0.95 * weight,
              "%s: run is the root on both" % name, profile.nodes[:5])
        check(timer or profile.all["source"] == "cpu-clock of every processor", "%s: the source" % name, profile.all["source"])


def made_threads_are_sampled():
    with Worker("sampled") as worker:
        worker.setup("sampled.threads")
        profile = Profile(worker.profile("samples", 3, 5, period_ns=200000))
        mine = [sum(node["weight_ns"] for node in profile.nodes if node["thread"] == thread) for thread in (0, 1)]
        check(mine[1] > 0.5 * profile.all["cpu_ns"] and mine[0] < 0.2 * mine[1], "threads of the kernel are seen", (mine, profile.all))
        rooted = sum(node["weight_ns"] for node in profile.nodes if node["thread"] == 1 and profile.root_of(node) == "in_thread")
        check(rooted > 0.9 * mine[1], "their root is what they were started with", (rooted, mine))
        check(profile.all["main_cpu_ns"] < 0.5 * profile.all["cpu_ns"], "their time is the process's", profile.all)
        check("first period" in profile.all["note"], "said: what is missing of them", profile.all)
        profile = Profile(worker.profile("samples", 3, 5, period_ns=200000, timer=True))
        check(all(node["thread"] == 0 for node in profile.nodes) and "not seen" in profile.all["note"], "a timer does not see them",
              profile.all)


def cut_stacks_are_said():
    for timer in (False, True):
        name = "timer" if timer else "cpu-clock"
        with Worker("sampled") as worker:
            iterations = worker.setup("sampled.deep").calibrate()
            profile = Profile(worker.profile("samples", iterations, 5, timer=timer, period_ns=200000))
            check("deeper than 127 frames" in profile.all.get("note", ""), name + ": deeper stacks are said", profile.all.get("note"))
            check(profile.total("weight_ns", "heavy") > 0.8 * profile.total("weight_ns"), name + ": and kept")
    with Worker("sampled") as worker:
        iterations = worker.setup("sampled.stray").calibrate()
        for timer in (False, True):
            profile = Profile(worker.profile("samples", iterations, 5, timer=timer, period_ns=200000))
            check(profile.total("samples", "stray_run") > 0.9 * profile.total("samples"), "a stray frame pointer: the leaf is known",
                  profile.nodes)


def waiting_is_no_processor_time():
    with Worker("sampled") as worker:
        worker.setup("sampled.waits")
        profile = Profile(worker.profile("samples", 4, 5, period_ns=200000))
        check(profile.all["cpu_ns"] < 0.5 * profile.all["elapsed_ns"] and profile.total("weight_ns") < 0.5 * profile.all["elapsed_ns"],
              "cpu-clock: who waits is not sampled", (profile.total("weight_ns"), profile.all))
        profile = Profile(worker.profile("samples", 4, 5, period_ns=200000, timer=True))
        rooted = sum(node["weight_ns"] for node in profile.nodes)
        check(rooted > 0.8 * profile.all["elapsed_ns"], "timer: who waits is", (rooted, profile.all))


def level():
    with open("/proc/sys/kernel/perf_event_paranoid") as file:
        return int(file.read())


def become_nobody():
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)


def no_rights_are_needed():
    """As somebody else than root, at the level that most systems have."""
    before = become_nobody if os.geteuid() == 0 else None
    with Worker("sampled", before=before) as worker:
        for threads in (1, 2):
            worker.setup("sampled.shares", threads=threads)
            profile = Profile(worker.profile("samples", worker.calibrate(), 5, period_ns=200000))
            wanted = "cpu-clock" if threads == 1 else "cpu-clock of every processor"
            check(profile.all["source"] == wanted if level() <= 2 else profile.all["source"] == "timer",
                  "without rights, %d threads" % threads, profile.all)
            check(profile.total("weight_ns", "heavy") > 0.4 * profile.total("weight_ns") > 0, "and it samples", profile.nodes)
            worker.ask("teardown")


def forbid(code):
    """A seccomp filter for what comes after: perf_event_open fails with `code`."""
    import ctypes
    import struct
    number = {"x86_64": 298, "aarch64": 241}[os.uname().machine]
    words = [(0x20, 0, 0, 0), (0x15, 0, 1, number), (0x06, 0, 0, 0x00050000 | code), (0x06, 0, 0, 0x7FFF0000)]
    program = b"".join(struct.pack("HBBI", *word) for word in words)
    buffer = ctypes.create_string_buffer(program, len(program))
    libc = ctypes.CDLL(None, use_errno=True)

    class Filter(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]

    wanted = Filter(len(words), ctypes.cast(buffer, ctypes.c_void_p))
    if libc.prctl(38, 1, 0, 0, 0) != 0 or libc.prctl(22, 2, ctypes.byref(wanted), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "no filter")


def a_refusal_falls_back_to_the_timer():
    for code in (errno.EACCES, errno.ENOSYS):
        with Worker("sampled", before=lambda: forbid(code)) as worker:
            iterations = worker.setup("sampled.shares").calibrate()
            profile = Profile(worker.profile("samples", iterations, 5, period_ns=200000))
            check(profile.all["source"] == "timer" and profile.all["note"].startswith("perf_event_open: " + os.strerror(code)),
                  "%s: the timer takes over, and says why" % errno.errorcode[code], profile.all)
            check(profile.total("weight_ns", "heavy") > 0.4 * profile.total("weight_ns") > 0, "and it samples", profile.nodes)


def plain_runs_are_as_before():
    with Worker("sampled") as worker:
        iterations = worker.setup("sampled.shares").calibrate(1e6)
        worker.profile("samples", iterations, 2, timer=True)
        worker.profile("samples", iterations, 2)
        descriptors = os.listdir("/proc/%d/fd" % worker.process.pid)
        worker.profile("samples", iterations, 2)
        check(len(os.listdir("/proc/%d/fd" % worker.process.pid)) == len(descriptors), "no descriptor is left", descriptors)
        reply = worker.ask("run", iterations=iterations, batches=3)
        check(reply["ok"] and "profile" not in reply and len(reply["batches"]) == 3, "run is as before", reply)


def main():
    groups = [calls_are_exact, threads_are_added_up, trees_add_up, lines_are_written, what_cannot_be_recorded_is_refused,
              lambda: samples_tell_shares(False), lambda: samples_tell_shares(True), lambda: batch_threads_are_sampled(False),
              lambda: batch_threads_are_sampled(True), made_threads_are_sampled, cut_stacks_are_said,
              waiting_is_no_processor_time, no_rights_are_needed, a_refusal_falls_back_to_the_timer, plain_runs_are_as_before]
    if COUNTER is not None:
        groups.append(allocations_are_counted)
    for group in groups:
        group()
    print("1..%d" % len(checks))
    return 0 if all(checks) else 1


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""What assay-worker does with the plug-ins of this folder, over its standard input and output only.

usage: test_worker.py WORKER PLUGIN-DIRECTORY ALLOCATION-COUNTER.so

Prints TAP; exit status 1 if any check fails. Asserts no wall-clock time.
"""

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time

WORKER, PLUGINS, COUNTER = (os.path.abspath(word) for word in sys.argv[1:4])
SANITIZED = "ASSAY_TEST_SANITIZED" in os.environ
VALGRIND = shutil.which("valgrind")
COMMAND = []  # stands before the worker
PATIENCE_S = 60
PUT_ON_3_AND_4 = """
import os, sys
channel = [os.dup2(int(word), 100 + i) for i, word in enumerate(sys.argv[1:3])]
os.dup2(channel[0], 3)
os.dup2(channel[1], 4)
os.closerange(5, 200)
os.execv(sys.argv[3], sys.argv[3:])
"""
checks = []


def check(truth, name, seen=None):
    checks.append(bool(truth))
    print("%s %d - %s" % ("ok" if truth else "not ok", len(checks), name), flush=True)
    if not truth:
        print("# saw: %s" % str(seen)[:600].replace("\n", " "), flush=True)


class Worker:
    def __init__(self, plugin, descriptors=False, environment=None, options=(), inherited=(), prefix=()):
        self.noise = tempfile.TemporaryFile()
        self.id = 0
        self.left = b""
        path = plugin if "/" in plugin else os.path.join(PLUGINS, plugin + ".so")
        environment = {**os.environ, **(environment or {})}
        if descriptors:
            request, self.requests = os.pipe()
            self.replies, reply = os.pipe()
            self.process = subprocess.Popen(
                [sys.executable, "-c", PUT_ON_3_AND_4, str(request), str(reply), WORKER, path],
                stdin=subprocess.DEVNULL, stdout=self.noise, stderr=self.noise, pass_fds=(request, reply),
                env=environment)
            os.close(request)
            os.close(reply)
        else:
            self.process = subprocess.Popen([*prefix, *COMMAND, WORKER, "--channel", "stdio", *options, path], stdin=subprocess.PIPE,
                                            stdout=subprocess.PIPE, stderr=self.noise, bufsize=0, env=environment,
                                            pass_fds=inherited)
            self.requests, self.replies = self.process.stdin.fileno(), self.process.stdout.fileno()
        self.hello = self.read()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def read(self):
        """The next line as JSON; None at the end of the channel."""
        while b"\n" not in self.left:
            if not select.select([self.replies], [], [], PATIENCE_S)[0]:
                raise TimeoutError("no reply")
            piece = os.read(self.replies, 65536)
            if not piece:
                return None
            self.left += piece
        line, self.left = self.left.split(b"\n", 1)
        return json.loads(line)

    def ask(self, request, **fields):
        self.send(request, **fields)
        return self.read()

    def send(self, request, **fields):
        self.id += 1
        os.write(self.requests, json.dumps({"id": self.id, "request": request, **fields}).encode() + b"\n")

    def setup(self, kernel, parameters=None, **fields):
        return self.ask("setup", kernel=kernel, parameters=parameters or {}, seed="1", **fields)

    def run(self, iterations=10, **fields):
        return self.ask("run", iterations=iterations, **fields)


def refused(reply, status, words):
    return reply is not None and reply["ok"] is False and reply["status"] == status and words in reply["message"]


def plugins_are_judged():
    words = {
        "abi_wrong_major": "plug-in 'abi_wrong_major.so' speaks ABI 2.0, this assay 1.x",
        "abi_no_symbol": "plug-in 'abi_no_symbol.so' has no symbol assay_plugin",
        "abi_truncated_struct": "plug-in 'abi_truncated_struct.so': kernel 1: truncated struct: struct assay_kernel of 32 "
                                "bytes, want at least 104 in whole fields",
        "abi_duplicate_names": "plug-in 'abi_duplicate_names.so': duplicate name 'twin.first'",
        "abi_odd_name": "plug-in 'abi_odd_name.so': kernel 1: bad name of a kernel 'odd??[31m",
    }
    for plugin, expected in words.items():
        with Worker(plugin) as worker:
            reply = worker.ask("describe")
            check(refused(reply, "unavailable", expected), "%s is refused in words" % plugin, reply)
            reply = worker.setup("any.kernel")
            check(refused(reply, "unavailable", expected), "%s: setup says the same" % plugin, reply)
            check(worker.ask("quit")["ok"] and worker.process.wait(PATIENCE_S) == 0, "%s: quits well" % plugin)
    with Worker("abi_old_minor") as worker:
        check(worker.ask("describe")["kernels"][0]["parameters"] == [
            {"name": "size", "type": "integer", "summary": "a number without bounds", "default": "7"}],
            "an older minor version is read")
        worker.setup("old.kernel", {"size": "7"})
        reply = worker.run()
        check(reply["ok"] and worker.ask("answer")["answer"]["sum"] == "42", "and runs", reply)
    with Worker("abi_new_minor") as worker:
        description = worker.ask("describe")
        check(description["abi"] == [1, 7] and description["kernels"][0]["flags"] == ["deterministic"],
              "a newer minor version is read", description)
        worker.setup("new.kernel", {"size": "7"})
        check(worker.run()["ok"], "and runs")


def kernels_die_alone():
    for kernel, signal_number in (("bad.segfault", signal.SIGSEGV), ("bad.abort", signal.SIGABRT)):
        with Worker("bad") as worker:
            worker.setup(kernel)
            worker.send("run", iterations=1)
            check(worker.read() is None, "%s: the channel ends without a reply" % kernel)
            status = worker.process.wait(PATIENCE_S)
            check(status == -signal_number or SANITIZED, "%s: ended by its signal" % kernel, status)
    with Worker("bad") as worker:
        worker.setup("bad.exit")
        worker.send("run", iterations=1)
        check(worker.read() is None and worker.process.wait(PATIENCE_S) == 0, "bad.exit: ended with status 0")


def errors_are_told():
    with Worker("bad") as worker:
        cases = (
            ("bad.fail_run", "failed", "lost?its way"),
            ("bad.fail_answer", "failed", "answer of kernel 'bad.fail_answer' returned 5 and gave no reason"),
            ("bad.not_finite", "failed", "measure 'odd' of kernel 'bad.not_finite' is not a finite number"),
            ("bad.line_feed", "failed", "kernel 'bad.line_feed' answers a text with a line feed in it"),
            ("bad.wrong", "wrong-answer", "count is 2, want 1 (the test that asks)"),
        )
        for kernel, status, message in cases:
            check(worker.setup(kernel)["ok"], "%s is set up" % kernel)
            reply = worker.run()
            check(refused(reply, status, message), "%s: %s" % (kernel, status), reply)
            check(worker.ask("teardown")["ok"], "%s is torn down" % kernel)
        check(refused(worker.setup("bad.fail_setup"), "failed", "the input is missing"), "bad.fail_setup: failed")
        check(refused(worker.setup("bad.no_memory"), "out-of-memory", "no memory for the table"),
              "bad.no_memory: out-of-memory")
        check(worker.setup("good.quick")["ok"] and worker.run()["ok"], "after all of them a good kernel runs")
    with Worker("throwing") as worker:
        worker.setup("throwing.run")
        check(refused(worker.run(), "failed", "kernel 'throwing.run': the kernel threw an exception"),
              "a C++ exception is an error of the kernel")
        check(refused(worker.run(), "failed", "threw"), "and can be met again")


def answers_are_watched():
    with Worker("bad") as worker:
        worker.setup("bad.fickle")
        reply = worker.run(batches=3)
        check(refused(reply, "wrong-answer", "sum is 2, want 1 (the first batch of this process)"),
              "a deterministic kernel is held to its first batch", reply)
        check([batch.get("verified") for batch in reply["batches"]] == [None, False], "its first batch is kept",
              reply["batches"])
    with tempfile.TemporaryDirectory() as directory:
        for process in (1, 2, 3, 4):
            with Worker("bad") as worker:
                worker.setup("bad.wrong_late", {"file": os.path.join(directory, "count")})
                reply = worker.run(batches=12)
                if process == 3:
                    check(refused(reply, "wrong-answer", "sum is 8, want 7") and len(reply["batches"]) == 10 and
                          reply["answer"]["sum"] == "8", "a wrong answer in the tenth batch of the third process", reply)
                else:
                    check(reply["ok"] and len(reply["batches"]) == 12, "process %d is right" % process, reply)
    with Worker("good") as worker:
        worker.setup("good.sum", {"limit": "10"}, expected={"count": 10, "sum": "56", "source": "a mistake"})
        check(refused(worker.run(), "wrong-answer", "sum is 55, want 56 (a mistake)"), "the coordinator's word counts")
        worker.ask("teardown")
        worker.setup("good.sum", {"limit": "10"}, expected={"count": 10, "sum": "55", "sha256": "0" * 64})
        check(refused(worker.run(), "wrong-answer", "sha256 is "), "so does its digest")
        worker.ask("teardown")
        worker.setup("good.sum", {"limit": "10"}, threads=3, expected={"sum": "54"})
        check(refused(worker.run(), "wrong-answer", "thread 0: sum is 55, want 54"), "every thread's answer is checked")


def the_channel_is_out_of_reach():
    for descriptors in (False, True):
        how = "descriptors 3 and 4" if descriptors else "stdio"
        with Worker("bad", descriptors) as worker:
            worker.setup("bad.scribble")
            reply = worker.run(batches=2)
            check(reply["ok"] and len(reply["batches"]) == 2, "scribbling does not reach the channel: " + how, reply)
            check(worker.ask("quit")["ok"] and worker.process.wait(PATIENCE_S) == 0, "nor disturb its end: " + how)
            worker.noise.seek(0)
            prints = worker.noise.read()
            check(b"scribbled" in prints and b"DEBUG" not in prints, "prints go to standard error: " + how, prints[-200:])


def gone(pid):
    """Whether a process has ended, waited for with patience; killed if it has not."""
    for _ in range(PATIENCE_S * 10):
        try:
            with open("/proc/%d/stat" % pid) as stat:
                if stat.read().rsplit(")", 1)[1].split()[0] == "Z":
                    return True
        except OSError:
            return True
        time.sleep(0.1)
    os.kill(pid, signal.SIGKILL)
    return False


def nothing_outlives_its_parent():
    # The worker's standard input is a pipe that stays open here: the end of its requests is not what ends it.
    script = "import os,subprocess,sys\n" \
             "w=subprocess.Popen(sys.argv[1:],stdout=subprocess.PIPE)\n" \
             "w.stdout.readline()\nprint(w.pid,flush=True)\nos.kill(os.getpid(),9)\n"
    requests, held = os.pipe()
    parent = subprocess.run([sys.executable, "-c", script, WORKER, "--channel", "stdio", os.path.join(PLUGINS, "good.so")],
                            stdin=requests, stdout=subprocess.PIPE)
    check(gone(int(parent.stdout)), "a worker dies with its parent")
    os.close(requests)
    os.close(held)
    with tempfile.TemporaryDirectory() as directory, Worker("bad") as worker:
        path = os.path.join(directory, "pid")
        worker.setup("bad.child", {"file": path})
        check(worker.run()["ok"], "a kernel may leave a child behind")
        for _ in range(PATIENCE_S * 10):
            if os.path.exists(path) and open(path).read().endswith("\n"):
                break
            time.sleep(0.1)
        worker.process.kill()
        check(gone(int(open(path).read())), "it dies with the worker")


def figures_are_there():
    with Worker("good_counts") as worker:
        worker.setup("good.sum", {"limit": "100"})
        check(worker.run(1000)["batches"][0]["operations"] == 100000 and "counts" in worker.hello["capabilities"],
              "a counts build counts operations")
    with Worker("good") as worker:
        check("counts" not in worker.hello["capabilities"], "a timed build does not")
        worker.setup("good.forking")
        batch = worker.run(5)["batches"][0]
        check(batch["cpu_ns"] > 0 and batch["faults"] > 5, "children that were waited for are counted", batch)
        worker.ask("teardown")
        worker.setup("good.sum", {"limit": "1000"})
        batch = worker.run(10, flush=True)["batches"][0]
        check(batch["verified"] is True and "allocations" not in batch, "flushing changes no answer", batch)
        check(batch["untimed_ns"] > 0, "what is untimed is told", batch)
        worker.ask("teardown")
        check(refused(worker.setup("good.shared", threads=2), "unavailable", "want 1 thread, not 2"), "shared state is kept")
        check(refused(worker.setup("good.absent"), "unavailable", "needs a machine that was never built"),
              "an unavailable kernel gives its reason")
        worker.setup("good.once")
        check(worker.ask("calibrate", batch_ns=1e7)["iterations"] == 1, "one iteration is always one")
        check(refused(worker.run(2), "failed", "does one iteration a batch, not 2"), "and not two")
        worker.ask("teardown")
        talk = {"lines": "2", "factor": "0.5", "whom": "moon", "greeting": "hi", "loud": "true"}
        worker.setup("good.talk", talk, threads=2)
        batch = worker.run(5, batches=2)["batches"][1]
        check(batch["iterations"] == 10 and batch["measures"] == {"batches": 2, "given": 0.5} and
              batch["observed"] == {"trip": [0.5, 1, 1.5, 0.5, 1, 1.5]}, "measures and distributions of threads", batch)
        worker.ask("teardown")
        check(refused(worker.setup("good.talk", {**talk, "whom": "mars"}), "failed", "whom"), "a choice that there is not")
        check(refused(worker.setup("good.talk", {"lines": "2"}), "protocol-error", "no value for parameter 'factor'"),
              "every parameter must be there")
    if SANITIZED:
        return
    with tempfile.TemporaryDirectory() as folder:
        counter = os.path.join(folder, "counter.so")  # the build's own path may hold a space, which LD_PRELOAD cannot name
        os.symlink(COUNTER, counter)
        with Worker("good", environment={"LD_PRELOAD": counter}) as worker:
            worker.setup("good.talk", talk)
            batch = worker.run(100)["batches"][0]
        check((batch["allocations"], batch["allocated_bytes"]) == (100, 3200) and
              "allocations" in worker.hello["capabilities"], "allocations of a batch are counted", batch)


def calls(batch):
    """What a diary kernel tells: prepares, runs, answers, iterations, each since setup."""
    return tuple(batch["measures"][key] for key in ("prepares", "runs", "answers", "iterations"))


def lead_ins_lead_in():
    with Worker("diary_counts") as worker:
        check("lead-in" in worker.hello["capabilities"] and worker.hello["minor"] >= 1, "the hello promises lead-ins",
              worker.hello)
        worker.setup("diary.calls", {"poison": "13"})
        reply = worker.run(3, lead_in=50, batches=2)
        check([batch["iterations"] for batch in reply["batches"]] == [3, 3], "a lead-in is not reported", reply)
        check([calls(batch) for batch in reply["batches"]] == [(2, 2, 2, 53), (3, 3, 3, 56)],
              "it is prepared, run and asked for its answer before the first batch", reply)
        check([batch["operations"] for batch in reply["batches"]] == [3, 3], "it is not counted", reply)
        batch = worker.run(3)["batches"][0]
        check(calls(batch) == (4, 4, 4, 59), "a request without one has none", batch)
        batch = worker.run(3, lead_in=0, flush=True)["batches"][0]
        check(calls(batch) == (5, 5, 5, 62), "nor has one of 0", batch)
        reply = worker.run(3, lead_in=13, batches=2)
        check(refused(reply, "failed", "poisoned") and "batches" not in reply, "one that fails is a failed batch", reply)
        check(refused(worker.run(3, lead_in=-1), "protocol-error", 'bad "lead_in"'), "one below 0 is refused")
        batch = worker.run(3, lead_in=5)["batches"][0]
        check(calls(batch) == (8, 7, 7, 70), "the kernel runs on after that", batch)
        worker.ask("teardown")
        worker.setup("diary.calls", {"poison": "0"}, threads=3)
        batch = worker.run(3, lead_in=50)["batches"][0]
        check(batch["iterations"] == 9 and calls(batch) == (2, 2, 2, 53), "every thread has its lead-in", batch)
        worker.ask("teardown")
        worker.setup("diary.once", {"poison": "0"})
        batch = worker.run(1, lead_in=50)["batches"][0]
        check(calls(batch) == (2, 2, 2, 2), "a kernel of one iteration leads in with one", batch)
    with Worker("throwing") as worker:
        worker.setup("throwing.run")
        check(refused(worker.run(1, lead_in=1), "failed", "the kernel threw an exception"), "a lead-in may throw")


# Two descriptors become 6 and 7 of the program that follows.
PUT_ON_6_AND_7 = ("import fcntl, os, sys; given = [fcntl.fcntl(int(word), fcntl.F_DUPFD, 20) for word in sys.argv[1:3]]; "
                  "os.dup2(given[0], 6); os.dup2(given[1], 7); os.execvp(sys.argv[3], sys.argv[3:])")


def turns_are_taken():
    to_worker, give = os.pipe()
    take, from_worker = os.pipe()
    prefix = (sys.executable, "-c", PUT_ON_6_AND_7, str(to_worker), str(from_worker))
    with Worker("diary", options=("--turns",), inherited=(to_worker, from_worker), prefix=prefix) as worker:
        check("turns" in worker.hello["capabilities"], "the hello promises turns", worker.hello)
        worker.setup("diary.calls", {"poison": "0"})
        worker.send("run", iterations=3, turns="120", lead_in=5)
        for turn in range(3):
            check(not select.select([take, worker.replies], [], [], 0.05)[0], "nothing is run before it is its turn", turn)
            os.write(give, b"t")
            check(os.read(take, 1) == b"t", "the turn is passed on", turn)
        reply = worker.read()
        check([batch["iterations"] for batch in reply["batches"]] == [3, 3, 3], "a digit is the batches of a turn", reply)
        check([calls(batch) for batch in reply["batches"]] == [(2, 2, 2, 8), (4, 4, 4, 16), (5, 5, 5, 19)],
              "each turn has its lead-in", reply)
        starts = [batch["start_ns"] for batch in reply["batches"]]
        check(starts == sorted(starts) and starts[-1] <= time.monotonic_ns(), "and says when its batches began", starts)
        check(all(batch["untimed_ns"] >= 0.05e9 for batch in reply["batches"][:2]), "what was waited is untimed", reply)
        for bad in ("", "0", "1x", "00", "9" * 1112):
            check(refused(worker.run(3, turns=bad), "protocol-error", "bad turns"), "turns are digits and not all 0", bad)
        os.close(to_worker)
        os.close(give)
        check(refused(worker.run(3, turns="1"), "failed", "takes turns with has gone"), "the other one may go")
    os.close(take)
    os.close(from_worker)
    with Worker("diary") as worker:
        worker.setup("diary.calls", {"poison": "0"})
        check("turns" not in worker.hello["capabilities"], "without --turns there are none", worker.hello)
        check(refused(worker.run(3, turns="1"), "unavailable", "start it with --turns"), "and they are refused")


def work_is_added():
    """Dependent multiplications take time that cannot be hidden: at least a third of a nanosecond each on any processor."""
    with Worker("diary") as worker:
        check("extra-work" in worker.hello["capabilities"], "the hello promises extra work", worker.hello)
        worker.setup("diary.calls", {"poison": "0"})
        batch = worker.run(1, extra_work=10_000_000)["batches"][0]
        check(batch["elapsed_ns"] > 10_000_000 / 3 and batch["iterations"] == 1, "it is in the timed part", batch)


def stack_depth(offset):
    with Worker("diary", options=("--stack-offset", str(offset))) as worker:
        worker.setup("diary.stack")
        worker.run(1)
        return int(worker.ask("answer")["answer"]["sum"])


def the_stack_is_moved():
    # Frames that are aligned to a cache line hide less than a line of it.
    base = stack_depth(0)
    for offset in (1024, 4096, 65536):
        moved = stack_depth(offset) - base
        check(abs(moved - offset) < 256, "the kernel's frame lies %d bytes further down" % offset, moved)


def copies_in_memory_are_loaded():
    def copy(plugin, length=None):
        fd = os.memfd_create("side-a.so")
        with open(os.path.join(PLUGINS, plugin + ".so"), "rb") as file:
            os.write(fd, file.read()[:length])
        return fd

    fd = copy("diary")
    path = "/proc/self/fd/%d" % fd
    with Worker(path, inherited=(fd,)) as worker:
        os.close(fd)
        description = worker.ask("describe")
        check([kernel["name"] for kernel in description["kernels"]][:2] == ["diary.calls", "diary.once"] and
              len(description["build_id"]) == 40, "a copy in memory is described", description)
        worker.setup("diary.descriptors")
        worker.run(1)
        answer = worker.ask("answer")
        check(answer["answer"]["sum"] == "0", "a kernel's children inherit no descriptor", answer)
    fd = copy("diary", 100)
    with Worker("/proc/self/fd/%d" % fd, inherited=(fd,)) as worker:
        reply = worker.ask("describe")
        check(refused(reply, "unavailable", "plug-in 'side-a.so' is truncated: it has 100 bytes"),
              "one that is cut off is refused by its name", reply)
    os.close(fd)
    fd = copy("abi_no_symbol")
    with Worker("/proc/self/fd/%d" % fd, inherited=(fd,)) as worker:
        reply = worker.ask("describe")
        check(refused(reply, "unavailable", "plug-in 'side-a.so' has no symbol assay_plugin"), "so is one of nothing", reply)
    os.close(fd)
    with Worker("/proc/self/fd/77") as worker:
        reply = worker.ask("describe")
        check(refused(reply, "unavailable", "cannot read plug-in '/proc/self/fd/77': No such file"), "one that is not there",
              reply)


class Unreadable(Exception):
    """Valgrind 3.19 gives up where clang wrote DWARF 5 (its remedy: -fdebug-default-version=4)."""


def instructions(iterations, **fields):
    """The total of a process under callgrind that runs one batch."""
    with tempfile.TemporaryDirectory() as directory:
        out = os.path.join(directory, "out")
        COMMAND[:] = [VALGRIND, "--tool=callgrind", "--instr-atstart=no", "--callgrind-out-file=" + out]
        try:
            with Worker("good") as worker:
                if worker.hello is None:
                    worker.noise.seek(0)
                    raise Unreadable if b"debuginfo reader" in worker.noise.read() else ValueError("no hello")
                worker.setup("good.sum", {"limit": "1000"})
                worker.run(iterations, **fields)
                worker.ask("quit")
                worker.process.wait(PATIENCE_S)
        finally:
            COMMAND[:] = []
        with open(out, encoding="utf-8") as lines:
            return next(int(line.split()[1]) for line in lines if line.startswith("totals:"))


def batches_are_counted_under_callgrind():
    if VALGRIND is None or SANITIZED:
        print("# valgrind is missing, or excluded by a sanitizer: nothing is counted")
        return
    try:
        one, two, three = [instructions(iterations) for iterations in (1, 2, 3)]
    except Unreadable as reason:
        print("# nothing is counted: %s" % reason.__doc__)
        return
    check(two - one >= 250, "an iteration that stores 1000 numbers takes instructions, four numbers each at most", (one, two))
    check(three - two == two - one, "every iteration takes as many", (one, two, three))
    check(one - (two - one) in range(1, 100), "beside them stands next to nothing", (one, two))
    check(instructions(2, lead_in=7) == two, "a lead-in is not counted")


def command_lines_are_understood():
    def run(*words):
        return subprocess.run([WORKER, *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              text=True)
    check(run("--help").returncode == 0 and "usage: assay-worker" in run("--help").stdout, "--help")
    check(run("--version").stdout.startswith("assay-worker "), "--version")
    for words, wish in ((("--chanel", "x"), "unknown option '--chanel'"), ((), "no plug-in"), (("a.so", "b.so"), "'b.so'"),
                        (("--channel", "smoke", "a.so"), "bad --channel 'smoke': want descriptors or stdio"),
                        (("--stack-offset", "65537", "a.so"), "bad --stack-offset '65537': want 0 to 65536"),
                        (("--stack-offset", "-1", "a.so"), "bad --stack-offset '-1': want 0 to 65536"),
                        (("--stack-offset",), "bad --stack-offset '': want 0 to 65536")):
        result = run(*words)
        check(result.returncode == 2 and wish in result.stderr, "wrong usage: %s" % " ".join(words), result)
    result = run("x.so")
    check(result.returncode == 1 and "descriptors 3 and 4 are not open" in result.stderr, "no channel", result)


for group in (plugins_are_judged, kernels_die_alone, errors_are_told, answers_are_watched, the_channel_is_out_of_reach,
              nothing_outlives_its_parent, figures_are_there, lead_ins_lead_in, turns_are_taken, work_is_added,
              the_stack_is_moved,
              copies_in_memory_are_loaded, batches_are_counted_under_callgrind, command_lines_are_understood):
    try:
        group()
    except (OSError, KeyError, TypeError, ValueError, subprocess.SubprocessError) as error:  # the other groups go on
        check(False, group.__name__, repr(error))
print("1..%d" % len(checks))
sys.exit(0 if all(checks) else 1)

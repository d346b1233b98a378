"""What killed runs leave behind: nothing. Every run that is started carries a mark in its environment, which its children inherit."""
import os
import pathlib
import random
import signal
import subprocess
import time

from figures_table import HEAD, Row, Section

RUNS = 50
PATIENCE_S = 10
KERNELS = ("square.channel", "square.process_queue", "square.thread_queue", "square.channel:transport=ring",
           "square.process_queue:transport=mqueue", "square.thread_queue:transport=futex", "square.channel@cpython",
           "square.process_queue@cpython", "square.thread_queue@cpython", "random.list_by_thread:n=10")
SHARED = ("/dev/shm", "/dev/mqueue")


def carriers(mark):
    """Ids of the processes that carry the mark."""
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                if mark.encode() in pathlib.Path("/proc", entry, "environ").read_bytes().split(b"\0"):
                    found.append(int(entry))
            except OSError:
                pass
    return found


def tree(pids):
    """As pstree draws it: every process below the one that started it."""
    names, parents = {}, {}
    for pid in pids:
        try:
            status = pathlib.Path("/proc", str(pid), "status").read_text(encoding="utf-8")
        except OSError:
            continue
        fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
        names[pid], parents[pid] = fields["Name"], int(fields["PPid"])

    def draw(pid, depth):
        lines = ["  " * depth + f"{names[pid]}({pid})"]
        for child in sorted(p for p in names if parents[p] == pid):
            lines += draw(child, depth + 1)
        return lines
    return [line for pid in sorted(names) if parents[pid] not in names for line in draw(pid, 0)]


def shared():
    found = set()
    for directory in SHARED:
        if os.path.isdir(directory):
            found.update(os.path.join(directory, name) for name in os.listdir(directory))
    return found


def worker_of(pids):
    """A worker among them, to be killed in the coordinator's place."""
    for pid in pids:
        try:
            words = pathlib.Path("/proc", str(pid), "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if any(b"assay-worker" in word for word in words[:3]):
            return pid
    return None


def wait_for_none(mark):
    """The kernel may take a moment to deliver a death."""
    end = time.monotonic() + PATIENCE_S
    while carriers(mark) and time.monotonic() < end:
        time.sleep(0.01)


def one(place, number, kernel, draw):
    """Starts a run and kills it in the middle. What was there then, and what is left."""
    name = f"ASSAY_LAB_MARK=leftovers.{os.getpid()}.{number}"
    environment = dict(place.environment, **dict([name.split("=", 1)]))
    with subprocess.Popen([place.assay, "run", kernel, "--quiet", "--batch", "20ms", "--processes", "100", "-o",
                           str(place.scratch / "killed.json")], env=environment, cwd=place.scratch, stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        begun = time.monotonic()
        while worker_of(carriers(name)) is None and process.poll() is None and time.monotonic() < begun + PATIENCE_S:
            time.sleep(0.002)
        time.sleep(draw.uniform(0, 0.4))
        before = tree(carriers(name))
        coordinator = number % 5 != 4  # each fifth time it is the worker that dies, and the run goes on to its end
        victim = process.pid if coordinator else worker_of(carriers(name))
        if victim is not None and process.poll() is None:
            os.kill(victim, signal.SIGKILL)
        if not coordinator:
            time.sleep(0.1)
            process.send_signal(signal.SIGINT)
        process.wait()
    wait_for_none(name)
    left = tree(carriers(name))
    for pid in carriers(name):
        os.kill(pid, signal.SIGKILL)
    wait_for_none(name)
    return before, left


def killed(place):
    draw = random.Random(5)
    known, text, alive, left_processes = shared(), [], 0, 0
    for number in range(RUNS):
        kernel = KERNELS[number % len(KERNELS)]
        before, left = one(place, number, kernel, draw)
        alive += len(before)
        left_processes += len(left)
        text += [f"run {number}: {kernel}, when it was killed:", *("  " + line for line in before),
                 "  afterwards: " + ("nothing" if not left else ""), *("  " + line for line in left)]
    (place.kept / "leftovers.txt").write_text("\n".join(text) + "\n", encoding="utf-8")
    rows = [Row("processes when they were killed", RUNS, alive, note="trees in lab/leftovers.txt"),
            Row("processes left", RUNS, left_processes, bound=("exactly", 0)),
            Row("names left in " + " and ".join(SHARED), RUNS, len(shared() - known), bound=("exactly", 0))]
    return Section("leftovers", "After fifty killed runs", HEAD, rows)

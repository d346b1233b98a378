#!/usr/bin/env python3
"""Squares by message in C as a user meets them: they verify, what cannot be is said, and nothing is left behind by any ending."""

import ctypes
import os
import resource
import shutil
import signal
import time

from support import BUILD, Case, benchmark, main, samples

KERNELS = ("square.channel", "square.process_queue", "square.thread_queue")
SHORT = ("--processes", "1", "--samples", "2", "--batch", "1ms", "--warmup", "0", "--no-layouts", "--seed", "3")
LONG = ("run", "-q", "-o", "x.json", "--samples", "4000", "--processes", "4", "--batch", "2ms", "--warmup", "1ms", "--no-layouts")
TWIN = os.path.join(BUILD, "tests", "run", "immortal.so")


def processors():
    return sorted(os.sched_getaffinity(0))


def queue_exists(name):
    """Whether there is a POSIX message queue of this name. /dev/mqueue need not be mounted: asked is the system itself."""
    libc = ctypes.CDLL(None, use_errno=True)
    descriptor = libc.mq_open(name.encode(), os.O_RDONLY)
    if descriptor >= 0:
        libc.mq_close(descriptor)
    return descriptor >= 0


def queues_of(pids):
    """The names that these processes can have given to message queues, as far as they exist."""
    return [name for pid in pids for number in range(4) for name in ["/assay.square.%d.%d" % (pid, number)] if queue_exists(name)]


def listed(directory):
    try:
        return set(os.listdir(directory))
    except FileNotFoundError:
        return set()


def state_of(pid):
    """A letter, as /proc/PID/stat has it; "" if the process is gone."""
    try:
        with open("/proc/%d/stat" % pid, encoding="utf-8") as file:
            return file.read().rpartition(")")[2].split()[0]
    except OSError:
        return ""


def parent_of(pid):
    try:
        with open("/proc/%d/stat" % pid, encoding="utf-8") as file:
            return int(file.read().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def is_worker(pid):
    try:
        with open("/proc/%d/cmdline" % pid, "rb") as file:
            return os.path.basename(file.read().split(b"\0")[0]) == b"assay-worker"
    except OSError:
        return False


class Squares(Case):
    plugins = ()

    def setUp(self):
        super().setUp()
        shutil.copy(os.path.join(BUILD, "kernels", "squares.so"), self.plug)
        self.memory = listed("/dev/shm"), listed("/dev/mqueue")
        self.seen = set()

    def of_c(self, *words, **options):
        ended, document = self.run_to("x.json", *SHORT, *words, **options)
        return ended, document["benchmarks"]

    # ---- what they say ----------------------------------------------------------------------------------------

    def test_all_verify_with_their_defaults(self):
        ended, every = self.of_c(*KERNELS)
        self.assertEqual(ended.status, 0, ended)
        self.validate("x.json")
        for each in every:
            self.assertEqual((each["status"], each["verified"], samples(each)), ("ok", True, 2), each["message"])
            self.assertEqual((each["answer"]["count"], each["answer"]["sum"]), (10, "285"))
            self.assertNotIn("prints", each["flags"])
            self.assertTrue(each["oracle"]["source"])
            trips = [name for name in each["distributions"] if "round_trip" in str(name)]
            self.assertTrue(trips, each["distributions"])

    def test_every_transport_verifies_by_name(self):
        for transport in ("condition", "pipe", "socketpair", "eventfd", "futex", "mqueue"):
            ended, every = self.of_c(*("%s:transport=%s,depth=9" % (name, transport) for name in KERNELS))
            self.assertEqual([(each["status"], each["verified"]) for each in every], [("ok", True)] * 3, ended)

    def test_show_output_prints(self):
        for name in KERNELS:
            _, every = self.of_c(name + ":show_output=true")
            self.assertIn("prints", every[0]["flags"])

    def test_threads_have_a_server_each(self):
        ended, every = self.of_c("--threads", "3", *KERNELS)
        self.assertEqual([(each["status"], each["verified"]) for each in every], [("ok", True)] * 3, ended)

    def failure(self, *words, status="failed"):
        """The message of a benchmark that could not be set up."""
        ended, every = self.of_c(*words)
        self.assertEqual((ended.status, every[0]["status"], samples(every[0])), (3, status, 0), every[0]["message"])
        self.no_survivors()
        return every[0]["message"]

    def test_what_cannot_be_is_a_status_with_words(self):
        one = str(processors()[0])
        for name in KERNELS:
            self.assertEqual(self.failure("--cpu", one, name + ":placement=other"),
                             "placement=other needs two processors, and this process may use one: processor " + one)
            self.assertEqual(self.failure("--cpu", one, name + ":transport=ring,wait=spin"),
                             "wait=spin needs two processors, and this process may use one")
            self.assertTrue(self.failure(name + ":transport=ring,wait=block").startswith(
                "transport=ring with wait=block makes no sense: "))
            self.assertTrue(self.failure(name + ":transport=pipe,wait=spin,placement=same").startswith(
                "placement=same with wait=spin makes no sense: "))
        for depth in ("0", "1025", "-1"):
            self.one_line(self.assay("run", "square.channel:depth=" + depth), "depth", depth)
        self.one_line(self.assay("run", "square.channel:transport=pip"), "transport", "pipe")

    def test_limits_of_the_system_are_statuses_with_words(self):
        self.assertIn("no more bytes in message queues (ulimit -q)",
                      self.limited(resource.RLIMIT_MSGQUEUE, 0, "square.channel:transport=mqueue"))
        with open("/proc/sys/fs/mqueue/msg_max", encoding="utf-8") as file:
            most = int(file.read())
        if most <= 1024:
            words = self.failure("square.channel:transport=mqueue,depth=1024")
            self.assertTrue(words.endswith("(fs.mqueue.msg_max): want at most %d" % (most - 1)), words)

    def limited(self, which, most, name):
        """What becomes of a benchmark below a limit of the system."""
        ended, every = self.of_c(name, preexec_fn=lambda: resource.setrlimit(which, (most, most)))
        self.assertEqual((ended.status, every[0]["status"]), (3, "failed"), ended)
        return every[0]["message"]

    # ---- what they leave --------------------------------------------------------------------------------------

    def remains(self):
        """What is left of a run that is over, as far as it does not go away by itself."""
        end = time.monotonic() + 5
        while self.survivors() and time.monotonic() < end:
            time.sleep(0.005)
        found = ["process %d" % pid for pid in self.survivors() if state_of(pid) != ""]
        found += sorted(name for name in listed("/dev/shm") - self.memory[0] if not name.startswith("PostgreSQL."))  # a neighbour's
        found += sorted(listed("/dev/mqueue") - self.memory[1])
        return found + queues_of(self.seen)

    def workers(self):
        """The worker and its server, once both are there and the benchmark is under way."""
        found = self.survivors()
        self.seen.update(found)
        workers = [pid for pid in found if is_worker(pid) and not is_worker(parent_of(pid))]
        return workers, [pid for pid in found if parent_of(pid) in workers]

    def started(self, name, *words):
        """A run of which batches are journaled already, its worker, and the worker's server (none for a thread)."""
        shutil.rmtree(self.journals, ignore_errors=True)
        process = self.start(*LONG, *words, name)
        self.wait_for_batches(process, 2)
        end = time.monotonic() + 60
        wanted = 0 if "thread" in name else 1
        while process.poll() is None and time.monotonic() < end:
            workers, servers = self.workers()
            if len(workers) == 1 and len(servers) >= wanted:
                return process, workers[0], servers[0] if wanted else None
            time.sleep(0.002)
        process.kill()
        self.fail("%s is over before it could be killed: %s" % (name, process.communicate()))
        return None

    def test_nothing_is_left_when_the_coordinator_is_killed(self):
        for name in KERNELS:
            for transport in ("condition", "pipe", "socketpair", "eventfd", "futex", "ring", "mqueue"):
                with self.subTest(name=name, transport=transport):
                    process, _, _ = self.started("%s:transport=%s" % (name, transport))
                    process.kill()
                    process.communicate()
                    self.assertEqual(self.remains(), [])

    def test_nothing_is_left_when_the_worker_is_killed(self):
        for name in KERNELS:
            for transport in ("condition", "pipe", "socketpair", "eventfd", "futex", "ring", "mqueue"):
                with self.subTest(name=name, transport=transport):
                    process, worker, _ = self.started("%s:transport=%s" % (name, transport))
                    os.kill(worker, signal.SIGKILL)
                    process.communicate(timeout=60)
                    each = benchmark(self.load("x.json"), name)
                    self.assertEqual((process.returncode, each["status"]), (3, "crashed"), each["message"])
                    self.assertIn("signal 9", each["message"])
                    self.assertEqual(self.remains(), [])

    def test_a_killed_server_is_a_failure_in_words(self):
        for name in KERNELS[:2]:
            for transport in ("condition", "pipe", "socketpair", "eventfd", "futex", "ring", "mqueue"):
                with self.subTest(name=name, transport=transport):
                    process, _, server = self.started("%s:transport=%s" % (name, transport))
                    os.kill(server, signal.SIGKILL)
                    process.communicate(timeout=60)
                    each = benchmark(self.load("x.json"), name)
                    self.assertEqual((process.returncode, each["status"]), (3, "failed"), each["message"])
                    self.assertIn("was killed by signal 9 (Killed)", each["message"])
                    self.assertEqual(self.remains(), [])

    def test_nothing_is_left_after_an_interrupt(self):
        for name in KERNELS:
            for number in (signal.SIGINT, signal.SIGTERM):
                with self.subTest(name=name, signal=number):
                    process, _, _ = self.started(name)
                    process.send_signal(number)
                    process.communicate(timeout=60)
                    self.assertEqual(process.returncode, 130)
                    self.assertEqual(self.remains(), [])

    # ---- what makes the checks above red ----------------------------------------------------------------------

    def test_a_server_that_outlives_its_driver_is_seen(self):
        """The broken twin: no process of it asks to die with its parent."""
        shutil.copy(TWIN, os.path.join(self.plug, "squares.so"))
        for name in KERNELS[:2]:
            process, worker, server = self.started(name + ":transport=futex")
            os.kill(process.pid, signal.SIGKILL)
            os.kill(worker, signal.SIGKILL)
            process.communicate()
            try:
                self.assertEqual(self.remains(), ["process %d" % server])
            finally:
                os.kill(server, signal.SIGKILL)
            self.assertEqual(self.remains(), [])

    def test_a_wrong_end_is_a_status_with_words(self):
        """The twin kills where it should terminate. All batches were right, and yet."""
        shutil.copy(TWIN, os.path.join(self.plug, "squares.so"))
        ended, every = self.of_c("square.process_queue", "square.channel")
        self.assertEqual(ended.status, 3)
        self.assertEqual((every[0]["status"], every[0]["message"]),
                         ("failed", "the queues' process was killed by signal 9 (Killed) at its end"))
        self.assertEqual((samples(every[0]), every[1]["status"]), (2, "ok"))

    def test_a_message_queue_that_is_left_is_seen(self):
        libc = ctypes.CDLL(None, use_errno=True)
        name = "/assay.square.%d.2" % os.getpid()
        descriptor = libc.mq_open(name.encode(), os.O_RDWR | os.O_CREAT, ctypes.c_uint(0o600), None)
        self.assertGreaterEqual(descriptor, 0, os.strerror(ctypes.get_errno()))
        self.seen.add(os.getpid())
        try:
            self.assertIn(name, self.remains())
        finally:
            libc.mq_close(descriptor)
            libc.mq_unlink(name.encode())
        self.assertEqual(self.remains(), [])


if __name__ == "__main__":
    main()

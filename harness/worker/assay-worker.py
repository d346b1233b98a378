#!/usr/bin/env python3
"""A worker for kernels in Python: the protocol of docs/worker-protocol.md in plain Python 3.9 or PyPy.

usage: assay-worker.py [--channel stdio] [--implementation NAME] MODULE.py [WORD...]

Reads one request a line, times batches of a kernel inside this process, checks every answer. Knows nothing of
assay's C code, and needs nothing but the standard library. One file, although a long one, so that copying it is
all that another machine or interpreter needs.
"""

import cProfile
import gc
import hashlib
import importlib.util
import json
import math
import os
import platform
import re
import signal
import sys
import time

try:
    import resource
except ImportError:  # a Python without it reports no faults and switches
    resource = None

MAJOR, MINOR = 1, 3
REQUEST_LINE_MAX = 1 << 20
REPLY_LINE_MAX = 1 << 24
EXACT_MAX = 1 << 53  # what a double holds exactly
UINT64_MAX = (1 << 64) - 1
BATCHES_MAX = 10000
THREADS_MAX = 1024
CAPABILITIES = ["expect", "lead-in", "profile-functions"]
if sys.implementation.name in ("pypy", "graalpy"):
    CAPABILITIES.append("jit")  # compiles while it runs: the coordinator waits until times have settled
RECORDS = ("calls", "tree", "samples", "allocations", "lines", "functions")
TYPES = ("integer", "real", "choice", "text", "flag")


class Refusal(Exception):
    """A request that is answered with "ok": false; `parts` are further fields of the reply."""

    def __init__(self, status, message, **parts):
        super().__init__(message)
        self.status = status
        self.parts = parts


def one_line(text):
    return "".join(c if c.isprintable() else " " for c in str(text)).strip() or "no reason given"


# ---- the channel -------------------------------------------------------------------------------------------


def open_channel(stdio):
    """The descriptors of requests and replies, away from what a kernel prints to."""
    if not stdio:
        os.set_inheritable(3, False)
        os.set_inheritable(4, False)
        return 3, 4
    requests, replies = os.dup(0), os.dup(1)  # not inheritable
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    os.dup2(2, 1)
    return requests, replies


class Lines:
    """Lines from a descriptor, as bytes. A line over the limit is given as None, once it has been skipped."""

    def __init__(self, descriptor):
        self.descriptor = descriptor
        self.left = b""

    def next(self):
        """The next line, None for one that was too long; raises EOFError at the end."""
        pieces, size = [], 0
        while True:
            piece, feed, rest = self.left.partition(b"\n")
            size += len(piece) + len(feed)
            pieces = pieces + [piece] if size <= REQUEST_LINE_MAX else []
            self.left = rest
            if feed:
                return b"".join(pieces) if size <= REQUEST_LINE_MAX else None
            self.left = os.read(self.descriptor, 65536)
            if not self.left:
                raise EOFError


def write_line(descriptor, message):
    line = memoryview(json.dumps(message, separators=(",", ":"), allow_nan=False).encode() + b"\n")
    if len(line) > REPLY_LINE_MAX:
        raise Refusal("failed", "reply of %d bytes: want at most %d" % (len(line), REPLY_LINE_MAX))
    while line:
        line = line[os.write(descriptor, line):]


# ---- reading requests --------------------------------------------------------------------------------------


def unique(pairs):
    """An object of JSON without duplicate keys."""
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("duplicate key")
    return members


def no_constant(word):
    raise ValueError(word + " is no number of JSON")


def parse(line):
    try:
        request = json.loads(line.decode("utf-8"), object_pairs_hook=unique, parse_constant=no_constant)
    except (ValueError, RecursionError) as problem:
        raise Refusal("protocol-error", "line is not JSON: %s" % problem) from None
    if not isinstance(request, dict):
        raise Refusal("protocol-error", "line is no object: want {...}")
    return request


REQUIRED = object()


def bad(key, wish):
    return Refusal("protocol-error", 'bad "%s": want %s' % (key, wish))


def field(request, key, default=REQUIRED):
    value = request.get(key)
    if value is not None:
        return value
    if default is REQUIRED:
        raise Refusal("protocol-error", 'missing "%s"' % key)
    return default


def is_integer(value):
    return isinstance(value, int) and not isinstance(value, bool)


def integer_field(request, key, least, most, default=REQUIRED):
    value = field(request, key, default)
    if not is_integer(value) or not least <= value <= most:
        raise bad(key, "an integer from %d to %d" % (least, most))
    return value


def text_field(request, key):
    value = field(request, key)
    if not isinstance(value, str):
        raise bad(key, "a text")
    return value


def flag_field(request, key):
    value = field(request, key, False)
    if not isinstance(value, bool):
        raise bad(key, "true or false")
    return value


def object_field(request, key):
    value = field(request, key, {})
    if not isinstance(value, dict):
        raise bad(key, "an object")
    return value


def decimal(text):
    """The integer of a text of decimal digits up to 2^64-1; None if it is none."""
    if isinstance(text, str) and re.fullmatch(r"0|[1-9][0-9]{0,19}", text) and int(text) <= UINT64_MAX:
        return int(text)
    return None


def expected_field(request):
    """What the coordinator knows of the answer: the known ones of count, sum, sha256, and the source."""
    raw = object_field(request, "expected")
    known = {}
    if raw.get("count") is not None:
        known["count"] = integer_field(raw, "count", 0, EXACT_MAX)
    if raw.get("sum") is not None:
        known["sum"] = decimal(raw["sum"])
        if known["sum"] is None:
            raise bad("sum", "a text of decimal digits, up to 2^64-1")
    if raw.get("sha256") is not None:
        known["sha256"] = text_field(raw, "sha256")
        if not re.fullmatch("[0-9a-f]{64}", known["sha256"]):
            raise bad("sha256", "64 lower-case hexadecimal digits")
    known["source"] = text_field(raw, "source") if raw.get("source") is not None else "expected"
    return known


# ---- kernels -----------------------------------------------------------------------------------------------


class Parameter:
    """A declared parameter, its values always text."""

    def __init__(self, declared):
        self.name = declared["name"]
        self.type = declared["type"]
        self.summary = declared["summary"]
        if self.type not in TYPES:
            raise ValueError("parameter %s: bad type %r: want %s" % (self.name, self.type, ", ".join(TYPES)))
        self.least = self.text_of(declared.get("least"))
        self.most = self.text_of(declared.get("most"))
        self.choices = declared.get("choices")
        self.default = self.text_of(declared["default"])
        self.value(self.default)

    @staticmethod
    def text_of(value):
        if value is None or isinstance(value, str):
            return value
        return str(value).lower() if isinstance(value, bool) else repr(value)

    def value(self, text):
        """The value of a canonical text; ValueError with the wish."""
        readers = {"integer": decimal, "real": self.real, "choice": self.choice, "text": str, "flag": self.flag}
        value = readers[self.type](text) if isinstance(text, str) else None
        number = int if self.type == "integer" else float
        low = value is not None and self.least is not None and value < number(self.least)
        high = value is not None and self.most is not None and value > number(self.most)
        if value is None or low or high:
            raise ValueError("bad %s '%s': want %s" % (self.name, str(text)[:100], self.wish()))
        return value

    @staticmethod
    def real(text):
        try:
            value = float(text)
        except ValueError:
            return None
        return value if math.isfinite(value) else None

    def choice(self, text):
        return text if text in self.choices else None

    @staticmethod
    def flag(text):
        return {"true": True, "false": False}.get(text)

    def wish(self):
        if self.type == "choice":
            return " or ".join(self.choices)
        words = {"integer": "an integer", "real": "a number", "flag": "true or false"}.get(self.type, "a text")
        words += " from " + self.least if self.least is not None else ""
        return words + (" to " + self.most if self.most is not None else "")

    def describe(self):
        return {"name": self.name, "type": self.type, "summary": self.summary, "default": self.default,
                "least": self.least, "most": self.most, "choices": self.choices}


class Kernel:
    """A kernel as the module declares it: a dictionary, or attributes of the same names."""

    def __init__(self, declared):
        get = declared.get if isinstance(declared, dict) else lambda name, other=None: getattr(declared, name, other)
        self.name, self.summary, self.setup = get("name"), get("summary"), get("setup")
        if not self.name or not self.summary or not self.setup:
            raise ValueError("a kernel lacks name, summary or setup")
        self.version = get("version")
        self.aliases, self.tags, self.flags = (list(get(key) or []) for key in ("aliases", "tags", "flags"))
        self.parameters = [Parameter(parameter) for parameter in get("parameters") or []]
        self.measures, self.distributions = (list(get(key) or []) for key in ("measures", "distributions"))
        self.expect, self.work, self.unavailable = get("expect"), get("work"), get("unavailable")

    def reason(self):
        return self.unavailable() if self.unavailable else None

    def describe(self):
        return {"name": self.name, "aliases": self.aliases, "summary": self.summary, "version": self.version,
                "tags": self.tags, "parameters": [parameter.describe() for parameter in self.parameters],
                "measures": self.measures, "distributions": self.distributions, "flags": self.flags,
                "expects": self.expect is not None, "unavailable": self.reason()}

    def arguments(self, texts):
        """The values of a request's "parameters"; every declared one must be there, and no other."""
        for name in texts:
            if name not in [parameter.name for parameter in self.parameters]:
                raise Refusal("failed", "unknown parameter '%s' of %s" % (name, self.name))
        for parameter in self.parameters:
            if parameter.name not in texts:
                raise Refusal("protocol-error", "missing parameter '%s' of %s" % (parameter.name, self.name))
        try:
            return {parameter.name: parameter.value(texts[parameter.name]) for parameter in self.parameters}
        except ValueError as problem:
            raise Refusal("failed", str(problem)) from None

    def expected(self, arguments):
        """What the kernel's own oracle knows, or None."""
        return self.expect(dict(arguments)) if self.expect else None


def load_module(path):
    directory = os.path.dirname(os.path.abspath(path))
    sys.path.insert(0, directory)
    sys.dont_write_bytecode = True  # the directory may be somebody else's
    spec = importlib.util.spec_from_file_location("assay_kernels", path)
    if spec is None or spec.loader is None:
        raise ImportError("not a Python module: %s" % path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["assay_kernels"] = module
    spec.loader.exec_module(module)
    return module


def kernels_of(module):
    kernels = [Kernel(declared) for declared in module.KERNELS]
    names = [name for kernel in kernels for name in [kernel.name] + kernel.aliases]
    for name in names:
        if names.count(name) > 1:
            raise ValueError("two kernels answer to %s: want every name once" % name)
    return kernels


# ---- answers -----------------------------------------------------------------------------------------------


def form_answer(lines):
    """Count, sum modulo 2^64 and sha256 of a sequence of integers and texts."""
    lines = list(lines)
    plain = set(map(type, lines)) <= {int}
    total = sum(lines if plain else filter(is_integer, lines)) & UINT64_MAX
    text = "\n".join(map(str, lines)) + "\n" if lines else ""
    return {"count": len(lines), "sum": total, "sha256": hashlib.sha256(text.encode()).hexdigest()}


def shown(answer):
    """An answer as it stands in a message: the sum as text."""
    return {key: str(value) if key == "sum" else value for key, value in answer.items()}


def difference(answer, expected):
    """Words for the first part that differs; None if none does."""
    for key in ("count", "sum", "sha256"):
        if expected.get(key) is not None and answer[key] != expected[key]:
            return "%s is %s, want %s (%s)" % (key, answer[key], expected[key], expected.get("source", "expected"))
    return None


# ---- recording functions -----------------------------------------------------------------------------------


class Recorder:
    """cProfile around a kernel's run, of several batches together."""

    def __init__(self):
        self.profiler = cProfile.Profile()

    def around(self, run):
        """`run`, recorded: nothing but what it calls."""
        profiler = self.profiler

        def recorded(iterations):
            profiler.enable()
            try:
                run(iterations)
            finally:
                profiler.disable()

        return recorded

    @staticmethod
    def label(code):
        """(file, line, name) as pstats has them."""
        return ("~", 0, code) if isinstance(code, str) else (code.co_filename, code.co_firstlineno, code.co_name)

    @staticmethod
    def numbers(entry):
        """Calls, primitive calls, own and total nanoseconds of an entry of getstats()."""
        times = [max(0, round(seconds * 1e9, 3)) for seconds in (entry.inlinetime, entry.totaltime)]
        return [entry.callcount, entry.callcount - entry.reccallcount] + times

    def result(self):
        """functions and edges of a reply. Code objects of one name, file and line are one function, as in pstats."""
        functions, edges = {}, {}
        for entry in self.profiler.getstats():
            caller = self.label(entry.code)
            add(functions, caller, self.numbers(entry))
            for callee in entry.calls or ():
                add(edges, (caller, self.label(callee.code)), self.numbers(callee))
        own = {label for label in functions if label[0] == "~" and "disable" in label[2] and "Profiler" in label[2]}
        labels = sorted(label for label in functions if label not in own)
        places = {label: place for place, label in enumerate(labels)}
        keys = ("calls", "primitive", "own_ns", "total_ns")
        return {
            "functions": [dict(zip(("file", "line", "name"), (one_line(file), line, one_line(name))),
                               **dict(zip(keys, functions[file, line, name]))) for file, line, name in labels],
            "edges": [dict(zip(("caller", "callee"), (places[caller], places[callee])), **dict(zip(keys, edges[caller, callee])))
                      for caller, callee in sorted(edges) if caller in places and callee in places],
        }


def add(sums, key, numbers):
    sums[key] = [a + b for a, b in zip(sums[key], numbers)] if key in sums else numbers


# ---- measuring ---------------------------------------------------------------------------------------------


def bind_children():
    """From now on what this process forks dies with it. Not always: ctypes takes longer to load than all else here."""
    if not sys.platform.startswith("linux"):
        return
    import ctypes  # pylint: disable=import-outside-toplevel
    prctl, parent = ctypes.CDLL(None).prctl, {}

    def before():
        parent["pid"] = os.getpid()

    def in_child():
        prctl(1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG
        if os.getppid() != parent["pid"]:
            os._exit(1)

    os.register_at_fork(before=before, after_in_child=in_child)


def cpu_clock(flags):
    """The clock of `cpu_ns`: of the thread, of the process, and of children that were waited for."""
    own = time.process_time_ns if "makes-threads" in flags else time.thread_time_ns
    if "forks" not in flags or resource is None:
        return own

    def with_children():
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        return own() + round((children.ru_utime + children.ru_stime) * 1e9)

    return with_children


class Measurer:
    """One kernel that is set up: times batches and checks every answer."""

    def __init__(self, kernel, arguments, seed, expectations):
        self.kernel = kernel
        self.expectations = [known for known in expectations if known]
        self.knows = any(known.get(key) is not None for known in self.expectations for key in ("count", "sum", "sha256"))
        self.first = {}  # iterations -> the first answer, of a deterministic kernel
        self.deterministic = "deterministic" in kernel.flags
        self.cpu_ns = cpu_clock(kernel.flags)
        self.answer = None
        self.verified = None
        self.state = kernel.setup(arguments, seed)

    def optional(self, name, *arguments, other=None):
        method = getattr(self.state, name, None)
        return method(*arguments) if method else other

    @staticmethod
    def usage():
        if resource is None:
            return None
        return resource.getrusage(getattr(resource, "RUSAGE_THREAD", resource.RUSAGE_SELF))

    def lead_in(self, iterations):
        """Iterations that warm up and are not reported: of a one-iteration kernel one."""
        iterations = 1 if "one-iteration" in self.kernel.flags else iterations
        self.optional("prepare", iterations)
        collects = gc.isenabled()
        gc.disable()
        try:
            self.state.run(iterations)
        finally:
            if collects:
                gc.enable()
        for _ in self.optional("answer", other=()):  # asked for after every run, also where nobody wants it
            pass
        self.own_numbers({})

    def timed(self, iterations, recorder=None):
        """The batch itself. Between the two readings of the clock stands the kernel and nothing else."""
        run, clock, cpu = self.state.run, time.perf_counter_ns, self.cpu_ns
        if recorder is not None:
            run = recorder.around(run)
        before = self.usage()
        collects = gc.isenabled()
        gc.disable()
        try:
            cpu_start = cpu()
            start = clock()
            run(iterations)
            end = clock()
            cpu_end = cpu()
        finally:
            if collects:
                gc.enable()
        after = self.usage()
        batch = {"iterations": iterations, "elapsed_ns": end - start, "cpu_ns": cpu_end - cpu_start}
        if before is not None:
            batch["voluntary_switches"] = after.ru_nvcsw - before.ru_nvcsw
            batch["involuntary_switches"] = after.ru_nivcsw - before.ru_nivcsw
            batch["faults"] = after.ru_minflt + after.ru_majflt - before.ru_minflt - before.ru_majflt
        return batch

    def check(self, iterations):
        """Forms the answer; words for what is wrong with it, or None."""
        self.answer = form_answer(self.optional("answer", other=()))
        problems = [difference(self.answer, known) for known in self.expectations]
        if self.deterministic:
            first = self.first.setdefault(iterations, self.answer)
            problems.append(difference(self.answer, dict(first, source="this process's first batch")))
        problem = next((words for words in problems if words), None)
        self.verified = False if problem else True if self.knows else None
        return problem

    def own_numbers(self, batch):
        for key in ("measures", "observed"):
            numbers = self.optional(key)
            if numbers:
                batch[key] = numbers

    def batch(self, iterations, so_far=None, lead_in=0, recorder=None):
        """One checked batch, appended to `so_far`."""
        if "one-iteration" in self.kernel.flags and iterations != 1:
            raise Refusal("failed", "%s runs one iteration a batch, not %d" % (self.kernel.name, iterations))
        begun = time.perf_counter_ns()
        if lead_in:
            self.lead_in(lead_in)
        self.optional("prepare", iterations)
        batch = self.timed(iterations, recorder)
        problem = self.check(iterations)
        batch["verified"] = self.verified
        self.own_numbers(batch)
        batch["untimed_ns"] = time.perf_counter_ns() - begun - batch["elapsed_ns"]
        if so_far is not None:
            so_far.append(batch)
        if problem:
            parts = {} if so_far is None else {"batches": so_far}
            raise Refusal("wrong-answer", problem, answer=shown(self.answer), **parts)
        return batch

    def calibrate(self, batch_ns):
        """Iterations that take about batch_ns, by batches that double; and the time that these took."""
        iterations, elapsed = 1, 0
        while True:
            took = self.batch(iterations)["elapsed_ns"]
            elapsed += took
            if "one-iteration" in self.kernel.flags:
                return 1, elapsed
            if took * 2 >= batch_ns or iterations * 2 > EXACT_MAX:
                wanted = round(iterations * batch_ns / max(took, 1))
                return max(1, min(wanted, EXACT_MAX)), elapsed
            iterations *= 2


# ---- the worker --------------------------------------------------------------------------------------------


class Worker:
    """Answers requests in the order that the protocol allows."""

    def __init__(self, path, implementation=None):
        self.path = path
        self.implementation = implementation or sys.implementation.name
        self.module = None
        self.kernels = []
        self.broken = None  # why the module cannot be used
        self.measurer = None
        self.binds = False  # what is forked dies with this process

    def load(self):
        try:
            self.module = load_module(self.path)
            self.kernels = kernels_of(self.module)
        except Exception as problem:  # a stranger's module may raise anything
            self.broken = "cannot load %s: %s: %s" % (self.path, type(problem).__name__, problem)

    @staticmethod
    def version():
        words = [platform.python_implementation(), platform.python_version()]
        if hasattr(sys, "pypy_version_info"):
            words = ["PyPy", "%d.%d.%d" % sys.pypy_version_info[:3], "(Python %s)" % platform.python_version()]
        return " ".join(words + [sys.executable])

    def module_version(self):
        """The module's word on what runs its kernels, before the interpreter's."""
        more = getattr(self.module, "IMPLEMENTATION_VERSION", None)
        more = more() if callable(more) else more
        return one_line("%s, %s" % (more, self.version())) if more else self.version()

    def hello(self):
        return {"assay_worker": MAJOR, "minor": MINOR, "implementation": self.implementation,
                "version": self.version(), "pid": os.getpid(), "capabilities": CAPABILITIES}

    def answer_line(self, line):
        """The reply to a line, and whether it was the last."""
        request, reply = {}, {"id": None, "ok": True}
        try:
            if line is None:
                raise Refusal("protocol-error", "line of more than %d bytes: want at most that" % REQUEST_LINE_MAX)
            request = parse(line)
            reply["id"] = integer_field(request, "id", 1, EXACT_MAX)
            reply.update(self.dispatch(text_field(request, "request"), request))
        except Refusal as refusal:
            reply = {"id": reply["id"], "ok": False, "status": refusal.status, "message": one_line(refusal)}
            reply.update(refusal.parts)
        except MemoryError:
            reply = {"id": reply["id"], "ok": False, "status": "out-of-memory", "message": "out of memory"}
        except Exception as problem:  # of a kernel
            words = one_line("%s: %s" % (type(problem).__name__, problem))
            reply = {"id": reply["id"], "ok": False, "status": "failed", "message": words}
        return reply, reply["ok"] and request.get("request") == "quit"

    def dispatch(self, word, request):
        table = {"describe": self.describe, "expect": self.expect, "setup": self.setup, "calibrate": self.calibrate,
                 "run": self.run, "answer": self.last_answer, "profile": self.profile, "teardown": self.teardown,
                 "quit": self.quit}
        if word not in table:
            raise Refusal("unavailable", "unknown request '%s'" % word[:100])
        return table[word](request) or {}

    def loaded(self):
        if self.broken:
            raise Refusal("unavailable", self.broken)
        return self.kernels

    def ready(self):
        if self.measurer is None:
            raise Refusal("protocol-error", "nothing is set up: want setup first")
        return self.measurer

    def find(self, request):
        name = text_field(request, "kernel")
        texts = object_field(request, "parameters")
        if not all(isinstance(text, str) for text in texts.values()):
            raise bad("parameters", "names with texts")
        for kernel in self.loaded():
            if name == kernel.name or name in kernel.aliases:
                return kernel, kernel.arguments(texts)
        raise Refusal("failed", "unknown kernel '%s'" % name[:100])

    def describe(self, _request):
        kernels = [kernel.describe() for kernel in self.loaded()]
        return {"implementation": self.implementation, "version": self.module_version(), "abi": None, "build": None,
                "build_id": None, "kernels": kernels}

    def expect(self, request):
        kernel, arguments = self.find(request)
        known = kernel.expected(arguments)
        work = kernel.work(dict(arguments)) if kernel.work else None
        return {"expected": shown(known) if known else None, "work": work}

    def setup(self, request):
        if self.measurer is not None:
            raise Refusal("protocol-error", "%s is set up: want teardown first" % self.measurer.kernel.name)
        kernel, arguments = self.find(request)
        seed = decimal(field(request, "seed"))
        if seed is None:
            raise bad("seed", "a text of decimal digits, up to 2^64-1")
        threads = integer_field(request, "threads", 1, THREADS_MAX, 1)
        flag_field(request, "counters")  # a wish; this worker has none
        expected = expected_field(request)
        if threads > 1:
            raise Refusal("unavailable", "this worker runs a kernel on one thread, not %d" % threads)
        reason = kernel.reason()
        if reason:
            raise Refusal("unavailable", reason)
        if "forks" in kernel.flags and not self.binds:
            bind_children()
            self.binds = True
        self.measurer = Measurer(kernel, arguments, seed, [expected, kernel.expected(arguments)])

    def calibrate(self, request):
        batch_ns = field(request, "batch_ns")
        if isinstance(batch_ns, bool) or not isinstance(batch_ns, (int, float)) or not 0 < batch_ns <= 1e18:
            raise bad("batch_ns", "a time above 0")
        iterations, elapsed = self.ready().calibrate(batch_ns)
        return {"iterations": iterations, "elapsed_ns": elapsed}

    def run(self, request):
        iterations = integer_field(request, "iterations", 1, EXACT_MAX)
        batches = integer_field(request, "batches", 1, BATCHES_MAX, 1)
        flush = flag_field(request, "flush")
        lead_in = integer_field(request, "lead_in", 0, EXACT_MAX, 0)
        measurer = self.ready()
        if flush:
            raise Refusal("unavailable", "this worker does not flush caches")
        done = []
        for i in range(batches):
            measurer.batch(iterations, done, lead_in if i == 0 else 0)
        return {"batches": done}

    def profile(self, request):
        record = text_field(request, "record")
        iterations = integer_field(request, "iterations", 1, EXACT_MAX)
        batches = integer_field(request, "batches", 1, BATCHES_MAX, 1)
        lead_in = integer_field(request, "lead_in", 0, EXACT_MAX, 0)
        measurer = self.ready()
        if record not in RECORDS:
            raise bad("record", " or ".join([", ".join(RECORDS[:-1]), RECORDS[-1]]))
        if record != "functions":
            raise Refusal("unavailable", "this worker records functions, not %s" % record)
        done, recorder = [], Recorder()
        for i in range(batches):
            measurer.batch(iterations, done, lead_in if i == 0 else 0, recorder)
        cpu_ns = sum(batch["cpu_ns"] for batch in done)
        threads = "makes-threads" in measurer.kernel.flags
        return {"batches": done,
                "profile": dict(recorder.result(), source="cProfile", elapsed_ns=sum(batch["elapsed_ns"] for batch in done),
                                cpu_ns=cpu_ns, main_cpu_ns=None if threads else cpu_ns, queued_ns=None,
                                note="cProfile sees the thread that runs batches alone" if threads else None)}

    def last_answer(self, _request):
        measurer = self.ready()
        if measurer.answer is None:
            raise Refusal("protocol-error", "no batch was run: want run first")
        return {"answer": shown(measurer.answer), "verified": measurer.verified}

    def teardown(self, _request):
        measurer = self.ready()
        self.measurer = None
        try:
            measurer.optional("teardown")
        finally:
            del measurer
            gc.collect()  # what a kernel held is given back now, also where nobody counts references
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 if resource else None
        return {"peak_bytes": peak}

    def quit(self, request):
        if self.measurer is not None:
            self.teardown(request)

    def serve(self, requests, replies):
        lines = Lines(requests)
        last = False
        while not last:
            try:
                line = lines.next()
            except EOFError:
                self.quit({})
                return
            reply, last = self.answer_line(line)
            try:
                write_line(replies, reply)
            except (Refusal, ValueError, TypeError) as problem:  # too long, or a kernel's number is none of JSON
                write_line(replies, {"id": reply["id"], "ok": False, "status": "failed", "message": one_line(problem)})


def usage(words):
    """The options, and the module's path with the words behind it; None where they are wrong. --channel may stand anywhere:
    whoever starts a worker adds it at the end."""
    options, rest = {"--channel": "descriptors", "--implementation": None}, []
    words = list(words)
    while words:
        word = words.pop(0)
        if word in options and (word == "--channel" or not rest):
            options[word] = words.pop(0) if words else ""
        elif word.startswith("-") and not rest:
            return None
        else:
            rest.append(word)
    name = options["--implementation"]
    right = options["--channel"] in ("stdio", "descriptors") and (name is None or re.fullmatch("[a-z][a-z0-9_]{0,62}", name))
    return (options, rest) if rest and right else None


def main():
    wanted = usage(sys.argv[1:])
    if wanted is None:
        print("usage: assay-worker.py [--channel stdio] [--implementation NAME] MODULE.py [WORD...]", file=sys.stderr)
        return 2
    options, sys.argv = wanted  # the module finds its own path and words, as a script does
    try:
        requests, replies = open_channel(options["--channel"] == "stdio")
        worker = Worker(sys.argv[0], options["--implementation"])
        write_line(replies, worker.hello())
        worker.load()
        worker.serve(requests, replies)
    except OSError as problem:
        print("assay-worker.py: channel: %s" % problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

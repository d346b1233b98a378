"""How a comparison is made: `assay compare` as a user would call it, a neighbour that takes the other processor, and sides that
are linked afresh after an edit. Knows no statistics."""
import contextlib
import hashlib
import json
import os
import pathlib
import random
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

PATIENCE_S = 300


class Failed(Exception):
    """A comparison that gave none; the words go into the table."""


class Place:
    """Where things are, and the processors: workers run on the last one, assay itself on the first."""

    def __init__(self, build, state):
        self.build = pathlib.Path(build).resolve()
        self.assay = os.environ.get("ASSAY") or str(self.build / "assay")
        self.effort = self.build / "kernels" / "effort.so"
        self.programs = self.build / "tests" / "trust"
        self.scratch = pathlib.Path(state).resolve() / "scratch"
        self.scratch.mkdir(parents=True, exist_ok=True)
        self.cache = self.scratch / "cache"
        processors = sorted(os.sched_getaffinity(0))
        self.own, self.worker = processors[0], processors[-1]
        self.identity = identity(pathlib.Path(self.assay), self.build / "assay-worker", self.effort)


def identity(*paths):
    """Names a build by what is in its files; one that is not there counts as empty."""
    content = hashlib.sha256()
    for path in paths:
        content.update(path.read_bytes() if path.exists() else b"")
    return content.hexdigest()[:12]


def run(words, place, cache=None, pin=None):
    """A program to its end: (status, output). What takes too long is killed with all that it started."""
    environment = dict(os.environ, XDG_CACHE_HOME=str(cache or place.cache), XDG_STATE_HOME=str(place.scratch / "state"),
                       LC_ALL="C.UTF-8", NO_COLOR="1")
    before = None if pin is None else lambda: os.sched_setaffinity(0, {pin})
    with subprocess.Popen(list(map(str, words)), env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          stdin=subprocess.DEVNULL, process_group=0, preexec_fn=before) as process:
        try:
            out, err = process.communicate(timeout=PATIENCE_S)
        except BaseException as problem:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, 9)
            process.communicate()
            if isinstance(problem, subprocess.TimeoutExpired):
                raise Failed(f"{pathlib.Path(words[0]).name} took more than {PATIENCE_S} s") from problem
            raise
    return process.returncode, out, err


def first_line(text):
    return next(iter(text.splitlines()), "no word")[:200]


# ---- assay -------------------------------------------------------------------------------------------------

def name(kernel, units=1000, plugin=None, place=None):
    return f"{plugin or place.effort}:effort.{kernel}:units={units}"


def compare(place, *words, cache=None):
    """The comparisons of `assay compare WORDS`, and the seconds it took in all."""
    with tempfile.TemporaryDirectory(dir=place.scratch) as scratch:
        path = pathlib.Path(scratch) / "comparison.json"
        start = time.monotonic()
        status, _, err = run([place.assay, "compare", *words, "--quiet", "-o", path], place, cache)
        wall_s = time.monotonic() - start
        if status not in (0, 1) or not path.exists():
            raise Failed(f"status {status}: {first_line(err)}")
        document = json.loads(path.read_text(encoding="utf-8"))
    if not document.get("comparisons"):
        raise Failed("a document without comparisons")
    for comparison in document["comparisons"]:
        for side in ("base", "head"):
            benchmark = document["benchmarks"][comparison[side]]
            if benchmark["status"] != "ok":
                raise Failed(f"{benchmark['status']}: {benchmark.get('message')}")
    return document["comparisons"], wall_s


KEPT = ("verdict", "reason", "ratio", "interval", "confidence", "ci95", "margin", "direction", "direction_at_s",
        "beyond_margin", "log_evidence", "pairs", "seconds", "minimum_detectable_effect", "spread", "injected", "same_code")


def record_of(comparison):
    """What is kept of a comparison; `found_blocks`: how many blocks had begun when the direction was proven."""
    record = {field: comparison[field] for field in KEPT}
    starts, at = comparison["blocks"]["start_s"], comparison["direction_at_s"]
    record["blocks"] = len(starts)
    record["block_ms"] = statistics.median(comparison["blocks"]["seconds"]) * 1000 if starts else None
    record["found_blocks"] = None if at is None else sum(start < at for start in starts)
    counted = comparison["instructions"]
    if counted:
        known = counted["base"] and counted["head"]
        record["instructions_ratio"] = counted["head"] / counted["base"] if known else None
        record["instructions_source"] = counted["source"]
    return record


# ---- A neighbour ---------------------------------------------------------------------------------------------

NEIGHBOUR = """
import os, sys, time
parent, processor = os.getppid(), int(sys.argv[1])
os.sched_setaffinity(0, {processor})
block, turn = bytearray(64 << 20), 0
print("ready", flush=True)
while os.getppid() == parent:
    end, turn = time.monotonic() + 0.25, turn + 1
    while time.monotonic() < end:
        if turn % 2:
            sum(range(20000))
        else:
            block[:32 << 20] = memoryview(block)[32 << 20:]
"""


@contextlib.contextmanager
def neighbour(place, wanted):
    """A process on assay's own processor that computes for a quarter of a second and copies memory for the next. It ends
    with this block, and by itself if this program is killed."""
    if not wanted:
        yield
        return
    with subprocess.Popen([sys.executable, "-c", NEIGHBOUR, str(place.own)], stdout=subprocess.PIPE,
                          stdin=subprocess.DEVNULL, process_group=0) as process:
        try:
            if process.stdout.readline() != b"ready\n":
                raise Failed("the neighbour did not start")
            yield
        finally:
            process.kill()


# ---- Sides after an inert edit ----------------------------------------------------------------------------------

def inert(draw, label):
    """Functions and data that nothing uses, of random number and size."""
    lines = []
    for i in range(draw.randint(1, 6)):
        body = "".join(f"    x = x * {draw.randrange(3, 2**31)}u + (x >> {draw.randint(1, 31)});\n"
                       for _ in range(draw.randint(1, 80)))
        lines.append(f"__attribute__((used)) static uint64_t {label}_work_{i}(uint64_t x)\n{{\n{body}    return x;\n}}\n")
        lines.append(f"__attribute__((used)) static unsigned char {label}_data_{i}[{draw.randint(1, 9000)}] = {{ 1 }};\n")
        lines.append(f"__attribute__((used)) static const unsigned char {label}_table_{i}[{draw.randint(1, 9000)}] = {{ 1 }};\n")
    return "\n".join(lines)


def edited(source, seed):
    """The source with unused functions and data before the first kernel and behind the last."""
    draw = random.Random(seed)
    place = source.index("struct state {")
    end = source.index("ASSAY_PLUGIN(")
    return source[:place] + inert(draw, "before") + "\n" + source[place:end] + inert(draw, "behind") + "\n" + source[end:]


def compile_words(build):
    """The command that compiled kernels/effort.c for the timed plug-in, without its input and output; and the input."""
    for entry in json.loads((build / "compile_commands.json").read_text(encoding="utf-8")):
        words = entry.get("arguments") or shlex.split(entry["command"])
        if entry["file"].endswith("kernels/effort.c") and any("kernel-effort.dir" in word for word in words):
            at = words.index("-o")
            kept = words[:at] + words[at + 2:]
            return [word for word in kept if word not in ("-c", entry["file"])], pathlib.Path(entry["file"])
    raise Failed("compile_commands.json does not hold kernels/effort.c")


def relink(place, directory, seed):
    """An edited plug-in in `directory`, built as assay_add_kernel does; its path."""
    words, source = compile_words(place.build)
    link = json.loads((place.effort.parent / "effort.builds" / "link.json").read_text(encoding="utf-8"))
    builds = directory / "effort.builds"
    builds.mkdir(parents=True)
    text, plain, joined, plugin = directory / "effort.c", directory / "effort.o", builds / "timed.o", directory / "effort.so"
    text.write_text(edited(source.read_text(encoding="utf-8"), seed), encoding="utf-8")
    shutil.copy(place.effort.parent / "effort.builds" / "link.json", builds)
    for command in ([*words, f"-I{source.parent}", "-c", text, "-o", plain],
                    [link["compiler"], "-r", "-nostdlib", "-o", joined, plain],
                    [link["compiler"], *link["arguments"], "-o", plugin, plain, *link["libraries"]]):
        status, _, err = run(command, place)
        if status != 0:
            raise Failed(f"cannot build an edited side: {first_line(err)}")
    return plugin


@contextlib.contextmanager
def fresh(place, seeds):
    """Two plug-ins (seed None: the one that stands there) and a cache of their own, so that every layout is linked afresh."""
    with tempfile.TemporaryDirectory(dir=place.scratch) as scratch:
        scratch = pathlib.Path(scratch)
        sides = [place.effort if seed is None else relink(place, scratch / f"side{i}", seed)
                 for i, seed in enumerate(seeds)]
        yield sides, scratch / "cache"

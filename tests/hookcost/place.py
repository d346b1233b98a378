"""Where things are, how programs are run, and `assay profile` as a user would call it. Knows no statistics."""
import contextlib
import fcntl
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

PATIENCE_S = 600


class Failed(Exception):
    """A measurement that gave none; the words go into the table."""


class Place:
    """A build, and a directory for what is tried."""

    def __init__(self, build, state):
        self.build = pathlib.Path(build).resolve()
        self.source = pathlib.Path(__file__).resolve().parent
        self.assay = os.environ.get("ASSAY") or str(self.build / "assay")
        self.programs = self.build / "tests" / "hookcost"
        self.state = pathlib.Path(state).resolve()
        self.scratch = self.state / "scratch"
        self.scratch.mkdir(parents=True, exist_ok=True)
        self.ladder, self.callcost = self.programs / "ladder.so", self.programs / "callcost.so"
        self.identity = identity(pathlib.Path(self.assay), self.build / "assay-worker", self.ladder, self.callcost,
                                 self.programs / "callcost.builds" / "counts.so", self.programs / "callcost.builds" / "profile.so")
        self.kept = {}  # what jobs of this process found out for each other

    def hooked(self, plugin, build):
        return plugin.parent / (plugin.stem + ".builds") / (build + ".so")


def identity(*paths):
    """Names a build by what is in its files; one that is not there counts as empty."""
    content = hashlib.sha256()
    for path in paths:
        content.update(path.read_bytes() if path.exists() else b"")
    return content.hexdigest()[:12]


def first_line(text):
    return next(iter(text.splitlines()), "no word")[:200]


def need(program):
    path = shutil.which(program, path="/usr/bin:/bin:" + os.environ.get("PATH", ""))
    if path is None:
        raise Failed(f"{program} is not installed")
    return path


def run(words, place, more=None, cwd=None, before=None):
    """A program to its end: its output. What fails or takes too long is Failed, and is killed with all that it started."""
    # Debian's own Python first: it has numpy where packages.txt was followed.
    environment = dict(os.environ, XDG_CACHE_HOME=str(place.scratch / "cache"), XDG_STATE_HOME=str(place.scratch / "state"),
                       LC_ALL="C.UTF-8", NO_COLOR="1", PATH="/usr/bin:/bin:" + os.environ.get("PATH", ""))
    environment.update(more or {})
    name = pathlib.Path(str(words[0])).name
    with subprocess.Popen(list(map(str, words)), env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          stdin=subprocess.DEVNULL, process_group=0, cwd=cwd or place.scratch, preexec_fn=before,
                          errors="replace") as process:
        try:
            out, err = process.communicate(timeout=PATIENCE_S)
        except BaseException as problem:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, 9)
            process.communicate()
            if isinstance(problem, subprocess.TimeoutExpired):
                raise Failed(f"{name} took more than {PATIENCE_S} s") from problem
            raise
    if process.returncode != 0:
        raise Failed(f"{name}: status {process.returncode}: {first_line(err)}")
    return out


def floats(text):
    return [[float(word) for word in line.split()] for line in text.splitlines() if line and not line[0].isalpha()]


# ---- assay profile -----------------------------------------------------------------------------------------------

def spell(plugin, kernel, parameters):
    """A benchmark as the command line takes it."""
    given = ",".join(f"{name}={value}" for name, value in parameters.items())
    return f"{plugin}:{kernel}" + (":" + given if given else "")


def document(place, *words, **options):
    """The document of `assay profile WORDS`."""
    with tempfile.TemporaryDirectory(dir=place.scratch) as scratch:
        path = pathlib.Path(scratch) / "profile.json"
        run([place.assay, "profile", *words, "--quiet", "-o", path], place, **options)
        if not path.exists():
            raise Failed("assay profile wrote no document")
        made = json.loads(path.read_text(encoding="utf-8"))
    for benchmark in made["benchmarks"]:
        if benchmark["status"] != "ok":
            raise Failed(f"{benchmark['status']}: {benchmark.get('message')}")
    if not made.get("profiles"):
        raise Failed("a document without profiles")
    return made


def functions(profile):
    """The rows by name."""
    return {row["name"]: row for row in profile["functions"]}


# ---- What was measured already -------------------------------------------------------------------------------------

class Store:
    """Records on disk, a JSON line each: a kill costs the job under way and counts nothing twice. One process at a time may write."""

    def __init__(self, directory, write=True):
        self.path = os.path.join(directory, "records.jsonl")
        self.records, self.done, self.file = [], set(), None
        if write:
            os.makedirs(directory, exist_ok=True)
            self.file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
            try:
                fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                sys.exit(f"hookcost: another run writes to {directory}")
        self.load()

    def load(self):
        """A line that a kill cut off is cut off here too; a key that stands twice counts once. A job that failed is not done."""
        try:
            with open(self.path, "rb") as file:
                content = file.read()
        except FileNotFoundError:
            return
        whole = content.rfind(b"\n") + 1
        if self.file is not None and whole < len(content):
            os.ftruncate(self.file, whole)
        seen = set()
        for count, line in enumerate(content[:whole].splitlines(), 1):
            try:
                record = json.loads(line)
                key = (record["job"], record["part"], "failed" in record)
            except (ValueError, KeyError, TypeError):
                sys.exit(f"hookcost: {self.path}:{count}: not a record: move the file away, or repair it")
            if key not in seen:
                seen.add(key)
                if "failed" not in record:
                    self.done.add(record["job"])
                self.records.append(record)

    def add(self, job, records):
        """All records of a job in one write."""
        made = [dict(record, job=job, part=i) for i, record in enumerate(records)]
        lines = "".join(json.dumps(record, allow_nan=False) + "\n" for record in made).encode()
        if os.write(self.file, lines) != len(lines):
            sys.exit(f"hookcost: {self.path}: could not be written whole: is the disk full?")
        os.fsync(self.file)
        if not any("failed" in record for record in made):
            self.done.add(job)
        self.records += made

    def close(self):
        if self.file is not None:
            os.close(self.file)
            self.file = None

"""Where the program is, and how it is run from here. Knows no statistics."""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile

PATIENCE_S = 1800


class Failed(Exception):
    """A measurement that gave none; the words go into the table."""


class Place:
    def __init__(self, build, pairs):
        self.build = pathlib.Path(build).resolve()
        self.source = pathlib.Path(__file__).resolve().parents[2]
        self.assay = os.environ.get("ASSAY") or str(self.build / "assay")
        self.pairs = pairs
        self.kept = self.build / "lab"  # texts and documents
        self.kept.mkdir(parents=True, exist_ok=True)
        self.scratch = self.kept / "scratch"
        self.scratch.mkdir(exist_ok=True)
        self.cpu = max(os.sched_getaffinity(0))
        # Debian's own Python first: it has the modules where packages.txt was followed.
        self.environment = dict(os.environ, XDG_CACHE_HOME=str(self.scratch / "cache"),
                                XDG_STATE_HOME=str(self.scratch / "state"), LC_ALL="C.UTF-8", NO_COLOR="1", COLUMNS="110",
                                PATH="/usr/bin:/bin:" + os.environ.get("PATH", ""))

    def run(self, *words, good=(0,)):
        """A program to its end; its standard output."""
        try:
            done = subprocess.run(list(map(str, words)), env=self.environment, cwd=self.scratch, text=True, check=False,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=PATIENCE_S)
        except FileNotFoundError as problem:
            raise Failed(f"{words[0]} is not there") from problem
        except subprocess.TimeoutExpired as problem:
            raise Failed(f"{words[0]} took more than {PATIENCE_S} s") from problem
        if done.returncode not in good:
            said = (done.stderr.strip().splitlines() or ["no word"])[-1]
            raise Failed(f"{pathlib.Path(str(words[0])).name} {words[1] if len(words) > 1 else ''}: status {done.returncode}: {said}")
        return done.stdout

    def document(self, *words, keep=None, good=(0,)):
        """The text and the document of an assay command; both are kept as KEEP.txt and KEEP.json."""
        with tempfile.TemporaryDirectory(dir=self.scratch) as directory:
            path = pathlib.Path(directory) / "document.json"
            text = self.run(self.assay, *words, "--quiet", "-o", path, good=good)
            made = json.loads(path.read_text(encoding="utf-8"))
            if keep:
                (self.kept / f"{keep}.txt").write_text(text, encoding="utf-8")
                shutil.copy(path, self.kept / f"{keep}.json")
        return text, made


def find(document, **wanted):
    """The benchmarks with these fields; `parameters` are compared one by one."""
    found = []
    for benchmark in document["benchmarks"]:
        parameters = wanted.get("parameters", {})
        same = all(benchmark.get(name) == value for name, value in wanted.items() if name != "parameters")
        if same and all(benchmark["parameters"].get(name) == value for name, value in parameters.items()):
            found.append(benchmark)
    return found

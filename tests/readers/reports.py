"""What the readers of reports share: a document's report in a format, documents made from the samples, and their numbers
computed anew."""
import copy
import itertools
import json
import os
import statistics
import subprocess
import tempfile
from pathlib import Path

SAMPLES = Path(__file__).resolve().parent.parent.parent / "data" / "samples"
HOSTILE = ['</script><script>alert(1)</script>', '@octocat', 'a|b', '`code` and `more', '<img src=x onerror=y>', '#123',
           'GH-12 and www.evil.example', 'http://evil.example/?a=1&b=2', '[text](http://evil.example)', 'a@b.example', '*bold* _x_ ~~y~~',
           'two\nlines\r\nand\ttabs', 'nul\u0001control\u009b', '\u202eright to left', 'back\\|slash\\', ':heart:', '- list', '1. one',
           '"quotes" and \'more\'', '\ufffe\uffff', ' \u00a0 spaces \u3000', '', 'x' * 10000, '\u00e9' * 3000, '$x$ & $`y`$', 'team @org/team!',
           '/a/b c%d-8', '=1+2', ']]>', '&lt;', '\\', '|', '||', '# heading', '<!--', '-->', '<details>', '</details>']


def sample(name):
    return json.loads((SAMPLES / f"{name}.json").read_text())


def run(document, form):
    """What write_report does with the document (a dictionary)."""
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        file.write(json.dumps(document))
        file.flush()
        return subprocess.run([os.environ["WRITE_REPORT"], file.name, form], check=False, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE)


def report(document, form):
    """The bytes of its report, and what was left out."""
    done = run(document, form)
    assert done.returncode == 0, done.stderr
    return done.stdout, done.stderr.decode().strip()


def strict_json(data):
    """JSON as the standard has it: no NaN, no key twice."""
    def constant(name):
        raise ValueError(f"{name} is not JSON")

    def once(pairs):
        names = [name for name, _ in pairs]
        assert len(set(names)) == len(names), f"a key stands twice: {sorted(names)}"
        return dict(pairs)
    return json.loads(data.decode("utf-8"), parse_constant=constant, object_pairs_hook=once)


def timed(document):
    """The benchmarks that have a time, in their order."""
    return [one for one in document["benchmarks"] if one["status"] in ("ok", "interrupted") and one["statistics"]]


def by_process(benchmark):
    """Lists of sample numbers, a list a process, in the order of time."""
    found = {}
    for row, process in enumerate(benchmark["samples"]["process"]):
        found.setdefault(process, []).append(row)
    return list(found.values())


def times(benchmark, rows):
    samples = benchmark["samples"]
    return [samples["elapsed_ns"][row] / samples["iterations"][row] for row in rows]


def process_medians(benchmark):
    return [statistics.median(times(benchmark, rows)) for rows in by_process(benchmark)]


def near(found, want, what=""):
    assert abs(found - want) <= 1e-9 * abs(want), f"{what}: found {found!r}, want {want!r}"


def hostile(document):
    """The document with every text from outside that can be one of HOSTILE, in turn."""
    document = copy.deepcopy(document)
    texts = itertools.cycle(HOSTILE)
    for benchmark in document["benchmarks"]:
        for name in ("id", "kernel", "group", "message", "build", "plugin"):
            if benchmark[name] is not None:
                benchmark[name] = next(texts)
        benchmark["parameters"] = {f"{index} {next(texts)}": next(texts) for index in range(2)}
    for comparison in document.get("comparisons", []):
        comparison["id"] = next(texts)
        comparison["notes"] = [next(texts) for _ in range(3)]
    document["warnings"] = [next(texts) for _ in range(4)]
    document["suite"] = {"name": next(texts), "version": next(texts)}
    document["environment"]["cpu"]["model"]["value"] = next(texts)
    return document


def many(document, count):
    """As many benchmarks, each with a name of its own, made from those that there are."""
    document = copy.deepcopy(document)
    old = document["benchmarks"]
    document["benchmarks"] = [dict(old[index % len(old)], id=f"bench.{index}:limit={index}") for index in range(count)]
    return document

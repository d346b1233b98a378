#!/usr/bin/env python3
"""What a page costs: its size, the time and memory to write it, the time to open it and to move its flame graph.

usage: figures.py BUILD_DIRECTORY [--only SECTION,...] [--times N] [--markdown]

Each figure has n, its 95 % interval, the bound, and PASS or SHORT. Documents and pages stay in BUILD_DIRECTORY/reportbench. Sections:
sizes, writing, opening, panning.
"""
import argparse
import os
import pathlib
import re
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "shared"))
from figures_table import HEAD, Row, Section, markdown, plain, short  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
DOCUMENTS = {
    "small": ("20 benchmarks, 300 samples each", ["samples", 20, 300]),
    "hundred": ("100,000 samples (20 benchmarks)", ["samples", 20, 5000]),
    "million": ("1,000,000 samples (20 benchmarks)", ["samples", 20, 50000]),
    "profile": ("a profile of 50,000 nodes", ["profile", 50000]),
}
KB, MB = 1e3, 1e6


class Failed(Exception):
    """A measurement that gave none; the words go into the table."""


class Place:
    def __init__(self, build, times):
        self.build, self.times = pathlib.Path(build).resolve(), times
        self.assay = self.build / "assay"
        self.kept = self.build / "reportbench"
        self.kept.mkdir(parents=True, exist_ok=True)

    def document(self, name):
        path = self.kept / f"{name}.json"
        maker = HERE / "documents.py"
        if not path.exists() or path.stat().st_mtime < maker.stat().st_mtime:
            # In a process of its own: the peak of a child begins with what its parent holds.
            subprocess.run([sys.executable, "-B", maker, *map(str, DOCUMENTS[name][1]), path], check=True)
        return path

    def report(self, document, to):
        """Seconds and peak bytes of one `assay report`, start to end."""
        began = time.perf_counter()
        child = subprocess.Popen([self.assay, "report", document, "-o", to], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE)
        said = child.stderr.read().decode().strip()
        _, status, usage = os.wait4(child.pid, 0)
        elapsed = time.perf_counter() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            raise Failed(f"assay report {document.name}: status {child.returncode}: {said}")
        return elapsed, usage.ru_maxrss * 1024

    def page(self, name):
        path = self.kept / f"{name}.html"
        self.report(self.document(name), path)
        return path

    def browser(self, kind, page, times):
        environment = dict(os.environ, ASSAY=str(self.assay), ASSAY_SOURCE=str(HERE.parents[1]), ASSAY_NODE_MODULES=str(self.kept / "node_modules"))
        done = subprocess.run(["node", HERE / "opened.mjs", kind, page, str(times)], env=environment, check=False, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if done.returncode != 0:
            raise Failed(f"opened.mjs {kind}: {(done.stderr.strip().splitlines() or ['no word'])[-1]}")
        return [float(line) for line in done.stdout.split()]


# ---- Sections ----------------------------------------------------------------------------------------------

def shares(page):
    """Bytes of a page: all, its documents, its scripts, its styles."""
    text = page.read_bytes()
    packed = sum(len(m) for m in re.findall(rb'<script type="application/octet-stream"[^>]*>([^<]*)</script>', text))
    scripts = sum(len(m) for m in re.findall(rb"<script>(.*?)</script>", text, re.DOTALL))
    styles = sum(len(m) for m in re.findall(rb"<style[^>]*>(.*?)</style>", text, re.DOTALL))
    return len(text), packed, scripts, styles


def sizes(place):
    rows = []
    for name, most in (("small", 300 * KB), ("hundred", 2.2 * MB), ("profile", 1.5 * MB)):
        title = DOCUMENTS[name][0]
        whole, packed, scripts, styles = shares(place.page(name))
        unit, scale = ("KB", KB) if most < MB else ("MB", MB)
        rows.append(Row(f"{title}: the page", 1, whole / scale, unit=unit, bound=("most", most / scale)))
        rows.append(Row("    of it the document, packed", 1, packed / scale, unit=unit, note=f"{place.document(name).stat().st_size / MB:.2f} MB as JSON"))
        rows.append(Row("    of it charts, tables and words", 1, (whole - packed - scripts - styles) / scale, unit=unit))
        if packed == 0 or scripts == 0 or styles == 0:
            raise Failed(f"{title}: a page without document, script or style")
    rows.append(Row("script and style", 1, (scripts + styles) / KB, unit="KB", bound=("most", 80), note=f"{scripts} + {styles} bytes"))
    return Section("sizes", "Sizes of pages (KB of 1,000 bytes)", HEAD, rows)


def writing(place):
    rows = []
    for name, most_ms in (("hundred", 200), ("million", 1500), ("small", None), ("profile", None)):
        title, document = DOCUMENTS[name][0], place.document(name)
        whole, read, peaks = [], [], []
        for _ in range(place.times):
            seconds, peak = place.report(document, place.kept / f"{name}.html")
            whole.append(seconds * 1e3)
            peaks.append(peak / MB)
            read.append(place.report(document, place.kept / f"{name}.junit.xml")[0] * 1e3)
        bound = most_ms and ("most", most_ms)
        rows.append(Row.of_values(f"{title}: `assay report` as HTML, start to end", whole, "ms", bound))
        rows.append(Row.of_values("    the same as JUnit: reading, and next to nothing written", read, "ms"))
        rows.append(Row.of_values("    the difference: the page alone", [a - b for a, b in zip(whole, read)], "ms", bound))
        rows.append(Row.of_values("    peak memory", peaks, "MB", ("most", 300), "never below that of this program, which starts it"))
    return Section("writing", "Time and memory to write a page", HEAD, rows)


def opening(place):
    rows = []
    for name in ("small", "hundred", "profile"):
        values = place.browser("ready", place.page(name), max(20, place.times))
        rows.append(Row.of_values(f"{DOCUMENTS[name][0]}: opened and ready", values, "ms", ("most", 300)))
    return Section("opening", "From the start of the navigation until the page is ready (chromium, from disk)", HEAD, rows)


def panning(place):
    values = place.browser("pan", place.page("profile"), max(20, place.times))
    return Section("panning", "A zoomed flame graph is drawn to and fro", HEAD,
                   [Row.of_values("longest frame of a movement of 60 steps", values, "ms", ("most", 50), "a screen of 60 Hz has 16.7 ms a frame")])


SECTIONS = {"sizes": sizes, "writing": writing, "opening": opening, "panning": panning}


def main(words):
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("build")
    parser.add_argument("--only", default="", help="sections, with commas between")
    parser.add_argument("--times", type=int, default=20, help="how often each is measured")
    parser.add_argument("--markdown", action="store_true")
    given = parser.parse_args(words)
    names = [name for name in given.only.split(",") if name] or list(SECTIONS)
    for name in names:
        if name not in SECTIONS:
            parser.error(f"unknown section '{name}': want {', '.join(SECTIONS)}")
    place, made = Place(given.build, given.times), []
    for name in names:
        try:
            section = SECTIONS[name](place)
        except Failed as problem:
            section = Section(name, f"{name}: {problem}", HEAD, [Row("not measured", 0, float("nan"), bound=("exactly", 1))])
        made.append(section)
        print((markdown if given.markdown else plain)([section]), flush=True)
    found = short(made)
    print("SHORT: " + "; ".join(found) if found else "nothing is SHORT")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

#!/usr/bin/env python3
"""What a store of 1,000,000 runs costs: to record a document, to read one series of 1,000 points, to list all; in a file and on a server.

usage: figures.py BUILD_DIRECTORY [--only sqlite,postgresql] [--times N] [--markdown]

Each figure has n, its 95 % interval, the bound, and PASS or SHORT. 1,000 commits of 1,000 documents each, a document of two values (a ratio
with 50 samples, a time), so 2,000 series of 1,000 points whose rows lie all over the store. The store is filled by SQL, and thrown away.
"""
import argparse
import os
import pathlib
import sqlite3
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "shared"))
from figures_table import HEAD, Row, Section, markdown, plain, short  # noqa: E402
from postgresql_server import Failed, Server  # noqa: E402

BOUNDS = {"record": 20, "series": 20, "list": 100}
TITLES = {"record": "record a document of 3 values with 50 samples each", "series": "read one series of 1,000 points",
          "list": "list 2,003 series"}
NUMBERS = "with recursive n(i) as (select 0 union all select i + 1 from n where i < 999) "
# Keys are given, so that rows of one series lie as far apart as 1,000 nightly runs put them. Both databases take the same words.
FILL = [
    "insert into assay_commit (id, name, parent, author_date, author_s, subject, place) " + NUMBERS +
    "select 1000 + i, 'c0ffee0000000000000000000000000000' || (100000 + i), 'c0ffee0000000000000000000000000000' || (99999 + i),"
    " '2026-01-01T00:00:00Z', 1767225600 + 3600 * i, 'a subject of about forty characters, more', i from n",
    "insert into assay_run (id, document, commit_id, branch, fingerprint, created, source, token) " + NUMBERS +
    "select 1000 + 1000 * a.i + b.i, '0f8fad5b-d9cb-469f-a165-7086' || (10000000 + 1000 * a.i + b.i), 1000 + a.i, 'main', 'machine',"
    " '2026-01-01T00:00:00Z', 'assay', 1 from n a, n b order by a.i, b.i",
    "insert into assay_series (id, benchmark, unit, fingerprint, reference, points, newest_run, newest_place, newest_s) " + NUMBERS +
    "select 1000 + 1000 * a.i + b.i, case when a.i = 0 then 'bench-' else 'other-' end || b.i, case when a.i = 0 then 'ratio' else 'ns' end,"
    " 'machine', case when a.i = 0 then 'pinned' else '' end, 1000, 1000000 + b.i, 999, 1767225600 + 3600 * 999"
    " from n a, n b where a.i < 2",
    "insert into assay_point (series, run, value, low, high, status, flags) " + NUMBERS +
    "select 1000 + b.i, 1000 + 1000 * a.i + b.i, 1.0123, 1.0042, 1.0234, 'ok', 'version:1' from n a, n b order by a.i, b.i",
    "insert into assay_point (series, run, value, low, high, status, flags) " + NUMBERS +
    "select 2000 + b.i, 1000 + 1000 * a.i + b.i, 12345.678, 12300.5, 12400.25, 'ok', 'version:1' from n a, n b order by a.i, b.i",
    "insert into assay_samples (series, run, count, packed) " + NUMBERS +
    "select 1000 + b.i, 1000 + 1000 * a.i + b.i, 50, (select packed from assay_samples order by series limit 1)"
    " from n a, n b order by a.i, b.i",
]


class Place:
    def __init__(self, build, times):
        self.build, self.times = pathlib.Path(build).resolve(), times
        self.driver, self.assay = self.build / "tests/history/history_driver", self.build / "assay"

    def drive(self, *words):
        done = subprocess.run([self.driver, *map(str, words)], text=True, check=False, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if done.returncode != 0:
            raise Failed(f"history_driver {words[0]}: status {done.returncode}: {done.stderr.strip()}")
        return done.stdout.split()

    def log(self, address):
        """Milliseconds of `assay track log`, start to end."""
        if not self.assay.exists():
            raise Failed(f"no {self.assay}")
        began = time.perf_counter()
        done = subprocess.run([self.assay, "track", "log", "--store", address], text=True, check=False, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE)
        if done.returncode != 0:
            raise Failed(f"assay track log: status {done.returncode}: {done.stderr.strip()}")
        return (time.perf_counter() - began) * 1e3

    def rows(self, address, size):
        rows = [Row("the store", 1, size / 1e6, unit="MB", note="1,000,000 runs, 2,000,000 points, 50,000,000 samples")]
        for what, most_ms in BOUNDS.items():
            values = [int(word) / 1e6 for word in self.drive("time", address, what, self.times)]
            rows.append(Row.of_values(TITLES[what], values, "ms", ("most", most_ms)))
            rows.append(Row("    the slowest", len(values), max(values), unit="ms"))
        title = "`assay track log`, start to end"
        try:
            rows.append(Row.of_values(title, [self.log(address) for _ in range(min(20, self.times))], "ms", ("most", 100)))
        except Failed as problem:
            rows.append(Row(title, 0, float("nan"), unit="ms", bound=("most", 100), note=str(problem)))
        return rows


# ---- Sections ----------------------------------------------------------------------------------------------

def filled(text):
    print(f"  filled in {text}", file=sys.stderr, flush=True)


def in_a_file(place):
    with tempfile.TemporaryDirectory(prefix="assay-figures-") as directory:
        path = os.path.join(directory, "history.db")
        place.drive("make", path)
        began = time.monotonic()
        with sqlite3.connect(path) as base:
            base.execute("pragma synchronous = off")
            for statement in FILL:
                base.execute(statement)
        base.execute("pragma wal_checkpoint(truncate)")
        base.close()
        filled(f"{time.monotonic() - began:.0f} s")
        return Section("sqlite", "A file (SQLite, WAL, synchronous=FULL)", HEAD, place.rows(path, os.path.getsize(path)))


def on_a_server(place):
    with Server(["max_wal_size=4GB"]) as server:
        server.sql("create database history")
        address = server.address("history")
        place.drive("make", address)
        began = time.monotonic()
        for statement in FILL:
            server.sql(statement, "history")
        for table in ("commit", "run", "series"):
            server.sql(f"select setval(pg_get_serial_sequence('assay_{table}', 'id'), (select max(id) from assay_{table}))", "history")
        server.sql("vacuum analyze", "history")
        server.sql("checkpoint", "history")
        filled(f"{time.monotonic() - began:.0f} s")
        size = int(server.sql("select pg_database_size('history')")[0])
        return Section("postgresql", "A server (PostgreSQL 15 on loopback, as Debian sets it)", HEAD, place.rows(address, size))


SECTIONS = {"sqlite": in_a_file, "postgresql": on_a_server}


def main(words):
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("build")
    parser.add_argument("--only", default="", help="sections, with commas between")
    parser.add_argument("--times", type=int, default=200, help="how often each is measured")
    parser.add_argument("--markdown", action="store_true")
    options = parser.parse_args(words)
    wanted = [name for name in options.only.split(",") if name] or list(SECTIONS)
    for name in wanted:
        if name not in SECTIONS:
            parser.error(f"no section '{name}': want {', '.join(SECTIONS)}")
    place, sections = Place(options.build, options.times), []
    for name in wanted:
        print(name, file=sys.stderr, flush=True)
        try:
            section = SECTIONS[name](place)
        except Failed as problem:
            section = Section(name, f"{name}: {problem}", HEAD, [Row("not measured", 0, float("nan"), bound=("exactly", 1))])
        sections.append(section)
        print((markdown if options.markdown else plain)([section]), flush=True)
    late = short(sections)
    print("SHORT: " + "; ".join(late) if late else "nothing is SHORT")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

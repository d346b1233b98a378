#!/usr/bin/env python3
"""False and missed change points, by replaying synthetic series point by point; beside them an oracle and a plain E-divisive.

usage: figures.py BUILD_DIRECTORY [--only SECTION,...] [--series N] [--markdown]

Each figure has n, its 95 % interval, the bound, and PASS or SHORT. Sections: false, power, creep, cost.
"""
import argparse
import concurrent.futures
import pathlib
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "shared"))
from figures_table import HEAD, Row, Section, markdown, plain, short  # noqa: E402

PROCESSES = 2
POINTS = 1000
PROMISE = 0.001
EDIVISIVE_SERIES, EDIVISIVE_POINTS, EDIVISIVE_TRIALS = 200, 100, 200
# Noises by their number in noise.h; those behind `PROMISED` are shown, and nothing is promised of them.
PROMISED = 6
POWER = [  # noise, points before, step in long-run standard deviations, share promised in per cent
    (0, 50, 3, 90), (1, 50, 3, 90), (2, 50, 3, 90), (0, 100, 3, 90), (1, 100, 3, 90), (2, 100, 3, 90), (0, 500, 3, 90), (1, 500, 3, 90),
    (2, 500, 3, 90), (0, 200, 2.2, 85), (3, 50, 4, 90), (4, 50, 4, 90), (3, 200, 4, 90), (4, 200, 4, 90), (0, 20, 3, None), (7, 50, 3, None)]
CREEP = [(0.001, 1), (0.001, 10), (0.002, 1), (0.002, 5), (0.002, 20), (0.003, 1), (0.003, 5), (0.003, 10), (0.003, 20), (0.003, 40), (0.005, 20)]


class Place:
    def __init__(self, build, series):
        self.program = pathlib.Path(build).resolve() / "tests" / "replay" / "replay"
        self.series = series
        self.noises = self.run("noises").splitlines()

    def run(self, *words):
        return subprocess.run([self.program, *map(str, words)], check=True, text=True, stdout=subprocess.PIPE).stdout

    def counted(self, before, count, after):
        """The sums of what `replay WORDS FIRST COUNT WORDS` prints, on two processes."""
        parts = split(count, 4 * PROCESSES)
        with concurrent.futures.ThreadPoolExecutor(PROCESSES) as pool:
            lines = list(pool.map(lambda part: self.run(*before, *part, *after).split(), parts))
        return added(lines)


def split(count, parts):
    """(first, count) of about equal parts of 0 to count-1; none is empty."""
    ends = [count * i // parts for i in range(parts + 1)]
    return [(begin, end - begin) for begin, end in zip(ends, ends[1:]) if end > begin]


def added(lines):
    return [sum(map(int, column)) for column in zip(*lines)]


def at_least(row, percent):
    """A share that must not be below: `figures_table` has it as a range."""
    if percent is not None:
        row.bound = ("between", percent, 100)
    return row


# ---- Sections --------------------------------------------------------------------------------------------------------------

def rate_row(title, alarms, points, bound, note):
    """False changes in 1,000 points; the interval is that of a proportion, a little too narrow, as an alarm often brings another back."""
    row = Row.of_share(title, alarms, points, bound, note)
    row.figure, row.low, row.high, row.unit = row.figure * 10, row.low * 10, row.high * 10, "in 1,000"
    return row


def false_changes(place):
    rows = []
    for number, name in enumerate(place.noises):
        points, alarms, creeps, marked = place.counted(["false", number, "assay"], place.series, [POINTS])
        bound = ("most", 1000 * PROMISE) if number < PROMISED else None
        note = f"{points // POINTS} series; {100 * marked * POINTS / points:.1f} % have any; {creeps} are creep"
        rows.append(rate_row(name, alarms, points, bound, note))
    few = EDIVISIVE_SERIES
    for number, name in enumerate(place.noises[:PROMISED]):
        points, alarms, _, marked = place.counted(["false", number, "edivisive"], few, [EDIVISIVE_POINTS])
        told = "; it is told of no machine" if "machine" in name else ""
        note = f"{few} series of {EDIVISIVE_POINTS} points; {100 * marked / few:.0f} % have any{told}"
        rows.append(rate_row(f"    E-divisive at 0.01: {name}", alarms, points, None, note))
    return Section("false", "False change points in 1,000 points, every alarm counted (n: points)", HEAD, rows)


def power(place):
    rows, thresholds = [], {}
    for number, history, step, promised in POWER:
        title = f"{place.noises[number]}: {step:g} from {history} points on"
        trials, found, creeps = place.counted(["power", number, "assay"], place.series, [history, step])
        rows.append(at_least(Row.of_share(title, found, trials, note=f"of them called creep {100 * creeps / max(1, found):.1f} %"), promised))
        if number not in thresholds:
            points, alarms, _, _ = place.counted(["false", number, "assay"], max(1, place.series // 5), [POINTS])
            thresholds[number] = place.run("threshold", number, alarms / points).strip()
        trials, found, _ = place.counted(["power", number, "oracle"], place.series, [history, step, thresholds[number]])
        means = "; plain means" if "spikes" in title else ""
        rows.append(Row.of_share("    the oracle, with as many false alarms", found, trials, note=f"threshold {thresholds[number]}{means}"))
        if history <= EDIVISIVE_POINTS and promised:
            trials, found, _ = place.counted(["power", number, "edivisive"], EDIVISIVE_TRIALS, [history, step])
            rows.append(Row.of_share("    E-divisive at 0.01", found, trials, note="with more false alarms: above"))
    return Section("power", "Steps, in long-run standard deviations, found within 5 points (n: trials)", HEAD, rows)


def creep(place):
    rows, count = [], max(1, place.series // 10)
    for spread, gap in CREEP:
        trials, found, creeps, steps, changes, alone = place.counted(["creep", spread, gap], count, [])
        title = f"10 commits of +0.3 %, {gap} points apart, spread {100 * spread:g} %"
        note = (f"{100 * alone / trials:.1f} % of single ones found; {changes / trials:.1f} changes told, "
                f"in {100 * steps / trials:.0f} % a step among them")
        rows.append(at_least(Row.of_share(f"{title}: found", found, trials, note=note), 90))
        rows.append(at_least(Row.of_share("    as a cumulated change", creeps, trials), 90 if spread <= 0.003 else None))
    return Section("creep", "Slow creep at a margin of 1 % (n: trials)", HEAD, rows)


def cost(place):
    rows = []
    for number in (0, 2):
        for length in (1000, 100000):
            batches, changes = ([float(word) for word in line.split()] for line in place.run("cost", number, length).splitlines())
            rows.append(Row.of_values(f"{place.noises[number]}: a point after {length}", batches, "us", ("most", 50), "n: times 1,000 points"))
            rows.append(Row.of_values("    at which a change is found", changes, "us", ("most", 50), "reading the clock included"))
    began = time.perf_counter()
    place.counted(["false", 0, "assay"], 10000, [1000])
    rows.append(Row("10,000 series of 1,000 points, two processes", 1, time.perf_counter() - began, unit="s", bound=("most", 60),
                    note="their making included"))
    return Section("cost", "What a point costs", HEAD, rows)


SECTIONS = {"false": false_changes, "power": power, "creep": creep, "cost": cost}


def main(words):
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("build")
    parser.add_argument("--only", default="", help="sections, with commas between")
    parser.add_argument("--series", type=int, default=10000, help="series of each kind, and trials of each step")
    parser.add_argument("--markdown", action="store_true")
    given = parser.parse_args(words)
    names = [name for name in given.only.split(",") if name] or list(SECTIONS)
    for name in names:
        if name not in SECTIONS:
            parser.error(f"unknown section '{name}': want {', '.join(SECTIONS)}")
    if given.series < 1:
        parser.error(f"bad --series {given.series}: want 1 or more")
    place, made = Place(given.build, given.series), []
    for name in names:
        made.append(SECTIONS[name](place))
        print((markdown if given.markdown else plain)(made[-1:]), flush=True)
    found = short(made)
    print("SHORT: " + "; ".join(found) if found else "nothing is SHORT")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

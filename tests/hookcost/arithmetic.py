"""What recorded measurements of profilers prove: truths from differences of times, what a call costs. Knows no clock, no file and no
process."""
import collections
import math
import pathlib
import statistics
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "shared"))
from figures_table import (HEAD, Row, Section, markdown, median_interval, number, plain, short, texts,  # noqa: E402,F401
                           wilson)  # what the files of this folder take from here


# ---- Added cost ------------------------------------------------------------------------------------------------

def added_a_call(rounds, calls):
    """From rounds of (plain, hooked, plain again) ns an iteration with so many calls: added ns a call by round, the plain ones' mean
    taken off; the factor by round; and what plain against plain adds, which is nothing."""
    added = [(hooked - (first + second) / 2) / calls for first, hooked, second in rounds]
    factor = [2 * hooked / (first + second) for first, hooked, second in rounds]
    nothing = [(second - first) / calls for first, _, second in rounds]
    return statistics.median(added), statistics.median(factor), statistics.median(nothing)


# ---- Truth -----------------------------------------------------------------------------------------------------

Truth = collections.namedtuple("Truth", "share low high ns closure base")


def truth(rounds, parts):
    """What functions take, from rounds of times: column 0 as it is, column k with the work of part k doubled. parts: for each column
    from 1, {function: fraction of the added time}. For each function its share of the functions' sum, with an interval by rounds;
    its ns; how far their sum is from the time of column 0 (additive by construction: nothing); and that time."""
    names = [name for part in parts for name in part]
    by_round = {name: [] for name in names}
    closures, shares = [], {name: [] for name in names}
    for times in rounds:
        taken = {name: fraction * (times[k + 1] - times[0]) for k, part in enumerate(parts) for name, fraction in part.items()}
        total = sum(taken.values())
        closures.append(total / times[0] - 1)
        for name in names:
            by_round[name].append(taken[name])
            shares[name].append(taken[name] / total)
    closure, base = statistics.median(closures), statistics.median(times[0] for times in rounds)
    return {name: Truth(*median_interval(shares[name]), statistics.median(by_round[name]), closure, base) for name in names}


def saved(rounds, without):
    """What removing a part saves, ns: column 0 less column `without`, with its interval by rounds."""
    return median_interval([times[0] - times[without] for times in rounds])


def covers(interval, value):
    """None: nothing was claimed."""
    if interval is None or interval[0] is None or interval[1] is None:
        return None
    return interval[0] <= value <= interval[1]


# ---- Changes -----------------------------------------------------------------------------------------------------

def causal(changes, slowed, by_ns):
    """Of a list of {name, change, low, high, proven}: whether the slowed function's row grew by as much as it must within its interval,
    and the names of others that claim to have changed."""
    row = next((c for c in changes if c["name"] == slowed), None)
    found = row is not None and row["low"] is not None and row["low"] <= by_ns <= row["high"] and row["proven"]
    others = [c["name"] for c in changes if c["name"] != slowed and c["proven"]]
    return found, others

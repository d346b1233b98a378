"""What recorded comparisons prove: proportions with their bounds, and the rows of the tables. Knows no clock, no file and no
process.

A record is a dictionary: what was compared (cell, kernel, load, effect, method) and what came of it (verdict, direction, ...).
`effect` is the true difference as a fraction; 0: both sides are the same.
"""
import collections
import math
import pathlib
import sys

from scipy import stats

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "shared"))
from figures_table import wilson  # noqa: E402

KERNELS = ("integer", "branchy", "l1", "l2", "memory", "allocation", "system_call")
COMPUTE_BOUND = ("integer", "branchy", "l1")
LOADS = ("idle", "neighbour")
DIFFERENT = ("slower", "faster", "shifted")
RIVALS = ("google-benchmark", "hyperfine", "nanobench", "welch")
CEILING_S = 10  # of a comparison without --budget
RIVAL_EFFECTS = (0.0, 0.01, 0.02, 0.05)


# ---- Proportions -----------------------------------------------------------------------------------------

def at_most(hits, n, confidence=0.95):
    """The exact one-sided upper bound of a proportion (Clopper and Pearson, 1934): 0 in 2,996 and 1 in 4,744 bound it to
    0.1 %."""
    return 1.0 if hits >= n else float(stats.beta.ppf(confidence, hits + 1, n - hits))


def at_least(hits, n, confidence=0.95):
    """The exact lower one."""
    return 0.0 if hits == 0 else float(stats.beta.ppf(1 - confidence, hits, n - hits + 1))


def percent(share):
    """Three significant digits, so that neither 0.1 % nor 99.9 % is rounded away."""
    return f"{100 * share:.3g} %"


# ---- Rows ------------------------------------------------------------------------------------------------

class Row:
    """One figure. `wish` is ("most", p), ("least", p), ("between", p, q), or None where nothing is promised."""

    def __init__(self, title, hits, n, wish=None, note="", least_n=0):
        self.title, self.hits, self.n, self.wish, self.note, self.least_n = title, hits, n, wish, note, least_n

    def wanted(self):
        if self.wish is None:
            return ""
        kind, *ends = self.wish
        return f"{percent(ends[0])} to {percent(ends[1])}" if kind == "between" else f"at {kind} {percent(ends[0])}"

    def result(self):
        """PASS: proven. SHORT: it speaks against what is wanted. Else what n bounds it to."""
        if self.wish is None:
            return ""
        if self.n == 0:
            return "not measured"
        kind, *ends = self.wish
        figure, (low, high) = self.hits / self.n, wilson(self.hits, self.n)
        if kind == "most":
            bound = at_most(self.hits, self.n)
            passed, short = bound <= ends[0], self.hits > 0
            says = f"n bounds it to {percent(bound)}"
        elif kind == "least":
            bound = at_least(self.hits, self.n)
            passed, short = bound >= ends[0], figure < ends[0]
            says = f"n bounds it to at least {percent(bound)}"
        else:
            passed, short = ends[0] <= low and high <= ends[1], not ends[0] <= figure <= ends[1]
            says = f"n bounds it to {percent(low)} to {percent(high)}"
        if passed:
            return "PASS" if self.n >= self.least_n else f"PASS so far, want n={self.least_n:,}"
        return f"SHORT ({says})" if short else says

    def cells(self):
        low, high = wilson(self.hits, self.n)
        figure = f"{self.hits:,} = {percent(self.hits / self.n)}" if self.n else ""
        bound = f"{percent(low)} to {percent(high)}" if self.n else ""
        return (self.title, f"{self.n:,}", figure, bound, self.wanted(), self.result(), self.note)


Section = collections.namedtuple("Section", "name title head rows")
HEAD = ("", "n", "figure", "Wilson 95 %", "wanted", "result", "")


def short(sections):
    """The titles of what is SHORT."""
    return [f"{section.name}: {row.title}" for section in sections for row in section.rows
            if isinstance(row, Row) and row.result().startswith("SHORT")]


# ---- What a record says ------------------------------------------------------------------------------------

def is_false(record):
    """A direction where there is none. `shifted` counts, and so does one that was proven on the way."""
    return record["verdict"] in DIFFERENT or record["direction"] != 0


def is_wrong(record):
    """The opposite of the truth."""
    sign = 1 if record["effect"] > 0 else -1
    return record["direction"] == -sign or record["verdict"] == ("faster" if sign > 0 else "slower")


def found_s(record):
    """When the true direction was proven; infinite: not at all."""
    sign = 1 if record["effect"] > 0 else -1
    at = record["direction_at_s"]
    return at if record["direction"] == sign and at is not None else math.inf


def allowed_blocks(spread):
    return 32 * (100 * spread) ** 2 + 8


def had_room(record):
    """Whether the ceiling of time allowed that many blocks, whatever was found: blind to the outcome."""
    return record["spread"] is not None and allowed_blocks(record["spread"]) <= record["blocks"] / record["seconds"] * CEILING_S


def contradict(first, second):
    """Two runs of one comparison that cannot both be right: opposite directions, or one against `same`."""
    pair = {first["verdict"], second["verdict"]}
    return pair in ({"slower", "faster"}, {"slower", "same"}, {"faster", "same"})


def pairs_of_runs(records):
    """Neighbouring runs of the same comparison, each run in one pair at most."""
    groups = collections.defaultdict(list)
    for record in records:
        if record["method"] == "assay":
            groups[tuple(record[name] for name in ("cell", "kernel", "load", "effect"))].append(record)
    return [pair for group in groups.values() for pair in zip(group[::2], group[1::2])]


def median(values):
    values = sorted(value for value in values if value is not None)
    return values[len(values) // 2] if values else math.nan


def spread_note(records):
    middle = median([record["spread"] for record in records])
    return f"block spread {percent(middle)}" if not math.isnan(middle) else ""


# ---- The sections, in the order of the page ------------------------------------------------------------------

def same_code(records):
    """(a), and what of (d) the same comparisons show."""
    chosen = [r for r in records if r["cell"] == "aa" and r["effect"] == 0]
    rows = [Row("all kernels, idle and with a neighbour", sum(map(is_false, chosen)), len(chosen), ("most", 0.001))]
    for kernel in KERNELS:
        mine = [r for r in chosen if r["kernel"] == kernel]
        rows.append(Row(kernel, sum(map(is_false, mine)), len(mine), ("most", 0.01), spread_note(mine), 400))
    for load in LOADS:
        mine = [r for r in chosen if r["load"] == load]
        rows.append(Row(load, sum(map(is_false, mine)), len(mine), None))
    return Section("aa", "A against A: false directions", HEAD, rows)


def block_costs(records):
    """Starts and ends of both processes included; what of a comparison is not blocks is links and the trial."""
    chosen = [r for r in records if r["cell"] == "aa" and r["load"] == "idle" and r.get("block_ms")]
    rows = []
    for kernel in KERNELS:
        mine = [r["block_ms"] for r in chosen if r["kernel"] == kernel]
        if mine:
            rows.append(Row(f"{kernel}, the median block at most 26 ms", sum(ms <= 26 for ms in mine), len(mine), ("least", 0.5),
                            f"{median(mine):.1f} ms (median), {min(mine):.1f} to {max(mine):.1f}"))
    return Section("blocks", "What a block costs, idle: share of comparisons", HEAD, rows)


def relinked(records):
    chosen = [r for r in records if r["cell"] == "relink"]
    rows = [Row("all kernels", sum(map(is_false, chosen)), len(chosen), ("most", 0.005))]
    for kernel in KERNELS:
        mine = [r for r in chosen if r["kernel"] == kernel]
        rows.append(Row(kernel, sum(map(is_false, mine)), len(mine), None, spread_note(mine)))
    return Section("relink", "A against A, relinked after an inert edit elsewhere: false directions", HEAD, rows)


def quiet(record):
    return record["spread"] is not None and record["spread"] <= 0.01


def power_rows(records, title):
    calm = [r for r in records if quiet(r)]
    wide = [r for r in records if not quiet(r)]
    rest = [r for r in wide if had_room(r)]
    note = spread_note(rest)
    if len(rest) < len(wide):
        note = f"{len(wide) - len(rest)} more would need over {CEILING_S} s; {note}"
    within = sum(found_s(r) < math.inf and r["found_blocks"] <= allowed_blocks(r["spread"]) for r in rest)
    return [
        Row(f"{title}: within 1 s, block spread at most 1 %", sum(found_s(r) <= 1 for r in calm), len(calm), ("least", 0.9)),
        Row(f"{title}: within 3 s, block spread at most 1 %", sum(found_s(r) <= 3 for r in calm), len(calm), ("least", 0.99)),
        Row(f"{title}: within 32 (spread / 1 %)² + 8 blocks, elsewhere", within, len(rest), ("least", 0.9), note),
    ]


def one_percent(records):
    """(c)."""
    rows, ways = [], (("effect", "one side with 1 % more units"), ("effect-relink", "the slower side relinked too"),
                      ("injected", "about 1 % injected by --self"))
    for cell, title in ways:
        chosen = [r for r in records if r["cell"] == cell]
        rows += power_rows(chosen, title)
        for kernel in KERNELS:
            mine = [r for r in chosen if r["kernel"] == kernel]
            if mine:
                seconds = median([found_s(r) for r in mine])
                says = f"found after {seconds:.2f} s (median)" if seconds < math.inf else "not found in half of them"
                rows.append(Row(f"{title}: {kernel}, found at all", sum(found_s(r) < math.inf for r in mine), len(mine), None,
                                f"{says}, {spread_note(mine)}"))
    effects = [r for r in records if r["method"] == "assay" and r["effect"] > 0]
    rows.append(Row("wrong direction, all that had a true one", sum(map(is_wrong, effects)), len(effects), ("most", 0.001)))
    return Section("effect", "+1 % of work: found", HEAD, rows)


def instructions(records):
    rows = []
    for kernel in KERNELS:
        ratios = [r["instructions_ratio"] for r in records if r["cell"] == "instructions" and r["kernel"] == kernel]
        known = [x for x in ratios if x is not None]
        ok = sum(1.009 <= x <= 1.011 for x in known)
        says = f"{known[-1]:.5f} times the instructions" if known else "not known" if ratios else ""
        result = "" if not known else "PASS" if ok == len(known) else "SHORT"
        rows.append((kernel, f"{len(known)}", says, "", "1.009 to 1.011", result, ""))
    return Section("instructions", "+1 % of work, by instruction count", HEAD, rows)


def same(records):
    """(d)."""
    whole = [r for r in records if r["cell"] == "aa" and r["effect"] == 0]
    compute = [r for r in whole if r["kernel"] in COMPUTE_BOUND and r["load"] == "idle"]
    half = [r for r in records if r["cell"] == "half"]
    suites = [r for r in records if r["cell"] == "suite"]

    def within(chosen, seconds):
        return sum(r["verdict"] == "same" and r["seconds"] <= seconds for r in chosen)

    rows = [Row("margin 1 %, within 2 s, idle", within([r for r in whole if r["load"] == "idle"], 2),
                sum(r["load"] == "idle" for r in whole), ("least", 0.95)),
            Row("of these compute-bound", within(compute, 2), len(compute), None),
            Row("margin 1 %, within 2 s, with a neighbour", within([r for r in whole if r["load"] == "neighbour"], 2),
                sum(r["load"] == "neighbour" for r in whole), None),
            Row("margin 0.5 %, within 6 s, compute-bound, idle", within(half, 6), len(half), ("least", 0.9))]
    for kernel in KERNELS:
        mine = [r for r in whole if r["kernel"] == kernel and r["load"] == "idle"]
        if mine:
            seconds = median([r["seconds"] for r in mine])
            rows.append(Row(f"margin 1 %, within 2 s, idle, {kernel}", within(mine, 2), len(mine), None,
                            f"{seconds:.2f} s (median)"))
    for suite in suites:
        result = "PASS" if suite["wall_s"] <= 75 and suite["pairs"] >= 50 else "SHORT"
        rows.append((f"{suite['pairs']} unchanged pairs", "1", f"{suite['wall_s']:.1f} s, {suite['same']} same, "
                     f"{suite['different']} different", "", "50 in at most 75 s", result, ""))
    return Section("same", "`same`, and how soon", HEAD, rows)


def repeats(records):
    """(e)."""
    pairs = pairs_of_runs([r for r in records if r["cell"] not in ("power", "injected")])  # whose effects differ by run
    against = sum(contradict(*pair) for pair in pairs)
    rows = [Row("all pairs of runs", against, len(pairs), ("most", 0.003))]
    for effect in sorted({pair[0]["effect"] for pair in pairs}):
        mine = [pair for pair in pairs if pair[0]["effect"] == effect]
        rows.append(Row(f"true effect {percent(effect)}", sum(contradict(*pair) for pair in mine), len(mine), None))
    return Section("repeat", "Two runs of one comparison that contradict each other", HEAD, rows)


def covers(record, name):
    low, high = record[name] if record[name] is not None else (None, None)
    return (low is None or low <= 1 + record["effect"]) and (high is None or 1 + record["effect"] <= high)


def fixed(records):
    """(f)."""
    chosen = [r for r in records if r["cell"] == "fixed"]
    known = [r for r in chosen if r["ci95"] is not None]
    aa = [r for r in records if r["cell"] in ("aa", "fixed", "half") and r["effect"] == 0]
    powers = [r for r in records if r["cell"] == "power" and r["effect"] > 0]
    rows = [Row("95 % intervals of a fixed number of pairs hold the truth", sum(covers(r, "ci95") for r in known), len(known),
                ("between", 0.93, 0.97)),
            Row("confidence sequences that miss it at the end", sum(not covers(r, "interval") for r in aa), len(aa),
                ("most", 0.001)),
            Row("power at the smallest difference that was printed", sum(found_s(r) < math.inf for r in powers), len(powers),
                ("between", 0.80, 0.97))]
    return Section("fixed", "A fixed number of pairs", HEAD, rows)


def rivals(records):
    """(h). Of assay, what was found within the same seconds."""
    rows = []
    for method in ("assay",) + RIVALS:
        chosen = [r for r in records if r["cell"] == "rival" and r["method"] == method]
        row = [method]
        for effect in RIVAL_EFFECTS:
            mine = [r for r in chosen if r["effect"] == effect]
            hits = sum(is_false(r) if effect == 0 else r["direction"] > 0 for r in mine)
            low, high = wilson(hits, len(mine))
            row.append(f"{percent(hits / len(mine))} [{percent(low)}, {percent(high)}] of {len(mine)}" if mine else "")
        effects = [r for r in chosen if r["effect"] > 0]
        row.append(f"{sum(is_wrong(r) for r in effects)} of {len(effects)}" if effects else "")
        row.append(f"{median([r['seconds'] for r in chosen]):.2f} s" if chosen else "")
        rows.append(tuple(row))
    head = ("", "false alarms, A against A", "+1 % found", "+2 % found", "+5 % found", "wrong direction", "median time")
    return Section("rivals", "The same kernels, machine and seconds by other rules", head, rows)


def sections(records):
    """All tables; records that failed count in a table of their own."""
    well = [r for r in records if not r.get("failed")]
    made = [build(well) for build in (same_code, block_costs, relinked, one_percent, instructions, same, repeats, fixed, rivals)]
    failed = collections.Counter(f"{r['cell']}, {r['kernel']}, {r['method']}: {r['failed']}" for r in records if r.get("failed"))
    if failed:
        made.append(Section("failed", "Comparisons that failed, and are in no other table", ("", "n"),
                            [(what, str(n)) for what, n in failed.most_common()]))
    return made


def markdown(made):
    lines = []
    for section in made:
        lines += [f"### {section.title}", "", "| " + " | ".join(section.head) + " |", "|" + "---|" * len(section.head)]
        for row in section.rows:
            cells = row.cells() if isinstance(row, Row) else row
            lines.append("| " + " | ".join(cells) + " |")
        lines.append("")
    return "\n".join(lines)


def plain(made):
    lines = []
    for section in made:
        table = [section.head] + [row.cells() if isinstance(row, Row) else row for row in section.rows]
        widths = [max(len(cells[column]) for cells in table) for column in range(len(section.head))]
        lines.append(section.title)
        for cells in table:
            lines.append(("  " + "  ".join(cell.ljust(width) for cell, width in zip(cells, widths))).rstrip())
        lines.append("")
    return "\n".join(lines)

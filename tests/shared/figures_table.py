"""What the experiments share: medians with their intervals, proportions, and rows of tables that say PASS or SHORT. Knows no clock, no
file and no process."""
import collections
import math
import statistics


# ---- Intervals ---------------------------------------------------------------------------------------------

def median_interval(values, confidence=0.95):
    """Median and its interval by order statistics (exact and conservative); the extremes where there are too few values."""
    values = sorted(values)
    n = len(values)
    if n == 0:
        return math.nan, math.nan, math.nan
    total, k = 0.0, 0
    while k <= n // 2:
        total += math.comb(n, k) / 2**n
        if total > (1 - confidence) / 2:
            break
        k += 1
    k = max(k, 1)
    return statistics.median(values), values[k - 1], values[n - k]


def wilson(hits, n, z=1.959963984540054):
    """The 95 % interval of a proportion (Wilson, 1927)."""
    if n == 0:
        return 0.0, 1.0
    share, squared = hits / n, z * z
    middle = (share + squared / (2 * n)) / (1 + squared / n)
    half = z / (1 + squared / n) * math.sqrt(share * (1 - share) / n + squared / (4 * n * n))
    return max(0.0, middle - half) if hits else 0.0, min(1.0, middle + half) if hits < n else 1.0


# ---- Rows ----------------------------------------------------------------------------------------------------

HEAD = ("", "n", "figure", "95 % interval", "unit", "bound", "result", "")


def number(value):
    return "" if value is None or math.isnan(value) else f"{value:.4g}"


class Row:
    """One figure. `bound`: ("most", x), ("within", x) either side of 0, ("between", low, high), ("exactly", x), or None where nothing is
    promised. A figure passes, its interval is there to be looked at."""

    def __init__(self, title, n, figure, low=math.nan, high=math.nan, unit="", bound=None, note=""):
        self.title, self.n, self.figure, self.low, self.high = title, n, figure, low, high
        self.unit, self.bound, self.note = unit, bound, note

    @classmethod
    def of_values(cls, title, values, unit="", bound=None, note=""):
        return cls(title, len(values), *median_interval(values), unit, bound, note)

    @classmethod
    def of_share(cls, title, hits, n, bound=None, note=""):
        """Percent, with Wilson's interval."""
        low, high = wilson(hits, n)
        return cls(title, n, 100 * hits / n if n else math.nan, 100 * low, 100 * high, "%", bound, note)

    def wanted(self):
        if self.bound is None:
            return ""
        kind, *ends = self.bound
        return {"most": "at most {0:g}", "within": "within {0:g}", "between": "{0:g} to {1:g}", "exactly": "{0:g}"}[kind].format(*ends)

    def result(self):
        if self.bound is None:
            return ""
        if self.n == 0 or math.isnan(self.figure):
            return "not measured"
        kind, *ends = self.bound
        passes = {"most": lambda x, end: x <= end, "within": lambda x, end: abs(x) <= end,
                  "between": lambda x, low, high: low <= x <= high, "exactly": lambda x, end: x == end}[kind]
        return "PASS" if passes(self.figure, *ends) else "SHORT"

    def cells(self):
        interval = "" if math.isnan(self.low) else f"[{number(self.low)}, {number(self.high)}]"
        return (self.title, str(self.n), number(self.figure), interval, self.unit, self.wanted(), self.result(), self.note)


Section = collections.namedtuple("Section", "name title head rows")


def short(sections):
    """The titles of what is SHORT."""
    return [f"{section.name}: {row.title}" for section in sections for row in section.rows
            if isinstance(row, Row) and row.result() == "SHORT"]


def texts(section):
    return [row.cells() if isinstance(row, Row) else tuple(map(str, row)) for row in section.rows]


def plain(sections):
    out = []
    for section in sections:
        rows = [section.head, *texts(section)]
        widths = [max(len(row[i]) if i < len(row) else 0 for row in rows) for i in range(len(section.head))]
        out.append(section.title)
        for row in rows:
            out.append("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())
        out.append("")
    return "\n".join(out)


def markdown(sections):
    out = []
    for section in sections:
        out += [f"### {section.title}", "", "| " + " | ".join(section.head) + " |", "|" + "---|" * len(section.head)]
        out += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in texts(section)] + [""]
    return "\n".join(out)

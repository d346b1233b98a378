"""Where two of the lab's generators cross, and how their times grow."""
import math

from figures_table import HEAD, Row, Section

PAIRS = (("c", 10, 100000, "120s"), ("cpython", 2000, 60000, "300s"))
GROWING = (("primes.trial", "1e3,3e3,1e4,3e4,1e5"), ("primes.listed_root_break:variant=fixed", "1e3,3e3,1e4,3e4,1e5"),
           ("sieve.bytes", "1e4,3e4,1e5,3e5,1e6,3e6"), ("sieve.segmented", "1e4,3e4,1e5,3e5,1e6,3e6"))


def crossover(place):
    rows = []
    for implementation, low, high, budget in PAIRS:
        at = "" if implementation == "c" else f"@{implementation}"
        _, document = place.document("compare", f"primes.trial{at}", f"primes.listed_root_break:variant=fixed{at}", "--crossover",
                                     "limit", "--from", low, "--to", high, "--budget", budget, keep=f"crossover-{implementation}")
        made = document["crossovers"][0]
        change = made["changes"][0] if made["changes"] else {"estimate": math.nan, "low": math.nan, "high": math.nan}
        ends = change["low"], change["high"]
        rows += [Row(f"{implementation}: crossovers found", len(made["points"]), len(made["changes"]), bound=("exactly", 1),
                     note=made["reason"] or ""),
                 Row(f"{implementation}: where", len(made["points"]), change["estimate"], *ends, "limit",
                     note=f"looked for from {low} to {high}, {made['seconds']:.0f} s")]
    return Section("crossover", "Where primes.listed_root_break (fixed) gets faster than primes.trial; n: values looked at", HEAD, rows)


def scaling(place):
    rows = []
    for kernel, limits in GROWING:
        _, document = place.document("run", kernel, "-p", f"limit={limits}", "--samples", "40", "--processes", "8",
                                     keep="scaling-" + kernel.split(":")[0])
        for made in document["scalings"]:
            likely = [form["form"] for form in made["forms"] if form["plausible"]]
            low, high = made["ci95"] or (math.nan, math.nan)
            rows.append(Row(kernel, len(made["values"]), made["exponent"], low, high, "exponent",
                            note=f"best: {made['best'] or made['reason']}; as likely: {', '.join(likely[1:]) or 'none'}"))
    return Section("scaling", "Growth with limit", HEAD, rows)

"""Own times against the truth: kernels whose functions' times are known by timing the plain build with one function's work doubled;
profiles of them; other profilers on the main case; and what a function that is slowed by a known amount does to the rows. Sections
`own` and `causal`."""
import collections
import math
import statistics

import arithmetic
import peers
import place as places

BUDGET = "2.5s"
TRUTH_ROUNDS, TRUTH_BATCH_MS, TRUTH_EVERY = 31, 5, 10
RUNGS = (20, 50, 150, 500, 1500, 3000)  # ticks of a leaf
MAIN_OWN_NS, MAIN_LEAF_NS = 202.9, 20.2  # as other profilers were tried before
CAUSAL_ROUNDS = 20

# parts: (parameter that is doubled, {function: its fraction of what that adds}); leaf: whose share is what is asked.
Case = collections.namedtuple("Case", "kernel parameters parts leaf shares")


def sizes(place, records):
    """Ticks and ns of a step, once for all runs on a state: what is compared must stay the same work."""
    known = [r for r in records if r.get("cell") == "sizes"]
    if known:
        return known[0]
    if "sizes" not in place.kept:
        ticks, rounds = times(place, "ladder.chain", [{"own": 1000, "leaf": 100, "calls": 10}, {"own": 2000, "leaf": 100, "calls": 10}])
        step_ns = statistics.median(two - one for one, two in rounds) / 1000
        if step_ns <= 0:
            raise places.Failed("a step takes no time: the machine is too noisy")
        place.kept["sizes"] = {"cell": "sizes", "step_ns": step_ns, "ticks_per_ns": ticks or 2.0}
    return place.kept["sizes"]


def times(place, kernel, sets, rounds=TRUTH_ROUNDS):
    """(ticks a ns, rounds of ns an iteration by set)."""
    spelled = [",".join(f"{name}={value}" for name, value in one.items()) for one in sets]
    out = places.floats(places.run([place.programs / "hookcost-truth", place.ladder, kernel, TRUTH_BATCH_MS, rounds, *spelled], place))
    return out[0][0], out[1:]


def cases(size):
    """By name. Leaves from 20 to 3000 ticks; each about half of its caller's time."""
    def steps(ns):
        return max(1, round(ns / size["step_ns"]))

    chain = (("own", {"chain_caller": 1.0}), ("leaf", {"chain_leaf": 1.0}))
    made = {"main": Case("ladder.chain", {"own": steps(MAIN_OWN_NS), "leaf": steps(MAIN_LEAF_NS), "calls": 10}, chain, "chain_leaf", None)}
    for ticks in RUNGS:
        leaf = steps(ticks / size["ticks_per_ns"])
        made[f"leaf of {ticks} ticks"] = Case("ladder.chain", {"own": 10 * leaf, "leaf": leaf, "calls": 10}, chain, "chain_leaf", None)
    # tree_left is called twice with `own` steps each, tree_right once with half of them.
    made["tree"] = Case("ladder.tree", {"own": 120, "short": 12, "middle": 40, "long": 200},
                        (("own", {"tree_left": 0.8, "tree_right": 0.2}), ("short", {"tree_short": 1.0}),
                         ("middle", {"tree_middle": 1.0}), ("long", {"tree_long": 1.0})), "tree_short", None)
    made["recursion"] = Case("ladder.recursion", {"own": 40, "leaf": 20, "depth": 10},
                             (("own", {"recursion_descend": 1.0}), ("leaf", {"recursion_leaf": 1.0})), "recursion_leaf", None)
    for period in (1000, 500, 250):
        made[f"period of {period} us"] = Case("ladder.period", {"period_us": period, "share": 0.3}, (), "period_leaf",
                                              {"period_leaf": 0.3, "period_caller": 0.7})
    made["wide"] = Case("ladder.wide", {"own": 200, "leaf": 12, "calls": 10}, (("leaf", {"wide_leaf": 1.0}),), "wide_leaf", None)
    return made


NAMES = tuple(cases({"step_ns": 1.0, "ticks_per_ns": 2.0}))
LATENCY_BOUND = tuple(name for name in NAMES if name != "wide")


def of_size(place, records, name):
    """The case, and records that stand before its own where the sizes were not known yet."""
    size = sizes(place, records)
    first = [] if any(r.get("cell") == "sizes" for r in records) else [size]
    return cases(size)[name], first


# ---- Jobs ----------------------------------------------------------------------------------------------------------

def measure_truth(place, records, name):
    case, first = of_size(place, records, name)
    sets = [case.parameters] + [dict(case.parameters, **{part: 2 * case.parameters[part]}) for part, _ in case.parts]
    sets += [dict(case.parameters, leaf=0)] if name == "wide" else []
    _, rounds = times(place, case.kernel, sets)
    return first + [{"cell": "truth", "case": name, "rounds": rounds}]


KEPT = ("name", "calls", "own", "own_interval", "share", "share_interval", "samples", "hooked_own", "hooked_own_error", "range",
        "agreement")


def measure_profile(place, records, name):
    case, first = of_size(place, records, name)
    made = places.document(place, places.spell(place.ladder, case.kernel, case.parameters), "--budget", BUDGET)
    profile = made["profiles"][0]
    return first + [{"cell": "profile", "case": name, "plain": profile["plain"], "sampling": profile["sampling"], "hooks": profile["hooks"],
                     "functions": [{key: row.get(key) for key in KEPT} for row in profile["functions"]], "notes": profile["notes"]}]


def measure_peer(place, records, method):
    case, first = of_size(place, records, "main")
    _, rounds = times(place, case.kernel, [case.parameters], 3)
    iteration_ns = statistics.median(line[0] for line in rounds)
    share = peers.leaf_share(place, method, case.kernel, case.parameters, "chain_leaf", "chain_caller", iteration_ns)
    return first + [{"cell": "peer", "method": method, "share": share}]


def jobs(wish):
    made = []
    for number in range(wish["profiles"]):
        for name in NAMES:
            if number % TRUTH_EVERY == 0 and not name.startswith("period"):
                made.append((number, f"own/truth/{name}#{number}",
                             lambda place, records, name=name: measure_truth(place, records, name)))
            made.append((number, f"own/profile/{name}#{number}",
                         lambda place, records, name=name: measure_profile(place, records, name)))
        if number < 5:
            for method in peers.SHARERS:
                made.append((number, f"own/peer/{method}#{number}",
                             lambda place, records, method=method: measure_peer(place, records, method)))
    return made


# ---- What they prove -------------------------------------------------------------------------------------------------

def truths(records):
    """{case: {function: Truth}} from all rounds together."""
    size = next((r for r in records if r.get("cell") == "sizes"), None)
    if size is None:
        return {}
    found = {}
    for name, case in cases(size).items():
        rounds = [line for r in records if r.get("cell") == "truth" and r["case"] == name for line in r["rounds"]]
        if case.shares is not None:
            base = case.parameters["period_us"] * 1e3
            found[name] = {f: arithmetic.Truth(s, s, s, s * base, 0.0, base) for f, s in case.shares.items()}
        elif rounds and name != "wide":
            found[name] = arithmetic.truth(rounds, [part for _, part in case.parts])
    return found


def profiles_of(records, name):
    return [r for r in records if r.get("cell") == "profile" and r["case"] == name]


def row_of(record, function):
    """With `told`: its printed time over the plain time. A share is of the wall time, in which others' time and the samples' own are too;
    the truth is of an iteration."""
    row = next((row for row in record["functions"] if row["name"] == function), None)
    if row is None or not row["share"] or "plain" not in record:
        return row and {**row, "told": row["share"], "told_interval": row.get("share_interval")}
    factor = row["own"] / record["plain"]["ns"] / row["share"]
    return {**row, "told": row["share"] * factor, "told_interval": [end * factor for end in row["share_interval"] or ()] or None}


def share_rows(records, known):
    """Error of the printed own time over the plain time, in points, by function; a good profile's mean error is near nothing, and its 95 % interval holds the
    truth in 95 of 100."""
    errors, coverage, all_hits, all_n = [], [], 0, 0
    size = next((r for r in records if r.get("cell") == "sizes"), None)
    for name, functions in known.items():
        leaf = cases(size)[name].leaf
        for function, true in functions.items():
            rows = [row for row in (row_of(r, function) for r in profiles_of(records, name)) if row and row["share"] is not None]
            if not rows:
                continue
            note = f"truth {100 * true.share:.2f} % [{100 * true.low:.2f}, {100 * true.high:.2f}], parts add up to {100 * true.closure:+.2f} %"
            errors.append(arithmetic.Row.of_values(f"{name}: {function}", [100 * (row["told"] - true.share) for row in rows], "points",
                                                   ("within", 1), note))
            if function == leaf:
                held = [held for held in (arithmetic.covers(row["told_interval"], true.share) for row in rows) if held is not None]
                coverage.append(arithmetic.Row.of_share(f"{name}: {function}", sum(held), len(held), ("between", 92, 98)))
                all_hits, all_n = all_hits + sum(held), all_n + len(held)
    if all_n:
        coverage.insert(0, arithmetic.Row.of_share("all leaves", all_hits, all_n, ("between", 92, 98)))
    return errors, coverage


def truth_rows(known):
    """Whether the truth is one: that the parts add up to the whole is what makes a share of it true."""
    rows = []
    for name, functions in known.items():
        if cases({"step_ns": 1.0, "ticks_per_ns": 2.0})[name].parts:
            true = next(iter(functions.values()))
            rows.append(arithmetic.Row(f"{name}: functions' times, by timing, against the whole", 1, 100 * true.closure, unit="%",
                                       bound=("within", 1.5), note=f"an iteration takes {true.base:.4g} ns"))
    return rows


def hook_rows(records):
    rows = []
    for name in LATENCY_BOUND:
        closures = [100 * r["hooks"]["closure"] for r in profiles_of(records, name) if r["hooks"] and r["hooks"]["closure"] is not None]
        if closures:
            dilation = statistics.median(r["hooks"]["dilation"] or math.nan for r in profiles_of(records, name) if r["hooks"])
            rows.append(arithmetic.Row.of_values(f"{name}: corrected sum against the plain time", closures, "%", ("within", 3),
                                                 f"slowed {dilation:.3g} times"))
    return rows


def wide_rows(records):
    """What removing the leaf saves, and the sampled own time, both within the range that is printed."""
    rounds = [line for r in records if r.get("cell") == "truth" and r["case"] == "wide" for line in r["rounds"]]
    found = [row for row in (row_of(r, "wide_leaf") for r in profiles_of(records, "wide")) if row]
    if not rounds or not found:
        return []
    save, low, high = arithmetic.saved(rounds, 2)
    said = [row for row in found if row["range"] is not None and row["range"][0] is not None]
    held = sum(row["range"][0] <= high and low <= row["range"][1] for row in said)
    own = sum(row["own"] is not None and row["range"][0] <= row["own"] <= row["range"][1] for row in said)
    note = f"removing it saves {save:.4g} ns [{low:.4g}, {high:.4g}] an iteration"
    return [arithmetic.Row.of_share("wide: a range is printed", len(said), len(found), ("exactly", 100), note),
            arithmetic.Row.of_share("wide: what removing saves is in the range", held, len(said), ("between", 95, 100)),
            arithmetic.Row.of_share("wide: the sampled own time is in the range", own, len(said), ("between", 95, 100))]


def raw_share(record):
    """What the hooks would have told uncorrected: their cost put back as it was taken off."""
    leaf, caller, hooks = row_of(record, "chain_leaf"), row_of(record, "chain_caller"), record["hooks"]
    if not leaf or not caller or not hooks or leaf["hooked_own"] is None or caller["hooked_own"] is None:
        return None
    inside, outside = hooks["inside_ns"], hooks["outside_ns"]
    of_leaf = leaf["hooked_own"] + leaf["calls"] * inside
    of_caller = caller["hooked_own"] + caller["calls"] * inside + leaf["calls"] * outside
    return of_leaf / (of_leaf + of_caller)


def main_rows(records, known):
    """The main case beside others: the leaf's share as each tells it."""
    if "main" not in known or "chain_leaf" not in known["main"]:
        return []
    true = known["main"]["chain_leaf"]
    rows = [arithmetic.Row("truth, by timing", len([r for r in records if r.get("cell") == "truth" and r["case"] == "main"]),
                           100 * true.share, 100 * true.low, 100 * true.high, "%")]
    mine = profiles_of(records, "main")

    def add(title, shares, bound=None):
        shares = [100 * share for share in shares if share is not None]
        if shares:
            error = statistics.median(shares) - 100 * true.share
            rows.append(arithmetic.Row.of_values(title, shares, "%", bound, f"{error:+.1f} points"))

    add("assay, own time by samples over plain time", [row["told"] for row in (row_of(r, "chain_leaf") for r in mine) if row],
        ("between", 100 * true.share - 1, 100 * true.share + 1))
    corrected = []
    for record in mine:
        leaf, caller = row_of(record, "chain_leaf"), row_of(record, "chain_caller")
        if leaf and caller and leaf["hooked_own"] is not None and caller["hooked_own"] is not None:
            corrected.append(leaf["hooked_own"] / (leaf["hooked_own"] + caller["hooked_own"]))
    add("assay, hooks corrected", corrected)
    add("assay, hooks raw", [raw_share(r) for r in mine])
    for method in peers.SHARERS:
        add(method, [r["share"] for r in records if r.get("cell") == "peer" and r["method"] == method])
    return rows


def report(records):
    known = truths(records)
    errors, coverage = share_rows(records, known)
    head = arithmetic.HEAD
    return [arithmetic.Section("own-main", "A caller of 203 ns that calls a leaf of 20 ns ten times: the leaf's share", head,
                               main_rows(records, known)),
            arithmetic.Section("own-truth", "The truth", head, truth_rows(known)),
            arithmetic.Section("own-share", "Error of the sampled share", head, errors),
            arithmetic.Section("own-coverage", "95 % intervals that hold the truth", head, coverage),
            arithmetic.Section("own-hooks", "The hooks as a second witness", head, hook_rows(records) + wide_rows(records))]


# ---- Causal ------------------------------------------------------------------------------------------------------------

TREE = {"own": 120, "short": 12, "middle": 40, "long": 200}
SLOWED = {"tree_short": ("short", 6), "tree_middle": ("middle", 30), "tree_long": ("long", 60)}


def measure_causal(place, function):
    """Slower by so many steps: how much that is, by timing both; and what comparing the profiles says."""
    parameter, more = SLOWED[function]
    slower = dict(TREE, **{parameter: TREE[parameter] + more})
    _, rounds = times(place, "ladder.tree", [TREE, slower])
    made = places.document(place, places.spell(place.ladder, "ladder.tree", TREE), "--against",
                           places.spell(place.ladder, "ladder.tree", slower), "--budget", "8s")
    difference = made["profile_differences"][0]
    # Which of the two is the base is the document's to say: growth counts from the faster to the slower.
    base = made["profiles"][difference["base"]]["plain"]["ns"]
    sign = 1 if base < made["profiles"][difference["head"]]["plain"]["ns"] else -1
    changes = []
    for c in difference["changes"]:
        ends = c["interval"] or (None, None)
        known = ends[0] is not None and ends[1] is not None
        low, high = sorted((sign * ends[0], sign * ends[1])) if known else (None, None)
        changes.append({"name": c["name"], "change": None if c["change"] is None else sign * c["change"], "low": low, "high": high,
                        "proven": c["proven"]})
    return [{"cell": "causal", "function": function, "by_ns": statistics.median(two - one for one, two in rounds), "changes": changes}]


def causal_jobs(wish):
    return [(number, f"causal/{function}#{number}", lambda place, _records, function=function: measure_causal(place, function))
            for number in range(min(CAUSAL_ROUNDS, wish["profiles"])) for function in SLOWED]


def causal_report(records):
    rows, claims, others = [], 0, 0
    for function in SLOWED:
        mine = [r for r in records if r.get("cell") == "causal" and r["function"] == function]
        found = [arithmetic.causal(r["changes"], function, r["by_ns"]) for r in mine]
        if mine:
            by = statistics.median(r["by_ns"] for r in mine)
            rows.append(arithmetic.Row.of_share(f"{function} slowed: its row grew by it, within its interval", sum(ok for ok, _ in found),
                                                len(found), ("between", 92, 100), f"by {by:.4g} ns an iteration"))
        claims += sum(len(r["changes"]) - 1 for r in mine)
        others += sum(len(names) for _, names in found)
    if claims:
        rows.append(arithmetic.Row.of_share("other rows that claim to have changed", others, claims, ("between", 0, 5)))
    return [arithmetic.Section("causal", "One function slowed by a known amount", arithmetic.HEAD, rows)]

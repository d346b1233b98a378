"""Profiles against themselves (section `self`), what sampling costs (`sampling`), profiles without any right (`unprivileged`), and the
course lab's walk with its formats (`lab`)."""
import json
import os
import pathlib
import pstats
import re
import statistics
import tempfile

import arithmetic
import place as places

# ---- self --------------------------------------------------------------------------------------------------------------

OURS = {"chain": ("ladder.chain", {}), "tree": ("ladder.tree", {}), "recursion": ("ladder.recursion", {})}
THEIRS = ("primes.trial:limit=10000", "primes.listed:limit=10000")


def measure_self(place, name):
    words = places.spell(place.ladder, *OURS[name]) if name in OURS else name
    made = places.document(place, words, "--against", words, "--budget", "4s")
    changes = made["profile_differences"][0]["changes"]
    return [{"cell": "self", "case": name, "rows": len(changes), "marked": sum(c["proven"] for c in changes)}]


def self_jobs(wish):
    return [(number, f"self/{name}#{number}", lambda place, _records, name=name: measure_self(place, name))
            for number in range(wish["profiles"]) for name in (*OURS, *THEIRS)]


def self_report(records):
    mine = [r for r in records if r.get("cell") == "self"]
    rows = []
    if mine:
        rows = [arithmetic.Row.of_share("rows marked", sum(r["marked"] for r in mine), sum(r["rows"] for r in mine), ("between", 0, 5)),
                arithmetic.Row.of_share("comparisons with any row marked", sum(r["marked"] > 0 for r in mine), len(mine), ("between", 0, 5))]
    return [arithmetic.Section("self", "A kernel's profile against its own", arithmetic.HEAD, rows)]


# ---- sampling ------------------------------------------------------------------------------------------------------------

SAMPLED = {"callcost.med": {}, "callcost.fib": {}, "callcost.leaf": {}}
SAMPLED_ROUNDS = 9


def measure_sampling(place, kernel):
    made = places.document(place, places.spell(place.callcost, kernel, SAMPLED[kernel]), "--no-hooks", "--budget", "3s")
    sampling = made["profiles"][0]["sampling"] or {}
    if sampling.get("slowdown") is None:
        raise places.Failed(f"no samples: {sampling.get('sampler')}")
    return [{"cell": "sampling", "kernel": kernel, "slowdown": sampling["slowdown"], "period_ns": sampling["period_ns"],
             "sampler": sampling["sampler"]}]


def sampling_jobs(_wish):
    return [(number, f"sampling/{kernel}#{number}", lambda place, _records, kernel=kernel: measure_sampling(place, kernel))
            for number in range(SAMPLED_ROUNDS) for kernel in SAMPLED]


def sampling_report(records):
    rows = []
    for kernel in SAMPLED:
        mine = [r for r in records if r.get("cell") == "sampling" and r["kernel"] == kernel]
        if mine:
            period = statistics.median(r["period_ns"] for r in mine)
            rows.append(arithmetic.Row.of_values(kernel, [100 * r["slowdown"] for r in mine], "%", ("most", 3),
                                                 f"{mine[-1]['sampler']}, every {period / 1e6:.3f} ms in the mean"))
    return [arithmetic.Section("sampling", "Sampling at 1 kHz makes an iteration slower by", arithmetic.HEAD, rows)]


# ---- unprivileged ---------------------------------------------------------------------------------------------------------

NOBODY = 65534


def paranoid():
    with open("/proc/sys/kernel/perf_event_paranoid", encoding="ascii") as file:
        return int(file.read())


def become_nobody():
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)


def measure_unprivileged(place, _records):
    """As nobody, if this is root; else as who this is."""
    root = os.geteuid() == 0
    with tempfile.TemporaryDirectory() as corner:
        if root:
            os.chmod(corner, 0o777)
        path = pathlib.Path(corner) / "profile.json"
        places.run([place.assay, "profile", "primes.trial:limit=10000", "--budget", "5s", "--quiet", "-o", path], place,
                   {"XDG_CACHE_HOME": f"{corner}/cache", "XDG_STATE_HOME": f"{corner}/state", "HOME": corner}, cwd=corner,
                   before=become_nobody if root else None)
        profile = json.loads(path.read_text(encoding="utf-8"))["profiles"][0]
    rows = places.functions(profile)
    sampling, hooks = profile["sampling"] or {}, profile["hooks"] or {}
    return [{"cell": "unprivileged", "user": NOBODY if root else os.geteuid(), "paranoid": paranoid(), "sampler": sampling.get("sampler"),
             "samples": sampling.get("samples"), "closure": hooks.get("closure"), "calls": rows["trial_next"]["calls"]}]


def unprivileged_jobs(_wish):
    return [(0, "unprivileged/primes.trial#0", measure_unprivileged)]


def unprivileged_report(records):
    rows = []
    for r in records:
        if r.get("cell") == "unprivileged":
            note = f"user {r['user']}, perf_event_paranoid {r['paranoid']}, {r['sampler']}"
            rows += [arithmetic.Row("calls of trial_next", 1, r["calls"], bound=("exactly", 1230), note=note),
                     arithmetic.Row("perf_event_paranoid at least 2, and not root", 1, float(r["paranoid"] >= 2 and r["user"] != 0),
                                    bound=("exactly", 1)),
                     arithmetic.Row("samples were taken", 1, float((r["samples"] or 0) > 0), bound=("exactly", 1))]
            if r["closure"] is not None:
                rows.append(arithmetic.Row("closure of the hooks", 1, 100 * r["closure"], unit="%"))
    return [arithmetic.Section("unprivileged", "Without any right", arithmetic.HEAD, rows)]


# ---- lab ------------------------------------------------------------------------------------------------------------------

WALK = {"primes.trial": 1230, "primes.listed": 1230, "primes.listed_root": 1265, "primes.listed_root_break": 1265}  # calls, LAB.md
RANDOM = {"random.list_by_thread:n=10": 10, "random.list_by_thread:n=1000": 1000}


def keep_text(place, document, name):
    """The table as people see it, kept for the docs."""
    directory = place.state / "lab"
    directory.mkdir(exist_ok=True)
    text = places.run([place.assay, "profile", document, "--color", "never"], place)
    (directory / (name.replace(":", "_").replace("=", "") + ".txt")).write_text(text, encoding="utf-8")


def stored(place, name, *words):
    path = place.state / "lab" / "document.json"
    path.parent.mkdir(exist_ok=True)
    places.run([place.assay, "profile", name, "--quiet", "-o", path, *words], place)
    return path, json.loads(path.read_text(encoding="utf-8"))["profiles"][0]


def measure_walk(place, kernel, implementation):
    path, profile = stored(place, f"{kernel}:limit=10000@{implementation}", "--budget", "15s")
    keep_text(place, path, f"{kernel}@{implementation}")
    wanted = re.compile(r"_next$|^next$" if implementation == "c" else r"__next__$")
    calls = [row["calls"] for row in profile["functions"] if wanted.search(row["name"]) and row["calls"]]
    return [{"cell": "walk", "kernel": kernel, "implementation": implementation, "calls": max(calls, default=0)}]


def measure_random(place, name):
    path, profile = stored(place, name, "--budget", "15s")
    keep_text(place, path, name)
    n = RANDOM[name]
    rows = places.functions(profile)
    return [{"cell": "random", "name": name, "doubles": rows["next_double"]["calls"], "wanted": n * (n - 1) / 2,
             "pushes": rows["queue_push"]["calls"], "pushes_wanted": 2 * n + 1}]


def find_schema(place, pattern):
    """What another tool's authors publish of their format, as far as the tests bring it."""
    return next(iter(sorted(place.source.parent.rglob(pattern))), None)


def read_pstats(_place, path):
    stats = pstats.Stats(str(path)).stats
    return any(name == "trial_next" and entry[1] == 1230 for (_, _, name), entry in stats.items())


def read_callgrind(place, path):
    text = places.run([places.need("callgrind_annotate"), "--auto=no", "--threshold=100", "--tree=both", path], place)
    return re.search(r"trial_next \(1,?230x\)", text) is not None


def read_pprof(place, path):
    schema = find_schema(place, "profile.proto")
    how = ["--decode=perftools.profiles.Profile", f"--proto_path={schema.parent}", schema.name] if schema else ["--decode_raw"]
    text = places.run(["/bin/sh", "-c", 'zcat "$0" | "$@"', path, places.need("protoc"), *how], place)
    return "trial_next" in text and (schema is None or re.search(r"\bvalue: 1230\b", text) is not None)


def read_speedscope(place, path):
    schema = find_schema(place, "*speedscope*schema*.json")
    if schema is None:
        raise places.Failed("speedscope's schema is not among the tests' files")
    text = places.run([places.need("python3"), "-c", "import json, sys, jsonschema\n"
                       "made, schema = (json.load(open(path, encoding='utf-8')) for path in sys.argv[1:])\n"
                       "jsonschema.validate(made, schema)\nprint([frame['name'] for frame in made['shared']['frames']])", path, schema], place)
    return "trial_next" in text


def read_collapsed(place, path):
    return "trial_next" in places.run([places.need("gprof2dot"), "-f", "collapse", path], place)


READERS = {"pstats": ("pstats", read_pstats, "python3's pstats"), "callgrind": ("callgrind", read_callgrind, "callgrind_annotate"),
           "pprof": ("pb.gz", read_pprof, "protoc --decode"),
           "speedscope": ("speedscope.json", read_speedscope, "its JSON schema"),
           "collapsed": ("collapsed", read_collapsed, "gprof2dot")}


def measure_format(place, name):
    ending, reader, _ = READERS[name]
    path, _ = stored(place, "primes.trial:limit=10000", "--budget", "5s")
    other = place.state / "lab" / f"trial.{ending}"
    places.run([place.assay, "profile", path, "--format", name, "--quiet", "-o", other], place)
    return [{"cell": "format", "format": name, "opened": reader(place, other)}]


def lab_jobs(_wish):
    made = [(0, f"lab/{kernel}@{implementation}#0",
             lambda place, _records, kernel=kernel, implementation=implementation: measure_walk(place, kernel, implementation))
            for implementation in ("c", "cpython") for kernel in WALK]
    made += [(0, f"lab/{name}#0", lambda place, _records, name=name: measure_random(place, name)) for name in RANDOM]
    return made + [(0, f"lab/{name}#0", lambda place, _records, name=name: measure_format(place, name)) for name in READERS]


def lab_report(records):
    rows = []
    for r in records:
        if r.get("cell") == "walk":
            rows.append(arithmetic.Row(f"{r['kernel']}@{r['implementation']}: calls of next", 1, r["calls"], bound=("exactly", WALK[r["kernel"]])))
        elif r.get("cell") == "random":
            rows += [arithmetic.Row(f"{r['name']}: calls of next_double", 1, r["doubles"], bound=("exactly", r["wanted"])),
                     arithmetic.Row(f"{r['name']}: calls of queue_push", 1, r["pushes"], bound=("exactly", r["pushes_wanted"]))]
        elif r.get("cell") == "format":
            rows.append(arithmetic.Row(f"{r['format']}, opened by {READERS[r['format']][2]}", 1, float(r["opened"]), bound=("exactly", 1)))
    return [arithmetic.Section("lab", "The lab's walk; the texts are in the directory lab", arithmetic.HEAD, rows)]

"""Other profilers on the same source: what they add to a call, and which share of the time they give a leaf. Knows no assay."""
import contextlib
import os
import pathlib
import re
import statistics
import sys
import tempfile

import place as places

METHODS = ("gprof (gcc -pg)", "uftrace record", "callgrind", "XRay basic", "XRay FDR", "XRay profiling", "cProfile")
SHARERS = ("gprof (gcc -pg)", "uftrace record", "perf record", "callgrind")
ROUNDS, BATCHES = 5, 3
FLAGS = ["-O2", "-g", "-fno-omit-frame-pointer", "-std=gnu11"]
# How a program is compiled, by kind: compiler and further words.
KINDS = {"gcc": ("gcc", []), "gcc-pg": ("gcc", ["-pg"]), "clang": ("clang", []),
         "clang-xray": ("clang", ["-fxray-instrument", "-fxray-instruction-threshold=1"])}
# Small enough for those that write a record a call: (parameters, calls an iteration, iterations a batch).
SIZES = {"callcost.fib": ({"n": 20}, 21891, 4), "callcost.leaf": ({"calls": 20000}, 20000, 4),
         "callcost.med": ({"calls": 2000, "steps": 116}, 2000, 4)}


def program(place, kind, source):
    """A kernel's source as a program of its own; built once a run."""
    path = place.scratch / f"{source}-{kind}"
    if path not in place.kept:
        compiler, more = KINDS[kind]
        include = place.source.parent.parent / "harness" / "include"
        places.run([places.need(compiler), *FLAGS, *more, f"-I{include}", f"-I{place.source}", "-o", path,
                    place.source / "kernels" / f"{source}.c", place.source / "standalone.c"], place)
        place.kept[path] = True
    return path


def words(kernel, iterations, batches, parameters):
    return [kernel, iterations, batches, *(f"{name}={value}" for name, value in parameters.items())]


@contextlib.contextmanager
def corner(place):
    with tempfile.TemporaryDirectory(dir=place.scratch) as scratch:
        yield pathlib.Path(scratch)


def under(method, place, scratch):
    """(the kind of build, the words before the program, its environment)."""
    if method.startswith("gprof"):
        return "gcc-pg", [], {"GMON_OUT_PREFIX": str(scratch / "gmon")}
    if method.startswith("uftrace"):
        return "gcc-pg", [places.need("uftrace"), "record", "--no-libcall", "-d", scratch / "uftrace"], {}
    if method == "callgrind":
        return "gcc", [places.need("valgrind"), "-q", "--tool=callgrind", f"--callgrind-out-file={scratch}/callgrind.out"], {}
    mode = {"XRay basic": "xray-basic", "XRay FDR": "xray-fdr", "XRay profiling": "xray-profiling"}[method]
    return "clang-xray", [], {"XRAY_OPTIONS": f"patch_premain=true xray_mode={mode} xray_logfile_base={scratch}/xray",
                              "XRAY_BASIC_OPTIONS": "func_duration_threshold_us=0", "XRAY_FDR_OPTIONS": "func_duration_threshold_us=0"}


def median_ns(out):
    return statistics.median(line[0] for line in places.floats(out) if len(line) == 1)


def cost(place, method, kernel):
    """Rounds of (plain, under the method, plain again) ns an iteration, each a process, and calls an iteration."""
    if method == "cProfile":
        out = places.run([places.need("python3"), "-B", place.source / "callcost_python.py", kernel, ROUNDS], place)
        lines = places.floats(out)
        return [tuple(line) for line in lines[1:]], int(lines[0][0])
    parameters, calls, iterations = SIZES[kernel]
    rounds = []
    for _ in range(ROUNDS):
        with corner(place) as scratch:
            kind, before, environment = under(method, place, scratch)
            plain = program(place, "clang" if kind.startswith("clang") else "gcc", "callcost")
            other = program(place, kind, "callcost")
            given = words(kernel, iterations, BATCHES, parameters)
            first = median_ns(places.run([plain, *given], place))
            hooked = median_ns(numbers_only(places.run([*before, other, *given], place, environment, cwd=scratch)))
            second = median_ns(places.run([plain, *given], place))
            rounds.append((first, hooked, second))
    return rounds, calls


def numbers_only(text):
    """Without what a profiler prints between a program's lines."""
    return "\n".join(line for line in text.splitlines() if re.fullmatch(r"[0-9.e+]+", line))


# ---- Which share of the time a leaf has ------------------------------------------------------------------------------

def share_of(times, leaf, caller):
    if leaf not in times or caller not in times or times[leaf] + times[caller] <= 0:
        raise places.Failed(f"its report lacks {leaf} or {caller}")
    return times[leaf] / (times[leaf] + times[caller])


def parse_gprof(text):
    """The flat profile: self seconds are the third column, the name the last."""
    found = re.findall(r"^\s*[\d.]+\s+[\d.]+\s+([\d.]+)\s.*?(\w+)\s*$", text, re.MULTILINE)
    return {name: float(seconds) for seconds, name in found}


def parse_uftrace(text):
    unit = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0}
    found = re.findall(r"^\s*([\d.]+)\s+(ns|us|ms|s|m)\s+(\w+)\s*$", text, re.MULTILINE)
    return {name: float(value) * unit[word] for value, word, name in found}


def parse_perf(text):
    found = re.findall(r"^\s*([\d.]+)%\s.*?\[\.\]\s+(\w+)", text, re.MULTILINE)
    return {name: float(share) for share, name in found}


def parse_callgrind(text):
    found = re.findall(r"^\s*([\d,]+)\s.*?[:?](\w+)(?:'2)?(?:\s|$)", text, re.MULTILINE)
    return {name: float(count.replace(",", "")) for count, name in found if count}


def leaf_share(place, method, kernel, parameters, leaf, caller, iteration_ns):
    """The leaf's share as the method tells it, of leaf and caller, from about three seconds' work (for those that slow the program
    down or write a record a call less)."""
    # uftrace adds some 120 ns to each of the 11 calls and writes 350 bytes an iteration; callgrind slows 50 times.
    seconds = {"uftrace record": 0.05, "callgrind": 0.05}.get(method, 3.0)
    given = words(kernel, max(1, int(seconds * 1e9 / iteration_ns)), 1, parameters)
    with corner(place) as scratch:
        if method == "perf record":
            perf, data = places.need("perf"), scratch / "perf.data"
            places.run([perf, "record", "-q", "-e", "cpu-clock:u", "-F", "997", "-o", data, program(place, "gcc", "ladder"), *given], place)
            text = places.run([perf, "report", "-q", "-i", data, "--stdio", "--sort", "symbol"], place)
            return share_of(parse_perf(text), leaf, caller)
        kind, before, environment = under(method, place, scratch)
        path = program(place, kind, "ladder")
        places.run([*before, path, *given], place, environment, cwd=scratch)
        if method.startswith("gprof"):
            data = next(scratch.glob("gmon*"), None)
            if data is None:
                raise places.Failed("gprof wrote nothing")
            return share_of(parse_gprof(places.run([places.need("gprof"), "-b", "-p", path, data], place)), leaf, caller)
        if method.startswith("uftrace"):
            text = places.run([places.need("uftrace"), "report", "--no-pager", "-d", scratch / "uftrace", "-f", "self"], place)
            return share_of(parse_uftrace(text), leaf, caller)
        text = places.run([places.need("callgrind_annotate"), "--auto=no", "--threshold=100", scratch / "callgrind.out"], place)
        return share_of(parse_callgrind(text), leaf, caller)


if __name__ == "__main__":  # a try by hand: peers.py BUILD METHOD KERNEL
    print(cost(places.Place(sys.argv[1], os.path.join(sys.argv[1], "hookcost")), sys.argv[2], sys.argv[3]))

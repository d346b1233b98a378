#!/usr/bin/env python3
"""Who may include whom. Reads every source file; a forbidden include is printed as FILE:LINE and fails."""
import re
import sys
from pathlib import Path

root = Path(sys.argv[1])

LOW = {"base", "protocol", "stats", "machine", "result"}
MAY = {
    "base": set(),
    "stats": {"base"},
    "protocol": {"base"},
    "machine": {"base"},
    "result": {"base", "stats"},
    "import": {"base", "stats", "result"},
    "catalog": LOW,
    "plan": LOW | {"catalog"},
    "profile": LOW | {"catalog", "plan"},
    "history": {"base", "stats", "result"},
    "measure": LOW | {"catalog", "plan", "profile", "history"},
    "compare": LOW | {"catalog", "plan", "profile", "history", "measure"},
    "passes": LOW | {"catalog", "plan", "profile", "history", "measure"},
    "worker": {"protocol", "base", "machine"},
    "reports": {"result", "stats", "base", "profile"},
    "cli": LOW | {"catalog", "plan", "profile", "history", "measure", "compare", "passes", "reports", "import"},
    "kernels": {"oracle", "sieves", "transport", "generators"},
    "hooks": set(),
}
ABI = {"worker", "kernels", "hooks"}  # who may see <assay/...>

# A third-party header appears in the places named here and nowhere else.
THIRD_PARTY = {
    r"benchmark/": ["harness/worker/gbench_shim.cc"],
    r"libcpuid": ["harness/machine/cpu.c", "harness/machine/cpuid.c"],
    r"boost/": ["harness/stats/distributions.cc"],
    r"yaml\.h": ["harness/catalog/yaml.c"],
    r"yajl/": ["harness/result/"],
    r"sha256?\.h|sha2\.h|md5\.h": ["harness/worker/", "reports/html/pack.c", "reports/html/unpack.c"],
    r"libelf\.h|gelf\.h": ["harness/compare/code.c"],
    r"elfutils/|dwarf\.h": ["harness/profile/symbols.c"],
    r"zlib\.h": ["reports/profiles/pprof.c", "reports/html/unpack.c"],
    r"libdeflate\.h": ["reports/html/pack.c", "harness/history/samples.c"],
    r"valgrind/": ["harness/worker/callgrind.c"],
    r"sqlite3\.h": ["harness/history/sqlite.c"],
    r"libpq-fe\.h": ["harness/history/postgresql.c"],
    r"primesieve": ["kernels/primesieve.c"],
    r"jansson\.h": ["harness/protocol/", "harness/result/", "harness/catalog/", "harness/plan/", "harness/measure/", "harness/profile/", "harness/cli/", "harness/import/", "reports/tools/"],
}


def folder_of(path):
    parts = path.relative_to(root).parts
    return parts[1] if parts[0] == "harness" and len(parts) > 2 else parts[0]


def check(path):
    folder = folder_of(path)
    relative = str(path.relative_to(root))
    for number, line in enumerate(path.read_text().splitlines(), 1):
        match = re.match(r'\s*#\s*include\s+["<]([^">]+)[">]', line)
        if not match:
            continue
        name = match.group(1)
        where = f"{relative}:{number}"
        for pattern, places in THIRD_PARTY.items():
            if re.match(pattern, name) and not any(relative.startswith(place) for place in places):
                yield f"{where}: <{name}> belongs into {' or '.join(places)}"
        if name.startswith("assay/"):
            if folder not in ABI and folder != "include":
                yield f"{where}: {folder} must not see the plug-in ABI"
        elif "/" in name and name.split("/")[0] in MAY and line.lstrip().find('"') > 0:
            other = name.split("/")[0]
            if other != folder and other not in MAY.get(folder, set()):
                yield f"{where}: {folder} must not include {other}"


def main():
    files = [p for d in ("harness", "reports", "kernels") for p in sorted((root / d).rglob("*")) if p.suffix in (".c", ".h", ".cc")]
    found = [problem for path in files for problem in check(path)]
    print("\n".join(found) if found else f"{len(files)} files include only what they may")
    return 1 if found or not files else 0


sys.exit(main())

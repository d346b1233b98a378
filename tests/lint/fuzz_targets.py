#!/usr/bin/env python3
"""Every fuzz target says what it links and has a corpus, and every corpus has a target."""
import sys
from pathlib import Path

folder = Path(sys.argv[1]) / "tests/fuzz"


def check():
    targets = {path.stem.removeprefix("fuzz_"): path for path in folder.glob("fuzz_*.c")}
    corpora = {path.name: path for path in (folder / "corpus").glob("*") if path.is_dir()}
    if not targets:
        yield f"{folder}: no fuzz target"
    for name, path in sorted(targets.items()):
        lines = path.read_text().splitlines()
        if not any(line.startswith("// links: ") for line in lines[:4]):
            yield f"{path.name}: want a line '// links: LIBRARY...' under the first comment"
        if name not in corpora or not any(file.is_file() for file in corpora[name].iterdir()):
            yield f"{path.name}: want a file or more in corpus/{name}"
    for name in sorted(corpora.keys() - targets.keys()):
        yield f"corpus/{name}: want fuzz_{name}.c"


found = list(check())
print("\n".join(found) if found else "every fuzz target has its corpus")
sys.exit(1 if found else 0)

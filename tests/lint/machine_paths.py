#!/usr/bin/env python3
"""No file of the tree names a place of the machine that it was written on."""
import re
import subprocess
import sys
from pathlib import Path

root = Path(sys.argv[1]).resolve()
# In pieces, so that this file holds none of them. A home's owner is a name in an example only if the name is "you".
PLACES = re.compile(rb"/wo" rb"rk/|/tm" rb"p/build|/ro" rb"ot/|/ho" rb"me/(?!you\b)\w|/Us" rb"ers/\w")


def files():
    """What git tracks; where this is no work tree, everything that was not built."""
    asked = subprocess.run(["git", "-c", "safe.directory=*", "-C", root, "ls-files", "-cz"],
                           capture_output=True, check=False)
    top = subprocess.run(["git", "-c", "safe.directory=*", "-C", root, "rev-parse", "--show-toplevel"],
                         capture_output=True, text=True, check=False)
    if asked.returncode == 0 and Path(top.stdout.strip()) == root:
        return sorted(root / name for name in asked.stdout.decode().split("\0") if name)
    built = [cache.parent for cache in root.rglob("CMakeCache.txt")] + [root / ".git"]
    return sorted(path for path in root.rglob("*") if not any(folder in path.parents for folder in built))


def check(path):
    if not path.is_file() or path.is_symlink():
        return
    for number, line in enumerate(path.read_bytes().split(b"\n"), 1):
        match = PLACES.search(line)
        if match:
            yield f"{path.relative_to(root)}:{number}: names a place of a machine, '{match.group().decode()}...'"


def main():
    paths = [path for path in files() if path.relative_to(root).parts[:3] != ("tests", "lint", "broken")]
    found = [problem for path in paths for problem in check(path)]
    print("\n".join(found) if found else f"{len(paths)} files name no place of a machine")
    return 1 if found or not paths else 0


sys.exit(main())

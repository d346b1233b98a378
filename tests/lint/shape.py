#!/usr/bin/env python3
"""The shape of the code: files say why they exist, stay under 500 lines, functions under 60, and nothing is left to do."""
import re
import sys
from pathlib import Path

root = Path(sys.argv[1])
MOST_FILE, MOST_FUNCTION = 500, 60


def functions(lines):
    """(name, first line, length) of each function of a C file in the house's format: braces in column 0."""
    start = None
    for number, line in enumerate(lines, 1):
        if line == "{":
            start = number
        elif line == "}" and start is not None:
            name = next((m.group(1) for k in range(start - 2, max(start - 8, -1), -1)
                         if (m := re.search(r"(\w+)\(", lines[k]))), "?")
            yield name, start, number - start - 1
            start = None


def check(path):
    relative = path.relative_to(root)
    text = path.read_text()
    lines = text.splitlines()
    if not lines or not lines[0].startswith(("/*", "#!", "//")):
        yield f"{relative}:1: does not begin with why it exists"
    if len(lines) > MOST_FILE:
        yield f"{relative}: {len(lines)} lines, at most {MOST_FILE}"
    for name, start, length in functions(lines):
        if length > MOST_FUNCTION:
            yield f"{relative}:{start}: {name} has {length} lines, at most {MOST_FUNCTION}"
    for number, line in enumerate(lines, 1):
        if re.search(r"\b(TODO|FIXME|XXX|HACK)\b", line):
            yield f"{relative}:{number}: something is left to do"


def main():
    files = [p for d in ("harness", "reports", "kernels", "tests") for p in sorted((root / d).rglob("*"))
             if p.suffix in (".c", ".h", ".cc") and "broken" not in p.relative_to(root).parts]
    found = [problem for path in files for problem in check(path)]
    print("\n".join(found) if found else f"{len(files)} files are in shape")
    return 1 if found or not files else 0


sys.exit(main())

#!/usr/bin/env python3
"""No page points to what is not there: links, and paths of this tree between backticks. Prints FILE:LINE, and fails.

usage: links.py ROOT

Every page of docs/ stands in docs/README.md.
"""
import re
import sys
from pathlib import Path

LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
PATH = re.compile(r"\b(?:docs|data|harness|kernels|reports|tests)/[\w./*?-]*\w")


def targets(line):
    """What a line points to: (text, whether it is relative to the page)."""
    for link in LINK.findall(line):
        if "://" not in link:
            yield link, True
    for path in PATH.findall(LINK.sub("]", line)):
        yield path, False


def check(root):
    pages = sorted(root.glob("*.md")) + sorted((root / "docs").glob("*.md"))
    for page in pages:
        for number, line in enumerate(page.read_text().splitlines(), 1):
            for target, relative in targets(line):
                base = page.parent if relative else root
                if not any(base.glob(target)) if "*" in target else not (base / target).exists():
                    yield f"{page.relative_to(root)}:{number}: there is no {target}"
    index = root / "docs" / "README.md"
    listed = set(LINK.findall(index.read_text())) if index.exists() else set()
    for page in sorted((root / "docs").glob("*.md")):
        if page.name not in listed | {"README.md"}:
            yield f"docs/README.md: does not name {page.name}"


def main():
    problems = list(check(Path(sys.argv[1])))
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())

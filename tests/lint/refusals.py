#!/usr/bin/env python3
"""Every refusal of the plug-in loader stands in docs/plugin-abi.md. Prints what does not as FILE:LINE, and fails.

usage: refusals.py ROOT

A refusal is the format of a call of assay_fail, assay_fail_errno or assay_judge_refuse. It stands in the page when some
text between backticks is an example of it: the same words, with anything in the place of each conversion. Where it stands,
"plug-in 'x.so': kernel 'k': ", may be left out. Out of memory is no refusal.
"""
import re
import sys
from pathlib import Path

SOURCES = ("harness/worker/loader.c", "harness/worker/elf_file.c", "harness/worker/judge.c")
PAGE = "docs/plugin-abi.md"
CALL = re.compile(r"\b(?:assay_fail|assay_fail_errno|assay_judge_refuse)\(")
LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"')
CONVERSION = re.compile(r"%(?:\.?\d+)?(?:z|ll|l)?[a-z]")
PLACE = r"(?:plug-in '[^']+':? )?(?:kernel (?:\d+|'[^']+'): )?(?:parameter (?:\d+|'[^']+'): )?"
MACROS = {"ASSAY_PLUGIN_MAGIC": '"ASSAYPLG"'}


def arguments(text, start):
    """The text of a call's arguments, from behind its parenthesis to the one that closes it."""
    depth, at = 1, start
    while depth > 0:
        literal = LITERAL.match(text, at)
        at = literal.end() if literal else at + 1
        if not literal:
            depth += {"(": 1, ")": -1}.get(text[at - 1], 0)
    return text[start:at - 1]


def formats(text):
    """(line, format) of every call that has one; the strings of a format that is written in pieces are joined."""
    for name, value in MACROS.items():
        text = text.replace(name, value)
    for call in CALL.finditer(text):
        pieces = re.search(r'"(?:[^"\\]|\\.)*"(?:\s*"(?:[^"\\]|\\.)*")*', arguments(text, call.end()))
        if pieces:
            yield text.count("\n", 0, call.start()) + 1, "".join(LITERAL.findall(pieces.group()))


def example_of(words):
    """What an example of a format looks like; behind it may stand what the system says (assay_fail_errno)."""
    parts = CONVERSION.split(re.sub(r"^plug-in '%s':? ", "", words))
    return re.compile(PLACE + ".+".join(re.escape(part) for part in parts) + "(?:: .+)?")


def check(root):
    page = (root / PAGE).read_text()
    examples = re.findall(r"`([^`\n]+)`", page)
    for name in SOURCES:
        seen = 0
        for line, words in formats((root / name).read_text() if (root / name).exists() else ""):
            seen += 1
            if words.startswith(("out of memory", "plug-in '%s': %s%s")):  # the latter puts the place before the words
                continue
            pattern = example_of(words)
            if not any(pattern.fullmatch(example) for example in examples):
                yield f"{name}:{line}: `{words}` is not in {PAGE}"
        if seen == 0:
            yield f"{name}: no refusal found: is it gone, or does it refuse by other means?"


def main():
    problems = list(check(Path(sys.argv[1])))
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())

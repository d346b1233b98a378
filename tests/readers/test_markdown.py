#!/usr/bin/env python3
"""Markdown as GitHub's own parser reads it (Debian's cmark-gfm, with its extensions, raw HTML let through): the tables hold the
sheets' texts, and nothing from a document becomes markup, a link, or a mention of anybody."""
import csv
import io
import re
import subprocess
from html.parser import HTMLParser

from readers import goes_red, same
from reports import hostile, many, report, sample

MOST = 65536
BREAK = "\u200b"
TAGS = {"h3", "h4", "p", "ul", "li", "strong", "table", "thead", "tbody", "tr", "th", "td", "code", "details", "summary", "sub", "br"}
# After html-pipeline, which finds these in the text of what was rendered, outside of code.
JOINED = {"a mention": r"(?<![A-Za-z0-9_])@[A-Za-z0-9]", "an issue": r"#[0-9]", "an issue by GH": r"(?i)\bgh-[0-9]",
          "an address": r"[\w.+-]+@[\w-]+\.\w", "a link": r"://|(?i:www)\.", "an emoji": r":(?!\d{1,2}:)[a-z0-9_+-]+:"}


class Page(HTMLParser):
    """Tables as lists of rows of texts, and all text outside of code; every tag must be one that Markdown of ours makes."""

    def __init__(self):
        super().__init__()
        self.tables, self.text, self.open, self.cell = [], [], [], None

    def handle_starttag(self, tag, attributes):
        assert tag in TAGS, f"<{tag}> in the page"
        assert all(name in ("align",) for name, _ in attributes), attributes
        self.open.append(tag)
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.cell = []

    def handle_endtag(self, tag):
        same(self.open.pop(), tag, "what is closed")
        if tag in ("td", "th"):
            self.tables[-1][-1].append("".join(self.cell).replace(BREAK, ""))
            self.cell = None

    def handle_comment(self, data):
        raise AssertionError(f"a comment: {data}")

    def handle_data(self, data):
        if self.cell is not None:
            self.cell.append(data)
        if "code" not in self.open:
            self.text.append(data)
        else:
            self.text.append(" code ")


def rendered(data):
    text = data.decode("utf-8")
    assert len(data) <= MOST and len(text) <= MOST, f"{len(text)} characters"
    html = subprocess.run(["cmark-gfm", "--unsafe", "-e", "table", "-e", "strikethrough", "-e", "autolink", "-e", "tagfilter"],
                          input=data, check=True, stdout=subprocess.PIPE).stdout.decode("utf-8")
    page = Page()
    page.feed(html)
    same(page.open, [], "what was left open")
    for table in page.tables:
        same(len({len(row) for row in table}), 1, "columns of a table")
    for what, pattern in JOINED.items():
        for piece in "".join(page.text).splitlines():
            match = re.search(pattern, piece)
            assert not match, f"{what}: {piece[:200]!r}"
    return page


def sheets(document):
    """The rows of every sheet as the rows format has them: {sheet: [{column: text}]}."""
    found = {}
    for row in csv.DictReader(io.StringIO(report(document, "rows")[0].decode(), newline="")):
        sheet = found.setdefault(row["sheet"], {})
        sheet.setdefault(int(row["row"]), {})[row["column"]] = row["text"]
    return {name: [rows[index] for index in sorted(rows)] for name, rows in found.items()}


def shown(text):
    """A sheet's text as Markdown shows it: 300 characters on one line, spaces once."""
    text = re.sub(r"\s", " ", text).strip()
    return re.sub(" +", " ", text if len(text) <= 300 else text[:300].rstrip() + "\u2026")


def rows_of(page, prefix_columns):
    return [{name: text for name, text in zip(table[0], row) if text} for table in page.tables if set(prefix_columns) <= set(table[0])
            for row in table[1:]]


def all_rows_are_the_sheets(document, prefix, columns):
    found = [{name: re.sub(r"\s+", " ", text) for name, text in row.items()} for row in rows_of(rendered(report(document, "markdown")[0]), columns)]
    want = [row for name, rows in sheets(document).items() if name.startswith(prefix) for row in rows]
    key = lambda row: sorted(row.items())
    same(sorted(found, key=key), sorted([{name: shown(text) for name, text in row.items() if shown(text)} for row in want], key=key), "rows")
    return found


def main():
    rows = all_rows_are_the_sheets(sample("comparisons"), "compared", ["verdict", "ratio"])
    same(rows[0]["benchmark"], "primes.listed_root:limit=10000,variant=fixed", "the worst row first")
    all_rows_are_the_sheets(sample("result-1"), "results", ["benchmark"])
    all_rows_are_the_sheets(hostile(sample("comparisons")), "compared", ["verdict", "ratio"])
    for name in ("result-1", "comparisons", "scaling", "crossovers", "profiles"):
        rendered(report(sample(name), "md")[0])
        rendered(report(hostile(sample(name)), "md")[0])
    big = report(many(sample("result-1"), 5000), "markdown")[0]
    page = rendered(big)
    left = int(re.search(rb"(\d+) more rows are left out: a comment holds 65536 characters\.", big)[1])
    shown_rows = sum(len(table) - 1 for table in page.tables)
    same(left + shown_rows, 5000, "rows shown and left out")
    assert len(big) > MOST - 1000, f"only {len(big)} of {MOST} used"
    same([len(table) - 1 for table in page.tables][0], 10, "rows that are not folded")
    rendered(report(hostile(many(sample("result-1"), 3000)), "markdown")[0])
    data = report(hostile(sample("comparisons")), "markdown")[0]
    goes_red(rendered, data.replace(b"@" + BREAK.encode(), b"@"), "a mention")
    goes_red(rendered, data.replace(b"&lt;", b"<"), "HTML")
    goes_red(rendered, data.replace(b"\n\n", b"\n\n[a](b)\n\n", 1), "a link")
    goes_red(rendered, big + b"x" * 2000, "too long")


main()

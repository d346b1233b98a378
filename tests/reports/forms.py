"""Forms of a report as what they say, read by parsers that know nothing of assay: a page's tables, rows, Markdown, text, JUnit."""

import csv
import html.parser
import io
import os
import re
import subprocess
import xml.etree.ElementTree

ASSAY = os.path.abspath(os.environ["ASSAY"])
SOURCE = os.environ["ASSAY_SOURCE"]
SAMPLES = os.path.join(SOURCE, "data", "samples")


def report(*arguments, width=400, check=True, text=None):
    """Standard output of `assay report`, as bytes."""
    environment = dict(os.environ, LC_ALL="C.UTF-8", NO_COLOR="1", COLUMNS=str(width))
    done = subprocess.run([ASSAY, "report", *arguments], input=text, capture_output=True, env=environment, check=False)
    if check and done.returncode:
        raise AssertionError("assay report %s: %d %s" % (arguments, done.returncode, done.stderr.decode(errors="replace")))
    return done.stdout if check else done


class Page(html.parser.HTMLParser):
    """Tables by id (rows of cells), texts by id, and what would load or run something."""

    def __init__(self, text):
        super().__init__()
        self.tables, self.texts, self.loads, self.scripts, self.handlers = {}, {}, [], [], []
        self.table = self.cell = self.script = None
        self.stack = []
        self.feed(text)
        self.close()
        self.texts = {name: "".join(parts) for name, parts in self.texts.items()}

    def handle_starttag(self, tag, attributes):
        known = dict(attributes)
        for name, value in attributes:
            if name.startswith("on"):
                self.handlers.append((tag, name))
            if name in ("src", "href", "data", "action", "srcset", "poster") and not (value or "").startswith(("#", "data:image/")) and value != "data:,":
                self.loads.append((tag, name, value))
        if tag == "table" and known.get("id"):
            self.table = self.tables.setdefault(known["id"], [])
        elif tag == "tr" and self.table is not None:
            self.table.append([])
        elif tag in ("td", "th") and self.table:
            self.cell = []
        elif tag == "script":
            self.script = [known, ""]
            self.scripts.append(self.script)
        if tag not in ("meta", "br", "input", "link", "hr", "img", "col"):
            self.stack.append((tag, known.get("id")))

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if self.stack and self.stack[-1][0] == tag:
            self.stack.pop()

    def handle_endtag(self, tag):
        if tag in ("td", "th") and self.cell is not None:
            self.table[-1].append(" ".join("".join(self.cell).split()))
            self.cell = None
        elif tag == "table":
            self.table = None
        elif tag == "script":
            self.script = None
        while self.stack and self.stack.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if self.script is not None:
            self.script[1] += data
            return
        if self.cell is not None:
            self.cell.append(data)
        for _, name in self.stack:
            if name:
                self.texts.setdefault(name, []).append(data)


def sheets_of_rows(text):
    """rows.csv: {sheet: [{column: text}]}"""
    sheets = {}
    for line in csv.DictReader(io.StringIO(text)):
        rows = sheets.setdefault(line["sheet"], {})
        rows.setdefault(int(line["row"]), {})[line["column"]] = line["text"]
    return {name: [rows[row] for row in sorted(rows)] for name, rows in sheets.items()}


def markdown_rows(text):
    """Cells of every line of a GFM table, without its marks."""
    rows = []
    for line in text.splitlines():
        if line.startswith("|") and not re.fullmatch(r"[|: -]+", line):
            cells = re.split(r"(?<!\\)\|", line.strip()[1:-1])
            rows.append([plain(cell) for cell in cells])
    return rows


def plain(text):
    """Markdown's marks and entities undone."""
    import html as entities
    text = re.sub(r"\\([\\`*_{}\[\]()#+.!|<>~@-])", r"\1", text)
    return " ".join(entities.unescape(text).replace("`", "").replace("**", "").replace("\u200b", "").split())


def junit_cases(text):
    """Name and element of every case, in order."""
    return [(case.get("name"), case) for case in xml.etree.ElementTree.fromstring(text).iter("testcase")]

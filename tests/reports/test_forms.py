#!/usr/bin/env python3
"""One document in every form: each number and each verdict word of the sheets stands in all of them, digit for digit. The
comparison itself is tried on forms with one digit or one word changed."""

import glob
import json
import os
import re
import tempfile
import unittest

import forms

SAMPLES = sorted(glob.glob(os.path.join(forms.SAMPLES, "*.json")))
FORMS = ("html", "rows", "text", "md", "junit")
NUMBER = re.compile(r"\d[\d.]*")


def words(text):
    return " ".join(text.replace("\u00a0", " ").split())


def page_against_rows(page, rows):
    """What a page's tables have that the rows have not, or otherwise."""
    for name, sheet in rows.items():
        table = page.tables.get(name)
        if table is None:
            yield "no table %s" % name
            continue
        titles, body = table[0], table[1:]
        if len(body) != len(sheet):
            yield "%s: %d rows, not %d" % (name, len(body), len(sheet))
        for cells, row in zip(body, sheet):
            for title, cell in zip(titles, cells):
                if words(row.get(title, "")) != words(cell):
                    yield "%s: %s: %r is not %r" % (name, title, cell, row.get(title))


def verdict_against(page, text, markdown):
    """The four facts of the verdict: in the page, in the text, in the Markdown."""
    for fact in ("sentence", "counts", "worst", "best", "trust"):
        shown = words(page.texts.get(fact, ""))
        if not shown:
            continue
        figures = NUMBER.findall(shown)
        for form, other in (("text", words(text)), ("md", words(forms.plain(markdown)))):
            missing = [figure for figure in figures if figure not in other]
            if missing:
                yield "%s: %s lacks %s of %r" % (form, fact, missing, shown)
        if fact == "sentence" and shown not in words(text):
            yield "text lacks the sentence %r" % shown


def compared(rows):
    return [row for name, sheet in rows.items() if name.startswith("compared") for row in sheet]


def told(rows):
    """The rows that the text has, by what the document is about, and which of their columns."""
    for prefix, columns in (("crossing", ("ratio", "interval")), ("compared", ("verdict", "ratio", "interval")),
                            ("profile", ("ncalls", "tottime")), ("results", ("time", "interval", "ratio"))):
        sheets = [sheet for name, sheet in rows.items() if name.startswith(prefix)]
        if sheets:
            return [[row[column] for column in columns if row.get(column)] for sheet in sheets for row in sheet]
    return []


def rows_against_text(rows, text):
    lines = [words(line) for line in text.splitlines()]
    for wanted in told(rows):
        if not any(all(words(item) in line for item in wanted) for line in lines):
            yield "text has no line with %r" % wanted


def rows_against_markdown(rows, markdown):
    tables = [[words(cell) for cell in cells] for cells in forms.markdown_rows(markdown)]
    for row in compared(rows):
        wanted = [words(row[column]) for column in ("benchmark", "verdict", "ratio", "interval") if row.get(column)]
        if not any(all(item in cells for item in wanted) for cells in tables):
            yield "md has no row with %r" % wanted


def gate_failures(document):
    """What fails a build: docs/exit-status.md. Neither work added on purpose does, nor a value that a crossover looked at."""
    looked = {point["comparison"] for crossover in document.get("crossovers", ()) for point in crossover["points"]}
    return sum(index not in looked and row["verdict"] == "slower" and row["gate_log_evidence"] is not None and not row.get("injected")
               and row["log_evidence"] >= row["gate_log_evidence"] for index, row in enumerate(document.get("comparisons", ())))


def rows_against_junit(rows, junit, document):
    cases = forms.junit_cases(junit)
    for row, (name, case) in zip(compared(rows), cases):
        said = words("".join(case.itertext())) + words(" ".join(inner.get("message", "") for inner in case))
        if row["benchmark"] not in name:
            yield "junit: %s is not %s" % (name, row["benchmark"])
        for item in (row["verdict"], row.get("ratio", ""), row.get("interval", "")):
            if item not in said:
                yield "junit: %s lacks %r" % (name, item)
        if case.find("failure") is not None and not row["verdict"].startswith("slower"):
            yield "junit: %s is %s and a failure" % (name, row["verdict"])
    failed = sum(case.find("failure") is not None for _, case in cases)
    if failed != gate_failures(document):
        yield "junit has %d failures, not %d" % (failed, gate_failures(document))


def differences(made, document):
    page, rows, text, markdown, junit = (made[name] for name in FORMS)
    found = list(page_against_rows(forms.Page(page), forms.sheets_of_rows(rows)))
    found += verdict_against(forms.Page(page), text, markdown)
    found += rows_against_text(forms.sheets_of_rows(rows), text)
    found += rows_against_markdown(forms.sheets_of_rows(rows), markdown)
    found += rows_against_junit(forms.sheets_of_rows(rows), junit, document)
    return found


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def all_forms(path):
    return {name: forms.report(path, "--format", name).decode()
            for name in FORMS}


class Forms(unittest.TestCase):
    def test_every_form_has_the_same_digits_and_words(self):
        self.assertGreaterEqual(len(SAMPLES), 5)
        for path in SAMPLES:
            with self.subTest(os.path.basename(path)):
                made = all_forms(path)
                rows = forms.sheets_of_rows(made["rows"])
                self.assertGreater(sum(map(len, rows.values())), 3)
                self.assertEqual(differences(made, load(path)), [])

    def test_a_changed_digit_or_word_is_seen_in_each_form(self):
        path = os.path.join(forms.SAMPLES, "comparisons.json")
        made, document = all_forms(path), load(path)
        rows = compared(forms.sheets_of_rows(made["rows"]))
        slower = next(row for row in rows if row["verdict"].startswith("slower"))
        ratio = slower["ratio"]
        changed = ratio[:-1] + str((int(ratio[-1]) + 1) % 10)
        for form in FORMS:
            with self.subTest(form):
                wrong = dict(made, **{form: made[form].replace(ratio, changed)})
                self.assertNotEqual(wrong[form], made[form])
                self.assertNotEqual(differences(wrong, document), [])
        silent = re.sub(r"<failure.*?</failure>|<failure[^>]*/>", "", made["junit"], flags=re.S)
        self.assertNotEqual(silent, made["junit"])
        self.assertNotEqual(differences(dict(made, junit=silent), document), [])

    def test_several_documents_are_reported_together_and_never_compared(self):
        paths = [os.path.join(forms.SAMPLES, name) for name in ("result-1.json", "scaling.json")]
        page = forms.Page(forms.report(*paths, "--format", "html").decode())
        self.assertTrue(any(name.startswith("results1-") for name in page.tables))
        self.assertTrue(any(name.startswith("results0-") for name in page.tables))
        self.assertFalse(any(name.startswith("compared") for name in page.tables))
        done = forms.report(*paths, "--format", "csv", check=False)
        self.assertEqual(done.returncode, 2)
        self.assertEqual(done.stderr, b"assay: csv holds one document, there are 2: want --document N\n")

    def test_a_page_gives_its_documents_back_byte_for_byte(self):
        with tempfile.TemporaryDirectory() as place:
            page = os.path.join(place, "page.html")
            for path in SAMPLES:
                forms.report(path, "-o", page)
                with open(path, "rb") as file:
                    self.assertEqual(forms.report(page, "--format", "json"), file.read())
            forms.report(*SAMPLES[:2], "-o", page)
            for i, path in enumerate(SAMPLES[:2]):
                with open(path, "rb") as file:
                    self.assertEqual(forms.report(page, "--format", "json", "--document", str(i + 1)), file.read())
            done = forms.report(page, "--format", "json", "--document", "3", check=False)
            self.assertEqual((done.returncode, done.stderr), (2, b"assay: bad --document '3': there are 2\n"))

    def test_a_page_of_a_page_is_the_same_page(self):
        with tempfile.TemporaryDirectory() as place:
            first, second = os.path.join(place, "a.html"), os.path.join(place, "b.html")
            forms.report(SAMPLES[0], "-o", first)
            forms.report(first, "-o", second)
            with open(first, encoding="utf-8") as a, open(second, encoding="utf-8") as b:
                left, right = a.read(), b.read()
        name = os.path.basename(SAMPLES[0])
        self.assertEqual(re.sub(r"[^\"'<> ]*(%s|a\.html)" % re.escape(name), "NAME", left),
                         re.sub(r"[^\"'<> ]*(%s|a\.html)" % re.escape(name), "NAME", right))

    def test_a_damaged_page_is_refused_in_one_line(self):
        with tempfile.TemporaryDirectory() as place:
            page = os.path.join(place, "page.html")
            forms.report(SAMPLES[0], "-o", page)
            with open(page, "rb") as file:
                whole = file.read()
            data = re.search(rb'(data-encoding="base64 raw-deflate"[^>]*>\s*)([A-Za-z0-9+/=]{40})', whole)
            ways = {"cut": whole[:data.start(2) + 20], "changed": whole.replace(data.group(2), data.group(2)[::-1]),
                    "length": re.sub(rb'data-length="\d+"', b'data-length="12"', whole),
                    "digest": re.sub(rb'data-sha256="[0-9a-f]{8}', b'data-sha256="00000000', whole)}
            for way, damaged in ways.items():
                with self.subTest(way):
                    with open(page, "wb") as file:
                        file.write(damaged)
                    done = forms.report(page, "--format", "json", check=False)
                    self.assertEqual((done.returncode, done.stdout), (2, b""))
                    self.assertEqual(done.stderr.count(b"\n"), 1, done.stderr)

    def test_json_of_a_file_is_the_file(self):
        text = json.dumps(load(SAMPLES[0]), indent=7).encode()
        self.assertEqual(forms.report("-", "--format", "json", text=text), text)


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""Documents that are odd: each is shown right in every form, or refused in one line; nothing of one ever runs or loads."""

import copy
import glob
import json
import os
import re
import statistics
import tempfile
import unittest
import xml.etree.ElementTree

import forms

SAMPLES = {os.path.basename(path): json.load(open(path, encoding="utf-8"))
           for path in sorted(glob.glob(os.path.join(forms.SAMPLES, "*.json")))}
HOSTILE = "</script><script>alert(1)</script>\"'><img src=x onerror=alert(2)>&lt;\u202e\u2066\x01\x07\x1b[31m\r\n|`@team #1 ]]>"
BROKEN = b"\xff\xfe\xc0\x80\xed\xa0\x80<b>\xf4\x90\x80\x80"
MARK = "HOSTILE-MARK"
FORMS = ("html", "md", "text", "junit", "rows")


def leaves(value, path=()):
    """Every string in a document with its path."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, path + (key,))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from leaves(inner, path + (index,))
    elif isinstance(value, str):
        yield path


def kind_of(path):
    return tuple("*" if isinstance(step, int) else step for step in path)


def with_text(document, path, text):
    changed = copy.deepcopy(document)
    place = changed
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = text
    return changed


def timed(count, values):
    """A document of `count` benchmarks, each with these times of one iteration; one process a sample."""
    base = SAMPLES["result-1.json"]
    document = {key: copy.deepcopy(value) for key, value in base.items()
                if key not in ("comparisons", "profiles", "scalings", "crossovers", "history")}
    pattern = next(item for item in base["benchmarks"] if item["status"] == "ok")
    rows = []
    for index in range(count):
        row = {key: copy.deepcopy(value) for key, value in pattern.items() if key not in ("measures", "distributions", "counters")}
        row["id"] = "k:n=%d" % index
        row["parameters"] = {"n": str(index)} if isinstance(pattern["parameters"], dict) else [{"name": "n", "text": str(index)}]
        process = pattern["processes"][0]
        row["processes"] = [dict(process) for _ in values]
        row["samples"] = {name: None for name in pattern["samples"]}
        for name in pattern["samples"]:
            row["samples"][name] = [None] * len(values)
        row["samples"]["iterations"] = [1] * len(values)
        row["samples"]["elapsed_ns"] = list(values)
        row["samples"]["start_ns"] = [i * 1000 for i in range(len(values))]
        row["samples"]["process"] = list(range(len(values)))
        if values:
            row["statistics"].update(samples=len(values), processes=len(values), min=min(values), max=max(values),
                                     median=statistics.median(values), mean=statistics.mean(values))
        rows.append(row)
    document["benchmarks"] = rows
    return document


class BadInput(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.path = os.path.join(place.name, "document.json")

    def write(self, document):
        data = document if isinstance(document, bytes) else json.dumps(document).encode()
        with open(self.path, "wb") as file:
            file.write(data)
        return data

    def refused(self, document, *wanted):
        self.write(document)
        done = forms.report(self.path, "--format", "html", check=False)
        error = done.stderr.decode()
        self.assertEqual((done.returncode, done.stdout), (2, b""), error[:300])
        self.assertRegex(error, r"\Aassay: [^\n]+\n\Z")
        self.assertLess(len(error), 600)
        for word in wanted:
            self.assertIn(word, error)

    def harmless(self, text):
        """A page that runs its own script alone and loads nothing."""
        page = forms.Page(text)
        self.assertEqual(page.loads, [])
        self.assertEqual(page.handlers, [])
        types = [known.get("type") for known, _ in page.scripts]
        self.assertEqual(types.count(None) + types.count("text/javascript"), 1, types)
        self.assertTrue(all(kind in (None, "text/javascript", "application/octet-stream") for kind in types))
        for known, inside in page.scripts:
            if known.get("type") == "application/octet-stream":
                self.assertRegex(inside.strip(), r"\A[A-Za-z0-9+/=\s]*\Z")
        self.assertNotIn("<script>alert", text)
        body = re.sub(r"<script.*?</script>", "", text, flags=re.S)
        self.assertNotIn("<img", body)
        self.assertIsNone(re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\u202a-\u202e\u2066-\u2069]", body))
        return page

    def shown(self, document, names=FORMS):
        """All forms of it; the page is returned. Or None, if it was refused, in one line."""
        data = self.write(document)
        made = None
        for form in names:
            done = forms.report(self.path, "--format", form, check=False)
            if done.returncode:
                self.assertEqual(done.returncode, 2, done.stderr[:500])
                self.assertRegex(done.stderr.decode(), r"\Aassay: [^\n]+\n\Z")
                return None
            text = done.stdout.decode()
            if form == "html":
                made = self.harmless(text)
            elif form == "junit":
                xml.etree.ElementTree.fromstring(text)
            elif form == "md":
                self.assertLessEqual(len(text), 65536)
                self.assertNotIn("<script", text)
                self.assertNotIn("<img", text)
                self.assertNotRegex(text, r"(?<![\\`\w])@team")
            if form != "html":
                self.assertNotIn("\x1b", text)
        page = os.path.join(os.path.dirname(self.path), "page.html")
        forms.report(self.path, "-o", page)
        self.assertEqual(forms.report(page, "--format", "json"), data)
        return made

    def test_a_document_of_the_future_is_refused(self):
        self.refused(dict(SAMPLES["result-1.json"], schema="assay.result/2"), "assay.result/2")

    def test_a_truncated_document_is_refused(self):
        for name, document in SAMPLES.items():
            data = json.dumps(document).encode()
            for share in (0.1, 0.5, 0.9, 0.999):
                with self.subTest(name=name, share=share):
                    self.refused(data[:int(len(data) * share)])
        self.refused(b"", "empty")
        self.refused(b"{", "document.json")
        self.refused(b"\x00\x01\x02" * 100, "document.json")

    def test_names_of_ten_megabytes_are_refused_in_one_line(self):
        for path in (("benchmarks", 0, "id"), ("benchmarks", 0, "group"), ("warnings", 0), ("suite", "name")):
            with self.subTest(path=path):
                self.refused(with_text(SAMPLES["result-1.json"], path, "x" * 10_000_000), "a text of over 1000000 bytes")

    def test_a_name_just_below_the_limit_is_shown_in_every_form(self):
        self.assertIsNotNone(self.shown(with_text(SAMPLES["result-1.json"], ("benchmarks", 0, "message"), "y" * 1_000_000)))

    def test_hostile_text_in_every_string_stays_text(self):
        self.assertGreater(self.every_string(json.dumps(HOSTILE).encode()[1:-1]), 25)

    def test_bytes_that_are_no_utf8_in_every_string_are_refused(self):
        self.assertEqual(self.every_string(BROKEN), 0)

    def every_string(self, odd):
        """Each kind of string alone in the page; then all that a document may have odd together, in every form. How many
        kinds may be so."""
        def spoilt(document):
            return json.dumps(document).encode().replace(MARK.encode(), MARK.encode() + odd)
        shown, tried = 0, set()
        for name, document in SAMPLES.items():
            together = document
            for path in leaves(document):
                if kind_of(path) in tried:
                    continue
                tried.add(kind_of(path))
                with self.subTest(name=name, path=kind_of(path)):
                    if self.shown(spoilt(with_text(document, path, MARK)), ("html",)) is not None:
                        shown += 1
                        together = with_text(together, path, MARK)
            with self.subTest(name=name):
                self.shown(spoilt(together))
        self.assertGreater(len(tried), 40)
        return shown

    def test_no_benchmarks(self):
        page = self.shown(timed(0, []))
        self.assertIn("no benchmarks", page.texts["sentence"])

    def test_one_sample(self):
        page = self.shown(timed(1, [1234]))
        self.assertIn("1.234", page.texts["sentence"])

    def test_all_samples_equal(self):
        self.assertIsNotNone(self.shown(timed(2, [5000] * 60)))

    def test_samples_over_ten_orders_of_magnitude(self):
        self.assertIsNotNone(self.shown(timed(2, [10 ** (i % 11) for i in range(66)])))

    def test_all_benchmarks_failed(self):
        document = timed(5, [])
        for row in document["benchmarks"]:
            row.update(status="crashed", message="died of SIGSEGV", processes=[])
            row.pop("statistics", None)
        page = self.shown(document)
        self.assertIn("None of 5", page.texts["sentence"])
        self.assertEqual(page.texts["counts"].split(",")[1].strip(), "5 failed")

    def test_five_thousand_benchmarks(self):
        page = self.shown(timed(5000, [100, 101, 102, 103, 104, 105, 106]))
        rows = sum(len(table) - 1 for name, table in page.tables.items() if name.startswith("results"))
        self.assertEqual(rows, 5000)

    def test_a_directory_a_missing_file_and_a_closed_one(self):
        for path, wanted in ((os.path.dirname(self.path), "directory"), (self.path + ".none", "No such file")):
            done = forms.report(path, check=False)
            self.assertEqual(done.returncode, 2)
            self.assertIn(wanted, done.stderr.decode())


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""JUnit's XML, held to XML by xmllint, read by junitparser (Debian's python3-junitparser), and to the order of elements and
attributes of the schema of Jenkins's xUnit plug-in (junit-10.xsd)."""
import subprocess
import xml.etree.ElementTree as ElementTree

import junitparser

from readers import goes_red, same
from reports import hostile, near, report, sample

COUNTS = ("tests", "failures", "errors", "skipped")
ATTRIBUTES = {"testsuites": {"name"}, "testsuite": {"name", "time", "timestamp", *COUNTS}, "testcase": {"name", "classname", "time"},
              "failure": {"type", "message"}, "error": {"type", "message"}, "skipped": {"type", "message"}, "system-out": set()}
CHILDREN = {"testsuites": ["testsuite"], "testsuite": ["testcase"], "testcase": ["failure", "error", "skipped", "system-out"]}


def checked(data):
    """The suites; elements and attributes are those of the schema, and counts are true."""
    subprocess.run(["xmllint", "--noout", "--nonet", "-"], input=data, check=True, stderr=subprocess.PIPE)
    root = ElementTree.fromstring(data)
    for element in root.iter():
        same(set(element.attrib), ATTRIBUTES[element.tag], element.tag)
        assert all(child.tag in CHILDREN.get(element.tag, []) for child in element), element.tag
        if element.tag == "testcase":
            assert element.get("name") and float(element.get("time")) >= 0
            assert sum(child.tag != "system-out" for child in element) <= 1, "one outcome"
    for suite in root:
        kinds = [child.tag for case in suite for child in case]
        same([int(suite.get(name)) for name in COUNTS],
             [len(suite), kinds.count("failure"), kinds.count("error"), kinds.count("skipped")], "counts")
        assert abs(sum(float(case.get("time")) for case in suite) - float(suite.get("time"))) < 1e-5 * len(suite)
    return root


def outcomes(data):
    """By name what junitparser makes of each case."""
    found = {}
    for suite in junitparser.JUnitXml.fromstring(data):
        for case in suite:
            found.setdefault(case.name, []).extend([(type(one).__name__, one.type) for one in case.result] or ["passed"])
    return found


def compared_cases():
    document = sample("comparisons")
    found = outcomes(report(document, "junit")[0])
    same(found, {
        "primes.listed_root:limit=10000,variant=fixed": [("Failure", "slower")],
        "primes.trial:limit=10000": ["passed", "passed"],  # the one that is slower had work added on purpose
        "primes.trial:limit=10000@cpython": ["passed"],  # slower, but of stored documents, which prove nothing
        "sieve.segmented:limit=1000000": ["passed"],
        "primes.listed_root_break:limit=10000,variant=fixed": ["passed"],
        "sieve.bytes:limit=1000000": ["passed"],
        "primes.listed:limit=10000": ["passed"],
        "primes.broken:limit=10000": [("Error", "wrong-answer")],
    }, "outcomes")


def single_cases():
    document = sample("result-1")
    document["benchmarks"][0]["samples"]["elapsed_ns"][0] += 5e9
    root = checked(report(document, "junit")[0])
    first, broken = [case for case in root[0] if case.get("name").startswith(("primes.trial", "primes.broken"))][:2]
    near(float(first.get("time")), round(sum(document["benchmarks"][0]["samples"]["elapsed_ns"]) / 1e9, 6), "measured seconds")
    same(broken[0].attrib, {"type": "wrong-answer", "message": "wrong-answer: count is 1228, want 1229 (OEIS A006880)"}, "error")
    for status, want in (("crashed", "Error"), ("timed-out", "Error"), ("unavailable", "Skipped"), ("interrupted", "Error")):
        document["benchmarks"][0].update(status=status, message="x")
        same(outcomes(report(document, "junit")[0])["primes.trial:limit=10000"], [(want, status)], status)


def main():
    for name in ("result-1", "comparisons", "scaling", "crossovers", "profiles"):
        checked(report(sample(name), "junit")[0])
        checked(report(hostile(sample(name)), "junit")[0])
    compared_cases()
    single_cases()
    data = report(sample("comparisons"), "junit")[0]
    goes_red(checked, data.replace(b'failures="1"', b'failures="2"', 1), "a wrong count")
    goes_red(checked, data.replace(b"</testcase>", b"<failure/></testcase>", 1), "an element out of place")
    goes_red(checked, data.replace(b"1 %", b"1 \x02", 1), "a character that XML does not have")


main()

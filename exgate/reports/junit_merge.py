"""JUnit's file of a run: the verdicts' suite, and beside it what pytest says of a user's own tests."""

from __future__ import annotations

from xml.etree.ElementTree import Element, tostring

from defusedxml import ElementTree as SafeElementTree

from exgate.reports.formats.junit import suite
from exgate.reports.results import Results

_OWN = "own tests"
_COUNTS = {"failures": "failure", "errors": "error", "skipped": "skipped"}


def merge(pytests: bytes, results: Results) -> bytes:
    """Put the verdicts' suite in the place of pytest's testcases for them.

    Args:
        pytests: The file that pytest has written; its testcases with a verdict have a property ``verdict``.
        results: The results.
    """
    root = SafeElementTree.fromstring(pytests)
    for theirs in root.findall("testsuite"):
        for testcase in theirs.findall("testcase"):
            if testcase.find("properties/property[@name='verdict']") is not None:
                theirs.remove(testcase)
        if theirs.find("testcase") is None:
            root.remove(theirs)
        else:
            _recount(theirs)
    root.insert(0, suite(results))
    root.set("name", root[0].get("name", ""))
    data: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return data


def _recount(theirs: Element) -> None:
    cases = theirs.findall("testcase")
    theirs.set("name", _OWN)
    theirs.set("tests", str(len(cases)))
    for count, tag in _COUNTS.items():
        theirs.set(count, str(sum(case.find(tag) is not None for case in cases)))
    theirs.set("time", f"{sum(float(case.get('time', 0)) for case in cases):.3f}")

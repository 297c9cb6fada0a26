"""JUnit's file of a run: the verdicts' suite, and beside it what pytest says of a user's own tests."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from xml.etree.ElementTree import Element, tostring

from defusedxml import ElementTree as SafeElementTree

from exgate.reports.clean_element import clean_element
from exgate.reports.results import Results
from exgate.verdicts import Verdict

_OWN = "own tests"
_TEARDOWN = "failed on teardown"
"""What pytest's message begins with where a fixture breaks after the test."""
_COUNTS = {"failures": "failure", "errors": "error", "skipped": "skipped"}


def properties(verdict: Verdict) -> list[tuple[str, str]]:
    """Give the properties by which a test with a verdict is known to `merge`, and to other plugins."""
    return [("id", verdict.requirement), ("host", verdict.host), ("verdict", verdict.outcome.value)]


def merge(pytests: bytes, results: Results | None, clean: Callable[[str], str]) -> Iterator[bytes]:
    """Put the verdicts' suite in the place of pytest's testcases for them, and give the file piece by piece.

    Args:
        pytests: The file that pytest has written; its testcases with a verdict have the `properties` of one.
        results: The results; None where there are only a user's own tests.
        clean: What takes the secrets out of a text: a test may have put anything into its testcase.
    """
    from exgate.reports.formats.junit import SUITE, testcase_names, whole

    root = SafeElementTree.fromstring(pytests)
    clean_element(root, clean)
    if results is None:
        yield tostring(root, encoding="utf-8", xml_declaration=True)
        return
    judged = {(verdict.requirement, verdict.host) for verdict in results.verdicts}
    named = set(testcase_names(results))
    said: list[tuple[str, str]] = []
    beside: list[str] = []
    for theirs in root.findall("testsuite"):
        theirs[:] = [kept for each in theirs if (kept := _beside(each, judged, named)) is not None]
        if theirs.find("testcase") is None:
            # What a test has said of the whole suite (record_testsuite_property).
            said += [(each.get("name", ""), each.get("value", "")) for each in theirs.findall("properties/property")]
        else:
            _recount(theirs)
            beside.append(tostring(theirs, encoding="unicode"))
    yield from whole(results, name=SUITE, properties=said, beside=beside)


def _name(case: Element) -> tuple[str | None, str | None]:
    return case.get("classname"), case.get("name")


def _beside(
    element: Element, judged: Collection[tuple[str, str]], named: Collection[tuple[str | None, str | None]]
) -> Element | None:
    """Give what stays of an element beside the verdicts: of a testcase with a verdict, what broke after it.

    A test that an interruption has ended has no name there, and one that was only set up (--setup-plan) has no verdict.
    """
    said = {each.get("name"): each.get("value") for each in element.iterfind("properties/property")}
    if element.tag == "testcase" and element.get("name") is None:
        return None
    is_verdict = (said.get("id"), said.get("host")) in judged or _name(element) in named
    if element.tag != "testcase" or not is_verdict:
        return element
    broken = [error for error in element.findall("error") if error.get("message", "").startswith(_TEARDOWN)]
    if not broken:
        return None
    rest = Element("testcase", element.attrib | {"name": f"{element.get('name')} teardown"})
    rest[:] = broken
    return rest


def _recount(theirs: Element) -> None:
    cases = theirs.findall("testcase")
    theirs.set("name", _OWN)
    theirs.set("tests", str(len(cases)))
    for count, tag in _COUNTS.items():
        theirs.set(count, str(sum(case.find(tag) is not None for case in cases)))
    theirs.set("time", f"{sum(float(case.get('time', 0)) for case in cases):.3f}")

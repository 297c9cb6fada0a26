"""Verdicts in pytest's JUnit file: properties of each testcase, and the kinds of error that pytest does not know."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from xml.etree.ElementTree import Element, SubElement

from defusedxml import ElementTree as SafeElementTree

from exgate.reports.baseline import Changed
from exgate.reports.results import utc
from exgate.reports.waivers import expired_lines, waived_text
from exgate.verdicts import Outcome, Verdict

VERDICT = "verdict"
WAIVER = "waiver notice"
"""The suite's properties, numbered, that tell of waivers which expire, have expired or are not needed."""
LEFT_OUT = "left out by --no-wire"
"""The suite's property that names the requirements which did not run."""
_ELEMENTS = {
    Outcome.FAIL: "failure",
    Outcome.UNKNOWN: "error",
    Outcome.UNREACHABLE: "error",
    Outcome.NOT_APPLICABLE: "skipped",
    Outcome.WAIVED: "skipped",
}


def properties(verdict: Verdict) -> list[tuple[str, str]]:
    """Give the properties of a testcase; pytest writes them."""
    more = [("seen", verdict.seen)] if verdict.seen else []
    if verdict.before:
        more.append(("before", verdict.before.outcome.value))
    note = verdict.waiver
    waiver = (
        (
            ("waiver_state", note.state),
            ("waiver_owner", note.owner),
            ("waiver_approved_by", note.approved_by),
            ("waiver_expires", note.expires),
            ("waiver_ticket", note.ticket),
            ("waiver_reason", note.reason),
            ("waiver_source", note.source),
        )
        if note
        else ()
    )
    return [
        ("id", verdict.requirement),
        ("host", verdict.host),
        ("severity", verdict.severity),
        ("role", verdict.role),
        (VERDICT, verdict.outcome.value),
        *more,
        *waiver,
    ]


def rewrite(
    path: Path,
    verdicts: Mapping[tuple[str, str], Verdict],
    suite_properties: Mapping[str, str] | None = None,
    changes: Mapping[tuple[str, str], Changed] = MappingProxyType({}),
) -> None:
    """Give every testcase with a verdict its one line as message, and the verdict as type.

    pytest writes no type, and words a verdict that was reached before the test's body as "failed on setup".

    Args:
        path: The file that pytest has written.
        verdicts: By requirement and host, as the properties name them.
        suite_properties: What to say of the whole run.
        changes: What became of the verdicts since the baseline, likewise; they become properties of the testcases.
    """
    tree = SafeElementTree.parse(path)
    for testcase in tree.iter("testcase"):
        named = {prop.get("name"): prop.get("value", "") for prop in testcase.iter("property")}
        pair = named.get("id", ""), named.get("host", "")
        verdict = verdicts.get(pair)
        if changed := changes.get(pair):
            _compare(testcase, changed)
        if verdict and verdict.outcome in _ELEMENTS:
            _describe(testcase, verdict)
    for suite in tree.iter("testsuite"):
        _describe_suite(suite, suite_properties or {})
    scratch = path.with_suffix(".tmp")
    tree.write(scratch, encoding="utf-8", xml_declaration=True)
    scratch.replace(path)


def _describe_suite(suite: Element, values: Mapping[str, str]) -> None:
    """Add properties to those that the suite has; the schema wants them before the testcases."""
    if not values:
        return
    element = suite.find("properties")
    if element is None:
        element = Element("properties")
        suite.insert(0, element)
    for name, value in values.items():
        SubElement(element, "property", name=name, value=value)


def _compare(testcase: Element, changed: Changed) -> None:
    properties = testcase.find("properties")
    if properties is not None:
        SubElement(properties, "property", name="change", value=changed.change.value)
        if changed.since:
            SubElement(properties, "property", name="since", value=utc(changed.since))


def _describe(testcase: Element, verdict: Verdict) -> None:
    for element in testcase.findall(_ELEMENTS[verdict.outcome]):
        element.set("type", verdict.outcome.value)
        text = waived_text(verdict) if verdict.outcome is Outcome.WAIVED else verdict.message
        element.set("message", text)
        element.text = "\n".join([text, *expired_lines(verdict)])

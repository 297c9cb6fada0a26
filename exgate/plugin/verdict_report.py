"""A verdict on pytest's report of a test: so that all that other plugins make of it says what the verdict says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from exgate.plugin.requirement_item import RequirementItem
from exgate.reports.junit_merge import properties
from exgate.reports.waivers import waived_text
from exgate.verdicts import Outcome, Verdict

_ATTRIBUTE = "exgate_verdict"
CATEGORIES = {
    Outcome.PASS: "passed",
    Outcome.FAIL: "failed",
    Outcome.UNKNOWN: "error",
    Outcome.UNREACHABLE: "error",
    Outcome.WAIVED: "xfailed",
    Outcome.NOT_APPLICABLE: "skipped",
}
"""pytest's words for the outcomes."""
FINDINGS = ("failed", "error")
"""Those of them that pytest counts as failed tests."""
_TEST_REPORT = pytest.TestReport


def attach(report: pytest.TestReport, verdict: Verdict) -> None:
    """Make pytest's report say what the verdict says."""
    setattr(report, _ATTRIBUTE, verdict)
    category = CATEGORIES[verdict.outcome]
    report.outcome = _outcome(category)
    if category == "passed":
        return
    report.longrepr = _longrepr(verdict, report.location)
    if category == "skipped":
        return
    if category == "xfailed":
        # What pytest makes of a test that is marked so; its own report says "skipped" too.
        report.wasxfail = waived_text(verdict)
    report.sections = []
    report.when = _when(category)


def verdict_of(report: Any) -> Verdict | None:  # noqa: ANN401 - reports of tests and of collection
    """Give the verdict that a report carries."""
    return getattr(report, _ATTRIBUTE, None)


class VerdictReport(pytest.TestReport):
    """pytest's report of a requirement on a host: everything that it says is made of the verdict when somebody asks.

    Attributes:
        item: The requirement on the host.
        exgate_verdict: The verdict.
        sections: What the test has printed; of a finding nothing is told but the verdict.
        duration: Seconds that the test took.
        start: When it began, in seconds since the epoch.
        stop: When it ended.
    """

    __slots__ = ("exgate_verdict", "item", "start", "stop")

    says_its_verdict = True
    """Whether nothing but the verdict, and what the test has printed, is told."""

    def __init__(
        self, item: RequirementItem, verdict: Verdict, sections: list[tuple[str, str]], start: float, stop: float
    ) -> None:
        self.item = item
        self.exgate_verdict = verdict
        self.start, self.stop = start, stop
        if sections and verdict.outcome in {Outcome.PASS, Outcome.NOT_APPLICABLE}:
            self.sections = sections

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever a report has
        make = _ON_DEMAND.get(name)
        if make is None:
            raise AttributeError(name)
        return make(self)

    def _to_json(self) -> dict[str, Any]:
        """Give what pytest writes into a log of reports."""
        fields = {name: getattr(self, name) for name in _WRITTEN}
        data: dict[str, Any] = _TEST_REPORT(**fields)._to_json()  # noqa: SLF001 - the same of pytest's own report
        return data


def _outcome(category: str) -> Any:  # noqa: ANN401 - one of pytest's three words
    if category in FINDINGS:
        return "failed"
    return "passed" if category == "passed" else "skipped"


def _when(category: str) -> Any:  # noqa: ANN401 - one of pytest's phases
    # pytest and its plugins tell an error from a failure by the phase alone.
    return "setup" if category == "error" else "call"


def _longrepr(verdict: Verdict, location: tuple[str, int | None, str]) -> Any:  # noqa: ANN401 - as pytest has it
    match CATEGORIES[verdict.outcome]:
        case "passed":
            return None
        case "skipped":
            return str(location[0]), location[1] or 0, verdict.message
        case "xfailed":
            return waived_text(verdict)
    return verdict.message


def _keywords(report: VerdictReport) -> Mapping[str, int]:
    return dict.fromkeys(report.item.keywords, 1)


def _wasxfail(report: VerdictReport) -> str:
    if report.exgate_verdict.outcome is not Outcome.WAIVED:
        raise AttributeError("wasxfail")
    return waived_text(report.exgate_verdict)


_ON_DEMAND: Mapping[str, Callable[[VerdictReport], Any]] = {
    "_id": lambda report: report.item._id,  # noqa: SLF001 - pytest's own name of it
    "_nodeid": lambda report: report.item.nodeid,
    "location": lambda report: report.item.location,
    "keywords": _keywords,
    "outcome": lambda report: _outcome(CATEGORIES[report.exgate_verdict.outcome]),
    "longrepr": lambda report: _longrepr(report.exgate_verdict, report.item.location),
    "when": lambda report: _when(CATEGORIES[report.exgate_verdict.outcome]),
    "user_properties": lambda report: properties(report.exgate_verdict),
    "sections": lambda _report: [],
    "extras": lambda _report: [],
    "duration": lambda report: report.stop - report.start,
    "wasxfail": _wasxfail,
}
_WRITTEN = (
    "nodeid",
    "location",
    "keywords",
    "outcome",
    "longrepr",
    "when",
    "sections",
    "duration",
    "start",
    "stop",
    "user_properties",
)

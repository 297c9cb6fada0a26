"""A verdict on pytest's report of a test: so that all that other plugins make of it says what the verdict says."""

from __future__ import annotations

from typing import Any

import pytest

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


def attach(report: pytest.TestReport, verdict: Verdict) -> None:
    """Make pytest's report say what the verdict says."""
    setattr(report, _ATTRIBUTE, verdict.to_json())
    category = CATEGORIES[verdict.outcome]
    if category == "skipped":
        report.outcome = "skipped"
        report.longrepr = (str(report.location[0]), report.location[1] or 0, verdict.message)
    elif category == "xfailed":
        # What pytest makes of a test that is marked so; its own report says "skipped" too.
        report.outcome = "skipped"
        report.wasxfail = report.longrepr = waived_text(verdict)
        report.sections = []
        report.when = "call"
    elif category in FINDINGS:
        report.outcome = "failed"
        report.longrepr = verdict.message
        report.sections = []
        # pytest and its plugins tell an error from a failure by the phase alone.
        report.when = "call" if category == "failed" else "setup"


def verdict_of(report: Any) -> Verdict | None:  # noqa: ANN401 - reports of tests and of collection
    """Give the verdict that a report carries; it travels between processes as plain values."""
    data = getattr(report, _ATTRIBUTE, None)
    return Verdict.from_json(data) if isinstance(data, dict) else None

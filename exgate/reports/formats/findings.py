"""Findings in the order in which they matter, alike ones together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from exgate.reports.results import VerdictRecord
from exgate.requirements import Severity
from exgate.verdicts import Outcome

_SEVERITIES = {severity.value: number for number, severity in enumerate(Severity)}
_OUTCOMES = {
    Outcome.FAIL: 0,
    Outcome.UNREACHABLE: 1,
    Outcome.UNKNOWN: 2,
    Outcome.WAIVED: 3,
    Outcome.NOT_APPLICABLE: 4,
    Outcome.PASS: 5,
}


def weight(verdict: VerdictRecord) -> tuple[int, int]:
    """Give a key to sort by: failures first, what was not seen next, what is waived last, each by severity."""
    return _OUTCOMES[verdict.outcome], _SEVERITIES.get(verdict.severity, len(_SEVERITIES))


@dataclass(frozen=True, slots=True)
class Alike:
    """Verdicts of one host with one outcome and one message: a host that cannot be asked has as many as requirements.

    Attributes:
        first: The one that matters most.
        number: How many they are.
    """

    first: VerdictRecord
    number: int


def alike(verdicts: Iterable[VerdictRecord]) -> list[Alike]:
    """Give verdicts with alike ones together, those that matter most first."""
    groups: dict[tuple[str, Outcome, str], list[VerdictRecord]] = {}
    for verdict in verdicts:
        groups.setdefault((verdict.host, verdict.outcome, verdict.message), []).append(verdict)
    found = [Alike(min(group, key=weight), len(group)) for group in groups.values()]
    return sorted(found, key=lambda each: weight(each.first))

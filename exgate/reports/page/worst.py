"""The hosts to begin with, whatever their organization and role."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from exgate.reports.page.shown import shown
from exgate.reports.results import Results, VerdictRecord
from exgate.requirements import Severity
from exgate.verdicts import NO_FINDING, Outcome

MOST = 10
"""Hosts that are named."""
_SEVERITIES = tuple(severity.value for severity in Severity)
_OUTCOMES = (Outcome.FAIL, Outcome.UNKNOWN, Outcome.UNREACHABLE)


@dataclass(frozen=True, slots=True)
class WorstHost:
    """A host with findings.

    Attributes:
        name: The host, as it is shown.
        findings: What they are, in words: ``2 fail, 1 unknown``.
    """

    name: str
    findings: str


def worst_hosts(results: Results) -> tuple[tuple[WorstHost, ...], int]:
    """Give the worst hosts, and how many have findings: most critical failures first, then high, medium, not seen."""
    by_host: dict[str, Counter[tuple[Outcome, str]]] = {}
    for verdict in results.verdicts:
        if verdict.outcome not in NO_FINDING:
            by_host.setdefault(verdict.host, Counter())[verdict.outcome, _severity(verdict)] += 1
    ranked = sorted(by_host.items(), key=lambda each: _rank(each[1]))
    return tuple(WorstHost(shown(host), _words(found)) for host, found in ranked[:MOST]), len(by_host)


def _severity(verdict: VerdictRecord) -> str:
    return verdict.severity if verdict.outcome is Outcome.FAIL else ""


def _rank(found: Counter[tuple[Outcome, str]]) -> tuple[int, ...]:
    fails = (-found[Outcome.FAIL, severity] for severity in _SEVERITIES)
    return (*fails, -sum(found.values()))


def _words(found: Counter[tuple[Outcome, str]]) -> str:
    counts: Counter[Outcome] = Counter()
    for (outcome, _), number in found.items():
        counts[outcome] += number
    return ", ".join(f"{counts[outcome]} {outcome}" for outcome in _OUTCOMES if counts[outcome])

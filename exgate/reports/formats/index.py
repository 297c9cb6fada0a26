"""Results by name: what several formats look up, indexed once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from exgate.reports.ages import age_words
from exgate.reports.results import HostRecord, Results, VerdictRecord

NO_VERDICT = "no verdict"
"""What stands in a verdict's place where the run stopped before."""
STOPPED = "no verdict: the run stopped before"
"""The same with its reason."""
_NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """A run's results by name.

    Attributes:
        hosts: The hosts by name.
        requirements: The requirements by id.
        missing: Host and requirement of what was selected and has no verdict; empty where the run is complete.
    """

    hosts: Mapping[str, HostRecord]
    requirements: Mapping[str, Mapping[str, Any]]
    missing: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, results: Results) -> Index:
        """Index results."""
        return cls(
            hosts={host.name: host for host in results.hosts},
            requirements={text_of(record, "id"): record for record in results.requirements},
            missing=tuple((host.name, requirement) for host in results.hosts for requirement in host.no_verdict),
        )

    def text(self, requirement: str, field: str) -> str:
        """Give a text of a requirement, ``""`` where there is none: a user's own test has no record."""
        return text_of(self.requirements.get(requirement, _NOTHING), field)

    def role(self, host: str) -> str:
        """Give a host's role, ``""`` for one that is not among the results' hosts."""
        record = self.hosts.get(host)
        return record.role if record else ""


def text_of(record: Mapping[str, Any], field: str) -> str:
    """Give a field of a record that was read from a file, ``""`` where it is no text."""
    value = record.get(field)
    return value if isinstance(value, str) else ""


def severity_of(verdict: VerdictRecord) -> str:
    """Give a verdict's severity, ``""`` for a user's own test."""
    return "" if verdict.severity == "-" else verdict.severity


def seen_words(host: HostRecord) -> str:
    """Say where a host's facts come from and how old they were when the run ended, ``""`` where there are none."""
    seen = host.seen
    if seen is None:
        return ""
    age = age_words(timedelta(seconds=seen.age_seconds))
    stack = f" ({seen.stack})" if seen.stack else ""
    return f"Seen {seen.collected_at:%Y-%m-%d %H:%M:%S} UTC ({age}): {seen.source}{stack}"

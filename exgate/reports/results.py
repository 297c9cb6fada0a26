"""One run's results as typed values and as JSON: the record that programs read and later runs compare with."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, is_dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from exgate.facts.named import NamedFact
from exgate.verdicts import Before, Outcome, Remedy, WaiverNote

SCHEMA = "exgate-results"
SCHEMA_VERSION = 1
_DEMANDED = "; demanded: "
_MOMENT = "%Y-%m-%dT%H:%M:%SZ"


class Change(StrEnum):
    """What became of a verdict since the baseline; a finding is a fail, an unknown or an unreachable."""

    NEW = "new"
    """It fails now, and did not before."""
    STILL_FAILING = "still failing"
    """It failed before, and fails now."""
    NEWLY_UNKNOWN = "newly unknown"
    """It could be judged before, and cannot be seen now."""
    STILL_UNKNOWN = "still unknown"
    """It could not be seen before, and cannot now."""
    FIXED = "fixed"
    """There was a finding before, and there is none now."""
    NOT_JUDGED_BEFORE = "not judged before"
    """The baseline has no verdict on it; a finding counts as new."""
    OTHER = "other verdict"
    """No finding before or now, but another verdict: waived or not applicable where it was a pass, for example."""
    UNCHANGED = "unchanged"
    """No finding before or now, and the same verdict."""


KNOWN = frozenset({Change.STILL_FAILING, Change.STILL_UNKNOWN, Change.UNCHANGED})
"""What --only-new does not count."""


class DriftKind(StrEnum):
    """What became of a fact since the baseline."""

    CHANGED = "changed"
    APPEARED = "appeared"
    DISAPPEARED = "disappeared"
    NOT_SEEN = "not seen"
    """It was seen before, and could not be read now: that is no change."""
    SEEN_NOW = "seen now"
    """It could not be read before, and was seen now: that is no change either."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """A fact of a host that is not what it was.

    Attributes:
        host: The host.
        kind: What became of it.
        name: The fact.
        old: Its value in the baseline, None where it had none.
        new: Its value now, None where it has none.
        where: Where the new value is set, ``""`` where that says nothing.
        reason: Why it is not seen, ``""`` for the other kinds.
        facts: How many facts this stands for: a key of the metabase with its properties, a group that was not read.
    """

    host: str
    kind: DriftKind
    name: str
    old: str | None = None
    new: str | None = None
    where: str = ""
    reason: str = ""
    facts: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineRecord:
    """Which earlier run a run was compared with."""

    file: str
    finished: datetime
    complete: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherTestsRecord:
    """How many of a user's own tests passed, failed (or broke) and were skipped; they have no verdicts."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """How a run was started, and how it ended.

    Attributes:
        started: When it began.
        finished: When its verdicts were complete, or when it was interrupted.
        hosts: What --hosts said.
        inventory: The inventory's path, as it was given; None where saved facts stood in its place.
        facts_from: The folder of saved facts that was judged, None where the hosts were asked.
        candidate: The folder of the planned change that was judged, None without one.
        exit_status: The exit status.
        exit_words: The same in words.
        complete: Whether everything that was selected has a verdict.
        left_out: Ids of the requirements that --no-wire left out.
        events_since: Since when the event log was searched, None for the last start of IIS Admin.
        fail_on: The verdicts that fail the run.
        only_new: Whether only new findings counted for the exit status.
        baseline: The earlier run, None without one.
        other_tests: A user's own tests that ran beside the requirements.
    """

    started: datetime
    finished: datetime
    hosts: str
    inventory: str | None
    facts_from: str | None
    candidate: str | None
    exit_status: int
    exit_words: str
    complete: bool
    left_out: tuple[str, ...]
    events_since: datetime | None
    fail_on: tuple[Outcome, ...]
    only_new: bool
    baseline: BaselineRecord | None
    other_tests: OtherTestsRecord = OtherTestsRecord()


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenRecord:
    """Where a host's facts come from.

    Attributes:
        source: How they were read.
        collected_at: When.
        age_seconds: How old they were when the run ended.
        stack: What WS-Management's Identify said of itself (ProductVersion), ``""`` where nobody asked it.
    """

    source: str
    collected_at: datetime
    age_seconds: int
    stack: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreachableRecord:
    """Why a host could not be asked, as `exgate.facts.unreachable.Unreachable`."""

    cause: str
    detail: str
    next_step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HostRecord:
    """A selected host; neither seen nor unreachable is one that was not asked, because the run stopped before.

    Attributes:
        name: Its name in the inventory.
        role: The role that is judged.
        organization: The Exchange organization, None where nobody says.
        groups: The inventory's groups that it is in.
        seen: Where its facts come from, None without facts.
        unreachable: Why it could not be asked, None where it could or was not.
        facts: What was read.
        no_verdict: Ids of the requirements that were selected for it and not judged, because the run stopped before.
    """

    name: str
    role: str
    organization: str | None
    groups: tuple[str, ...]
    seen: SeenRecord | None = None
    unreachable: UnreachableRecord | None = None
    facts: Sequence[NamedFact] = ()
    no_verdict: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictRecord:
    """A verdict.

    Attributes:
        host: The host.
        requirement: The requirement's id, or a user's own test's.
        outcome: What it is.
        message: The one line.
        severity: The requirement's severity, ``-`` for a user's own test.
        remedy: What to tell with a fail, None otherwise.
        waiver: The waiver that names host and requirement, None without one.
        since: When the run started in which this finding was first seen, None where there is no finding.
        change: What became of it since the baseline, None without one.
        before: What it is without the planned change, None without one.
    """

    host: str
    requirement: str
    outcome: Outcome
    message: str
    severity: str
    remedy: Remedy | None = None
    waiver: WaiverNote | None = None
    since: datetime | None = None
    change: Change | None = None
    before: Before | None = None

    @property
    def found(self) -> str:
        """What was found and where it is set, or the reason: the message without the host and what is demanded."""
        text = self.message.removeprefix(f"{self.host}: ")
        return text.rpartition(_DEMANDED)[0] or text

    @property
    def demanded(self) -> str:
        """What the message demands, ``""`` where it demands nothing."""
        return self.message.rpartition(_DEMANDED)[2] if _DEMANDED in self.message else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """All of a run.

    Attributes:
        tool_version: The version of exgate that wrote it.
        run: The run.
        requirements: The selected requirements, as `Requirement.to_json` gives them, each with its ``part`` of the
            catalogue (the first line of the file of tests) and its ``test`` (the test's id without the host).
        hosts: The selected hosts, in the inventory's order.
        verdicts: The verdicts, in the order of the run.
        gone: Hosts of the baseline which the inventory no longer has.
        drift: Facts that are not what they were in the baseline.
        waivers: What is to be told of waivers: expired, about to expire, unused, not needed any more, overlapping.
    """

    tool_version: str
    run: RunRecord
    requirements: tuple[Mapping[str, Any], ...]
    hosts: tuple[HostRecord, ...]
    verdicts: tuple[VerdictRecord, ...]
    gone: tuple[str, ...] = ()
    drift: tuple[Drift, ...] = ()
    waivers: tuple[Mapping[str, Any], ...] = ()

    @property
    def summary(self) -> dict[str, int]:
        """How many verdicts of each outcome there are."""
        counts = Counter(verdict.outcome for verdict in self.verdicts)
        return {outcome.value: counts[outcome] for outcome in Outcome}

    def record(self) -> dict[str, Any]:
        """Give the fields of the file in their order; the values are made plain by `plain`."""
        return {
            "schema": SCHEMA,
            "schema_version": SCHEMA_VERSION,
            "tool": {"name": "exgate", "version": self.tool_version},
            "run": self.run,
            "summary": self.summary,
            "requirements": self.requirements,
            "hosts": self.hosts,
            "verdicts": self.verdicts,
            "gone": self.gone,
            "drift": self.drift,
            "waivers": self.waivers,
        }

    def to_json(self) -> dict[str, Any]:
        """Give plain values, in a fixed order."""
        data: dict[str, Any] = json.loads(json.dumps(self.record(), default=plain))
        return data


def utc(moment: datetime) -> str:
    """Write a moment in UTC, in whole seconds: ``2026-11-20T08:00:00Z``."""
    return f"{moment.astimezone(UTC):{_MOMENT}}"


def parse_utc(text: str) -> datetime:
    """Read what `utc` has written.

    Raises:
        ValueError: It is something else.
    """
    return datetime.strptime(text, _MOMENT).replace(tzinfo=UTC)


def plain(value: object) -> object:
    """Give what JSON's encoder knows in place of what it does not: the fields of a record, a moment's text.

    Raises:
        TypeError: There is no such thing for this value.
    """
    match value:
        case datetime():
            return utc(value)
        case Mapping():
            return dict(value)
        case Sequence():
            return tuple(value)
    if is_dataclass(value):
        return {name: getattr(value, name) for name in value.__dataclass_fields__}
    message = f"{type(value).__name__} has no form in JSON"
    raise TypeError(message)

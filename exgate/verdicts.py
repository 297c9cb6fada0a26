"""The verdict on one requirement of one host, and what a run's verdicts mean for its exit status."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """What a verdict can be; every selected host and requirement gets exactly one."""

    PASS = "pass"  # noqa: S105 - no password
    """The fact was read and it complies."""
    FAIL = "fail"
    """The fact was read and it does not comply."""
    UNKNOWN = "unknown"
    """The host answered, but this fact could not be read, or two sources disagree."""
    UNREACHABLE = "unreachable"
    """The host could not be asked at all."""
    WAIVED = "waived"
    """It does not comply, and a valid waiver covers it."""
    NOT_APPLICABLE = "not applicable"
    """Role or configuration makes the requirement moot."""


NO_FINDING = frozenset({Outcome.PASS, Outcome.WAIVED, Outcome.NOT_APPLICABLE})
UNSEEN = frozenset({Outcome.UNKNOWN, Outcome.UNREACHABLE})
FAIL_ON = frozenset({Outcome.FAIL, Outcome.UNKNOWN, Outcome.UNREACHABLE})
"""The outcomes that fail a run unless --fail-on says otherwise."""

EXIT_COMPLIES = 0
EXIT_FAILS = 1
EXIT_UNSEEN = 6
"""Nothing fails, but some verdict is unknown or unreachable."""

EXIT_WORDS = {
    EXIT_COMPLIES: "everything that was asked complies",
    EXIT_FAILS: "something does not comply",
    2: "the run was interrupted: it is incomplete",
    3: "an internal error: it is incomplete",
    4: "the command line, the inventory or the file of waivers is wrong: nothing was asked",
    5: "no test was selected: nothing was asked",
    EXIT_UNSEEN: "nothing that was seen fails, but not everything could be seen",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """What a person needs to act on a finding, filled with the host's own values.

    Attributes:
        symptoms: What users and the event log show.
        passage: The article's passage that demands it.
        fix: What to do.
        rollback: How to undo it.
        risk: What the fix may break.
        references: KB articles.
    """

    symptoms: str
    passage: str
    fix: str
    rollback: str
    risk: str
    references: str


@dataclass(frozen=True, slots=True)
class Before:
    """The verdict without the planned change."""

    outcome: Outcome
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverNote:
    """What reports tell of a waiver.

    Attributes:
        source: The ``file:line`` where it stands.
        reason: Why the failure is accepted.
        owner: Who sees to it that it can go.
        approved_by: Who has accepted it.
        ticket: Where that is on record.
        granted: Its first day, UTC, as ISO date.
        expires: Its last day, likewise.
        state: valid, about to expire, or expired.
    """

    source: str
    reason: str
    owner: str
    approved_by: str
    ticket: str
    granted: str
    expires: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A verdict.

    Attributes:
        requirement: The requirement's id.
        host: The host's name in the inventory.
        role: The role that was judged.
        severity: The requirement's severity.
        outcome: What it is.
        message: One line: host, what was found, where it is set, what is demanded; or the reason.
        why: Why the requirement matters.
        seen: Where the facts come from and when they were read; empty for a host that could not be asked.
        remedy: What to tell with a finding; None where nothing was found wrong.
        before: What it is without the planned change that was judged; None where none was.
        waiver: The waiver that names host and requirement. It covers what is waived, has expired where the
            requirement fails, and is not needed where it passes; None where there is none, or nothing was judged.
        waits: Whether it is not applicable only until the planned change is made.
    """

    requirement: str
    host: str
    role: str
    severity: str
    outcome: Outcome
    message: str
    why: str
    seen: str = ""
    remedy: Remedy | None = None
    before: Before | None = None
    waiver: WaiverNote | None = None
    waits: bool = False

    @property
    def gets_worse(self) -> bool:
        """Whether the planned change makes it worse.

        What complies may fail or become unseen, and what was not seen may fail; one finding in another's place is none.
        """
        if self.before is None:
            return False
        if self.outcome is Outcome.WAIVED:
            # It fails all the same.
            return self.before.outcome not in (Outcome.FAIL, Outcome.WAIVED)
        return _weight(self.outcome) > _weight(self.before.outcome)

    def to_json(self) -> dict[str, Any]:
        """Give plain values, as they travel between processes."""
        return asdict(self) | {"outcome": self.outcome.value}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Verdict:
        """Take what `to_json` gave."""
        remedy = Remedy(**data["remedy"]) if data["remedy"] else None
        found = data["before"]
        before = Before(Outcome(found["outcome"]), found["message"]) if found else None
        waiver = WaiverNote(**data["waiver"]) if data.get("waiver") else None
        outcome = Outcome(data["outcome"])
        return cls(**data | {"outcome": outcome, "remedy": remedy, "before": before, "waiver": waiver})


def _weight(outcome: Outcome) -> int:
    """Give how bad an outcome is: what was not seen is worse than what complies, and what fails is worst."""
    if outcome is Outcome.FAIL:
        return 2
    return 1 if outcome in UNSEEN else 0


def exit_status(outcomes: Iterable[Outcome], fail_on: frozenset[Outcome] = FAIL_ON, *, complete: bool = True) -> int:
    """Give a run's exit status: a finding that was seen weighs more than one that could not be seen.

    Args:
        outcomes: The verdicts' outcomes.
        fail_on: Which of them fail the run.
        complete: Whether everything that was selected has a verdict; a run that stopped early never complies.
    """
    counted = fail_on & set(outcomes)
    if counted - {Outcome.UNKNOWN, Outcome.UNREACHABLE}:
        return EXIT_FAILS
    return EXIT_UNSEEN if counted or not complete else EXIT_COMPLIES

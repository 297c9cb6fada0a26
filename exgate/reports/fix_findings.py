"""What a fix plan is made of: one host's verdicts, sorted by what a person does about them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from exgate.reports.fix_order import position
from exgate.reports.results import HostRecord, Results, VerdictRecord
from exgate.requirements import ID_PREFIX, Severity
from exgate.verdicts import UNSEEN, Outcome

_NEXT_STEP = "; next step: "
_SEVERITIES = {severity.value: index for index, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True)
class Unseen:
    """What requirements of a host could not see for one and the same reason."""

    outcome: Outcome
    reason: str
    next_step: str
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Findings:
    """One host's verdicts.

    Attributes:
        results: The run.
        host: The host.
        failing: What does not comply, in the order in which it is fixed.
        unseen: What could not be seen.
        waived: What is accepted as it is.
        own_tests: What a user's own tests could not see; exgate knows nothing about these.
    """

    results: Results
    host: HostRecord
    failing: tuple[VerdictRecord, ...]
    unseen: tuple[Unseen, ...]
    waived: tuple[VerdictRecord, ...]
    own_tests: tuple[VerdictRecord, ...]

    @property
    def by_severity(self) -> list[VerdictRecord]:
        """What does not comply, the worst first."""
        return sorted(self.failing, key=lambda each: _SEVERITIES.get(each.severity, len(_SEVERITIES)))

    @property
    def ids(self) -> list[str]:
        """The requirements with a finding, in order."""
        unseen = [identifier for each in self.unseen for identifier in each.ids]
        return sorted({each.requirement for each in self.failing} | set(unseen))


def findings_of(results: Results, host: HostRecord, verdicts: Iterable[VerdictRecord]) -> Findings | None:
    """Sort a host's verdicts; None where there is no finding."""
    everything = list(verdicts)
    of_requirements = [each for each in everything if each.requirement.startswith(ID_PREFIX)]
    own = [each for each in everything if not each.requirement.startswith(ID_PREFIX)]
    ordered = sorted(of_requirements, key=lambda each: position(each.requirement))
    found = Findings(
        results,
        host,
        failing=tuple(each for each in ordered if each.outcome is Outcome.FAIL),
        unseen=tuple(_unseen(ordered)),
        waived=tuple(each for each in ordered if each.outcome is Outcome.WAIVED),
        own_tests=tuple(each for each in own if each.outcome in UNSEEN),
    )
    return found if found.failing or found.unseen or found.own_tests else None


def text_of(verdict: VerdictRecord) -> str:
    """Give a verdict's line without its host."""
    return verdict.message.removeprefix(f"{verdict.host}: ")


def short(ids: Iterable[str]) -> str:
    """Give ids in short: ``KB817379-01, 02, 03``."""
    first, *others = ids
    return ", ".join([first, *(each.removeprefix(ID_PREFIX) for each in others)])


def waiver_words(verdict: VerdictRecord) -> str:
    """Say until when a verdict's waiver is valid, whose it is, and why."""
    note = verdict.waiver
    if note is None:
        return "nobody says until when"
    return f"until {note.expires}, {note.owner}, approved by {note.approved_by}, {note.ticket}: {note.reason}"


def _unseen(verdicts: Iterable[VerdictRecord]) -> Iterator[Unseen]:
    alike: dict[tuple[Outcome, str], list[str]] = {}
    for verdict in verdicts:
        if verdict.outcome in UNSEEN:
            alike.setdefault((verdict.outcome, text_of(verdict)), []).append(verdict.requirement)
    for (outcome, text), ids in alike.items():
        reason, _, next_step = text.partition(_NEXT_STEP)
        yield Unseen(outcome, reason, next_step, tuple(sorted(ids)))

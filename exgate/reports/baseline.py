"""An earlier run to compare with: what became of each verdict since then."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from exgate.reports.drift import drift
from exgate.reports.results import BaselineRecord, Change, Drift, HostRecord, Results, VerdictRecord
from exgate.verdicts import NO_FINDING, Outcome, Verdict

_UNSEEN = frozenset({Outcome.UNKNOWN, Outcome.UNREACHABLE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What became of one verdict.

    Attributes:
        change: In one word or three.
        before: The baseline's verdict, None where it has none.
        since: When the run started in which the finding was first seen, None where there is no finding.
    """

    change: Change
    before: Outcome | None
    since: datetime | None


class Baseline:
    """An earlier run's results.

    Attributes:
        file: Where they were read from, as it was given.
        results: The results.
    """

    def __init__(self, file: str, results: Results) -> None:
        self.file = file
        self.results = results
        self._verdicts = {(verdict.host, verdict.requirement): verdict for verdict in results.verdicts}

    @property
    def record(self) -> BaselineRecord:
        """What a later run's results say of it."""
        run = self.results.run
        return BaselineRecord(file=self.file, finished=run.finished, complete=run.complete)

    def changed(self, verdict: Verdict, started: datetime) -> Changed:
        """Compare a verdict.

        Args:
            verdict: The verdict now.
            started: When this run started.
        """
        old = self._verdicts.get((verdict.host, verdict.requirement))
        change = _change(old.outcome if old else None, verdict.outcome)
        since = None
        if old and change in {Change.STILL_FAILING, Change.STILL_UNKNOWN}:
            since = old.since or self.results.run.started
        elif verdict.outcome not in NO_FINDING:
            since = started
        return Changed(change=change, before=old.outcome if old else None, since=since)

    def gone(self, inventory: Collection[str]) -> tuple[str, ...]:
        """Give the hosts that the baseline has and the inventory has no longer, selected or not."""
        return tuple(host.name for host in self.results.hosts if host.name not in inventory)

    def not_judged(self, verdicts: Iterable[Verdict], inventory: Collection[str]) -> tuple[VerdictRecord, ...]:
        """Give the baseline's findings on which this run has no verdict, of hosts that the inventory still has."""
        judged = {(verdict.host, verdict.requirement) for verdict in verdicts}
        return tuple(
            old
            for pair, old in self._verdicts.items()
            if old.outcome not in NO_FINDING and pair not in judged and old.host in inventory
        )

    def drift(self, hosts: Iterable[HostRecord]) -> tuple[Drift, ...]:
        """Compare the facts of the hosts that both runs have seen."""
        before = {host.name: host for host in self.results.hosts}
        return tuple(
            each
            for host in hosts
            if (old := before.get(host.name)) and old.seen and host.seen
            for each in drift(host.name, old.facts, host.facts)
        )


def _change(before: Outcome | None, now: Outcome) -> Change:
    if before is None:
        return Change.NOT_JUDGED_BEFORE
    if now is Outcome.FAIL:
        return Change.STILL_FAILING if before is Outcome.FAIL else Change.NEW
    if now in _UNSEEN:
        return Change.STILL_UNKNOWN if before in _UNSEEN else Change.NEWLY_UNKNOWN
    if before not in NO_FINDING:
        return Change.FIXED
    return Change.UNCHANGED if before is now else Change.OTHER

"""--candidate: every requirement is judged twice, without a planned change and with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from _pytest.runner import runtestprotocol

from exgate.exchange.planned import cannot_be_judged
from exgate.facts.change import Plan, PlanError
from exgate.facts.unknown import UnknownFact
from exgate.plugin.found import FOUND
from exgate.plugin.hosts import UnreachableHost
from exgate.plugin.requirement_item import RequirementItem
from exgate.plugin.run import Run
from exgate.plugin.stretch import Stretch, is_plain, with_next_ordinary
from exgate.verdicts import Before, Verdict

NOT_JUDGED = pytest.StashKey[set[str]]()
"""Hosts on which nobody can tell what the planned change does."""


class Gate:
    """What the run judges: the hosts as they are, and then as they would be.

    Attributes:
        run: The run that is judged at the moment.
        judges_before: Whether that is the one without the planned change.
        not_judged: Hosts of which so little is known that nobody can tell what the change does there.
    """

    def __init__(self, run: Run) -> None:
        """Take the run with the planned change."""
        self.run = run
        self._before: dict[tuple[str, str], Verdict] = {}
        self.judges_before = False
        self.not_judged: set[str] = set()

    def check(self, names: Sequence[str]) -> None:
        """Find out before anything is judged that the change cannot be made on a host.

        Raises:
            pytest.UsageError: It cannot.
        """
        for name in names:
            self.not_judged.add(name)
            try:
                with suppress(UnreachableHost, UnknownFact):
                    if not (self.run.plan and cannot_be_judged(self.run.plan, self.run.exchange(name))):
                        self.not_judged.discard(name)
            except PlanError as error:
                message = f"--candidate: host {name}: {error}"
                raise pytest.UsageError(message) from None

    def judge_before(
        self, items: Sequence[pytest.Item], before: Run, judge: Callable[[RequirementItem], object]
    ) -> None:
        """Judge requirements without the planned change, and keep the verdicts.

        Nobody is told what the tests gave: no count, no letter, no report.

        Args:
            items: The tests.
            before: The same run without the change.
            judge: Gives the verdict of a requirement that takes nothing of pytest's machinery.
        """
        with self._without_change(before):
            stretch = Stretch()
            for item, following in with_next_ordinary(items, is_plain):
                if isinstance(item, RequirementItem) and is_plain(item):
                    stretch.begin(item)
                    with stretch.captured():
                        judge(item)
                else:
                    stretch.end()
                    _run_unseen(item, following)
            stretch.end()

    def take(self, verdict: Verdict) -> Verdict:
        """Keep a verdict without the change; give one with the change what it was without."""
        key = (verdict.host, verdict.requirement)
        if self.judges_before:
            self._before[key] = verdict
            return verdict
        before = self._before.get(key)
        return replace(verdict, before=Before(before.outcome, before.message)) if before else verdict

    @contextmanager
    def _without_change(self, before: Run) -> Iterator[None]:
        changed, self.run, self.judges_before = self.run, before, True
        try:
            yield
        finally:
            self.run, self.judges_before = changed, False


def planned_change(config: pytest.Config) -> Plan | None:
    """Read the planned change that --candidate names, None without it.

    Raises:
        pytest.UsageError: It cannot be understood, or --gate is given without it.
    """
    folder = config.getoption("--candidate")
    if folder is None:
        if config.getoption("--gate") is not None:
            raise pytest.UsageError("--gate belongs to --candidate: give both, or neither")
        return None
    from exgate.sources.candidate import read_plan

    try:
        return read_plan(Path(folder))
    except PlanError as error:
        message = f"--candidate: {error}"
        raise pytest.UsageError(message) from None


def describe_change(plan: Plan | None) -> list[str]:
    """Give the planned change, one line for each step, and what may undo it."""
    if plan is None:
        return []
    from exgate.sources.candidate import describe, warnings

    steps = [f"planned change: {line}" for line in describe(plan)] or [
        "planned change: no step that anything depends on"
    ]
    return steps + [f"warning: {line}" for line in warnings(plan)]


def only_regressions(config: pytest.Config) -> bool:
    """Whether only what the planned change makes worse fails the run."""
    return bool(config.getoption("--gate") == "regressions")


def _run_unseen(item: pytest.Item, following: pytest.Item | None) -> None:
    """Run a test as pytest runs it; what it has printed and found belongs to this time, and not to the next."""
    properties = list(item.user_properties)
    runtestprotocol(item, log=False, nextitem=following)
    item.user_properties[:] = properties
    item._report_sections.clear()  # noqa: SLF001 - pytest has no other way
    if FOUND in item.stash:
        del item.stash[FOUND]

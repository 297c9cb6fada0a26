"""--candidate: every requirement is judged twice, without a planned change and with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from _pytest.runner import runtestprotocol

from exgate.facts.change import Plan, PlanError
from exgate.facts.unknown import UnknownFact
from exgate.plugin.hosts import UnreachableHost
from exgate.plugin.options import GATES
from exgate.plugin.run import NO_CHANGE, Run
from exgate.sources.candidate import describe, read_plan
from exgate.verdicts import Before, Verdict


class Gate:
    """What the run judges: the hosts as they are, and then as they would be.

    Attributes:
        run: The run that is judged at the moment.
    """

    def __init__(self, run: Run) -> None:
        """Take the run with the planned change."""
        self.run = run
        self._before: dict[tuple[str, str], Verdict] = {}
        self._judges_before = False

    def check(self, names: Sequence[str]) -> None:
        """Find out before anything is judged that the change cannot be made on a host.

        Raises:
            pytest.UsageError: It cannot.
        """
        for name in names:
            try:
                self.run.exchange(name)
            except (UnreachableHost, UnknownFact):
                continue
            except PlanError as error:
                message = f"--candidate: host {name}: {error}"
                raise pytest.UsageError(message) from None

    def judge_before(self, items: Sequence[pytest.Item], before: Run) -> None:
        """Judge requirements without the planned change, and keep the verdicts; pytest hears nothing of it.

        Args:
            items: The tests.
            before: The same run without the change.
        """
        with self._without_change(before):
            for item, following in zip(items, (*items[1:], None), strict=True):
                properties = list(item.user_properties)
                runtestprotocol(item, log=False, nextitem=following)
                item.user_properties[:] = properties

    def take(self, verdict: Verdict) -> Verdict:
        """Keep a verdict without the change; give one with the change what it was without."""
        key = (verdict.host, verdict.requirement)
        if self._judges_before:
            self._before[key] = verdict
            return verdict
        before = self._before.get(key)
        return replace(verdict, before=Before(before.outcome, before.message)) if before else verdict

    @contextmanager
    def _without_change(self, before: Run) -> Iterator[None]:
        changed, self.run, self._judges_before = self.run, before, True
        try:
            yield
        finally:
            self.run, self._judges_before = changed, False


def planned_change(config: pytest.Config) -> Plan:
    """Read the planned change that --candidate names; no change without it.

    Raises:
        pytest.UsageError: It cannot be understood, or --gate is given without it.
    """
    folder = config.getoption("--candidate")
    if folder is None:
        if config.getoption("--gate") != GATES[0]:
            raise pytest.UsageError("--gate belongs to --candidate: give both, or neither")
        return NO_CHANGE
    try:
        return read_plan(Path(folder))
    except PlanError as error:
        message = f"--candidate: {error}"
        raise pytest.UsageError(message) from None


def describe_change(plan: Plan) -> list[str]:
    """Give the planned change, one line for each step."""
    return [f"planned change: {line}" for line in describe(plan)]


def only_regressions(config: pytest.Config) -> bool:
    """Whether only what the planned change makes worse fails the run."""
    return bool(config.getoption("--gate") == "regressions")

"""How requirements run: straight to the verdict, where pytest's three phases would change nothing of it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import pytest
from _pytest.junitxml import xml_key
from pytest_html.basereport import BaseReport

from exgate.plugin.onlookers import shows_phases, watch_running
from exgate.plugin.requirement_item import RequirementItem, host_of
from exgate.plugin.stretch import Stretch, is_plain, with_next_ordinary
from exgate.plugin.verdict_report import VerdictReport
from exgate.verdicts import Verdict


class Judge(Protocol):
    """Who gives a requirement's verdict on a host."""

    def verdict(self, item: RequirementItem) -> Verdict:
        """Run the test and give its verdict."""

    def over(self, name: str, config: pytest.Config) -> None:
        """Take note that a host's tests are over."""


class VerdictRows(Protocol):
    """pytest-html's page, which has a row for some verdicts."""

    def takes(self, report: VerdictReport) -> bool:
        """Whether a verdict gets a row; one that does not is counted."""


@dataclass(frozen=True, slots=True)
class _Way:
    """What is known of a file's requirements before they run.

    Attributes:
        is_short: Whether they run straight to the verdict.
        hooks: pytest's hooks for the file.
        tell: Gives a report to the plugins that are to have it.
    """

    is_short: bool
    hooks: Any
    tell: Callable[..., object]


class ExgateProtocol:
    """pytest's loop over the tests, with a short way for requirements.

    Reports go to every plugin that asks for them but pytest's JUnit, whose testcases of verdicts are made from the
    results, and pytest-html, which is told of the rows that its page has.

    Args:
        judge: Who gives the verdicts.
        rows: Which of them pytest-html tells of.
    """

    def __init__(self, judge: Judge, rows: VerdictRows) -> None:
        self._judge = judge
        self._rows = rows
        self._ways: dict[pytest.Module, _Way] = {}
        self._page: BaseReport | None = None

    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Run the tests as pytest's own loop does it; None leaves it to that."""
        option = session.config.option
        if option.collectonly or (session.testsfailed and not option.continue_on_collection_errors):
            return None
        plugins = session.config.pluginmanager.get_plugins()
        self._page = next((plugin for plugin in plugins if isinstance(plugin, BaseReport)), None)
        stretch, left = Stretch(), Counter(filter(None, map(host_of, session.items)))
        try:
            for item, ordinary in with_next_ordinary(session.items, self._is_short):
                if isinstance(item, RequirementItem) and self._is_short(item):
                    stretch.begin(item)
                    self._run(item, stretch)
                else:
                    stretch.end()
                    item.config.hook.pytest_runtest_protocol(item=item, nextitem=ordinary)
                name = host_of(item)
                if name:
                    left[name] -= 1
                    if not left[name]:
                        self._judge.over(name, session.config)
                if session.shouldfail:
                    raise session.Failed(session.shouldfail)
                if session.shouldstop:
                    raise session.Interrupted(session.shouldstop)
        finally:
            stretch.end()
        return True

    def _is_short(self, item: pytest.Item) -> bool:
        return isinstance(item, RequirementItem) and self._way(item).is_short and is_plain(item)

    def _run(self, item: RequirementItem, stretch: Stretch) -> None:
        way, name, location = self._way(item), item.nodeid, item.location
        way.hooks.pytest_runtest_logstart(nodeid=name, location=location)
        start = time.time()
        with stretch.captured() as sections:
            verdict = self._judge.verdict(item)
        report = VerdictReport(item, verdict, sections, start, time.time())
        stretch.tell_warnings(item, way.hooks)
        way.tell(report=report)
        if self._page and self._rows.takes(report):
            self._page.pytest_runtest_logreport(report)
            self._page.pytest_runtest_logreport(_torn_down(report))
        way.hooks.pytest_runtest_logfinish(nodeid=name, location=location)

    def _way(self, item: RequirementItem) -> _Way:
        if item.parent not in self._ways:
            config, hooks = item.config, item.ihook
            is_short = not (shows_phases(config) or watch_running(hooks))
            self._ways[item.parent] = _Way(is_short, hooks, self._teller(config, hooks))
        return self._ways[item.parent]

    def _teller(self, config: pytest.Config, hooks: Any) -> Callable[..., object]:  # noqa: ANN401 - pytest's hooks for a path
        served = {config.stash.get(xml_key, None), self._page}
        told = {each.plugin for each in hooks.pytest_runtest_logreport.get_hookimpls()} - served
        manager = config.pluginmanager
        return manager.subset_hook_caller(
            "pytest_runtest_logreport", [plugin for plugin in manager.get_plugins() if plugin not in told]
        )


def _torn_down(report: VerdictReport) -> pytest.TestReport:
    """Give the report by which pytest-html knows that a test is over."""
    return pytest.TestReport(report.nodeid, report.location, {}, "passed", None, "teardown")

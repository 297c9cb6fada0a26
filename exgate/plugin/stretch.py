"""Requirements that run one after another, within pytest's handling of warnings and of what is printed."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import pytest
from _pytest import assertion
from _pytest.config import apply_warning_filters

from exgate.plugin.requirement_item import RequirementItem


class _Captured:
    """What is printed meanwhile; entered and left once for every verdict, so that it is no generator."""

    __slots__ = ("_capture", "sections")

    def __init__(self, capture: Any) -> None:  # noqa: ANN401 - pytest's manager of capturing, None without
        self._capture = capture
        self.sections: list[tuple[str, str]] = []

    def __enter__(self) -> list[tuple[str, str]]:
        if self._capture:
            self._capture.resume_global_capture()
        return self.sections

    def __exit__(self, *_problem: object) -> None:
        if self._capture is None:
            return
        self._capture.suspend_global_capture(in_=False)
        for name, text in zip(("stdout", "stderr"), self._capture.read_global_capture(), strict=True):
            if text:
                self.sections.append((f"Captured {name} call", text))


class Stretch:
    """What pytest's own protocol sets up for each test, set up for many of them."""

    def __init__(self) -> None:
        self._around: ExitStack | None = None
        self._capture: Any = None
        self._log: list[warnings.WarningMessage] | None = None

    def begin(self, first: RequirementItem) -> None:
        """Set up the filters of warnings and the words for comparisons, unless they are."""
        if self._around:
            return
        self._around = ExitStack()
        config = first.config
        self._capture = config.pluginmanager.getplugin("capturemanager")
        self._around.enter_context(contextmanager(_comparisons)(first))
        self._log = None
        if config.pluginmanager.has_plugin("warnings"):
            self._log = self._around.enter_context(warnings.catch_warnings(record=True))
            if not sys.warnoptions:
                warnings.filterwarnings("always", category=DeprecationWarning)
                warnings.filterwarnings("always", category=PendingDeprecationWarning)
            apply_warning_filters(config.getini("filterwarnings"), config.known_args_namespace.pythonwarnings or [])

    def end(self) -> None:
        """Undo that."""
        if self._around:
            self._around.close()
            self._around = None

    def captured(self) -> _Captured:
        """Catch what a test prints, as a report's sections."""
        return _Captured(self._capture)

    def tell_warnings(self, item: RequirementItem, hooks: Any) -> None:  # noqa: ANN401 - pytest's hooks for a path
        """Tell of the warnings that there were since the last time."""
        for message in self._log or ():
            hooks.pytest_warning_recorded.call_historic(
                kwargs={"warning_message": message, "nodeid": item.nodeid, "when": "runtest", "location": None}
            )
        if self._log:
            self._log.clear()


def is_plain(item: pytest.Item) -> bool:
    """Whether a test is a requirement that no mark makes pytest do something about."""
    return isinstance(item, RequirementItem) and item.is_plain


def with_next_ordinary(
    items: Sequence[pytest.Item], is_short: Callable[[pytest.Item], bool]
) -> Iterator[tuple[pytest.Item, pytest.Item | None]]:
    """Give each item with the next one that pytest's own protocol runs: for it fixtures may be kept."""
    place = 0
    for number, item in enumerate(items):
        if is_short(item):
            yield item, None
            continue
        place = max(place, number + 1)
        while place < len(items) and is_short(items[place]):
            place += 1
        yield item, items[place] if place < len(items) else None


def _comparisons(first: RequirementItem) -> Iterator[None]:
    """Explain comparisons in asserts as pytest does it; its own hook is a generator around the test."""
    around = assertion.pytest_runtest_protocol(first)
    next(around)
    try:
        yield
    finally:
        with suppress(StopIteration):
            around.send(None)

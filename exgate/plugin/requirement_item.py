"""A requirement on a host as pytest's item: light, for a run has hundreds of thousands of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from _pytest.mark.structures import Mark, NodeKeywords

from exgate.exchange.reading import seen_readings
from exgate.plugin.found import FOUND
from exgate.plugin.simple_fixtures import SimpleFixtures
from exgate.requirements import Requirement

_CHANGEABLE = frozenset({"name", "obj"})
"""What plugins change, and what is made on demand here."""
ACTING_MARKS = frozenset({"filterwarnings", "parametrize", "skip", "skipif", "usefixtures", "xfail"})
"""Marks by which pytest does something about a test; all others only name it."""


@dataclass(frozen=True, slots=True, eq=False)
class RequirementTest:
    """A requirement's test function: what its items on all hosts share.

    Attributes:
        definition: The function as pytest sees it: marks, file and line.
        record: The requirement's record.
        fixtures: What it is called with.
    """

    definition: pytest.Function
    record: Requirement
    fixtures: SimpleFixtures


class RequirementItem(pytest.Item):
    """A requirement on a host.

    pytest's own items hold about ten objects each; here they are made when somebody asks for them.

    Attributes:
        test: The test function.
        host_name: The host's name.
        host_id: The same as it stands in pytest's ids.
    """

    __slots__ = ("_changed", "_marks", "host_id", "host_name", "test")

    def __init__(self, parent: pytest.Module, test: RequirementTest, host_name: str, host_id: str) -> None:
        # Not pytest's own: it makes what is made here on demand.
        del parent
        self._changed: dict[str, Any] | None = None
        self._marks: list[Mark] | None = None
        self.test = test
        self.host_name = host_name
        self.host_id = host_id

    def __setattr__(self, name: str, value: Any) -> None:  # noqa: ANN401 - whatever a plugin changes
        """Take what a plugin changes; the test then runs by pytest's own protocol, which heeds it."""
        if name in RequirementItem.__slots__:
            super().__setattr__(name, value)
            return
        self._changed = (self._changed or {}) | {name: value}
        if name == "own_markers":
            self._marks = value
        elif name not in _CHANGEABLE:
            super().__setattr__(name, value)

    def __repr__(self) -> str:
        return f"<Function {self.name}>"

    __hash__ = object.__hash__

    @property
    def name(self) -> str:  # type: ignore[override] # what pytest keeps in each item is made on demand, here and below
        """The function's name and the host's, as pytest has them."""
        changed = self._changed and self._changed.get("name")
        return changed or f"{self.test.definition.name}[{self.host_id}]"

    @property
    def nodeid(self) -> str:
        """The id of the test, as pytest has it."""
        return f"{self.test.definition.nodeid}[{self.host_id}]"

    @property
    def _id(self) -> Any:  # type: ignore[override] # noqa: ANN401 - pytest's NodeId, which older ones do not have
        return replace(self.test.definition.id, params=self.host_id)

    @property
    def parent(self) -> pytest.Module:  # type: ignore[override]
        """The file."""
        parent: pytest.Module = self.test.definition.parent  # type: ignore[assignment]
        return parent

    @property
    def config(self) -> pytest.Config:  # type: ignore[override]
        """The configuration of pytest."""
        return self.test.definition.config

    @property
    def session(self) -> pytest.Session:  # type: ignore[override]
        """The session of pytest."""
        return self.test.definition.session

    @property
    def path(self) -> Path:  # type: ignore[override]
        """The file's path."""
        return self.test.definition.path

    @property
    def location(self) -> tuple[str, int | None, str]:
        """Where it stands: file below pytest's root, line from 0 on, name."""
        path, line, _ = self.test.definition.location
        return path, line, self.name

    @property
    def requirement(self) -> Requirement:
        """The requirement's record."""
        return self.test.record

    @property
    def function(self) -> Callable[..., object]:
        """The test function."""
        function: Callable[..., object] = self.test.definition.obj
        return function

    @property
    def obj(self) -> Callable[..., object]:
        """The same, or what a plugin has put into its place."""
        changed: Callable[..., object] | None = (self._changed or {}).get("obj")
        return changed or self.function

    @property
    def cls(self) -> None:
        """No class: a requirement that stands in one is pytest's own item."""

    @property
    def originalname(self) -> str:
        """The function's name."""
        return self.test.definition.name

    @property
    def module(self) -> ModuleType:
        """The function's module."""
        module: ModuleType = self.parent.obj
        return module

    @property
    def fixturenames(self) -> tuple[str, ...]:
        """The names of the fixtures that it needs; another one cannot be added here."""
        return self.test.fixtures.names

    @cached_property
    def funcargs(self) -> dict[str, Any]:
        """The fixtures' values, once it has run by pytest's own protocol."""
        return {}

    @property
    def own_markers(self) -> list[Mark]:  # type: ignore[override]
        """The function's marks, and those that were added to this item."""
        if self._marks is None:
            self._marks = list(self.test.definition.own_markers)
        return self._marks

    @cached_property
    def keywords(self) -> NodeKeywords:  # type: ignore[override]
        """Names and marks of this item, of the function and of the collectors above."""
        keywords = NodeKeywords(self)
        keywords.update((mark.name, mark) for mark in self.test.definition.own_markers)
        keywords.update(vars(self.function))
        return keywords

    @cached_property
    def extra_keyword_matches(self) -> set[str]:  # type: ignore[override]
        """Further names for -k."""
        return set()

    @cached_property
    def stash(self) -> pytest.Stash:  # type: ignore[override]
        """What plugins keep with it."""
        return pytest.Stash()

    @property
    def _store(self) -> pytest.Stash:  # type: ignore[override]
        return self.stash

    @cached_property
    def user_properties(self) -> list[tuple[str, object]]:  # type: ignore[override]
        """What plugins want to have told of it."""
        return []

    @cached_property
    def _report_sections(self) -> list[tuple[str, str, str]]:  # type: ignore[override]
        return []

    @property
    def is_plain(self) -> bool:
        """Whether no mark was added, to it or to a collector above, by which pytest does something about it."""
        if self._changed is not None or _acts(self.parent):
            return False
        return self._marks is None or not any(mark.name in ACTING_MARKS for mark in self._marks)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Give the file, the line from 0 on, and the name."""
        return self.path, self.test.definition.location[1], self.name

    def call(self) -> str:
        """Run the test, and give what it has found; it raises what the test raises."""
        test = self.test
        arguments = test.fixtures.values(self.config, self.host_name)
        with seen_readings() as seen:
            self.obj(**arguments)
        return "; ".join(reading.found for reading in seen)

    def runtest(self) -> None:
        """Run the test by pytest's own protocol, and keep what it has found."""
        self.stash[FOUND] = self.call()


@lru_cache(maxsize=256)
def _acts(collector: pytest.Module) -> bool:
    """Whether a mark of a file, or of what is above it, makes pytest do something; by now all tests are chosen."""
    return any(mark.name in ACTING_MARKS for node in collector.iter_parents() for mark in node.own_markers)


def host_of(item: pytest.Item) -> str | None:
    """Give the name of the host that a test is for, None where it is for none."""
    if isinstance(item, RequirementItem):
        return item.host_name
    callspec = getattr(item, "callspec", None)
    name = callspec.params.get("host") if callspec else None
    return name if isinstance(name, str) else None

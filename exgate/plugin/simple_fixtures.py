"""Fixtures that are nothing but functions of other fixtures: their values are had by calling them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from exgate.plugin.fixtures import RUN
from exgate.plugin.fixtures import host as host_fixture
from exgate.plugin.host import make_host

HOST = "host"


@dataclass(frozen=True, slots=True, eq=False)
class SimpleFixtures:
    """What a test is called with.

    Attributes:
        names: The fixtures that it needs, those included that others need.
        arguments: The names of the test's own parameters.
        makers: What makes each fixture but ``host``, with the names of its own parameters; needed ones come first.
    """

    names: tuple[str, ...]
    arguments: tuple[str, ...]
    makers: tuple[tuple[str, Callable[..., object], tuple[str, ...]], ...]

    def values(self, config: pytest.Config, host_name: str) -> dict[str, Any]:
        """Give the test's arguments on a host; it raises what a fixture raises."""
        made: dict[str, Any] = {HOST: make_host(host_name, config.stash[RUN])}
        for name, make, needs in self.makers:
            made[name] = make(**{each: made[each] for each in needs})
        return {name: made[name] for name in self.arguments}


def simple_fixtures(definition: pytest.Function) -> SimpleFixtures | None:
    """Give what a test is called with, None where that takes pytest's own machinery.

    That is so where a fixture has a scope, parameters or an end of its own, asks for pytest's ``request``, or takes the
    place of ``host``; and where the test does not need ``host`` at all.
    """
    info = definition._fixtureinfo  # noqa: SLF001 - pytest has no other way
    known = {name: found[-1] for name, found in info.name2fixturedefs.items()}
    host_itself = known.pop(HOST, None)
    if host_itself is None or host_itself.func is not _function(host_fixture):
        return None
    if not all(_is_simple(fixture, name) for name, fixture in known.items()):
        return None
    makers = _in_order({name: (fixture.func, tuple(fixture.argnames)) for name, fixture in known.items()})
    if makers is None or not {HOST, *known}.issuperset(info.argnames):
        return None
    return SimpleFixtures(tuple(info.names_closure), tuple(info.argnames), makers)


def _function(fixture: Any) -> object:  # noqa: ANN401 - pytest's definition of a fixture
    return inspect.unwrap(getattr(fixture, "_get_wrapped_function", lambda: fixture)())


def _is_simple(fixture: pytest.FixtureDef[Any], name: str) -> bool:
    function = fixture.func
    return (
        fixture.scope == "function"
        and not fixture.params
        and name not in fixture.argnames
        and inspect.isfunction(function)
        and not (inspect.isgeneratorfunction(function) or inspect.iscoroutinefunction(function))
    )


def _in_order(
    makers: Mapping[str, tuple[Callable[..., object], tuple[str, ...]]],
) -> tuple[tuple[str, Callable[..., object], tuple[str, ...]], ...] | None:
    """Put what others need first; None where something needs what is no simple fixture."""
    done: dict[str, tuple[str, Callable[..., object], tuple[str, ...]]] = {}
    while len(done) < len(makers):
        ready = [
            (name, make, needs)
            for name, (make, needs) in makers.items()
            if name not in done and all(need == HOST or need in done for need in needs)
        ]
        if not ready:
            return None
        done |= {each[0]: each for each in ready}
    return tuple(done.values())

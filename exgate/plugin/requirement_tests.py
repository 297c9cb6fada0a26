"""Collecting requirements: an item of ours for each host, where nothing takes pytest's own machinery."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pytest
from _pytest.compat import ascii_escaped
from _pytest.python import FunctionDefinition

from exgate.plugin.onlookers import shows_fixtures, watch_collecting
from exgate.plugin.requirement_item import ACTING_MARKS, RequirementItem, RequirementTest
from exgate.plugin.simple_fixtures import simple_fixtures
from exgate.requirements import requirement_of


def collect_requirement(
    collector: pytest.Module | pytest.Class, name: str, obj: object, hosts: Mapping[str, str]
) -> list[RequirementItem] | None:
    """Give a requirement's items, one for each host; None for whatever pytest is to collect itself.

    Args:
        collector: The file, or a class in it.
        name: The name of the object.
        obj: The object that stands there.
        hosts: What stands in pytest's ids for each host, by name.
    """
    if not _may_be_ours(collector, name, obj) or shows_fixtures(collector.config) or watch_collecting(collector.ihook):
        return None
    definition = FunctionDefinition.from_parent(collector, name=name, callobj=obj)
    record = requirement_of(definition)
    if record is None or any(mark.name in ACTING_MARKS for mark in definition.iter_markers()):
        return None
    fixtures = simple_fixtures(definition)
    if fixtures is None:
        return None
    test = RequirementTest(definition, record, fixtures)
    from_parent = RequirementItem.from_parent
    return [from_parent(collector, test=test, host_name=name, host_id=host_id) for name, host_id in hosts.items()]


def host_ids(names: Iterable[str]) -> dict[str, str]:
    """Give what stands in pytest's ids for each host, by name: pytest escapes what is not ASCII."""
    return {name: ascii_escaped(name) for name in names}


def host_by_host(items: Sequence[pytest.Item], host_of: Any) -> list[pytest.Item]:  # noqa: ANN401 - a function
    """Put items in order so that each host's stand together; those of no host come behind the host they followed."""
    ranks: dict[str | None, int] = {}
    last: str | None = None
    keyed = []
    for item in items:
        host = host_of(item)
        last = host if host is not None else last
        keyed.append((ranks.setdefault(last, len(ranks)), host is None, item))
    keyed.sort(key=lambda each: each[:2])
    return [item for *_, item in keyed]


def _may_be_ours(collector: pytest.Collector, name: str, obj: object) -> bool:
    return (
        isinstance(collector, pytest.Module)
        and inspect.isfunction(obj)
        and bool(getattr(obj, "pytestmark", ()))
        and not (inspect.isgeneratorfunction(obj) or inspect.iscoroutinefunction(obj))
        and not hasattr(collector.obj, "pytest_generate_tests")
        and collector.istestfunction(obj, name)
    )

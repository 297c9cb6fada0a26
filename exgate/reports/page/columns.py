"""The matrix' columns: the requirements by the catalogue's parts, then a user's own tests."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from exgate.reports.results import Results, VerdictRecord
from exgate.requirements import ID_PREFIX

OWN_TESTS = "Own tests: what they could not see"
_OTHER = "Other requirements"
_PARAMETERS = re.compile(r"\[(.*)\]\Z", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column.

    Attributes:
        key: The requirement's id, or the test's id without the host; no two columns have the same.
        short: What stands above it.
        title: The requirement's title; the key where it has none.
        severity: The requirement's severity, ``-`` for a user's own test.
        part: The part of the catalogue.
        record: The requirement, empty for a user's own test.
    """

    key: str
    short: str
    title: str
    severity: str
    part: str
    record: Mapping[str, Any]

    @property
    def is_own(self) -> bool:
        """Whether it is a user's own test, which has a verdict only where it could not see what it needs."""
        return not self.record


class Table:
    """Verdicts in columns.

    Attributes:
        columns: The columns.
        cells: The verdicts by host and column.
    """

    def __init__(self, results: Results) -> None:
        self._columns = {str(record["id"]): _of_requirement(record) for record in results.requirements}
        self.cells: dict[tuple[str, str], VerdictRecord] = {}
        for verdict in results.verdicts:
            self.cells[verdict.host, self._place(verdict)] = verdict
        parts = list(dict.fromkeys(column.part for column in self._columns.values()))
        self.columns = tuple(sorted(self._columns.values(), key=lambda column: parts.index(column.part)))

    def _place(self, verdict: VerdictRecord) -> str:
        """Give the key of the verdict's column: the first that this host has no verdict in, a new one if need be."""
        for key in _keys(verdict):
            if (verdict.host, key) not in self.cells:
                if key not in self._columns:
                    tests = sum(column.part == OWN_TESTS for column in self._columns.values())
                    self._columns[key] = _of_other(key, tests, verdict)
                return key
        raise AssertionError  # pragma: no cover - there is no end of keys


def _keys(verdict: VerdictRecord) -> Iterable[str]:
    yield _without_host(verdict.requirement, verdict.host)
    yield verdict.requirement
    number = 2
    while True:
        yield f"{verdict.requirement} ({number})"
        number += 1


def _without_host(identifier: str, host: str) -> str:
    found = _PARAMETERS.search(identifier)
    if not found:
        return identifier
    test, inside = identifier[: found.start()], found[1]
    if inside == host:
        return test
    if inside.startswith(f"{host}-"):
        return f"{test}[{inside.removeprefix(f'{host}-')}]"
    return f"{test}[{inside.removesuffix(f'-{host}')}]"


def _of_requirement(record: Mapping[str, Any]) -> Column:
    key = str(record["id"])
    return Column(
        key=key,
        short=key.removeprefix(ID_PREFIX),
        title=str(record.get("title") or key),
        severity=str(record.get("severity") or "-"),
        part=str(record.get("part") or _OTHER),
        record=record,
    )


def _of_other(key: str, tests: int, verdict: VerdictRecord) -> Column:
    is_test = not key.startswith(ID_PREFIX)
    return Column(
        key=key,
        short=f"T{tests + 1}" if is_test else key.removeprefix(ID_PREFIX),
        title=key,
        severity=verdict.severity,
        part=OWN_TESTS if is_test else _OTHER,
        record={},
    )

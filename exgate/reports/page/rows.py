"""The matrix' rows: hosts by organization and role, those with the worst findings first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from exgate.reports.page.columns import Table
from exgate.reports.results import HostRecord, Results
from exgate.requirements import Severity
from exgate.verdicts import UNSEEN, Outcome

_SEVERITIES = tuple(severity.value for severity in Severity)
_Rank = tuple[int, int, int, int, int]
_Key = TypeVar("_Key")


@dataclass(frozen=True, slots=True)
class Row:
    """A host with what decides its place: the smaller, the worse."""

    host: HostRecord
    rank: _Rank


def rows(results: Results, table: Table) -> Sequence[HostRecord]:
    """Give the hosts in the order of the matrix.

    A host stands below its organization and role, and all three are in the order of their worst host: first whoever
    fails the most severe requirement, then whoever fails most, then whoever could be seen least. A host of a verdict
    that is not among the hosts is shown too.
    """
    ranks = _ranks(results, table)
    judged = [Row(host, ranks[host.name]) for host in (*results.hosts, *_strangers(results))]
    organizations = _worst((row.host.organization, row.rank) for row in judged)
    groups = _worst(((row.host.organization, row.host.role), row.rank) for row in judged)
    places = {organization: place for place, organization in enumerate(organizations)}

    def place(row: Row) -> tuple[object, ...]:
        host = row.host
        group = host.organization, host.role
        return organizations[host.organization], places[host.organization], groups[group], host.role, row.rank

    return [row.host for row in sorted(judged, key=place)]


def _ranks(results: Results, table: Table) -> Mapping[str, _Rank]:
    severities: dict[str, list[str]] = {}
    unseen: dict[str, int] = {}
    judged: dict[str, int] = {}
    for (host, _), verdict in table.cells.items():
        judged[host] = judged.get(host, 0) + 1
        if verdict.outcome is Outcome.FAIL:
            severities.setdefault(host, []).append(verdict.severity)
        elif verdict.outcome in UNSEEN:
            unseen[host] = unseen.get(host, 0) + 1
    names = (*(host.name for host in results.hosts), *judged)
    return {
        name: (
            min(map(_severity_rank, severities.get(name, ())), default=len(_SEVERITIES) + 1),
            -len(severities.get(name, ())),
            -unseen.get(name, 0),
            judged.get(name, 0),
            place,
        )
        for place, name in enumerate(dict.fromkeys(names))
    }


def _severity_rank(severity: str) -> int:
    return _SEVERITIES.index(severity) if severity in _SEVERITIES else len(_SEVERITIES)


def _worst(ranked: Iterable[tuple[_Key, _Rank]]) -> dict[_Key, _Rank]:
    worst: dict[_Key, _Rank] = {}
    for key, rank in ranked:
        worst[key] = min(rank, worst.get(key, rank))
    return worst


def _strangers(results: Results) -> Iterable[HostRecord]:
    known = {host.name for host in results.hosts}
    names = dict.fromkeys(verdict.host for verdict in results.verdicts if verdict.host not in known)
    return [HostRecord(name=name, role="?", organization=None, groups=()) for name in names]

"""What became of facts since an earlier run, as lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from exgate.reports.plain import one_line
from exgate.reports.results import Drift, DriftKind

MOST = 25
"""Lines for one host and kind; the results file has the rest."""
_WIDEST = 160
_BEFORE = 20


def drift_lines(drift: Iterable[Drift]) -> Iterator[str]:
    """Give a line for each, bounded for each host; what several hosts hide for one and the same reason has one line."""
    told: dict[tuple[str, DriftKind], int] = {}
    hidden: dict[tuple[DriftKind, str, str], list[Drift]] = {}
    for each in drift:
        if each.kind in {DriftKind.NOT_SEEN, DriftKind.SEEN_NOW}:
            hidden.setdefault((each.kind, each.name, each.reason), []).append(each)
            continue
        place = each.host, each.kind
        told[place] = told.get(place, 0) + 1
        if told[place] <= MOST:
            yield one_line(_line(each))
    for (host, kind), number in told.items():
        if number > MOST:
            yield one_line(f"{kind}: {host}: {number - MOST} more, see drift in the results file")
    for (kind, name, reason), alike in hidden.items():
        yield one_line(_hidden_line(kind, name, reason, alike))


def _line(drift: Drift) -> str:
    where = f", {drift.where}" if drift.where else ""
    if drift.kind is DriftKind.CHANGED:
        old, new = excerpts(drift.old or "", drift.new or "")
        return f"{drift.kind}: {drift.host}: {drift.name}: {old} -> {new}{where}"
    if drift.facts > 1:
        key = drift.name.rpartition(" ")[0]
        more = drift.facts - 1
        with_it = "1 property that was read" if more == 1 else f"{more} properties that were read"
        return f"{drift.kind}: {drift.host}: {key}, with {with_it}"
    value, _ = excerpts(drift.new if drift.new is not None else drift.old or "", "")
    return f"{drift.kind}: {drift.host}: {drift.name}: {value}{where}"


def _hidden_line(kind: DriftKind, name: str, reason: str, alike: list[Drift]) -> str:
    hosts = ", ".join(each.host for each in alike) if len(alike) <= 3 else f"{len(alike)} hosts"  # noqa: PLR2004
    facts = sum(each.facts for each in alike)
    before = f"{reason}" if kind is DriftKind.NOT_SEEN else f"not seen before: {reason}"
    return f"{kind}: {hosts}: {name}: {before} ({facts} fact{'s' * (facts != 1)})"


def excerpts(old: str, new: str) -> tuple[str, str]:
    """Shorten two long texts to where they differ."""
    if max(len(old), len(new)) <= _WIDEST:
        return _shown(old), _shown(new)
    same = next((place for place, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    start = max(0, same - _BEFORE)
    return _shown(_cut(old, start)), _shown(_cut(new, start))


def _cut(text: str, start: int) -> str:
    end = start + _WIDEST
    return f"{'...' if start else ''}{text[start:end]}{'...' if len(text) > end else ''}"


def _shown(text: str) -> str:
    return text or '""'

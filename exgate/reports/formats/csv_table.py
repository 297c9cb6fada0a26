"""A run as CSV (RFC 4180) for a spreadsheet: a row for each verdict."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from exgate.reports.formats.characters import clean
from exgate.reports.formats.index import NO_VERDICT, STOPPED, Index, severity_of
from exgate.reports.results import HostRecord, Results, VerdictRecord, utc

COLUMNS = (
    "host",
    "role",
    "organization",
    "groups",
    "requirement",
    "title",
    "severity",
    "verdict",
    "found",
    "demanded",
    "message",
    "since",
    "change",
    "before",
    "waiver_state",
    "waiver_owner",
    "waiver_expires",
    "waiver_ticket",
    "waiver_reason",
    "facts_seen",
    "facts_source",
    "part",
    "test",
)
"""The names of the columns; new ones come at the end."""
_FORMULA = re.compile("^(?=[=+@\t\r\n\uff1d\uff0b\uff20\uff0d-])|(?<=[;\t\r\n])(?=[=+@\uff1d\uff0b\uff20\uff0d-])")
"""Where a spreadsheet would begin to calculate (OWASP, CSV Injection): a cell's begin, and, where the system's language
makes the semicolon the separator, what it takes for one."""
_SUSPECT = re.compile("^[=+@\t\r\n\uff1d\uff0b\uff20\uff0d-]|[;\t\r\n]")
"""A cell that may have such a place; most have none, and this is found out sooner."""
_NO_WAIVER = ("",) * 5


def render(results: Results) -> bytes:
    """Give the file: UTF-8 with a byte order mark, without which Excel takes it for the system's code page.

    Every cell is quoted. An apostrophe stands before what a spreadsheet would take for a formula. What a run that is
    incomplete has no verdict on has a row too.
    """
    file = io.StringIO(newline="")
    writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(_rows(results))
    return file.getvalue().encode("utf-8-sig")


def _rows(results: Results) -> Iterator[list[str]]:
    index = Index.of(results)
    hosts = {name: [_cell(text) for text in _host(host)] for name, host in index.hosts.items()}
    requirements = {
        identifier: [_cell(index.text(identifier, field)) for field in ("id", "title", "part", "test")]
        for identifier in index.requirements
    }
    unknown = ["", "", "", "", ""]
    for verdict in results.verdicts:
        host = hosts.get(verdict.host) or [_cell(verdict.host), *unknown]
        identifier, title, part, test = requirements.get(verdict.requirement) or _own(verdict.requirement)
        yield [*host[:4], identifier, title, *_verdict(verdict), *host[4:], part, test]
    empty = [""] * 8
    for name, requirement in index.missing:
        host = hosts[name]
        identifier, title, part, test = requirements.get(requirement) or _own(requirement)
        severity = _cell(index.text(requirement, "severity"))
        told = [severity, NO_VERDICT, STOPPED, "", _cell(f"{name}: {STOPPED}")]
        yield [*host[:4], identifier, title, *told, *empty, *host[4:], part, test]


def _own(test: str) -> list[str]:
    """Give what `_rows` has of a requirement for a user's own test."""
    return [_cell(test), "", "", _cell(test)]


def _host(host: HostRecord) -> list[str]:
    seen = host.seen
    return [
        host.name,
        host.role,
        host.organization or "",
        " ".join(host.groups),
        utc(seen.collected_at) if seen else "",
        seen.source if seen else "",
    ]


def _verdict(verdict: VerdictRecord) -> list[str]:
    note = verdict.waiver
    return [
        _cell(severity_of(verdict)),
        verdict.outcome.value,
        _cell(verdict.found),
        _cell(verdict.demanded),
        _cell(verdict.message),
        utc(verdict.since) if verdict.since else "",
        verdict.change.value if verdict.change else "",
        verdict.before.outcome.value if verdict.before else "",
        *(map(_cell, (note.state, note.owner, note.expires, note.ticket, note.reason)) if note else _NO_WAIVER),
    ]


def _cell(text: str) -> str:
    shown = clean(text)
    return _FORMULA.sub("'", shown) if _SUSPECT.search(shown) else shown

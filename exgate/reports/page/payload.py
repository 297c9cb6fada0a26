"""The verdicts as a page's script takes them: columns of letters and numbers, and each text once."""

from __future__ import annotations

import base64
import gzip
import json
import re
from dataclasses import asdict, fields
from typing import Any

from exgate.reports.page.columns import Column, Table
from exgate.reports.page.rows import rows
from exgate.reports.page.shown import shown, shown_lines
from exgate.reports.results import Change, HostRecord, Results, VerdictRecord, utc
from exgate.reports.terminal import LETTERS
from exgate.requirements import Severity
from exgate.verdicts import Outcome, Remedy, WaiverNote

NONE = "-"
"""The letter of a selected host and requirement without a verdict."""
NOTHING = " "
"""The letter of what was not selected, or where a user's own test has nothing to tell of a host."""
NAME, ADDRESS = "\x00", "\x01"
"""What stands in a text for its host's name and address; nothing that is shown can hold them."""
_URL_HOST = re.compile(r"(?<=://)[^/:\s]{3,}")
_SHORTEST = 3
_TEXTS = ("why", "passage", "fix", "rollback", "risk")
_REMEDY = tuple(field.name for field in fields(Remedy))


class Payload:
    """What the script needs.

    Attributes:
        columns: The matrix' columns.
        hosts: The hosts, in the order of its rows.
    """

    def __init__(self, results: Results) -> None:
        self._results = results
        self._table = Table(results)
        self._texts: dict[str, int] = {}
        self.columns = self._table.columns
        self.hosts = rows(results, self._table)

    def packed(self) -> str:
        """Give it as base64 of gzip of JSON: the same for the same results."""
        text = json.dumps(self.plain(), separators=(",", ":"))
        return base64.b64encode(gzip.compress(text.encode("ascii"), compresslevel=9, mtime=0)).decode("ascii")

    def plain(self) -> dict[str, Any]:
        """Give it as plain values; a number where a text is expected is the text's place in ``texts``."""
        hosts = [_Host(host, self._texts) for host in self.hosts]
        letters, messages, extras = [], [], []
        for place, column in enumerate(self.columns):
            found = [self._table.cells.get((host.record.name, column.key)) for host in hosts]
            pairs = zip(hosts, found, strict=True)
            letters.append("".join(_letter(host.record, column, verdict) for host, verdict in pairs))
            messages.append([_message(host, verdict) for host, verdict in zip(hosts, found, strict=True)])
            extras += [
                [number, place, extra]
                for number, (host, verdict) in enumerate(zip(hosts, found, strict=True))
                if verdict and (extra := host.more(verdict))
            ]
        return {
            "outcomes": [[LETTERS[outcome], outcome.value] for outcome in Outcome],
            "severities": [severity.value for severity in Severity],
            "changes": [change.value for change in Change],
            "parts": list(dict.fromkeys(shown(column.part) for column in self.columns)),
            "columns": [self._column(column) for column in self.columns],
            "hosts": {
                "names": [host.name for host in hosts],
                "addresses": [host.address for host in hosts],
                "roles": [shown(host.record.role) for host in hosts],
                "organizations": [shown(host.record.organization or "") for host in hosts],
                "groups": [[shown(group) for group in host.record.groups] for host in hosts],
                "seen": [host.seen() for host in hosts],
                "unreachable": [host.unreachable() for host in hosts],
            },
            "letters": letters,
            "messages": messages,
            "extras": extras,
            "compared": self._results.run.baseline is not None,
            "texts": list(self._texts),
        }

    def _column(self, column: Column) -> dict[str, Any]:
        record = column.record
        texts = {name: shown_lines(str(record.get(name, ""))) for name in _TEXTS}
        for name in ("fix", "rollback", "risk"):
            # It has placeholders, and nothing to fill them with: it must not look like a command.
            texts[name] = "" if "{" in texts[name] else texts[name]
        return {
            "key": shown(column.key),
            "short": shown(column.short),
            "title": shown(column.title),
            "severity": shown(column.severity),
            "part": shown(column.part),
            "own": column.is_own,
            "test": shown(str(record.get("test", ""))),
            "symptoms": "; ".join(map(shown, record.get("symptoms", ()))),
            "references": "; ".join(map(shown, record.get("references", ()))),
            **texts,
        }


class _Host:
    """A host, and its texts without its own name and address: so that alike hosts have the same."""

    def __init__(self, record: HostRecord, texts: dict[str, int]) -> None:
        self.record = record
        self.name = shown(record.name)
        found = _URL_HOST.search(record.seen.source) if record.seen else None
        self.address = shown(found[0]) if found else ""
        self._texts = texts

    def number(self, text: str) -> int:
        """Give the place of a text of one line."""
        return self._number(shown(text))

    def _number(self, text: str) -> int:
        if len(self.name) >= _SHORTEST:
            text = text.replace(self.name, NAME)
        if self.address:
            text = text.replace(self.address, ADDRESS)
        return self._texts.setdefault(text, len(self._texts))

    def seen(self) -> list[Any] | None:
        """Give where the facts come from, and when they were read."""
        seen = self.record.seen
        return [self.number(seen.source), utc(seen.collected_at), seen.age_seconds] if seen else None

    def unreachable(self) -> list[int] | None:
        """Give why the host could not be asked, and what to do."""
        why = self.record.unreachable
        return list(map(self.number, (why.cause, why.detail, why.next_step))) if why else None

    def more(self, verdict: VerdictRecord) -> dict[str, Any]:
        """Give what few verdicts have."""
        remedy, before = verdict.remedy, verdict.before
        whole = {
            "since": utc(verdict.since) if verdict.since else None,
            "change": list(Change).index(verdict.change) if verdict.change not in {None, Change.UNCHANGED} else None,
            "remedy": [self._number(shown_lines(getattr(remedy, name))) for name in _REMEDY] if remedy else None,
            "waiver": self._waiver(verdict.waiver) if verdict.waiver else None,
            "before": [before.outcome.value, self.number(before.message)] if before else None,
        }
        return {name: value for name, value in whole.items() if value is not None}

    def _waiver(self, waiver: WaiverNote) -> dict[str, int]:
        return {name: self.number(value) for name, value in asdict(waiver).items()}


def _letter(host: HostRecord, column: Column, verdict: VerdictRecord | None) -> str:
    if verdict:
        return LETTERS[verdict.outcome]
    return NONE if column.key in host.no_verdict else NOTHING


def _message(host: _Host, verdict: VerdictRecord | None) -> int:
    return host.number(verdict.message) if verdict else -1

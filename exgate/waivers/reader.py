"""The file of waivers; whatever is wrong in it is told in one line, with file and line."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from exgate.inventory.document import read_document
from exgate.inventory.errors import InventoryError
from exgate.inventory.value import ShapeError, Value
from exgate.waivers.fields import day, requirement_ids, shown, text
from exgate.waivers.waiver import Waiver

LARGEST = 2**20
"""Bytes of the file, a MiB: some thousand waivers."""
_ROOT = "waivers"
_EXPECTED = f'a mapping with "{_ROOT}", a list'
_FIELDS = ("requirement", "hosts", "reason", "owner", "approved_by", "ticket", "granted", "expires")


class WaiverError(Exception):
    """The file of waivers is wrong; the text is one line and names file and line."""


@dataclass(frozen=True, slots=True)
class WaiverFile:
    """What the file holds.

    Attributes:
        path: The file, as texts name it.
        waivers: The waivers, in the order of the file.
        named: Each requirement's id that one of them names, and its first line.
    """

    path: Path
    waivers: tuple[Waiver, ...]
    named: Mapping[str, int]

    def refuse_unknown(self, known: Collection[str]) -> None:
        """Find out whether every requirement exists.

        Args:
            known: All requirements' ids.

        Raises:
            WaiverError: One does not.
        """
        for identifier, line in self.named.items():
            if identifier not in known:
                known_ids = ", ".join(sorted(known)) or "none"
                message = f"{self.path}:{line}: there is no requirement {shown(identifier)}; known are {known_ids}"
                raise WaiverError(message)


def read_waivers(path: Path, now: datetime, whole_id: Callable[[str], str]) -> WaiverFile:
    """Read a file of waivers.

    Args:
        path: The file, as texts shall name it.
        now: The run's moment, with its offset; nothing can be granted after it.
        whole_id: Gives the requirement's id that a short form means.

    Raises:
        WaiverError: It cannot be read, or something in it is wrong.
    """
    _refuse_what_is_no_small_file(path)
    reader = _Reader(path, now, whole_id)
    try:
        waivers = [reader.read(value) for value in _items(read_document(path, _EXPECTED))]
    except InventoryError as error:
        raise WaiverError(str(error)) from None
    except ShapeError as error:
        message = f"{path}:{error.line}: {error}"
        raise WaiverError(message) from None
    return WaiverFile(path, tuple(waivers), reader.named)


class _Reader:
    """Reads one waiver after the other."""

    def __init__(self, path: Path, now: datetime, whole_id: Callable[[str], str]) -> None:
        self._path = path
        self._today = now.astimezone(UTC).date()
        self._whole_id = whole_id
        self.named: dict[str, int] = {}

    def read(self, value: Value) -> Waiver:
        if not value.is_mapping:
            raise ShapeError(value.line, f"a waiver is {value.kind}; expected a mapping with {', '.join(_FIELDS)}")
        fields = dict(value.pairs())
        _refuse_other_keys(fields, _FIELDS, "a waiver")
        missing = [name for name in _FIELDS if name not in fields]
        if missing:
            raise ShapeError(value.line, f"the waiver has no {', no '.join(missing)}")
        ids = requirement_ids("requirement", fields["requirement"], self._whole_id)
        waiver = Waiver(
            source=f"{self._path}:{value.line}",
            requirements=tuple(ids),
            hosts=text("hosts", fields["hosts"]),
            reason=text("reason", fields["reason"]),
            owner=text("owner", fields["owner"]),
            approved_by=text("approved_by", fields["approved_by"]),
            ticket=text("ticket", fields["ticket"], or_number=True),
            granted=day("granted", fields["granted"]),
            expires=day("expires", fields["expires"]),
        )
        if waiver.granted > self._today:
            raise ShapeError(
                fields["granted"].line, f"granted is {waiver.granted}, in the future: today is {self._today} (UTC)"
            )
        if waiver.expires < waiver.granted:
            raise ShapeError(fields["expires"].line, f"expires is {waiver.expires}, before granted, {waiver.granted}")
        for identifier, line in ids.items():
            self.named.setdefault(identifier, line)
        return waiver


def _items(root: Value) -> list[Value]:
    if not root.is_mapping:
        raise ShapeError(root.line, f"the file is {root.kind}; expected {_EXPECTED}")
    fields = dict(root.pairs())
    _refuse_other_keys(fields, (_ROOT,), "the file")
    waivers = fields.get(_ROOT)
    if waivers is None or waivers.is_null:
        return []
    if not waivers.is_list:
        raise ShapeError(waivers.line, f'"{_ROOT}" is {waivers.kind}; expected a list (each waiver begins with "-")')
    return waivers.items()


def _refuse_other_keys(fields: Mapping[str, Value], known: Iterable[str], what: str) -> None:
    names = list(known)
    for name, value in fields.items():
        if name in names:
            continue
        near = difflib.get_close_matches(name.lower().replace("-", "_"), names, 1, 0.6)
        advice = f"did you mean {near[0]}?" if near else f"{what} has {', '.join(names)}"
        raise ShapeError(value.line, f"{shown(name)} is not known; {advice}")


def _refuse_what_is_no_small_file(path: Path) -> None:
    """Leave to the YAML reader's words what does not exist or is a folder."""
    try:
        if not path.exists() or path.is_dir():
            return
        too_large = path.is_file() and path.stat().st_size > LARGEST
        wrong = "is larger than a MiB" if too_large else "" if path.is_file() else "is not a file"
    except OSError:
        return
    if wrong:
        message = f"{path}: {wrong}"
        raise WaiverError(message)

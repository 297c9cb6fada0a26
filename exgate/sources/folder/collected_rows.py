"""collected.csv, which the collector writes: one row a value, and how many there ought to be."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from exgate.facts.unknown import Unknown, UnknownFact, known
from exgate.sources.folder.text import decode
from exgate.sources.unreadable import UnreadableFile
from exgate.wsman.answers import Item, Value, integer

if TYPE_CHECKING:
    from _csv import Reader

COLUMNS = ("kind", "object", "name", "type", "value", "error")
SCHEMA = 1
"""The highest version of the rows' meaning that is known here."""
ABOUT = "about"
_COUNT = "#"
_MOST_OF_ERROR = 200
_AGAIN = "run the collector again"


@dataclass(frozen=True, slots=True)
class Row:
    """One row.

    Attributes:
        kind: ``about``, ``adsi``, ``registry``, ``wmi`` or ``event``.
        subject: The metabase's location, the registry's key, the WMI class.
        name: The property or value, ``""`` for the subject itself.
        tag: What the name belongs to: an ADSI class, a registry type, the number of a WMI instance. With ``#`` behind
            it the row tells how many there are.
        value: The value, or one entry of a list.
        error: Why there is none.
    """

    kind: str
    subject: str
    name: str
    tag: str
    value: str
    error: str

    @property
    def count(self) -> int | None:
        """How many there ought to be, None where it does not tell."""
        return integer(self.value) if self.tag.endswith(_COUNT) and not self.error else None


@dataclass(frozen=True, slots=True)
class Rows:
    """All rows of a file, by kind and subject, in the file's order."""

    groups: Mapping[str, Mapping[str, tuple[Row, ...]]]

    def of(self, kind: str, subject: str) -> tuple[Row, ...]:
        """Give the rows of a subject."""
        return self.groups.get(kind, {}).get(subject, ())

    def about(self, name: str, subject: str = "") -> str | Unknown:
        """Give what the collector tells of itself."""
        return single([row for row in self.of(ABOUT, subject) if row.name == name], name or subject)

    def instances(self, kind: str, subject: str, query: str) -> tuple[Item, ...]:
        """Give what WMI showed, as it would have shown it to ourselves.

        Args:
            kind: The rows' kind.
            subject: The WMI class.
            query: What was asked for: every instance has all its properties.

        Raises:
            UnknownFact: The collector could not read them, or not all of them are there.
        """
        rows = self.of(kind, subject)
        if not rows:
            raise UnknownFact(missing(subject))
        error = next((row.error for row in rows if row.error), "")
        if error:
            raise UnknownFact(not_read(subject, error))
        numbered: dict[str, list[Row]] = {}
        for row in rows:
            if row.tag != _COUNT:
                numbered.setdefault(row.tag.removesuffix(_COUNT), []).append(row)
        if [row.count for row in rows if row.tag == _COUNT] != [len(numbered)]:
            raise UnknownFact(incomplete(subject))
        items = tuple(known(item_of(of_one, subject)) for of_one in numbered.values())
        if any(not item.keys() >= set(columns(query)) for item in items):
            raise UnknownFact(incomplete(subject))
        return items


def read_rows(data: bytes) -> Rows:
    """Read the file.

    Args:
        data: The file, in UTF-16 as the collector writes it.

    Raises:
        UnreadableFile: It is no collected.csv, is cut off, or was written by a newer collector.
    """
    groups: dict[str, dict[str, list[Row]]] = {}
    last: Row | None = None
    for row in _rows(csv.reader(io.StringIO(decode(data), newline=""), strict=True)):
        groups.setdefault(row.kind, {}).setdefault(row.subject, []).append(row)
        last = row
    rows = Rows({kind: {subject: tuple(found) for subject, found in by.items()} for kind, by in groups.items()})
    ended = last is not None and (last.kind, last.name) == (ABOUT, "end")
    _check_schema(rows.about("schema"), ended=ended)
    if not ended:
        raise _cut_off()
    return rows


def item_of(rows: Iterable[Row], what: str) -> Item | Unknown:
    """Put one object's rows together; a list is told by its count, and one that is not complete spoils all."""
    values: dict[str, list[str]] = {}
    counts: dict[str, list[int | None]] = {}
    for row in rows:
        if row.tag.endswith(_COUNT):
            counts.setdefault(row.name, []).append(row.count)
        else:
            values.setdefault(row.name, []).append(row.value)
    if any(found != [len(values.get(name, ()))] for name, found in counts.items()):
        return incomplete(what)
    item: dict[str, Value] = {name: tuple(found) for name, found in values.items()}
    # A scalar that comes twice stays a list, which no reader of a scalar takes.
    item |= {name: found[0] for name, found in values.items() if name not in counts and len(found) == 1}
    return item | {name: () for name in counts if name not in values}


def single(rows: Iterable[Row], what: str) -> str | Unknown:
    """Give the value of the one row that there is."""
    found = tuple(rows)
    if not found:
        return missing(what)
    if len(found) > 1:
        return incomplete(what)
    return not_read(what, found[0].error) if found[0].error else found[0].value


def missing(what: str) -> Unknown:
    """Give what is known of something that the collector does not tell of."""
    return Unknown(f"collected.csv tells nothing of {what}", f"{_AGAIN}, as exgate collector prints it now")


def incomplete(what: str) -> Unknown:
    """Give what is known of something whose rows are not all there, or are there twice."""
    return Unknown(f"collected.csv has not all rows of {what}, or too many", _AGAIN)


def not_read(what: str, error: str) -> Unknown:
    """Give what is known of something that the collector could not read, in its own words."""
    words = "".join(letter if letter.isprintable() else " " for letter in " ".join(error.split()))
    return Unknown(
        f"the collector could not read {what}: {words[:_MOST_OF_ERROR]}", f"{_AGAIN} as an administrator of the server"
    )


def columns(query: str) -> tuple[str, ...]:
    """Give the properties that a WQL query asks for."""
    return tuple(query.removeprefix("SELECT ").partition(" FROM ")[0].split(", "))


def _rows(reader: Reader) -> Iterator[Row]:
    """Give the rows below the header.

    Raises:
        UnreadableFile: There is none, or a line is no row.
    """
    try:
        header = tuple(next(reader, ()))
        if header and header != COLUMNS:
            raise UnreadableFile(f"it is no collected.csv: its first line is not {','.join(COLUMNS)}")
        for fields in reader:
            if len(fields) != len(COLUMNS):
                raise UnreadableFile(f"{len(fields)} columns instead of {len(COLUMNS)}; {_AGAIN}", reader.line_num)
            yield Row(*fields)
    except csv.Error as error:
        if "unexpected end" in str(error):
            raise _cut_off() from None
        raise UnreadableFile(f"not a row of the collector's: {error}; {_AGAIN}", reader.line_num) from None


def _check_schema(schema: str | Unknown, *, ended: bool) -> None:
    """See to it that the rows mean what they are taken for.

    Raises:
        UnreadableFile: They do not, or nobody knows.
    """
    number = integer(schema) if isinstance(schema, str) else None
    if number is not None and number > SCHEMA:
        raise UnreadableFile(
            f"it was written by a newer collector (its schema is {number}, known is {SCHEMA}); next step: update exgate"
        )
    if number is None and ended:
        raise UnreadableFile(f"it does not tell its schema; {_AGAIN}")


def _cut_off() -> UnreadableFile:
    return UnreadableFile(f"it is cut off: the collector's end mark is missing; {_AGAIN}")

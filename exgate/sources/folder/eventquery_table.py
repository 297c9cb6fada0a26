"""The table of eventquery.vbs, its default: cells as wide as the dashes below their headings, and cut there."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final

from exgate.sources.folder.eventquery_row import SOURCE, Row, Section, are_cells_of_a_record, title_at
from exgate.sources.unreadable import UnreadableFile

_UNDERLINE: Final = re.compile(r"(?: ?)-+(?: -+){4,7} *\Z")
_PROBLEM: Final = "this is not as eventquery.vbs writes a table: the file is damaged, or was cut off"


def first_table_record(lines: Sequence[str]) -> int | None:
    """Find the line of dashes that stands above the first record of this format."""
    for at, line in enumerate(lines[:-1]):
        if "-" in line[:2] and _UNDERLINE.match(line) and _cells(lines[at + 1], _widths(line)):
            return at
    return None


def read_table(lines: Sequence[str]) -> Iterator[Section]:
    """Read the logs.

    Args:
        lines: The file's lines.

    Raises:
        UnreadableFile: Something is no record: the file is damaged, or edited.
    """
    first = first_table_record(lines)
    widths: tuple[int, ...] = ()
    section, at = Section(), 0
    while at < len(lines):
        line, title = lines[at], title_at(lines, at)
        if title is not None:
            if section.rows:
                yield section
            section, at, widths = Section(title), at + 2, ()
        elif _UNDERLINE.match(line):
            widths = _widths(line)
        elif not line.strip():
            widths = ()
        elif widths:
            section.rows.append(_row(line, at, widths))
        elif first is not None and at >= first and not _are_headings(lines, at):
            raise UnreadableFile(_PROBLEM, at + 1)
        at += 1
    yield section


def _are_headings(lines: Sequence[str], at: int) -> bool:
    return at + 1 < len(lines) and bool(_UNDERLINE.match(lines[at + 1]))


def _widths(underline: str) -> tuple[int, ...]:
    """Give the columns' widths; the first one's counts the blank before it."""
    return tuple(map(len, underline.rstrip().lstrip(" ").split(" ")))


def _row(line: str, at: int, widths: tuple[int, ...]) -> Row:
    cells = _cells(line, widths)
    if not cells:
        raise UnreadableFile(_PROBLEM, at + 1)
    source = cells[SOURCE]
    return Row(
        tuple(cell.strip() for cell in cells),
        source_is_full=_width(source.rstrip()) >= widths[SOURCE],
    )


def _cells(line: str, widths: tuple[int, ...]) -> list[str]:
    """Cut a line into cells; none where it has no gap between two columns, or is no record."""
    cells, rest = [], line.removeprefix(" ")
    for width in widths:
        cell = _take(rest, width)
        rest = rest[len(cell) :]
        if rest[:1].strip():
            return []
        cells.append(cell)
        rest = rest[1:]
    return cells if are_cells_of_a_record([cell.strip() for cell in cells]) else []


def _take(text: str, width: int) -> str:
    """Take as much as a column shows; the script counts bytes, so that an ideograph has the width of two."""
    if text.isascii():
        return text[:width]
    taken = 0
    for at, character in enumerate(text):
        if taken >= width:
            return text[:at]
        taken += _width(character)
    return text


def _width(text: str) -> int:
    if text.isascii():
        return len(text)
    return sum(1 + (unicodedata.east_asian_width(character) in "WF") for character in text)

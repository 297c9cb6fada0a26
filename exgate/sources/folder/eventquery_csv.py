"""The csv of eventquery.vbs: every cell in quotes, none doubled inside, and a Description's line feeds as they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from exgate.sources.folder.eventquery_row import Row, Section, are_cells_of_a_record
from exgate.sources.unreadable import UnreadableFile

_CELL: Final = r'"([^"\n]*)"'
_START: Final = re.compile(rf'^{_CELL},"(\d{{1,5}})",{_CELL},{_CELL},{_CELL}(?= *$|,")', re.MULTILINE)
_REST: Final = re.compile(rf',{_CELL},{_CELL},"(.*)"\s*\Z', re.DOTALL)
_HEADINGS: Final = re.compile(rf"{_CELL}(?:,{_CELL}){{4}}(?:(?:,{_CELL}){{3}})?")
_BLANK_LINE: Final = re.compile(r"\n[ \t]*\n[ \t]*\Z")
_ANOTHER: Final = re.compile(r'" *\n\s*\S|","\d{1,5}","')
"""What a Description holds when a damaged record has become a part of it."""

_PROBLEM: Final = "this is not as eventquery.vbs writes csv: the file is damaged, or was cut off"


def first_csv_record(text: str) -> int | None:
    """Find the line where the first record of this format begins."""
    first = next(_starts(text), None)
    return None if first is None else text.count("\n", 0, first.start())


def read_csv(text: str) -> Iterator[Section]:
    """Read the logs; they are apart by their headings, or with /nh by a blank line.

    Args:
        text: The file's text, its lines ended by line feeds alone.

    Raises:
        UnreadableFile: Something is no record: the file is damaged, cut off, or edited.
    """
    starts = list(_starts(text))
    if not starts:
        return
    begin = starts[0].start()
    before, _ = _without_headings(text[:begin])
    if any(line.startswith('"') for line in before.split("\n")):
        raise UnreadableFile(_PROBLEM, _line(text, begin) - 1)
    section = Section()
    for match, stop in zip(starts, (*(start.start() for start in starts[1:]), len(text)), strict=True):
        rest, ends = _without_headings(text[match.end() : stop])
        section.rows.append(_row(match, rest, text))
        if ends or (stop < len(text) and _BLANK_LINE.search(rest)):
            yield section
            section = Section()
    yield section


def _starts(text: str) -> Iterator[re.Match[str]]:
    return (match for match in _START.finditer(text) if are_cells_of_a_record(match.groups()))


def _without_headings(text: str) -> tuple[str, bool]:
    """Leave out the headings of the next log at a text's end, after a blank line; tell whether they were there."""
    stripped = text.rstrip()
    before, newline, last = stripped.rpartition("\n")
    if _HEADINGS.fullmatch(last) and (not before.strip() or _BLANK_LINE.search(before + newline)):
        return before + newline, True
    return text, False


def _row(match: re.Match[str], rest: str, text: str) -> Row:
    if not rest.strip():
        return Row(match.groups())
    long = _REST.match(rest)
    if long is None or _ANOTHER.search(long[3]):
        raise UnreadableFile(_PROBLEM, _line(text, match.start()))
    return Row((*match.groups(), long[1], long[2]), long[3].strip())


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1

"""The list of eventquery.vbs: a line for each cell with its heading, and a blank line after each record."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from exgate.sources.folder.eventquery_row import LONG, SHORT, Row, Section, are_cells_of_a_record, title_at
from exgate.sources.unreadable import UnreadableFile

_LABEL: Final = re.compile(r"[^\s:][^:]*:(?=\s|\Z)")
_PROBLEM: Final = "this is not as eventquery.vbs writes a list: the file is damaged, or was cut off"


def first_list_record(lines: Sequence[str]) -> int | None:
    """Find the line where the first record of this format begins."""
    return next((at for at, line in enumerate(lines) if line and _labels(lines, at)), None)


def read_list(lines: Sequence[str]) -> Iterator[Section]:
    """Read the logs.

    Args:
        lines: The file's lines.

    Raises:
        UnreadableFile: Something is no record: the file is damaged, cut off, or edited.
    """
    first = first_list_record(lines)
    if first is None:
        return
    labels = _labels(lines, first)
    section, at = Section(), 0
    while at < len(lines):
        title = title_at(lines, at)
        if title is not None:
            if section.rows:
                yield section
            section, at = Section(title), at + 3
        elif at >= first and lines[at].startswith(labels[0]):
            row, at = _row(lines, at, labels)
            section.rows.append(row)
        elif at >= first and lines[at].strip():
            raise UnreadableFile(_PROBLEM, at + 1)
        else:
            at += 1
    yield section


def _labels(lines: Sequence[str], at: int) -> tuple[str, ...]:
    """Read the headings, where a record begins; none elsewhere."""
    found = [match for line in lines[at : at + LONG] if (match := _LABEL.match(line))]
    if len(found) < SHORT:
        return ()
    labels = tuple(match[0] for match in found)
    if not all(line.startswith(label) for line, label in zip(lines[at:], labels[:SHORT], strict=False)):
        return ()
    if not are_cells_of_a_record([_cell(lines[at + place], labels[place]) for place in range(SHORT)]):
        return ()
    is_long = at + SHORT < len(lines) and lines[at + SHORT].strip()
    return labels if is_long and len(labels) == LONG else labels[:SHORT]


def _cell(line: str, label: str) -> str:
    return line[len(label) :].strip()


def _row(lines: Sequence[str], at: int, labels: tuple[str, ...]) -> tuple[Row, int]:
    """Read a record, and tell where the next thing begins."""
    here = lines[at : at + len(labels)]
    cells = [_cell(line, label) for line, label in zip(here, labels, strict=False) if line.startswith(label)]
    if len(cells) < len(labels) or not are_cells_of_a_record(cells):
        raise UnreadableFile(_PROBLEM, at + 1)
    at += len(labels)
    if len(labels) == SHORT:
        return Row(tuple(cells)), at
    texts = [cells.pop()]
    while at < len(lines) and not _ends(lines, at, labels):
        if lines[at].startswith(labels[:SHORT]):
            raise UnreadableFile(_PROBLEM, at + 1)
        texts.append(lines[at])
        at += 1
    return Row(tuple(cells), "\n".join(texts).strip()), at


def _ends(lines: Sequence[str], at: int, labels: tuple[str, ...]) -> bool:
    """Whether a Description, which may hold line feeds, has ended before a line."""
    return not lines[at - 1].strip() and (lines[at].startswith(labels[0]) or title_at(lines, at) is not None)

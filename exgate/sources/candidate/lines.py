"""The lines of a text file of a planned change."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

from exgate.facts.change import Origin, PlanError
from exgate.sources.candidate.files import ChangeFile
from exgate.sources.folder.text import decode

LONGEST = 8191
"""Characters of a line (KB 830473)."""

_BREAK = re.compile(r"\r\n|\n|\r")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_TYPESET = re.compile("[\u00a0\u2010-\u2015\u2018-\u201f\u2028\u2029]")
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a file.

    Attributes:
        origin: Where it stands.
        text: Without its end.
        letters_known: Whether the file says how its letters are encoded.
    """

    origin: Origin
    text: str
    letters_known: bool


def lines_of(file: ChangeFile) -> Iterator[Line]:
    """Give the lines of a file.

    Raises:
        PlanError: It holds a control character, as a file does that is no text, or a line is too long.
    """
    known = letters_are_known(file)
    for number, text in enumerate(_BREAK.split(decode(file.data)), start=1):
        found = _CONTROL.search(text)
        if found:
            raise PlanError(file.at(number), f"not a text file: it holds the character {ord(found[0]):#04x}")
        check_length(file.at(number), text)
        yield Line(file.at(number), text, known)


def check_length(origin: Origin, text: str) -> None:
    """Check that a line, or what several lines make up, is no longer than cmd.exe reads.

    Raises:
        PlanError: It is.
    """
    if len(text) > LONGEST:
        raise PlanError(origin, f"longer than the {LONGEST} characters that cmd.exe reads of a line")


def letters_are_known(file: ChangeFile) -> bool:
    """Whether a file's byte order mark says how its letters are encoded."""
    return file.data.startswith(_MARKS)


def check_letters(line: Line, text: str) -> None:
    """Check that it is known which letters a part of a line means.

    Raises:
        PlanError: It has other letters than ASCII's, and which ones depends on the server's code page.
    """
    if "\ufffd" in text:
        raise PlanError(line.origin, "a letter that cannot be read: the file is damaged, or of another code page")
    if not text.isascii() and not line.letters_known:
        raise PlanError(
            line.origin,
            "which letter is meant depends on the server's code page: use ASCII letters, or save the file as Unicode",
        )


def check_typing(line: Line, text: str) -> None:
    """Check that a command or statement means to Windows what it looks like.

    Raises:
        PlanError: It has quotation marks, dashes or spaces of a word processor, or letters that are not known.
    """
    found = _TYPESET.search(text)
    if found:
        raise PlanError(line.origin, f"U+{ord(found[0]):04X} is a word processor's character: type it anew")
    check_letters(line, text)

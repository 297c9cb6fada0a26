"""VBScript's statements as words, texts, numbers and signs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from exgate.facts.change import Origin, PlanError
from exgate.sources.candidate.lines import Line, check_typing

_TOKEN = re.compile(
    r"[ \t]*(?:(?P<text>\"(?:[^\"]|\"\")*\")|(?P<word>[a-z][a-z0-9_]*)|(?P<number>&h[0-9a-f]+&?|[0-9]+)|"
    r"(?P<sign>[().,=])|(?P<end>:)|(?P<comment>'.*)|(?P<goes_on>_[ \t]*$))",
    re.IGNORECASE | re.ASCII,
)
_BLANK = re.compile(r"[ \t]*$")
_REMARK = re.compile(r"[ \t]*rem(?:[ \t].*)?$", re.IGNORECASE)
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement.

    Attributes:
        origin: Where it begins.
        shape: A letter for each token: ``w`` a word, ``t`` a text, ``n`` a number; signs stand for themselves.
        tokens: The tokens; a text without its quotation marks.
    """

    origin: Origin
    shape: str
    tokens: tuple[str, ...]

    def __str__(self) -> str:
        """Show it without its texts, for one may be a password."""
        shown = "".join(
            '"..."' if kind == "t" else f"{token} " for kind, token in zip(self.shape, self.tokens, strict=True)
        )
        tidy = re.sub(r" ?([().,]) ?", r"\1", shown).strip()
        return tidy if len(tidy) <= _SHOWN else f"{tidy[:_SHOWN]}..."


def statements_of(lines: Iterator[Line]) -> Iterator[Statement]:
    """Split a script into statements; comments are left out.

    Raises:
        PlanError: It holds a sign that no statement we understand has, such as ``&``.
    """
    for line in lines:
        tokens: list[tuple[str, str]] = []
        yield from _statements(line, lines, tokens)
        if tokens:
            yield _statement(line.origin, tokens)


def _statements(line: Line, following: Iterator[Line], tokens: list[tuple[str, str]]) -> Iterator[Statement]:
    """Read a line, and those that an underscore at its end adds; what has no colon behind it stays in the tokens."""
    origin, at = line.origin, 0
    while not _BLANK.match(line.text, at):
        if not tokens and _REMARK.match(line.text, at):
            return
        found = _TOKEN.match(line.text, at)
        if found is None:
            raise PlanError(line.origin, _problem(line.text[at:].lstrip() or line.text[at:]))
        at = found.end()
        kind = found.lastgroup or ""
        if kind == "comment":
            return
        if kind == "goes_on":
            line, at = next(following, Line(line.origin, "", letters_known=True)), 0
        elif kind == "end":
            if tokens:
                yield _statement(origin, tokens)
            tokens.clear()
        else:
            check_typing(line, found[0])
            tokens.append((kind, found[kind]))


def _statement(origin: Origin, tokens: list[tuple[str, str]]) -> Statement:
    shape = "".join(text if kind == "sign" else kind[0] for kind, text in tokens)
    return Statement(origin, shape, tuple(_plain(text) if kind == "text" else text for kind, text in tokens))


def _plain(text: str) -> str:
    return text[1:-1].replace('""', '"')


def _problem(rest: str) -> str:
    if rest.startswith('"'):
        return "a text without its closing quotation mark"
    if rest.startswith("&"):
        return "texts joined by & are not understood: write the whole text"
    return f"{rest[0]!r} is not understood in a script"

"""A batch file as cmd.exe splits it into commands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from exgate.facts.change import Origin, PlanError
from exgate.sources.candidate.lines import Line, check_length, check_typing
from exgate.sources.candidate.variables import mark

_COMMENT = re.compile(r"[@\s]*(?:::?|rem(?=[\s,;=.:/\\+(\[\]]|$))", re.IGNORECASE)
_HARMLESS_TARGET = re.compile(r"\s*(?:nul(?=[\s&<>)]|$)|&[12](?=[\s&<>]|$))", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Command:
    """One command, without carets, redirections to nul and what joined it to others.

    Attributes:
        line: Where it begins.
        text: It, with variables as `exgate.sources.candidate.variables.mark` leaves them.
    """

    line: Line
    text: str

    @property
    def origin(self) -> Origin:
        """Where it stands."""
        return self.line.origin

    def check_typing(self) -> None:
        """Check that it means to Windows what it looks like.

        Raises:
            PlanError: See `exgate.sources.candidate.lines.check_typing`.
        """
        check_typing(self.line, self.text)


def commands_of(lines: Iterator[Line]) -> Iterator[Command]:
    """Split a batch file into its commands; comments and labels are left out.

    Raises:
        PlanError: It uses what is not understood: a pipe, a redirection into a file, ``||``, parentheses.
    """
    for line in lines:
        if _COMMENT.match(line.text):
            if line.text.rstrip().endswith("^"):
                raise PlanError(
                    line.origin, "a comment that ends with a caret: whether the next line belongs to it is unclear"
                )
            continue
        yield from _Splitter(line, lines).commands()


@dataclass(slots=True)
class _Splitter:
    """Reads a line, and those that a caret at its end adds."""

    line: Line
    following: Iterator[Line]
    text: str = field(init=False)
    at: int = 0
    found: str = ""

    def __post_init__(self) -> None:
        self.text = mark(self.line.text, self.line.origin)

    def commands(self) -> Iterator[Command]:
        quoted = False
        while self.at < len(self.text):
            char = self.text[self.at]
            self.at += 1
            if char == '"':
                quoted = not quoted
                self.found += char
            elif quoted:
                self.found += char
            elif char == "^":
                self._escape()
            elif char == "&":
                self.at += self.text[self.at : self.at + 1] == "&"
                yield from self._command()
                if _COMMENT.match(self.text, self.at):
                    return
            elif char in "<>":
                self._redirect(char)
            elif char == "|":
                raise PlanError(self.line.origin, "| is not understood: write one command a line")
            else:
                self.found += char
        if quoted:
            raise PlanError(self.line.origin, "a quotation mark is not closed")
        yield from self._command()

    def _escape(self) -> None:
        if self.at == len(self.text):
            # The line break is dropped, and the next line's first character is taken as it is.
            added = next(self.following, None)
            if added is None:
                return
            self.text += mark(added.text, added.origin)
            check_length(self.line.origin, self.text)
        self.found += self.text[self.at : self.at + 1]
        self.at += 1

    def _redirect(self, char: str) -> None:
        self.at += self.text[self.at : self.at + 1] == char
        target = _HARMLESS_TARGET.match(self.text, self.at)
        if char == "<" or target is None:
            raise PlanError(self.line.origin, f"{char} is not understood: only output to nul may be redirected")
        self.at = target.end()
        head, handle = self.found[:-1], self.found[-1:]
        if handle in {"1", "2"} and head[-1:] in {"", " ", "\t", '"', ")"}:
            self.found = head

    def _command(self) -> Iterator[Command]:
        text, self.found = self.found.lstrip("@ \t").rstrip(), ""
        if text.startswith(("(", ")")):
            raise PlanError(self.line.origin, "parentheses are not understood: write one command a line")
        if text:
            yield Command(self.line, text)

"""A .reg file's lines, and the quoted texts that may reach over several of them."""

from __future__ import annotations

import re
from collections.abc import Iterable

MAX_STATEMENT = 1 << 24
"""Characters of one key's or value's lines: Windows 2003 stores some megabytes in a value at most."""

_PLAIN = re.compile(r'[^"\\\0]*')
_ESCAPES = {"\\": "\\", '"': '"', "n": "\n", "r": "\r"}
_REST = re.compile(r"[ \t]*(?:;.*)?[\r\n]*", re.DOTALL)


class RegFileError(ValueError):
    """A .reg file is damaged; the text is one line and never shows a value's data."""

    def __init__(self, problem: str, line: int) -> None:
        super().__init__(f"line {line}: {problem}")
        self.problem = problem
        self.line = line


class RegLines:
    """The lines, one at a time, and where the one who reads them is.

    Attributes:
        line: The line's number, counted from 1.
        text: The line with its line break.
        position: Where in it the reader is.

    Args:
        lines: With their line breaks.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._length = 0
        self.line = 0
        self.text = ""
        self.position = 0

    def pull(self) -> bool:
        """Go to the next line, which begins a statement; False after the last.

        Raises:
            RegFileError: The line is cut off.
        """
        self._length = 0
        return self._next()

    def more(self) -> None:
        """Go to the next line of the same statement.

        Raises:
            RegFileError: There is none, or the statement is too long.
        """
        line = self.line
        if not self._next():
            raise RegFileError("the file ends in the middle of a value", line)

    def _next(self) -> bool:
        text = next(self._lines, None)
        if text is None:
            return False
        self.text, self.position = text, 0
        self._length += len(text)
        self.line += 1
        if self._length > MAX_STATEMENT:
            raise RegFileError(f"more than {MAX_STATEMENT} characters for one value", self.line)
        if not self.text.endswith(("\r", "\n")):
            raise RegFileError("the file ends in the middle of a line", self.line)
        return True

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Go past what a pattern matches."""
        found = pattern.match(self.text, self.position)
        if found:
            self.position = found.end()
        return found

    def quoted(self) -> str:
        """Read a text whose opening quotation mark was passed; line breaks in it belong to it.

        Raises:
            RegFileError: It does not end, or holds what no export holds.
        """
        parts = []
        while True:
            plain = _PLAIN.match(self.text, self.position)
            parts.append(plain[0] if plain else "")
            self.position += len(parts[-1])
            mark = self.text[self.position : self.position + 1]
            if not mark:
                self.more()
                continue
            if mark == '"':
                self.position += 1
                return "".join(parts)
            escaped = _ESCAPES.get(self.text[self.position + 1]) if mark == "\\" else None
            if escaped is None:
                raise RegFileError('a backslash or NUL that is not escaped (\\\\, \\") in a text', self.line)
            parts.append(escaped)
            self.position += 2

    def end(self) -> None:
        """Demand that nothing but a comment follows.

        Raises:
            RegFileError: Something else follows.
        """
        rest = self.match(_REST)
        if rest is None or self.position != len(self.text):
            raise RegFileError("something follows the value's data", self.line)

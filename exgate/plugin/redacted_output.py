"""A stream and a log's format through which no secret gets."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Any

from exgate.inventory.secret_search import SHORTEST


class RedactedStream:
    """A text stream in front of another, whose writes are redacted one by one.

    What is written to the other's octets (``buffer``) or to its descriptor goes past it.
    """

    def __init__(self, stream: Any, redact: Callable[[str], str]) -> None:  # noqa: ANN401 - whatever has a write
        self._stream = stream
        self._redact = redact

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - the other stream's own
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write a text without its secrets."""
        self._stream.write(self._redact(text) if len(text) >= SHORTEST else text)
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write several texts without their secrets."""
        for line in lines:
            self.write(line)


class RedactedFormatter(logging.Formatter):
    """Another formatter's text, tracebacks included, without its secrets."""

    def __init__(self, formatter: logging.Formatter | None, redact: Callable[[str], str]) -> None:
        super().__init__()
        self._formatter = formatter or logging.Formatter()
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        """Format a record."""
        return self._redact(self._formatter.format(record))

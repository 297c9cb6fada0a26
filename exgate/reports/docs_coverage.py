"""What every sentence of the article demands, and which requirements judge it (``coverage.yml``)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from exgate.requirements import ID_PREFIX

_FILE = Path(__file__).with_name("coverage.yml")
_NUMBERING = re.compile(r"•|\d+\.|[a-z]\.")
"""A bullet or a step's number, alone on its line."""
_SHOWN = 60
"""So much of the article is shown where the coverage departs from it, in characters."""


class CoverageError(ValueError):
    """The coverage is not well-formed, or departs from the article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A passage of the article.

    Attributes:
        where: Its section and step.
        quote: Its own words, white space normalised; empty where it demands nothing.
        first: The first words of a passage that demands nothing.
        last: Its last words.
        by: The ids of the requirements that judge it.
        because: Why nothing is demanded or testable, or what the requirements make of it.
    """

    where: str
    quote: str = ""
    first: str = ""
    last: str = ""
    by: tuple[str, ...] = ()
    because: str = ""

    def __post_init__(self) -> None:
        if bool(self.quote) == bool(self.first and self.last):
            self._refuse("give either a quote, or its first and last words")
        if not self.by and not self.because:
            self._refuse("give the requirements that judge it, or the reason why none does")
        if self.by and not self.quote:
            self._refuse("what a requirement judges must be quoted")
        if list(self.by) != sorted(set(self.by)):
            self._refuse("the requirements must be in order, each once")

    def _refuse(self, what: str) -> None:
        message = f"{self.where}: {self.quote or self.first or '?'}: {what}"
        raise CoverageError(message)


@cache
def passages() -> tuple[Passage, ...]:
    """Give the whole article's passages, in its order.

    Raises:
        CoverageError: One of them is not well-formed.
    """
    sections = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return tuple(_passage(section["where"], entry) for section in sections for entry in section["entries"])


def covered_ids(coverage: Iterable[Passage]) -> frozenset[str]:
    """Give the ids of all requirements that the coverage names."""
    return frozenset(identifier for passage in coverage for identifier in passage.by)


def normalised(article: str) -> str:
    """Give the article as one line, without bullets and the numbers of steps."""
    lines = (line.strip() for line in article.splitlines())
    return " ".join(" ".join(line for line in lines if not _NUMBERING.fullmatch(line)).split())


def departures(article: str, coverage: Iterable[Passage]) -> Iterator[str]:
    """Walk through the article passage by passage; give one line where the coverage departs from it, else nothing.

    Args:
        article: The article's text.
        coverage: Its passages.
    """
    rest = normalised(article)
    for passage in coverage:
        if not rest.startswith(passage.quote or passage.first):
            yield (
                f'{passage.where}: the article goes on with "{rest[:_SHOWN]}", '
                f'the coverage with "{(passage.quote or passage.first)[:_SHOWN]}"'
            )
            return
        _, last, after = rest.partition(passage.quote or passage.last)
        if not last:
            yield f'{passage.where}: nowhere after "{passage.first}" does the article say "{passage.last}"'
            return
        rest = after.lstrip()
    if rest:
        yield f'the coverage ends before "{rest[:_SHOWN]}"'


def _passage(where: str, entry: dict[str, Any]) -> Passage:
    unknown = entry.keys() - {"quote", "from", "to", "by", "because"}
    if unknown:
        message = f"{where}: unknown keys: {', '.join(sorted(unknown))}"
        raise CoverageError(message)
    return Passage(
        where=where,
        quote=entry.get("quote", ""),
        first=entry.get("from", ""),
        last=entry.get("to", ""),
        by=tuple(f"{ID_PREFIX}{number}" for number in entry.get("by", ())),
        because=entry.get("because", ""),
    )

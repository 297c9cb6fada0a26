"""A fact as a row of text: what reports write down and compare."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

METABASE = "metabase"
"""The first word of the metabase's facts: ``metabase (location) (property)``."""
KEY_TYPE = "KeyType"
"""The property whose fact says that a key of the metabase exists."""
LONGEST = 4000
"""Characters of a value that are kept; what is cut off still counts, by its digest."""


@dataclass(frozen=True, slots=True)
class NamedFact:
    """One fact.

    Attributes:
        name: Stable from run to run; its first word says what it belongs to, for example
            ``metabase /LM/W3SVC/1/ROOT/Exchange AuthFlags``. Where all of a group could not be read, the group's word
            alone is the name.
        value: Its value as text, or None where it is not known.
        where: Where the value is set, as `exgate.facts.metabase.Setting.where`; ``""`` where that says nothing.
        unknown: Why the value is not known, or None where it is.
        volatile: Whether it may change, come and go by itself, so that a difference is no change of the server.
    """

    name: str
    value: str | None
    where: str = ""
    unknown: str | None = None
    volatile: bool = False

    @property
    def key(self) -> str | None:
        """What stands before the property in the name of a metabase's fact, None for other facts."""
        key = self.name.rpartition(" ")[0]
        return key if key.startswith(f"{METABASE} ") else None

    @property
    def is_key(self) -> bool:
        """Whether it says that a key of the metabase exists."""
        return self.key is not None and self.name.endswith(f" {KEY_TYPE}")

    def __post_init__(self) -> None:
        if (self.value is None) is (self.unknown is None):
            message = f"fact {self.name}: give a value, or why there is none"
            raise ValueError(message)


def bounded(text: str) -> str:
    """Cut a long text, so that two that differ behind the cut still differ."""
    if len(text) <= LONGEST:
        return text
    digest = hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:16]
    return f"{text[:LONGEST]}... ({len(text)} characters, SHA-256 {digest})"

"""The facts of a host in little room: results of ten thousand hosts are held in memory until they are written."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from typing import overload

from exgate.facts.named import NamedFact

_FIELDS = tuple(each.name for each in fields(NamedFact))
_QUICKLY = 1
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False)


class PackedFacts(Sequence[NamedFact]):
    """A sequence of facts that is unpacked whenever somebody goes through it."""

    __slots__ = ("_data", "_length")

    def __init__(self, facts: Iterable[NamedFact]) -> None:
        listed = [{name: getattr(fact, name) for name in _FIELDS} for fact in facts]
        self._length = len(listed)
        self._data = zlib.compress(_ENCODER.encode(listed).encode("utf-8", "surrogatepass"), _QUICKLY)

    @property
    def text(self) -> str:
        """The facts as JSON, an array of objects."""
        return zlib.decompress(self._data).decode("utf-8", "surrogatepass")

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[NamedFact]:
        return (NamedFact(**values) for values in json.loads(self.text))

    @overload
    def __getitem__(self, place: int) -> NamedFact: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[NamedFact]: ...
    def __getitem__(self, place: int | slice) -> NamedFact | Sequence[NamedFact]:
        return tuple(self)[place]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, tuple | PackedFacts):
            return NotImplemented
        return tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

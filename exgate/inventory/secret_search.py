"""Finding secrets in a text, however many there are, in one pass."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache

from exgate.inventory.secret_forms import base64_forms, plain_forms, written_forms

SHORTEST = 4
"""Characters. A shorter secret is not looked for: it stands in many texts by chance, and a mask there would tell it."""
_CUT = re.compile(r"\.\.\.|\N{HORIZONTAL ELLIPSIS}")
"""Where the middle of a long text was left out, as pytest does it."""
_BLANK = re.compile(r"\s+")
_BREAK = r"(?:\s|\\+n)(?:[\s\\'\",+?Eb-]|\\+n){0,80}?"
"""A blank, and what pytest's pretty printer may make of it: the end of a literal, and another one on the next line.

The lines may stand in a difference, and be shown as a list of texts.
"""
_BASE64 = re.compile(r"[A-Za-z0-9+/_=-]*")
_BASE64_BEFORE = re.compile(r"[A-Za-z0-9+/_=-]*\Z")
_LONGEST_BASE64 = 4096


class SecretSearch:
    """Knows secrets in every form in which they are usually written.

    Args:
        secrets: The texts themselves.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        self._forms: defaultdict[str, set[str]] = defaultdict(set)
        self._encoded: defaultdict[str, set[str]] = defaultdict(set)
        self._breakable: defaultdict[str, set[tuple[str, ...]]] = defaultdict(set)
        self._tails: defaultdict[str, set[str]] = defaultdict(set)
        for text in secrets:
            if len(text) >= SHORTEST:
                self._learn(text)
        self._known = self._forms.keys() | self._encoded.keys()
        self._beginning = _beginning_of(self._known)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Give where secrets begin and end, in order and apart from each other."""
        if self._beginning is None:
            return []
        found = list(self._found(text, self._beginning))
        return _merged(sorted(found)) if found else found

    def _learn(self, text: str) -> None:
        for form in written_forms(text):
            _note(self._forms, form)
            if _BLANK.search(form, SHORTEST):
                self._breakable[form[:SHORTEST]].add(tuple(_BLANK.split(form)))
        for form in base64_forms(text):
            _note(self._encoded, form)
        for form in plain_forms(text):
            for begin in range(1, len(form) - SHORTEST + 1):
                self._tails[form[begin : begin + SHORTEST]].add(form[begin:])

    def _found(self, text: str, beginning: re.Pattern[str]) -> Iterator[tuple[int, int]]:
        match = beginning.search(text)
        while match:
            begin, first = match.start(), match[0]
            if first in self._known:
                yield from self._at(text, begin, first)
            match = beginning.search(text, begin + 1)
        for cut in _CUT.finditer(text):
            end = cut.end()
            tails = self._tails.get(text[end : end + SHORTEST], ())
            yield from ((end, end + len(tail)) for tail in tails if text.startswith(tail, end))

    def _at(self, text: str, begin: int, first: str) -> Iterator[tuple[int, int]]:
        for form in self._forms.get(first, ()):
            if text.startswith(form, begin):
                yield begin, begin + len(form)
                continue
            cut = _CUT.search(text, begin + SHORTEST, begin + len(form) + 3)
            if cut and form.startswith(text[begin : cut.start()]):
                yield begin, cut.start()
        for words in self._breakable.get(first, ()):
            if match := _broken(words).match(text, begin):
                yield match.span()
        if any(text.startswith(form, begin) for form in self._encoded.get(first, ())):
            yield _base64_around(text, begin)


def _note(forms: dict[str, set[str]], form: str) -> None:
    if len(form) >= SHORTEST:
        forms[form[:SHORTEST]].add(form)


@lru_cache(maxsize=1024)
def _broken(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(_BREAK.join(map(re.escape, words)))


def _beginning_of(anchors: Iterable[str]) -> re.Pattern[str] | None:
    """Give a pattern for whatever may be the first characters of a form.

    It is a class of characters for each place: few secrets make narrow classes, which hardly any text gets through, and
    thousands cost no more than a look at every place.
    """
    places = list(zip(*anchors, strict=True))
    if not places:
        return None
    classes = (f"[{re.escape(''.join(sorted(set(place))))}]" for place in places)
    return re.compile("".join(classes))


def _base64_around(text: str, place: int) -> tuple[int, int]:
    """Give all of the Base64 that a secret stands in: its other characters hold bits of the secret too."""
    window = max(0, place - _LONGEST_BASE64)
    before = _BASE64_BEFORE.search(text[window:place])
    after = _BASE64.match(text, place)
    return place - len(before[0] if before else ""), after.end() if after else place


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged = spans[:1]
    for begin, end in spans[1:]:
        last_begin, last_end = merged[-1]
        if begin <= last_end:
            merged[-1] = last_begin, max(end, last_end)
        else:
            merged.append((begin, end))
    return merged

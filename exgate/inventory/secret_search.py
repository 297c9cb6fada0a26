"""Finding secrets in a text, however many there are, in one pass."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from exgate.inventory.secret_forms import base64_forms, plain_forms, written_forms

SHORTEST = 4
"""Characters. A shorter secret is not looked for: it stands in many texts by chance, and a mask there would tell it."""
_CUT = re.compile(r"\.\.\.|\N{HORIZONTAL ELLIPSIS}")
"""Where the middle of a long text was left out, as pytest does it."""
_CUTS = re.compile(r"\.{3,}|\N{HORIZONTAL ELLIPSIS}")
_BLANK = re.compile(r"\s+")
_LONGEST_BREAK = 90
_BREAK = r"(?:\s|\\+n)(?:[\s\\'\",+?Eb-]|\\+n){0,80}?"
"""A blank, and what pytest's pretty printer may make of it: the end of a literal, and another one on the next line.

The lines may stand in a difference, and be shown as a list of texts.
"""
_BASE64 = re.compile(r"[A-Za-z0-9+/_=-]*")
_BASE64_BEFORE = re.compile(r"[A-Za-z0-9+/_=-]*\Z")
_LONGEST_BASE64 = 4096


class SecretSearch:
    """Knows secrets in every form in which they are usually written.

    It may learn while other threads search: they find what was learnt before.

    Attributes:
        texts: What it has learnt.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self.texts: set[str] = set()
        self._forms: dict[str, tuple[str, ...]] = {}
        self._encoded: dict[str, tuple[str, ...]] = {}
        self._plain = ""
        self._places: tuple[set[str], ...] = tuple(set() for _ in range(SHORTEST))
        self._beginning: re.Pattern[str] | None = None
        self.learn(secrets)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def learn(self, secrets: Iterable[str]) -> None:
        """Learn more secrets; those shorter than `SHORTEST` are left out."""
        new = {text for text in secrets if len(text) >= SHORTEST} - self.texts
        self._note(self._forms, (form for text in new for form in written_forms(text)))
        self._note(self._encoded, (form for text in new for form in base64_forms(text)))
        self._plain += "".join(f"{form}\0" for text in new for form in plain_forms(text))
        if new:
            # Last, for now they are looked for.
            self._beginning = _pattern_of(self._places)
        self.texts |= new

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Give where secrets begin and end, in order and apart from each other."""
        if self._beginning is None:
            return []
        found = list(self._found(text, self._beginning))
        return _merged(sorted(found)) if found else found

    def _note(self, known: dict[str, tuple[str, ...]], forms: Iterable[str]) -> None:
        by_beginning: defaultdict[str, list[str]] = defaultdict(list)
        for form in forms:
            if len(form) >= SHORTEST:
                by_beginning[form[:SHORTEST]].append(form)
        for beginning, found in by_beginning.items():
            # A tuple is replaced as a whole: another thread may be going through it.
            known[beginning] = tuple({*known.get(beginning, ()), *found})
            for place, character in zip(self._places, beginning, strict=True):
                place.add(character)

    def _found(self, text: str, beginning: re.Pattern[str]) -> Iterator[tuple[int, int]]:
        match = beginning.search(text)
        while match:
            begin, first = match.start(), match[0]
            if first in self._forms or first in self._encoded:
                yield from self._at(text, begin, first)
            match = beginning.search(text, begin + 1)
        for cut in _CUTS.finditer(text):
            yield from self._tails(text, cut.end())

    def _tails(self, text: str, begin: int) -> Iterator[tuple[int, int]]:
        """Give the ends of secrets whose beginning was left out."""
        first = text[begin : begin + SHORTEST]
        if len(first) < SHORTEST or "\0" in first:
            return
        plain = self._plain
        place = plain.find(first)
        while place >= 0:
            tail = plain[place : plain.index("\0", place)]
            if text.startswith(tail, begin):
                yield begin, begin + len(tail)
            place = plain.find(first, place + 1)

    def _at(self, text: str, begin: int, first: str) -> Iterator[tuple[int, int]]:
        for form in self._forms.get(first, ()):
            if text.startswith(form, begin):
                yield begin, begin + len(form)
                continue
            cut = _CUT.search(text, begin + SHORTEST, begin + len(form) + 3)
            if cut and form.startswith(text[begin : cut.start()]):
                yield begin, cut.start()
            blank = _BLANK.search(form, SHORTEST)
            if blank and text.startswith(form[: blank.start()], begin):
                yield from _broken(form, text, begin)
        if any(text.startswith(form, begin) for form in self._encoded.get(first, ())):
            yield _base64_around(text, begin)


def _broken(form: str, text: str, begin: int) -> Iterator[tuple[int, int]]:
    """Give where a form stands, with something else where it has a blank."""
    words = _BLANK.split(form)
    window = text[begin : begin + len(form) + len(words) * _LONGEST_BREAK]
    # Most forms share their first word, and a pattern costs more than all the rest.
    if all(word in window for word in words):
        match = re.match(_BREAK.join(map(re.escape, words)), window)
        if match:
            yield begin, begin + match.end()


def _pattern_of(places: Iterable[Iterable[str]]) -> re.Pattern[str]:
    """Give a pattern for whatever may be the first characters of a form.

    It is a class of characters for each place: few secrets make narrow classes, which hardly any text gets through, and
    thousands cost no more than a look at every place.
    """
    return re.compile("".join(f"[{re.escape(''.join(sorted(place)))}]" for place in places))


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

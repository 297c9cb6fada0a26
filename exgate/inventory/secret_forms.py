"""The forms in which a secret text shows up in other texts: escaped, quoted, encoded."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Callable, Iterable
from urllib.parse import quote, quote_plus

_CODE_PAGES = ("utf-8", "windows-1252", "utf-16-le")
"""What Basic over WS-Management, Basic to IIS 6, and Windows itself make octets with."""
_APOSTROPHES = ("&#39;", "&apos;")
"""What stands for an apostrophe where `html.escape` writes ``&#x27;``."""


def _json(text: str) -> str:
    return json.dumps(text)[1:-1]


def _json_utf8(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _repr(text: str) -> str:
    return repr(text)[1:-1]


def _repr_between_quotes(text: str) -> str:
    r"""Give it as in the repr of a longer text with both kinds of quotes, where an apostrophe is ``\'``."""
    return repr(f"'\"{text}")[len("'\\'\"") : -1]


def _ascii(text: str) -> str:
    return ascii(text)[1:-1]


def _unicode_escape(text: str) -> str:
    """Give it as pytest writes a parameter into a test's id, and what its terminal has no letters for."""
    return text.encode("unicode_escape").decode("ascii")


def _backslashes(text: str) -> str:
    """Give it as Python writes to a standard error that has no such letters."""
    return text.encode("ascii", "backslashreplace").decode("ascii")


def _markup(text: str) -> str:
    return html.escape(text)


def _markup_without_quotes(text: str) -> str:
    return html.escape(text, quote=False)


def _attribute(text: str) -> str:
    return _markup_without_quotes(text).replace('"', "&quot;")


_ESCAPES: tuple[Callable[[str], str], ...] = (
    _json,
    _json_utf8,
    _repr,
    _repr_between_quotes,
    _ascii,
    _unicode_escape,
    _backslashes,
    _markup,
    _markup_without_quotes,
    _attribute,
    *(lambda text, mark=mark: html.escape(text).replace("&#x27;", mark) for mark in _APOSTROPHES),
)
"""What a program does to a text that it puts into another; a text may go through several."""


def plain_forms(text: str) -> frozenset[str]:
    """Give a text as it is and as Python shows it."""
    return frozenset({text, _repr(text), _repr_between_quotes(text), _ascii(text)})


def written_forms(text: str, depth: int = 2) -> frozenset[str]:
    """Give a text as it is, and as it is written where it could be read back.

    Args:
        text: The text.
        depth: How many times in a row it may have been escaped; a report is JSON in HTML, for example.
    """
    forms = {text, *_in_addresses(text), *_as_octets(text)}
    for _ in range(depth):
        forms |= {escape(form) for form in forms for escape in _ESCAPES}
    return frozenset(forms)


def base64_forms(text: str) -> frozenset[str]:
    """Give what is always there when octets with the text in them are written as Base64, wherever it begins."""
    pieces = {piece for octets in _octets(text) for before in range(3) for piece in (_inner(octets, before),)}
    return frozenset({*pieces, *(piece.translate({43: "-", 47: "_"}) for piece in pieces)} - {""})


def _in_addresses(text: str) -> Iterable[str]:
    quoted = {quote(text, safe=safe, errors="replace") for safe in ("", "/", "/:@", "!*'()~", "/?:@!$&'()*+,;=~")}
    quoted.add(quote_plus(text, errors="replace"))
    return quoted | {_lower_hex(form) for form in quoted}


def _lower_hex(quoted: str) -> str:
    first, *others = quoted.split("%")
    return "%".join([first, *(each[:2].lower() + each[2:] for each in others)])


def _as_octets(text: str) -> Iterable[str]:
    for octets in _octets(text):
        yield repr(octets)[2:-1]
        yield repr(b"'\"" + octets)[len("b'\\'\"") : -1]


def _octets(text: str) -> Iterable[bytes]:
    for page in _CODE_PAGES:
        try:
            yield text.encode(page)
        except UnicodeEncodeError:
            continue


def _inner(octets: bytes, before: int) -> str:
    """Give the characters of Base64 that these octets alone decide, with some octets before them."""
    encoded = base64.b64encode(bytes(before) + octets).decode("ascii").rstrip("=")
    whole = len(encoded) if (before + len(octets)) % 3 == 0 else len(encoded) - 1
    return encoded[(before * 8 + 5) // 6 : whole]

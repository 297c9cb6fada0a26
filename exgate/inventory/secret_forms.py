"""The forms in which a secret text shows up in other texts: escaped, quoted, encoded."""

from __future__ import annotations

import base64
import codecs
import html
import json
import re
from collections.abc import Callable, Iterable
from urllib.parse import quote, quote_plus

_WESTERN = "windows-1252"
_CODE_PAGES = ("utf-8", _WESTERN, "utf-16-le")
"""What Basic over WS-Management, Basic to IIS 6, and Windows itself make octets with."""
for _codec in (*_CODE_PAGES, "unicode_escape"):
    # Python imports it now: an import in the middle of learning a secret is written to pytest's --debug log.
    codecs.lookup(_codec)
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


def _json_slashes(text: str) -> str:
    return _json(text).replace("/", "\\/")


def _markup(text: str) -> str:
    return html.escape(text)


def _markup_without_quotes(text: str) -> str:
    return html.escape(text, quote=False)


def _attribute(text: str) -> str:
    return _markup_without_quotes(text).replace('"', "&quot;")


def _markup_of_jinja(text: str) -> str:
    return _attribute(text).replace("&quot;", "&#34;").replace("'", "&#39;")


def _references(text: str) -> str:
    """Give it as a writer of markup does whose character set has no such letters."""
    return text.encode("ascii", "xmlcharrefreplace").decode("ascii")


_ESCAPE = Callable[[str], str]
_BACKSLASHED = re.compile(r"[\\'\"\x00-\x1f\x7f]")
_WITH_BACKSLASHES: tuple[_ESCAPE, ...] = (_json, _repr, _repr_between_quotes, _unicode_escape)
_MARKED = re.compile("[&<>'\"]")
_WITH_MARKUP: tuple[_ESCAPE, ...] = (
    _markup,
    _markup_without_quotes,
    _attribute,
    _markup_of_jinja,
    *(lambda text, mark=mark: html.escape(text).replace("&#x27;", mark) for mark in _APOSTROPHES),
)
_OF_OTHER_LETTERS: tuple[_ESCAPE, ...] = (_json_utf8, _ascii, _backslashes, _references)
"""What differs from the others where a text has letters beyond ASCII."""


def plain_forms(text: str) -> frozenset[str]:
    """Give a text as it is and as Python shows it."""
    return frozenset({text, _repr(text), _repr_between_quotes(text), _ascii(text)})


def written_forms(text: str) -> frozenset[str]:
    """Give a text as it is, and as it is written where it could be read back.

    It may have been escaped twice in a row (a report is JSON in HTML, for example), and once where that is rare.
    """
    usual = {text, *_in_addresses(text), *_as_octets(text)}
    rare = {_json_slashes(text), text.replace('"', '""'), *_in_command_lines(text)} - usual
    once = _escaped(usual) - usual
    return frozenset({*usual, *once, *_escaped(once), *rare, *_escaped(rare), *_hexadecimal(text)})


def _escaped(forms: Iterable[str]) -> set[str]:
    return {escape(form) for form in forms for escape in _escapes(form)}


def _escapes(form: str) -> Iterable[_ESCAPE]:
    """Give what a program may do to a text that it puts into another, where that changes it."""
    if not form.isascii():
        return (*_WITH_BACKSLASHES, *_WITH_MARKUP, *_OF_OTHER_LETTERS)
    backslashes = _WITH_BACKSLASHES if _BACKSLASHED.search(form) else ()
    return (*backslashes, *_WITH_MARKUP) if _MARKED.search(form) else backslashes


def base64_forms(text: str) -> frozenset[str]:
    """Give what is always there when octets with the text in them are written as Base64, wherever it begins."""
    pieces = {piece for octets in _octets(text) for before in range(3) for piece in (_inner(octets, before),)}
    return frozenset({*pieces, *(piece.translate({43: "-", 47: "_"}) for piece in pieces)} - {""})


def _in_addresses(text: str) -> Iterable[str]:
    quoted = {quote(text, safe=safe, errors="replace") for safe in ("", "/", "/:@", "!*'()~", "/?:@!$&'()*+,;=~")}
    quoted.add(quote_plus(text, errors="replace"))
    if not text.isascii():
        quoted |= {quote(text, safe=safe, encoding=_WESTERN, errors="replace") for safe in ("", "/")}
    return quoted | {_lower_hex(form) for form in quoted}


def _lower_hex(quoted: str) -> str:
    first, *others = quoted.split("%")
    return "%".join([first, *(each[:2].lower() + each[2:] for each in others)])


def _as_octets(text: str) -> Iterable[str]:
    for octets in _octets(text):
        yield repr(octets)[2:-1]
        yield repr(b"'\"" + octets)[len("b'\\'\"") : -1]


def _in_command_lines(text: str) -> Iterable[str]:
    r"""Give it as `shlex.quote` and `subprocess.list2cmdline` do, between the quotes that stand around it.

    The latter doubles the backslashes before a quote, its own last one included.
    """
    yield text.replace("'", "'\"'\"'")
    bare = re.sub(r'(\\*)"', r'\1\1\\"', text)
    yield bare
    yield re.sub(r"(\\+)\Z", r"\1\1", bare)


def _hexadecimal(text: str) -> Iterable[str]:
    """Give its octets as hexadecimal digits, also with commas as in a .reg file."""
    for octets in _octets(text):
        yield octets.hex()
        yield octets.hex().upper()
        yield octets.hex(",")


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

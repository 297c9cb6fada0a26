"""What a web server answered to one request, and what the article needs of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

KEPT_HEADERS = ("ms-asprotocolversions",)
"""The headers that an answer keeps, lower-case; every other one is of no use here, or may hold a secret."""

_SUB_STATUS = re.compile(rb"(?<![\d.])(\d{3})\.(\d{1,3})(?![\d.])")
_MULTISTATUS = re.compile(rb"<(?:\w+:)?multistatus[\s/>]")
_QUOTED = re.compile(r'"(?:\\.|[^"\\])*"')
_SCHEME = re.compile(r"(?:^|,)\s*([A-Za-z][A-Za-z0-9.+-]*)(?=\s+|,|$)(?!\s*=)")
_LONGEST_TEXT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpAnswer:
    """One answer.

    Attributes:
        status: The status code, for example 403.
        reason: The reason phrase.
        sub_status: IIS's sub-status out of the page ("403.4" is 4), None where the page names none; IIS 6 never puts
            it into the status line, and the page's sentences depend on the language.
        schemes: The authentication schemes of WWW-Authenticate, in the server's order: ``("Negotiate", "NTLM")``.
        location: Where a redirect points to, None without one.
        multistatus: Whether the body is a WebDAV multistatus (RFC 4918, 13).
        headers: `KEPT_HEADERS` that were there, by lower-case name.
    """

    status: int
    reason: str = ""
    sub_status: int | None = None
    schemes: tuple[str, ...] = ()
    location: str | None = None
    multistatus: bool = False
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def offers(self, scheme: str) -> bool:
        """Whether an authentication scheme is offered, in any case."""
        return scheme.lower() in (offered.lower() for offered in self.schemes)

    def __str__(self) -> str:
        """Show it in a few words: ``403.4 Forbidden``, ``401 (Negotiate, NTLM)``, ``302 to http://...``."""
        number = f"{self.status}" if self.sub_status is None else f"{self.status}.{self.sub_status}"
        if self.location:
            return f"{number} to {self.location}"
        if self.schemes:
            return f"{number} ({', '.join(self.schemes)})"
        return f"{number} {self.reason}".strip()


def read_answer(status: int, reason: str, headers: Iterable[tuple[str, str]], body: bytes) -> HttpAnswer:
    """Read an answer.

    Args:
        status: The status code.
        reason: The reason phrase.
        headers: Names and values; a repeated header is several entries.
        body: The beginning of the body, as octets: IIS's pages come in the server's code page.
    """
    listed = [(name.lower(), _short(value)) for name, value in headers]
    return HttpAnswer(
        status=status,
        reason=_short(reason),
        sub_status=_sub_status(status, body),
        schemes=tuple(scheme for name, value in listed if name == "www-authenticate" for scheme in _schemes(value)),
        location=next((value for name, value in listed if name == "location"), None),
        multistatus=bool(_MULTISTATUS.search(body)),
        headers=MappingProxyType({name: value for name, value in listed if name in KEPT_HEADERS}),
    )


def _schemes(challenge: str) -> list[str]:
    """Give the schemes of one header's value, in order (RFC 9110, 11.6.1)."""
    return _SCHEME.findall(_QUOTED.sub("", challenge))


def _sub_status(status: int, body: bytes) -> int | None:
    """Give the sub-status that the page names for this very status; the first one counts."""
    return next((int(sub) for number, sub in _SUB_STATUS.findall(body) if int(number) == status), None)


def _short(text: str) -> str:
    """Keep a server's own text on one line, bounded, and without control characters."""
    line = " ".join(text.split())[:_LONGEST_TEXT]
    return "".join(character if character.isprintable() else "\ufffd" for character in line)

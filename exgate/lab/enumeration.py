"""Enumerate, Pull and Release (WS-Enumeration with DSP0226's extensions): items are handed out as they fit."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from exgate.lab import faults
from exgate.lab.namespaces import ENUMERATE, ENUMERATION, PULL, RELEASE, WSMAN
from exgate.lab.soap import Request, envelope, escape

if TYPE_CHECKING:
    from collections.abc import Sequence
    from xml.etree.ElementTree import Element

_OVERHEAD = 2048
"""What an envelope needs around its items, in octets; generous."""

_WINDOWS_DEFAULT_MAX_ELEMENTS = 1
"""Without MaxElements Windows hands out one item a message."""


@dataclass(slots=True)
class Enumerations:
    """The open enumerations of one server: context -> the items that are still to come."""

    _open: dict[str, list[str]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self._open)

    def enumerate(self, request: Request, items: Sequence[str]) -> bytes:
        """Answer an Enumerate.

        With w:OptimizeEnumeration the first items come at once, and an empty context with w:EndOfSequence when they
        are all; without it there is a context only.

        Raises:
            Fault: Not even one item fits into the envelope.
        """
        body = request.body
        rest = list(items)
        batch = ""
        if body is not None and body.find(f"{{{WSMAN}}}OptimizeEnumeration") is not None:
            taken = _take(rest, _max_elements(body, WSMAN), request.max_envelope_size)
            batch = f"<w:Items>{''.join(taken)}</w:Items>{'' if rest else '<w:EndOfSequence/>'}"
        context = self._keep(rest) if rest or not batch else ""
        return envelope(
            f"{ENUMERATE}Response",
            request.message_id,
            f"<n:EnumerateResponse><n:EnumerationContext>{context}</n:EnumerationContext>{batch}</n:EnumerateResponse>",
        )

    def pull(self, request: Request) -> bytes:
        """Answer a Pull with the next items.

        Raises:
            Fault: The context is not (any more) known, or not even one item fits.
        """
        context = self._context(request)
        rest = self._open[context]
        taken = _take(rest, _max_elements(request.body, ENUMERATION), request.max_envelope_size)
        if rest:
            head, tail = f"<n:EnumerationContext>{escape(context)}</n:EnumerationContext>", ""
        else:
            del self._open[context]
            head, tail = "", "<n:EndOfSequence/>"
        return envelope(
            f"{PULL}Response",
            request.message_id,
            f"<n:PullResponse>{head}<n:Items>{''.join(taken)}</n:Items>{tail}</n:PullResponse>",
        )

    def release(self, request: Request) -> bytes:
        """Answer a Release: the context is forgotten.

        Raises:
            Fault: The context is not known.
        """
        del self._open[self._context(request)]
        return envelope(f"{RELEASE}Response", request.message_id, "")

    def _keep(self, rest: list[str]) -> str:
        context = f"uuid:{str(uuid.uuid4()).upper()}"
        self._open[context] = rest
        return context

    def _context(self, request: Request) -> str:
        body = request.body
        context = (body.findtext(f"{{{ENUMERATION}}}EnumerationContext") or "").strip() if body is not None else ""
        if context not in self._open:
            raise faults.invalid_enumeration_context()
        return context


def _max_elements(body: Element | None, namespace: str) -> int:
    text = (body.findtext(f"{{{namespace}}}MaxElements") or "").strip() if body is not None else ""
    return max(int(text), 1) if text.isdecimal() else _WINDOWS_DEFAULT_MAX_ELEMENTS


def _take(rest: list[str], most: int, envelope_size: int) -> list[str]:
    room = envelope_size - _OVERHEAD
    taken: list[str] = []
    while rest and len(taken) < most:
        size = len(rest[0].encode())
        if size > room:
            break
        room -= size
        taken.append(rest.pop(0))
    if rest and not taken:
        raise faults.envelope_too_small()
    return taken

"""Answers that are known already: a message that differs from an earlier one in its headers' identifiers only.

Most of what a client asks depends on nothing but the server's definition. Such an answer is built once and written
again with identifiers of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, NamedTuple

from exgate.lab.cim import timestamp
from exgate.lab.soap import new_identifier

MESSAGE_ID: Final = b"uuid:00000000-0000-0000-0000-000000000000"
"""Stands for every message's identifier."""

_MOST_OCTETS: Final = 32 * 1024 * 1024
"""What may be kept; a client that asks for something new every time makes it begin anew."""
_UNREAD = re.compile(rb"(<(?:[\w.-]+:)?)(MessageID|To|OperationID|SessionId|ActivityId)((?:\s[^<>]*)?>)([^<>]*)(?=<)")
"""Headers of which the lab reads nothing but MessageID, to say it again in RelatesTo."""
_NAME, _TEXT = 2, 4
"""Groups of these."""
_PLAIN = re.compile(rb"[\w:.{}-]+")
_SHELL, _PULL, _RELEASE = b"/windows/shell/", b"/enumeration/Pull", b"/enumeration/Release"
"""Resources and actions of shells and open enumerations: no two messages are alike, so that none need be looked up."""
_OWN_MESSAGE_ID = re.compile(rb"(<a:MessageID>)uuid:[0-9A-F-]{36}(</a:MessageID>)")
_NOW = re.compile(rb"(LocalDateTime><(?:cim:)?Datetime>)[^<]+")
_CONDITION_ON_NOW = re.compile(rb"(?:where|SelectorFilter).*LocalDateTime", re.IGNORECASE | re.DOTALL)
_OWN_SLOT, _RELATES_SLOT, _NOW_SLOT = b"\x00own\x00", b"\x00relates\x00", b"\x00now\x00"
"""No XML holds these."""


class Asked(NamedTuple):
    """A message as others may have sent it.

    Attributes:
        text: The message, with `MESSAGE_ID` for its identifier and without headers that nobody reads.
        message_id: Its identifier, empty for a message without one.
    """

    text: bytes
    message_id: bytes


def common_form(message: bytes) -> Asked | None:
    """Give what a message has in common with others, None for one whose answer is its own."""
    if b"<!" in message or b"\x00" in message or _SHELL in message or _PULL in message or _RELEASE in message:
        return None
    header, mark, body = message.partition(b"Body")
    identifier = b""
    pieces = _UNREAD.split(header)
    for index in range(_NAME, len(pieces), _UNREAD.groups + 1):
        text = index + _TEXT - _NAME
        if pieces[index] == b"MessageID":
            if identifier or not _PLAIN.fullmatch(pieces[text]):
                return None
            identifier, pieces[text] = pieces[text], MESSAGE_ID
        else:
            pieces[text] = b""
    if not identifier and b"MessageID" in message:
        return None
    return Asked(b"".join(pieces) + mark + body, identifier)


@dataclass(frozen=True, slots=True)
class KnownAnswer:
    """An answer but for what is new in each.

    Attributes:
        action: The request's action.
        fault: The fault's code, None for no fault.
        text: The envelope with slots.
    """

    action: str
    fault: int | None
    text: bytes

    def envelope(self, message_id: bytes) -> bytes:
        """Write it once more."""
        text = self.text.replace(_OWN_SLOT, new_identifier().encode("ascii"), 1)
        text = text.replace(_RELATES_SLOT, message_id, 1)
        return text.replace(_NOW_SLOT, timestamp(datetime.now(UTC)).encode("ascii")) if _NOW_SLOT in text else text


class KnownAnswers:
    """What has been answered."""

    def __init__(self) -> None:
        self._by_text: dict[bytes, KnownAnswer | None] = {}
        self._octets = 0

    def find(self, asked: Asked) -> tuple[bool, KnownAnswer | None]:
        """Give whether this was asked before, and the answer if it holds for everybody."""
        known = self._by_text.get(asked.text)
        return known is not None or asked.text in self._by_text, known

    def is_nobodys(self, asked: Asked) -> None:
        """Keep in mind that no answer to this holds for everybody."""
        self._remember(asked, None)

    def keep(self, asked: Asked, action: str, fault: int | None, envelope: bytes) -> KnownAnswer | None:
        """Keep an answer to a message whose identifier was `MESSAGE_ID`, and give it as it is kept.

        An enumeration that goes on is not kept, nor one with a condition on the time that the server shows.
        """
        known = None
        unfinished = b"<n:EnumerationContext>uuid:" in envelope
        if not unfinished and not _CONDITION_ON_NOW.search(asked.text):
            text = _OWN_MESSAGE_ID.sub(rb"\1uuid:" + _OWN_SLOT + rb"\2", envelope, count=1)
            text = _NOW.sub(rb"\1" + _NOW_SLOT, text)
            known = KnownAnswer(action, fault, text.replace(MESSAGE_ID, _RELATES_SLOT, 1))
        self._remember(asked, known)
        return known

    def _remember(self, asked: Asked, known: KnownAnswer | None) -> None:
        self._octets += len(asked.text) + (len(known.text) if known else 0)
        if self._octets > _MOST_OCTETS:
            self._by_text.clear()
            self._octets = 0
        self._by_text[asked.text] = known

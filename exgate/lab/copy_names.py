"""The names by which a copy differs from the server that it is a copy of, exchanged in what is asked and answered."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from exgate.lab.definition import ServerDefinition

_BY_TEXT = re.compile(rb"\blike\b|(?:&[lg]t;|[!]=)=?\s*(?:'(?!\d{14}\.)|\"(?!\d{14}\.))", re.IGNORECASE)
"""Conditions that look into a text or put texts in order: they may mean something else for another name."""


class CopyNames:
    """The own names of a copy, and those of its original.

    Args:
        original: The server that all copies share their answers with.
        copy: One of them.
    """

    def __init__(self, original: ServerDefinition, copy: ServerDefinition) -> None:
        self._originals_name, self._own_name = (each.computer_name.encode() for each in (original, copy))
        self._originals_lower, self._own_lower = self._originals_name.lower(), self._own_name.lower()
        self._originals_address, self._own_address = (each.addresses[0].encode() for each in (original, copy))
        self._originals_network, self._own_network = (
            address.rpartition(b".")[0] + b"." for address in (self._originals_address, self._own_address)
        )
        self._own_address_alone = re.compile(rb"(?<![\d.])%s(?![\d.])" % re.escape(self._own_address))

    def asked(self, message: bytes) -> bytes | None:
        """Give a message as it would ask the original; None for one that only the copy itself can answer."""
        lowered = message.lower()
        if self._originals_lower in lowered or self._originals_network in message:
            return None
        if self._own_lower in lowered:
            message = message.replace(self._own_name, self._originals_name)
            message = message.replace(self._own_lower, self._originals_lower)
            if self._own_lower in message.lower():
                return None
        if self._own_address in message:
            message = self._own_address_alone.sub(self._originals_address, message)
        return message

    @staticmethod
    def are_all_one(message: bytes) -> bool:
        """Whether a message means the same whatever the server is called."""
        return not _BY_TEXT.search(message)

    def told(self, answer: bytes) -> bytes:
        """Give the original's answer as the copy's."""
        answer = answer.replace(self._originals_name, self._own_name)
        answer = answer.replace(self._originals_lower, self._own_lower)
        if self._originals_network in answer:
            answer = answer.replace(self._originals_address, self._own_address)
            answer = answer.replace(self._originals_network, self._own_network)
        return answer

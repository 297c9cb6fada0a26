r"""The store behind ``\\.\BackOfficeStorage``, as far as the lab has one: the account's mailbox, which is synthetic."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Final

_CREATED: Final = datetime(2026, 3, 1, 9, 0, 0, tzinfo=UTC)
_FOLDERS = (
    *("Calendar", "Contacts", "Deleted Items", "Drafts", "Inbox", "Journal", "Notes", "Outbox", "Sent Items", "Tasks"),
)
_MESSAGE: Final = (
    "From: The exgate lab <postmaster@{domain}>\r\n"
    "To: {user}@{domain}\r\n"
    "Subject: Welcome\r\n"
    "Date: Sun, 1 Mar 2026 09:00:00 +0000\r\n"
    "Message-ID: <welcome@{domain}>\r\n"
    "MIME-Version: 1.0\r\n"
    "Content-Type: text/plain; charset=us-ascii\r\n"
    "\r\n"
    "Synthetic: the one message of the exgate lab.\r\n"
)
_STORAGE = "\\\\.\\backofficestorage\\"


@dataclass(frozen=True)
class Resource:
    """A folder or a message.

    Attributes:
        name: Its display name.
        children: By name in lower case; None for a message.
        content: A message's octets.
        created: When it was created, and changed last.
        lists_children: Whether PROPFIND with depth 1 shows the children; nobody's mailbox is shown to another.
    """

    name: str
    children: Mapping[str, Resource] | None = field(default_factory=lambda: MappingProxyType({}))
    content: bytes = b""
    created: datetime = _CREATED
    lists_children: bool = True

    @property
    def is_collection(self) -> bool:
        """Whether it is a folder."""
        return self.children is not None

    @cached_property
    def etag(self) -> str:
        """Its entity tag, quoted."""
        return f'"{hashlib.sha256(self.name.encode() + self.content).hexdigest()[:32]}"'

    def find(self, segments: list[str]) -> Resource | None:
        """Give what is at a path below it, in any case; None when nothing is."""
        found: Resource | None = self
        for segment in segments:
            found = (found.children or {}).get(segment.lower()) if found else None
        return found


@lru_cache(maxsize=64)
def store(vdir_path: str, user: str | None) -> Resource | None:
    r"""Give what a virtual directory shows of the store.

    Args:
        vdir_path: Its Path: ``\\.\BackOfficeStorage\<domain>\MBX`` has the mailboxes, other places of the store
            nothing, and a place outside of the store is not served at all.
        user: Whose mailbox exists, None for nobody's; it is there as ``user`` and as ``user@domain``.
    """
    if not vdir_path.lower().startswith(_STORAGE) and vdir_path.lower() != _STORAGE.rstrip("\\"):
        return None
    domain, _, place = vdir_path[len(_STORAGE) :].partition("\\")
    if place.upper() != "MBX" or user is None:
        return Resource(place or "BackOfficeStorage")
    message = Resource("Welcome.EML", None, _MESSAGE.format(user=user, domain=domain).encode("ascii"))
    folders = {name.lower(): Resource(name) for name in _FOLDERS}
    folders["inbox"] = Resource("Inbox", {"welcome.eml": message})
    mailbox = Resource(user, folders)
    return Resource("MBX", {user.lower(): mailbox, f"{user}@{domain}".lower(): mailbox}, lists_children=False)

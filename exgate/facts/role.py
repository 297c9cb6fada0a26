"""What an Exchange 2003 server is for."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """A server's role, as its inventory declares it."""

    BACK_END = "back-end"
    """A mailbox server behind front-end servers (the article's Method 1)."""
    STANDALONE = "standalone"
    """A mailbox server in an organization without a front-end (Method 2 is allowed)."""
    SBS = "sbs"
    """Small Business Server 2003."""
    FRONT_END = "front-end"
    """A front-end server; it holds no mailboxes."""


MAILBOX_ROLES = frozenset({Role.BACK_END, Role.STANDALONE, Role.SBS})
"""The roles that hold mailboxes: ActiveSync and OMA log on to their virtual directory."""

CLIENT_ROLES = frozenset({Role.FRONT_END, Role.STANDALONE, Role.SBS})
"""The roles whose ActiveSync and OMA phones ask themselves; a back-end's are asked through its front-end."""

ALL_ROLES = frozenset(Role)

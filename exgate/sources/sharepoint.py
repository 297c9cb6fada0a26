"""Windows SharePoint Services by the registry: whether they are installed, and on which web sites."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from exgate.facts.sharepoint import PORTS, VERSION, WEB_SERVER_EXTENSIONS, SharePoint
from exgate.facts.unknown import Unknown
from exgate.sources.std_reg_prov import read_subkeys

if TYPE_CHECKING:
    from exgate.wsman.session import Session

_PORT = re.compile(r"Port /LM/W3SVC/([0-9]{1,10}):?", re.IGNORECASE)
_LOOK = Unknown(
    "Windows SharePoint Services are installed, but the registry does not show on which web sites",
    "look at SharePoint Central Administration, Virtual Server List",
)


def read_sharepoint(session: Session) -> SharePoint | Unknown:
    """Read the registry's keys of the web server extensions; where there is no version 6.0, one message is enough.

    Raises:
        WsmanError: A message failed.
    """
    versions = read_subkeys(session, WEB_SERVER_EXTENSIONS)
    if isinstance(versions, Unknown):
        return versions
    if VERSION not in (versions or ()):
        return SharePoint(installed=False)
    return sharepoint_of(read_subkeys(session, PORTS))


def sharepoint_of(ports: tuple[str, ...] | Unknown | None) -> SharePoint:
    """Give an installed Windows SharePoint Services.

    Args:
        ports: The subkeys of `PORTS`.
    """
    if isinstance(ports, Unknown):
        return SharePoint(installed=True, extended_sites=ports)
    sites = tuple(int(match[1]) for name in ports or () if (match := _PORT.fullmatch(name)))
    return SharePoint(installed=True, extended_sites=sites or _LOOK)

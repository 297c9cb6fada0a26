"""Windows SharePoint Services 2.0 beside Exchange."""

from __future__ import annotations

from dataclasses import dataclass

from exgate.facts.unknown import Unknown

WEB_SERVER_EXTENSIONS = r"SOFTWARE\Microsoft\Shared Tools\Web Server Extensions"
"""Below HKEY_LOCAL_MACHINE: one subkey for each version, 5.0 for FrontPage 2002's and 6.0 for SharePoint's."""
PORTS = rf"{WEB_SERVER_EXTENSIONS}\Ports"
"""One subkey for each extended web site: ``Port /LM/W3SVC/1:``."""
VERSION = "6.0"


@dataclass(frozen=True, slots=True)
class SharePoint:
    """Whether Windows SharePoint Services are installed, and on which web sites.

    Attributes:
        installed: Whether the registry has version 6.0 of the web server extensions.
        extended_sites: Numbers of the web sites that are extended; empty when it is not installed.
    """

    installed: bool
    extended_sites: tuple[int, ...] | Unknown = ()

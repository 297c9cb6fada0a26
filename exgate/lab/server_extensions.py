r"""Web server extensions of a lab server: Windows SharePoint Services, or FrontPage 2002's alone.

Both leave the same marks in the registry, below ``Shared Tools\Web Server Extensions``: a key for the version and a
key for each web site that they extend. Only Windows SharePoint Services take URLs away from the virtual directories
(KB 823265: "You receive a 'Page not found' error message when you use Outlook Web Access"). The keys' names are
recalled, no source was at hand; where in IIS's order of checks the extensions answer is an assumption of the lab's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from exgate.facts.registry import RegistryType, RegistryValue

SHAREPOINT_SERVICES: Final = "6.0"
FRONTPAGE_2002: Final = "5.0"
_KEY = r"HKLM\SOFTWARE\Microsoft\Shared Tools\Web Server Extensions"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebServerExtensions:
    """What is installed.

    Attributes:
        version: ``6.0`` for Windows SharePoint Services 2.0, ``5.0`` for FrontPage 2002 Server Extensions.
        extends: The numbers of the web sites that are extended.
        excluded_paths: SharePoint's excluded managed paths (``exchange``), without slashes; exclusion is recursive.
    """

    version: str = SHAREPOINT_SERVICES
    extends: tuple[int, ...] = (1,)
    excluded_paths: tuple[str, ...] = ()

    def registry(self) -> Mapping[str, tuple[RegistryValue, ...]]:
        """Give the registry keys, by path with the hive in front."""
        location = RegistryValue(
            "Location",
            RegistryType.REG_SZ,
            rf"C:\Program Files\Common Files\Microsoft Shared\Web Server Extensions\{self.version.replace('.', '')}",
        )
        ports = {rf"{_KEY}\Ports\Port /LM/W3SVC/{site}:": () for site in self.extends}
        return {rf"{_KEY}\{self.version}": (location,), **ports}

    def takes(self, site: int, path: str) -> bool:
        """Whether the extensions answer for a path themselves; the site's own first page stays what it is."""
        if self.version != SHAREPOINT_SERVICES or site not in self.extends:
            return False
        segments = path.strip("/").lower().split("/")
        excluded = [excluded.strip("/").lower().split("/") for excluded in self.excluded_paths]
        return segments != [""] and not any(segments[: len(each)] == each for each in excluded)

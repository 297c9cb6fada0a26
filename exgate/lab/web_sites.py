"""Which web site gets a request, by the bindings, and which virtual directory of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from exgate.facts.bindings import Binding
from exgate.facts.metabase import VIRTUAL_DIRECTORY, WEB_SITE, MetabaseFile

HTTP_PORT: Final = 80
HTTPS_PORT: Final = 443
_BINDINGS = {HTTP_PORT: "ServerBindings", HTTPS_PORT: "SecureBindings"}
_LOCATION = re.compile(r"/LM/W3SVC/(\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class WebSite:
    """A web site of a metabase.

    Attributes:
        number: Its number, 1 for the default web site.
        location: ``/LM/W3SVC/1``.
        bindings: Its bindings by port: ServerBindings on 80, SecureBindings on 443.
        vdirs: Locations of its virtual directories by their path below ROOT, lower case: ``""``, ``/exchange``.
    """

    number: int
    location: str
    bindings: dict[int, tuple[Binding, ...]]
    vdirs: dict[str, str]

    def vdir(self, path: str) -> str | None:
        """Give the virtual directory that a path is in, the deepest one; None for a path below the root in none."""
        segments = path.rstrip("/").lower().split("/")
        for depth in range(len(segments), 1, -1):
            found = self.vdirs.get("/".join(segments[:depth]))
            if found:
                return found
        return self.vdirs.get("") if segments == [""] else None


def web_sites(metabase: MetabaseFile) -> tuple[WebSite, ...]:
    """Give the web sites by number."""
    found = []
    for location in metabase.locations(WEB_SITE):
        match = _LOCATION.fullmatch(location)
        if match:
            bindings = {port: _bindings(metabase, location, name) for port, name in _BINDINGS.items()}
            found.append(WebSite(int(match[1]), location, bindings, _vdirs(metabase, f"{location}/ROOT")))
    return tuple(sorted(found, key=lambda site: site.number))


def answering(sites: tuple[WebSite, ...], port: int, addresses: tuple[str, ...]) -> bool:
    """Whether any web site has a binding for a port on one of the server's addresses, so that something listens."""
    return any(
        binding.port == port and binding.address in {"", *addresses}
        for site in sites
        for binding in site.bindings[port]
    )


def route(sites: tuple[WebSite, ...], port: int, address: str, host: str) -> WebSite | None:
    """Give the web site for a request, None when no binding fits.

    http.sys weighs an address before a host header. Of sites with an equal binding only one can be started; here it
    is the one with the lowest number.

    Args:
        sites: By number.
        port: 80 or 443, the port that the request stands for.
        address: The server's address that it came to.
        host: The host header without a port, lower case.
    """
    candidates = [
        (bool(binding.address), bool(binding.host), -site.number)
        for site in sites
        for binding in site.bindings[port]
        if binding.port == port and binding.address in {"", address} and binding.host.lower() in {"", host}
    ]
    if not candidates:
        return None
    number = -max(candidates)[2]
    return next(site for site in sites if site.number == number)


def _bindings(metabase: MetabaseFile, location: str, name: str) -> tuple[Binding, ...]:
    value = metabase.effective(location, name).value
    return tuple(each for each in value if isinstance(each, Binding)) if isinstance(value, tuple) else ()


def _vdirs(metabase: MetabaseFile, root: str) -> dict[str, str]:
    return {
        location[len(root) :].lower(): location
        for location in metabase.locations(VIRTUAL_DIRECTORY)
        if location.lower() == root.lower() or location.lower().startswith(f"{root.lower()}/")
    }

"""One lab server: its WS-Management endpoint over http and https, and its web sites."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from exgate.lab.change import changed, restarted
from exgate.lab.configuration import Parse, loaded, written
from exgate.lab.iis_site import Sites
from exgate.lab.web_sites import HTTP_PORT, HTTPS_PORT

if TYPE_CHECKING:
    from exgate.lab.definition import ServerDefinition
    from exgate.lab.ntlm import Account
    from exgate.lab.record import Record
    from exgate.lab.service import Service
    from exgate.lab.site_log_on import SiteLogOns
    from exgate.lab.web_host import WebHost


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoints:
    """Where a server can be reached.

    Attributes:
        address: Its loopback address.
        port: WS-Management over http.
        https_port: WS-Management over https, None without.
        site_port: The web sites, None for a server that is down; nothing listens there if no site is bound to port 80.
        site_https_port: The web sites over TLS, None without https; the same goes for port 443.
    """

    address: str
    port: int
    https_port: int | None
    site_port: int | None
    site_https_port: int | None

    @property
    def wsman_url(self) -> str:
        """The endpoint's URL."""
        return f"http://{self.address}:{self.port}/wsman"

    @property
    def site_url(self) -> str | None:
        """The web sites' URL, None for a server that is down."""
        return None if self.site_port is None else f"http://{self.address}:{self.site_port}/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What a server that listens is made of.

    Attributes:
        service: What answers WS-Management's messages.
        host: Where its web sites listen.
        log_ons: Who is logged on to them.
        account: Whose mailbox it has.
        parse: Reads its MetaBase.xml.
    """

    service: Service
    host: WebHost
    log_ons: SiteLogOns
    account: Account
    parse: Parse


class LabServer:
    """A started server.

    Attributes:
        definition: What it is now: what is written, and what runs where that differs.
        record: What it saw.
    """

    def __init__(self, definition: ServerDefinition, endpoints: Endpoints, record: Record, parts: Parts | None) -> None:
        self.definition = definition
        self.record = record
        self._endpoints = endpoints
        self._parts = parts

    @property
    def endpoints(self) -> Endpoints:
        """Where it can be reached; a restart may give its web sites another port."""
        if self._parts is None:
            return self._endpoints
        host = self._parts.host
        return replace(self._endpoints, site_port=host.number(HTTP_PORT), site_https_port=host.number(HTTPS_PORT))

    def as_json(self) -> dict[str, object]:
        """Give the endpoints as JSON values."""
        endpoints = self.endpoints
        return {
            "address": endpoints.address,
            "port": endpoints.port,
            "https_port": endpoints.https_port,
            "site_port": endpoints.site_port,
            "site_https_port": endpoints.site_https_port,
            "definition": self.definition.name,
            "role": self.definition.role,
            "computer_name": self.definition.computer_name,
            "dns_name": self.definition.dns_name,
            "failure": self.definition.failure or None,
        }

    def record_as_json(self) -> dict[str, object]:
        """Give the record, what is open right now, and how it fails."""
        return self.record.as_json() | {
            "open_shells": len(self._parts.service.shells) if self._parts else 0,
            "failure": self.definition.failure or None,
        }

    def change(self, to: ServerDefinition) -> None:
        """Write another server's configuration; the web sites go on with what IIS has loaded.

        Raises:
            ValueError: The server is down.
        """
        parts = self._needed_parts()
        self.definition = changed(self.definition, to)
        parts.service.show(self.definition, written(self.definition, parts.parse))

    async def restart(self) -> None:
        """Restart IIS Admin: the web sites enforce what is written.

        Raises:
            ValueError: The server is down.
            OSError: A port that is needed now cannot be had.
        """
        parts = self._needed_parts()
        self.definition = restarted(self.definition, datetime.now(UTC))
        configuration = loaded(self.definition, parts.parse)
        parts.service.show(self.definition, configuration)
        await parts.host.exchange(Sites(self.definition, configuration, parts.log_ons, parts.account.user))

    def _needed_parts(self) -> Parts:
        if self._parts is None:
            raise ValueError(f"{self.definition.name} is down")
        return self._parts

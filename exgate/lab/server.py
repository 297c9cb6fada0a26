"""One lab server: its WS-Management endpoint over http and https, and its web site."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aiohttp import web

from exgate.lab.endpoint import Endpoint, EndpointServer
from exgate.lab.iis_site import Site
from exgate.lab.loopback import dead_port, listen, loopback_address
from exgate.lab.record import Record
from exgate.lab.service import Service

if TYPE_CHECKING:
    import socket

    from exgate.facts.metabase import MetabaseFile
    from exgate.lab.certificates import Authority
    from exgate.lab.definition import ServerDefinition
    from exgate.lab.ntlm import Account

_HTTP_PORT: Final = 5985
_HTTPS_PORT: Final = 5986
_SITE_PORT: Final = 80
_SHUTDOWN_SECONDS: Final = 0.5
"""How long open requests may go on when the lab stops; a trickling answer would take for ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoints:
    """Where a server can be reached.

    Attributes:
        address: Its loopback address.
        port: WS-Management over http.
        https_port: WS-Management over https, None without.
        site_port: The web site, None for a server that is down.
    """

    address: str
    port: int
    https_port: int | None
    site_port: int | None

    @property
    def wsman_url(self) -> str:
        """The endpoint's URL."""
        return f"http://{self.address}:{self.port}/wsman"

    @property
    def site_url(self) -> str | None:
        """The web site's URL, None for a server that is down."""
        return None if self.site_port is None else f"http://{self.address}:{self.site_port}/"


@dataclass(frozen=True, slots=True, kw_only=True)
class LabServer:
    """A started server."""

    definition: ServerDefinition
    endpoints: Endpoints
    record: Record
    service: Service | None

    def as_json(self) -> dict[str, object]:
        """Give the endpoints as JSON values."""
        return {
            "address": self.endpoints.address,
            "port": self.endpoints.port,
            "https_port": self.endpoints.https_port,
            "site_port": self.endpoints.site_port,
            "definition": self.definition.name,
            "role": self.definition.role,
            "computer_name": self.definition.computer_name,
            "dns_name": self.definition.dns_name,
        }

    def record_as_json(self) -> dict[str, object]:
        """Give the record and what is open right now."""
        return self.record.as_json() | {"open_shells": len(self.service.shells) if self.service else 0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Starter:
    """Starts servers.

    Attributes:
        account: Who may log on.
        allow_unencrypted: See `Endpoint`.
        authority: Issues certificates for https; None for no https.
        stack: Ends what was started.
    """

    account: Account
    allow_unencrypted: bool
    authority: Authority | None
    stack: AsyncExitStack

    async def start(self, definition: ServerDefinition, metabase: MetabaseFile) -> LabServer:
        """Start a server; a definition that does not listen gets an address and a port where nothing is."""
        address = loopback_address(definition.addresses[0])
        record = Record()
        if not definition.listens:
            host, port = dead_port(address)
            endpoints = Endpoints(address=host, port=port, https_port=None, site_port=None)
            return LabServer(definition=definition, endpoints=endpoints, record=record, service=None)
        listener = self._listen(address, _HTTP_PORT)
        host, port = listener.getsockname()[:2]
        service = Service(definition, metabase, f"http://{host}:{port}/wsman", record)
        endpoint = Endpoint(
            service, self.account, definition.behaviour, record, allow_unencrypted=self.allow_unencrypted
        )
        await self._serve(EndpointServer(endpoint), listener)
        https_port = await self._serve_https(definition, endpoint, host) if self.authority else None
        site_listener = self._listen(host, _SITE_PORT)
        await self._serve(web.Server(Site(definition, metabase, record).handle), site_listener)
        endpoints = Endpoints(address=host, port=port, https_port=https_port, site_port=site_listener.getsockname()[1])
        return LabServer(definition=definition, endpoints=endpoints, record=record, service=service)

    async def _serve_https(self, definition: ServerDefinition, endpoint: Endpoint, address: str) -> int | None:
        if not self.authority:
            return None
        listener = self._listen(address, _HTTPS_PORT)
        runner = await self._runner(EndpointServer(endpoint))
        await web.SockSite(runner, listener, ssl_context=self.authority.context(definition, address)).start()
        return int(listener.getsockname()[1])

    async def _serve(self, server: web.Server, listener: socket.socket) -> None:
        runner = await self._runner(server)
        await web.SockSite(runner, listener).start()

    async def _runner(self, server: web.Server) -> web.ServerRunner:
        runner = web.ServerRunner(server, shutdown_timeout=_SHUTDOWN_SECONDS)
        await runner.setup()
        self.stack.push_async_callback(runner.cleanup)
        return runner

    def _listen(self, address: str, port: int) -> socket.socket:
        listener = listen(address, port)
        self.stack.callback(listener.close)
        return listener

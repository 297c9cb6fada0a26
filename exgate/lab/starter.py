"""Starts lab servers on loopback."""

from __future__ import annotations

import socket
import ssl
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from exgate.lab.certificates import Authority
from exgate.lab.configuration import Parse, loaded, written
from exgate.lab.definition import ServerDefinition
from exgate.lab.endpoint import Endpoint, EndpointServer
from exgate.lab.iis_site import Sites
from exgate.lab.loopback import dead_port, listen, loopback_address
from exgate.lab.ntlm import Account
from exgate.lab.record import Record
from exgate.lab.server import Endpoints, LabServer, Parts
from exgate.lab.service import Service
from exgate.lab.site_log_on import SiteLogOns
from exgate.lab.web_host import WebHost
from exgate.lab.web_sites import HTTP_PORT, HTTPS_PORT

_WSMAN_HTTP_PORT: Final = 5985
_WSMAN_HTTPS_PORT: Final = 5986
_SHUTDOWN_SECONDS: Final = 0.5
"""How long open requests may go on when the lab stops; a trickling answer would take for ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Starter:
    """Starts servers.

    Attributes:
        account: Who may log on.
        allow_unencrypted: See `Endpoint`.
        authority: Issues certificates for https; None for no https.
        parse: Reads MetaBase.xml.
        stack: Ends what was started.
    """

    account: Account
    allow_unencrypted: bool
    authority: Authority | None
    parse: Parse
    stack: AsyncExitStack

    async def start(self, definition: ServerDefinition) -> LabServer:
        """Start a server; a definition that does not listen gets an address and a port where nothing is.

        Raises:
            OSError: It cannot listen anywhere on loopback.
        """
        address = loopback_address(definition.addresses[0])
        record = Record()
        if not definition.listens:
            host, port = dead_port(address)
            nowhere = Endpoints(address=host, port=port, https_port=None, site_port=None, site_https_port=None)
            return LabServer(definition, nowhere, record, None)
        listener = self._listen(address, _WSMAN_HTTP_PORT)
        host, port = listener.getsockname()[:2]
        service = Service(definition, written(definition, self.parse), f"http://{host}:{port}/wsman", record)
        endpoint = Endpoint(
            service, self.account, definition.behaviour, record, allow_unencrypted=self.allow_unencrypted
        )
        await self._serve(EndpointServer(endpoint), listener)
        context = self.authority.context(definition, host) if self.authority else None
        https_port = await self._serve_https(endpoint, host, context) if context else None
        endpoints = Endpoints(address=host, port=port, https_port=https_port, site_port=None, site_https_port=None)
        log_ons = SiteLogOns(self.account, definition.dns_domain, record, reject=definition.behaviour.reject_logons)
        web_host = await self._web_host(definition, log_ons, record, host, context)
        parts = Parts(service=service, host=web_host, log_ons=log_ons, account=self.account, parse=self.parse)
        return LabServer(definition, endpoints, record, parts)

    async def _web_host(
        self,
        definition: ServerDefinition,
        log_ons: SiteLogOns,
        record: Record,
        address: str,
        context: ssl.SSLContext | None,
    ) -> WebHost:
        sites = Sites(definition, loaded(definition, self.parse), log_ons, self.account.user)
        runs = definition.runs("W3SVC") and definition.site_behaviour.listens
        host = WebHost(sites, definition.addresses, log_ons, record, runs=runs)
        self.stack.push_async_callback(host.close)
        await host.open(HTTP_PORT, address)
        if context:
            await host.open(HTTPS_PORT, address, context)
        return host

    async def _serve_https(self, endpoint: Endpoint, address: str, context: ssl.SSLContext) -> int:
        listener = self._listen(address, _WSMAN_HTTPS_PORT)
        await self._serve(EndpointServer(endpoint), listener, context)
        return int(listener.getsockname()[1])

    async def _serve(self, server: web.Server, listener: socket.socket, context: ssl.SSLContext | None = None) -> None:
        runner = web.ServerRunner(server, shutdown_timeout=_SHUTDOWN_SECONDS)
        await runner.setup()
        self.stack.push_async_callback(runner.cleanup)
        await web.SockSite(runner, listener, ssl_context=context).start()

    def _listen(self, address: str, port: int) -> socket.socket:
        listener = listen(address, port)
        self.stack.callback(listener.close)
        return listener

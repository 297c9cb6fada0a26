"""Starts lab servers on loopback."""

from __future__ import annotations

import ssl
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Final

from exgate.lab.certificates import Authority
from exgate.lab.configuration import Configuration, Parse, loaded, written
from exgate.lab.content import Content
from exgate.lab.copy_names import CopyNames
from exgate.lab.definition import ServerDefinition
from exgate.lab.delays import Delays
from exgate.lab.endpoint import Endpoint
from exgate.lab.http_server import HttpServer
from exgate.lab.iis_site import Sites
from exgate.lab.loopback import dead_end, dead_port, listen, loopback_address
from exgate.lab.ntlm import Account
from exgate.lab.record import Record
from exgate.lab.server import Endpoints, LabServer, Parts
from exgate.lab.service import Service, Shared
from exgate.lab.site_log_on import SiteLogOns
from exgate.lab.web_host import WebHost
from exgate.lab.web_sites import HTTP_PORT, HTTPS_PORT

_WSMAN_HTTP_PORT: Final = 5985
_WSMAN_HTTPS_PORT: Final = 5986


@dataclass(frozen=True, slots=True)
class _Original:
    """What copies of a server share, and the server, which is kept so that no other one gets its identity."""

    definition: ServerDefinition
    written: Configuration
    loaded: Configuration
    content: Content


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
    _originals: dict[int, _Original] = field(default_factory=dict)

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
        if not definition.reachable:
            return LabServer(definition, self._dead_end(address), record, None)
        listener = listen(address, _WSMAN_HTTP_PORT)
        host, port = listener.getsockname()[:2]
        original = self._original(definition)
        shared = Shared(original.content, CopyNames(definition.copy_of, definition)) if definition.copy_of else None
        service = Service(definition, original.written, f"http://{host}:{port}/wsman", record, shared)
        behaviour = definition.behaviour
        endpoint = Endpoint(
            service,
            self.account,
            record,
            computer_name=definition.computer_name,
            dns_domain=definition.dns_domain,
            behaviour=behaviour,
            delays=Delays(behaviour.latency, behaviour.jitter, f"{definition.name} wsman"),
            allow_unencrypted=self.allow_unencrypted,
        )
        server = HttpServer(endpoint)
        self.stack.callback(server.close)
        await server.listen(listener)
        context = self.authority.context(definition, host) if self.authority else None
        https_port = None
        if context:
            secure = listen(host, _WSMAN_HTTPS_PORT)
            https_port = int(secure.getsockname()[1])
            await server.listen(secure, context)
        endpoints = Endpoints(address=host, port=port, https_port=https_port, site_port=None, site_https_port=None)
        log_ons = SiteLogOns(
            self.account, definition.computer_name, definition.dns_domain, record, reject=behaviour.reject_logons
        )
        web_host = await self._web_host(definition, log_ons, record, host, context)
        parts = Parts(service=service, host=web_host, log_ons=log_ons, account=self.account, parse=self.parse)
        return LabServer(definition, endpoints, record, parts)

    def _dead_end(self, address: str) -> Endpoints:
        """Give one port for everything: connecting to it times out."""
        sockets = dead_end(address)
        for each in sockets:
            self.stack.callback(each.close)
        host, port = sockets[0].getsockname()[:2]
        secure = port if self.authority else None
        return Endpoints(address=host, port=port, https_port=secure, site_port=port, site_https_port=secure)

    def _original(self, definition: ServerDefinition) -> _Original:
        """Give what copies of a server share; a server that is no copy shares it with none."""
        original = definition.copy_of or definition
        if id(original) not in self._originals:
            configuration = written(original, self.parse)
            self._originals[id(original)] = _Original(
                original,
                configuration,
                loaded(original, self.parse) if original.running else configuration,
                Content(original, configuration),
            )
        return self._originals[id(original)]

    async def _web_host(
        self,
        definition: ServerDefinition,
        log_ons: SiteLogOns,
        record: Record,
        address: str,
        context: ssl.SSLContext | None,
    ) -> WebHost:
        sites = Sites(definition, self._original(definition).loaded, log_ons, self.account.user)
        behaviour = definition.site_behaviour
        host = WebHost(
            sites,
            definition.addresses,
            log_ons,
            record,
            Delays(behaviour.latency, behaviour.jitter, f"{definition.name} sites"),
            runs=definition.runs("W3SVC") and behaviour.listens,
            silent=behaviour.silent,
        )
        self.stack.callback(host.close)
        await host.open(HTTP_PORT, address)
        if context:
            await host.open(HTTPS_PORT, address, context)
        return host

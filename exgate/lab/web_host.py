"""Where a server's web sites listen: http.sys, which binds a port only where a web site has a binding for it."""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Final

from aiohttp import web

from exgate.lab.iis_site import Sites
from exgate.lab.loopback import dead_port, listen
from exgate.lab.record import Record
from exgate.lab.site_log_on import SiteLogOns
from exgate.lab.web_sites import answering

_SHUTDOWN_SECONDS: Final = 0.5
"""How long open requests may go on when a listener ends."""


class WebHost:
    """The web sites of a server on the network.

    The sites may be exchanged, as by a restart of IIS; a listener comes and goes with the bindings for its port.

    Args:
        sites: What answers at first.
        addresses: The server's own addresses.
        log_ons: Who is logged on.
        record: Where requests are counted.
        runs: Whether anything listens at all (W3SVC).
    """

    def __init__(
        self, sites: Sites, addresses: tuple[str, ...], log_ons: SiteLogOns, record: Record, *, runs: bool
    ) -> None:
        self._sites = sites
        self._addresses = addresses
        self._log_ons = log_ons
        self._record = record
        self._runs = runs
        self._ports: dict[int, _Port] = {}

    async def open(self, standard_port: int, address: str, context: ssl.SSLContext | None = None) -> None:
        """Offer a port: 80, or 443 with a TLS context.

        Args:
            standard_port: The port that it stands for, and that it gets where it can be had.
            address: The loopback address.
            context: For TLS.

        Raises:
            OSError: No port can be had.
        """
        port = _Port(address, standard_port, context)
        self._ports[standard_port] = port
        if not await self._apply(port, standard_port):
            port.number = dead_port(address)[1]

    def number(self, standard_port: int) -> int | None:
        """Give the port to connect to, on which nothing listens if no site has a binding; None for one not offered."""
        port = self._ports.get(standard_port)
        return port.number if port else None

    async def exchange(self, sites: Sites) -> None:
        """Let other sites answer from now on; nobody is logged on to them.

        Raises:
            OSError: A port that is needed now cannot be had.
        """
        self._sites = sites
        self._log_ons.forget()
        for standard_port, port in self._ports.items():
            await self._apply(port, standard_port)

    async def close(self) -> None:
        """End every listener."""
        for port in self._ports.values():
            await port.close()

    async def _apply(self, port: _Port, standard_port: int) -> bool:
        wanted = self._runs and answering(self._sites.sites, standard_port, self._addresses)
        if wanted and not port.is_open:
            await port.open(lambda: _SitesServer(self._handle, self._log_ons))
        elif not wanted:
            await port.close()
        return wanted

    async def _handle(self, request: web.BaseRequest) -> web.Response:
        self._record.site_requests[request.method] += 1
        body = await request.read()
        return self._sites.answer(request, body)


class _Port:
    """One port of a server: the number that was handed out, and the listener while there is one."""

    def __init__(self, address: str, number: int, context: ssl.SSLContext | None) -> None:
        self.number = number
        self._address = address
        self._context = context
        self._stack: AsyncExitStack | None = None

    @property
    def is_open(self) -> bool:
        return self._stack is not None

    async def open(self, server: Callable[[], web.Server]) -> None:
        async with AsyncExitStack() as stack:
            listener: socket.socket = listen(self._address, self.number)
            stack.callback(listener.close)
            runner = web.ServerRunner(server(), shutdown_timeout=_SHUTDOWN_SECONDS)
            await runner.setup()
            stack.push_async_callback(runner.cleanup)
            await web.SockSite(runner, listener, ssl_context=self._context).start()
            self.number = int(listener.getsockname()[1])
            self._stack = stack.pop_all()

    async def close(self) -> None:
        if self._stack is not None:
            stack, self._stack = self._stack, None
            with contextlib.suppress(OSError):
                await stack.aclose()


class _SitesServer(web.Server):
    """aiohttp's server, told when connections go, because NTLM logs on connections and not requests."""

    def __init__(self, handler: Callable[[web.BaseRequest], object], log_ons: SiteLogOns) -> None:
        super().__init__(handler)  # type: ignore[arg-type] # a coroutine function
        self._log_ons = log_ons

    def connection_lost(self, handler: web.RequestHandler, exc: BaseException | None = None) -> None:
        """Forget its log-on."""
        self._log_ons.disconnected(handler.transport)
        super().connection_lost(handler, exc)

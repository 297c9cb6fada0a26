"""Where a server's web sites listen: http.sys, which binds a port only where a web site has a binding for it."""

from __future__ import annotations

import asyncio
import ssl

from exgate.lab.delays import Delays
from exgate.lab.http_message import HttpRequest, HttpResponse
from exgate.lab.http_server import Handler, HttpServer
from exgate.lab.iis_site import Sites
from exgate.lab.loopback import dead_port, listen
from exgate.lab.record import Record
from exgate.lab.site_log_on import SiteLogOns
from exgate.lab.web_sites import answering


class WebHost(Handler):
    """The web sites of a server on the network.

    The sites may be exchanged, as by a restart of IIS; a listener comes and goes with the bindings for its port.

    Args:
        sites: What answers at first.
        addresses: The server's own addresses.
        log_ons: Who is logged on.
        record: Where requests are counted.
        delays: How long answers take.
        runs: Whether anything listens at all (W3SVC).
        silent: Whether nothing is ever answered.
    """

    def __init__(
        self,
        sites: Sites,
        addresses: tuple[str, ...],
        log_ons: SiteLogOns,
        record: Record,
        delays: Delays,
        *,
        runs: bool,
        silent: bool,
    ) -> None:
        self._sites = sites
        self._addresses = addresses
        self._log_ons = log_ons
        self._record = record
        self._runs = runs
        self._silent = silent
        self._ports: dict[int, _Port] = {}
        self.delays = delays

    def disconnected(self, transport: asyncio.Transport) -> None:
        """Forget its log-on, because NTLM logs on connections and not requests."""
        self._log_ons.disconnected(transport)

    def answer(self, request: HttpRequest) -> HttpResponse | None:
        """Answer a request to whichever site it is for."""
        self._record.site_requests[request.method] += 1
        return None if self._silent else self._sites.answer(request)

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

    def close(self) -> None:
        """End every listener."""
        for port in self._ports.values():
            port.close()

    async def _apply(self, port: _Port, standard_port: int) -> bool:
        wanted = self._runs and answering(self._sites.sites, standard_port, self._addresses)
        if wanted and not port.is_open:
            await port.open(self)
        elif not wanted:
            port.close()
        return wanted


class _Port:
    """One port of a server: the number that was handed out, and the listener while there is one."""

    def __init__(self, address: str, number: int, context: ssl.SSLContext | None) -> None:
        self.number = number
        self._address = address
        self._context = context
        self._server: HttpServer | None = None

    @property
    def is_open(self) -> bool:
        return self._server is not None

    async def open(self, handler: Handler) -> None:
        listener = listen(self._address, self.number)
        self.number = int(listener.getsockname()[1])
        self._server = HttpServer(handler)
        await self._server.listen(listener, self._context)

    def close(self) -> None:
        if self._server is not None:
            server, self._server = self._server, None
            server.close()

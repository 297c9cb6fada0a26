"""What a server is: its role, Exchange's version, and the services that have to run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from exgate.exchange.reading import Reading
from exgate.exchange.server import ExchangeServer
from exgate.exchange.vdir import DAVEX
from exgate.facts.bindings import ScriptMap
from exgate.facts.metabase_export import NotShown
from exgate.facts.registry import EXCHANGE
from exgate.facts.role import MAILBOX_ROLES, Role
from exgate.facts.services import IIS_ADMIN
from exgate.facts.software import EXCHANGE_2003
from exgate.facts.unknown import Unknown, UnknownFact, known

EXPROX = "exprox.dll"
"""Exchange's ISAPI extension on a front-end server; davex.dll on one with mailboxes (KB 298513)."""
IIS_6 = 6
SMALL_BUSINESS_RESTRICTED = 32
"""Bit of Win32_OperatingSystem.OSProductSuite: this is Small Business Server now."""
BEFORE_SP2 = "before Service Pack 2 events 3029, 3030 and 3031 are never logged, so that their absence is no evidence"
_FIRST_WITH_EVENTS = 2
_SERVICES = (IIS_ADMIN, "W3SVC")
_STORE = "MSExchangeIS"


@dataclass(frozen=True, slots=True)
class Identity:
    """What a server is; every property raises `UnknownFact` when what it needs could not be read."""

    server: ExchangeServer

    @property
    def is_what_the_inventory_says(self) -> Reading:
        """Whether the declared role is true, as far as a server shows it: a standalone server looks like a back-end."""
        declared = f"the inventory says {self.server.role}"
        location, extension = self._dav_extension()
        found = f"{location} is served by {extension}"
        if (extension == EXPROX) is not (self.server.role is Role.FRONT_END):
            is_a = "a front-end server" if extension == EXPROX else "a mailbox server"
            return Reading.no(f"this is {is_a}: {found}; {declared}")
        suite = known(self.server.facts.operating_system).product_suite
        is_sbs = bool(suite & SMALL_BUSINESS_RESTRICTED)
        shown = f"OSProductSuite is {suite}"
        if is_sbs is not (self.server.role is Role.SBS):
            return Reading.no(f"this is {'' if is_sbs else 'not '}Small Business Server: {shown}; {declared}")
        return Reading.yes(f"{declared}: {found}, {shown}")

    @property
    def runs_exchange_2003(self) -> Reading:
        """Whether this is Exchange Server 2003 (6.5) on IIS 6, with the service pack in the words."""
        exchange, iis = known(self.server.facts.exchange), known(self.server.facts.iis)
        found = f"Exchange {exchange} on IIS {iis}"
        if exchange.services_version != EXCHANGE_2003 or iis.major != IIS_6:
            return Reading.no(f"this is {found}; demanded: Exchange 6.5 (Exchange Server 2003) on IIS 6.0")
        pack = f"Service Pack {exchange.service_pack}" if exchange.service_pack else "no service pack"
        note = "" if exchange.service_pack >= _FIRST_WITH_EVENTS else f"; {BEFORE_SP2}"
        return Reading.yes(f"{found}, {pack}{note}")

    @property
    def services_run(self) -> Reading:
        """Whether the services that mobile access needs are in the state Running."""
        services = known(self.server.facts.services)
        needed = (*_SERVICES, _STORE) if self.server.role in MAILBOX_ROLES else _SERVICES
        states = {name: service.state if (service := services.service(name)) else "missing" for name in needed}
        stopped = [f"{name} is {state}" for name, state in states.items() if state != "Running"]
        if stopped:
            return Reading.no(f"{', '.join(stopped)}; demanded: Running")
        return Reading.yes(f"{', '.join(needed)} are Running")

    @property
    def logs_activesync_events(self) -> bool:
        """Whether Server ActiveSync logs 3029 to 3031: from Service Pack 2 on.

        Raises:
            UnknownFact: The version is not known.
        """
        return known(self.server.facts.exchange).service_pack >= _FIRST_WITH_EVENTS

    def _dav_extension(self) -> tuple[str, str]:
        """Give a virtual directory that Exchange serves, /Exchange if there is one, and what serves it.

        Raises:
            UnknownFact: None is served by Exchange, or the script maps could not be read.
        """
        for location in self._candidates():
            maps = self.server.metabase.effective(location, "ScriptMaps").value
            for entry in maps if isinstance(maps, tuple) else ():
                if isinstance(entry, ScriptMap) and entry.is_wildcard and entry.extension_dll in (DAVEX, EXPROX):
                    return location, entry.extension_dll
        raise UnknownFact(
            Unknown(
                f"no virtual directory is served by {DAVEX} or {EXPROX}, so that the server does not show its role",
                "check that Exchange is installed on this server, and see KB817379-01",
            )
        )

    def _candidates(self) -> Iterator[str]:
        """Give the virtual directories that may show the role: /Exchange, the mobile one, then all others.

        Raises:
            UnknownFact: An export does not show all of them.
        """
        site = self.server.home_site
        if site:
            for name in self._names():
                with suppress(NotShown):
                    location = self.server.vdir_location(site, name)
                    if location:
                        yield location
        yield from self.server.vdirs(site) if site else self.server.every_vdir

    def _names(self) -> Iterator[str]:
        yield EXCHANGE
        with suppress(UnknownFact):
            yield self.server.mobile_vdir_name

"""Who answers on TCP 80 for the server's own name: web sites' bindings, as http.sys weighs them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from exgate.exchange.reading import Reading
from exgate.facts.bindings import Binding
from exgate.facts.metabase import WEB_SITE, Metabase
from exgate.facts.network import Network
from exgate.facts.unknown import Unknown, UnknownFact, known

HTTP_PORT = 80
_DEMANDED = "demanded: port 80 on all unassigned or the server's address, with no host header or the server's name"


@dataclass(frozen=True, slots=True)
class Port80:
    """The bindings of one web site among those of its server.

    Attributes:
        subject: The web site, for messages.
        site: Its location, for example ``/LM/W3SVC/1``.
        metabase: The metabase.
        network: The server's names and addresses; needed only where a binding has an address or a host header.
    """

    subject: str
    site: str
    metabase: Metabase
    network: Network | Unknown

    def read(self) -> Reading:
        """Tell whether the web site answers for the server's own name.

        Raises:
            UnknownFact: The bindings, or the names and addresses that decide, are not known; or another web site
                has a binding that is as good or better, and whether it is started is not known.
        """
        bindings = self._bindings(self.site)
        shown = ", ".join(map(str, bindings)) or "empty"
        plain = [binding for binding in bindings if binding == Binding("", HTTP_PORT, "")]
        needs_no_network = bool(plain) and isinstance(self.network, Unknown)
        answering = plain if needs_no_network else [binding for binding in bindings if self._answers(binding)]
        if not answering:
            return Reading.no(
                f"{self.subject} does not answer on TCP 80 for the server's own name: ServerBindings is {shown}; "
                f"{_DEMANDED}"
            )
        for site, rival in self._rivals():
            if not any(_beats(ours, rival) for ours in answering):
                raise UnknownFact(
                    Unknown(
                        f"{site} has a binding for the server's own name on TCP 80 that is as good or better ({rival}; "
                        f"{self.subject} has {shown}), and gets the requests where it is started",
                        "look in IIS Manager which of the two is started, and give the other another binding",
                    )
                )
        return Reading.yes(f"{self.subject} answers on TCP 80: ServerBindings is {shown}")

    def _bindings(self, site: str) -> tuple[Binding, ...]:
        value = self.metabase.effective(site, "ServerBindings").value
        return tuple(entry for entry in value if isinstance(entry, Binding)) if isinstance(value, tuple) else ()

    def _rivals(self) -> Iterable[tuple[str, Binding]]:
        for site in self.metabase.locations(WEB_SITE):
            if site.lower() != self.site.lower() and site.rpartition("/")[2].isdecimal():
                number = site.rpartition("/")[2]
                yield from ((f"web site {number}", b) for b in self._bindings(site) if self._answers(b))

    def _answers(self, binding: Binding) -> bool:
        """Whether a binding takes requests for the server's own name, at what it resolves to if that is known."""
        if binding.port != HTTP_PORT:
            return False
        if not binding.address and not binding.host:
            return True
        network = known(self.network)
        resolved = network.own_name_resolves_to
        asked_at = network.addresses if isinstance(resolved, Unknown) else resolved
        own_address = not binding.address or binding.address in map(str, asked_at)
        own_name = not binding.host or binding.host.lower() in (name.lower() for name in network.names)
        return own_address and own_name


def _beats(ours: Binding, rival: Binding) -> bool:
    """Whether http.sys prefers one binding for certain: nothing of the other is more specific.

    Between an address without a host header and a host header without an address the sources do not agree.
    """
    better = (bool(ours.address), bool(ours.host))
    worse = (bool(rival.address), bool(rival.host))
    return better != worse and all(mine >= theirs for mine, theirs in zip(better, worse, strict=True))

"""A server's names and addresses out of a host's folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from ipaddress import IPv4Address

from exgate.facts.network import Network
from exgate.facts.unknown import Unknown
from exgate.inventory import HOST_FILE, HostFile
from exgate.sources.folder import ipconfig
from exgate.sources.folder.ping import Ping
from exgate.sources.folder.sources import Shown, agree

NO_NETWORK = Unknown(
    "no file shows the server's names and addresses",
    f"run {ipconfig.COMMAND} on the server, and put the file into the host's folder; or write computer_name: and "
    f"addresses: into {HOST_FILE}",
)

_Addresses = tuple[IPv4Address, ...]


def read_network(
    said: HostFile, computer: str | None, shown: Sequence[Shown[Network]], pings: Sequence[Shown[Ping]]
) -> Network | Unknown:
    """Give what host.yml and the files together show.

    Args:
        said: What host.yml says.
        computer: The computer's name, None where nothing shows it.
        shown: Networks by source: the collector's, ipconfig's.
        pings: What names resolve to on the server, by source.
    """
    found = agree("addresses", shown, lambda network: frozenset(network.addresses), NO_NETWORK)
    by_hand = _by_hand(said, computer)
    if isinstance(found, Unknown):
        if by_hand is None or any(isinstance(each.value, Network) for each in shown):
            return found
        found = by_hand
    contradiction = _contradiction(said, found, shown)
    if contradiction:
        return contradiction
    return replace(found, own_name_resolves_to=_resolved(said, found, shown, pings))


def _by_hand(said: HostFile, computer: str | None) -> Network | None:
    """Give the network that host.yml describes, None where the name or the addresses are missing."""
    name = said.computer_name or computer
    if name is None or not said.addresses:
        return None
    return Network(
        computer_name=name,
        dns_names=said.dns_names or (name.lower(),),
        addresses=said.addresses,
        own_name_resolves_to=ipconfig.NOT_PINGED,
    )


def _contradiction(said: HostFile, network: Network, shown: Sequence[Shown[Network]]) -> Unknown | None:
    """Say in what host.yml contradicts the files, None where it does not."""
    source = next((each.source for each in shown if isinstance(each.value, Network)), HOST_FILE)
    if said.addresses is not None and set(said.addresses) != set(network.addresses):
        return Unknown(f"{source} and {HOST_FILE} do not show the same addresses", "remove what is out of date")
    strange = next((name for name in said.dns_names or () if not network.is_named(name)), None)
    if strange is not None:
        return Unknown(f"{source} does not show the name {strange}, which {HOST_FILE} gives", "correct dns_names:")
    return None


def _resolved(
    said: HostFile, network: Network, shown: Sequence[Shown[Network]], pings: Sequence[Shown[Ping]]
) -> _Addresses | Unknown:
    resolved: list[Shown[_Addresses]] = [
        Shown(each.source, each.value.own_name_resolves_to)
        for each in shown
        if isinstance(each.value, Network) and each.value.own_name_resolves_to != ipconfig.NOT_PINGED
    ]
    resolved += [Shown(each.source, _own(each.value, network)) for each in pings]
    if said.own_name_resolves_to is not None:
        resolved.append(Shown(HOST_FILE, said.own_name_resolves_to))
    return agree("address of the server's own name", resolved, frozenset, ipconfig.NOT_PINGED)


def _own(ping: Ping | Unknown, network: Network) -> _Addresses | Unknown:
    if isinstance(ping, Unknown):
        return ping
    if network.is_named(ping.name):
        return (ping.address,)
    return Unknown(f"the ping was of {ping.name}, which is not the server's own name", ipconfig.NOT_PINGED.next_step)

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


def read_network(said: HostFile, shown: Sequence[Shown[Network]], pings: Sequence[Shown[Ping]]) -> Network | Unknown:
    """Give what host.yml and the files together show.

    Args:
        said: What host.yml says.
        shown: Networks by source: the collector's, ipconfig's.
        pings: What names resolve to on the server, by source.
    """
    by_hand = _by_hand(said)
    every = [*shown, *([Shown(HOST_FILE, by_hand)] if by_hand else [])]
    found = agree("names and addresses", every, _identity, NO_NETWORK)
    if isinstance(found, Unknown):
        return found
    return replace(found, own_name_resolves_to=_resolved(said, found, every, pings))


def _by_hand(said: HostFile) -> Network | None:
    """Give the network that host.yml describes, None where it leaves out the name or the addresses."""
    if said.computer_name is None or said.addresses is None:
        return None
    names = said.dns_names or (said.computer_name.lower(),)
    unknown = ipconfig.NOT_PINGED
    return Network(
        computer_name=said.computer_name, dns_names=names, addresses=said.addresses, own_name_resolves_to=unknown
    )


def _identity(network: Network) -> tuple[str, frozenset[IPv4Address]]:
    return network.computer_name.lower(), frozenset(network.addresses)


def _resolved(
    said: HostFile, network: Network, shown: Sequence[Shown[Network]], pings: Sequence[Shown[Ping]]
) -> tuple[IPv4Address, ...] | Unknown:
    resolved: list[Shown[tuple[IPv4Address, ...]]] = [
        Shown(each.source, each.value.own_name_resolves_to) for each in shown if isinstance(each.value, Network)
    ]
    resolved += [Shown(each.source, _own(each.value, network)) for each in pings]
    if said.own_name_resolves_to is not None:
        resolved.append(Shown(HOST_FILE, said.own_name_resolves_to))
    return agree("address of the server's own name", resolved, frozenset, ipconfig.NOT_PINGED)


def _own(ping: Ping | Unknown, network: Network) -> tuple[IPv4Address, ...] | Unknown:
    if isinstance(ping, Unknown):
        return ping
    if network.is_named(ping.name):
        return (ping.address,)
    return Unknown(f"the ping was of {ping.name}, which is not the server's own name", ipconfig.NOT_PINGED.next_step)

"""The article's step 14: every address but the server's own is denied."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network

from exgate.exchange.reading import Reading
from exgate.facts.ip_restrictions import IPRestrictions, show_network
from exgate.facts.network import Network
from exgate.facts.unknown import Unknown, known

LOOPBACK = IPv4Network("127.0.0.0/8")
LOCALHOST = IPv4Address("127.0.0.1")


def restricted_to_itself(restrictions: IPRestrictions, network: Network | Unknown) -> tuple[bool, str]:
    """Tell whether the restrictions let in the server itself and nobody else, and in words what they do.

    Under "Denied access" IIS Manager lists exceptions, so that step 14 ("Denied access, Add, Single computer, the
    server's address") leaves: denied by default, and a grant for the server's own address.

    Raises:
        UnknownFact: The server's own addresses, or what its name resolves to, are not known and would decide.
    """
    if restrictions.grant_by_default:
        return False, _granted_by_default(restrictions, network)
    if restrictions.domain_grant:
        return False, f"lets domains in ({', '.join(restrictions.domain_grant)})"
    server = known(network)
    foreign = [grant for grant in restrictions.ip_grant if not _own(grant, server)]
    if foreign:
        return False, f"lets in {_show(foreign)}, which is not the server's own address"
    return _covers(restrictions, server)


def read_restrictions(subject: str, restrictions: IPRestrictions, network: Network | Unknown) -> Reading:
    """Give the reading for a virtual directory.

    Args:
        subject: The virtual directory, for the message.
        restrictions: Its effective IPSecurity.
        network: The server's names and addresses.

    Raises:
        UnknownFact: As `restricted_to_itself`.
    """
    complies, does = restricted_to_itself(restrictions, network)
    demanded = "" if complies else "; demanded: denied by default, the server's own address the only exception"
    return Reading(complies, f"{subject} {does}: {restrictions}{demanded}")


def _granted_by_default(restrictions: IPRestrictions, network: Network | Unknown) -> str:
    own = network.addresses if isinstance(network, Network) else ()
    if any(address in denied for denied in restrictions.ip_deny for address in (*own, LOCALHOST)):
        return "denies the server itself and lets everybody else in, the reverse of what is meant"
    if restrictions.restricts:
        return "lets everybody in but the addresses that it denies"
    return "lets everybody in: it has no IP address restriction"


def _covers(restrictions: IPRestrictions, server: Network) -> tuple[bool, str]:
    if not restrictions.ip_grant:
        return False, "lets nobody in, not even the server itself"
    name, resolved = server.computer_name, server.own_name_resolves_to
    if all(grant.subnet_of(LOOPBACK) for grant in restrictions.ip_grant):
        there = "" if isinstance(resolved, Unknown) else f" ({name} resolves to {_show(resolved)} there)"
        return False, f"lets in the loopback address alone, but the server asks itself by its own name{there}"
    addresses = known(resolved)
    missing = [address for address in addresses if not restrictions.grants(address)]
    if missing:
        return False, f"keeps the server itself out: {name} resolves to {_show(missing)} there"
    return True, f"lets in the server alone ({name} resolves to {_show(addresses)} there)"


def _own(grant: IPv4Network, server: Network) -> bool:
    if grant.subnet_of(LOOPBACK):
        return True
    return grant.prefixlen == grant.max_prefixlen and grant.network_address in server.addresses


def _show(entries: list[IPv4Network] | list[IPv4Address] | tuple[IPv4Address, ...]) -> str:
    return ", ".join(show_network(e) if isinstance(e, IPv4Network) else str(e) for e in entries)

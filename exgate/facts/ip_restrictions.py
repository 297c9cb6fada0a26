"""IP address and domain name restrictions of a metabase key (IPSecurity, property 6019)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

_SEPARATOR = re.compile(r"\s*,\s*")
_SINGLE = "255.255.255.255"
"""The mask of a single computer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IPRestrictions:
    """Who may connect, as IIsIPSecuritySetting and the ADSI object IIsIPSecurity give it.

    Deny lists count only when access is granted by default, grant lists only when it is denied by default.
    Under "Denied access" IIS Manager lists the exceptions, and they are kept as grants (KB 248043).

    Attributes:
        grant_by_default: GrantByDefault; true is IIS Manager's "Granted access".
        ip_grant: IPGrant; a single computer is a /32 network.
        ip_deny: IPDeny.
        domain_grant: DomainGrant.
        domain_deny: DomainDeny.
    """

    grant_by_default: bool
    ip_grant: tuple[IPv4Network, ...] = ()
    ip_deny: tuple[IPv4Network, ...] = ()
    domain_grant: tuple[str, ...] = ()
    domain_deny: tuple[str, ...] = ()

    @property
    def restricts(self) -> bool:
        """Whether anybody at all is kept out."""
        return not self.grant_by_default or bool(self.ip_deny or self.domain_deny)

    def grants(self, address: IPv4Address) -> bool:
        """Whether a client with this address gets in; domain names, which IIS resolves itself, are left out."""
        if self.grant_by_default:
            return not any(address in network for network in self.ip_deny)
        return any(address in network for network in self.ip_grant)

    def __str__(self) -> str:
        if self.grant_by_default:
            denied = [*map(show_network, self.ip_deny), *self.domain_deny]
            return f"GrantByDefault TRUE, {'IPDeny ' + ', '.join(denied) if denied else 'nobody denied'}"
        granted = [*map(show_network, self.ip_grant), *self.domain_grant]
        return f"GrantByDefault FALSE, {'IPGrant ' + ', '.join(granted) if granted else 'nobody granted'}"


NO_RESTRICTIONS = IPRestrictions(grant_by_default=True)
"""What an empty or absent IPSecurity means."""


def parse_ip_entry(text: str) -> IPv4Network:
    """Read one entry: ``"10.0.0.5, 255.255.255.255"`` (WMI), without the space (ADSI), or an address alone.

    Raises:
        ValueError: It is no IPv4 address with an optional subnet mask; IIS takes a mask in no other form, and Python
            would take a prefix length or the reverse of a mask for one.
    """
    address, *mask = _SEPARATOR.split(text.strip())
    if len(mask) > 1:
        message = f"{text!r} is not an address and a mask"
        raise ValueError(message)
    dotted = mask[0] if mask else _SINGLE
    network = IPv4Network((address, dotted), strict=False)
    if network.netmask != IPv4Address(dotted):
        message = f"{text!r} has no subnet mask"
        raise ValueError(message)
    return network


def show_network(network: IPv4Network) -> str:
    """Show a single computer as its address, a group of computers as address/mask."""
    if network.prefixlen == network.max_prefixlen:
        return str(network.network_address)
    return f"{network.network_address}/{network.netmask}"

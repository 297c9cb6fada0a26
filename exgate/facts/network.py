"""A server's own names and addresses."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address

from exgate.facts.unknown import Unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """What a server is called and which addresses are its own.

    Attributes:
        computer_name: The NetBIOS name (Win32_OperatingSystem.CSName).
        dns_domain: The DNS domain of an enabled adapter or of the computer, or None.
        addresses: IPv4 addresses of the enabled adapters (Win32_NetworkAdapterConfiguration.IPAddress).
        own_name_resolves_to: What the server's own name resolves to on the server itself
            (Win32_PingStatus.ProtocolAddress); it is asked for only where a secondary virtual directory is in use.
    """

    computer_name: str
    dns_domain: str | None
    addresses: tuple[IPv4Address, ...]
    own_name_resolves_to: tuple[IPv4Address, ...] | Unknown

    @property
    def names(self) -> tuple[str, ...]:
        """The names under which the server asks itself: the short one and, with a DNS domain, the full one."""
        if not self.dns_domain:
            return (self.computer_name,)
        return (self.computer_name, f"{self.computer_name}.{self.dns_domain}")

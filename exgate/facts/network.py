"""A server's own names and addresses."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address

from exgate.facts.unknown import Unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """What a server is called and which addresses are its own.

    Attributes:
        computer_name: The NetBIOS name (Win32_ComputerSystem.Name, or NTLM's MsvAvNbComputerName).
        dns_names: Its DNS names: the host name alone, and with each domain that is known for it (the computer's
            domain, and the adapters' DNSDomain).
        addresses: IPv4 addresses of the enabled adapters (Win32_NetworkAdapterConfiguration.IPAddress).
        own_name_resolves_to: What the server's own name resolves to on the server itself
            (Win32_PingStatus.ProtocolAddress); it is asked for only where a secondary virtual directory is in use.
    """

    computer_name: str
    dns_names: tuple[str, ...]
    addresses: tuple[IPv4Address, ...]
    own_name_resolves_to: tuple[IPv4Address, ...] | Unknown

    def is_named(self, name: str) -> bool:
        """Whether a name is one of the server's own, in any case."""
        return name.lower() in (own.lower() for own in self.names)

    @property
    def names(self) -> tuple[str, ...]:
        """The names under which the server asks itself, each once."""
        every = (self.computer_name, *self.dns_names)
        return tuple({name.lower(): name for name in reversed(every)}.values())[::-1]

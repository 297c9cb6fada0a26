"""What a server calls itself when NTLM logs on to it ([MS-NLMP] 2.2.1.2, 2.2.2.1)."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

_SIGNATURE: Final = b"NTLMSSP\x00\x02\x00\x00\x00"
_TARGET_INFO_FIELDS: Final = 40
_END, _NETBIOS_COMPUTER, _DNS_DOMAIN, _DNS_TREE = 0, 1, 4, 5


@dataclass(frozen=True, slots=True)
class DomainMember:
    """A server in an Active Directory domain.

    Attributes:
        computer_name: Its NetBIOS name.
        dns_domain: The domain's DNS name.
    """

    computer_name: str
    dns_domain: str


def domain_member(challenge: bytes) -> DomainMember | None:
    """Read the names in a server's challenge.

    Only a member of Active Directory knows a forest, and tells its name (MsvAvDnsTreeName); of any other server NTLM
    tells too little.

    Args:
        challenge: CHALLENGE_MESSAGE.

    Returns:
        The names; None for a server that is no member, or does not tell.
    """
    try:
        names = _pairs(challenge)
    except (struct.error, UnicodeDecodeError):
        return None
    computer, domain = names.get(_NETBIOS_COMPUTER), names.get(_DNS_DOMAIN)
    return DomainMember(computer, domain) if computer and domain and names.get(_DNS_TREE) else None


def _pairs(challenge: bytes) -> dict[int, str]:
    """Give the names of the target information, which are in Unicode whatever was negotiated."""
    if not challenge.startswith(_SIGNATURE):
        return {}
    length, _, start = struct.unpack_from("<HHI", challenge, _TARGET_INFO_FIELDS)
    data = challenge[start : start + length]
    names: dict[int, str] = {}
    position = 0
    while True:
        number, size = struct.unpack_from("<HH", data, position)
        if number == _END:
            return names
        position += 4 + size
        if number <= _DNS_TREE:
            names[number] = data[position - size : position].decode("utf-16-le")

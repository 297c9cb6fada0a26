"""What ``ipconfig /all`` prints, in any language: a server's names and addresses."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from ipaddress import AddressValueError, IPv4Address

from exgate.facts.network import Network
from exgate.facts.unknown import Unknown
from exgate.sources.unreadable import NEXT_STEP, UnreadableFile
from exgate.sources.windows import dns_names

COMMAND = "ipconfig /all > ipconfig.txt"
NOT_PINGED = Unknown(
    "no file shows what the server's own name resolves to",
    "run ping -n 1 %COMPUTERNAME% > ping.txt on the server, and put the file into the host's folder",
)

_SIGN = re.compile(r"\. \. ?:|\. \. \. ")
_VALUE = re.compile(r"[ \t]{1,12}([^\s:][^:]*):(.*)")
_PREFERRED = re.compile(r"\(\w+\)$")
_HOST = re.compile(r"[\w-]{1,63}")
_DOMAIN = re.compile(r"[\w-]{1,63}(\.[\w-]{1,63})*\.?")
_NETBIOS_LENGTH = 15
_COMPUTER_LINES = 5
"""Host name, primary DNS suffix, node type, IP routing, WINS proxy: always there, in this order."""


@dataclass(slots=True)
class _Block:
    """The values below a heading, in their order."""

    line: int
    values: list[str] = field(default_factory=list)

    @property
    def addresses(self) -> list[IPv4Address]:
        """Addresses: each stands before its subnet mask, which nothing else does."""
        pairs = zip(map(_address, self.values), map(_address, self.values[1:]), strict=False)
        return [found for found, mask in pairs if found and mask and int(found) and _is_mask(mask)]


def is_ipconfig(text: str) -> bool:
    """Whether a text, or the beginning of one, looks like the output: its labels end in dots."""
    return _SIGN.search(text) is not None


def read_ipconfig(text: str) -> Network:
    """Read a server's names and addresses; what its name resolves to is not among them.

    The labels differ from language to language, their order does not.

    Args:
        text: The output of Windows 2000 to 2008.

    Raises:
        UnreadableFile: It is nothing of the kind, or cut off.
    """
    if not text.endswith(("\r", "\n")):
        raise _bad("it ends in the middle of a line")
    first, *adapters = _blocks(text)
    if len(first.values) < _COMPUTER_LINES:
        raise _bad("its first paragraph does not show a computer", first.line)
    host, suffix = first.values[:2]
    if not _HOST.fullmatch(host) or (suffix and not _DOMAIN.fullmatch(suffix)):
        raise _bad("its first paragraph shows no host name and DNS suffix", first.line)
    connected = [block for block in adapters if block.addresses]
    if not connected:
        raise _bad("no adapter shows an IP address and a subnet mask")
    domains = [suffix]
    for block in connected:
        if block.values[0] and not _DOMAIN.fullmatch(block.values[0]):
            raise _bad("an adapter does not show its DNS suffix first", block.line)
        domains.append(block.values[0])
    return Network(
        computer_name=host.upper()[:_NETBIOS_LENGTH],
        dns_names=dns_names([host], [domain.rstrip(".") for domain in domains if domain]),
        addresses=tuple(dict.fromkeys(address for block in connected for address in block.addresses)),
        own_name_resolves_to=NOT_PINGED,
    )


def _blocks(text: str) -> list[_Block]:
    """Cut the output at its headings; a line without a label goes on with the value above it, and is left out."""
    blocks: list[_Block] = []
    for number, line in enumerate(re.split(r"\r*\n|\r+", text), 1):
        if not line.strip():
            continue
        if not line[0].isspace():
            blocks.append(_Block(number))
        elif not blocks:
            raise _bad("it does not begin with a heading", number)
        elif found := _VALUE.fullmatch(line):
            blocks[-1].values.append(_PREFERRED.sub("", found[2].strip()))
    return blocks or [_Block(1)]


def _address(text: str) -> IPv4Address | None:
    try:
        return IPv4Address(text)
    except AddressValueError:
        return None


def _is_mask(address: IPv4Address) -> bool:
    """Whether an address is a subnet mask: ones, then zeros."""
    inverted = int(address) ^ 0xFFFFFFFF
    return bool(int(address)) and inverted & (inverted + 1) == 0


def _bad(problem: str, line: int = 0) -> UnreadableFile:
    return UnreadableFile(
        f"no output of ipconfig /all: {problem}{NEXT_STEP}make it anew on the server: {COMMAND}", line
    )

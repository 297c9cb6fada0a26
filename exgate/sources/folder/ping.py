"""What ``ping -n 1 NAME`` prints, in any language: what a name resolves to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address

from exgate.sources.unreadable import NEXT_STEP, UnreadableFile

COMMAND = "ping -n 1 %COMPUTERNAME% > ping.txt"

_SIGN = re.compile(r"[^\[]{1,300}\[[0-9.]+\]")
_RESOLVED = re.compile(r"(?:^|\s)([\w.-]{1,255}) \[([0-9.]{7,15})\]")


@dataclass(frozen=True, slots=True)
class Ping:
    """A name and what it resolves to.

    Attributes:
        name: As ping shows it: with the domain that was found, where the name was asked for without.
        address: What it resolves to on the machine that pinged.
    """

    name: str
    address: IPv4Address


def is_ping(text: str) -> bool:
    """Whether a text, or the beginning of one, looks like the output: an address in brackets comes first."""
    return _SIGN.match(text) is not None


def read_ping(text: str) -> Ping:
    """Read what a name resolves to; whether anybody answered does not matter.

    Args:
        text: The output of one ping.

    Raises:
        UnreadableFile: It is nothing of the kind, or the name was not found.
    """
    lines = [line for line in re.split(r"[\r\n]+", text) if line.strip()]
    found = [match for line in lines for match in _RESOLVED.finditer(line)]
    if len(found) > 1:
        raise _bad("it shows more than one")
    if not found or not _RESOLVED.search(lines[0]):
        raise _bad("its first line does not show a name and its [address]")
    try:
        return Ping(found[0][1], IPv4Address(found[0][2]))
    except AddressValueError:
        raise _bad("its first line does not show a name and its [address]") from None


def _bad(problem: str) -> UnreadableFile:
    return UnreadableFile(
        f"no output of ping with a name that was found: {problem}{NEXT_STEP}make it anew on the server: {COMMAND}"
    )

"""Whose files these are: a folder with files of two servers shows neither of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from exgate.facts.network import Network
from exgate.facts.unknown import Unknown
from exgate.inventory import HOST_FILE, HostFile
from exgate.sources.folder import reg_facts
from exgate.sources.folder.collected import CollectedFacts
from exgate.sources.folder.reg_files import RegistryExports
from exgate.sources.folder.registry import collected_shows, exports_show
from exgate.sources.folder.sources import Shown
from exgate.sources.unreadable import NEXT_STEP, UnreadableFile

_NETBIOS_LENGTH = 15


def computer_name(
    said: HostFile,
    collected: CollectedFacts | Unknown | None,
    exports: RegistryExports | Unknown | None,
    networks: Sequence[Shown[Network]],
) -> str | None:
    """Give the one computer's name that all sources show, None where none does.

    Args:
        said: What host.yml says.
        collected: The collector's file.
        exports: The .reg files.
        networks: What ipconfig shows.

    Raises:
        UnreadableFile: Two sources are of two computers.
    """
    named = list(_named(said, collected, exports, networks))
    if not named:
        return None
    first, name = named[0]
    for source, other in named[1:]:
        if other.lower()[:_NETBIOS_LENGTH] != name.lower()[:_NETBIOS_LENGTH]:
            raise UnreadableFile(
                f"these are files of two servers: {first} is of {name}, and {source} of {other}{NEXT_STEP}put the "
                "files of each server into a folder of its own"
            )
    return name


def _named(
    said: HostFile,
    collected: CollectedFacts | Unknown | None,
    exports: RegistryExports | Unknown | None,
    networks: Iterable[Shown[Network]],
) -> Iterable[tuple[str, str]]:
    if said.computer_name is not None:
        yield HOST_FILE, said.computer_name
    for by_collector in collected_shows(collected, lambda facts: facts.computer_name):
        if isinstance(by_collector.value, str):
            yield by_collector.source, by_collector.value
    for exported in exports_show(exports, reg_facts.computer_name):
        if isinstance(exported.value, str):
            yield exported.source, exported.value
    for network in networks:
        if isinstance(network.value, Network):
            yield network.source, network.value.computer_name

"""The registry's keys of a host's folder: what the collector read, and what .reg files show."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from exgate.facts.registry import MASSYNC, MASSYNC_PARAMETERS, Registry, RegistryKey, resembles_exchange_vdir
from exgate.facts.unknown import Unknown
from exgate.sources.folder.collected import COLLECTED_CSV, CollectedFacts
from exgate.sources.folder.reg_files import RegistryExports, not_shown
from exgate.sources.folder.sources import Shown, agree

_EXPORTS = "the .reg files"
_T = TypeVar("_T")


def collected_shows(
    collected: CollectedFacts | Unknown | None, give: Callable[[CollectedFacts], _T | Unknown]
) -> list[Shown[_T]]:
    """Give what the collector's file shows of a fact; nothing where there is no such file."""
    if collected is None:
        return []
    return [Shown(COLLECTED_CSV, collected if isinstance(collected, Unknown) else give(collected))]


def exports_show(
    exports: RegistryExports | Unknown | None, give: Callable[[RegistryExports], _T | Unknown]
) -> list[Shown[_T]]:
    """Give what the .reg files show of a fact; nothing where there are none."""
    if exports is None:
        return []
    return [Shown(_EXPORTS, exports if isinstance(exports, Unknown) else give(exports))]


def read_registry(collected: CollectedFacts | Unknown | None, exports: RegistryExports | Unknown | None) -> Registry:
    """Give the keys where ExchangeVDir belongs, and where it ends up by mistake."""
    keys: dict[str, RegistryKey | Unknown] = {}
    for path in (MASSYNC_PARAMETERS, MASSYNC):
        shown: list[Shown[RegistryKey]] = [
            *collected_shows(collected, partial(_collected_key, path=path)),
            *exports_show(exports, partial(RegistryExports.key, path=path)),
        ]
        found = agree(f"values of HKLM\\{path}", shown, _values, not_shown(path))
        keys[path.lower()] = found
    return Registry(keys)


def _collected_key(collected: CollectedFacts, path: str) -> RegistryKey | Unknown:
    not_read = Unknown(f"the registry key HKLM\\{path} was not read", "run the collector again")
    return collected.registry.keys.get(path.lower(), not_read)


def _values(key: RegistryKey) -> object:
    """Give what two sources of a key must agree in: that it exists, and what resembles ExchangeVDir there."""
    if key.values is None:
        return None
    return frozenset((v.name, int(v.type), v.data) for v in key.values if resembles_exchange_vdir(v.name))

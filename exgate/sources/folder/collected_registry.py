"""The registry out of the collector's rows."""

from __future__ import annotations

import re
from collections.abc import Iterable

from exgate.facts.registry import RegistryData, RegistryKey, RegistryType, RegistryValue
from exgate.facts.unknown import Unknown
from exgate.sources.folder.collected_rows import Row, Rows, incomplete, item_of, missing, not_read
from exgate.sources.std_reg_prov import WITH_DATA, data_of, refused, registry_type
from exgate.wsman.answers import Item, integer

REGISTRY = "registry"
_VALUES, _SUBKEYS, _SUBKEY = "values#", "subkeys#", "subkey"
_NOT_FOUND = "not found"
_NOT_ASKED = "not asked for"
_REFUSED = re.compile(r"StdRegProv answered (-?[0-9]{1,10})")
_OTHER_DATA = Unknown("the collector asks for the data of few values only", "look at the value in regedit")
_DWORD = 0xFFFFFFFF


def read_key(rows: Rows, path: str) -> RegistryKey | Unknown:
    """Read a key's values: every name in its real case, the data of those that the collector asks for.

    Args:
        rows: The file.
        path: Below HKEY_LOCAL_MACHINE.
    """
    of_key = rows.of(REGISTRY, f"HKLM\\{path}")
    count = _count(of_key, _VALUES, path)
    if count is None:
        return RegistryKey(path, None)
    if isinstance(count, Unknown):
        return count
    by_name: dict[str, list[Row]] = {}
    for row in of_key:
        if row.tag not in {_VALUES, _SUBKEYS, _SUBKEY}:
            by_name.setdefault(row.name, []).append(row)
    if count != len(by_name):
        return incomplete(f"HKLM\\{path}")
    return RegistryKey(path, tuple(_value(path, name, found) for name, found in by_name.items()))


def read_subkeys(rows: Rows, path: str) -> tuple[str, ...] | Unknown | None:
    """Read the names of a key's subkeys, or None when there is no such key."""
    of_key = rows.of(REGISTRY, f"HKLM\\{path}")
    count = _count(of_key, _SUBKEYS, path)
    if count is None or isinstance(count, Unknown):
        return count
    names = tuple(row.name for row in of_key if row.tag == _SUBKEY)
    return names if count == len(names) else incomplete(f"the subkeys of HKLM\\{path}")


def read_data(rows: Rows, path: str, name: str, kind: RegistryType) -> RegistryData | Unknown:
    """Read the data of one value; None for one that does not exist, or is of another type."""
    key = read_key(rows, path)
    if isinstance(key, Unknown):
        return key
    value = key.any_case(name)
    return value.data if value and value.type == kind else None


def _count(rows: Iterable[Row], tag: str, path: str) -> int | Unknown | None:
    """Give how many there ought to be, None for a key that does not exist."""
    found = [row for row in rows if row.tag == tag]
    if not found:
        return missing(f"HKLM\\{path}")
    if len(found) == 1 and found[0].error == _NOT_FOUND:
        return None
    if found[0].error:
        return _failed(path, f"HKLM\\{path}", found[0].error)
    return incomplete(f"HKLM\\{path}") if len(found) > 1 or found[0].count is None else found[0].count


def _value(path: str, name: str, rows: list[Row]) -> RegistryValue:
    kinds = {row.tag.removesuffix("#") for row in rows}
    kind = registry_type(rows[0].tag.removesuffix("#"))
    what = f"{name or '(Default)'} of HKLM\\{path}"
    error = next((row.error for row in rows if row.error), "")
    if len(kinds) != 1 or integer(next(iter(kinds))) is None:
        return RegistryValue(name, kind, incomplete(what))
    if error:
        return RegistryValue(name, kind, _OTHER_DATA if error == _NOT_ASKED else _failed(path, what, error))
    item = item_of(rows, what)
    return RegistryValue(name, kind, item if isinstance(item, Unknown) else _data(item, name, kind, what))


def _data(item: Item, name: str, kind: RegistryType | int, what: str) -> RegistryData | Unknown:
    if kind not in WITH_DATA:
        return None
    if isinstance(item[name], tuple) != (kind is RegistryType.REG_MULTI_SZ):
        return incomplete(what)
    field = WITH_DATA[RegistryType(kind)][1]
    data = data_of({field: item[name]}, field, RegistryType(kind))
    # VBScript's numbers have a sign.
    return data & _DWORD if isinstance(data, int) else data


def _failed(path: str, what: str, error: str) -> Unknown:
    answered = _REFUSED.fullmatch(error)
    return refused(path, answered[1]) if answered else not_read(what, error)

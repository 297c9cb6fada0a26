"""reg.exe of Windows Server 2003: ``reg add`` and ``reg delete``."""

from __future__ import annotations

import re

from exgate.facts.change import (
    AddRegistryKey,
    DeleteRegistryKey,
    DeleteRegistryValue,
    Origin,
    PlanError,
    RegistryStep,
    SetRegistryValue,
)
from exgate.facts.registry import RegistryData, RegistryType, RegistryValue
from exgate.sources.candidate.locations import registry_path
from exgate.sources.candidate.options import options
from exgate.sources.candidate.variables import check_value

_DWORD = re.compile(r"0x[0-9a-f]{1,8}|0|[1-9][0-9]{0,9}", re.IGNORECASE | re.ASCII)
_BYTES = re.compile(r"(?:[0-9a-f]{2})*", re.IGNORECASE | re.ASCII)
_TEXTS = {"REG_SZ": RegistryType.REG_SZ, "REG_EXPAND_SZ": RegistryType.REG_EXPAND_SZ}


def reg_add(arguments: tuple[str, ...], origin: Origin) -> RegistryStep:
    r"""Read ``reg add KEY [/v NAME | /ve] [/t TYPE] [/s SEPARATOR] [/d DATA] [/f]``.

    Raises:
        PlanError: It is not of this form, or not of HKEY_LOCAL_MACHINE.
    """
    path, given = _key("add", arguments, {"v": 1, "ve": 0, "t": 1, "s": 1, "d": 1, "f": 0}, origin)
    name = _name(given, origin)
    if name is None:
        if given.keys() & {"t", "s", "d"}:
            raise PlanError(origin, "reg add with a type or data, but without /v or /ve")
        return AddRegistryKey(origin=origin, path=path)
    kind = given.get("t", "REG_SZ").upper()
    if "s" in given and kind != "REG_MULTI_SZ":
        raise PlanError(origin, "reg add takes /s only for REG_MULTI_SZ")
    if "d" not in given and kind not in _TEXTS:
        raise PlanError(origin, f"reg add of a {kind} without /d")
    value = _value(name, kind, given, origin)
    return SetRegistryValue(origin=origin, path=path, value=value)


def reg_delete(arguments: tuple[str, ...], origin: Origin) -> RegistryStep:
    r"""Read ``reg delete KEY [/v NAME | /ve] [/f]``.

    Raises:
        PlanError: It is not of this form, or not of HKEY_LOCAL_MACHINE.
    """
    path, given = _key("delete", arguments, {"v": 1, "ve": 0, "va": 0, "f": 0}, origin)
    if "va" in given:
        raise PlanError(origin, "reg delete /va is not understood: name each value")
    name = _name(given, origin)
    if name is None:
        return DeleteRegistryKey(origin=origin, path=path)
    return DeleteRegistryValue(origin=origin, path=path, name=name)


def _key(verb: str, arguments: tuple[str, ...], known: dict[str, int], origin: Origin) -> tuple[str, dict[str, str]]:
    for argument in arguments:
        check_value(argument, origin)
    if not arguments:
        raise PlanError(origin, f"reg {verb} without a key")
    return registry_path(arguments[0], origin), options(f"reg {verb}", arguments[1:], known, origin)


def _name(given: dict[str, str], origin: Origin) -> str | None:
    """Give the value's name, ``""`` for the key's default value, None where none is meant."""
    if "v" in given and "ve" in given:
        raise PlanError(origin, "reg takes /v or /ve, not both")
    return "" if "ve" in given else given.get("v")


def _value(name: str, kind: str, given: dict[str, str], origin: Origin) -> RegistryValue:
    text = given.get("d", "")
    data: RegistryData
    if kind in _TEXTS:
        return RegistryValue(name, _TEXTS[kind], text)
    if kind == "REG_DWORD":
        data = int(text, 16 if text[:2].lower() == "0x" else 10) if _DWORD.fullmatch(text) else None
        if isinstance(data, int) and data < 2**32:
            return RegistryValue(name, RegistryType.REG_DWORD, data)
        raise PlanError(origin, "no number for a REG_DWORD (decimal, or hexadecimal with 0x)")
    if kind == "REG_BINARY":
        if not _BYTES.fullmatch(text):
            raise PlanError(origin, "no bytes for a REG_BINARY (two hexadecimal digits each)")
        return RegistryValue(name, RegistryType.REG_BINARY, bytes.fromhex(text))
    if kind == "REG_MULTI_SZ":
        parts = tuple(text.removesuffix("\\0").split(given.get("s") or "\\0")) if text else ()
        if not all(parts):
            raise PlanError(origin, "an empty text in a REG_MULTI_SZ")
        return RegistryValue(name, RegistryType.REG_MULTI_SZ, parts)
    raise PlanError(origin, f"reg add of the type {kind} is not understood")

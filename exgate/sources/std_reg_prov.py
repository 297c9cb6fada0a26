r"""The registry by WMI: StdRegProv in root\default."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from exgate.facts.registry import (
    MASSYNC,
    MASSYNC_PARAMETERS,
    Registry,
    RegistryData,
    RegistryKey,
    RegistryType,
    RegistryValue,
    resembles_exchange_vdir,
)
from exgate.facts.unknown import Unknown
from exgate.wsman.answers import Item, Value, integer, values_of

if TYPE_CHECKING:
    from exgate.wsman.session import Session

HKEY_LOCAL_MACHINE = "2147483650"

_SUCCESS = "0"
_NOT_FOUND = "2"
_NO_SUCH_VALUE = frozenset({"1", _NOT_FOUND})
_ACCESS_DENIED = "5"
WITH_DATA = {
    RegistryType.REG_SZ: ("GetStringValue", "sValue"),
    RegistryType.REG_EXPAND_SZ: ("GetExpandedStringValue", "sValue"),
    RegistryType.REG_DWORD: ("GetDWORDValue", "uValue"),
    RegistryType.REG_MULTI_SZ: ("GetMultiStringValue", "sValue"),
}
"""The types whose data we judge: StdRegProv's reader and the parameter that it gives."""


def read_key(session: Session, path: str, wanted: Callable[[str], bool]) -> RegistryKey | Unknown:
    """Read a key's values: every name in its real case, the data of those that are wanted.

    EnumValues is what shows the real case; the readers of data find a value in any case.

    Args:
        session: The host's session.
        path: Below HKEY_LOCAL_MACHINE.
        wanted: Whether a value's data is worth a message.

    Raises:
        WsmanError: The message failed.
    """
    output = session.read_registry("EnumValues", {"hDefKey": HKEY_LOCAL_MACHINE, "sSubKeyName": path})
    result = output.get("ReturnValue")
    if result == _NOT_FOUND:
        return RegistryKey(path, None)
    if result != _SUCCESS:
        return refused(path, result)
    listed = values_of(output, "sNames")
    names = [name for name in listed if isinstance(name, str)]
    if len(names) != len(listed) or not {"sNames", "Types"} <= output.keys():
        return Unknown(f"the values of HKLM\\{path} came in a form that is not known", "look at the key in regedit")
    types = [registry_type(number) for number in values_of(output, "Types")]
    if len(names) != len(types):
        return Unknown(f"the values of HKLM\\{path} came without their types", "look at the key in regedit")
    not_read = Unknown("its data was not read", "read it with host.registry(...)")
    return RegistryKey(
        path,
        tuple(
            RegistryValue(name, kind, _listed_data(session, path, name, kind) if wanted(name) else not_read)
            for name, kind in zip(names, types, strict=True)
        ),
    )


def read_subkeys(session: Session, path: str) -> tuple[str, ...] | Unknown | None:
    """Read the names of a key's subkeys, or None when there is no such key.

    Raises:
        WsmanError: The message failed.
    """
    output = session.read_registry("EnumKey", {"hDefKey": HKEY_LOCAL_MACHINE, "sSubKeyName": path})
    result = output.get("ReturnValue")
    if result == _NOT_FOUND:
        return None
    if result != _SUCCESS:
        return refused(path, result)
    names = values_of(output, "sNames")
    texts = tuple(name for name in names if isinstance(name, str))
    if len(texts) != len(names):
        return Unknown(f"the subkeys of HKLM\\{path} came in a form that is not known", "look at the key in regedit")
    return texts


def read_data(session: Session, path: str, name: str, kind: RegistryType | int) -> RegistryData | Unknown:
    """Read the data of one value; None for one that does not exist, and for a type that holds nothing we judge.

    Raises:
        WsmanError: The message failed.
    """
    if kind not in WITH_DATA:
        return None
    method, field = WITH_DATA[RegistryType(kind)]
    output = session.read_registry(method, {"hDefKey": HKEY_LOCAL_MACHINE, "sSubKeyName": path, "sValueName": name})
    result = output.get("ReturnValue")
    if result in _NO_SUCH_VALUE:
        return None
    return data_of(output, field, RegistryType(kind)) if result == _SUCCESS else refused(path, result)


def _listed_data(session: Session, path: str, name: str, kind: RegistryType | int) -> RegistryData | Unknown:
    """Read the data of a value that EnumValues has just shown: it cannot be missing."""
    data = read_data(session, path, name, kind)
    if data is None and kind in WITH_DATA:
        return Unknown(f"HKLM\\{path} shows {name}, but not what it holds", "look at the value in regedit")
    return data


def read_mobile_keys(session: Session) -> Registry:
    """Read where ExchangeVDir belongs and, when nothing like it holds anything there, the key above it.

    There it ends up by mistake.

    Raises:
        WsmanError: A message failed.
    """
    return mobile_keys_of(lambda path: read_key(session, path, resembles_exchange_vdir))


def mobile_keys_of(key: Callable[[str], RegistryKey | Unknown]) -> Registry:
    """Give the same keys, however a key is read.

    Args:
        key: Gives a key by its path.
    """
    keys = {MASSYNC_PARAMETERS.lower(): key(MASSYNC_PARAMETERS)}
    parameters = keys[MASSYNC_PARAMETERS.lower()]
    values = parameters.values or () if isinstance(parameters, RegistryKey) else ()
    if isinstance(parameters, RegistryKey) and not any(
        resembles_exchange_vdir(v.name) and v.data != "" for v in values
    ):
        keys[MASSYNC.lower()] = key(MASSYNC)
    return Registry(keys)


def registry_type(number: Value) -> RegistryType | int:
    """Give a value's type by its number, -1 where there is none."""
    value = integer(number)
    value = -1 if value is None else value
    return next((known for known in RegistryType if known == value), value)


def data_of(output: Item, field: str, kind: RegistryType) -> RegistryData | Unknown:
    """Give the data that a reader of `WITH_DATA` gave; null is the empty text and the empty list.

    Args:
        output: Its output parameters.
        field: Which of them holds the data.
        kind: The value's type.
    """
    strange = Unknown(f"StdRegProv showed {field} in a form that is not known", "look at the value in regedit")
    if field not in output:
        return Unknown(f"StdRegProv answered without {field}", "look at the value in regedit")
    if kind is RegistryType.REG_MULTI_SZ:
        parts = values_of(output, field)
        texts = tuple(part for part in parts if isinstance(part, str))
        return texts if len(texts) == len(parts) else strange
    value = output[field]
    if kind is RegistryType.REG_DWORD:
        number = integer(value)
        return strange if number is None else number
    if value is None:
        return ""
    return value if isinstance(value, str) else strange


def refused(path: str, result: object) -> Unknown:
    """Give what is known of a key for which StdRegProv answered with an error's number."""
    if result == _ACCESS_DENIED:
        return Unknown(f"access to HKLM\\{path} is denied", "let the account read this key (regedit, Permissions)")
    return Unknown(f"StdRegProv answered {result} for HKLM\\{path}", "look at the key in regedit")

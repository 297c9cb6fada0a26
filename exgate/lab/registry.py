r"""StdRegProv (``root/default``): the registry's readers answer, its writers are refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from exgate.facts.registry import RegistryType, RegistryValue
from exgate.lab import faults
from exgate.lab.namespaces import CIM_COMMON, SCHEMA_INSTANCE
from exgate.lab.soap import Request, envelope, escape

_HIVES = {0x80000000: "HKCR", 0x80000001: "HKCU", 0x80000002: "HKLM", 0x80000003: "HKU", 0x80000005: "HKCC"}
_LOCAL_MACHINE = 0x80000002

_SUCCESS = 0
_VALUE_NOT_FOUND = 1
"""What StdRegProv of Server 2003 returns for a value that is not there (ERROR_INVALID_FUNCTION)."""
_KEY_NOT_FOUND = 2
"""ERROR_FILE_NOT_FOUND."""
_ACCESS_DENIED = 5
"""ERROR_ACCESS_DENIED."""
_TYPE_MISMATCH = 0x80041005
"""WBEM_E_TYPE_MISMATCH, 2147749893: the value has another type than the reader reads."""

_READERS = {
    "GetStringValue": (RegistryType.REG_SZ, "sValue"),
    "GetExpandedStringValue": (RegistryType.REG_EXPAND_SZ, "sValue"),
    "GetDWORDValue": (RegistryType.REG_DWORD, "uValue"),
    "GetMultiStringValue": (RegistryType.REG_MULTI_SZ, "sValue"),
    "GetBinaryValue": (RegistryType.REG_BINARY, "uValue"),
}
_OUTPUTS = {
    "EnumKey": ("sNames",),
    "EnumValues": ("sNames", "Types"),
    **{method: (output,) for method, (_, output) in _READERS.items()},
}
"""What each reader gives; null where it fails."""
WRITERS = frozenset(
    {
        "CreateKey",
        "DeleteKey",
        "DeleteValue",
        "SetBinaryValue",
        "SetDWORDValue",
        "SetExpandedStringValue",
        "SetMultiStringValue",
        "SetSecurityDescriptor",
        "SetStringValue",
    }
)
"""Methods that would change the server; every one is refused with "access denied"."""


@dataclass(frozen=True, slots=True)
class Hives:
    r"""A server's registry.

    Attributes:
        keys: Values by key path with the hive in front (``HKLM\SOFTWARE\...``).
        denied: Keys that may not be read, nor what is below them.
    """

    keys: Mapping[str, tuple[RegistryValue, ...]]
    denied: frozenset[str] = frozenset()

    def invoke(self, request: Request, namespace: str, method: str) -> bytes:
        """Answer a method of StdRegProv.

        Raises:
            Fault: The method writes, or there is no such method.
        """
        if method in WRITERS:
            raise faults.access_denied()
        path = _path(request)
        if method in _OUTPUTS and self._is_denied(path):
            return _output(request, namespace, method, dict.fromkeys(_OUTPUTS[method]), _ACCESS_DENIED)
        if method == "EnumKey":
            return _output(request, namespace, method, *self._enum_key(path))
        if method == "EnumValues":
            return _output(request, namespace, method, *self._enum_values(path))
        if method in _READERS:
            return _output(
                request, namespace, method, *self._get_value(path, method, _parameter(request, "sValueName"))
            )
        raise faults.action_not_supported()

    def _is_denied(self, path: str) -> bool:
        return any(f"{path}\\".startswith(f"{denied.lower()}\\") for denied in self.denied)

    def _enum_key(self, path: str) -> tuple[dict[str, tuple[str, ...] | None], int]:
        names = {key[len(path) + 1 :].split("\\")[0] for key in self.keys if key.lower().startswith(path + "\\")}
        if not names and self._values(path) is None:
            return {"sNames": None}, _KEY_NOT_FOUND
        return {"sNames": tuple(sorted(names, key=str.lower)) or None}, _SUCCESS

    def _enum_values(self, path: str) -> tuple[dict[str, tuple[str, ...] | None], int]:
        values = self._values(path)
        if values is None:
            return {"sNames": None, "Types": None}, _KEY_NOT_FOUND
        names = tuple(value.name for value in values)
        return {"sNames": names or None, "Types": tuple(str(int(value.type)) for value in values) or None}, _SUCCESS

    def _get_value(self, path: str, method: str, name: str) -> tuple[dict[str, tuple[str, ...] | None], int]:
        kind, output = _READERS[method]
        values = self._values(path)
        if values is None:
            return {output: None}, _KEY_NOT_FOUND
        value = next((value for value in values if value.name.lower() == name.lower()), None)
        if value is None:
            return {output: None}, _VALUE_NOT_FOUND
        if value.type is not kind:
            return {output: None}, _TYPE_MISMATCH
        return {output: _texts(value)}, _SUCCESS

    def _values(self, path: str) -> tuple[RegistryValue, ...] | None:
        for key, values in self.keys.items():
            if key.lower() == path:
                return values
        parent = any(key.lower().startswith(path + "\\") for key in self.keys)
        return () if parent else None


def _texts(value: RegistryValue) -> tuple[str, ...]:
    if isinstance(value.data, tuple):
        return value.data
    if isinstance(value.data, bytes):
        return tuple(str(octet) for octet in value.data)
    return (str(value.data),)


def _path(request: Request) -> str:
    hive_text = _parameter(request, "hDefKey")
    hive = _HIVES.get(int(hive_text) if hive_text.isdecimal() else _LOCAL_MACHINE, "unknown")
    key = _parameter(request, "sSubKeyName").strip("\\")
    return f"{hive}\\{key}".rstrip("\\").lower()


def _parameter(request: Request, name: str) -> str:
    for element in request.body if request.body is not None else ():
        if element.tag.rpartition("}")[2].lower() == name.lower():
            return element.text or ""
    return ""


def _output(
    request: Request, namespace: str, method: str, values: Mapping[str, tuple[str, ...] | None], return_value: int
) -> bytes:
    inner = "".join(
        f'<p:{name} xsi:nil="true"/>'
        if texts is None
        else "".join(f"<p:{name}>{escape(text)}</p:{name}>" for text in texts)
        for name, texts in values.items()
    )
    return envelope(
        f"{request.action}Response",
        request.message_id,
        f'<p:{method}_OUTPUT xmlns:xsi="{SCHEMA_INSTANCE}" xmlns:p="{namespace}" xmlns:cim="{CIM_COMMON}">{inner}'
        f"<p:ReturnValue>{return_value}</p:ReturnValue></p:{method}_OUTPUT>",
    )

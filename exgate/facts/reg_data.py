"""Data of registry values as the bytes that Windows stores, which a .reg file writes in hexadecimal."""

from __future__ import annotations

from exgate.facts.registry import RegistryData, RegistryType
from exgate.facts.unknown import Unknown

_NUL = "\0"
_SIZES: dict[int, int] = {RegistryType.REG_DWORD: 4, RegistryType.REG_QWORD: 8}
_TEXTS = frozenset({RegistryType.REG_SZ, RegistryType.REG_EXPAND_SZ, RegistryType.REG_MULTI_SZ})


def registry_type(number: int) -> RegistryType | int:
    """Give a type by its number, the number itself when it is none of `RegistryType`."""
    return next((known for known in RegistryType if known == number), number)


def from_bytes(kind: RegistryType | int, data: bytes, encoding: str) -> RegistryData | Unknown:
    """Read stored bytes as those read them who ask for the value: text ends at its first NUL.

    Args:
        kind: The value's type; bytes of one that is no text and no number stay bytes.
        data: What is stored.
        encoding: Of text.
    """
    if kind in _TEXTS:
        parts = data.decode(encoding, errors="replace").split(_NUL)
        return tuple(parts[: parts.index("")] if "" in parts else parts) if _is_list(kind) else parts[0]
    size = _SIZES.get(kind)
    if size is None:
        return data
    if len(data) != size:
        reason = f"a {RegistryType(kind).name} of {len(data)} bytes instead of {size}"
        return Unknown(reason, "look at the value in regedit")
    return int.from_bytes(data, "little")


def to_bytes(kind: RegistryType | int, data: RegistryData | Unknown) -> bytes:
    """Give what Windows stores, text as UTF-16LE.

    Raises:
        ValueError: The data do not fit the type, or are not known; the text does not show them.
    """
    if isinstance(data, str) and kind in _TEXTS and not _is_list(kind) and _NUL not in data:
        return (data + _NUL).encode("utf-16-le")
    if isinstance(data, tuple) and _is_list(kind) and all(part and _NUL not in part for part in data):
        return "".join(f"{part}\0" for part in (*data, "")).encode("utf-16-le")
    size = _SIZES.get(kind)
    if isinstance(data, int) and size is not None and 0 <= data < 1 << (8 * size):
        return data.to_bytes(size, "little")
    if isinstance(data, bytes) and size is None and kind not in _TEXTS:
        return data
    raise ValueError("its data cannot be written as its type")


def _is_list(kind: RegistryType | int) -> bool:
    return kind == RegistryType.REG_MULTI_SZ

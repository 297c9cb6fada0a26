"""The text of .reg files: what regedit and ``reg export`` write, and what is imported."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from exgate.facts.reg_data import from_bytes, registry_type, to_bytes
from exgate.facts.reg_lines import RegFileError, RegLines
from exgate.facts.registry import RegistryKey, RegistryType, RegistryValue

__all__ = ["LOCAL_MACHINE", "VERSION_5", "RegFileError", "RegKeyLine", "RegValueLine", "read_reg", "write_reg"]

LOCAL_MACHINE = "HKEY_LOCAL_MACHINE"
VERSION_5 = "Windows Registry Editor Version 5.00"

_ENCODINGS = {VERSION_5: "utf-16-le", "REGEDIT4": "cp1252"}
"""Of text in hexadecimal, by the file's header."""
_ALIASES = {"HKLM": LOCAL_MACHINE, "HKCU": "HKEY_CURRENT_USER", "HKCR": "HKEY_CLASSES_ROOT", "HKU": "HKEY_USERS"}
_HIVES = frozenset({*_ALIASES.values(), "HKEY_CURRENT_CONFIG"})
_BLANK = " \t"
_LINE_BREAK = "\r\n"
_EQUALS = re.compile(r"[ \t]*=[ \t]*")
_HEX = re.compile(r"hex(?:\(([0-9a-fA-F]{1,8})\))?:")
_DWORD = re.compile(r"dword:([0-9a-fA-F]{1,8})")
_CONTROL = re.compile(r"[\x00-\x1f]")
_LINE_WIDTH = 76


@dataclass(frozen=True, slots=True)
class RegKeyLine:
    r"""A key: ``[HKEY_LOCAL_MACHINE\SOFTWARE]``.

    Attributes:
        line: Counted from 1.
        hive: For example ``HKEY_LOCAL_MACHINE``.
        path: Without the hive, in its own case; ``""`` for the hive itself.
        delete: Whether an import removes the key and all below it (``[-HKEY...]``).
    """

    line: int
    hive: str
    path: str
    delete: bool


@dataclass(frozen=True, slots=True)
class RegValueLine:
    """A value of the key above it: ``"ExchangeVDir"="/exchange-oma"``.

    Attributes:
        line: Where it begins, counted from 1.
        hive: The key's.
        path: The key's.
        value: None when an import removes the value (``"name"=-``).
        name: In its own case; ``""`` for the default value (``@``).
    """

    line: int
    hive: str
    path: str
    value: RegistryValue | None
    name: str


def read_reg(lines: Iterable[str]) -> Iterator[RegKeyLine | RegValueLine]:
    r"""Read a .reg file; memory is bounded by its longest value.

    Data are text, numbers or, for types that are neither, bytes. In a file of REGEDIT4 text in hexadecimal is taken
    as Windows-1252.

    Args:
        lines: With their line breaks as they are in the file, for example ``io.StringIO(text, newline="")``, or a file
            that was opened with ``newline=""``; without a byte order mark.

    Raises:
        RegFileError: It is no .reg file, or it is damaged; what was given before belongs to a damaged file.
    """
    source = RegLines(lines)
    if not source.pull():
        raise RegFileError("the file is empty", 1)
    header = source.text.strip()
    if header not in _ENCODINGS:
        raise RegFileError(f'no .reg file: the first line is not "{VERSION_5}" or "REGEDIT4"', 1)
    key: RegKeyLine | None = None
    while source.pull():
        start = source.text.lstrip(_BLANK)
        if start.startswith("["):
            key = _key(start, source.line)
            yield key
        elif start.startswith(('"', "@")):
            yield _value(source, key, _ENCODINGS[header])
        elif start.rstrip() and not start.startswith(";") and start.strip().strip("\ufeff") != header:
            raise RegFileError("no key, value or comment", source.line)


def write_reg(keys: Iterable[RegistryKey]) -> str:
    """Write keys of HKEY_LOCAL_MACHINE as regedit exports them; those that do not exist are left out.

    Text with line breaks is written in hexadecimal, which every version reads alike.

    Args:
        keys: With all their data.

    Returns:
        The file's text with CR LF; Windows stores it as UTF-16LE with a byte order mark.

    Raises:
        ValueError: A name cannot be written, or data are not known or do not fit their type.
    """
    lines = [VERSION_5, ""]
    for key in keys:
        if key.values is None:
            continue
        place = rf"{LOCAL_MACHINE}\{key.path}".rstrip("\\")
        if _CONTROL.search(place) or "\\\\" in place:
            raise ValueError(f"no key can be named {place!r}")
        lines += [f"[{place}]", *(line for value in key.values for line in _written(place, value)), ""]
    return "\r\n".join([*lines, ""])


def _key(text: str, line: int) -> RegKeyLine:
    inside, bracket, rest = text.rstrip(_LINE_BREAK).rpartition("]")
    if not bracket or (rest.strip(_BLANK) and not rest.lstrip(_BLANK).startswith(";")):
        raise RegFileError("a key without its closing bracket", line)
    delete = inside.startswith("[-")
    hive, _, path = inside[2 if delete else 1 :].rstrip("\\").partition("\\")
    hive = _ALIASES.get(hive.upper(), hive.upper())
    if hive not in _HIVES:
        raise RegFileError("a key of no hive that is known (HKEY_LOCAL_MACHINE, ...)", line)
    if _CONTROL.search(path) or path.startswith("\\") or "\\\\" in path:
        raise RegFileError("a key's path with a control character or an empty part", line)
    return RegKeyLine(line, hive, path, delete)


def _value(source: RegLines, key: RegKeyLine | None, encoding: str) -> RegValueLine:
    line = source.line
    if key is None:
        raise RegFileError("a value before the first key", line)
    if key.delete:
        raise RegFileError("a value of a key that is removed", line)
    source.position = len(source.text) - len(source.text.lstrip(_BLANK)) + 1
    name = source.quoted() if source.text[source.position - 1] == '"' else ""
    if not source.match(_EQUALS):
        raise RegFileError('a value without "="', source.line)
    value = _data(source, name, encoding)
    return RegValueLine(line, key.hive, key.path, value, name)


def _data(source: RegLines, name: str, encoding: str) -> RegistryValue | None:
    """Read what follows the sign of equality."""
    first = source.text[source.position : source.position + 1]
    if first in {'"', "-"}:
        source.position += 1
        value = RegistryValue(name, RegistryType.REG_SZ, source.quoted()) if first == '"' else None
        source.end()
        return value
    if number := source.match(_DWORD):
        source.end()
        return RegistryValue(name, RegistryType.REG_DWORD, int(number[1], 16))
    if found := source.match(_HEX):
        kind = registry_type(int(found[1], 16) if found[1] else RegistryType.REG_BINARY)
        return RegistryValue(name, kind, from_bytes(kind, _bytes(source), encoding))
    raise RegFileError("data of a form that is not known", source.line)


def _bytes(source: RegLines) -> bytes:
    """Read bytes in hexadecimal, over as many lines as end in a backslash."""
    found = bytearray()
    continued = False
    while True:
        part = source.text[source.position :].partition(";")[0].strip()
        goes_on = part.endswith("\\")
        if goes_on:
            part = part[:-1].rstrip()
        ends_in_comma = part.endswith(",")
        if (part and not ends_in_comma) if goes_on else (ends_in_comma or (continued and not part)):
            raise RegFileError("bytes that are cut off", source.line)
        found += _pairs(part.removesuffix(",") if goes_on else part, source.line)
        if not goes_on:
            return bytes(found)
        source.more()
        continued = True


def _pairs(text: str, line: int) -> bytes:
    """Read ``00,1f``, as regedit writes it."""
    try:
        found = bytes.fromhex(text.replace(",", ""))
    except ValueError:
        found = b""
    if text and (len(found) * 3 - 1 != len(text) or text[2::3].strip(",")):
        raise RegFileError("bytes that are not written as two digits and a comma each", line)
    return found


def _written(place: str, value: RegistryValue) -> Iterator[str]:
    """Write a value in lines of regedit's width."""
    try:
        stored = to_bytes(value.type, value.data)
    except ValueError as error:
        raise ValueError(f"{value.name!r} of {place}: {error}") from None
    if "\0" in value.name:
        raise ValueError(f"no value can be named {value.name!r}")
    line = f"{_quote(value.name)}=" if value.name else "@="
    if value.type == RegistryType.REG_DWORD:
        yield f"{line}dword:{int.from_bytes(stored, 'little'):08x}"
        return
    if isinstance(value.data, str) and value.type == RegistryType.REG_SZ and not set(value.data) & set(_LINE_BREAK):
        yield line + _quote(value.data)
        return
    line += "hex:" if value.type == RegistryType.REG_BINARY else f"hex({value.type:x}):"
    for position, byte in enumerate(stored):
        line += f"{byte:02x}" + "," * (position + 1 < len(stored))
        if len(line) > _LINE_WIDTH and position + 1 < len(stored):
            yield line + "\\"
            line = "  "
    yield line


def _quote(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'

"""A host's facts as JSON's plain values, and back: every type is checked, and what could not be read stays so."""

from __future__ import annotations

import re
import types
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network
from typing import Any, TypeVar, Union, get_args, get_origin

import cattrs
from cattrs.gen import make_dict_structure_fn
from cattrs.preconf.json import JsonConverter, make_converter

from exgate.facts.bindings import Binding, ScriptMap
from exgate.facts.flags import MetabaseFlags
from exgate.facts.ip_restrictions import IPRestrictions
from exgate.facts.metabase_schema import BY_NAME, PropertyValue
from exgate.facts.metabase_view import ViewedKey
from exgate.facts.registry import RegistryData, RegistryType, RegistryValue
from exgate.facts.unknown import Unknown
from exgate.facts.unreachable import Cause
from exgate.facts.wire import Probe

Json = Any
"""What JSON knows: objects, arrays, texts, numbers, booleans and null."""

_LONGEST = 300
_DWORD = 0xFFFFFFFF
_T = TypeVar("_T")
_REASON, _NEXT_STEP = "unknown", "next_step"
_BYTES = "hex"
_ENTRIES: Mapping[str, Any] = {
    "ServerBindings": tuple[Binding, ...],
    "SecureBindings": tuple[Binding, ...],
    "ScriptMaps": tuple[ScriptMap, ...],
}
"""The properties that are lists of structured entries."""


class FactsJsonError(ValueError):
    """The values are not a host's facts; the text is one line."""


def to_json(value: object) -> Json:
    """Give a fact, or whatever dataclass of facts, as plain values."""
    return _CONVERTER.unstructure(value)


def from_json(data: Json, kind: type[_T]) -> _T:
    """Take what `to_json` gave.

    Args:
        data: Plain values.
        kind: The type that they were made of.

    Raises:
        FactsJsonError: They do not fit it.
    """
    try:
        return _CONVERTER.structure(data, kind)
    except (cattrs.BaseValidationError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError) as error:
        name = getattr(kind, "__name__", "fact")
        text = next(iter(cattrs.transform_error(error, path=name, format_exception=_words)), "of no known form")
        raise FactsJsonError(" ".join(text.splitlines())[:_LONGEST]) from None
    except RecursionError:
        raise FactsJsonError("nested too deeply") from None


def _words(error: BaseException, kind: type | None) -> str:
    return str(error) if isinstance(error, FactsJsonError) else cattrs.v.format_exception(error, kind)


def _strict(kind: type[_T]) -> Callable[[Json, Any], _T]:
    """Take a value of exactly one type: JSON's true is no 1, and a number is no text."""

    def take(value: Json, _: Any) -> _T:  # noqa: ANN401 - cattrs' own signature
        if type(value) is not kind:
            raise FactsJsonError(f"expected {kind.__name__}, not {type(value).__name__}")
        return value

    return take


def _may_be_unknown(kind: Any) -> bool:  # noqa: ANN401 - any annotation
    return get_origin(kind) in (Union, types.UnionType) and Unknown in get_args(kind)


def _is_unknown(data: Json) -> bool:
    return isinstance(data, dict) and data.keys() == {_REASON, _NEXT_STEP}


def _write_perhaps_unknown(value: Any) -> Json:  # noqa: ANN401 - a value of any type of facts
    return _CONVERTER.unstructure(value)


def _read_member(data: Json, kind: type[StrEnum]) -> StrEnum:
    text = _strict(str)(data, str)
    if text not in list(kind):
        raise FactsJsonError(f"expected one of {', '.join(kind)}")
    return kind(text)


def _is_tuple(kind: Any) -> bool:  # noqa: ANN401 - any annotation
    return get_origin(kind) is tuple


def _read_tuple(kind: Any) -> Callable[[Json, Any], tuple[Any, ...]]:  # noqa: ANN401 - any annotation
    entry = get_args(kind)[0]

    def read(data: Json, _: Any) -> tuple[Any, ...]:  # noqa: ANN401 - cattrs' own signature
        if not isinstance(data, list):
            raise FactsJsonError(f"expected a list, not {type(data).__name__}")
        return tuple(_CONVERTER.structure(each, entry) for each in data)

    return read


def _read_perhaps_unknown(kind: Any) -> Callable[[Json, Any], Any]:  # noqa: ANN401 - any annotation
    others = tuple(each for each in get_args(kind) if each is not Unknown)
    if others == (types.NoneType,):
        return _read_unknown_or_none
    other: Any = Union[others]  # noqa: UP007 - the members are not known before

    def read(data: Json, _: Any) -> Any:  # noqa: ANN401 - cattrs' own signature
        return _read_unknown(data) if _is_unknown(data) else _CONVERTER.structure(data, other)

    return read


def _write_unknown(unknown: Unknown) -> Json:
    return {_REASON: unknown.reason, _NEXT_STEP: unknown.next_step}


def _read_unknown(data: Json, _: object = None) -> Unknown:
    if not _is_unknown(data):
        raise FactsJsonError(f"expected {_REASON} and {_NEXT_STEP}")
    text = _strict(str)
    return Unknown(text(data[_REASON], str), text(data[_NEXT_STEP], str))


def _read_unknown_or_none(data: Json, _: object) -> Unknown | None:
    return None if data is None else _read_unknown(data)


def _whole(kind: Any) -> Callable[[Json, Any], Any]:  # noqa: ANN401 - any dataclass
    """Take an object that has every field: a default would stand for something that nobody has seen."""
    names = {field.name for field in fields(kind)}
    structure = make_dict_structure_fn(kind, _CONVERTER)

    def read(data: Json, _: Any) -> Any:  # noqa: ANN401 - cattrs' own signature
        if not isinstance(data, dict) or data.keys() != names:
            raise FactsJsonError(f"expected an object with {', '.join(sorted(names))}")
        return structure(data, kind)

    return read


def _write_data(value: RegistryValue) -> Json:
    data = value.data
    kind = int(value.type)
    if isinstance(data, bytes):
        return {"name": value.name, "type": kind, "data": {_BYTES: data.hex()}}
    return {"name": value.name, "type": kind, "data": _CONVERTER.unstructure(data)}


def _read_value(data: Json, _: object) -> RegistryValue:
    if not isinstance(data, dict) or data.keys() != {"name", "type", "data"}:
        raise FactsJsonError("expected a registry value's name, type and data")
    number = _strict(int)(data["type"], int)
    kind = next((known for known in RegistryType if known == number), number)
    return RegistryValue(_strict(str)(data["name"], str), kind, _read_data(data["data"]))


def _read_data(data: Json) -> RegistryData | Unknown:
    if _is_unknown(data):
        return _read_unknown(data)
    if isinstance(data, dict) and data.keys() == {_BYTES}:
        digits = _strict(str)(data[_BYTES], str)
        if not re.fullmatch("([0-9a-f]{2})*", digits):
            raise FactsJsonError("expected hexadecimal digits")
        return bytes.fromhex(digits)
    if isinstance(data, list):
        return tuple(_strict(str)(part, str) for part in data)
    if data is None or isinstance(data, str):
        return data
    return _strict(int)(data, int)


def _write_key(key: ViewedKey) -> Json:
    values = {name: _CONVERTER.unstructure(value) for name, value in key.values.items()}
    return {"location": key.location, "key_type": key.key_type, "values": values}


def _read_key(data: Json, _: object) -> ViewedKey:
    if not isinstance(data, dict) or data.keys() != {"location", "key_type", "values"}:
        raise FactsJsonError("expected a metabase key's location, key_type and values")
    text, values = _strict(str), data["values"]
    if not isinstance(values, dict) or values.keys() - BY_NAME.keys():
        raise FactsJsonError("expected a metabase key's properties")
    read = {name: _read_property(name, value) for name, value in values.items()}
    return ViewedKey(text(data["location"], str), text(data["key_type"], str), read)


def _read_property(name: str, data: Json) -> PropertyValue | Unknown:
    if _is_unknown(data):
        return _read_unknown(data)
    if name in _ENTRIES:
        entries: PropertyValue = _CONVERTER.structure(data, _ENTRIES[name])
        return entries
    default = BY_NAME[name].default
    if isinstance(default, IPRestrictions):
        return _CONVERTER.structure(data, IPRestrictions)
    if isinstance(default, str):
        return _strict(str)(data, str)
    number = _strict(int)(data, int)
    if not 0 <= number <= _DWORD:
        raise FactsJsonError(f"expected a DWORD in {name}")
    return type(default)(number) if isinstance(default, MetabaseFlags) else number


def _make() -> JsonConverter:
    converter = make_converter()
    for kind in (str, int, bool):
        converter.register_structure_hook(kind, _strict(kind))
    for words in (Cause, Probe):
        converter.register_unstructure_hook(words, str)
        converter.register_structure_hook(words, _read_member)
    converter.register_structure_hook_factory(is_dataclass, _whole)
    converter.register_structure_hook_factory(_is_tuple, _read_tuple)
    for address in (IPv4Address, IPv4Network):
        converter.register_unstructure_hook(address, str)
        converter.register_structure_hook(address, lambda data, kind: kind(_strict(str)(data, str)))
    converter.register_unstructure_hook(datetime, datetime.isoformat)
    converter.register_structure_hook(datetime, _read_moment)
    converter.register_unstructure_hook(timedelta, timedelta.total_seconds)
    converter.register_structure_hook(timedelta, _read_duration)
    converter.register_unstructure_hook(Unknown, _write_unknown)
    converter.register_structure_hook(Unknown, _read_unknown)
    converter.register_unstructure_hook_func(_may_be_unknown, _write_perhaps_unknown)
    converter.register_structure_hook_factory(_may_be_unknown, _read_perhaps_unknown)
    converter.register_unstructure_hook(RegistryValue, _write_data)
    converter.register_structure_hook(RegistryValue, _read_value)
    converter.register_unstructure_hook(ViewedKey, _write_key)
    converter.register_structure_hook(ViewedKey, _read_key)
    return converter


def _read_moment(data: Json, _: object) -> datetime:
    text = _strict(str)(data, str)
    try:
        moment = datetime.fromisoformat(text)
        # At both ends of the calendar a local time may have no time in UTC.
        moment.astimezone(UTC)
    except (ValueError, OverflowError):
        moment = None
    if moment is None or moment.tzinfo is None:
        raise FactsJsonError("expected a time with its offset from UTC")
    return moment


def _read_duration(data: Json, _: object) -> timedelta:
    if type(data) not in (int, float):
        raise FactsJsonError("expected a number of seconds")
    return timedelta(seconds=data)


_CONVERTER = _make()

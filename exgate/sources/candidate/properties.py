"""The metabase's properties by the names that adsutil.vbs and ADSI scripts use, and their values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum
from ipaddress import AddressValueError, IPv4Address

from exgate.facts.bindings import Binding, ScriptMap
from exgate.facts.change import Origin, PlanError
from exgate.facts.flags import AccessFlags, AccessSSLFlags, AuthFlags, MetabaseFlags
from exgate.facts.metabase_schema import DEFINITIONS, PropertyDefinition, PropertyValue


class Kind(Enum):
    """The form in which ADSI takes a property's value."""

    NUMBER = "a number"
    SWITCH = "TRUE or FALSE"
    TEXT = "a text"
    LIST = "a list of texts"
    OBJECT = "an object"


@dataclass(frozen=True, slots=True)
class Property:
    """A property that ADSI knows.

    Attributes:
        name: As IIS's schema writes it.
        kind: The form of its value.
        definition: What the requirements know it as; None where none depends on it.
        bits: Which bits of the definition it stands for, 0 for the whole property.
    """

    name: str
    kind: Kind
    definition: PropertyDefinition | None = None
    bits: int = 0


_SWITCHES: Mapping[str, MetabaseFlags] = {
    **{flag.name or "": flag for flags in (AuthFlags, AccessFlags) for flag in flags},
    "AccessSSL": AccessSSLFlags.AccessSSL,
    "AccessSSL128": AccessSSLFlags.AccessSSL128,
    "AccessSSLMapCert": AccessSSLFlags.AccessMapCert,
    "AccessSSLNegotiateCert": AccessSSLFlags.AccessNegotiateCert,
    "AccessSSLRequireCert": AccessSSLFlags.AccessRequireCert,
}
"""ADSI names three bits otherwise than MetaBase.xml."""

SERVER_AUTO_START = "ServerAutoStart"
"""Whether a web site starts with its service."""
_OTHERS: Mapping[Kind, str] = {
    Kind.NUMBER: (
        "AppIsolated AspQueueTimeout AspScriptTimeout AspSessionTimeout AuthPersistence CacheControlMaxAge "
        "CGITimeout ConnectionTimeout DirBrowseFlags LogExtFileFlags LogFilePeriod LogFileTruncateSize LogonMethod "
        "LogType MaxBandwidth MaxConnections MaxEndpointConnections MinFileBytesPerSec ServerListenBacklog ServerSize"
    ),
    Kind.SWITCH: (
        "AllowKeepAlive AllowPathInfoForScriptMappings AspAllowSessionState AspBufferingOn AspEnableParentPaths "
        "AspScriptErrorSentToBrowser CacheControlNoCache CacheISAPI ContentIndexed CreateProcessAsUser DontLog "
        "DirBrowseShowDate DirBrowseShowExtension DirBrowseShowLongDate DirBrowseShowSize DirBrowseShowTime "
        "EnableDefaultDoc EnableDirBrowsing EnableReverseDns FrontPageWeb ServerAutoStart SSIExecDisable"
    ),
    Kind.TEXT: (
        "AppFriendlyName AppPackageID AppPackageName AppRoot CacheControlCustom DefaultDoc "
        "DefaultDocFooter HttpExpires LogFileDirectory LogPluginClsid Realm"
    ),
    Kind.LIST: "HttpCustomHeaders HttpErrors HttpPics",
}
"""Properties of a web site's keys that no requirement depends on."""

_BY_ANOTHER_NAME = {"authorization": "AuthFlags", "accessperm": "AccessFlags", "vrpath": "Path"}
"""Short forms of adsutil.vbs that clear what they do not name."""


def _kind(definition: PropertyDefinition) -> Kind:
    default = definition.default
    if isinstance(default, str):
        return Kind.TEXT
    if isinstance(default, int):
        return Kind.NUMBER
    return Kind.LIST if isinstance(default, tuple) else Kind.OBJECT


def _table() -> dict[str, Property]:
    known = {d.name: d for d in DEFINITIONS if d.in_schema}
    whole = [Property(name, _kind(definition), definition) for name, definition in known.items()]
    bits = [Property(name, Kind.SWITCH, known[type(bit).__name__], bit) for name, bit in _SWITCHES.items()]
    others = [Property(name, kind) for kind, names in _OTHERS.items() for name in names.split()]
    return {found.name.lower(): found for found in (*whole, *bits, *others)}


_PROPERTIES = _table()


def find(name: str) -> Property | None:
    """Give the property of a name, in any case."""
    return _PROPERTIES.get(name.lower())


def demand(name: str, origin: Origin) -> Property:
    """Give the property of a name.

    Raises:
        PlanError: There is none that is known; the text tells the nearest.
    """
    found = find(name)
    if found:
        return found
    if name.isdecimal():
        raise PlanError(origin, f"whether IIS's scripts take a property by its number ({name}) is not known")
    other = _BY_ANOTHER_NAME.get(name.lower())
    if other:
        raise PlanError(origin, f"{name} is not understood: set {other}")
    near = get_close_matches(name.lower(), _PROPERTIES, n=1, cutoff=0.75)
    hint = f"; the nearest name is {_PROPERTIES[near[0]].name}" if near else ""
    raise PlanError(origin, f"{name!r} is no property of a web site that is known{hint}")


def typed(definition: PropertyDefinition, value: int | str | tuple[str, ...], origin: Origin) -> PropertyValue:
    """Give the typed value of a property out of what a command or script sets.

    Raises:
        PlanError: It is no value of this property.
    """
    name = definition.name
    try:
        if isinstance(definition.default, MetabaseFlags) and isinstance(value, int):
            return _flags(type(definition.default), value)
        if name == "ScriptMaps" and isinstance(value, tuple):
            return tuple(map(_script_map, value))
        if isinstance(definition.default, tuple) and isinstance(value, tuple):
            return tuple(map(_binding, value))
    except ValueError as error:
        raise PlanError(origin, f"no value of {name}: {error}") from None
    if isinstance(definition.default, str) and isinstance(value, str):
        return value
    raise PlanError(origin, f"{name} takes {_kind(definition).value}")


def _flags(kind: type[MetabaseFlags], number: int) -> MetabaseFlags:
    unknown = number & ~sum(kind)
    if unknown:
        raise ValueError(f"{number} has bits that it does not have ({unknown})")
    return kind(number)


def _binding(text: str) -> Binding:
    address, _, rest = text.partition(":")
    port = rest.partition(":")[0]
    if not (port.isascii() and port.isdecimal() and len(port) <= len("65535") and int(port) in range(1, 2**16)):
        raise ValueError(f"{text!r} is not IP:port:host")
    if address:
        try:
            IPv4Address(address)
        except AddressValueError:
            raise ValueError(f"{text!r} is not IP:port:host") from None
    return Binding.parse(text)


def _script_map(text: str) -> ScriptMap:
    flags = text.split(",")[2:3]
    if not (flags and flags[0].isascii() and flags[0].isdecimal()):
        raise ValueError(f"{text!r} is not extension,processor,flags")
    return ScriptMap.parse(text)

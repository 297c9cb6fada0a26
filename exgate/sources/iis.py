r"""The metabase by WMI: IIS's settings classes in root\MicrosoftIISv2."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from ipaddress import IPv4Network

from exgate.facts.bindings import Binding, ScriptMap
from exgate.facts.flags import AccessFlags, AccessSSLFlags, AuthFlags
from exgate.facts.ip_restrictions import IPRestrictions, parse_ip_entry
from exgate.facts.metabase import VIRTUAL_DIRECTORY, WEB_SITE
from exgate.facts.metabase_schema import PropertyValue
from exgate.facts.metabase_view import MetabaseView, ViewedKey
from exgate.facts.software import IisVersion, OperatingSystem
from exgate.facts.unknown import Unknown, UnknownFact
from exgate.wsman.answers import Item, Value, integer, values_of

NAMESPACE = r"root\MicrosoftIISv2"
SITES = (
    "SELECT Name, AuthFlags, AccessSSLFlags, NTAuthenticationProviders, DefaultLogonDomain, ServerBindings, "
    "ServerComment FROM IIsWebServerSetting"
)
VIRTUAL_DIRECTORIES = (
    "SELECT Name, AuthFlags, AccessSSLFlags, AccessFlags, NTAuthenticationProviders, DefaultLogonDomain, HttpRedirect, "
    "Path, ScriptMaps FROM IIsWebVirtualDirSetting"
)
IP_SECURITY = "SELECT Name, GrantByDefault, IPDeny, IPGrant, DomainDeny, DomainGrant FROM IIsIPSecuritySetting"
VERSION = "SELECT MajorIIsVersionNumber, MinorIIsVersionNumber FROM IIsWebInfo"

_WINDOWS_OF_IIS_6 = "5.2"
_NOBODY = IPv4Network("0.0.0.0/32")
"""IIS keeps "everybody denied" as a grant for this address."""
_PORTS = range(1, 2**16)
_LOOK = "look at it in IIS Manager, and report this answer as a defect"


def view(sites: Iterable[Item], vdirs: Iterable[Item], ip_security: Iterable[Item] | Unknown) -> MetabaseView:
    """Put the answers to `SITES`, `VIRTUAL_DIRECTORIES` and `IP_SECURITY` together into one view.

    Args:
        sites: Items of IIsWebServerSetting.
        vdirs: Items of IIsWebVirtualDirSetting.
        ip_security: Items of IIsIPSecuritySetting, or why they could not be read.

    Raises:
        UnknownFact: An item has no name.
    """
    restrictions = ip_security if isinstance(ip_security, Unknown) else dict(_restrictions(ip_security))
    keys = [*_keys(sites, WEB_SITE, restrictions), *_keys(vdirs, VIRTUAL_DIRECTORY, restrictions)]
    return MetabaseView({key.location.lower(): key for key in keys})


def version(items: Iterable[Item]) -> IisVersion | Unknown:
    """Read the answer to `VERSION`."""
    for item in items:
        major, minor = integer(item.get("MajorIIsVersionNumber")), integer(item.get("MinorIIsVersionNumber"))
        if major is not None and minor is not None:
            return IisVersion(major, minor)
    return Unknown("IIsWebInfo shows no version", "check HKLM\\SOFTWARE\\Microsoft\\InetStp\\MajorVersion")


def version_of_windows(system: OperatingSystem | Unknown) -> IisVersion | None:
    """Give the IIS that this Windows has, None where it may be another: IIS 6.0 is Windows 5.2's, and 5.2 has no other.

    Args:
        system: Windows, of a server whose `NAMESPACE` answers.
    """
    is_5_2 = isinstance(system, OperatingSystem) and system.version.startswith(f"{_WINDOWS_OF_IIS_6}.")
    return IisVersion(6, 0) if is_5_2 else None


def _keys(
    items: Iterable[Item], key_type: str, restrictions: Mapping[str, IPRestrictions | Unknown] | Unknown
) -> Iterator[ViewedKey]:
    for item in items:
        location = _location(item)
        values = {prop: read(item[prop], prop) for prop, read in _READERS.items() if prop in item}
        if key_type == WEB_SITE:
            # An array that is null is left out of the answer.
            values.setdefault("ServerBindings", ())
        else:
            values.setdefault("ScriptMaps", ())
        if isinstance(restrictions, Unknown):
            values["IPSecurity"] = restrictions
        else:
            missing = Unknown(f"WMI shows no IIsIPSecuritySetting for {location}", _LOOK)
            values["IPSecurity"] = restrictions.get(location.lower(), missing)
        yield ViewedKey(location, key_type, values)


def _location(item: Item) -> str:
    """Give the location of an item's key; WMI leaves out the metabase's ``/LM/``.

    Raises:
        UnknownFact: It has no name, so that nobody knows what was not seen.
    """
    name = item.get("Name")
    if not isinstance(name, str) or not name.strip("/"):
        raise UnknownFact(Unknown("WMI showed a key of the metabase without its name", _LOOK))
    return f"/LM/{name.strip('/')}"


def _text(value: Value, name: str) -> str | Unknown:
    if value is None:
        return ""
    return value if isinstance(value, str) else _strange(name)


def _flags(kind: Callable[[int], PropertyValue]) -> Callable[[Value, str], PropertyValue | Unknown]:
    def read(value: Value, name: str) -> PropertyValue | Unknown:
        number = integer(value)
        return _strange(name) if number is None else kind(number & 0xFFFFFFFF)

    return read


def _bindings(value: Value, name: str) -> tuple[Binding, ...] | Unknown:
    entries = values_of({name: value}, name)
    bindings = []
    for entry in entries:
        fields = _embedded(entry, "Port")
        if fields is None:
            return _strange(name)
        port = integer(fields["Port"])
        address, host = (_text(fields.get(field, ()), name) for field in ("IP", "Hostname"))
        if port is None or port not in _PORTS or not isinstance(address, str) or not isinstance(host, str):
            return _strange(name)
        bindings.append(Binding(address, port, host))
    return tuple(bindings)


def _script_maps(value: Value, name: str) -> tuple[ScriptMap, ...] | Unknown:
    maps = []
    for entry in values_of({name: value}, name):
        fields = _embedded(entry, "ScriptProcessor")
        if fields is None:
            return _strange(name)
        flags = integer(fields.get("Flags"))
        texts = [_text(fields.get(field, ()), name) for field in ("Extensions", "ScriptProcessor", "IncludedVerbs")]
        extension, processor, verbs = texts
        if flags is None or not (isinstance(extension, str) and isinstance(processor, str) and isinstance(verbs, str)):
            return _strange(name)
        maps.append(ScriptMap(extension, processor, flags, tuple(v.strip() for v in verbs.split(",") if v.strip())))
    return tuple(maps)


def _embedded(value: Value, field: str) -> Mapping[str, Value] | None:
    """Give an embedded object, which may stand in an element of its class's name."""
    if not isinstance(value, Mapping):
        return None
    if field in value:
        return value
    inner = next(iter(value.values()), None)
    return inner if len(value) == 1 and isinstance(inner, Mapping) and field in inner else None


def _strange(name: str) -> Unknown:
    return Unknown(f"WMI showed {name} in a form that is not known", _LOOK)


def _restrictions(items: Iterable[Item]) -> Iterator[tuple[str, IPRestrictions | Unknown]]:
    for item in items:
        yield _location(item).lower(), _restriction(item)


def _restriction(item: Item) -> IPRestrictions | Unknown:
    granted = {"true": True, "false": False}.get(str(item.get("GrantByDefault")).lower())
    if granted is None:
        return _strange("GrantByDefault")
    try:
        return IPRestrictions(
            grant_by_default=granted,
            ip_grant=tuple(n for n in map(parse_ip_entry, _entries(item, "IPGrant")) if n != _NOBODY),
            ip_deny=tuple(map(parse_ip_entry, _entries(item, "IPDeny"))),
            domain_grant=_entries(item, "DomainGrant"),
            domain_deny=_entries(item, "DomainDeny"),
        )
    except ValueError as error:
        return Unknown(f"an entry of the IP restrictions could not be understood: {error}", _LOOK)


def _entries(item: Item, name: str) -> tuple[str, ...]:
    """Give a list's entries; WMI leaves out an array that is null, and may show an empty one as one empty element.

    Raises:
        ValueError: An entry is no text.
    """
    entries = tuple(entry for entry in values_of(item, name) if entry)
    texts = tuple(entry for entry in entries if isinstance(entry, str))
    if len(texts) != len(entries):
        raise ValueError(f"{name} holds something else than text")
    return texts


_READERS: Mapping[str, Callable[[Value, str], PropertyValue | Unknown]] = {
    "AuthFlags": _flags(AuthFlags),
    "AccessSSLFlags": _flags(AccessSSLFlags),
    "AccessFlags": _flags(AccessFlags),
    "NTAuthenticationProviders": _text,
    "DefaultLogonDomain": _text,
    "HttpRedirect": _text,
    "Path": _text,
    "ServerComment": _text,
    "ServerBindings": _bindings,
    "ScriptMaps": _script_maps,
}

"""The metabase by ADSI, out of the collector's rows: the same view that WMI gives of a live host."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from exgate.facts.metabase import VIRTUAL_DIRECTORY, WEB_SITE
from exgate.facts.metabase_view import MetabaseView, ViewedKey
from exgate.facts.unknown import Unknown
from exgate.sources import iis
from exgate.sources.folder.collected_rows import Row, Rows, columns, incomplete, item_of, missing, not_read, single
from exgate.wsman.answers import Item, Value, values_of

ADSI = "adsi"
LOCATION = "/LM/W3SVC"
SECURITY = "IPSecurity"
_NAME = "Name"


def _but_name(query: str) -> tuple[str, ...]:
    """Give the properties that WMI is asked for; the name is what the collector's rows stand under."""
    return tuple(name for name in columns(query) if name != _NAME)


_RESTRICTIONS = _but_name(iis.IP_SECURITY)
_PROPERTIES = {WEB_SITE: _but_name(iis.SITES), VIRTUAL_DIRECTORY: _but_name(iis.VIRTUAL_DIRECTORIES)}
_LOOK = "look at it in IIS Manager, and report this file as a defect"


def read_view(rows: Rows) -> MetabaseView | Unknown:
    """Read the web sites and virtual directories; what was found is all only where the collector counted as many."""
    counted = single([row for row in rows.of(ADSI, LOCATION) if row.tag == "#"], "the metabase")
    if isinstance(counted, Unknown):
        return counted
    keys = [_key(place, of_key) for place, of_key in rows.groups[ADSI].items() if place != LOCATION]
    by_place = {key.place.lower(): key for key in keys}
    if (
        counted != str(len(by_place))
        or len(by_place) != len(keys)
        or any(key.key_type not in _PROPERTIES for key in keys)
    ):
        return incomplete("the metabase")
    sites, vdirs = ([key.item for key in keys if key.key_type == kind] for kind in (WEB_SITE, VIRTUAL_DIRECTORY))
    view = iis.view(sites, vdirs, [key.restrictions for key in keys])
    return MetabaseView({place: _explained(key, by_place[place].unknown) for place, key in view.keys.items()})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Key:
    """One key, as the items that WMI would have shown.

    Attributes:
        place: Its location.
        key_type: Its type, ``""`` where the rows do not tell it.
        item: Its settings.
        restrictions: Its IIsIPSecuritySetting.
        unknown: By property, why it could not be read.
    """

    place: str
    key_type: str
    item: Item
    restrictions: Item
    unknown: Mapping[str, Unknown]


def _key(place: str, rows: Iterable[Row]) -> _Key:
    by_name: dict[str, list[Row]] = {}
    for row in rows:
        by_name.setdefault(row.name, []).append(row)
    types = [row.tag for row in by_name.get("", ())]
    well_placed = place.startswith(f"{LOCATION}/") and place == place.rstrip("/")
    key_type = types[0] if len(types) == 1 and well_placed else ""
    item, unknown = _values(by_name, _PROPERTIES.get(key_type, ()), place)
    restrictions, missed = _values(by_name, _RESTRICTIONS, place)
    failed = single(by_name[SECURITY], f"{SECURITY} of {place}") if SECURITY in by_name else None
    # Without one of the lists nobody knows who gets in.
    reasons = [reason for reason in (failed, *missed.values()) if isinstance(reason, Unknown)]
    if reasons:
        unknown[SECURITY] = reasons[0]
    name = {_NAME: place.removeprefix("/LM/")}
    return _Key(place=place, key_type=key_type, item=item | name, restrictions=restrictions | name, unknown=unknown)


def _values(
    by_name: Mapping[str, list[Row]], names: Iterable[str], place: str
) -> tuple[dict[str, Value], dict[str, Unknown]]:
    """Read properties: the values of those that are all there, and why the others are not known."""
    values: dict[str, Value] = {}
    unknown: dict[str, Unknown] = {}
    for name in names:
        value = _value(by_name.get(name, []), name, f"{name} of {place}")
        if isinstance(value, Unknown):
            unknown[name] = value
        else:
            values[name] = value
    return values, unknown


def _value(rows: list[Row], name: str, what: str) -> Value | Unknown:
    if not rows:
        return missing(what)
    error = next((row.error for row in rows if row.error), "")
    if error:
        return not_read(what, error)
    if (name in _LISTS) != any(row.tag.endswith("#") for row in rows):
        return incomplete(what)
    item = item_of(rows, what)
    if isinstance(item, Unknown):
        return item
    value = item[name]
    if name in _LISTS:
        entries = (entry for entry in values_of(item, name) if entry)
        return tuple(_LISTS[name](str(entry)) for entry in entries)
    return value if isinstance(value, str) else incomplete(what)


def _binding(text: str) -> Value:
    """Give an entry of ServerBindings as WMI's ServerBinding, nothing where it is none."""
    parts = text.split(":")
    return dict(zip(("IP", "Port", "Hostname"), parts, strict=True)) if len(parts) == 3 else {}  # noqa: PLR2004 - these


def _script_map(text: str) -> Value:
    """Give an entry of ScriptMaps as WMI's ScriptMap, nothing where it is none."""
    parts = text.split(",", 3)
    names = ("Extensions", "ScriptProcessor", "Flags", "IncludedVerbs")
    return {"IncludedVerbs": ""} | dict(zip(names, parts, strict=False)) if len(parts) > 2 else {}  # noqa: PLR2004 - the first three


_LISTS: Mapping[str, Callable[[str], Value]] = {
    "ServerBindings": _binding,
    "ScriptMaps": _script_map,
    **dict.fromkeys((name for name in _RESTRICTIONS if name != "GrantByDefault"), str),
}
"""The properties that are lists, and how one of their entries is read."""


def _explained(key: ViewedKey, unknown: Mapping[str, Unknown]) -> ViewedKey:
    """Put the collector's own reasons into a key; what WMI's reader could not understand WMI has not shown."""
    strange = {
        name: Unknown(f"the collector showed {name} of {key.location} in a form that is not known", _LOOK)
        for name, value in key.values.items()
        if isinstance(value, Unknown) and name != SECURITY
    }
    return replace(key, values=dict(key.values) | strange | dict(unknown))

"""The metabase's facts as named rows: ``metabase /LM/W3SVC/1/ROOT/Exchange AuthFlags``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from exgate.facts.metabase import VIRTUAL_DIRECTORY, WEB_SITE, Metabase
from exgate.facts.metabase_schema import BY_NAME, FORMS_BASED_AUTHENTICATION, PropertyValue
from exgate.facts.named import KEY_TYPE, METABASE, NamedFact, bounded
from exgate.facts.registry import EXCHANGE
from exgate.facts.unknown import Unknown, UnknownFact

OF_EVERY_SITE = ("ServerBindings", "ServerComment")
OF_THE_SITE = ("AuthFlags", "AccessSSLFlags", "NTAuthenticationProviders", "DefaultLogonDomain", "IPSecurity")
OF_A_VDIR = (
    *OF_THE_SITE,
    *("AccessFlags", "HttpRedirect", "Path", "ScriptMaps", FORMS_BASED_AUTHENTICATION),
)
"""All that is read of a virtual directory."""

_SITE = re.compile(r"/LM/W3SVC/\d+", re.IGNORECASE)
_EXCHANGES_OWN = (EXCHANGE, "/Microsoft-Server-ActiveSync", "/OMA", "/Exadmin", "/Public")
"""The virtual directories that Exchange 2003's setup makes; any of them tells its web site."""
_JUDGED = _EXCHANGES_OWN[:3]


def list_metabase(metabase: Metabase | Unknown, mobile_vdir: str, most: int) -> Iterator[NamedFact]:
    """Give the rows.

    Args:
        metabase: The metabase.
        mobile_vdir: The name of the virtual directory that ActiveSync and OMA use: ``/Exchange``.
        most: How many web sites, and virtual directories of a site, are listed at most.
    """
    if isinstance(metabase, Unknown):
        yield NamedFact(METABASE, None, unknown=metabase.reason)
        return
    try:
        sites = sorted(filter(_SITE.fullmatch, metabase.locations(WEB_SITE)), key=lambda site: (len(site), site))
    except UnknownFact as error:
        yield NamedFact(METABASE, None, unknown=error.unknown.reason)
        return
    if not sites:
        # It is no absence: an account that may not see IIS's configuration is shown none.
        yield NamedFact(METABASE, None, unknown="no web site at all was shown")
        return
    if len(sites) > most:
        yield _cut(f"of {len(sites)} web sites the first {most} are listed")
    for site in sites[:most]:
        yield _exists(site, WEB_SITE)
        yield from _settings(metabase, site, OF_EVERY_SITE)
    names = {name.lower(): name for name in (*_EXCHANGES_OWN, mobile_vdir)}.values()
    homes = [site for site in sites[:most] if any(_holds(metabase, f"{site}/ROOT{name}") for name in names)]
    for site in homes:
        yield from _settings(metabase, site, OF_THE_SITE)
        yield from _of_exchange(metabase, site, mobile_vdir)
    yield from _vdirs(metabase, homes, most)


def _of_exchange(metabase: Metabase, site: str, mobile_vdir: str) -> Iterator[NamedFact]:
    names = {name.lower(): name for name in ("", *_JUDGED, mobile_vdir)}.values()
    for name in names:
        location = f"{site}/ROOT{name}"
        try:
            stored = metabase.stored_location(location)
        except UnknownFact as error:
            yield NamedFact(_name(location, KEY_TYPE), None, unknown=error.unknown.reason)
            continue
        if stored:
            yield from _settings(metabase, stored, OF_A_VDIR)


def _vdirs(metabase: Metabase, homes: Iterable[str], most: int) -> Iterator[NamedFact]:
    """Give every virtual directory's key, Exchange's web site first."""
    first = tuple(f"{home}/ROOT".lower() for home in homes)

    def order(vdir: str) -> tuple[bool, str]:
        return not vdir.lower().startswith(first), vdir.lower()

    try:
        every = sorted(metabase.locations(VIRTUAL_DIRECTORY), key=order)
    except UnknownFact as error:
        yield NamedFact(METABASE, None, unknown=error.unknown.reason)
        return
    for vdir in every[:most]:
        yield _exists(vdir, VIRTUAL_DIRECTORY)
    if len(every) > most:
        yield _cut(f"of {len(every)} virtual directories the first {most} are listed")


def _cut(reason: str) -> NamedFact:
    """Say that the group's rows are not all: one that is missing is not seen, which is not the same as gone."""
    return NamedFact(METABASE, None, unknown=reason)


def _exists(location: str, key_type: str) -> NamedFact:
    return NamedFact(_name(location, KEY_TYPE), key_type)


def _settings(metabase: Metabase, location: str, names: Iterable[str]) -> Iterator[NamedFact]:
    for name in names:
        try:
            setting = metabase.effective(location, name)
        except UnknownFact as error:
            yield NamedFact(_name(location, name), None, unknown=error.unknown.reason)
        else:
            yield NamedFact(_name(location, name), bounded(_show(name, setting.value)), setting.where)


def _show(name: str, value: PropertyValue) -> str:
    """Show a value; one that is absent and one that says what its absence means are shown alike."""
    meant = BY_NAME[name].stands_for
    if meant is not None and BY_NAME[name].same(value, meant):
        value = meant
    return "; ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _holds(metabase: Metabase, location: str) -> bool:
    try:
        return metabase.stored_location(location) is not None
    except UnknownFact:
        return True


def _name(location: str, name: str) -> str:
    return f"{METABASE} {location} {name}"

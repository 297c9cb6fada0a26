"""collected.csv of a server of the lab, as the collector would write it there."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from exgate.facts.metabase_xml import read_metabase
from exgate.facts.registry import EXCHANGE_SETUP, MASSYNC, MASSYNC_PARAMETERS, resembles_exchange_vdir
from exgate.facts.sharepoint import PORTS, WEB_SERVER_EXTENSIONS
from exgate.lab import cimv2, iis_wmi
from exgate.lab.cim import Instance, NullArray
from exgate.lab.configuration import written
from exgate.lab.definition import ServerDefinition
from exgate.lab.registry import Hives
from exgate.lab.wmi import Wmi
from exgate.lab.wql import parse_wql
from exgate.sources import event_log, iis, windows
from exgate.sources.folder.collected import INETSTP
from exgate.sources.folder.collected_rows import COLUMNS, columns

COLLECTED_AT = datetime(2026, 3, 30, 10, 0, 0, tzinfo=timezone(timedelta(hours=2)))
LISTS = {
    "IPAddress",
    "InsertionStrings",
    "ServerBindings",
    "ScriptMaps",
    "IPDeny",
    "IPGrant",
    "DomainDeny",
    "DomainGrant",
}
WANTED = {"services version", "servicepackbuild", "majorversion", "minorversion"}
READERS = {
    1: ("GetStringValue", "sValue"),
    2: ("GetExpandedStringValue", "sValue"),
    4: ("GetDWORDValue", "uValue"),
    7: ("GetMultiStringValue", "sValue"),
}

Row = tuple[str, str, str, str, str, str]


def as_file(rows) -> bytes:
    """Write rows as the script does: every field in quotes, CRLF, UTF-16 with its mark."""
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows([COLUMNS, *rows])
    return b"\xff\xfe" + text.getvalue().encode("utf-16-le")


def bound_of(started: datetime) -> datetime:
    return min(started, COLLECTED_AT - timedelta(days=365))


def rows_of(definition: ServerDefinition) -> tuple[Row, ...]:
    """Give the rows of a server."""
    return tuple(_Collector(definition).rows())


def queries_of(definition: ServerDefinition) -> dict[tuple[str, str], str]:
    """Give what the collector asks WMI there, by the rows' kind and subject."""
    bound, start = bound_of(definition.iis_admin_start), definition.iis_admin_start
    iis_admin = next(s for s in ask(definition, windows.SERVICES) if s.get("Name") == "IISADMIN")
    names = f"Address = '{definition.computer_name}' OR Address = '{definition.dns_name}'"
    queries = {
        ("wmi", "Win32_OperatingSystem"): windows.OPERATING_SYSTEM,
        ("wmi", "Win32_ComputerSystem"): windows.COMPUTER,
        ("wmi", "Win32_NetworkAdapterConfiguration"): windows.ADAPTERS,
        ("wmi", "Win32_PingStatus"): windows.RESOLUTION + names,
        ("wmi", "Win32_Service"): windows.SERVICES,
        ("wmi", "IIsWebInfo"): iis.VERSION,
    }
    if iis_admin.get("State") == "Running":
        queries["wmi", "Win32_Process"] = windows.PROCESS.format(iis_admin.get("ProcessId"))
        queries["event", "older than the start"] = event_log.OLDER.format(since=dmtf(start, 0))
    else:
        bound = COLLECTED_AT - timedelta(days=365)
    since = dmtf(bound, 0)
    return queries | {
        ("event", "Win32_NTLogEvent"): event_log.EVENTS.format(since=since),
        ("event", "older than the bound"): event_log.OLDER.format(since=since),
    }


def ask(definition: ServerDefinition, query: str) -> list[Instance]:
    """Give what the lab's WMI shows."""
    classes = {
        "cimv2": cimv2.classes(definition),
        "iis": iis_wmi.classes(written(definition, read_metabase)),
    }
    wmi = Wmi(classes, frozenset())
    parsed = parse_wql(query)
    place = "iis" if parsed.class_name.startswith("IIs") else "cimv2"
    return wmi._select(wmi._class(place, parsed.class_name), parsed)


def dmtf(when: datetime, minutes: int = 120) -> str:
    local = when.astimezone(timezone(timedelta(minutes=minutes)))
    return f"{local:%Y%m%d%H%M%S}.000000{minutes:+04d}"


def text_of(value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return dmtf(value)
    return "" if value is None or isinstance(value, NullArray) else str(value)


def listed(kind, subject, name, tag, value):
    """Write a value, or a list and how many it has."""
    if name not in LISTS:
        yield (kind, subject, name, tag, text_of(value), "")
        return
    entries = value if isinstance(value, tuple) else ()
    yield from ((kind, subject, name, tag, text_of(entry), "") for entry in entries)
    yield (kind, subject, name, f"{tag}#", str(len(entries)), "")


@dataclass(frozen=True)
class _Collector:
    definition: ServerDefinition

    def rows(self):
        yield ("about", "", "schema", "", "1", "")
        yield ("about", "", "script_version", "", "1.0", "")
        yield ("about", "", "computer", "", self.definition.computer_name, "")
        yield from self._query("wmi", "Win32_OperatingSystem", windows.OPERATING_SYSTEM)
        yield ("about", "", "collected_at", "", "2026-03-30T08:00:00Z", "")
        yield from self._query("wmi", "Win32_ComputerSystem", windows.COMPUTER)
        yield from self._query("wmi", "Win32_NetworkAdapterConfiguration", windows.ADAPTERS)
        host = self.definition.computer_name
        condition = f"Address = '{host}' OR Address = '{self.definition.dns_name}'"
        yield from self._query("wmi", "Win32_PingStatus", windows.RESOLUTION + condition)
        yield from self._query("wmi", "Win32_Service", windows.SERVICES)
        service = next((s for s in ask(self.definition, windows.SERVICES) if s.get("Name") == "IISADMIN"), None)
        runs = service is not None and service.get("State") == "Running"
        if runs:
            yield from self._query("wmi", "Win32_Process", windows.PROCESS.format(service.get("ProcessId")))
        yield from self._query("wmi", "IIsWebInfo", iis.VERSION)
        for path in (MASSYNC_PARAMETERS, MASSYNC, EXCHANGE_SETUP, INETSTP):
            yield from self._values(path)
        for path in (WEB_SERVER_EXTENSIONS, PORTS):
            yield from self._subkeys(path)
        yield from self._events(runs=runs)
        yield from self._metabase()
        yield ("about", "MetaBase.xml", "", "", "written", "")
        yield ("about", "", "end", "", "", "")

    def _query(self, kind, subject, query, most=None):
        instances = ask(self.definition, query)[:most]
        for number, instance in enumerate(instances, 1):
            for name in columns(query):
                value = COLLECTED_AT if name == "LocalDateTime" else instance.get(name)
                yield from listed(kind, subject, name, str(number), value)
        yield (kind, subject, "", "#", str(len(instances)), "")

    def _values(self, path):
        subject, hives = f"HKLM\\{path}", Hives(self.definition.full_registry())
        output, result = hives._enum_values(subject.lower())
        if result == 2:
            yield ("registry", subject, "", "values#", "", "not found")
            return
        names = output["sNames"] or ()
        for name, kind in zip(names, output["Types"] or (), strict=True):
            if not (name.lower() in WANTED or resembles_exchange_vdir(name)):
                yield ("registry", subject, name, kind, "", "not asked for")
                continue
            reader = READERS.get(int(kind))
            data = hives._get_value(subject.lower(), reader[0], name)[0][reader[1]] if reader else ("",)
            yield from (("registry", subject, name, kind, text, "") for text in data)
            if kind == "7":
                yield ("registry", subject, name, "7#", str(len(data)), "")
        yield ("registry", subject, "", "values#", str(len(names)), "")

    def _subkeys(self, path):
        subject, hives = f"HKLM\\{path}", Hives(self.definition.full_registry())
        output, result = hives._enum_key(subject.lower())
        if result == 2:
            yield ("registry", subject, "", "subkeys#", "", "not found")
            return
        names = output["sNames"] or ()
        yield from (("registry", subject, name, "subkey", "", "") for name in names)
        yield ("registry", subject, "", "subkeys#", str(len(names)), "")

    def _events(self, *, runs):
        started = self.definition.iis_admin_start
        bound = bound_of(started) if runs else COLLECTED_AT - timedelta(days=365)
        in_utc = bound.astimezone(timezone.utc)  # noqa: UP017 - timezone is imported for the offsets
        yield ("event", "bound", "", "", f"{in_utc:%Y-%m-%dT%H:%M:%SZ}", "")
        since = dmtf(bound, 0)
        yield from self._query("event", "Win32_NTLogEvent", event_log.EVENTS.format(since=since))
        yield from self._query("event", "older than the bound", event_log.OLDER.format(since=since), 1)
        if runs:
            yield from self._query("event", "older than the start", event_log.OLDER.format(since=dmtf(started, 0)), 1)

    def _metabase(self):
        configuration = written(self.definition, read_metabase)
        keys = 0
        for key_type, query in (("IIsWebServer", iis.SITES), ("IIsWebVirtualDir", iis.VIRTUAL_DIRECTORIES)):
            for place in configuration.metabase.locations(key_type):
                if not place.upper().startswith("/LM/W3SVC/"):
                    continue
                keys += 1
                yield ("adsi", place, "", key_type, "", "")
                for name in columns(query)[1:]:
                    value = configuration.metabase.effective(place, name).value
                    shown = str(int(value)) if isinstance(value, int) else value
                    yield from listed("adsi", place, name, key_type, shown)
                access = configuration.restrictions(place)
                yield from listed("adsi", place, "GrantByDefault", key_type, access.grant_by_default)
                for name, networks in (("IPDeny", access.ip_deny), ("IPGrant", access.ip_grant)):
                    entries = tuple(f"{net.network_address},{net.netmask}" for net in networks)
                    yield from listed("adsi", place, name, key_type, entries)
                yield from listed("adsi", place, "DomainDeny", key_type, access.domain_deny)
                yield from listed("adsi", place, "DomainGrant", key_type, access.domain_grant)
        yield ("adsi", "/LM/W3SVC", "", "#", str(keys), "")

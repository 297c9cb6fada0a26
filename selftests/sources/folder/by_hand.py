"""A host's folder as an administrator would make it on a server of the lab: exports, copies and console outputs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import yaml

from exgate.facts.metabase import MetabaseFile, MetabaseKey, MetabaseProperty, ancestors
from exgate.facts.metabase_schema import BY_NAME
from exgate.facts.metabase_writer import write_metabase
from exgate.facts.metabase_xml import INHERITED_PROPERTIES, read_metabase
from exgate.facts.reg_file import LOCAL_MACHINE, write_reg
from exgate.facts.registry import EXCHANGE_SETUP, MASSYNC, RegistryKey, RegistryType, RegistryValue
from exgate.facts.sharepoint import WEB_SERVER_EXTENSIONS
from exgate.inventory import Declared
from exgate.lab.definition import ServerDefinition
from exgate.sources.folder.reg_export import COMPUTER_NAME, CURRENT_VERSION, INET_STP, PRODUCT_OPTIONS, TIME_ZONE

from .eventquery_writer import Printed
from .eventquery_writer import csv as eventquery_csv
from .evt_writer import Log, Record

LATER = timedelta(days=12, hours=3)
"""How long after the last start SceCli has logged for the last time, as it does every day."""
SHARED_TOOLS = WEB_SERVER_EXTENSIONS.rpartition("\\")[0]
EXPORTED = (MASSYNC, EXCHANGE_SETUP, INET_STP, PRODUCT_OPTIONS, SHARED_TOOLS)
WORDS = {"Running": (4, "RUNNING"), "Stopped": (1, "STOPPED")}
ALWAYS = {"Eventlog": "Running", "PlugPlay": "Running", "RpcSs": "Running", "TlntSvr": "Stopped", "winmgmt": "Running"}


@dataclass(frozen=True)
class Habit:
    """In which form one administrator saves files."""

    german: bool = False
    encoding: str = "utf-8-sig"
    regedit_4: bool = False
    evt: bool = True


HABITS = (
    Habit(),
    Habit(german=True, encoding="utf-8", regedit_4=True, evt=False),
    Habit(encoding="utf-16", evt=False),
    Habit(german=True),
)


def make_folder(folder: Path, files: Mapping[str, bytes], said: str) -> None:
    """Make a host's folder.

    Args:
        folder: The folder.
        files: Its files by name.
        said: The text of host.yml.
    """
    folder.mkdir(parents=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    (folder / "host.yml").write_text(said, encoding="utf-8")


def files_of(definition: ServerDefinition, habit: Habit) -> dict[str, bytes]:
    """Give the files by name."""
    console = "cp850" if habit.german else "cp437"
    files = {
        "MetaBase.xml": metabase_xml(definition, habit.encoding),
        "ipconfig.txt": ipconfig(definition, german=habit.german).encode(console),
        "sc_query.txt": sc_query(definition, german=habit.german).encode(console),
        "ping.txt": ping(definition, german=habit.german).encode(console),
        "inetinfo.txt": inetinfo(definition).encode("utf-16"),
    }
    log = "Application.evt" if habit.evt else "eventquery.csv"
    files[log] = evt(definition) if habit.evt else eventquery(definition, german=habit.german).encode(console)
    return files | reg_files(definition, regedit_4=habit.regedit_4)


def host_yml(declared: Declared, **said: object) -> str:
    """Give host.yml's text."""
    plain = {"role": declared.role.value, "organization": declared.organization, "site": declared.site}
    return yaml.safe_dump({name: value for name, value in (plain | said).items() if value is not None})


def metabase_exports(definition: ServerDefinition, *names: str) -> dict[str, bytes]:
    """Give what iiscnfg /export /inherited /children writes of virtual directories of the default web site."""
    metabase = read_metabase(definition.metabase_xml)
    found = {}
    for name in names:
        key = metabase.keys.get(f"/LM/W3SVC/1/ROOT/{name}".lower())
        if key:
            above = MetabaseKey(f"inherited:{key.location}", INHERITED_PROPERTIES, dict(_inherited(metabase, key)))
            found[f"{name}.xml"] = write_metabase(MetabaseFile({"key": key, "above": above}))
    return found


def _inherited(metabase: MetabaseFile, key: MetabaseKey) -> Iterator[tuple[str, MetabaseProperty]]:
    for name in BY_NAME:
        above = (metabase.keys.get(place.lower()) for place in ancestors(key.location))
        has = [place.properties[name] for place in above if place and name in place.properties]
        passed_on = next((found for found in has if found.inherits), None)
        if passed_on and name not in key.properties:
            yield name, passed_on


def metabase_xml(definition: ServerDefinition, encoding: str) -> bytes:
    return definition.metabase_xml.replace("\n", "\r\n").encode(encoding)


def reg_files(definition: ServerDefinition, *, regedit_4: bool = False) -> dict[str, bytes]:
    """Give one export for each key that facts are made of."""
    registry = _registry(definition)
    found = {}
    for root in (*EXPORTED, CURRENT_VERSION, COMPUTER_NAME, TIME_ZONE):
        keys = tuple(_below(registry, root))
        name = root.rpartition("\\")[2].replace(" ", "") + ".reg"
        text = _regedit_4(keys) if regedit_4 else write_reg(keys)
        found[name] = text.encode("cp1252") if regedit_4 else text.encode("utf-16")
    return found


def _registry(definition: ServerDefinition) -> dict[str, tuple[RegistryValue, ...]]:
    text, number = RegistryType.REG_SZ, RegistryType.REG_DWORD
    registry = {path.removeprefix("HKLM\\"): values for path, values in definition.full_registry().items()}
    return registry | {
        rf"{SHARED_TOOLS}\MSInfo": (RegistryValue("Path", text, r"C:\Program Files\MSInfo"),),
        CURRENT_VERSION: (
            RegistryValue("CurrentVersion", text, "5.2"),
            RegistryValue("CurrentBuildNumber", text, "3790"),
            RegistryValue("ProductName", text, "Microsoft Windows Server 2003"),
            RegistryValue("CSDVersion", text, "Service Pack 2"),
        ),
        COMPUTER_NAME: (RegistryValue("ComputerName", text, definition.computer_name),),
        TIME_ZONE: (RegistryValue("ActiveTimeBias", number, 0),),
    }


def _below(registry: dict[str, tuple[RegistryValue, ...]], root: str) -> Iterator[RegistryKey]:
    """Give a key and all below it, as reg export does."""
    yield RegistryKey(root, registry.get(root, ()))
    shown = {root}
    for path, values in sorted(registry.items()):
        if not path.startswith(f"{root}\\"):
            continue
        parts = path[len(root) + 1 :].split("\\")
        for depth in range(1, len(parts) + 1):
            place = "\\".join((root, *parts[:depth]))
            if place not in shown:
                shown.add(place)
                yield RegistryKey(place, values if place == path else registry.get(place, ()))


def _regedit_4(keys: Iterable[RegistryKey]) -> str:
    """Write keys as regedit does for Windows NT 4: multi-strings are in the ANSI code page."""
    lines = ["REGEDIT4", ""]
    for key in keys:
        lines.append(rf"[{LOCAL_MACHINE}\{key.path}]")
        lines += (f'"{value.name}"={_data(value)}' for value in key.values or ())
        lines.append("")
    return "\r\n".join([*lines, ""])


def _data(value: RegistryValue) -> str:
    if isinstance(value.data, int):
        return f"dword:{value.data:08x}"
    if isinstance(value.data, tuple):
        data = "".join(f"{text}\0" for text in (*value.data, "")).encode("cp1252")
        return "hex(7):" + ",".join(f"{byte:02x}" for byte in data)
    quoted = str(value.data).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}"'


def ipconfig(definition: ServerDefinition, *, german: bool = False) -> str:
    english = (
        ("Windows IP Configuration", ("Host Name", "Primary Dns Suffix", "Node Type", "IP Routing Enabled", "WINS Proxy Enabled")),
        ("Ethernet adapter Local Area Connection:", ("Connection-specific DNS Suffix", "Description", "DHCP Enabled", "IP Address", "Subnet Mask", "Default Gateway")),
    )  # fmt: skip
    german_words = (
        ("Windows-IP-Konfiguration", ("Hostname", "Primäres DNS-Suffix", "Knotentyp", "IP-Routing aktiviert", "WINS-Proxy aktiviert")),
        ("Ethernetadapter LAN-Verbindung:", ("Verbindungsspezifisches DNS-Suffix", "Beschreibung", "DHCP aktiviert", "IP-Adresse", "Subnetzmaske", "Standardgateway")),
    )  # fmt: skip
    computer, adapter = german_words if german else english
    no = "Nein" if german else "No"
    values = (definition.computer_name.lower(), definition.dns_domain, "Hybrid", no, no)
    lines = ["", computer[0], "", *map(_labelled, computer[1], values), "", adapter[0], ""]
    suffix, description, dhcp, address, mask, gateway = adapter[1]
    lines += [
        _labelled(suffix, definition.dns_domain),
        _labelled(description, "Intel(R) PRO/1000"),
        _labelled(dhcp, no),
    ]
    for own in definition.addresses:
        lines += [_labelled(address, own), _labelled(mask, "255.255.255.0")]
    lines += [_labelled(gateway, "10.81.7.1"), ""]
    return "\r\n".join(lines)


def _labelled(label: str, value: str) -> str:
    dots = " ." * ((36 - len(label)) // 2)
    return f"   {label}{dots} : {value}"


def sc_query(definition: ServerDefinition, *, german: bool = False) -> str:
    display, status = ("ANZEIGENAME", "STATUS") if german else ("DISPLAY_NAME", "STATE ")
    text = ""
    for name, state in sorted((ALWAYS | dict(definition.services)).items(), key=lambda item: item[0].lower()):
        number, word = WORDS[state]
        text += (
            f"\r\nSERVICE_NAME: {name}\r\n{display}: {name} service\r\n"
            "        TYPE               : 20  WIN32_SHARE_PROCESS \r\n"
            f"        {status}             : {number}  {word} \r\n"
            "                                (STOPPABLE,NOT_PAUSABLE,ACCEPTS_SHUTDOWN)\r\n"
            "        WIN32_EXIT_CODE    : 0  (0x0)\r\n        SERVICE_EXIT_CODE  : 0  (0x0)\r\n"
            "        CHECKPOINT         : 0x0\r\n        WAIT_HINT          : 0x0\r\n"
        )
    return text


def ping(definition: ServerDefinition, *, german: bool = False) -> str:
    address = definition.resolved_addresses[0]
    if german:
        return (
            f"\r\nPing {definition.dns_name} [{address}] mit 32 Bytes Daten:\r\n\r\n"
            f"Antwort von {address}: Bytes=32 Zeit<1ms TTL=128\r\n\r\nPing-Statistik für {address}:\r\n"
            "    Pakete: Gesendet = 1, Empfangen = 1, Verloren = 0 (0% Verlust),\r\n"
        )
    return (
        f"\r\nPinging {definition.dns_name} [{address}] with 32 bytes of data:\r\n\r\n"
        f"Reply from {address}: bytes=32 time<1ms TTL=128\r\n\r\nPing statistics for {address}:\r\n"
        "    Packets: Sent = 1, Received = 1, Lost = 0 (0% loss),\r\n"
    )


def inetinfo(definition: ServerDefinition) -> str:
    started = definition.iis_admin_start.astimezone(UTC)
    return f"\r\n\r\nCreationDate={started:%Y%m%d%H%M%S}.000000+000\r\n\r\n\r\n"


def evt(definition: ServerDefinition) -> bytes:
    records = [
        Record(
            source=event.source,
            code=event.code,
            generated=event.generated,
            strings=event.strings,
            computer=definition.computer_name,
        )
        for event in definition.events
    ]
    return bytes(Log([*records, Record(source="SceCli", code=1704, generated=_last(definition), computer=definition.computer_name)]))  # fmt: skip


def eventquery(definition: ServerDefinition, *, german: bool = False) -> str:
    form = "%d.%m.%Y %H:%M:%S" if german else "%m/%d/%Y %I:%M:%S %p"
    computer = definition.computer_name
    last = f"{_last(definition):{form}}"
    printed = [
        Printed("SceCli", 1704, last, "Applied", computer=computer),
        Printed("MSExchangeSA", 9385, last, "Server is not in the group.", "Error", computer, "General"),
        Printed("ESE", 101, last, "The database engine stopped.", "Information", computer, "General"),
    ]
    for event in reversed(definition.events):
        when = f"{event.generated.astimezone(UTC):{form}}"
        printed.append(Printed(event.source, event.code, when, event.message.strip(), computer=computer))
    return eventquery_csv(printed)


def _last(definition: ServerDefinition) -> datetime:
    return max(definition.iis_admin_start, *(event.generated for event in definition.events)).astimezone(UTC) + LATER

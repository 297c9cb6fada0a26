"""A host's folder, made by hand or by the collector, as the facts that the tests judge."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from exgate.facts.host import HostFacts
from exgate.facts.services import Services
from exgate.facts.sharepoint import SharePoint
from exgate.facts.software import IisVersion, OperatingSystem
from exgate.facts.unknown import Unknown
from exgate.inventory import HOST_FILE, HostFile
from exgate.sources.event_log import SINCE_OPTION, SINCE_START
from exgate.sources.folder import ipconfig, ping, reg_facts, sc_query, wmic_process
from exgate.sources.folder.collected import CollectedFacts
from exgate.sources.folder.event_dates import DateReading
from exgate.sources.folder.files import FolderFiles
from exgate.sources.folder.log import Since, read_log
from exgate.sources.folder.network import read_network
from exgate.sources.folder.reg_files import RegistryExports, not_shown
from exgate.sources.folder.registry import collected_shows, exports_show, read_registry
from exgate.sources.folder.sources import Shown, agree
from exgate.sources.folder.wmic_process import ProcessStart
from exgate.sources.unreadable import NEXT_STEP, UnreadableFile
from exgate.sources.windows import SERVICE_NAMES

_HERE = "on the server, and put the file into the host's folder"
_NO_SERVICES = Unknown("no file shows the services' states", f"run {sc_query.COMMAND} {_HERE}")
_NO_START = Unknown(
    "no file shows when IIS Admin was started",
    f"run {wmic_process.COMMAND} {_HERE}; or write iis_admin_started: into {HOST_FILE}",
)
_NO_WIRE = Unknown(
    "files do not show what the web site answers", "ask the server over WinRM, or its web site with a browser"
)
_NOTHING = (
    f"it holds no file that shows a fact{NEXT_STEP}put MetaBase.xml and .reg files into it, or what the collector "
    "(exgate collector) writes"
)
_SIGNS = {
    "ipconfig": re.compile(r"\. \. ?:|\. \. \. "),
    "sc": re.compile(r"^SERVICE_NAME:", re.MULTILINE),
    "wmic": re.compile(r"^CreationDate=", re.MULTILINE),
    "ping": re.compile(r"\A[^\[]{1,300}\[[0-9.]+\]"),
}
_IS_SBS = 32
_T = TypeVar("_T")


def read_folder(folder: Path, said: HostFile, events_since: datetime | None) -> HostFacts:
    """Read a host's folder.

    Args:
        folder: The folder.
        said: What its host.yml says.
        events_since: From when on the event log is looked at; None is the last start of IIS Admin.

    Raises:
        UnreadableFile: It holds nothing that shows a fact.
    """
    files = FolderFiles(folder)
    metabase = files.metabase()
    collected, exports = files.collected(), files.exports()
    starts = files.console(_is("wmic"), wmic_process.read_wmic_process)
    started = agree("start of IIS Admin", _starts(said, collected, starts), _second, _NO_START)
    network = read_network(
        said,
        [
            *collected_shows(collected, lambda each: each.network),
            *files.console(_is("ipconfig"), ipconfig.read_ipconfig),
        ],
        files.console(_is("ping"), ping.read_ping),
    )
    services = agree(
        "services' states",
        [*collected_shows(collected, lambda each: each.services), *files.console(_is("sc"), sc_query.read_sc_query)],
        _states,
        _NO_SERVICES,
    )
    operating_system = _either(
        "version of Windows",
        collected_shows(collected, lambda each: each.operating_system),
        exports_show(exports, reg_facts.operating_system),
        _is_sbs,
    )
    iis = _either(
        "version of IIS",
        collected_shows(collected, lambda each: each.iis),
        exports_show(exports, reg_facts.iis_version),
        _major,
    )
    exchange = _either(
        "version of Exchange",
        collected_shows(collected, lambda each: each.exchange),
        exports_show(exports, reg_facts.exchange_version),
        lambda found: found,
    )
    sharepoint = _either(
        "state of SharePoint Services",
        collected_shows(collected, lambda each: each.sharepoint),
        exports_show(exports, reg_facts.sharepoint),
        _installed,
    )
    dates = DateReading(format=said.date_format, utc_offset=_utc_offset(said, starts, exports))
    since = Since(started, SINCE_START) if events_since is None else Since(events_since, SINCE_OPTION)
    view = collected.metabase if isinstance(collected, CollectedFacts) else collected
    facts = HostFacts(
        host=said.declared.name,
        source="",
        collected_at=datetime.now(UTC),
        stack="",
        metabase=metabase.beside(view),
        metabase_file=metabase.no_file,
        registry=read_registry(collected, exports),
        services=services,
        network=network,
        operating_system=operating_system,
        iis=iis,
        exchange=exchange,
        iis_admin_started=started,
        event_log=read_log(files, collected, since, dates, network),
        sharepoint=sharepoint,
        wire=_NO_WIRE,
    )
    return _dated(facts, folder, files, said, collected)


def _is(program: str) -> Callable[[str], bool]:
    sign = _SIGNS[program]
    return lambda text: bool(sign.search(text))


def _either(
    name: str, collected: list[Shown[_T]], exported: list[Shown[_T]], same: Callable[[_T], object]
) -> _T | Unknown:
    """Give what the collector or the registry's exports show; where there is neither, how to export it."""
    return agree(name, [*collected, *exported], same, _not_exported(name))


def _not_exported(name: str) -> Unknown:
    path = _SHOWN_BY[name]
    return not_shown(path)


_SHOWN_BY = {
    "version of Windows": r"SYSTEM\CurrentControlSet\Control\ProductOptions",
    "version of IIS": r"SOFTWARE\Microsoft\InetStp",
    "version of Exchange": r"SOFTWARE\Microsoft\Exchange\Setup",
    "state of SharePoint Services": r"SOFTWARE\Microsoft\Shared Tools\Web Server Extensions",
}


def _is_sbs(found: OperatingSystem) -> object:
    return found.product_suite & _IS_SBS


def _major(found: IisVersion) -> object:
    return found.major


def _installed(found: SharePoint) -> object:
    return found.installed


def _states(services: Services) -> object:
    found = ((name, services.service(name)) for name in SERVICE_NAMES)
    return tuple((name, service.state if service else None) for name, service in found)


def _second(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


def _starts(
    said: HostFile, collected: CollectedFacts | Unknown | None, starts: Iterable[Shown[ProcessStart]]
) -> list[Shown[datetime]]:
    shown = [Shown(HOST_FILE, said.iis_admin_started)] if said.iis_admin_started else []
    shown += collected_shows(collected, lambda each: each.iis_admin_started)
    return shown + [
        Shown(each.source, each.value if isinstance(each.value, Unknown) else each.value.at) for each in starts
    ]


def _utc_offset(
    said: HostFile, starts: Iterable[Shown[ProcessStart]], exports: RegistryExports | Unknown | None
) -> timedelta | None:
    """Give how far the server's local time is from UTC, None where nobody says."""
    if said.utc_offset is not None:
        return said.utc_offset
    for each in starts:
        if isinstance(each.value, ProcessStart):
            return each.value.utc_offset
    found = reg_facts.utc_offset(exports) if isinstance(exports, RegistryExports) else None
    return None if isinstance(found, Unknown) else found


def _dated(
    facts: HostFacts, folder: Path, files: FolderFiles, said: HostFile, collected: CollectedFacts | Unknown | None
) -> HostFacts:
    """Say which files the facts come from, and when they were made.

    Raises:
        UnreadableFile: They come from none.
    """
    oldest = files.oldest
    if oldest is None:
        raise UnreadableFile(_NOTHING)
    when = said.collected
    by = f", by {HOST_FILE}"
    if when is None and isinstance(collected, CollectedFacts) and isinstance(collected.collected_at, datetime):
        when, by = min(collected.collected_at, oldest), ""
    if when is None:
        when, by = oldest, ", by the time of the oldest file"
    source = f"{', '.join(sorted(files.taken))} in {folder}{by}"
    return replace(facts, source=source, collected_at=when)

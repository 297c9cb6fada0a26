"""A host's folder, made by hand or by the collector, as the facts that the tests judge."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from exgate.facts.host import HostFacts
from exgate.facts.network import Network
from exgate.facts.services import Services
from exgate.facts.unknown import Unknown
from exgate.inventory import HOST_FILE, HostFile
from exgate.sources.event_log import SINCE_OPTION, SINCE_START
from exgate.sources.folder import ipconfig, ping, reg_facts, sc_query, software, wmic_process
from exgate.sources.folder.collected import CollectedFacts
from exgate.sources.folder.computers import computer_name
from exgate.sources.folder.event_dates import DateReading
from exgate.sources.folder.files import FolderFiles
from exgate.sources.folder.log import Since, read_log
from exgate.sources.folder.network import read_network
from exgate.sources.folder.reg_files import RegistryExports
from exgate.sources.folder.registry import collected_shows, read_registry
from exgate.sources.folder.sources import Shown, agree
from exgate.sources.folder.wmic_process import ProcessStart
from exgate.sources.unreadable import NEXT_STEP, UnreadableFile
from exgate.sources.windows import SERVICE_NAMES

_HERE = "on the server, and put the file into the host's folder"
NO_SERVICES = Unknown("no file shows the services' states", f"run {sc_query.COMMAND} {_HERE}")
NO_START = Unknown(
    "no file shows when IIS Admin was started",
    f"run {wmic_process.COMMAND} {_HERE}; or write iis_admin_started: into {HOST_FILE}",
)
NO_WIRE = Unknown(
    "files do not show what the web site answers", "ask the server over WinRM, or its web site with a browser"
)
_NOTHING = (
    f"it holds no file that shows a fact{NEXT_STEP}put MetaBase.xml and .reg files into it, or what the collector "
    "(exgate collector) writes"
)


def read_folder(folder: Path, said: HostFile, events_since: datetime | None) -> HostFacts:
    """Read a host's folder.

    Args:
        folder: The folder.
        said: What its host.yml says.
        events_since: From when on the event log is looked at; None is the last start of IIS Admin.

    Raises:
        UnreadableFile: It cannot be read, holds nothing that shows a fact, or files of two servers.
    """
    files = FolderFiles(folder)
    metabase = files.metabase()
    collected, exports = files.collected(), files.exports()
    networks = files.console(ipconfig.is_ipconfig, ipconfig.read_ipconfig)
    computer = computer_name(said, collected, exports, networks)
    starts = files.console(wmic_process.is_wmic_process, wmic_process.read_wmic_process)
    started = agree("start of IIS Admin", _starts(said, collected, starts), _second, NO_START)
    network = read_network(
        said,
        computer,
        [*collected_shows(collected, lambda each: each.network), *networks],
        files.console(ping.is_ping, ping.read_ping),
    )
    services = agree(
        "services' states",
        [
            *collected_shows(collected, lambda each: each.services),
            *files.console(sc_query.is_sc_query, sc_query.read_sc_query),
        ],
        _states,
        NO_SERVICES,
    )
    since = Since(started, SINCE_START) if events_since is None else Since(events_since, SINCE_OPTION)
    dates = DateReading(format=said.date_format, utc_offset=_utc_offset(said, starts, exports))
    facts = HostFacts(
        host=said.declared.name,
        source="",
        collected_at=datetime.now(UTC),
        stack="",
        metabase=metabase.beside(collected.metabase if isinstance(collected, CollectedFacts) else collected),
        metabase_file=metabase.no_file,
        registry=read_registry(collected, exports),
        services=services,
        network=network,
        operating_system=software.operating_system(collected, exports),
        iis=software.iis(collected, exports),
        exchange=software.exchange(collected, exports),
        iis_admin_started=started,
        event_log=read_log(files, collected, since, dates, _names(network, computer)),
        sharepoint=software.sharepoint(collected, exports),
        wire=NO_WIRE,
    )
    return _dated(facts, files, said, collected)


def _names(network: Network | Unknown, computer: str | None) -> tuple[str, ...]:
    """Give the server's names as far as they are known."""
    if isinstance(network, Network):
        return network.names
    return (computer,) if computer else ()


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
    facts: HostFacts, files: FolderFiles, said: HostFile, collected: CollectedFacts | Unknown | None
) -> HostFacts:
    """Say which files the facts come from, and when they were made.

    Raises:
        UnreadableFile: They come from none.
    """
    if not files.taken:
        raise UnreadableFile(_NOTHING)
    when, by = said.collected, f", by {HOST_FILE}"
    if when is None:
        when, by = files.oldest, ", by the time of the oldest file"
        by_collector = collected.collected_at if isinstance(collected, CollectedFacts) else None
        if isinstance(by_collector, datetime) and (when is None or by_collector <= when):
            when, by = by_collector, ", by the collector"
        if files.log_saved_at is not None and (when is None or files.log_saved_at < when):
            # A copied file has a new date, and the records in it do not.
            when, by = files.log_saved_at, ", by the newest record of the event log"
    source = f"{', '.join(sorted(files.taken))} in {files.folder}{by}"
    return replace(facts, source=source, collected_at=when or facts.collected_at)

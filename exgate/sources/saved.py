"""A host's folder, whoever made it: a run with --facts-out, the collector, or an administrator by hand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote

from exgate.facts.events import EventLog
from exgate.facts.host import HostFacts
from exgate.facts.unknown import Unknown
from exgate.facts.unreachable import Cause, Unreachable
from exgate.inventory import HOST_FILE, DeclaredHost, InventoryError, check_snapshot_host_file, read_host_file
from exgate.sources.event_log import SINCE_OPTION, by_its_clock
from exgate.sources.snapshot import FACTS_FILE, METABASE_FILE, folder_name, read_snapshot
from exgate.sources.unreadable import NEXT_STEP, UnreadableFile


@dataclass(frozen=True, slots=True)
class SavedHost:
    """What a host's folder holds.

    Attributes:
        result: Its facts, or why there are none.
        front_ends: The front-end servers beside it, as the folder says; None where it does not say.
    """

    result: HostFacts | Unreachable
    front_ends: tuple[str, ...] | Unknown | None


def read_saved(parent: Path, declared: DeclaredHost, events_since: datetime | None) -> SavedHost:
    """Read a host's folder; a missing or damaged one is a value.

    Args:
        parent: The folder that holds the hosts' folders.
        declared: The host.
        events_since: From when on the event log is looked at; None is the last start of IIS Admin.

    Raises:
        InventoryError: Its host.yml is wrong.
    """
    try:
        folder = _folder(parent, declared.name)
        if not folder.is_dir():
            detail = f"there is no folder {folder}"
            step = "save its facts with --facts-out, or make the folder by hand"
            return SavedHost(Unreachable(Cause.NO_FACTS, detail, step), None)
        if (folder / FACTS_FILE).exists():
            return _read_snapshot(folder, declared.name, events_since)
        from exgate.sources.folder.read import read_folder

        host_file = read_host_file(folder / HOST_FILE, declared.name, declared)
        facts = read_folder(folder, host_file, events_since)
        return SavedHost(_without_the_future(facts, events_since), host_file.front_ends)
    except InventoryError:
        raise
    except UnreadableFile as error:
        problem, _, step = str(error).partition(NEXT_STEP)
        return SavedHost(Unreachable(Cause.NO_FACTS, f"{folder}: {problem}", step or "put it right by hand"), None)
    except OSError as error:
        detail = f"{parent}: the folder of {declared.name} cannot be read: {error.strerror}"
        return SavedHost(Unreachable(Cause.NO_FACTS, detail, "let this account read it"), None)
    except Exception as error:  # noqa: BLE001 - one odd folder must not cost the other hosts their verdicts
        odd = f"{folder}: its files could not be used ({type(error).__name__})"
        return SavedHost(Unreachable(Cause.NO_FACTS, odd, "report it as a defect, and leave the folder out"), None)


def _folder(parent: Path, host: str) -> Path:
    """Give a host's folder: of the name that a snapshot gets, or one that a person has given.

    Raises:
        OSError: It cannot be looked for.
    """
    folder = parent / folder_name(host)
    if folder.is_dir():
        return folder
    return next((entry for entry in sorted(parent.iterdir()) if unquote(entry.name) == host), folder)


def _read_snapshot(folder: Path, host: str, events_since: datetime | None) -> SavedHost:
    """Read what an earlier run saw.

    Raises:
        UnreadableFile: It is damaged, of another host, or has been added to.
    """
    for entry in sorted(folder.iterdir()):
        if entry.name not in (FACTS_FILE, METABASE_FILE, HOST_FILE) and not entry.name.startswith("."):
            raise UnreadableFile(
                f"{entry.name} lies beside {FACTS_FILE}, which holds all that the run saw{NEXT_STEP}put files of your "
                f"own into a folder without {FACTS_FILE}"
            )
    if (folder / HOST_FILE).exists():
        check_snapshot_host_file(folder / HOST_FILE, host)
    snapshot = read_snapshot(folder)
    if snapshot.host != host:
        raise UnreadableFile(f"{FACTS_FILE} holds the facts of {snapshot.host}{NEXT_STEP}rename the folder back")
    if isinstance(snapshot.result, Unreachable):
        return SavedHost(snapshot.result, snapshot.front_ends)
    facts = replace(snapshot.result, source=f"{snapshot.result.source}, saved in {folder}")
    if events_since is not None:
        facts = replace(facts, event_log=_later(facts, events_since))
    return SavedHost(_without_the_future(facts, events_since), snapshot.front_ends)


def _without_the_future(facts: HostFacts, events_since: datetime | None) -> HostFacts:
    """Leave out an event log that was read before the moment from which on it is searched: it shows nothing of that."""
    if events_since is None or events_since <= facts.collected_at:
        return facts
    read_at = f"{facts.collected_at:%Y-%m-%d %H:%M:%S} UTC"
    unseen = Unknown(f"the event log was read before that moment ({read_at})", "save the facts again")
    return replace(facts, event_log=unseen)


def _later(facts: HostFacts, since: datetime) -> EventLog | Unknown:
    log = facts.event_log
    moment = by_its_clock(since, facts.operating_system)
    if isinstance(log, Unknown):
        return log
    return moment if isinstance(moment, Unknown) else log.later(moment, SINCE_OPTION)

"""The files of a host's folder, each by what it is; what cannot be read is a reason and hides nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from exgate.facts.unknown import Unknown
from exgate.inventory import HOST_FILE
from exgate.sources.folder.collected import COLLECTED_CSV, CollectedFacts, read_collected
from exgate.sources.folder.event_dates import DateReading
from exgate.sources.folder.event_log import SavedEventLog, read_event_log_files
from exgate.sources.folder.eventquery import is_eventquery
from exgate.sources.folder.metabase import FolderMetabase, read_metabase_files
from exgate.sources.folder.reg_files import RegistryExports, read_reg_files
from exgate.sources.folder.sources import Damaged, Shown
from exgate.sources.folder.text import decode
from exgate.sources.unreadable import NEXT_STEP, UnreadableFile

_LARGEST = 16 * 2**20
_BEGINNING = 64 * 2**10
_ANEW = "make the file anew"
_EVENT_LOGS = (".evt", ".evtx")
_T = TypeVar("_T")


@dataclass(slots=True)
class FolderFiles:
    """A host's folder.

    Attributes:
        folder: The folder.
        taken: Names of the files that were taken for something that shows facts, whether they could be read or not.
        log_saved_at: When the newest record of the event log was written, None without one.
    """

    folder: Path
    taken: set[str] = field(default_factory=set)
    log_saved_at: datetime | None = None
    _times: dict[Path, float] = field(default_factory=dict)
    _beginnings: dict[Path, str | Unknown] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """List the files.

        Raises:
            UnreadableFile: The folder cannot be read.
        """
        try:
            for path in sorted(self.folder.iterdir()):
                if path.name != HOST_FILE and not path.name.startswith(".") and path.is_file():
                    self._times[path] = path.stat().st_mtime
            for path in self._ending(".txt", ".csv"):
                self._beginnings[path] = _beginning(path)
        except OSError as error:
            raise UnreadableFile(f"the folder cannot be read: {error.strerror}") from None

    def collected(self) -> CollectedFacts | Unknown | None:
        """Read the collector's file; None without one."""
        found = next((path for path in self._times if path.name.lower() == COLLECTED_CSV), None)
        return None if found is None else self._guard(found, lambda: read_collected(_content(found)))

    def exports(self) -> RegistryExports | Unknown | None:
        """Read the exports of the registry; None without one."""
        paths = self._ending(".reg")
        if not paths:
            return None
        self.taken.update(path.name for path in paths)
        try:
            return read_reg_files(paths)
        except UnreadableFile as error:
            return _unknown(str(error))

    def event_log(self, since: datetime | Unknown, because: str, dates: DateReading) -> SavedEventLog | Unknown:
        """Read the event log's files."""
        paths = [*self._ending(*_EVENT_LOGS), *self._that_look_like(is_eventquery)]
        self.taken.update(path.name for path in paths)
        found = read_event_log_files(paths, since, because, dates)
        if isinstance(found, SavedEventLog):
            self.log_saved_at = found.saved_at
        return found

    def metabase(self) -> FolderMetabase:
        """Read the XML files: MetaBase.xml, or exports of IIS's configuration."""
        paths = self._ending(".xml")
        self.taken.update(path.name for path in paths)
        return read_metabase_files(paths)

    def console(self, is_it: Callable[[str], bool], read: Callable[[str], _T | Unknown]) -> list[Shown[_T]]:
        """Read what a console program has printed into a .txt file, wherever there is one.

        A .txt file that cannot be opened may be that program's: it is among them with its reason.

        Args:
            is_it: Whether a text, or the beginning of one, looks like that program's output.
            read: Reads it.
        """
        shown: list[Shown[_T]] = []
        for path in self._ending(".txt"):
            begins = self._beginnings[path]
            if isinstance(begins, Unknown):
                self.taken.add(path.name)
                shown.append(Shown(path.name, begins))
            elif is_it(begins):
                shown.append(Shown(path.name, self._guard(path, lambda: read(decode(_content(path))))))  # noqa: B023 - it is called at once
        return shown

    @property
    def oldest(self) -> datetime | None:
        """When the oldest of the files that were taken was written, by the file system; None without any.

        Raises:
            UnreadableFile: The file system tells a time that is none.
        """
        times = [when for path, when in self._times.items() if path.name in self.taken]
        try:
            return datetime.fromtimestamp(min(times), UTC) if times else None
        except (ValueError, OverflowError, OSError):
            raise UnreadableFile(f"the time of a file is none{NEXT_STEP}write collected: into {HOST_FILE}") from None

    def _that_look_like(self, is_it: Callable[[str], bool]) -> Iterator[Path]:
        for path, begins in self._beginnings.items():
            if path.name.lower() != COLLECTED_CSV and isinstance(begins, str) and is_it(begins):
                yield path

    def _guard(self, path: Path, read: Callable[[], _T | Unknown]) -> _T | Unknown:
        self.taken.add(path.name)
        try:
            return read()
        except UnreadableFile as error:
            return _damaged(f"{path.name}: {error}")
        except OSError as error:
            return _refused(path, error)

    def _ending(self, *suffixes: str) -> tuple[Path, ...]:
        return tuple(path for path in self._times if path.suffix.lower() in suffixes)


def _beginning(path: Path) -> str | Unknown:
    try:
        with path.open("rb") as file:
            return decode(file.read(_BEGINNING))
    except OSError as error:
        return _refused(path, error)


def _content(path: Path) -> bytes:
    """Read a file that has no reason to be large.

    Raises:
        UnreadableFile: It is.
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        data = file.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise UnreadableFile(f"it is larger than {_LARGEST >> 20} MB")
    return data


def _refused(path: Path, error: OSError) -> Unknown:
    return Unknown(f"{path.name} cannot be read: {error.strerror}", "let this account read it")


def _unknown(text: str) -> Unknown:
    problem, _, step = text.partition(NEXT_STEP)
    return Unknown(problem, step or _ANEW)


def _damaged(text: str) -> Damaged:
    unknown = _unknown(text)
    return Damaged(unknown.reason, unknown.next_step)

"""The files of a host's folder, each by what it is; what cannot be read is a reason and hides nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from exgate.facts.unknown import Unknown
from exgate.inventory import HOST_FILE
from exgate.sources.folder.collected import COLLECTED_CSV, CollectedFacts, read_collected
from exgate.sources.folder.event_dates import DateReading
from exgate.sources.folder.event_log import SavedEventLog, read_event_log_files
from exgate.sources.folder.metabase import FolderMetabase, read_metabase_files
from exgate.sources.folder.reg_files import RegistryExports, read_reg_files
from exgate.sources.folder.sources import Shown
from exgate.sources.folder.text import decode
from exgate.sources.unreadable import NEXT_STEP, UnreadableFile

_LARGEST_TEXT = 16 * 2**20
_ANEW = "make the file anew"
_T = TypeVar("_T")


@dataclass(slots=True)
class FolderFiles:
    """A host's folder.

    Attributes:
        folder: The folder.
        taken: Names of the files that were taken for something that shows facts, whether they could be read or not.
    """

    folder: Path
    taken: set[str] = field(default_factory=set)
    _all: tuple[Path, ...] = ()

    def __post_init__(self) -> None:
        self._all = tuple(sorted(self._list()))

    def collected(self) -> CollectedFacts | Unknown | None:
        """Read the collector's file; None without one."""
        found = next((path for path in self._all if path.name.lower() == COLLECTED_CSV), None)
        return None if found is None else self._guard(found, lambda: read_collected(found.read_bytes()))

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
        paths = [path for path in self._all if path.name.lower() != COLLECTED_CSV]
        found = read_event_log_files(paths, since, because, dates)
        self.taken.update(path.name for path in paths if path.suffix.lower() in (".evt", ".evtx"))
        if isinstance(found, SavedEventLog):
            self.taken.update(found.files)
        return found

    def metabase(self) -> FolderMetabase:
        """Read the XML files: MetaBase.xml, or exports of IIS's configuration."""
        paths = self._ending(".xml")
        self.taken.update(path.name for path in paths)
        return read_metabase_files(paths)

    def console(self, is_it: Callable[[str], bool], read: Callable[[str], _T | Unknown]) -> list[Shown[_T]]:
        """Read what a console program has printed into a .txt file, wherever there is one.

        Args:
            is_it: Whether a text looks like that program's output.
            read: Reads it.
        """
        found = [(path, text) for path, text in self._texts() if is_it(text)]
        return [Shown(path.name, self._guard(path, partial(read, text))) for path, text in found]

    @property
    def oldest(self) -> datetime | None:
        """When the oldest of the files that were taken was written, by the file system; None without any."""
        times = [path.stat().st_mtime for path in self._all if path.name in self.taken]
        return datetime.fromtimestamp(min(times), UTC) if times else None

    def _texts(self) -> Iterator[tuple[Path, str]]:
        for path in self._ending(".txt"):
            if path.stat().st_size <= _LARGEST_TEXT:
                yield path, decode(path.read_bytes())

    def _guard(self, path: Path, read: Callable[[], _T | Unknown]) -> _T | Unknown:
        self.taken.add(path.name)
        try:
            return read()
        except UnreadableFile as error:
            return _unknown(f"{path.name}: {error}")
        except OSError as error:
            return Unknown(f"{path.name} cannot be read: {error.strerror}", "let this account read it")

    def _ending(self, suffix: str) -> tuple[Path, ...]:
        return tuple(path for path in self._all if path.suffix.lower() == suffix)

    def _list(self) -> Iterable[Path]:
        try:
            entries = [entry for entry in self.folder.iterdir() if entry.is_file()]
        except OSError as error:
            raise UnreadableFile(f"the folder cannot be read: {error.strerror}") from None
        return [entry for entry in entries if entry.name != HOST_FILE and not entry.name.startswith(".")]


def _unknown(text: str) -> Unknown:
    problem, _, step = text.partition(NEXT_STEP)
    return Unknown(problem, step or _ANEW)

"""Exports of the registry (.reg): what they show, and what they prove not to be there."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from exgate.facts.reg_file import LOCAL_MACHINE, RegFileError, RegKeyLine, RegValueLine, read_reg
from exgate.facts.reg_lines import MAX_STATEMENT
from exgate.facts.registry import EXCHANGE_SETUP, MASSYNC, MASSYNC_PARAMETERS, RegistryKey, RegistryValue
from exgate.facts.sharepoint import PORTS, VERSION, WEB_SERVER_EXTENSIONS
from exgate.facts.unknown import Unknown
from exgate.sources.folder.text import marked_encoding
from exgate.sources.unreadable import UnreadableFile

INET_STP = r"SOFTWARE\Microsoft\InetStp"
PRODUCT_OPTIONS = r"SYSTEM\CurrentControlSet\Control\ProductOptions"
CURRENT_VERSION = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion"
TIME_ZONE = r"SYSTEM\CurrentControlSet\Control\TimeZoneInformation"
COMPUTER_NAME = r"SYSTEM\CurrentControlSet\Control\ComputerName\ComputerName"
TCPIP_PARAMETERS = r"SYSTEM\CurrentControlSet\Services\Tcpip\Parameters"
NEEDED = (
    MASSYNC,
    MASSYNC_PARAMETERS,
    EXCHANGE_SETUP,
    INET_STP,
    PRODUCT_OPTIONS,
    CURRENT_VERSION,
    TIME_ZONE,
    COMPUTER_NAME,
    TCPIP_PARAMETERS,
    WEB_SERVER_EXTENSIONS,
    rf"{WEB_SERVER_EXTENSIONS}\{VERSION}",
    PORTS,
)
"""Keys below HKEY_LOCAL_MACHINE that facts are made of; nothing else of a file is kept."""
WITH_SUBKEYS = (WEB_SERVER_EXTENSIONS, PORTS)
"""Those whose subkeys' names are facts too."""

_CONTROL_SET = r"system\currentcontrolset"
_MAX_DATA = 1 << 13
_MAX_KEPT = 5000
_LONG = Unknown(f"its data are longer than {_MAX_DATA} characters", "look at the value in regedit")


@dataclass(slots=True)
class _Export:
    """One export in a file: its first key holds all others.

    Attributes:
        file: The file's name.
        root: The first key, lower-case.
        keys: Values of the keys that are kept, by path in lower case.
        subkeys: Names of the subkeys of `WITH_SUBKEYS`, by path in lower case.
        twice: Keys that it shows twice and differently, lower-case.
    """

    file: str
    root: str
    keys: dict[str, dict[str, RegistryValue]] = field(default_factory=dict)
    subkeys: dict[str, list[str]] = field(default_factory=dict)
    twice: set[str] = field(default_factory=set)

    def covers(self, path: str) -> bool:
        """Whether a key that it does not show is not there.

        An export from above CurrentControlSet, which is a link, proves nothing of what is below unless it shows it.
        """
        if not _is_at_or_below(path, self.root):
            return False
        hidden = _is_at_or_below(path, _CONTROL_SET) and not _is_at_or_below(self.root, _CONTROL_SET)
        return not hidden or _CONTROL_SET in self.keys

    def values(self, path: str) -> frozenset[RegistryValue] | None:
        """Give a key's values, None when it does not show the key."""
        shown = self.keys.get(path)
        return None if shown is None else frozenset(shown.values())


@dataclass(frozen=True, slots=True)
class RegistryExports:
    """What the .reg files of a host show.

    Attributes:
        files: The files' names.
    """

    files: tuple[str, ...]
    _exports: tuple[_Export, ...] = field(repr=False)
    _kept: frozenset[str] = field(repr=False)

    def key(self, path: str) -> RegistryKey | Unknown:
        """Give a key; one that an export of a key above it does not show has no values.

        Args:
            path: Below HKEY_LOCAL_MACHINE, in any case: one of `NEEDED`, or of those that were asked for beside them.

        Raises:
            ValueError: The path is neither.
        """
        if path.lower() not in self._kept:
            raise ValueError(f"HKLM\\{path} was not kept of the .reg files")
        export = self._find(path)
        if isinstance(export, Unknown):
            return export
        shown = export.keys.get(path.lower())
        return RegistryKey(path, None if shown is None else tuple(shown.values()))

    def subkeys(self, path: str) -> tuple[str, ...] | Unknown | None:
        """Give the names of a key's subkeys, None when there is no such key.

        Args:
            path: One of `WITH_SUBKEYS`.

        Raises:
            ValueError: The path is none of them.
        """
        if path not in WITH_SUBKEYS:
            raise ValueError(f"the subkeys of HKLM\\{path} were not kept of the .reg files")
        export = self._find(path)
        if isinstance(export, Unknown):
            return export
        return tuple(export.subkeys.get(path.lower(), ())) if path.lower() in export.keys else None

    def _find(self, path: str) -> _Export | Unknown:
        """Give an export that shows or excludes a key, when all that do so agree."""
        wanted = path.lower()
        covering = [export for export in self._exports if export.covers(wanted)]
        if not covering:
            return not_shown(path)
        first = covering[0]
        anew = f"export HKLM\\{path} anew, and remove the files that are out of date"
        for export in covering:
            if wanted in export.twice:
                return Unknown(f"{export.file} shows HKLM\\{path} twice, and differently", anew)
            same_subkeys = sorted(export.subkeys.get(wanted, ())) == sorted(first.subkeys.get(wanted, ()))
            if export.values(wanted) != first.values(wanted) or not same_subkeys:
                files = " and ".join(dict.fromkeys((first.file, export.file)))
                return Unknown(f"HKLM\\{path} is not the same in all exports: {files}", anew)
        return first


def not_shown(path: str) -> Unknown:
    """Say how a key gets into a host's folder."""
    name = path.rpartition("\\")[2].replace(" ", "")
    return Unknown(
        f"no .reg file shows HKLM\\{path}",
        f'on the server, run reg export "HKLM\\{path}" {name}.reg (if there is no such key, export the one above it), '
        "and put the file into this host's folder",
    )


def read_reg_files(paths: Iterable[Path], also: Iterable[str] = ()) -> RegistryExports:
    r"""Read exports of the registry; of hives of any size only what is needed is kept.

    A file may hold several exports one after the other: each begins with a key that is not below the first of the one
    before. What is cut off exactly between two keys cannot be told from a whole export. Text without a byte order mark
    that is no UTF-8 is taken as Windows-1252.

    Args:
        paths: The files.
        also: Keys below HKEY_LOCAL_MACHINE that are kept beside `NEEDED`.

    Raises:
        UnreadableFile: One of them is damaged, or no export; its name stands in front.
    """
    kept = frozenset(path.lower() for path in (*NEEDED, *also))
    exports: list[_Export] = []
    files = []
    for path in paths:
        files.append(path.name)
        try:
            exports += _read(path, kept)
        except (RegFileError, UnreadableFile) as error:
            raise UnreadableFile(f"{path.name}: {error}") from None
        except OSError as error:
            raise UnreadableFile(f"{path.name}: {error.strerror}") from None
    return RegistryExports(tuple(files), tuple(exports), kept)


def _read(path: Path, kept: frozenset[str]) -> list[_Export]:
    with path.open("rb") as file:
        encoding = marked_encoding(file.read(4))
    if encoding is not None:
        return _decoded(path, encoding, "replace", kept)
    try:
        return _decoded(path, "utf-8", "strict", kept)
    except UnicodeDecodeError:
        return _decoded(path, "cp1252", "replace", kept)


def _decoded(path: Path, encoding: str, errors: str, kept: frozenset[str]) -> list[_Export]:
    with path.open(encoding=encoding, errors=errors, newline="") as file:
        lines = _Lines(file)
        found = _exports(path.name, read_reg(lines), kept)
    if lines.last.strip():
        raise UnreadableFile("it does not end in an empty line, as every export does: it may be cut off")
    return found


@dataclass(slots=True)
class _Lines:
    """A file's lines, none longer than a statement may be, without a byte order mark, and the last of them."""

    file: io.TextIOBase | io.TextIOWrapper
    last: str = ""

    def __iter__(self) -> Iterator[str]:
        first = True
        while line := self.file.readline(MAX_STATEMENT + 1):
            self.last = line.removeprefix("\ufeff") if first else line
            first = False
            yield self.last


def _exports(file: str, items: Iterable[RegKeyLine | RegValueLine], kept: frozenset[str]) -> list[_Export]:
    """Keep what is needed of a file."""
    builder = _Builder(file, kept)
    for item in items:
        if isinstance(item, RegKeyLine):
            builder.add_key(item)
        else:
            builder.add_value(item)
    builder.close_key()
    return [export for export in builder.exports if any(_is_at_or_below(path, export.root) for path in kept)]


@dataclass(slots=True)
class _Builder:
    """The exports of a file while it is read."""

    file: str
    kept: frozenset[str]
    exports: list[_Export] = field(default_factory=list)
    _hive_and_root: tuple[str, str] | None = None
    _open: str | None = None
    _values: dict[str, RegistryValue] = field(default_factory=dict)
    _count: int = 0

    def add_key(self, item: RegKeyLine) -> None:
        """Go to a key.

        Raises:
            UnreadableFile: It is removed, or there are too many.
        """
        if item.delete:
            raise UnreadableFile("it removes a key, so it is no export", item.line)
        self.close_key()
        path = item.path.lower()
        if self._hive_and_root is None or not (
            item.hive == self._hive_and_root[0] and _is_at_or_below(path, self._hive_and_root[1])
        ):
            self._hive_and_root = (item.hive, path)
            if item.hive == LOCAL_MACHINE and self._matters(path):
                self._keep(item.line)
                self.exports.append(_Export(self.file, path))
        if item.hive != LOCAL_MACHINE or not self.exports or not _is_at_or_below(path, self.exports[-1].root):
            return
        above, _, name = item.path.rpartition("\\")
        if above.lower() in _WITH_SUBKEYS:
            names = self.exports[-1].subkeys.setdefault(above.lower(), [])
            if name.lower() not in (known.lower() for known in names):
                self._keep(item.line)
                names.append(name)
        if path in self.kept or path == _CONTROL_SET:
            self._open = path

    def add_value(self, item: RegValueLine) -> None:
        """Keep a value of the key, if the key is kept.

        Raises:
            UnreadableFile: It is removed, or shown twice, or there are too many.
        """
        if item.value is None:
            raise UnreadableFile("it removes a value, so it is no export", item.line)
        if self._open is None or self._open not in self.kept:
            return
        name = item.name.lower()
        if name in self._values:
            raise UnreadableFile("it shows a value twice, so it is no export", item.line)
        self._keep(item.line)
        data = item.value.data
        long = isinstance(data, str | bytes | tuple) and _length(data) > _MAX_DATA
        self._values[name] = replace(item.value, data=_LONG) if long else item.value

    def close_key(self) -> None:
        """Put the key that was open into its export."""
        if self._open is not None:
            export = self.exports[-1]
            if export.keys.get(self._open, self._values) != self._values:
                export.twice.add(self._open)
            export.keys[self._open] = self._values
        self._open, self._values = None, {}

    def _matters(self, root: str) -> bool:
        return any(_is_at_or_below(path, root) for path in self.kept)

    def _keep(self, line: int) -> None:
        self._count += 1
        if self._count > _MAX_KEPT:
            raise UnreadableFile(f"more than {_MAX_KEPT} keys and values where facts are looked for", line)

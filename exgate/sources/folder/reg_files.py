"""Exports of the registry (.reg) in a host's folder: what all of them together show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from exgate.facts.reg_file import read_reg
from exgate.facts.reg_lines import MAX_STATEMENT, RegFileError
from exgate.facts.registry import RegistryKey
from exgate.facts.unknown import Unknown
from exgate.sources.folder.reg_export import NEEDED, WITH_SUBKEYS, Export, exports_in
from exgate.sources.folder.text import marked_encoding
from exgate.sources.unreadable import UnreadableFile


@dataclass(frozen=True, slots=True)
class RegistryExports:
    """What the .reg files of a host show.

    Attributes:
        files: The files' names.
        exports: What is needed of them.
        kept: The keys below HKEY_LOCAL_MACHINE that were kept, lower-case.
    """

    files: tuple[str, ...]
    exports: tuple[Export, ...] = field(repr=False)
    kept: frozenset[str] = field(repr=False)

    def key(self, path: str) -> RegistryKey | Unknown:
        """Give a key; one that an export of a key above it does not show has no values.

        Args:
            path: Below HKEY_LOCAL_MACHINE, in any case: one of `NEEDED`, or of those that were asked for beside them.

        Raises:
            ValueError: It is none of them.
        """
        if path.lower() not in self.kept:
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
            ValueError: It is none of them.
        """
        if path not in WITH_SUBKEYS:
            raise ValueError(f"the subkeys of HKLM\\{path} were not kept of the .reg files")
        export = self._find(path)
        if isinstance(export, Unknown):
            return export
        return tuple(export.subkeys.get(path.lower(), ())) if path.lower() in export.keys else None

    def _find(self, path: str) -> Export | Unknown:
        """Give an export that shows a key or proves that there is none; all that do so must agree."""
        wanted = path.lower()
        covering = [export for export in self.exports if export.covers(wanted)]
        if not covering:
            return not_shown(path)
        first = covering[0]
        anew = f"export HKLM\\{path} anew, and remove from the host's folder what is out of date"
        for export in covering:
            if not export.agrees(first, wanted):
                files = " and ".join(dict.fromkeys((first.file, export.file)))
                return Unknown(f"exports do not show the same of HKLM\\{path}: {files}", anew)
            if wanted in export.twice:
                return Unknown(f"{export.file} shows HKLM\\{path} twice, and not the same", anew)
        return first


def not_shown(path: str) -> Unknown:
    """Say that no file shows a key, and how it gets into a host's folder."""
    name = path.rpartition("\\")[2].replace(" ", "")
    return Unknown(
        f"no .reg file shows HKLM\\{path}",
        f'run reg export "HKLM\\{path}" {name}.reg on the server (where there is no such key: of the key above it), '
        "and put the file into the host's folder",
    )


def read_reg_files(paths: Iterable[Path], also: Iterable[str] = ()) -> RegistryExports:
    r"""Read exports of the registry; of files of any size only what is needed is kept.

    A file may hold several exports one after the other: each begins with a key that is not below the first key of the
    one before. An export that is cut off exactly between two keys cannot be told from a whole one. Text without a byte
    order mark that is no UTF-8 is taken as Windows-1252.

    Args:
        paths: The files.
        also: Keys below HKEY_LOCAL_MACHINE that are kept beside `NEEDED`.

    Raises:
        UnreadableFile: One of them is damaged, or no export; its name stands in front.
    """
    kept = frozenset(path.lower() for path in (*NEEDED, *also))
    exports: list[Export] = []
    files = []
    for path in paths:
        files.append(path.name)
        try:
            exports += _read(path, kept)
        except (RegFileError, UnreadableFile) as error:
            raise UnreadableFile(f"{path.name}: {error}") from None
        except OSError as error:
            raise UnreadableFile(f"{path.name}: it cannot be read: {error.strerror}") from None
    return RegistryExports(tuple(files), tuple(exports), kept)


def _read(path: Path, kept: frozenset[str]) -> list[Export]:
    with path.open("rb") as file:
        encoding = marked_encoding(file.read(4))
    if encoding is not None:
        return _decoded(path, encoding, "replace", kept)
    try:
        return _decoded(path, "utf-8", "strict", kept)
    except UnicodeDecodeError:
        return _decoded(path, "cp1252", "replace", kept)


def _decoded(path: Path, encoding: str, errors: str, kept: frozenset[str]) -> list[Export]:
    with path.open(encoding=encoding, errors=errors, newline="") as file:
        lines = _Lines(file)
        found = exports_in(path.name, read_reg(lines), kept)
    if lines.last.strip():
        raise UnreadableFile("it does not end in an empty line, as every export does: it may be cut off")
    return found


@dataclass(slots=True)
class _Lines:
    """A file's lines without the byte order mark, none longer than may be, and which was the last."""

    file: TextIO
    last: str = ""

    def __iter__(self) -> Iterator[str]:
        while line := self.file.readline(MAX_STATEMENT + 1):
            self.last = line if self.last else line.removeprefix("\ufeff")
            if self.last:
                yield self.last

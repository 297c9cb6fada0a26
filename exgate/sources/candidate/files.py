"""The files of a folder that holds a planned change."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path, PureWindowsPath

from exgate.facts.change import Origin, PlanError
from exgate.sources.candidate.variables import OWN_FOLDER

DATA_LIMIT = 2**23
"""Bytes of an export or a .reg file; an export of one virtual directory is some kilobytes."""
COMMANDS_LIMIT = 2**18
"""Bytes of a file with commands, or of a script."""
COUNT_LIMIT = 200
"""Files of one folder."""
BATCHES = frozenset({".cmd", ".bat", ".txt"})
SCRIPT = ".vbs"
EXPORT = ".xml"
REGISTRY = ".reg"
_KINDS = BATCHES | {SCRIPT, EXPORT, REGISTRY}
_LEFT_BY_SYSTEMS = frozenset({".ds_store", "thumbs.db", "desktop.ini"})


@dataclass(frozen=True, slots=True)
class ChangeFile:
    """A file of the folder.

    Attributes:
        origin: It as a whole.
        path: Where it is.
        data: What it holds.
    """

    origin: Origin
    path: Path
    data: bytes = field(repr=False)

    @property
    def kind(self) -> str:
        """The end of its name in lower case, for example ``.cmd``."""
        return self.path.suffix.lower()

    def at(self, line: int) -> Origin:
        """Give the origin of one of its lines."""
        return Origin(self.origin.file, line)


@dataclass(frozen=True, slots=True)
class ChangeFolder:
    """The files of the folder, by name; what a command has named is not read a second time by itself.

    Attributes:
        files: By name in lower case, in the order of the names.
        named: The files that a command names, in lower case.
    """

    files: dict[str, ChangeFile]
    named: set[str] = field(default_factory=set)

    def of_kinds(self, *kinds: str) -> tuple[ChangeFile, ...]:
        """Give the files of these kinds that no command names, in the order of their names."""
        return tuple(file for name, file in self.files.items() if file.kind in kinds and name not in self.named)

    def holds(self, argument: str) -> bool:
        """Whether a command's argument means a file of this folder."""
        return _bare(argument).lower() in self.files

    def take(self, argument: str, kind: str, origin: Origin) -> ChangeFile:
        r"""Give the file that a command names: ``name``, ``.\name`` or ``%~dp0name``.

        Raises:
            PlanError: The folder holds no such file.
        """
        name = _bare(argument)
        file = self.files.get(name.lower())
        if file is None or file.kind != kind:
            shown = PureWindowsPath(argument.replace("\0", "%")).name
            raise PlanError(
                origin, f"{shown!r} is no {kind} file of this folder: put it here, and name it without a path"
            )
        self.named.add(name.lower())
        return file


def read_folder(folder: Path) -> ChangeFolder:
    """Read the files of a planned change.

    Raises:
        PlanError: There is no such folder, it is empty, or holds what is no change.
    """
    whole = Origin(str(folder))
    try:
        entries = sorted(folder.iterdir(), key=lambda entry: (entry.name.lower(), entry.name))
    except OSError as error:
        raise PlanError(whole, f"cannot read this folder: {error.strerror or error}") from error
    entries = [entry for entry in entries if entry.name.lower() not in _LEFT_BY_SYSTEMS]
    if not entries:
        raise PlanError(whole, "no change in this folder: put .xml, .cmd, .vbs or .reg files into it")
    if len(entries) > COUNT_LIMIT:
        raise PlanError(whole, f"more than {COUNT_LIMIT} files in this folder")
    files: dict[str, ChangeFile] = {}
    for entry in entries:
        file = _read(entry)
        other = files.setdefault(entry.name.lower(), file)
        if other is not file:
            raise PlanError(file.origin, f"Windows does not tell this name from {other.path.name}")
    return ChangeFolder(files)


def _read(path: Path) -> ChangeFile:
    origin = Origin(str(path))
    if path.is_dir():
        raise PlanError(origin, "a folder inside the change is not read: put its files beside the others")
    if path.suffix.lower() not in _KINDS:
        raise PlanError(origin, f"not a kind of file that holds a change ({', '.join(sorted(_KINDS))})")
    if not path.is_file():
        raise PlanError(origin, "not a regular file")
    limit = DATA_LIMIT if path.suffix.lower() in {EXPORT, REGISTRY} else COMMANDS_LIMIT
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise PlanError(origin, f"cannot read this file: {error.strerror or error}") from error
    if len(data) > limit:
        raise PlanError(origin, f"larger than {limit // 2**10} KB")
    return ChangeFile(origin, path, data)


def _bare(argument: str) -> str:
    """Give a name without what means the folder itself; another path stays, and is no file's name."""
    return argument.removeprefix(OWN_FOLDER).removeprefix(".\\")

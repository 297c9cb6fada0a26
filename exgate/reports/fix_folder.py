"""The folder of fix plans: what in it is exgate's own, and goes."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

MARK = "exgate fix plan (exgate writes and removes this file: copy it to keep notes in it)"
"""How a plan's first line begins: what tells it from a person's own file."""
_SUFFIXES = frozenset({".txt", ".tmp"})


def remove_plans(folder: Path, but: Collection[Path] = ()) -> None:
    """Remove what exgate wrote there, and the folder with the last of it.

    Raises:
        OSError: Something cannot be removed.
    """
    for path in _own_files(folder):
        if path not in but:
            path.unlink()
    if not but and folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def _own_files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return [path for path in folder.iterdir() if path.suffix in _SUFFIXES and is_own(path)]


def is_own(path: Path) -> bool:
    """Whether a file is a plan of exgate's."""
    if path.is_symlink() or not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            return file.read(len(MARK)) == MARK.encode()
    except PermissionError:
        return False

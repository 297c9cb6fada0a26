"""Files that are written at once or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path


def write_file(path: Path, data: bytes | Iterable[bytes]) -> None:
    """Write a file, at once: whoever reads it sees the old one or the whole new one.

    Args:
        path: The file.
        data: Its octets, or pieces of them.

    Raises:
        OSError: It cannot be written.
    """
    pieces = (data,) if isinstance(data, bytes) else data
    if path.exists() and not path.is_file():
        _write(path, pieces)  # a device or a pipe, which nothing may take the place of
        return
    scratch = scratch_of(path)
    try:
        _write(scratch, pieces)
        scratch.replace(path)
    except BaseException:
        scratch.unlink(missing_ok=True)
        raise


def _write(path: Path, pieces: Iterable[bytes]) -> None:
    with path.open("wb") as file:
        file.writelines(pieces)


def scratch_of(path: Path) -> Path:
    """Give the file that this process writes first, in the same folder."""
    return path.with_name(f".{path.name}.{os.getpid()}.tmp")

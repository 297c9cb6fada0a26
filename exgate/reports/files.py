"""Files that are written at once or not at all."""

from __future__ import annotations

import os
from pathlib import Path


def write_file(path: Path, data: bytes) -> None:
    """Write a file, at once: whoever reads it sees the old one or the whole new one.

    Raises:
        OSError: It cannot be written.
    """
    if path.exists() and not path.is_file():
        path.write_bytes(data)  # a device or a pipe, which nothing may take the place of
        return
    scratch = scratch_of(path)
    try:
        scratch.write_bytes(data)
        scratch.replace(path)
    except BaseException:
        scratch.unlink(missing_ok=True)
        raise


def scratch_of(path: Path) -> Path:
    """Give the file that this process writes first, in the same folder."""
    return path.with_name(f".{path.name}.{os.getpid()}.tmp")

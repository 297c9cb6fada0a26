"""Whether this process may open as many sockets as its servers need."""

from __future__ import annotations

import sys
from typing import Final

if sys.platform != "win32":
    import resource

_SPARE: Final = 512
"""For clients' connections, imports and the control endpoint."""


def allow_open_files(sockets: int) -> None:
    """Raise this process's own limit of open files as far as is needed and allowed.

    Args:
        sockets: How many sockets listen.

    Raises:
        OSError: The system allows fewer.
    """
    if sys.platform == "win32":
        return
    needed = sockets + _SPARE
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return
    if hard != resource.RLIM_INFINITY and hard < needed:
        raise OSError(f"{sockets} listening sockets need {needed} open files and the system allows {hard} (ulimit -Hn)")
    resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))


def peak_memory() -> int | None:
    """Give the most octets of memory that this process has had, None where that cannot be known."""
    if sys.platform == "win32":
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024

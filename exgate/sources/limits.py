"""How long and how many."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The bounds of a collection.

    Attributes:
        parallel: Hosts that are asked at the same time.
        connect_timeout: Seconds for a TCP connection.
        host_timeout: Seconds for everything that is asked of one host.
    """

    parallel: int = 32
    connect_timeout: float = 5.0
    host_timeout: float = 60.0

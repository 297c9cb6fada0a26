"""How long a server's answers take: a latency, and a jitter that is the same in every run."""

from __future__ import annotations

from random import Random


class Delays:
    """The delays of one server's answers, one after another.

    Args:
        latency: Seconds that every answer takes longer.
        jitter: Seconds by which that varies, up and down and evenly; never below 0.
        seed: Makes the sequence.
    """

    def __init__(self, latency: float = 0.0, jitter: float = 0.0, seed: str = "") -> None:
        self._latency = latency
        self._jitter = jitter
        self._random = Random(seed)  # noqa: S311 - a delay is no secret

    def next(self) -> float:
        """Give the next answer's delay in seconds."""
        if not self._jitter:
            return self._latency
        return max(0.0, self._latency + self._random.uniform(-self._jitter, self._jitter))

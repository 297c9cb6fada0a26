"""How many findings the last runs had, as the geometry of a small drawing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from exgate.reports.results import utc
from exgate.verdicts import Outcome

MOST = 30
"""Runs that are drawn, the last ones."""
WIDTH, HEIGHT = 640, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 48, 620, 16, 184
_DRAWN = (
    (Outcome.FAIL, "square"),
    (Outcome.UNKNOWN, "circle"),
    (Outcome.UNREACHABLE, "triangle"),
)
_STEPS = (1, 2, 5)
_TICKS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendPoint:
    """A run.

    Attributes:
        finished: When it ended.
        counts: How many verdicts of each outcome it had.
        complete: Whether everything that was selected had a verdict.
    """

    finished: datetime
    counts: Mapping[str, int]
    complete: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """A run's place on a line, in the drawing's units."""

    x: float
    y: float
    complete: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One outcome over the runs; its dashes and marks tell it from the others where colours do not."""

    outcome: str
    shape: str
    marks: tuple[Mark, ...]

    @property
    def points(self) -> str:
        """The line as SVG's ``points``."""
        return " ".join(f"{mark.x:g},{mark.y:g}" for mark in self.marks)


@dataclass(frozen=True, slots=True)
class Run:
    """A run's row in the table."""

    finished: str
    complete: bool
    counts: tuple[int, ...]
    verdicts: int


class Chart:
    """The drawing and the table of the last runs.

    Attributes:
        outcomes: The outcomes that are drawn.
        runs: The rows, oldest first.
        left_out: How many older runs there are.
    """

    width, height = WIDTH, HEIGHT
    left, right, top, bottom = _LEFT, _RIGHT, _TOP, _BOTTOM

    def __init__(self, trend: Sequence[TrendPoint]) -> None:
        points = trend[-MOST:]
        self.outcomes = tuple(outcome.value for outcome, _ in _DRAWN)
        self.left_out = len(trend) - len(points)
        self.runs = tuple(
            Run(
                finished=utc(point.finished).replace("T", " ").replace("Z", " UTC"),
                complete=point.complete,
                counts=tuple(point.counts.get(outcome, 0) for outcome in self.outcomes),
                verdicts=sum(point.counts.values()),
            )
            for point in points
        )

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines."""
        return tuple(
            Line(
                outcome.value,
                shape,
                tuple(
                    Mark(self._x(place), self.y(run.counts[number]), run.complete)
                    for place, run in enumerate(self.runs)
                ),
            )
            for number, (outcome, shape) in enumerate(_DRAWN)
        )

    @cached_property
    def ticks(self) -> tuple[int, ...]:
        """The numbers beside the drawing: from 0 to no less than the largest count, in steps of 1, 2 or 5 tens."""
        largest = max((max(run.counts) for run in self.runs), default=0)
        step, tens = 1, 1
        while step * _TICKS < largest:
            step, tens = next(
                (each * power, power) for power in (tens, tens * 10) for each in _STEPS if each * power > step
            )
        return tuple(range(0, max(largest, 1) + step, step))

    def y(self, count: int) -> float:
        """Give how far from the top a count is drawn."""
        return round(_BOTTOM - (_BOTTOM - _TOP) * count / self.ticks[-1], 1)

    def _x(self, place: int) -> float:
        return round(_LEFT + (_RIGHT - _LEFT) * place / max(len(self.runs) - 1, 1), 1)

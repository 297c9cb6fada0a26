"""Earlier runs' results: the last ones are kept, and their counts make the trend."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from exgate.reports.files import write_file
from exgate.reports.page.trend import TrendPoint
from exgate.reports.results import SCHEMA, RunRecord, parse_utc

FOLDER = "history"
"""The folder beside the results."""
_NAME = re.compile(r"results-\d{8}T\d{6}Z(-\d+)?\.json")
_STAMP = "%Y%m%dT%H%M%SZ"
_PIECE = 2**20
_HEAD_BYTES = 2**20
"""What stands before the requirements is far shorter."""
_HEAD_END = b'\n"requirements": '
_ASKED = ("hosts", "inventory", "facts_from", "candidate")
"""What two runs must have in common to be compared."""


def keep(folder: Path, written: Path, finished: datetime, most: int, but: Collection[Path] = ()) -> None:
    """Keep a run's results, and remove the oldest of more than `most`; other files stay.

    Args:
        folder: It is made where there is none.
        written: The run's results.json.
        finished: When the run ended.
        most: How many runs are kept, at least 1.
        but: Files that stay all the same, as `Path.resolve` gives them.

    Raises:
        OSError: They cannot be written, or old ones not removed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"results-{finished.astimezone(UTC):{_STAMP}}"
    path, number = folder / f"{stem}.json", 1
    while path.exists():
        number += 1
        path = folder / f"{stem}-{number}.json"
    with written.open("rb") as file:
        write_file(path, iter(partial(file.read, _PIECE), b""))
    for old in _files(folder)[:-most]:
        if old.resolve() not in but:
            old.unlink(missing_ok=True)


def trend(folder: Path, run: RunRecord) -> tuple[TrendPoint, ...]:
    """Give the counts of the kept runs that asked for the same as this one, the oldest first.

    A file that is no results file is passed over.
    """
    asked = {name: getattr(run, name) for name in _ASKED}
    points = (_point(path, asked) for path in _files(folder))
    return tuple(point for point in points if point and point.finished < run.finished)


def _files(folder: Path) -> list[Path]:
    """Give the kept runs' files, the oldest first."""
    if not folder.is_dir():
        return []
    return sorted((path for path in folder.iterdir() if _NAME.fullmatch(path.name)), key=_order)


def _order(path: Path) -> tuple[str, int]:
    stamp, _, number = path.stem.removeprefix("results-").partition("-")
    return stamp, int(number or 1)


def _point(path: Path, asked: Mapping[str, object]) -> TrendPoint | None:
    """Read a run's counts out of the beginning of its file: the whole of thirty would take longer than the run."""
    try:
        with path.open("rb") as file:
            head, end, _ = file.read(_HEAD_BYTES).partition(_HEAD_END)
        data = json.loads(head.rstrip(b",\r\n") + b"}") if end else {}
        run, counts = data["run"], {str(name): int(count) for name, count in data["summary"].items()}
        finished = parse_utc(run["finished"])
        if data["schema"] != SCHEMA or any(run[name] != value for name, value in asked.items()):
            return None
        return TrendPoint(finished=finished, counts=counts, complete=run["complete"] is True)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None

"""The reports' files: where they are, and what is told of one that cannot be written."""

from __future__ import annotations

import errno
import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from exgate.reports.results_file import scratch_of

RESULTS = "exgate_results"
"""The option --results in pytest's configuration."""
_OPTIONS = ("htmlpath", "xmlpath", RESULTS)


def make_folders(config: pytest.Config) -> None:
    """Make the reports' folders before pytest-html does: it has no words for one that cannot be made.

    Raises:
        pytest.UsageError: One cannot be made, or the results cannot be written there.
    """
    for path in report_paths(config):
        with writable(path):
            path.parent.mkdir(parents=True, exist_ok=True)
    results = report_path(config, RESULTS)
    if results and not config.option.collectonly and (results.is_file() or not results.exists()):
        with writable(results):
            scratch_of(results).touch()
            scratch_of(results).unlink()


def report_paths(config: pytest.Config) -> list[Path]:
    """Give the files of the reports that this run writes."""
    return [path for option in _OPTIONS if (path := report_path(config, option))]


def report_path(config: pytest.Config, option: str) -> Path | None:
    """Give one report's file, None where it is not wanted."""
    value = getattr(config.option, option, None)
    return Path(os.path.expandvars(value)).expanduser() if value else None


def remove_reports(config: pytest.Config, but: Collection[Path] = ()) -> None:
    """Remove old reports.

    Args:
        config: pytest's configuration.
        but: Files that stay, as `Path.resolve` gives them.

    Raises:
        pytest.UsageError: There is something else, or one cannot be removed.
    """
    for path in report_paths(config):
        if path.resolve() not in but:
            _remove(path)


def _remove(path: Path) -> None:
    with writable(path):
        if path.is_file():
            path.unlink()
        elif path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))


@contextmanager
def writable(path: Path) -> Iterator[None]:
    """Say in one line that a report cannot be written.

    Raises:
        pytest.UsageError: It cannot.
    """
    try:
        yield
    except OSError as error:
        raise pytest.UsageError(cannot_write(path, error)) from None


def cannot_write(path: Path, error: OSError) -> str:
    """Give that line."""
    return f"{path}: no report can be written there: {error.strerror or type(error).__name__}"

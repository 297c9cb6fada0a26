"""The reports' files: where they are, and what is told of one that cannot be written."""

from __future__ import annotations

import errno
import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from exgate.plugin.report_options import (
    JUNIT,
    PAGE_OF_PYTEST_HTML,
    PYTEST_HTML,
    RESULTS,
    chosen_reports,
    history_length,
    report_folder,
    report_path,
    set_report_files,
)
from exgate.reports.files import scratch_of
from exgate.reports.fix_folder import remove_plans
from exgate.reports.formats import FORMATS
from exgate.reports.history import FOLDER

FIX = "fix"
"""The word for fix plans among the reports: they are a folder of files, and no format."""
KNOWN = (*FORMATS, FIX)
_OWN_OPTIONS = {"junit": JUNIT, "json": RESULTS}
_HEAD_BYTES = 2**16
_MARKS = (b"exgate", b"KB 817379", b"KB817379-")
"""Every report says one of these at its beginning."""


def prepare_reports(config: pytest.Config) -> None:
    """Decide which reports are written, and make their folders before pytest-html does: it has no words for trouble.

    Raises:
        pytest.UsageError: A report is unknown, or one cannot be written.
    """
    set_report_files(config, chosen_reports(config, KNOWN))
    history_length(config)
    if config.option.collectonly:
        return
    for path in report_paths(config):
        with writable(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.is_dir():
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
            if path.is_file() or not path.exists():
                scratch_of(path).touch()
                scratch_of(path).unlink()


def format_files(config: pytest.Config) -> dict[str, Path]:
    """Give the file of each format that is made from the results and that this run writes."""
    chosen = chosen_reports(config, KNOWN)
    own = {name: report_path(config, option) for name, option in _OWN_OPTIONS.items()}
    by_folder = {name: report_folder(config) / FORMATS[name].file if name in chosen else None for name in FORMATS}
    return {name: path for name, path in (by_folder | own).items() if path}


def fix_folder(config: pytest.Config) -> Path | None:
    """Give the folder of the fix plans, None where they are not wanted."""
    return report_folder(config) / FIX if FIX in chosen_reports(config, KNOWN) else None


def history_folder(config: pytest.Config) -> Path:
    """Give the folder of earlier runs' results."""
    return report_folder(config) / FOLDER


def report_paths(config: pytest.Config) -> list[Path]:
    """Give the files of the reports that this run writes, but the fix plans."""
    page = report_path(config, PYTEST_HTML)
    return [*([page] if page else []), *format_files(config).values()]


def remove_reports(config: pytest.Config, but: Collection[Path] = ()) -> None:
    """Remove old reports, also those that this run does not write: beside new ones they look new.

    Of the latter only what exgate has written goes; somebody else's file may have the same name.

    Args:
        config: pytest's configuration.
        but: Files that stay, as `Path.resolve` gives them.

    Raises:
        pytest.UsageError: There is something else, or one cannot be removed.
    """
    wanted = report_paths(config)
    others = [report_folder(config) / name for name in (PAGE_OF_PYTEST_HTML, *(each.file for each in FORMATS.values()))]
    for path in [*wanted, *(other for other in others if other not in wanted and _is_own(other))]:
        if path.resolve() not in but:
            _remove(path)
    with writable(report_folder(config) / FIX):
        remove_plans(report_folder(config) / FIX)


def _is_own(path: Path) -> bool:
    """Whether a file with a report's name is a report of exgate's."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError:
        return False
    return any(mark in head for mark in _MARKS)


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

"""Which reports a run writes, and where: --report, --report-dir, --results, --history."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

DEFAULT_REPORTS = ("html", "junit", "json", "md", "fix")
PYTEST_HTML, JUNIT, RESULTS = "htmlpath", "xmlpath", "exgate_results"
"""The options --html, --junitxml and --results in pytest's configuration."""
PAGE_OF_PYTEST_HTML = "report.html"
_OWN_OPTIONS = {
    "html": (PYTEST_HTML, PAGE_OF_PYTEST_HTML),
    "junit": (JUNIT, "junit.xml"),
    "json": (RESULTS, "results.json"),
}
"""Reports whose file has an option of its own, and the file's name where that is not given."""
_NONE = "none"
_MOST_RUNS = 10_000


def add_report_options(group: pytest.OptionGroup) -> None:
    """Declare the options; --html is pytest-html's, --junitxml pytest's own."""
    group.addoption(
        "--report",
        metavar="REPORT,...",
        default=",".join(DEFAULT_REPORTS),
        help="which reports to write: html (index.html, and pytest-html's report.html), junit (junit.xml), json "
        "(results.json), md (summary.md), csv (results.csv), sarif (results.sarif), prom (exgate.prom), fix (a fix "
        f"plan for each host with findings), or {_NONE} (default: {','.join(DEFAULT_REPORTS)})",
    )
    group.addoption(
        "--report-dir",
        metavar="DIR",
        default="reports",
        help="folder of the reports (default: reports); --html, --junitxml and --results name single files elsewhere",
    )
    group.addoption(
        "--results",
        dest=RESULTS,
        metavar="FILE",
        help="write the results as JSON, for programs and as a later baseline, to this file instead of results.json in "
        "the folder of the reports; nothing after the = for none",
    )
    group.addoption(
        "--history",
        metavar="N",
        type=int,
        default=30,
        help="how many runs' results are kept in the folder history of the reports, for the trend; 0 for none "
        "(default: 30)",
    )


def chosen_reports(config: pytest.Config, known: tuple[str, ...]) -> tuple[str, ...]:
    """Read which reports are wanted.

    Raises:
        pytest.UsageError: A word is no report.
    """
    words = [word.strip() for word in config.getoption("--report").split(",") if word.strip()]
    if words == [_NONE]:
        return ()
    unknown = [word for word in words if word not in known]
    if unknown or not words:
        message = (
            f"--report: {', '.join(unknown) or 'nothing'} is no report; choose from {', '.join(known)}, or {_NONE}"
        )
        raise pytest.UsageError(message)
    return tuple(dict.fromkeys(words))


def report_folder(config: pytest.Config) -> Path:
    """Give the folder of the reports."""
    return _path(config.getoption("--report-dir"))


def history_length(config: pytest.Config) -> int:
    """Read how many runs' results are kept.

    Raises:
        pytest.UsageError: It is negative, or absurd.
    """
    number: int = config.getoption("--history")
    if not 0 <= number <= _MOST_RUNS:
        message = f"--history must be at least 0 and at most {_MOST_RUNS}, not {number}"
        raise pytest.UsageError(message)
    return number


def set_report_files(config: pytest.Config, chosen: tuple[str, ...]) -> None:
    """Tell pytest-html and pytest's JUnit where their files go; one that the command line names stays as it is."""
    for report, (option, name) in _OWN_OPTIONS.items():
        if report in chosen and getattr(config.option, option, None) is None:
            setattr(config.option, option, str(report_folder(config) / name))


def report_path(config: pytest.Config, option: str) -> Path | None:
    """Give the file of a report with an option of its own, None where it is not wanted."""
    value = getattr(config.option, option, None)
    return _path(value) if value else None


def _path(value: str) -> Path:
    return Path(os.path.expandvars(value)).expanduser()

"""--list-requirements and --write-docs: pytest collects the requirements, and nothing is run or asked."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from exgate.requirements import Requirement, requirement_of

_NOTHING = "no requirement was selected: nothing is listed"
_NARROWED = "--write-docs describes every requirement: leave out files, -m, -k, --requirement and --no-wire"


def is_listing(config: pytest.Config) -> bool:
    """Whether requirements are only listed or described, so that no hosts are needed and no reports written."""
    return bool(config.getoption("--list-requirements") or config.getoption("--write-docs"))


def prepare(config: pytest.Config) -> None:
    """Keep pytest silent and its reports unwritten; to be called before plugins are configured."""
    option = config.option
    # pytest's own ways to look around come first: they need its terminal.
    if option.help or option.showfixtures or option.show_fixtures_per_test or getattr(option, "cacheshow", None):
        return
    option.collectonly = True
    option.xmlpath = option.htmlpath = option.exgate_results = None
    # Its lines would stand around the table, and make the JSON unreadable.
    config.pluginmanager.set_blocked("terminalreporter")
    config.pluginmanager.register(ExgateListing(config), "exgate-listing")


class ExgateListing:
    """Hooks that take the place of pytest's terminal and of its running of tests."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._narrowed = config.args_source is pytest.Config.ArgsSource.ARGS

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Show what cannot be collected: nobody else does."""
        if report.failed:
            sys.stderr.write(f"ERROR: {report.nodeid}\n{report.longreprtext}\n")

    def pytest_deselected(self, items: Sequence[pytest.Item]) -> None:
        """Notice when requirements were narrowed."""
        self._narrowed |= any(map(requirement_of, items))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """List or describe what was collected.

        Raises:
            pytest.UsageError: The docs cannot be written.
            pytest.Session.Interrupted: Something could not be collected.
        """
        if session.testsfailed:
            message = f"{session.testsfailed} errors during collection"
            raise session.Interrupted(message)
        by_id = {record.id: record for item in session.items if (record := requirement_of(item))}
        records = [by_id[identifier] for identifier in sorted(by_id)]
        # A user's own tests are no requirements: with nothing else, nothing was selected.
        session.testscollected = len(records)
        if not records:
            sys.stderr.write(f"{_NOTHING}\n")
        if self._config.getoption("--list-requirements"):
            self._list(records)
        folder = self._config.getoption("--write-docs")
        if folder and records:
            self._write(records, Path(folder))
        return True

    def _list(self, records: Sequence[Requirement]) -> None:
        from exgate.reports.listing import table, to_json

        if self._config.getoption("--json"):
            print(to_json(records))  # noqa: T201 - this is the option's output
            return
        for line in table(records) if records else ():
            print(line)  # noqa: T201 - the same

    def _write(self, records: Sequence[Requirement], folder: Path) -> None:
        if self._narrowed:
            raise pytest.UsageError(_NARROWED)
        from exgate.reports.docs import write_docs
        from exgate.reports.docs_coverage import CoverageError

        try:
            pages = write_docs(folder, records)
        except OSError as error:
            message = f"--write-docs={folder}: no docs can be written there: {error.strerror or type(error).__name__}"
            raise pytest.UsageError(message) from None
        except CoverageError as error:
            message = f"exgate/reports/coverage.yml: {error}"
            raise pytest.UsageError(message) from None
        print(f"{pages} pages: {folder}")  # noqa: T201 - the same

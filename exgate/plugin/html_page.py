"""Verdicts on pytest-html's page."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from exgate.plugin.recording import ExgateRecording
from exgate.plugin.run_summary import RunSummary
from exgate.plugin.verdict_report import CATEGORIES, verdict_of
from exgate.reports import html
from exgate.verdicts import Outcome


class ExgateHtmlPage:
    """pytest-html's hooks."""

    def __init__(self, summary: RunSummary, recording: ExgateRecording) -> None:
        self._summary = summary
        self._recording = recording
        self._page: Any = None
        self._left_out: Counter[Outcome] = Counter()

    @pytest.hookimpl(optionalhook=True)
    def pytest_html_report_title(self, report: Any) -> None:  # noqa: ANN401 - pytest-html has no types
        """Name the report."""
        self._page = report
        report.title = f"KB 817379: {self._summary.run.pattern if self._summary.run else 'no hosts'}"

    @pytest.hookimpl(optionalhook=True)
    def pytest_html_results_summary(self, prefix: list[str]) -> None:
        """Say what the run means."""
        said = self._summary
        lines = [*said.planned, *said.counts, *said.coverage, *said.facts, *said.waivers, *said.comparison]
        lines += [*said.left_out, *said.ending, *html.left_out_lines(self._left_out)]
        prefix += html.summary(lines)

    @pytest.hookimpl(optionalhook=True)
    def pytest_html_results_table_header(self, cells: list[str]) -> None:
        """Add our columns."""
        html.add_headers(cells)

    def takes(self, report: pytest.TestReport) -> bool:
        """Whether a verdict gets a row; one that does not is counted."""
        verdict = verdict_of(report)
        if verdict is None or verdict.outcome not in html.LEFT_OUT or not self._is_long:
            return True
        self._left_out[verdict.outcome] += 1
        self._page.outcomes = CATEGORIES[verdict.outcome]
        return False

    @pytest.hookimpl(optionalhook=True)
    def pytest_html_results_table_row(self, report: pytest.TestReport, cells: list[str]) -> None:
        """Fill our columns; a page of many verdicts has no rows of those that are in order."""
        verdict = verdict_of(report)
        if self.takes(report):
            html.add_cells(cells, verdict, report.nodeid)
        else:
            cells.clear()

    @pytest.hookimpl(optionalhook=True)
    def pytest_html_results_table_html(self, report: pytest.TestReport, data: list[str]) -> None:
        """Replace the log of a verdict by its detail."""
        verdict = verdict_of(report)
        if verdict:
            data[:] = html.detail(verdict, self._recording.detail(verdict))

    @property
    def _is_long(self) -> bool:
        run = self._summary.run
        return run is not None and len(run.judged) > html.MOST_ROWS

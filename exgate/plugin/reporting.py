"""Verdicts in what pytest reports: its terminal, the exit status, and the reports that are written at the end."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from exgate.plugin.fixtures import RUN
from exgate.plugin.gate import NOT_JUDGED, only_regressions
from exgate.plugin.options import fail_on
from exgate.plugin.recording import ExgateRecording
from exgate.plugin.report_files import remove_reports
from exgate.plugin.report_writing import ReportWriting
from exgate.plugin.run_summary import RunSummary
from exgate.plugin.verdict_report import CATEGORIES, FINDINGS, verdict_of
from exgate.reports.results import Results
from exgate.reports.terminal import (
    LETTERS,
    before_lines,
    finding_lines,
    in_order_lines,
    table_lines,
    waived_lines,
)
from exgate.verdicts import FAIL_ON, UNSEEN, Verdict, exit_status

_COLOURS = {"passed": "green", "failed": "red", "error": "red"}
_VERY_QUIET = -2
_TOLD = (*FINDINGS, "xfailed")
"""What has a line of ours, so that pytest need not tell it."""


class ExgateReporting:
    """Hooks that report, in the process that reports."""

    def __init__(self, config: pytest.Config, recording: ExgateRecording, summary: RunSummary) -> None:
        self._config = config
        self._recording = recording
        self._summary = summary
        self._writing = ReportWriting(config)
        self._fail_on = FAIL_ON

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """A run that does not get as far as its reports must not leave those of an earlier one behind."""
        if not session.config.option.collectonly:
            remove_reports(self._config, self._recording.kept)
        self._fail_on = fail_on(session.config)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Remember the verdicts."""
        verdict = verdict_of(report)
        if verdict:
            self._summary.verdicts.append(verdict)
        elif report.when == "call" or report.outcome != "passed":
            self._summary.other_tests[report.nodeid] = report.outcome

    def pytest_keyboard_interrupt(self) -> None:
        """Remember that the run was ended: pytest.exit may give it any exit status."""
        self._summary.interrupted = True

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Remember files of tests that are broken."""
        if report.failed:
            self._summary.broken.append(report.nodeid)

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(
        self, report: pytest.TestReport
    ) -> tuple[str, str, tuple[str, dict[str, bool]]] | None:
        """Show a verdict by its own name and letter."""
        verdict = verdict_of(report)
        if verdict is None:
            return None
        category = CATEGORIES[verdict.outcome]
        word = (verdict.outcome.upper(), {_COLOURS.get(category, "yellow"): True})
        return category, LETTERS[verdict.outcome], word

    # Within the terminal's own wrapper, which writes the summary at its end: by then all reports are in place.
    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> Generator[None, object, object]:
        """Set the exit status and write the reports: ours first, then pytest's own."""
        summary = self._summary
        summary.status = int(exitstatus)
        if summary.interrupted and not summary.status:
            summary.status = session.exitstatus = int(pytest.ExitCode.INTERRUPTED)
        elif exitstatus in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}:
            summary.status = session.exitstatus = self._judged_status(session)
        results = self._results(session)
        if results:
            self._writing.write(results, self._recording.kept)
        outcome = None
        with self._writing.pytests_own(results, kept=self._tells_something(results)):
            outcome = yield
        self._no_success_without_reports(session, results)
        terminal = self._config.pluginmanager.getplugin("terminalreporter")
        if terminal and exitstatus == pytest.ExitCode.INTERNAL_ERROR and RUN in self._config.stash:
            # pytest has no summary then.
            self._summarize(terminal)
        return outcome

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> Generator[None, object, object]:
        """Show our findings in one line each, in place of pytest's sections of failures and errors."""
        if self._refused:
            with _no_sections(terminalreporter):
                return (yield)
        with _own_findings_hidden(terminalreporter.stats):
            result = yield
        if RUN in self._config.stash and not self._config.option.collectonly:
            self._summarize(terminalreporter)
        return result

    @property
    def _refused(self) -> bool:
        """Whether the command line turned out to be wrong when the tests were collected."""
        return self._summary.status == pytest.ExitCode.USAGE_ERROR

    def _judged_status(self, session: pytest.Session) -> int:
        verdicts = self._summary.verdicts
        others = session.testsfailed > sum(CATEGORIES[verdict.outcome] in FINDINGS for verdict in verdicts)
        if others:
            return int(pytest.ExitCode.TESTS_FAILED)
        counted = [verdict.outcome for verdict in self._recording.counted(verdicts) if self._counts(verdict)]
        return exit_status(counted, self._fail_on, complete=self._summary.is_complete)

    def _counts(self, verdict: Verdict) -> bool:
        """Whether a verdict counts for the exit status.

        Of a user's own test nobody knows what it was before, and on a host of which too little is known nobody can tell
        what the change makes worse.
        """
        if not only_regressions(self._config) or verdict.gets_worse or verdict.before is None:
            return True
        return verdict.outcome in UNSEEN and verdict.host in self._config.stash.get(NOT_JUDGED, ())

    def _results(self, session: pytest.Session) -> Results | None:
        if self._refused:
            return None
        summary = self._summary
        status, words = summary.status or 0, summary.exit_words
        return self._recording.results(
            session, summary.verdicts, status, words, summary.other_counts, complete=summary.is_complete
        )

    def _tells_something(self, results: Results | None) -> bool:
        """Whether pytest's own reports are wanted: to a program one of nothing, or of half of it, looks green."""
        stopped = self._refused or self._summary.status == pytest.ExitCode.INTERRUPTED
        if results is not None or self._summary.status == pytest.ExitCode.INTERNAL_ERROR:
            return True
        return bool(self._summary.broken) or (bool(self._summary.other_tests) and not stopped)

    def _no_success_without_reports(self, session: pytest.Session, results: Results | None) -> None:
        """A run that cannot leave its reports has failed, and those that it could leave say so."""
        self._summary.unwritten = self._writing.unwritten
        if not self._writing.unwritten or self._summary.status:
            return
        self._summary.status = session.exitstatus = int(pytest.ExitCode.INTERNAL_ERROR)
        if results:
            run = replace(results.run, exit_status=self._summary.status, exit_words=self._summary.exit_words)
            self._writing.write_again(replace(results, run=run))

    def _summarize(self, terminal: pytest.TerminalReporter) -> None:
        verbosity, summary = self._config.get_verbosity(), self._summary
        terminal.section("KB 817379")
        if verbosity > _VERY_QUIET:
            self._tell_findings(terminal, every=verbosity > 0)
        lines = [*summary.counts, *summary.left_out]
        if verbosity >= 0:
            changed = before_lines(summary.verdicts, every=verbosity > 0)
            table = table_lines(summary.verdicts)
            lines = [*changed, *summary.comparison, *table, *lines, *summary.coverage, *summary.facts]
        for line in lines:
            terminal.write_line(line)
        for line in summary.ending:
            terminal.write_line(line, bold=True)
        for path in self._writing.written if verbosity >= 0 else ():
            terminal.write_line(f"report: {path}")
        for line in self._writing.unwritten:
            terminal.write_line(line, red=True)

    def _tell_findings(self, terminal: pytest.TerminalReporter, *, every: bool) -> None:
        verdicts = self._summary.verdicts
        for line in in_order_lines(verdicts) if every else ():
            terminal.write_line(line)
        for line in finding_lines(verdicts):
            terminal.write_line(line, red=True)
        for line in (*waived_lines(verdicts), *(f"warning: {text}" for text in self._summary.waivers)):
            terminal.write_line(line, yellow=True)


@contextmanager
def _own_findings_hidden(stats: dict[str, list[Any]]) -> Iterator[None]:
    """Take our findings out of pytest's statistics for a while, so that it writes no sections of them."""
    before = {category: stats[category] for category in _TOLD if category in stats}
    stats |= {
        category: [report for report in reports if not verdict_of(report)] for category, reports in before.items()
    }
    try:
        yield
    finally:
        stats |= before


@contextmanager
def _no_sections(terminal: pytest.TerminalReporter) -> Iterator[None]:
    """Keep plugins from telling of reports that do not stay."""
    vars(terminal)["write_sep"] = lambda *_arguments, **_markup: None
    try:
        yield
    finally:
        del vars(terminal)["write_sep"]

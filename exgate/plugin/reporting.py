"""Verdicts in what pytest reports: its terminal, its JUnit file, pytest-html's page, the exit status."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from exgate.plugin.fixtures import RUN
from exgate.plugin.gate import NOT_JUDGED, describe_change, only_regressions
from exgate.plugin.options import fail_on
from exgate.plugin.recording import ExgateRecording
from exgate.plugin.report_files import remove_reports
from exgate.plugin.report_writing import ReportWriting
from exgate.plugin.selection import left_out_line
from exgate.plugin.waiving import waiver_notices
from exgate.reports import html
from exgate.reports.results import OtherTestsRecord, Results
from exgate.reports.terminal import (
    LETTERS,
    before_lines,
    count_line,
    coverage_line,
    finding_lines,
    in_order_lines,
    status_line,
    status_words,
    table_lines,
    waived_lines,
)
from exgate.reports.waivers import waived_text
from exgate.verdicts import FAIL_ON, UNSEEN, Outcome, Verdict, exit_status

_ATTRIBUTE = "exgate_verdict"
_CATEGORIES = {
    Outcome.PASS: "passed",
    Outcome.FAIL: "failed",
    Outcome.UNKNOWN: "error",
    Outcome.UNREACHABLE: "error",
    Outcome.WAIVED: "xfailed",
    Outcome.NOT_APPLICABLE: "skipped",
}
_COLOURS = {"passed": "green", "failed": "red", "error": "red"}
_VERY_QUIET = -2
_FINDINGS = ("failed", "error")
_TOLD = (*_FINDINGS, "xfailed")
"""What has a line of ours, so that pytest need not tell it."""


class ExgateReporting:
    """Hooks that report, in the process that reports."""

    def __init__(self, config: pytest.Config, recording: ExgateRecording) -> None:
        self._config = config
        self._recording = recording
        self._writing = ReportWriting(config)
        self._fail_on = FAIL_ON
        self._verdicts: list[Verdict] = []
        self._other_tests: dict[str, str] = {}
        self._page: Any = None
        self._page_left_out: Counter[Outcome] = Counter()
        self._status: int | None = None

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
            self._verdicts.append(verdict)
        elif report.when == "call" or report.outcome != "passed":
            self._other_tests[report.nodeid] = report.outcome

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(
        self, report: pytest.TestReport
    ) -> tuple[str, str, tuple[str, dict[str, bool]]] | None:
        """Show a verdict by its own name and letter."""
        verdict = verdict_of(report)
        if verdict is None:
            return None
        category = _CATEGORIES[verdict.outcome]
        word = (verdict.outcome.upper(), {_COLOURS.get(category, "yellow"): True})
        return category, LETTERS[verdict.outcome], word

    # Within the terminal's own wrapper, which writes the summary at its end: by then all reports are in place.
    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> Generator[None, object, object]:
        """Set the exit status before the reports are written, and complete the JUnit file afterwards."""
        self._status = int(exitstatus)
        if exitstatus in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}:
            others = session.testsfailed > sum(_CATEGORIES[v.outcome] in _FINDINGS for v in self._verdicts)
            counted = [verdict for verdict in self._recording.counted(self._verdicts) if self._counts(verdict)]
            outcomes = [verdict.outcome for verdict in counted]
            seen = exit_status(outcomes, self._fail_on, complete=not self._not_judged)
            self._status = int(pytest.ExitCode.TESTS_FAILED) if others else seen
            session.exitstatus = self._status
        results = self._record(session)
        crashed = self._status == pytest.ExitCode.INTERNAL_ERROR
        with self._writing.pytests_own(results, kept=results is not None or crashed):
            outcome = yield
        self._no_success_without_reports(session)
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

    @pytest.hookimpl(optionalhook=True)
    def pytest_html_report_title(self, report: Any) -> None:  # noqa: ANN401 - pytest-html has no types
        """Name the report."""
        run = self._config.stash.get(RUN, None)
        self._page = report
        report.title = f"KB 817379: {run.pattern if run else 'no hosts'}"

    @pytest.hookimpl(optionalhook=True)
    def pytest_html_results_summary(self, prefix: list[str]) -> None:
        """Say what the run means."""
        lines = [*self._planned_words(), count_line(self._verdicts), *self._coverage_words(), *self._facts_words()]
        lines += self._waiver_words()
        lines += [*self._recording.lines(self._verdicts), *self._left_out_words(), *self._status_words()]
        lines += html.left_out_lines(self._page_left_out)
        prefix += html.summary(lines)

    @pytest.hookimpl(optionalhook=True)
    def pytest_html_results_table_header(self, cells: list[str]) -> None:
        """Add our columns."""
        html.add_headers(cells)

    @pytest.hookimpl(optionalhook=True)
    def pytest_html_results_table_row(self, report: pytest.TestReport, cells: list[str]) -> None:
        """Fill our columns; a page of many verdicts has no rows of those that are in order."""
        verdict = verdict_of(report)
        if verdict and verdict.outcome in html.LEFT_OUT and self._is_long:
            cells.clear()
            self._page_left_out[verdict.outcome] += 1
            self._page.outcomes = _CATEGORIES[verdict.outcome]
        else:
            html.add_cells(cells, verdict, report.nodeid)

    @pytest.hookimpl(optionalhook=True)
    def pytest_html_results_table_html(self, report: pytest.TestReport, data: list[str]) -> None:
        """Replace the log of a verdict by its detail."""
        verdict = verdict_of(report)
        if verdict:
            data[:] = html.detail(verdict, self._recording.detail(verdict))

    @property
    def unwritten(self) -> list[str]:
        """A line for each report that could not be written."""
        return self._writing.unwritten

    @property
    def _refused(self) -> bool:
        """Whether the command line turned out to be wrong when the tests were collected."""
        return self._status == pytest.ExitCode.USAGE_ERROR

    @property
    def _is_long(self) -> bool:
        run = self._config.stash.get(RUN, None)
        return run is not None and len(run.judged) > html.MOST_ROWS

    def _counts(self, verdict: Verdict) -> bool:
        """Whether a verdict counts for the exit status.

        Of a user's own test nobody knows what it was before, and on a host of which too little is known nobody can tell
        what the change makes worse.
        """
        if not only_regressions(self._config) or verdict.gets_worse or verdict.before is None:
            return True
        return verdict.outcome in UNSEEN and verdict.host in self._config.stash.get(NOT_JUDGED, ())

    @property
    def _not_judged(self) -> frozenset[tuple[str, str]]:
        """Host and requirement of what was selected and has no verdict: the run stopped before."""
        run = self._config.stash.get(RUN, None)
        return run.judged - {(verdict.host, verdict.requirement) for verdict in self._verdicts} if run else frozenset()

    def _summarize(self, terminal: pytest.TerminalReporter) -> None:
        verbosity = self._config.get_verbosity()
        terminal.section("KB 817379")
        if verbosity > _VERY_QUIET:
            self._tell_findings(terminal, every=verbosity > 0)
        lines = [count_line(self._verdicts), *self._left_out_words()]
        if verbosity >= 0:
            changed = before_lines(self._verdicts, every=verbosity > 0)
            table = table_lines(self._verdicts)
            comparison = self._recording.lines(self._verdicts)
            lines = [*changed, *comparison, *table, *lines, *self._coverage_words(), *self._facts_words()]
        for line in lines:
            terminal.write_line(line)
        for line in self._status_words():
            terminal.write_line(line, bold=True)
        for path in self._writing.written if verbosity >= 0 else ():
            terminal.write_line(f"report: {path}")
        for line in self._writing.unwritten:
            terminal.write_line(line, red=True)

    def _tell_findings(self, terminal: pytest.TerminalReporter, *, every: bool) -> None:
        for line in in_order_lines(self._verdicts) if every else ():
            terminal.write_line(line)
        for line in finding_lines(self._verdicts):
            terminal.write_line(line, red=True)
        for line in (*waived_lines(self._verdicts), *(f"warning: {text}" for text in self._waiver_words())):
            terminal.write_line(line, yellow=True)

    def _record(self, session: pytest.Session) -> Results | None:
        """Write the reports that are made from the results; None where there is nothing to tell."""
        others = Counter(self._other_tests.values())
        other_tests = OtherTestsRecord(**{word: others[word] for word in ("passed", "failed", "skipped")})
        if self._refused:
            return None
        results = self._recording.results(session, self._verdicts, self._status or 0, self._words(), other_tests)
        if results:
            self._writing.write(results)
        self._no_success_without_reports(session)
        return results

    def _no_success_without_reports(self, session: pytest.Session) -> None:
        if self._writing.unwritten and not self._status:
            self._status = session.exitstatus = int(pytest.ExitCode.INTERNAL_ERROR)

    def _planned_words(self) -> list[str]:
        run = self._config.stash.get(RUN, None)
        return describe_change(run.plan) if run else []

    def _facts_words(self) -> list[str]:
        run = self._config.stash.get(RUN, None)
        words = run.facts_words() if run and self._verdicts else ""
        return [words] if words else []

    def _coverage_words(self) -> list[str]:
        run = self._config.stash.get(RUN, None)
        if run is None or not run.judged:
            return []
        asked = {name: run.hosts.seen_so_far(name) is not None for name in run.names}
        return [coverage_line(asked, self._verdicts, self._not_judged)]

    def _left_out_words(self) -> list[str]:
        line = left_out_line(self._config)
        return [line] if line else []

    def _waiver_words(self) -> list[str]:
        return [str(notice) for notice in waiver_notices(self._config, self._verdicts)]

    def _status_words(self) -> list[str]:
        stopped = len(self._not_judged)
        lines = [f"incomplete: the run stopped before {stopped} more verdicts"] if stopped else []
        return lines if self._status is None else [*lines, status_line(self._status, self._words())]

    def _words(self) -> str:
        status = self._status or 0
        regressions = only_regressions(self._config)
        words = "" if regressions else self._recording.exit_words(status, self._verdicts)
        return words or status_words(status, self._verdicts, only_regressions=regressions)


def attach(report: pytest.TestReport, verdict: Verdict) -> None:
    """Make pytest's report, and all that other plugins make of it, say what the verdict says."""
    setattr(report, _ATTRIBUTE, verdict.to_json())
    category = _CATEGORIES[verdict.outcome]
    if category == "skipped":
        report.outcome = "skipped"
        report.longrepr = (str(report.location[0]), report.location[1] or 0, verdict.message)
    elif category == "xfailed":
        # What pytest makes of a test that is marked so; its own report says "skipped" too.
        report.outcome = "skipped"
        report.wasxfail = report.longrepr = waived_text(verdict)
        report.sections = []
        report.when = "call"
    elif category in _FINDINGS:
        report.outcome = "failed"
        report.longrepr = verdict.message
        report.sections = []
        # pytest and its plugins tell an error from a failure by the phase alone.
        report.when = "call" if category == "failed" else "setup"


def verdict_of(report: Any) -> Verdict | None:  # noqa: ANN401 - reports of tests and of collection
    """Give the verdict that a report carries; it travels between processes as plain values."""
    data = getattr(report, _ATTRIBUTE, None)
    return Verdict.from_json(data) if isinstance(data, dict) else None


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

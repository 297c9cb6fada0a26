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
from exgate.plugin.report_files import RESULTS, remove_reports, report_path, report_paths
from exgate.plugin.selection import left_out, left_out_line
from exgate.plugin.waiving import waiver_notices
from exgate.reports import html, junit
from exgate.reports.results import OtherTestsRecord
from exgate.reports.terminal import (
    LETTERS,
    before_lines,
    count_line,
    finding_lines,
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
_FINDINGS = ("failed", "error")
_TOLD = (*_FINDINGS, "xfailed")
"""What has a line of ours, so that pytest need not tell it."""


class ExgateReporting:
    """Hooks that report, in the process that reports."""

    def __init__(self, config: pytest.Config, recording: ExgateRecording) -> None:
        self._config = config
        self._recording = recording
        self._fail_on = FAIL_ON
        self._verdicts: list[Verdict] = []
        self._other_tests: dict[str, str] = {}
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

    @pytest.hookimpl(wrapper=True, tryfirst=True)
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
        self._record(session)
        result = yield
        path = report_path(self._config, "xmlpath")
        if self._has_nothing_to_report:
            # To a program a report of nothing looks green.
            remove_reports(self._config, self._recording.kept)
        elif path and path.is_file():
            verdicts = {(verdict.requirement, verdict.host): verdict for verdict in self._verdicts}
            changes = {pair: changed for pair, each in verdicts.items() if (changed := self._recording.changed(each))}
            junit.rewrite(path, verdicts, self._suite_properties(), changes)
        return result

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
        report.title = f"KB 817379: {run.pattern if run else 'no hosts'}"

    @pytest.hookimpl(optionalhook=True)
    def pytest_html_results_summary(self, prefix: list[str]) -> None:
        """Say what the run means."""
        lines = [*self._planned_words(), count_line(self._verdicts), *self._facts_words(), *self._waiver_words()]
        lines += [*self._recording.lines(self._verdicts), *self._left_out_words(), *self._status_words()]
        prefix += html.summary(lines)

    @pytest.hookimpl(optionalhook=True)
    def pytest_html_results_table_header(self, cells: list[str]) -> None:
        """Add our columns."""
        html.add_headers(cells)

    @pytest.hookimpl(optionalhook=True)
    def pytest_html_results_table_row(self, report: pytest.TestReport, cells: list[str]) -> None:
        """Fill our columns."""
        html.add_cells(cells, verdict_of(report), report.nodeid)

    @pytest.hookimpl(optionalhook=True)
    def pytest_html_results_table_html(self, report: pytest.TestReport, data: list[str]) -> None:
        """Replace the log of a verdict by its detail."""
        verdict = verdict_of(report)
        if verdict:
            data[:] = html.detail(verdict, self._recording.detail(verdict))

    @property
    def _refused(self) -> bool:
        """Whether the command line turned out to be wrong when the tests were collected."""
        return self._status == pytest.ExitCode.USAGE_ERROR

    @property
    def _has_nothing_to_report(self) -> bool:
        """Whether nothing was judged that a report could tell of."""
        return self._refused or (self._status == pytest.ExitCode.INTERRUPTED and not self._verdicts)

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
        terminal.section("KB 817379")
        for line in finding_lines(self._verdicts):
            terminal.write_line(line, red=True)
        for line in (*waived_lines(self._verdicts), *(f"warning: {text}" for text in self._waiver_words())):
            terminal.write_line(line, yellow=True)
        lines = [
            *before_lines(self._verdicts, every=self._config.get_verbosity() > 0),
            *self._recording.lines(self._verdicts),
            *table_lines(self._verdicts),
            count_line(self._verdicts),
            *self._facts_words(),
            *self._left_out_words(),
        ]
        for line in lines:
            terminal.write_line(line)
        for line in self._status_words():
            terminal.write_line(line, bold=True)
        for path in [] if self._has_nothing_to_report else report_paths(self._config):
            if path != report_path(self._config, RESULTS) or path == self._recording.written:
                terminal.write_line(f"report: {path}")
        if self._recording.unwritten:
            terminal.write_line(self._recording.unwritten, red=True)

    def _record(self, session: pytest.Session) -> None:
        """Write the results; a run that cannot leave them is no success."""
        status = self._status or 0
        others = Counter(self._other_tests.values())
        other_tests = OtherTestsRecord(**{word: others[word] for word in ("passed", "failed", "skipped")})
        self._recording.write(
            session, self._verdicts, status, self._words(), complete=not self._not_judged, other_tests=other_tests
        )
        if self._recording.unwritten and not status:
            self._status = session.exitstatus = int(pytest.ExitCode.INTERNAL_ERROR)

    def _planned_words(self) -> list[str]:
        run = self._config.stash.get(RUN, None)
        return describe_change(run.plan) if run else []

    def _facts_words(self) -> list[str]:
        run = self._config.stash.get(RUN, None)
        words = run.facts_words() if run and self._verdicts else ""
        return [words] if words else []

    def _left_out_words(self) -> list[str]:
        line = left_out_line(self._config)
        return [line] if line else []

    def _waiver_words(self) -> list[str]:
        return [str(notice) for notice in waiver_notices(self._config, self._verdicts)]

    def _suite_properties(self) -> dict[str, str]:
        ids = left_out(self._config)
        words = {f"{junit.WAIVER} {number}": text for number, text in enumerate(self._waiver_words(), 1)}
        return words | ({junit.LEFT_OUT: ", ".join(ids)} if ids else {})

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

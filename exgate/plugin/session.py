"""Our part in a pytest session: hosts as parameters, facts before the first test, a verdict for each."""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tqdm import tqdm

from exgate.facts.unreachable import Unreachable
from exgate.inventory import InventoryError, SecretError, load_inventory
from exgate.plugin.fixtures import RUN
from exgate.plugin.judge import check_role, judge, judge_own_test
from exgate.plugin.lab_process import LabError
from exgate.plugin.options import fail_on, inventory_path, limits
from exgate.plugin.run import Run
from exgate.reports import html, junit
from exgate.reports.terminal import LETTERS, count_line, finding_lines, status_line
from exgate.requirements import requirement_of
from exgate.sources.collect import Collected
from exgate.verdicts import Outcome, Verdict, exit_status

_ATTRIBUTE = "exgate_verdict"
_CATEGORIES = {
    Outcome.PASS: "passed",
    Outcome.FAIL: "failed",
    Outcome.UNKNOWN: "error",
    Outcome.UNREACHABLE: "error",
    Outcome.WAIVED: "xfailed",
    Outcome.NOT_APPLICABLE: "skipped",
}
_NO_HOSTS = (
    "no hosts: say which with --hosts, for example --hosts=backends (pytest --list-hosts shows what there is); "
    "the machine that runs the tests is never tested by itself"
)


class ExgateSession:
    """Hooks and fixtures of one session."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._fail_on = fail_on(config)
        self._limits = limits(config)
        self._run: Run | None = None
        self._verdicts: list[Verdict] = []
        self._status: int | None = None

    @property
    def run(self) -> Run:
        """The run; there is one as soon as the session has started."""
        if self._run is None:
            raise pytest.UsageError(_NO_HOSTS)
        return self._run

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Select the hosts; whatever is wrong with that is told before anything is asked."""
        option = session.config.option
        if option.showfixtures or option.show_fixtures_per_test:
            return
        if not option.collectonly:
            self._remove_old_reports()
        if not option.hosts:
            raise pytest.UsageError(_NO_HOSTS)
        if "://" in option.hosts:
            message = f"--hosts={option.hosts}: name hosts, groups or patterns of the inventory, not connections"
            raise pytest.UsageError(message)
        try:
            inventory = load_inventory(inventory_path(session.config))
            self._run = Run(inventory, option.hosts, self._limits)
            if not option.collectonly:
                with _terminal(session.config):
                    self._run.start()
        except (InventoryError, SecretError, LabError) as error:
            raise pytest.UsageError(str(error)) from None
        session.config.stash[RUN] = self._run

    def pytest_report_header(self) -> list[str]:
        """Say what is about to be asked."""
        if self._run is None:
            return []
        lines = [f"inventory: {self._run.inventory.path}, hosts: {self._run.pattern} ({len(self._run.names)})"]
        return lines + [f"warning: {text}" for text in self._run.inventory.warnings]

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Give every test that needs a host one run a host, in session scope: tests run host by host."""
        if "host" in metafunc.fixturenames and self._run:
            names = self._run.names
            metafunc.parametrize("host", names, ids=names, indirect=True, scope="session")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> None:
        """Ask all hosts before the first verdict."""
        if session.config.option.collectonly or session.testsfailed:
            return
        wanted = dict.fromkeys(name for item in session.items if (name := _host_of(item)))
        own = frozenset(n for i in session.items if (n := _host_of(i)) and requirement_of(i) is None)
        with _terminal(session.config):
            quiet = session.config.get_verbosity() < 0 or not sys.stderr.isatty()
            with tqdm(total=len(wanted), unit="host", desc="asking", disable=quiet, leave=False) as bar:
                self.run.collect(wanted, own, lambda name, collected: _advance(bar, name, collected))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Judge what needs no test: a role that a requirement is not for, a host that cannot be asked."""
        name, requirement = _host_of(item), requirement_of(item)
        if name and requirement:
            check_role(requirement, self.run.role(name))
            self.run.facts(name)

    def pytest_runtest_teardown(self, item: pytest.Item, nextitem: pytest.Item | None) -> None:
        """Close a host's session when its tests are over."""
        name = _host_of(item)
        if name and (nextitem is None or _host_of(nextitem) != name):
            self.run.release(name)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Turn what a requirement's test did into its verdict."""
        report = yield
        verdict = self._verdict(item, call)
        if verdict:
            _apply(report, verdict)
            item.user_properties += junit.properties(verdict)
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Remember the verdicts, in the process that reports."""
        verdict = verdict_of(report)
        if verdict:
            self._verdicts.append(verdict)

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(
        self, report: pytest.TestReport
    ) -> tuple[str, str, tuple[str, dict[str, bool]]] | None:
        """Show a verdict by its own name and letter."""
        verdict = verdict_of(report)
        if verdict is None:
            return None
        colour = {"passed": "green", "failed": "red", "error": "red"}.get(_CATEGORIES[verdict.outcome], "yellow")
        return _CATEGORIES[verdict.outcome], LETTERS[verdict.outcome], (verdict.outcome.upper(), {colour: True})

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> Generator[None, object, object]:
        """Set the exit status before the reports are written, and complete the JUnit file afterwards."""
        self._status = int(exitstatus)
        if exitstatus in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}:
            others = session.testsfailed > sum(_CATEGORIES[v.outcome] in {"failed", "error"} for v in self._verdicts)
            outcomes = [verdict.outcome for verdict in self._verdicts]
            self._status = int(pytest.ExitCode.TESTS_FAILED) if others else exit_status(outcomes, self._fail_on)
            session.exitstatus = self._status
        result = yield
        path = _report_path(self._config, "xmlpath")
        if path and path.is_file():
            junit.rewrite(path, {(verdict.requirement, verdict.host): verdict for verdict in self._verdicts})
        return result

    def pytest_unconfigure(self) -> None:
        """Close what is open."""
        if self._run:
            self._run.stop()

    @pytest.hookimpl(optionalhook=True)
    def pytest_html_report_title(self, report: Any) -> None:  # noqa: ANN401 - pytest-html has no types
        """Name the report."""
        report.title = f"KB 817379: {self._config.option.hosts}"

    @pytest.hookimpl(optionalhook=True)
    def pytest_html_results_summary(self, prefix: list[str]) -> None:
        """Say what the run means."""
        words = [count_line(self._verdicts), *([status_line(self._status)] if self._status is not None else [])]
        prefix += html.summary(words)

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
            data[:] = html.detail(verdict)

    @contextmanager
    def own_findings_hidden(self, terminal: pytest.TerminalReporter) -> Iterator[None]:
        """Keep our findings out of pytest's own sections: they have one line each in ours."""
        hidden = {
            category: [report for report in terminal.stats.get(category, []) if verdict_of(report)]
            for category in ("failed", "error")
        }
        before = {category: list(terminal.stats.get(category, [])) for category in hidden}
        for category, reports in hidden.items():
            for report in reports:
                terminal.stats[category].remove(report)
        try:
            yield
        finally:
            for category, reports in before.items():
                if reports:
                    terminal.stats[category][:] = reports

    def summarize(self, terminal: pytest.TerminalReporter) -> None:
        """Write the findings, the counts, the exit status in words, and where the reports are."""
        if self._run is None or self._config.option.collectonly:
            return
        lines = list(finding_lines(self._verdicts))
        terminal.section("KB 817379")
        for line in lines:
            terminal.write_line(line, red=True)
        terminal.write_line(count_line(self._verdicts))
        if self._status is not None:
            terminal.write_line(status_line(self._status), bold=True)
        for option in ("htmlpath", "xmlpath"):
            path = _report_path(self._config, option)
            if path:
                terminal.write_line(f"report: {path}")

    def _verdict(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Verdict | None:
        name, requirement = _host_of(item), requirement_of(item)
        error = call.excinfo.value if call.excinfo else None
        if name is None or call.when == "teardown" or (error is None and call.when != "call"):
            return None
        if isinstance(error, KeyboardInterrupt | pytest.exit.Exception):
            return None
        return judge(requirement, name, self.run, error) if requirement else judge_own_test(item, name, self.run, error)

    def _remove_old_reports(self) -> None:
        """A run that does not get as far as its reports must not leave those of an earlier one behind."""
        for option in ("htmlpath", "xmlpath"):
            path = _report_path(self._config, option)
            if path:
                path.unlink(missing_ok=True)


def verdict_of(report: Any) -> Verdict | None:  # noqa: ANN401 - reports of tests and of collection
    """Give the verdict that a report carries; it travels between processes as plain values."""
    data = getattr(report, _ATTRIBUTE, None)
    return Verdict.from_json(data) if isinstance(data, dict) else None


def _apply(report: pytest.TestReport, verdict: Verdict) -> None:
    """Make pytest's report, and all that other plugins make of it, say what the verdict says."""
    setattr(report, _ATTRIBUTE, verdict.to_json())
    category = _CATEGORIES[verdict.outcome]
    if category == "skipped":
        report.outcome = "skipped"
        report.longrepr = (str(report.location[0]), report.location[1] or 0, verdict.message)
    elif category in {"failed", "error"}:
        report.outcome = "failed"
        report.longrepr = verdict.message
        report.sections = []
        # pytest and its plugins tell an error from a failure by the phase alone.
        report.when = "call" if category == "failed" else "setup"


def _host_of(item: pytest.Item) -> str | None:
    callspec = getattr(item, "callspec", None)
    name = callspec.params.get("host") if callspec else None
    return name if isinstance(name, str) else None


def _report_path(config: pytest.Config, option: str) -> Path | None:
    value = getattr(config.option, option, None)
    return Path(value) if value else None


def _advance(bar: Any, name: str, collected: Collected) -> None:  # noqa: ANN401 - tqdm is generic
    if isinstance(collected.result, Unreachable):
        bar.write(f"{name}: {collected.result.cause}", file=sys.stderr)
    bar.update()


@contextmanager
def _terminal(config: pytest.Config) -> Iterator[None]:
    """Have the terminal to oneself, input included: for a password's prompt and for the progress bar.

    Between tests pytest captures nothing, but keeps standard input away.
    """
    capture = config.pluginmanager.getplugin("capturemanager")
    if capture:
        capture.suspend_global_capture(in_=True)
    try:
        yield
    finally:
        if capture:
            capture.resume_global_capture()
            capture.suspend_global_capture(in_=False)

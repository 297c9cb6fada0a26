"""Our part in a pytest session: hosts as parameters, facts before the first test, a verdict for each."""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
from tqdm import tqdm

from exgate.exchange.reading import seen_readings
from exgate.facts.unreachable import Unreachable
from exgate.inventory import InventoryError, SecretError
from exgate.plugin.fixtures import RUN
from exgate.plugin.found import FOUND
from exgate.plugin.gate import NOT_JUDGED, Gate, describe_change, planned_change
from exgate.plugin.host_choice import choose_hosts, pattern
from exgate.plugin.hosts import Seen
from exgate.plugin.judge import check_role, judge, judge_own_test
from exgate.plugin.lab_process import LabError
from exgate.plugin.listing import is_listing
from exgate.plugin.one_process import one_process_words
from exgate.plugin.options import collect_on, events_since, limits, max_age, no_wire, requirement_ids
from exgate.plugin.redacting import watch
from exgate.plugin.run import Run
from exgate.plugin.saving import Saving, saving
from exgate.plugin.verdict_report import attach
from exgate.plugin.waiving import waive
from exgate.reports.junit_merge import properties
from exgate.requirements import requirement_of
from exgate.sources.collecting.cluster import ClusterError
from exgate.verdicts import Verdict

_NO_WORKERS = (
    "hosts are asked in parallel already (--parallel): load exgate.plugin in the process that starts pytest-xdist's "
    "workers too (-p exgate.plugin)"
)
JSON_ALONE = "--json belongs to --list-requirements: give both, or neither"


class ExgateSession:
    """Hooks that select hosts, ask them and judge them."""

    def __init__(self) -> None:
        self._gate: Gate | None = None
        self._saving: Saving | None = None
        self._since: datetime | None = None

    @property
    def run(self) -> Run:
        """The run; there is one as soon as the session has started."""
        return self._gated.run

    @property
    def _gated(self) -> Gate:
        if self._gate is None:
            raise pytest.UsageError("there is no run: nobody was asked")
        return self._gate

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Select the hosts; whatever is wrong with that is told before anything is asked."""
        option = session.config.option
        if option.showfixtures or option.show_fixtures_per_test:
            return
        if option.json and not option.list_requirements:
            raise pytest.UsageError(JSON_ALONE)
        requirement_ids(session.config)
        self._since = events_since(session.config)
        if is_listing(session.config):
            return
        chosen = pattern(session.config)
        _check_python_and_plugins(session.config)
        limits(session.config)
        collect_on(session.config)
        plan = planned_change(session.config)
        try:
            run = Run(chosen, choose_hosts(session.config), max_age(session.config), plan)
            self._gate = Gate(run)
            watch(session.config, run.hosts)
            self._saving = saving(session.config, run.hosts)
            if not option.collectonly:
                with _terminal(session.config):
                    run.hosts.start()
        except (InventoryError, SecretError, LabError, ClusterError) as error:
            raise pytest.UsageError(str(error)) from None
        session.config.stash[RUN] = run

    def pytest_report_header(self, config: pytest.Config) -> list[str]:
        """Say what is about to be asked."""
        if self._gate is None:
            return []
        lines = [f"{self.run.hosts.where}, hosts: {self.run.pattern} ({len(self.run.names)})"]
        if self._since:
            lines.append(f"events since: {self._since:%Y-%m-%d %H:%M:%S} UTC")
        lines += self.run.hosts.collecting
        lines += one_process_words(config)
        if no_wire(config):
            lines.append("wire: the servers' web sites are not asked (--no-wire)")
        lines += describe_change(self.run.plan)
        return lines + [f"warning: {text}" for text in self.run.hosts.warnings]

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Give every test that needs a host one run a host, in session scope: tests run host by host."""
        if "host" in metafunc.fixturenames and self._gate:
            names = self.run.names
            metafunc.parametrize("host", names, ids=names, indirect=True, scope="session")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> None:
        """Ask all hosts before the first verdict."""
        option = session.config.option
        if option.collectonly or (session.testsfailed and not option.continue_on_collection_errors):
            return
        wanted = dict.fromkeys(name for item in session.items if (name := _host_of(item)))
        own = frozenset(n for i in session.items if (n := _host_of(i)) and requirement_of(i) is None)
        self.run.judged = frozenset(
            (n, record.id) for i in session.items if (n := _host_of(i)) and (record := requirement_of(i))
        )
        self.run.own_tests = frozenset(item.nodeid for item in session.items if requirement_of(item) is None)
        records = {record.id: record for i in session.items if (record := requirement_of(i))}
        try:
            with _terminal(session.config):
                self.run.hosts.ask_only_for(records, [each for each, record in records.items() if record.wire])
        except SecretError as error:
            raise pytest.UsageError(str(error)) from None
        if self._saving:
            self._saving.begin(wanted)
        quiet = session.config.get_verbosity() < 0
        no_bar = quiet or not sys.stderr.isatty()
        with (
            _terminal(session.config),
            tqdm(total=len(wanted), unit="host", desc="asking", disable=no_bar, leave=False) as bar,
        ):
            self.run.hosts.collect(wanted, own, lambda name, seen: self._advance(bar, name, seen, quiet=quiet))

        self._judge_before(session, list(wanted))

    def _judge_before(self, session: pytest.Session, names: list[str]) -> None:
        """Judge without the planned change first, where there is one."""
        run, config = self.run, session.config
        if run.plan is None:
            return
        self._gated.check(names)
        config.stash[NOT_JUDGED] = self._gated.not_judged
        before = Run(run.pattern, run.hosts, max_age(config))
        before.judged = run.judged
        config.stash[RUN] = before
        try:
            self._gated.judge_before(
                [item for item in session.items if _host_of(item) and requirement_of(item)], before
            )
        finally:
            config.stash[RUN] = run

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Judge what needs no test: a host that cannot be asked, a role that a requirement is not for."""
        name, requirement = _host_of(item), requirement_of(item)
        if name and requirement:
            self.run.facts(name)
            check_role(requirement, self.run.role(name))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Turn what a requirement's test did into its verdict."""
        verdict = self._verdict(item, call)
        if verdict is None:
            return (yield)
        verdict = self._gated.take(verdict)
        # The verdict says all; a traceback would cost more time than everything else and be thrown away.
        call.excinfo = None
        report = yield
        attach(report, verdict)
        item.user_properties += properties(verdict)
        return report

    @pytest.hookimpl(wrapper=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> Generator[None, object, object]:
        """Keep what a requirement's test has found, so that a pass can say what it was given for."""
        with seen_readings() as seen:
            try:
                return (yield)
            finally:
                pyfuncitem.stash[FOUND] = "; ".join(reading.found for reading in seen)

    def pytest_runtest_teardown(self, item: pytest.Item, nextitem: pytest.Item | None) -> None:
        """Close a host's session when its tests are over."""
        name = _host_of(item)
        if name and not self._gated.judges_before and (nextitem is None or _host_of(nextitem) != name):
            self.run.hosts.release(name)

    def pytest_unconfigure(self) -> None:
        """Close what is open."""
        if self._gate:
            self.run.hosts.stop()

    def _advance(self, bar: Any, name: str, seen: Seen, *, quiet: bool) -> None:  # noqa: ANN401 - tqdm is generic
        if isinstance(seen, Unreachable) and not quiet:
            bar.write(f"{name}: {seen.cause}", file=sys.stderr)
        if self._saving:
            self._saving.save(name, seen)
        bar.update()

    def _verdict(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Verdict | None:
        name, requirement = _host_of(item), requirement_of(item)
        error = call.excinfo.value if call.excinfo else None
        if name is None or call.when == "teardown" or (error is None and call.when != "call"):
            return None
        if isinstance(error, KeyboardInterrupt | pytest.exit.Exception):
            return None
        if requirement is None:
            return judge_own_test(item, name, self.run, error)
        return waive(item.config, judge(requirement, name, self.run, error, item.stash.get(FOUND, "")))


def _check_python_and_plugins(config: pytest.Config) -> None:
    """Refuse what would make verdicts worthless.

    Raises:
        pytest.UsageError: Assertions do nothing, or several processes would log on to every host.
    """
    if sys.flags.optimize and config.option.assertmode == "plain":
        raise pytest.UsageError("with PYTHONOPTIMIZE and --assert=plain no test can fail: leave out one of them")
    if hasattr(config, "workerinput"):
        raise pytest.UsageError(_NO_WORKERS)


def _host_of(item: pytest.Item) -> str | None:
    callspec = getattr(item, "callspec", None)
    name = callspec.params.get("host") if callspec else None
    return name if isinstance(name, str) else None


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

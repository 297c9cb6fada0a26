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
from exgate.inventory import InventoryError, SecretError, load_inventory
from exgate.plugin.fixtures import RUN
from exgate.plugin.judge import check_role, judge, judge_own_test
from exgate.plugin.lab_process import LabError
from exgate.plugin.listing import is_listing
from exgate.plugin.options import events_since, inventory_path, limits, no_wire, requirement_ids
from exgate.plugin.reporting import attach
from exgate.plugin.run import Run
from exgate.plugin.waiving import waive
from exgate.reports import junit
from exgate.requirements import requirement_of
from exgate.sources.collect import Collected, Questions
from exgate.verdicts import Verdict

FOUND = pytest.StashKey[str]()
"""What a test's readings have found, in the item."""
JSON_ALONE = "--json belongs to --list-requirements: give both, or neither"
_NO_HOSTS = (
    "no hosts: say which with --hosts, for example --hosts=backends (pytest --list-hosts shows what there is); "
    "the machine that runs the tests is never tested by itself"
)


class ExgateSession:
    """Hooks that select hosts, ask them and judge them."""

    def __init__(self) -> None:
        self._run: Run | None = None
        self._since: datetime | None = None

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
        if option.json and not option.list_requirements:
            raise pytest.UsageError(JSON_ALONE)
        requirement_ids(session.config)
        self._since = events_since(session.config)
        if is_listing(session.config):
            return
        if not option.hosts:
            raise pytest.UsageError(_NO_HOSTS)
        if "://" in option.hosts:
            message = f"--hosts={option.hosts}: name hosts, groups or patterns of the inventory, not connections"
            raise pytest.UsageError(message)
        _check_python_and_plugins(session.config)
        bounds = limits(session.config)
        try:
            questions = Questions(wire=not no_wire(session.config), events_since=self._since)
            self._run = Run(load_inventory(inventory_path(session.config)), option.hosts, bounds, questions)
            if not option.collectonly:
                with _terminal(session.config):
                    self._run.start()
        except (InventoryError, SecretError, LabError) as error:
            raise pytest.UsageError(str(error)) from None
        session.config.stash[RUN] = self._run

    def pytest_report_header(self, config: pytest.Config) -> list[str]:
        """Say what is about to be asked."""
        if self._run is None:
            return []
        lines = [f"inventory: {self._run.inventory.path}, hosts: {self._run.pattern} ({len(self._run.names)})"]
        if self._since:
            lines.append(f"events since: {self._since:%Y-%m-%d %H:%M:%S} UTC")
        if no_wire(config):
            lines.append("wire: the servers' web sites are not asked (--no-wire)")
        return lines + [f"warning: {text}" for text in self._run.warnings]

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
        self.run.judged = frozenset(
            (n, record.id) for i in session.items if (n := _host_of(i)) and (record := requirement_of(i))
        )
        records = {record.id: record for i in session.items if (record := requirement_of(i))}
        try:
            with _terminal(session.config):
                self.run.ask_only_for(records, [each for each, record in records.items() if record.wire])
        except SecretError as error:
            raise pytest.UsageError(str(error)) from None
        quiet = session.config.get_verbosity() < 0
        no_bar = quiet or not sys.stderr.isatty()
        with (
            _terminal(session.config),
            tqdm(total=len(wanted), unit="host", desc="asking", disable=no_bar, leave=False) as bar,
        ):
            self.run.collect(wanted, own, lambda name, collected: _advance(bar, name, collected, quiet=quiet))

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
        # The verdict says all; a traceback would cost more time than everything else and be thrown away.
        call.excinfo = None
        report = yield
        attach(report, verdict)
        item.user_properties += junit.properties(verdict)
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
        if name and (nextitem is None or _host_of(nextitem) != name):
            self.run.release(name)

    def pytest_unconfigure(self) -> None:
        """Close what is open."""
        if self._run:
            self._run.stop()

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
    if config.getoption("numprocesses", None) or hasattr(config, "workerinput"):
        raise pytest.UsageError("hosts are asked in parallel already (--parallel): leave out pytest-xdist's -n")


def _host_of(item: pytest.Item) -> str | None:
    callspec = getattr(item, "callspec", None)
    name = callspec.params.get("host") if callspec else None
    return name if isinstance(name, str) else None


def _advance(bar: Any, name: str, collected: Collected, *, quiet: bool) -> None:  # noqa: ANN401 - tqdm is generic
    if isinstance(collected.result, Unreachable) and not quiet:
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

"""Our part in a pytest session: hosts as parameters, facts before the first test, a verdict for each."""

from __future__ import annotations

import sys
from collections.abc import Collection, Generator, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from tqdm import tqdm

from exgate.exchange.reading import seen_readings
from exgate.facts.unreachable import Unreachable
from exgate.inventory import InventoryError, SecretError
from exgate.plugin.facts_out import saving
from exgate.plugin.fixtures import RUN
from exgate.plugin.found import FOUND
from exgate.plugin.gate import NOT_JUDGED, Gate, describe_change, planned_change
from exgate.plugin.host_choice import choose_hosts, pattern
from exgate.plugin.hosts import Seen
from exgate.plugin.judge import check_role, judge, judge_own_test
from exgate.plugin.lab_process import LabError
from exgate.plugin.listing import is_listing
from exgate.plugin.one_process import one_process_words
from exgate.plugin.options import JSON_ALONE, collect_on, events_since, limits, max_age, no_wire, requirement_ids
from exgate.plugin.pairs import Pairs
from exgate.plugin.redacting import redaction_of, watch
from exgate.plugin.requirement_item import RequirementItem, host_of
from exgate.plugin.requirement_tests import collect_requirement, host_by_host, host_ids
from exgate.plugin.run import Run
from exgate.plugin.verdict_report import attach
from exgate.plugin.waiving import waive
from exgate.reports.junit_merge import properties
from exgate.requirements import requirement_of
from exgate.sources.collecting.collect_on import ClusterError
from exgate.verdicts import Verdict

if TYPE_CHECKING:
    from exgate.plugin.saving import Saving

_NO_WORKERS = (
    "hosts are asked in parallel already (--parallel): load exgate.plugin in the process that starts pytest-xdist's "
    "workers too (-p exgate.plugin)"
)


class ExgateSession:
    """Hooks that select hosts, ask them and judge them."""

    def __init__(self) -> None:
        self._gate: Gate | None = None
        self._saving: Saving | None = None
        self._since: datetime | None = None
        self._ids: dict[str, str] = {}
        self._told: list[str] = []

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

    @pytest.hookimpl(tryfirst=True)
    def pytest_pycollect_makeitem(
        self, collector: pytest.Module | pytest.Class, name: str, obj: object
    ) -> list[RequirementItem] | None:
        """Give requirements items of ours, one for each host."""
        if self._gate is None:
            return None
        self._ids = self._ids or host_ids(self.run.names)
        return collect_requirement(collector, name, obj, self._ids)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> Generator[None, object, object]:
        """Let tests run host by host, before others choose and order them."""
        if any(isinstance(item, RequirementItem) for item in items):
            items[:] = host_by_host(items, host_of)
        return (yield)

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Give every test that needs a host one run a host, in session scope: tests run host by host."""
        if "host" in metafunc.fixturenames and self._gate:
            names = self.run.names
            metafunc.parametrize("host", names, ids=names, indirect=True, scope="session")

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, object, object]:
        """Ask the hosts, before the first verdict or beside the verdicts, and end that with the last one."""
        option = session.config.option
        if option.collectonly or (session.testsfailed and not option.continue_on_collection_errors):
            return (yield)
        self._begin(session)
        try:
            return (yield)
        finally:
            self.run.hosts.end_collecting()
            for line in self._told:
                sys.stderr.write(f"{line}\n")

    def _begin(self, session: pytest.Session) -> None:
        wanted = dict.fromkeys(name for item in session.items if (name := host_of(item)))
        own = frozenset(n for i in session.items if (n := host_of(i)) and requirement_of(i) is None)
        self.run.judged = Pairs(
            (n, record.id) for i in session.items if (n := host_of(i)) and (record := requirement_of(i))
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
        if self._saving or not self.run.hosts.reads_late:
            self._ask(session.config, wanted, own)
        self._judge_before(session, list(wanted))

    def _ask(self, config: pytest.Config, wanted: Collection[str], own: frozenset[str]) -> None:
        quiet = config.get_verbosity() < 0
        no_bar = quiet or not sys.stderr.isatty()
        if no_bar and not self._saving and self.run.plan is None:
            # Nobody watches the asking: those that have answered are judged meanwhile.
            self.run.hosts.collect_beside(wanted, own, lambda name, seen: self._note(name, seen, quiet=quiet))
            return
        with (
            _terminal(config),
            tqdm(total=len(wanted), unit="host", desc="asking", disable=no_bar, leave=False) as bar,
        ):
            self.run.hosts.collect(wanted, own, lambda name, seen: self._advance(bar, name, seen, quiet=quiet))

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
                [item for item in session.items if host_of(item) and requirement_of(item)], before, self.verdict
            )
        finally:
            config.stash[RUN] = run

    def verdict(self, item: RequirementItem) -> Verdict:
        """Run a requirement's test on a host, and give the verdict."""
        error, found, name = None, "", item.host_name
        try:
            self.run.facts(name)
            check_role(item.requirement, self.run.role(name))
            found = item.call()
        except (KeyboardInterrupt, pytest.exit.Exception):
            raise
        except BaseException as problem:  # noqa: BLE001 - whatever a test raises is its outcome, as pytest has it
            error = problem
        return self._take(item, judge(item.requirement, name, self.run, error, found))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Judge what needs no test: a host that cannot be asked, a role that a requirement is not for."""
        name, requirement = host_of(item), requirement_of(item)
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

    def over(self, name: str, config: pytest.Config) -> None:
        """Keep what the results tell of a host, and close its session: its tests are over."""
        self.run.over(name, redaction_of(config).value)

    def pytest_unconfigure(self) -> None:
        """Close what is open."""
        if self._gate:
            self.run.hosts.stop()

    def _note(self, name: str, seen: Seen, *, quiet: bool) -> None:
        if isinstance(seen, Unreachable) and not quiet:
            self._told.append(f"{name}: {seen.cause}")

    def _advance(self, bar: Any, name: str, seen: Seen, *, quiet: bool) -> None:  # noqa: ANN401 - tqdm is generic
        if isinstance(seen, Unreachable) and not quiet:
            bar.write(f"{name}: {seen.cause}", file=sys.stderr)
        if self._saving:
            self._saving.save(name, seen)
        bar.update()

    def _verdict(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Verdict | None:
        name, requirement = host_of(item), requirement_of(item)
        error = call.excinfo.value if call.excinfo else None
        if name is None or call.when == "teardown" or (error is None and call.when != "call"):
            return None
        if isinstance(error, KeyboardInterrupt | pytest.exit.Exception):
            return None
        if requirement is None:
            own = judge_own_test(item, name, self.run, error)
            return self._gated.take(own) if own else None
        return self._take(item, judge(requirement, name, self.run, error, item.stash.get(FOUND, "")))

    def _take(self, item: pytest.Item, verdict: Verdict) -> Verdict:
        return redaction_of(item.config).value(self._gated.take(waive(item.config, verdict)))


def _check_python_and_plugins(config: pytest.Config) -> None:
    """Refuse what would make verdicts worthless.

    Raises:
        pytest.UsageError: Assertions do nothing, or several processes would log on to every host.
    """
    if sys.flags.optimize and config.option.assertmode == "plain":
        raise pytest.UsageError("with PYTHONOPTIMIZE and --assert=plain no test can fail: leave out one of them")
    if hasattr(config, "workerinput"):
        raise pytest.UsageError(_NO_WORKERS)


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

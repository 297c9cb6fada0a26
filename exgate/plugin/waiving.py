"""Waivers in a pytest session: the file is read before anything is asked, and a failure that one covers is waived."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import replace

import pytest

from exgate.plugin.fixtures import RUN
from exgate.plugin.listing import is_listing
from exgate.plugin.moment import moment
from exgate.plugin.options import no_waivers, waivers_path, whole_id
from exgate.requirements import requirement_of
from exgate.verdicts import Outcome, Verdict, WaiverNote
from exgate.waivers import Judged, Ledger, Notice, State, Waiver, WaiverError, WaiverFile, notices, read_waivers

_FILE = pytest.StashKey[WaiverFile]()
_LEDGER = pytest.StashKey[Ledger]()


class ExgateWaivers:
    """Hooks that read the waivers."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Read the file.

        Raises:
            pytest.UsageError: Something in it is wrong.
        """
        option, config = session.config.option, session.config
        path = waivers_path(config)
        if path is None or option.showfixtures or option.show_fixtures_per_test or is_listing(config):
            return
        try:
            config.stash[_FILE] = read_waivers(path, moment(config), whole_id)
        except WaiverError as error:
            raise pytest.UsageError(str(error)) from None

    def pytest_report_header(self, config: pytest.Config) -> list[str]:
        """Say whether there are waivers."""
        if no_waivers(config):
            return ["waivers: none are used (--no-waivers)"]
        file = config.stash.get(_FILE, None)
        return [f"waivers: {file.path} ({len(file.waivers)})"] if file else []

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(
        self, session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
    ) -> Generator[None, object, object]:
        """Find out whether every requirement of the file exists, before anything narrows what was collected.

        Raises:
            pytest.UsageError: One does not.
        """
        file = config.stash.get(_FILE, None)
        if file and not session.testsfailed and _is_everything(config):
            try:
                file.refuse_unknown({record.id for item in items if (record := requirement_of(item))})
            except WaiverError as error:
                raise pytest.UsageError(str(error)) from None
        return (yield)


def waive(config: pytest.Config, verdict: Verdict) -> Verdict:
    """Give the verdict with the waiver that names it; a failure that a valid one covers is waived.

    What was not seen is never waived: nobody knows whether it is what was accepted.
    """
    ledger = _ledger(config)
    if ledger is None or verdict.outcome not in {Outcome.FAIL, Outcome.PASS}:
        return verdict
    waiver = ledger.covering(verdict.host, verdict.requirement)
    if waiver is None:
        return verdict
    state = waiver.state(ledger.now)
    is_waived = verdict.outcome is Outcome.FAIL and state is not State.EXPIRED
    return replace(verdict, outcome=Outcome.WAIVED if is_waived else verdict.outcome, waiver=_note(waiver, state))


def waiver_notices(config: pytest.Config, verdicts: Iterable[Verdict]) -> tuple[Notice, ...]:
    """Give what a run has to tell of its waivers."""
    ledger, run = _ledger(config), config.stash.get(RUN, None)
    if ledger is None or run is None:
        return ()
    by_outcome: dict[Outcome, set[tuple[str, str]]] = {}
    for verdict in verdicts:
        by_outcome.setdefault(verdict.outcome, set()).add((verdict.host, verdict.requirement))
    judged = Judged(
        selected=frozenset(run.judged),
        failing=frozenset(by_outcome.get(Outcome.FAIL, ())),
        complying=frozenset(by_outcome.get(Outcome.PASS, ())),
        moot=frozenset(by_outcome.get(Outcome.NOT_APPLICABLE, ())),
    )
    return notices(ledger, judged)


def _ledger(config: pytest.Config) -> Ledger | None:
    file, run = config.stash.get(_FILE, None), config.stash.get(RUN, None)
    if file is None or run is None:
        return None
    if _LEDGER not in config.stash:
        config.stash[_LEDGER] = Ledger(file.waivers, run.hosts.known, moment(config))
    return config.stash[_LEDGER]


def _note(waiver: Waiver, state: State) -> WaiverNote:
    return WaiverNote(
        source=waiver.source,
        reason=waiver.reason,
        owner=waiver.owner,
        approved_by=waiver.approved_by,
        ticket=waiver.ticket,
        granted=waiver.granted.isoformat(),
        expires=waiver.expires.isoformat(),
        state=state.value,
    )


def _is_everything(config: pytest.Config) -> bool:
    """Whether all of tests/ was collected; who names files has not seen every requirement."""
    option = config.option
    if option.ignore or option.ignore_glob or option.pyargs or getattr(option, "lf", False):
        return False
    if config.args_source is pytest.Config.ArgsSource.TESTPATHS:
        return True
    given = [(config.invocation_params.dir / arg).resolve() for arg in config.args if "::" not in arg]
    wanted = [(config.rootpath / path).resolve() for path in config.getini("testpaths")]
    return bool(wanted) and all(any(path.is_relative_to(each) for each in given) for path in wanted)

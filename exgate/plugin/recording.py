"""What a run leaves for programs and for later runs, and what it makes of an earlier one: --results and --baseline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pytest

from exgate.plugin.fixtures import RUN
from exgate.plugin.listing import is_listing
from exgate.plugin.options import DEFAULT_INVENTORY, events_since, fail_on
from exgate.plugin.redacting import redaction_of
from exgate.plugin.run import Run
from exgate.plugin.selection import left_out
from exgate.plugin.waiving import waiver_notices
from exgate.reports import baseline_lines
from exgate.reports.baseline import Baseline, Changed
from exgate.reports.results import (
    HostRecord,
    OtherTestsRecord,
    Results,
    RunRecord,
    VerdictRecord,
)
from exgate.requirements import requirement_of
from exgate.verdicts import NO_FINDING, Outcome, Verdict

_NO_BASELINE = "--only-new needs --baseline=FILE: without an earlier run's results everything is new"
_INCOMPLETE = frozenset({int(pytest.ExitCode.INTERRUPTED), int(pytest.ExitCode.INTERNAL_ERROR)})


class ExgateRecording:
    """Reads the baseline before anything is asked, compares with it, and gives the results."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._started = datetime.now(UTC).replace(microsecond=0)
        self._finished = self._started
        self._baseline: Baseline | None = None
        self._records: tuple[HostRecord, ...] | None = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Read the baseline.

        Raises:
            pytest.UsageError: It cannot be read, or --only-new has none.
        """
        file = self._config.getoption("--baseline")
        if self._only_new and not file:
            raise pytest.UsageError(_NO_BASELINE)
        if not file or is_listing(session.config):
            return
        from exgate.reports.results_reader import ResultsError, read_results

        try:
            self._baseline = Baseline(file, read_results(Path(file)))
        except ResultsError as error:
            message = f"--baseline: {error}"
            raise pytest.UsageError(message) from None
        if self._baseline.results.run.candidate and not self._config.getoption("--candidate"):
            message = f"--baseline: {file} holds the verdicts of a planned change, and not of the servers as they were"
            raise pytest.UsageError(message)

    def pytest_report_header(self) -> list[str]:
        """Say what is compared with."""
        return [f"baseline: {baseline_lines.heading(self._baseline)}"] if self._baseline else []

    @property
    def kept(self) -> frozenset[Path]:
        """Old reports that stay until new ones take their place: the baseline is what the user still needs."""
        file = self._config.getoption("--baseline")
        return frozenset({Path(file).resolve()} if file else ())

    def changed(self, verdict: Verdict) -> Changed | None:
        """Say what became of a verdict since the baseline, None without one."""
        return self._baseline.changed(verdict, self._started) if self._baseline else None

    def detail(self, verdict: Verdict) -> str:
        """Give the same in a line, ``""`` without a baseline."""
        changed = self.changed(verdict)
        return baseline_lines.detail_line(changed) if changed else ""

    def counted(self, verdicts: Sequence[Verdict]) -> list[Verdict]:
        """Give the verdicts that count for the exit status."""
        if not (self._baseline and self._only_new):
            return list(verdicts)
        return [verdict for verdict, changed in self._pairs(verdicts) if baseline_lines.counts_as_new(changed)]

    def exit_words(self, status: int, verdicts: Sequence[Verdict]) -> str:
        """Say what an exit status means under --only-new, ``""`` where that is not in use."""
        return baseline_lines.only_new_words(status, self._pairs(verdicts)) if self._only_new else ""

    def lines(self, verdicts: Sequence[Verdict]) -> list[str]:
        """Give the comparison with the baseline in lines, none without one."""
        run = self._config.stash.get(RUN, None)
        if not self._baseline or run is None:
            return []
        inventory = run.hosts.known.hosts
        return list(
            baseline_lines.lines(
                self._baseline,
                self._pairs(verdicts),
                self._baseline.gone(inventory),
                self._baseline.not_judged(verdicts, inventory),
                self._baseline.drift(self._hosts(run)),
            )
        )

    def results(
        self,
        session: pytest.Session,
        verdicts: Sequence[Verdict],
        status: int,
        words: str,
        other_tests: OtherTestsRecord,
        *,
        complete: bool,
    ) -> Results | None:
        """Give the results of a run that has selected something; None where there is nothing to tell.

        Args:
            session: pytest's session, for the requirements that were selected.
            verdicts: The verdicts.
            status: The exit status.
            words: The same in words.
            other_tests: What became of the tests that have no verdict.
            complete: Whether everything that was selected has come to something.
        """
        self._finished = max(datetime.now(UTC).replace(microsecond=0), self._started)
        run = self._config.stash.get(RUN, None)
        if run is None or self._config.option.collectonly or not (verdicts or run.judged):
            return None
        hosts = _with_gaps(self._hosts(run), run, verdicts)
        record = self._run_record(run, status, words, complete=complete and status not in _INCOMPLETE)
        record = replace(record, other_tests=other_tests)
        return redaction_of(self._config).value(self._results(session, run, record, hosts, verdicts))

    @property
    def _only_new(self) -> bool:
        return bool(self._config.getoption("--only-new"))

    def _pairs(self, verdicts: Sequence[Verdict]) -> list[tuple[Verdict, Changed]]:
        return [(verdict, changed) for verdict in verdicts if (changed := self.changed(verdict))]

    def _results(
        self,
        session: pytest.Session,
        run: Run,
        record: RunRecord,
        hosts: tuple[HostRecord, ...],
        verdicts: Sequence[Verdict],
    ) -> Results:
        by_id = {requirement.id: item for item in session.items if (requirement := requirement_of(item))}
        return Results(
            tool_version=_version(),
            run=record,
            requirements=tuple(_requirement_record(by_id[identifier]) for identifier in sorted(by_id)),
            hosts=hosts,
            verdicts=tuple(map(self._verdict_record, verdicts)),
            gone=self._baseline.gone(run.hosts.known.hosts) if self._baseline else (),
            drift=self._baseline.drift(hosts) if self._baseline else (),
            waivers=tuple(notice.to_json() for notice in waiver_notices(self._config, verdicts)),
        )

    def _run_record(self, run: Run, status: int, words: str, *, complete: bool) -> RunRecord:
        fails, facts_from = fail_on(self._config), self._config.getoption("--facts-from")
        return RunRecord(
            started=self._started,
            finished=self._finished,
            hosts=run.pattern,
            inventory=self._config.getoption("--inventory") or (None if facts_from else DEFAULT_INVENTORY.as_posix()),
            facts_from=facts_from,
            candidate=self._config.getoption("--candidate"),
            exit_status=status,
            exit_words=words,
            complete=complete,
            left_out=left_out(self._config),
            events_since=events_since(self._config),
            fail_on=tuple(outcome for outcome in Outcome if outcome in fails),
            only_new=self._only_new,
            baseline=self._baseline.record if self._baseline else None,
        )

    def _verdict_record(self, verdict: Verdict) -> VerdictRecord:
        changed = self.changed(verdict)
        is_finding = verdict.outcome not in NO_FINDING
        return VerdictRecord(
            host=verdict.host,
            requirement=verdict.requirement,
            outcome=verdict.outcome,
            message=verdict.message,
            severity=verdict.severity,
            remedy=verdict.remedy,
            waiver=verdict.waiver,
            since=changed.since if changed else self._started if is_finding else None,
            change=changed.change if changed else None,
            before=verdict.before,
        )

    def _hosts(self, run: Run) -> tuple[HostRecord, ...]:
        if self._records is None:
            # The baseline holds masks where secrets were.
            clean = redaction_of(self._config).value
            self._records = tuple(clean(run.record(name)) for name in run.names)
        return self._records


def _with_gaps(hosts: Sequence[HostRecord], run: Run, verdicts: Sequence[Verdict]) -> tuple[HostRecord, ...]:
    """Say of each host which of the selected requirements have no verdict."""
    gaps: dict[str, list[str]] = {}
    for host, requirement in sorted(run.judged.without((verdict.host, verdict.requirement) for verdict in verdicts)):
        gaps.setdefault(host, []).append(requirement)
    return tuple(replace(host, no_verdict=tuple(gaps.get(host.name, ()))) for host in hosts)


def _requirement_record(item: pytest.Item) -> dict[str, Any]:
    record, module = requirement_of(item), getattr(item, "module", None)
    part = (getattr(module, "__doc__", None) or "").strip().partition("\n")[0]
    return (record.to_json() if record else {}) | {"part": part, "test": item.nodeid.partition("[")[0]}


def _version() -> str:
    try:
        return version("exgate")
    except PackageNotFoundError:
        return "not installed"

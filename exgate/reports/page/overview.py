"""What stands at the top of the page: what the run means, what it does not cover, and how it was made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from textwrap import shorten
from typing import Any

from exgate.reports.ages import age_words
from exgate.reports.drift_lines import drift_lines
from exgate.reports.page.columns import Column
from exgate.reports.page.worst import WorstHost, worst_hosts
from exgate.reports.results import HostRecord, Results, VerdictRecord, utc
from exgate.reports.terminal import LETTERS
from exgate.verdicts import EXIT_COMPLIES, EXIT_FAILS, NO_FINDING, Outcome

MOST_LINES = 200
"""Lines of a list at the top, or of findings for a reader without scripts."""
_SHORT = 60
_ORDER = (
    *(Outcome.FAIL, Outcome.UNKNOWN, Outcome.UNREACHABLE, Outcome.WAIVED),
    *(Outcome.PASS, Outcome.NOT_APPLICABLE),
)


@dataclass(frozen=True, slots=True)
class Count:
    """How many verdicts of an outcome there are."""

    outcome: str
    letter: str
    number: int


@dataclass(frozen=True, slots=True)
class Lines:
    """Some lines of a list, and how many it has in all."""

    shown: tuple[str, ...]
    total: int

    @classmethod
    def of(cls, lines: Sequence[str]) -> Lines:
        """Take the first lines of a list."""
        return cls(tuple(lines[:MOST_LINES]), len(lines))

    @property
    def hidden(self) -> int:
        """How many are not shown."""
        return self.total - len(self.shown)


class Overview:
    """The top of the page."""

    def __init__(self, results: Results, columns: Sequence[Column]) -> None:
        self._results = results
        self.run = results.run
        self.version = results.tool_version
        self.columns = columns
        self.hosts = len(results.hosts)
        self.verdicts = len(results.verdicts)

    @cached_property
    def counts(self) -> tuple[Count, ...]:
        """The number of verdicts of each outcome, findings first."""
        summary = self._results.summary
        return tuple(Count(outcome.value, LETTERS[outcome], summary[outcome.value]) for outcome in _ORDER)

    @property
    def missing(self) -> int:
        """How many selected hosts and requirements have no verdict."""
        return sum(len(host.no_verdict) for host in self._results.hosts)

    @property
    def tone(self) -> str:
        """How the exit status is to be shown: ``complies`` only where the verdicts leave nothing to be asked."""
        outcomes = {verdict.outcome for verdict in self._results.verdicts}
        if self.run.exit_status == EXIT_FAILS or Outcome.FAIL in outcomes or self.run.other_tests.failed:
            return "fails"
        sound = self.run.exit_status == EXIT_COMPLIES and self.run.complete and not self.missing
        return "complies" if sound and Outcome.PASS in outcomes and outcomes <= NO_FINDING else "unseen"

    @cached_property
    def worst(self) -> tuple[tuple[WorstHost, ...], int]:
        """The hosts to begin with, and how many have findings."""
        return worst_hosts(self._results)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What makes the run cover less than it seems to."""
        return tuple(self._warnings())

    def _warnings(self) -> Iterator[str]:
        run = self.run
        if self.missing:
            head = "Not everything has a verdict" if run.complete else "The run was interrupted: it is incomplete"
            yield f"{head}. {_number(self.missing, 'selected verdict')} missing; what has no verdict has not complied."
        elif not run.complete:
            yield "The run is incomplete: not everything that was selected has been run."
        if self.not_asked.total:
            yield f"{_number(self.not_asked.total, 'selected host', verb='was')} not asked."
        if run.candidate:
            meaning = "the verdicts say what the servers would be like with it, not what they are"
            yield f"A planned change was judged ({run.candidate}): {meaning}. {self._planned()}"
        if run.facts_from:
            yield f"Saved facts were judged ({run.facts_from}): no server was asked."
        if run.other_tests.failed:
            yield f"{run.other_tests.failed} of your own tests failed; they are in report.html, not here."
        if run.left_out:
            yield f"Left out by --no-wire, so that nothing is known of it: {', '.join(run.left_out)}."
        if run.baseline and not run.baseline.complete:
            yield f"The baseline ({run.baseline.file}) was incomplete: what is new may only not have been judged then."
        if self._results.gone:
            gone = _some(self._results.gone)
            yield f"{_number(len(self._results.gone), 'host of the baseline')} no longer in the inventory: {gone}."

    def _planned(self) -> str:
        arrows = Counter(
            (verdict.before.outcome, verdict.outcome)
            for verdict in self._results.verdicts
            if verdict.before and verdict.before.outcome is not verdict.outcome
        )
        changed = ", ".join(f"{number} {before} -> {after}" for (before, after), number in arrows.most_common())
        return f"Before -> after: {changed or 'no verdict changes'}."

    @cached_property
    def not_asked(self) -> Lines:
        """The hosts that were selected and not asked, because the run stopped before."""
        return Lines.of([host.name for host in self._results.hosts if not host.seen and not host.unreachable])

    @property
    def notices(self) -> Lines:
        """What is to be told of waivers."""
        return Lines.of([_notice(notice) for notice in self._results.waivers])

    @cached_property
    def drift(self) -> Lines:
        """Facts that are not what they were in the baseline."""
        return Lines.of(list(drift_lines(self._results.drift)))

    @property
    def in_short(self) -> str:
        """The run in one line: when it ended, what was asked, and how old the facts are."""
        run = self.run
        seen = [host for host in self._results.hosts if host.seen]
        age = age_words(run.finished - _collected(min(seen, key=_collected))) if seen else "none"
        facts = f"facts of {len(seen):,} of {_number(self.hosts, 'host', verb='')}, the oldest read {age}"
        where = run.inventory or run.facts_from or "saved facts"
        hosts = shorten(run.hosts.replace(",", ", "), _SHORT, placeholder=" ...")
        return f"Run of {_moment(run.finished)}, hosts {hosts} of {where}; {facts if seen else 'no facts'}"

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """How the run was made, name by name."""
        run = self.run
        rows = [
            ("Started", _moment(run.started)),
            ("Finished", f"{_moment(run.finished)} ({_seconds(run.finished - run.started)})"),
            ("Hosts", f"{run.hosts} ({_number(self.hosts, 'host', verb='')})"),
            ("Inventory", run.inventory or "none: saved facts stood in its place"),
            *([("Saved facts", run.facts_from)] if run.facts_from else []),
            *([("Planned change", run.candidate)] if run.candidate else []),
            *self._seen(),
            ("Event log", f"since {_moment(run.events_since) if run.events_since else 'the last start of IIS Admin'}"),
            ("Baseline", self._baseline()),
            ("Fails the run", f"{', '.join(run.fail_on)}{'; new findings only' if run.only_new else ''}"),
            ("Your own tests", self._other_tests()),
        ]
        return tuple(rows)

    def _seen(self) -> Iterator[tuple[str, str]]:
        seen = [host for host in self._results.hosts if host.seen]
        yield "Facts", f"of {len(seen)} of {_number(self.hosts, 'host', verb='')}"
        if not seen:
            return
        oldest, newest = (choose(seen, key=_collected) for choose in (min, max))
        for name, host in (("Oldest facts", oldest), ("Newest facts", newest)):
            yield name, f"{_moment(_collected(host))}, {age_words(self.run.finished - _collected(host))} ({host.name})"
        sources = Counter(host.seen.source.partition(", ")[0] for host in seen if host.seen)
        yield "Source", "; ".join(f"{source} ({number})" for source, number in sources.most_common(10))

    def _baseline(self) -> str:
        baseline = self.run.baseline
        if baseline is None:
            return "none"
        changes = Counter(verdict.change for verdict in self._results.verdicts if verdict.change)
        counts = ", ".join(f"{number} {change}" for change, number in changes.most_common())
        return f"{baseline.file}, of {_moment(baseline.finished)}: {counts or 'nothing was judged'}"

    def _other_tests(self) -> str:
        tests = self.run.other_tests
        if not tests.passed + tests.failed + tests.skipped:
            return "none"
        return f"{tests.passed} passed, {tests.failed} failed, {tests.skipped} skipped; they have no verdicts"

    @property
    def requirements(self) -> tuple[tuple[Column, Counter[Outcome]], ...]:
        """The requirements, each with how many verdicts of each outcome it has."""
        counts: dict[str, Counter[Outcome]] = {column.key: Counter() for column in self.columns}
        for verdict in self._results.verdicts:
            if verdict.requirement in counts:
                counts[verdict.requirement][verdict.outcome] += 1
        return tuple((column, counts[column.key]) for column in self.columns if not column.is_own)

    @cached_property
    def findings(self) -> Lines:
        """The findings in one line each, for a reader without scripts: failures first."""
        found = [verdict for verdict in self._results.verdicts if verdict.outcome not in NO_FINDING]
        return Lines.of([_finding(verdict) for verdict in sorted(found, key=_worst)])


def _finding(verdict: VerdictRecord) -> str:
    return f"{verdict.outcome.upper()} {verdict.requirement} {verdict.severity}: {verdict.message}"


def _worst(verdict: VerdictRecord) -> tuple[int, int]:
    severities = ("critical", "high", "medium", "-")
    return _ORDER.index(verdict.outcome), severities.index(verdict.severity) if verdict.severity in severities else 4


def _notice(notice: Any) -> str:  # noqa: ANN401 - JSON's own values
    source, text, ticket, expires = (notice.get(name, "") for name in ("source", "text", "ticket", "expires"))
    return f"{source}: {text} ({ticket}, until {expires})"


def _collected(host: HostRecord) -> datetime:
    if host.seen is None:
        raise AssertionError  # pragma: no cover - only hosts that were seen are asked
    return host.seen.collected_at


def _moment(moment: datetime) -> str:
    return utc(moment).replace("T", " ").replace("Z", " UTC")


def _seconds(duration: timedelta) -> str:
    minutes, seconds = divmod(int(duration.total_seconds()), 60)
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"


def _number(number: int, what: str, *, verb: str = "is") -> str:
    first, space, rest = what.partition(" of ")
    words = f"{number:,} {first}{'s' * (number != 1)}{space}{rest}"
    plural = {"is": "are", "was": "were"}
    return f"{words} {verb if number == 1 else plural[verb]}" if verb else words


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:10]) + (f" and {len(names) - 10:,} more" if len(names) > 10 else "")  # noqa: PLR2004

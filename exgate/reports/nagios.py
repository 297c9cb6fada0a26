"""A run as a plugin's output for Nagios and Icinga, by the Monitoring Plugins' development guidelines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

from exgate.facts.printable import printable
from exgate.reports.terminal import finding_lines, ids
from exgate.requirements import Severity
from exgate.verdicts import EXIT_COMPLIES, EXIT_FAILS, EXIT_UNSEEN, EXIT_WORDS, NO_FINDING, UNSEEN, Outcome, Verdict

FIRST_LINE = 1000
"""Octets of the first line: NRPE of version 2 cuts at 1,024."""
ALL_LINES = 4000
"""Octets of everything: what Nagios has read since version 3."""
_NAME = "TESTINFRA"
"""The option --nagios is testinfra's, and so is the first word: scripts look for it."""
_ORDER = (
    *(Outcome.FAIL, Outcome.UNKNOWN, Outcome.UNREACHABLE, Outcome.WAIVED),
    *(Outcome.PASS, Outcome.NOT_APPLICABLE),
)
_WORST = {Outcome.FAIL: 0, Outcome.UNKNOWN: 1, Outcome.UNREACHABLE: 2}
_SEVERITIES = {severity.value: index for index, severity in enumerate(Severity)}


class State(IntEnum):
    """What a plugin's exit status means."""

    OK = 0
    WARNING = 1
    CRITICAL = 2
    UNKNOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A run.

    Attributes:
        status: The run's own exit status.
        verdicts: Its verdicts.
        not_judged: How many more were selected, and have none because the run stopped before.
        own_passed: How many of a user's own tests passed.
        own_failed: How many failed.
        seconds: How long it took.
        refused: Why nothing was asked, or why it broke off without a result; empty where there is one.
        trouble: What else went wrong: a file of tests, or the results' file; empty where nothing did.
    """

    status: int
    verdicts: Sequence[Verdict] = ()
    not_judged: int = 0
    own_passed: int = 0
    own_failed: int = 0
    seconds: float = 0.0
    refused: str = ""
    trouble: str = ""

    @property
    def state(self) -> State:
        """What the run says of the servers: never OK where something was not seen, or nothing was looked at."""
        if self.refused:
            return State.UNKNOWN
        if self.status == EXIT_FAILS:
            return State.CRITICAL
        outcomes = {verdict.outcome for verdict in self.verdicts}
        looked = outcomes - {Outcome.NOT_APPLICABLE} or self.own_passed
        if self.status != EXIT_COMPLIES or self.not_judged or not looked:
            return State.UNKNOWN
        return State.WARNING if outcomes - NO_FINDING else State.OK


def output(watched: Watched) -> str:
    """Give the lines: the first for the overview, with performance data; then one for each finding, as far as they fit.

    What others have written can add neither a line nor performance data: a vertical bar becomes a slash. A run without
    a verdict has no performance data, for it counted nothing.
    """
    performance = _performance(watched)
    text = _fitting(_plain(f"{_NAME} {watched.state.name} - {_text(watched)}"), FIRST_LINE - len(performance))
    first = f"{text}{performance}"
    lines, left = [first], ALL_LINES - len(first.encode()) - 1
    for line in map(_plain, [] if watched.refused else finding_lines(watched.verdicts)):
        left -= len(line.encode()) + 1
        if left < 0:
            break
        lines.append(line)
    return "".join(f"{line}\n" for line in lines)


def _text(watched: Watched) -> str:
    if watched.refused:
        return watched.refused
    parts = [_counts(watched)]
    if watched.not_judged:
        parts.append(f"incomplete: {watched.not_judged} not judged")
    reason = _reason(watched)
    if reason:
        parts.append(reason)
    found = "; ".join(_hosts(watched.verdicts))
    return f"{', '.join(parts)}: {found}" if found else ", ".join(parts)


def _counts(watched: Watched) -> str:
    counts = Counter(verdict.outcome for verdict in watched.verdicts)
    hosts = len({verdict.host for verdict in watched.verdicts})
    own = ((watched.own_failed, "failed"), (watched.own_passed, "passed"))
    parts = [f"{counts[outcome]} {outcome}" for outcome in _ORDER if counts[outcome]] or ["no requirement was judged"]
    where = f" on {hosts} host{'s' * (hosts != 1)}" if hosts else ""
    parts[-1] += where
    return ", ".join([*parts, *(f"{number} of your own tests {word}" for number, word in own if number)])


def _reason(watched: Watched) -> str:
    """Say why the state is another one than the counts look like, ``""`` where it is not."""
    outcomes = {verdict.outcome for verdict in watched.verdicts}
    if watched.trouble:
        return watched.trouble
    if watched.status == EXIT_COMPLIES:
        if outcomes - NO_FINDING:
            return "the findings do not count for the exit status"
        return "nothing that was asked applies" if outcomes == {Outcome.NOT_APPLICABLE} else ""
    if watched.status == EXIT_FAILS or (watched.status == EXIT_UNSEEN and (outcomes & UNSEEN or watched.not_judged)):
        return ""
    return EXIT_WORDS.get(watched.status, f"exit status {watched.status}")


def _hosts(verdicts: Iterable[Verdict]) -> Iterator[str]:
    """Give each host's findings in short, the worst host first."""
    by_host: dict[str, dict[Outcome, list[Verdict]]] = {}
    for verdict in verdicts:
        if verdict.outcome not in NO_FINDING:
            by_host.setdefault(verdict.host, {}).setdefault(verdict.outcome, []).append(verdict)
    for host, found in sorted(by_host.items(), key=lambda each: _badness(each[1])):
        dead = found.get(Outcome.UNREACHABLE)
        parts = [
            f"{ids(group)}{'' if outcome is Outcome.FAIL else f' {outcome}'}"
            for outcome, group in sorted(found.items(), key=lambda each: _WORST[each[0]])
            if outcome is not Outcome.UNREACHABLE
        ]
        yield f"{host} {', '.join([*parts, *(['unreachable'] if dead else [])])}"


def _badness(found: dict[Outcome, list[Verdict]]) -> tuple[int, int]:
    worst = min(found, key=lambda outcome: _WORST[outcome])
    return _WORST[worst], min(_SEVERITIES.get(verdict.severity, len(_SEVERITIES)) for verdict in found[worst])


def _performance(watched: Watched) -> str:
    if not watched.verdicts:
        return ""
    counts = Counter(verdict.outcome for verdict in watched.verdicts)
    values = {outcome.value.replace(" ", "_"): str(counts[outcome]) for outcome in _ORDER}
    values["not_judged"] = str(watched.not_judged)
    values["hosts"] = str(len({verdict.host for verdict in watched.verdicts}))
    values["time"] = f"{watched.seconds:.2f}s"
    return f" | {' '.join(f'{name}={value};;;0' for name, value in values.items())}"


def _plain(text: str) -> str:
    return printable(" ".join(text.splitlines())).replace("|", "/")


def _fitting(text: str, octets: int) -> str:
    data = text.encode()
    if len(data) <= octets:
        return text
    return f"{data[: octets - 3].decode(errors='ignore')}..."

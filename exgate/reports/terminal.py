"""Verdicts on a terminal: one line for each finding, grouped by host, a table of hosts, and what the run means."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from exgate.reports.waivers import waived_text
from exgate.verdicts import EXIT_COMPLIES, EXIT_FAILS, EXIT_UNSEEN, EXIT_WORDS, NO_FINDING, Outcome, Verdict

LETTERS = {
    Outcome.PASS: ".",
    Outcome.FAIL: "F",
    Outcome.UNKNOWN: "?",
    Outcome.UNREACHABLE: "!",
    Outcome.WAIVED: "w",
    Outcome.NOT_APPLICABLE: "s",
}
"""The progress letter of each outcome."""
_IN_ORDER = frozenset({Outcome.PASS, Outcome.NOT_APPLICABLE})
_MOST_NAMED = 5
_COLUMNS = (
    *(Outcome.FAIL, Outcome.UNKNOWN, Outcome.UNREACHABLE, Outcome.WAIVED),
    *(Outcome.PASS, Outcome.NOT_APPLICABLE),
)

_OF_VERDICTS = frozenset({EXIT_COMPLIES, EXIT_FAILS, EXIT_UNSEEN})
_WITH_THE_CHANGE = {
    EXIT_COMPLIES: "with the planned change everything complies that can be judged before it is made",
    EXIT_FAILS: "with the planned change something does not comply",
    EXIT_UNSEEN: "with the planned change nothing that was seen fails, but not everything could be seen",
}


def finding_lines(verdicts: Iterable[Verdict]) -> Iterator[str]:
    """Give one line for each finding; hosts in the order of the run.

    What several requirements of a host could not see for one and the same reason has one line.
    """
    by_host: dict[str, dict[tuple[Outcome, str], list[Verdict]]] = {}
    for verdict in verdicts:
        if verdict.outcome not in NO_FINDING:
            alike = by_host.setdefault(verdict.host, {})
            alike.setdefault((verdict.outcome, verdict.message), []).append(verdict)
    for alike in by_host.values():
        for (outcome, message), findings in alike.items():
            first = findings[0]
            if outcome is Outcome.UNREACHABLE:
                yield f"{outcome.upper():11} {message} ({verdicts_in_words(len(findings))})"
            elif len(findings) == 1:
                yield f"{outcome.upper():11} {first.requirement} {first.severity:8} {message}"
            else:
                yield f"{outcome.upper():11} {message} ({verdicts_in_words(len(findings))}: {ids(findings)})"


def in_order_lines(verdicts: Iterable[Verdict]) -> Iterator[str]:
    """Give one line for each verdict that complies or is not applicable."""
    for verdict in verdicts:
        if verdict.outcome in _IN_ORDER:
            yield f"{verdict.outcome.upper():14} {verdict.requirement} {verdict.severity:8} {verdict.message}"


def coverage_line(
    hosts: Mapping[str, bool], verdicts: Iterable[Verdict], not_judged: Collection[tuple[str, str]]
) -> str:
    """Say of how many hosts everything was seen: ``coverage of 7 hosts: 5 complete, 1 partial (be07), 1 unreachable``.

    Args:
        hosts: The selected hosts, and whether each was asked.
        verdicts: The verdicts.
        not_judged: Host and requirement of what was selected and has no verdict.
    """
    outcomes: dict[str, set[Outcome]] = {host: set() for host in hosts}
    for verdict in verdicts:
        outcomes.setdefault(verdict.host, set()).add(verdict.outcome)
    stopped = {host for host, _ in not_judged}
    by_kind: dict[str, list[str]] = {kind: [] for kind in ("complete", "partial", "unreachable", "not asked")}
    for host, found in outcomes.items():
        if Outcome.UNREACHABLE in found:
            kind = "unreachable"
        elif found or hosts.get(host):
            kind = "partial" if host in stopped or Outcome.UNKNOWN in found else "complete"
        else:
            kind = "not asked"
        by_kind[kind].append(host)
    parts = [
        f"{len(names)} {kind}{_named(kind, names)}" for kind, names in by_kind.items() if names or kind == "complete"
    ]
    return f"coverage of {len(outcomes)} host{'s' * (len(outcomes) != 1)}: {', '.join(parts)}"


def _named(kind: str, names: Sequence[str]) -> str:
    """Name the hosts of a kind, the first few of many."""
    if kind == "complete":
        return ""
    more = f", {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return f" ({', '.join(names[:_MOST_NAMED])}{more})"


def before_lines(verdicts: Iterable[Verdict], *, every: bool = False) -> Iterator[str]:
    """Give what a planned change does to each verdict: ``fail -> pass  KB817379-02 be01``; nothing without one.

    Args:
        verdicts: The verdicts.
        every: Whether those are shown too that stay as they are.
    """
    judged = [(verdict, verdict.before) for verdict in verdicts if verdict.before is not None]
    if not judged:
        return
    yield "planned change, before -> after:"
    shown = [(verdict, before) for verdict, before in judged if every or before.outcome is not verdict.outcome]
    arrows = [f"{before.outcome} -> {verdict.outcome}" for verdict, before in shown]
    width = max(map(len, arrows), default=0)
    for arrow, (verdict, _) in zip(arrows, shown, strict=True):
        note = "  (worse)" if verdict.gets_worse else "  (judged when the change is made)" if verdict.waits else ""
        yield f"{arrow:{width}}  {verdict.requirement} {verdict.host}{note}"
    stay = len(judged) - len(shown)
    if stay or not shown:
        yield f"{verdicts_in_words(stay)} stay{'s' * (stay == 1)} as {'it is' if stay == 1 else 'they are'}"


def waived_lines(verdicts: Iterable[Verdict]) -> Iterator[str]:
    """Give one line for each failure that is waived, with its waiver."""
    for verdict in verdicts:
        if verdict.outcome is Outcome.WAIVED:
            word = verdict.outcome.upper()
            yield f"{word:11} {verdict.requirement} {verdict.severity:8} {waived_text(verdict)}"


def table_lines(verdicts: Iterable[Verdict]) -> Iterator[str]:
    """Give the table of verdict counts, one row for each host with a finding and one for all the others together."""
    by_host: dict[tuple[str, str], Counter[Outcome]] = {}
    for verdict in verdicts:
        by_host.setdefault((verdict.host, verdict.role), Counter())[verdict.outcome] += 1
    with_findings = {host: counts for host, counts in by_host.items() if counts.keys() - NO_FINDING}
    if not with_findings:
        return
    others = [counts for host, counts in by_host.items() if host not in with_findings]
    shown = [outcome for outcome in _COLUMNS if any(counts[outcome] for counts in by_host.values())]
    rows = [["host", "role", *(outcome.value for outcome in shown)]]
    rows += [[*host, *(str(counts[outcome] or "-") for outcome in shown)] for host, counts in with_findings.items()]
    if others:
        total = sum(others, Counter[Outcome]())
        label = f"{len(others)} host{'s' * (len(others) > 1)} without a finding"
        rows.append([label, "", *(str(total[outcome] or "-") for outcome in shown)])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        texts = [f"{cell:{width}}" for cell, width in zip(row[:2], widths[:2], strict=True)]
        numbers = [f"{cell:>{width}}" for cell, width in zip(row[2:], widths[2:], strict=True)]
        yield "  ".join([*texts, *numbers])


def count_line(verdicts: Iterable[Verdict]) -> str:
    """Count the verdicts and the hosts: ``27 verdicts on 3 hosts: 15 pass, 12 not applicable``."""
    listed = list(verdicts)
    counts = Counter(verdict.outcome for verdict in listed)
    hosts = len({verdict.host for verdict in listed})
    parts = ", ".join(f"{counts[outcome]} {outcome}" for outcome in Outcome if counts[outcome])
    return f"{verdicts_in_words(len(listed))} on {hosts} host{'s' * (hosts != 1)}: {parts or 'none'}"


def status_line(status: int, words: str) -> str:
    """Give the exit status, and what it means."""
    return f"exit status {int(status)}: {words}"


def status_words(status: int, verdicts: Collection[Verdict] = (), *, only_regressions: bool = False) -> str:
    """Say what an exit status means, and not in better words than the verdicts deserve.

    Args:
        status: The exit status.
        verdicts: The verdicts.
        only_regressions: Whether only what a planned change makes worse counted.
    """
    planned = [verdict for verdict in verdicts if verdict.before is not None]
    if only_regressions and planned and status in _OF_VERDICTS:
        return _regression_words(status, planned)
    caveat = _caveat(status, {verdict.outcome for verdict in verdicts})
    if caveat:
        return caveat
    return _WITH_THE_CHANGE[status] if planned and status in _OF_VERDICTS else EXIT_WORDS.get(int(status), "see above")


def _caveat(status: int, outcomes: set[Outcome]) -> str:
    """Say why an exit status sounds better than it is, ``""`` where it does not."""
    if status == EXIT_COMPLIES and outcomes - NO_FINDING:
        return "there are findings, but none that --fail-on names"
    if status == EXIT_COMPLIES and Outcome.WAIVED in outcomes:
        return "everything that was asked complies or is waived"
    if status == EXIT_COMPLIES and not outcomes:
        return "no requirement was judged"
    if status == EXIT_COMPLIES and Outcome.PASS not in outcomes:
        return "nothing was found wrong, because nothing that was asked applies"
    if status == EXIT_UNSEEN and Outcome.FAIL in outcomes:
        return "not everything could be seen, and there are findings that --fail-on does not name"
    return ""


def _regression_words(status: int, verdicts: Collection[Verdict]) -> str:
    worse = sum(verdict.gets_worse for verdict in verdicts)
    if status == EXIT_COMPLIES:
        words = "makes nothing worse that --fail-on names" if worse else "makes nothing worse"
    elif worse:
        words = f"makes {verdicts_in_words(worse)} worse"
    else:
        words = (
            "makes no verdict worse, but the run is incomplete, too little is known of a host to tell what the change "
            "does there, or a test without a verdict of before counts"
        )
    return f"the planned change {words}{_remaining(verdicts)}"


def _remaining(verdicts: Iterable[Verdict]) -> str:
    """Count the findings that the change does not make worse."""
    number = sum(verdict.outcome not in NO_FINDING and not verdict.gets_worse for verdict in verdicts)
    return f"; {number} finding{'s' * (number != 1)} remain{'s' * (number == 1)}" if number else ""


def ids(verdicts: Iterable[Verdict]) -> str:
    """Give ids in short: ``KB817379-01, 02, 03``."""
    whole = [verdict.requirement for verdict in verdicts]
    article = whole[0].rpartition("-")[0]
    return ", ".join([whole[0], *(identifier.removeprefix(f"{article}-") for identifier in whole[1:])])


def verdicts_in_words(number: int, *, more: bool = False) -> str:
    """Count verdicts: ``1 verdict``, ``2 verdicts``, ``1 more verdict``."""
    return f"{number} {'more ' * more}verdict{'s' * (number != 1)}"

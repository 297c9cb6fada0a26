"""Verdicts on a terminal: one line for each finding, grouped by host, a table of hosts, and what the run means."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from exgate.reports.waivers import waived_text
from exgate.verdicts import EXIT_COMPLIES, EXIT_WORDS, NO_FINDING, Outcome, Verdict

LETTERS = {
    Outcome.PASS: ".",
    Outcome.FAIL: "F",
    Outcome.UNKNOWN: "?",
    Outcome.UNREACHABLE: "!",
    Outcome.WAIVED: "w",
    Outcome.NOT_APPLICABLE: "s",
}
"""The progress letter of each outcome."""
_COLUMNS = (
    *(Outcome.FAIL, Outcome.UNKNOWN, Outcome.UNREACHABLE, Outcome.WAIVED),
    *(Outcome.PASS, Outcome.NOT_APPLICABLE),
)


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
                yield f"{outcome.upper():11} {message} ({_verdicts(len(findings))})"
            elif len(findings) == 1:
                yield f"{outcome.upper():11} {first.requirement} {first.severity:8} {message}"
            else:
                yield f"{outcome.upper():11} {message} ({_verdicts(len(findings))}: {_ids(findings)})"


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
    return f"{_verdicts(len(listed))} on {hosts} host{'s' * (hosts != 1)}: {parts or 'none'}"


def status_line(status: int, verdicts: Collection[Verdict] = ()) -> str:
    """Give the exit status in words, and not in better ones than the verdicts deserve."""
    words = EXIT_WORDS.get(int(status), "see above")
    outcomes = {verdict.outcome for verdict in verdicts}
    if status == EXIT_COMPLIES and outcomes - NO_FINDING:
        words = "there are findings, but none that --fail-on names"
    elif status == EXIT_COMPLIES and Outcome.WAIVED in outcomes:
        words = "everything that was asked complies or is waived"
    elif status == EXIT_COMPLIES and not outcomes:
        words = "no requirement was judged"
    elif status == EXIT_COMPLIES and Outcome.PASS not in outcomes:
        words = "nothing was found wrong, because nothing that was asked applies"
    return f"exit status {int(status)}: {words}"


def _ids(verdicts: Iterable[Verdict]) -> str:
    """Give ids in short: ``KB817379-01, 02, 03``."""
    ids = [verdict.requirement for verdict in verdicts]
    article = ids[0].rpartition("-")[0]
    return ", ".join([ids[0], *(identifier.removeprefix(f"{article}-") for identifier in ids[1:])])


def _verdicts(number: int) -> str:
    return f"{number} verdict{'s' * (number != 1)}"

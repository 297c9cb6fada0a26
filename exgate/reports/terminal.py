"""Verdicts on a terminal: one line for each finding, grouped by host, and what the run means."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator

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


def finding_lines(verdicts: Iterable[Verdict]) -> Iterator[str]:
    """Give one line for each finding; hosts in the order of the run.

    A host that cannot be asked has one cause, and one line for all of its requirements.
    """
    by_host: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        if verdict.outcome not in NO_FINDING:
            by_host.setdefault(verdict.host, []).append(verdict)
    for findings in by_host.values():
        unreachable = [verdict for verdict in findings if verdict.outcome is Outcome.UNREACHABLE]
        if unreachable:
            yield f"{'UNREACHABLE':11} {unreachable[0].message} ({_verdicts(len(unreachable))})"
        for verdict in findings:
            if verdict.outcome is not Outcome.UNREACHABLE:
                yield f"{verdict.outcome.upper():11} {verdict.requirement} {verdict.severity:8} {verdict.message}"


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
    elif status == EXIT_COMPLIES and not outcomes:
        words = "no requirement was judged"
    elif status == EXIT_COMPLIES and Outcome.PASS not in outcomes:
        words = "nothing was found wrong, because nothing that was asked applies"
    return f"exit status {int(status)}: {words}"


def _verdicts(number: int) -> str:
    return f"{number} verdict{'s' * (number != 1)}"

"""The comparison with an earlier run, as lines on a terminal and in pytest-html's summary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from exgate.reports.baseline import Baseline, Changed
from exgate.reports.drift_lines import drift_lines
from exgate.reports.plain import one_line
from exgate.reports.results import KNOWN, Change, Drift, VerdictRecord
from exgate.reports.terminal import ids, status_words, verdicts_in_words
from exgate.verdicts import EXIT_COMPLIES, EXIT_FAILS, EXIT_UNSEEN, NO_FINDING, Outcome, Verdict

_WORDS = {
    Change.NEW: "NEW",
    Change.NOT_JUDGED_BEFORE: "NEW",
    Change.STILL_FAILING: "STILL",
    Change.STILL_UNKNOWN: "STILL",
    Change.FIXED: "FIXED",
    Change.NEWLY_UNKNOWN: "UNSEEN",
    Change.OTHER: "OTHER",
}
_ORDER = ("NEW", "UNSEEN", "STILL", "FIXED", "OTHER")
_UNSEEN = frozenset({Outcome.UNKNOWN, Outcome.UNREACHABLE})
Pairs = Sequence[tuple[Verdict, Changed]]
"""Verdicts with what became of each."""


def heading(baseline: Baseline) -> str:
    """Say which run is compared with, and that it was not complete if it was not."""
    run = baseline.results.run
    line = f"compared with {one_line(baseline.file)}: the run of {run.finished:%Y-%m-%d %H:%M:%S} UTC"
    return line if run.complete else f"{line}; warning: it stopped early, so that not everything was judged in it"


def lines(
    baseline: Baseline,
    pairs: Pairs,
    gone: Iterable[str],
    not_judged: Sequence[VerdictRecord],
    drift: Iterable[Drift],
) -> Iterator[str]:
    """Give the section.

    Args:
        baseline: The earlier run.
        pairs: This run's verdicts.
        gone: Hosts that the inventory no longer has.
        not_judged: Findings of the earlier run on which this run has no verdict.
        drift: What became of facts.
    """
    yield heading(baseline)
    shown = sorted(_groups(pairs), key=lambda each: _ORDER.index(each[0]))
    for word, since, rest in shown:
        yield one_line(f"{word} since {since} {rest}" if since else f"{word:11} {rest}")
    for host in gone:
        yield one_line(f"{'GONE':11} {host}: the inventory no longer has it")
    counts = Counter(changed.change for _, changed in pairs)
    parts = ", ".join(f"{counts[change]} {change}" for change in Change if counts[change])
    yield f"changes: {parts or 'none, nothing was judged'}"
    if not_judged:
        hosts = len({old.host for old in not_judged})
        yield (
            f"not judged in this run: {len(not_judged)} finding{'s' * (len(not_judged) != 1)} of the baseline "
            f"on {hosts} host{'s' * (hosts != 1)}"
        )
    yield from drift_lines(drift)


def detail_line(changed: Changed) -> str:
    """Say in one line what became of a verdict."""
    since = f", since {changed.since:%Y-%m-%d %H:%M:%S} UTC" if changed.since and changed.change in KNOWN else ""
    before = f" (before: {changed.before})" if changed.before else ""
    return f"Since the baseline: {changed.change}{since}{before}"


def only_new_words(status: int, pairs: Pairs) -> str:
    """Say what an exit status means for which only new findings count."""
    findings = [pair for pair in pairs if pair[0].outcome not in NO_FINDING]
    known = [pair for pair in findings if pair[1].change in KNOWN]
    words = _new_words(status, pairs)
    if words is None or (status == EXIT_COMPLIES and not findings):
        return status_words(status, [verdict for verdict, _ in pairs])
    if status == EXIT_COMPLIES and len(known) < len(findings):
        return f"nothing new that --fail-on names; {_remain(len(findings), 'finding')}"
    return f"{words}; {_remain(len(known), 'known finding')}"


def _new_words(status: int, pairs: Pairs) -> str | None:
    new = {verdict.outcome for verdict, changed in pairs if counts_as_new(changed)} - {Outcome.PASS}
    if status == EXIT_COMPLIES:
        return "nothing new"
    if status == EXIT_FAILS:
        return "something new does not comply" if new - _UNSEEN else "a test of your own fails"
    if status == EXIT_UNSEEN:
        seen = "nothing new that was seen fails, but something new could not be seen"
        return seen if new & _UNSEEN else "nothing new, but the run is incomplete"
    return None


def _remain(number: int, what: str) -> str:
    return f"{number} {what} remains" if number == 1 else f"{number} {what}s remain"


def counts_as_new(changed: Changed) -> bool:
    """Whether a verdict counts for the exit status where only new findings do."""
    return changed.change not in KNOWN


def _groups(pairs: Pairs) -> Iterator[tuple[str, str, str]]:
    """Give word, date and text of what became of each host's verdicts; alike ones have one line."""
    alike: dict[tuple[str, str, str, str], list[tuple[Verdict, Changed]]] = {}
    for verdict, changed in pairs:
        is_finding = verdict.outcome not in NO_FINDING
        if changed.change not in _WORDS or (changed.change is Change.NOT_JUDGED_BEFORE and not is_finding):
            continue
        since = f"{changed.since:%Y-%m-%d}" if changed.since and changed.change in KNOWN else ""
        is_dead = verdict.outcome is Outcome.UNREACHABLE
        became = verdict.outcome.value if is_dead else _became(verdict, changed)
        alike.setdefault((_WORDS[changed.change], since, verdict.host, became), []).append((verdict, changed))
    for (word, since, host, became), group in alike.items():
        (first, _), *others = group
        if first.outcome is Outcome.UNREACHABLE:
            counts = Counter(_before(changed) for _, changed in group)
            before = ", ".join(f"{number} {each}" for each, number in counts.items())
            yield word, since, f"{host}: {before} -> {became}"
        elif others:
            found = [verdict for verdict, _ in group]
            yield word, since, f"{host}: {became} ({verdicts_in_words(len(found))}: {ids(found)})"
        else:
            yield word, since, f"{first.requirement} {host}: {became}"


def _became(verdict: Verdict, changed: Changed) -> str:
    still = changed.change in KNOWN and changed.before is verdict.outcome
    return verdict.outcome.value if still else f"{_before(changed)} -> {verdict.outcome}"


def _before(changed: Changed) -> str:
    return (changed.before or Change.NOT_JUDGED_BEFORE).value

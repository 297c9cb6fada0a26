"""A run as Markdown in a page or two: for a pull request, a job's summary on GitHub, a comment on GitLab.

Whatever others have written (hosts, messages, waivers) is inline code. No list has more than ten entries and no entry
more than a few hundred characters, so that the file stays far below GitHub's limit of 1 MiB whatever the number of
hosts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from exgate.reports.docs_markdown import table
from exgate.reports.formats.findings import Alike, alike, weight
from exgate.reports.formats.index import Index, text_of
from exgate.reports.formats.markdown_text import code, words
from exgate.reports.results import Change, HostRecord, Results, VerdictRecord
from exgate.requirements import Severity
from exgate.verdicts import NO_FINDING, UNSEEN, Outcome

SHOWN = 10
"""Entries of a list."""
_NAME = 80
_TEXT = 300
"""Characters of a name and of a message."""
_NEW = frozenset({Change.NEW, Change.NEWLY_UNKNOWN, Change.NOT_JUDGED_BEFORE})
_PRESSING = frozenset({"expired", "about to expire"})
"""The kinds of notice on a waiver that somebody must act on."""


@dataclass(slots=True)
class _Host:
    """What was found on a host."""

    worst: VerdictRecord
    fails: Counter[str] = field(default_factory=Counter)
    unseen: int = 0

    def add(self, verdict: VerdictRecord) -> None:
        if weight(verdict) < weight(self.worst):
            self.worst = verdict
        if verdict.outcome is Outcome.FAIL:
            self.fails[verdict.severity] += 1
        else:
            self.unseen += 1

    @property
    def key(self) -> tuple[int, ...]:
        return (*(-self.fails[severity.value] for severity in Severity), -self.fails.total(), -self.unseen)


def render(results: Results) -> bytes:
    """Give the file, UTF-8."""
    index = Index.of(results)
    blocks = [
        *_head(results, index),
        *_worst(results, index),
        *_since(results),
        *_waivers(results),
        *_coverage(results, index),
    ]
    return ("\n\n".join(blocks) + "\n").encode()


def _head(results: Results, index: Index) -> Iterator[str]:
    run = results.run
    yield f"## KB 817379: {words(run.exit_words, _TEXT)}"
    if not run.complete:
        number = len(index.missing)
        before = f" before {_number(number, 'more verdict')}" if number else ""
        yield f"> **Incomplete:** the run stopped{before}. What is not listed here is not known to comply."
    facts = [
        f"Exit status {run.exit_status}",
        _number(len(results.hosts), "host"),
        _number(len(results.verdicts), "verdict"),
        f"{run.started:%Y-%m-%d %H:%M} UTC",
    ]
    yield ", ".join(facts) + "."
    if run.candidate:
        changed = sum(each.before is not None and each.before.outcome is not each.outcome for each in results.verdicts)
        others = f"{_number(changed, 'verdict')} {_are(changed)} not what {_were(changed)} without it"
        yield f"Judged with the planned change {code(run.candidate, _NAME)}: {others}."
    if run.facts_from:
        yield f"Judged on the saved facts in {code(run.facts_from, _NAME)}; no server was asked."
    if run.left_out:
        yield f"Left out by --no-wire: {_names(run.left_out)}."
    yield table(results.summary, [[str(number) for number in results.summary.values()]])
    own = run.other_tests
    if own.passed or own.failed or own.skipped:
        yield f"Tests of your own: {own.passed} passed, {own.failed} failed, {own.skipped} skipped."


def _worst(results: Results, index: Index) -> Iterator[str]:
    hosts: dict[str, _Host] = {}
    for verdict in results.verdicts:
        if verdict.outcome not in NO_FINDING:
            hosts.setdefault(verdict.host, _Host(verdict)).add(verdict)
    if not hosts:
        if results.verdicts:
            waived = results.summary[Outcome.WAIVED.value]
            but = f", but {_number(waived, 'failure')} {_are(waived)} waived" if waived else ""
            yield f"Nothing was found wrong in what was judged{but}."
        return
    worst = sorted(hosts.items(), key=lambda each: each[1].key)[:SHOWN]
    yield f"### The worst {'host' if len(hosts) == 1 else 'hosts'} ({len(worst)} of {len(hosts)} with findings)"
    severities = [severity.value for severity in Severity]
    rows = [
        [
            code(name, _NAME),
            _organization(index.hosts.get(name)),
            *(str(found.fails[severity] or "-") for severity in severities),
            str(found.unseen or "-"),
            _finding(Alike(found.worst, 1), host=False),
        ]
        for name, found in worst
    ]
    heading = [
        "host",
        "organization",
        *(f"fails, {severity}" for severity in severities),
        "not seen",
        "the worst of it",
    ]
    yield table(heading, rows)


def _since(results: Results) -> Iterator[str]:
    baseline = results.run.baseline
    if baseline is None:
        yield "### Since the baseline"
        yield "There is no baseline: this run was compared with no earlier one (`--baseline=FILE`)."
        return
    yield f"### Since the baseline of {baseline.finished:%Y-%m-%d %H:%M} UTC"
    yield f"Compared with {code(baseline.file, _NAME)}."
    if not baseline.complete:
        yield "> **The baseline is incomplete:** not everything was judged in it."
    counts = Counter(verdict.change for verdict in results.verdicts if verdict.change)
    changes = [change for change in Change if counts[change]]
    if changes:
        yield table([change.value for change in changes], [[str(counts[change]) for change in changes]])
    new = [v for v in results.verdicts if v.change in _NEW and v.outcome not in NO_FINDING]
    yield from _list("New", alike(new), len(new), "Nothing is new.")
    fixed = [verdict for verdict in results.verdicts if verdict.change is Change.FIXED]
    yield from _list("Fixed", alike(fixed), len(fixed), "Nothing was fixed.")
    hosts = len({drift.host for drift in results.drift})
    facts = sum(drift.facts for drift in results.drift)
    yield (
        f"Drift: {_number(facts, 'fact')} of {_number(hosts, 'host')} {_are(facts)} not what {_were(facts)}."
        if facts
        else "Drift: none."
    )
    if results.gone:
        yield f"Gone from the inventory: {_names(results.gone)}."


def _list(heading: str, found: Sequence[Alike], number: int, nothing: str) -> Iterator[str]:
    if not found:
        yield nothing
        return
    lines = [f"- {_finding(each)}" for each in found[:SHOWN]]
    if len(found) > SHOWN:
        lines.append(f"- and {len(found) - SHOWN} more")
    yield f"**{heading}: {_number(number, 'verdict')}**"
    yield "\n".join(lines)


def _waivers(results: Results) -> Iterator[str]:
    if not results.waivers:
        return
    pressing = [notice for notice in results.waivers if text_of(notice, "kind") in _PRESSING]
    kinds = Counter(text_of(notice, "kind") for notice in results.waivers)
    others = {kind: number for kind, number in kinds.items() if kind not in _PRESSING}
    yield "### Waivers"
    lines = [
        f"- {code(text_of(notice, 'text'), _TEXT)} ({code(text_of(notice, 'source'), _NAME)})"
        for notice in pressing[:SHOWN]
    ]
    if len(pressing) > SHOWN:
        lines.append(f"- and {len(pressing) - SHOWN} more")
    lines += [f"- {_number(number, 'other notice')}: {words(kind, _NAME)}" for kind, number in others.items()]
    yield "\n".join(lines)


def _coverage(results: Results, index: Index) -> Iterator[str]:
    unseen = {verdict.host for verdict in results.verdicts if verdict.outcome in UNSEEN}
    lacking = {host for host, _ in index.missing}
    groups: dict[str, list[str]] = {"complete": [], "partial": [], "unreachable": [], "not asked": []}
    for host in results.hosts:
        if host.seen:
            word = "partial" if host.name in unseen or host.name in lacking else "complete"
        else:
            word = "unreachable" if host.unreachable else "not asked"
        groups[word].append(host.name)
    yield "### Coverage"
    yield table(groups, [[str(len(names)) for names in groups.values()]])
    lines = [f"- {word}: {_names(names)}" for word, names in groups.items() if names and word != "complete"]
    if lines:
        yield "\n".join(lines)


def _finding(each: Alike, *, host: bool = True) -> str:
    verdict = each.first
    what = code(verdict.requirement, _NAME) if each.number == 1 else _number(each.number, "verdict")
    severity = "" if verdict.severity == "-" else f" {words(verdict.severity, _NAME)}"
    where = f" on {code(verdict.host, _NAME)}" if host else ""
    text = code(verdict.message.removeprefix(f"{verdict.host}: "), _TEXT)
    return f"**{verdict.outcome.value}**{severity} {what}{where}: {text}"


def _organization(host: HostRecord | None) -> str:
    return code(host.organization, _NAME) if host and host.organization else ""


def _names(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(code(name, _NAME) for name in names[:SHOWN]) + more


def _number(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"


def _are(number: int) -> str:
    return "is" if number == 1 else "are"


def _were(number: int) -> str:
    return "it was" if number == 1 else "they were"

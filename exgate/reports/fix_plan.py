"""Fix plans: for one host, what was found and what a person does about it, in KB 817379's order, as plain text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from exgate.facts.printable import printable
from exgate.reports.ages import duration_words
from exgate.reports.fix_findings import Findings, findings_of, short, text_of, waiver_words
from exgate.reports.fix_folder import MARK
from exgate.reports.fix_names import file_names
from exgate.reports.fix_steps import steps
from exgate.reports.results import HostRecord, Results, RunRecord, VerdictRecord
from exgate.verdicts import Outcome


def plan(results: Results, host: str) -> str | None:
    """Give a host's plan, None where there is nothing to fix and nothing that could not be seen.

    There is none with a planned change: what is found after it is mended in the change, and not on the server.

    Whatever a server has said stays on its own line and inside its own step: what cannot be printed is escaped, and
    every line of a remedy is indented. Lines end in a line feed.
    """
    if results.run.candidate is not None:
        return None
    record = next((each for each in results.hosts if each.name == host), None)
    return _plan(results, record, [each for each in results.verdicts if each.host == host]) if record else None


def plans(results: Results) -> Iterator[tuple[str, str]]:
    """Give file name and plan of each host with findings, in the run's order."""
    if results.run.candidate is not None:
        return
    verdicts: dict[str, list[VerdictRecord]] = {}
    for verdict in results.verdicts:
        verdicts.setdefault(verdict.host, []).append(verdict)
    names = file_names(host.name for host in results.hosts)
    for host in results.hosts:
        text = _plan(results, host, verdicts.get(host.name, []))
        if text is not None:
            yield names[host.name], text


def _plan(results: Results, host: HostRecord, verdicts: list[VerdictRecord]) -> str | None:
    findings = findings_of(results, host, verdicts)
    return "".join(f"{printable(line)}\n" for line in _lines(findings)) if findings else None


def _lines(findings: Findings) -> Iterator[str]:
    results, host = findings.results, findings.host
    yield f"{MARK}: {host.name}"
    yield ""
    yield "For a person to review, and to carry out on the server. exgate changes nothing."
    yield ""
    yield f"Host:         {host.name}"
    yield f"Role:         {host.role}"
    yield f"Organization: {host.organization or '-'}"
    yield f"Facts:        {_facts(host)}"
    yield f"Run:          {results.run.started:%Y-%m-%d %H:%M:%S} UTC, --hosts={results.run.hosts}"
    yield f"Result:       exit status {results.run.exit_status}: {results.run.exit_words}"
    yield f"Written by:   exgate {results.tool_version}"
    warnings = list(_warnings(results.run))
    if warnings:
        yield ""
        yield from (f"WARNING: {text}" for text in warnings)
    yield ""
    yield "WHAT WAS FOUND"
    yield ""
    yield from _found(findings)
    if findings.waived:
        yield ""
        yield "WAIVED: NOT TO BE FIXED"
        yield ""
        for verdict in findings.waived:
            yield f"  {verdict.requirement} {verdict.severity:8} {text_of(verdict)} ({waiver_words(verdict)})"
    for number, step in enumerate(steps(findings), 1):
        yield ""
        yield f"STEP {number}: {step.title}"
        yield ""
        yield from (f"  {line}" if line else "" for line in step.lines)


def _facts(host: HostRecord) -> str:
    if host.seen is None:
        return "none: the host could not be asked" if host.unreachable else "none: the host was not asked"
    seen = host.seen
    age = duration_words(timedelta(seconds=seen.age_seconds))
    return f"seen {seen.collected_at:%Y-%m-%d %H:%M:%S} UTC ({age} old when the run ended): {seen.source}"


def _warnings(run: RunRecord) -> Iterator[str]:
    if not run.complete:
        yield "the run stopped early: not everything was judged, and there may be more to fix"
    if run.facts_from is not None:
        yield f"saved facts were judged ({run.facts_from}): the server may have been changed since"
    if run.left_out:
        yield f"not judged in this run (--no-wire): {', '.join(run.left_out)}"


def _found(findings: Findings) -> Iterator[str]:
    for verdict in findings.by_severity:
        yield _row(Outcome.FAIL, verdict.requirement, f"{verdict.severity:8} {text_of(verdict)}")
    for each in findings.unseen:
        yield _row(each.outcome, short(each.ids), each.reason)
    for verdict in findings.own_tests:
        yield _row(verdict.outcome, verdict.requirement, f"(a test of your own) {text_of(verdict)}")


def _row(outcome: Outcome, what: str, text: str) -> str:
    return f"  {outcome.upper():11} {what} {text}"

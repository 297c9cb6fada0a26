"""Verdicts in pytest-html's report: columns for host, requirement, severity and verdict, and the detail below."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape

from exgate.reports.waivers import waiver_lines
from exgate.verdicts import Outcome, Verdict

HEADERS = (
    '<th class="sortable" data-column-type="verdict">Verdict</th>',
    '<th class="sortable" data-column-type="host">Host</th>',
    '<th class="sortable" data-column-type="requirement">Requirement</th>',
    '<th class="sortable" data-column-type="severity">Severity</th>',
)


MOST_ROWS = 2000
"""With more verdicts than this those that are in order get no row: 30,000 take a browser a minute and gigabytes."""
LEFT_OUT = frozenset({Outcome.PASS, Outcome.NOT_APPLICABLE})


def left_out_lines(counts: Mapping[Outcome, int]) -> list[str]:
    """Say what has no row, nothing where all have one."""
    texts = [f"{counts[outcome]} {outcome}" for outcome in Outcome if counts.get(outcome)]
    if not texts:
        return []
    long = f"which would be too long for a browser with more than {MOST_ROWS} verdicts"
    return [f"Not in this table, {long}: {', '.join(texts)}. index.html has them all."]


def summary(lines: Iterable[str]) -> list[str]:
    """Give lines for the top of the report, escaped."""
    return [f"<p>{escape(line)}</p>" for line in lines]


def add_headers(cells: list[str]) -> None:
    """Put our columns behind pytest-html's first, the result."""
    cells[1:1] = HEADERS


def add_cells(cells: list[str], verdict: Verdict | None, test: str) -> None:
    """Fill our columns; a user's own test has none of them.

    Args:
        cells: pytest-html's cells: result, test, duration, links.
        verdict: The verdict, None for a user's own test.
        test: The test's id.
    """
    texts = (verdict.outcome, verdict.host, verdict.requirement, verdict.severity) if verdict else ("", "", "", "")
    cells[1] = f'<td class="col-testId">{escape(test)}</td>'
    names = ("verdict", "host", "requirement", "severity")
    cells[1:1] = [f'<td class="col-{name}">{escape(text)}</td>' for name, text in zip(names, texts, strict=True)]


def detail(verdict: Verdict, change: str = "") -> list[str]:
    """Give the detail of a verdict, escaped: the one line, why it matters, how to fix it and how to undo the fix.

    Args:
        verdict: The verdict.
        change: What became of it since the baseline, ``""`` without one.
    """
    parts = [verdict.message, *waiver_lines(verdict), change, f"Why: {verdict.why}" if verdict.why else ""]
    if verdict.before:
        parts.append(f"Before the planned change: {verdict.before.outcome}: {verdict.before.message}")
    remedy = verdict.remedy
    if remedy:
        parts += [
            f"Symptoms: {remedy.symptoms}",
            f"Fix, to be reviewed by a person:\n{remedy.fix}",
            f"Risk: {remedy.risk}",
            f"Rollback:\n{remedy.rollback}",
            f'The article: "{remedy.passage}"',
            f"See: {remedy.references}",
        ]
    parts.append(verdict.seen)
    return [escape(part) + "\n" for part in parts if part]

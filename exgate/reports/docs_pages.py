"""The docs' pages as Markdown: one for each requirement, their table, and the article's coverage."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from exgate.facts.role import Role
from exgate.reports.docs_coverage import Passage
from exgate.reports.docs_markdown import bullets, escaped, instructions, quoted, table
from exgate.reports.docs_placeholders import filled, used
from exgate.reports.listing import roles_text, wire_text
from exgate.requirements import Requirement, Severity

_MADE = "<!-- Made by `make docs` from {source}; change it there. -->"
_SEVERITIES = {
    Severity.CRITICAL: "ActiveSync or OMA does not work, or the mobile virtual directory is open to everybody",
    Severity.HIGH: "they work now, or partly, and will not for long",
    Severity.MEDIUM: "a left-over that misleads",
}
_WIRE = "It asks the server's web site from the machine that runs the tests; `--no-wire` leaves it out."
_NO_WIRE = "It asks nothing of the server's web site."
_REQUIREMENTS_INTRODUCTION = (
    "Each is one sentence of KB 817379 (or several) as a test. `pytest --list-requirements` shows the same table, "
    "`-m`, `-k` and `--requirement` narrow it, and `--json` gives the whole records."
)
_WIRE_EXPLAINED = (
    "**Wire**: the server's web site is asked from the machine that runs the tests. `--no-wire` leaves these out, and "
    "says so."
)
_COVERAGE_INTRODUCTION = (
    "Every sentence of the article that demands something, in its order: the requirements that judge it, or why it "
    "cannot be tested. Bullets and the numbers of steps are left out of the quotes."
)


def requirement_page(requirement: Requirement) -> str:
    """Give the page of a requirement."""
    severity = requirement.severity
    parts = [
        _MADE.format(source="the record in tests/"),
        f"# {requirement.id}: {escaped(requirement.title)}",
        table(
            ("", ""),
            (
                ("Severity", f"{severity.value}: {_SEVERITIES[severity]}"),
                ("Roles", roles_text(requirement)),
                ("Wire", f"{wire_text(requirement)}. {_WIRE if requirement.wire else _NO_WIRE}"),
                ("Alone", f"`pytest --hosts=... --requirement={requirement.id}`"),
            ),
        ),
        "## What the article says",
        quoted(requirement.passage),
        "## Why it matters",
        escaped(requirement.why),
        "## What a violation looks like",
        bullets(map(str, requirement.symptoms)),
        "## Verdicts",
        table(("verdict", "means"), _verdicts(requirement)),
        *_remedy(requirement),
        "## References",
        bullets(requirement.references),
    ]
    return _page(parts)


def requirements_page(requirements: Iterable[Requirement]) -> str:
    """Give the table of all requirements."""
    rows = (
        (
            f"[{requirement.id}]({requirement.id}.md)",
            requirement.severity.value,
            roles_text(requirement),
            wire_text(requirement),
            escaped(requirement.title),
        )
        for requirement in requirements
    )
    severities = (f"{severity.value}: {meaning}" for severity, meaning in _SEVERITIES.items())
    return _page(
        [
            _MADE.format(source="the records in tests/"),
            "# Requirements",
            _REQUIREMENTS_INTRODUCTION,
            table(("id", "severity", "roles", "wire", "requirement"), rows),
            "**Severity** is how much a violation hurts:",
            bullets(severities),
            _WIRE_EXPLAINED,
            "[coverage.md](../coverage.md) goes through the article sentence by sentence.",
        ]
    )


def coverage_page(coverage: Iterable[Passage], requirements: Iterable[Requirement]) -> str:
    """Give the article's sentences with the requirements that judge them, and what demands nothing."""
    known = frozenset(requirement.id for requirement in requirements)
    listed = list(coverage)
    parts = [
        _MADE.format(source="exgate/reports/coverage.yml"),
        "# What KB 817379 demands, and what judges it",
        _COVERAGE_INTRODUCTION,
    ]
    demands = [passage for passage in listed if passage.quote]
    for where, group in groupby(demands, key=lambda passage: passage.where):
        rows = ((escaped(passage.quote), _judged(passage, known)) for passage in group)
        parts += [f"## {escaped(where)}", table(("the article", "judged by"), rows)]
    rest = (
        (escaped(passage.where), f"{escaped(passage.first)} ... {escaped(passage.last)}", escaped(passage.because))
        for passage in listed
        if not passage.quote
    )
    parts += [
        "## What demands nothing",
        "The rest of the article, by its first and last words:",
        table(("where", "the article", "why"), rest),
    ]
    return _page(parts)


def _verdicts(requirement: Requirement) -> Iterable[tuple[str, str]]:
    others = [role.value for role in Role if role not in requirement.roles]
    elsewhere = f"the host's role is {' or '.join(others)}, or " if others else ""
    yield "pass", "it was read, and it is as the title says"
    yield "fail", "it was read, and it is not so; the message says what was found, where it is set and what is demanded"
    yield "unknown", "the host answered, but this could not be read, or two sources disagree"
    yield "unreachable", "the host could not be asked at all"
    yield "not applicable", f"{elsewhere}its configuration makes the requirement moot; the message gives the reason"


def _remedy(requirement: Requirement) -> Iterable[str]:
    yield "## Fix"
    yield "For a person to review: exgate never changes a server."
    yield instructions(filled(requirement, requirement.fix))
    if requirement.fix_secondary:
        yield "### Where ActiveSync and OMA use a secondary virtual directory (Method 2)"
        yield instructions(filled(requirement, requirement.fix_secondary))
    yield "## Undo the fix"
    yield instructions(filled(requirement, requirement.rollback))
    yield "## Risk of the fix"
    yield instructions(filled(requirement, requirement.risk))
    meanings = list(used(requirement))
    if meanings:
        yield "## Words in angle brackets"
        yield "A report has the host's own values in their place."
        yield table(("", "stands for"), ((escaped(shown), escaped(meaning)) for shown, meaning in meanings))


def _judged(passage: Passage, known: frozenset[str]) -> str:
    links = [
        f"[{identifier}](requirements/{identifier}.md)" if identifier in known else f"{identifier} (to come)"
        for identifier in passage.by
    ]
    reason = escaped(passage.because)
    if not links:
        return f"Not tested. {reason}"
    return ", ".join(links) + (f". {reason}" if reason else "")


def _page(parts: Sequence[str]) -> str:
    return "\n\n".join(parts) + "\n"

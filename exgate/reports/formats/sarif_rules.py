"""Requirements as SARIF rules (``reportingDescriptor``, section 3.49)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from exgate.reports.formats.characters import clean
from exgate.reports.formats.index import text_of
from exgate.reports.formats.markdown_text import code, fenced
from exgate.requirements import PLACEHOLDERS, Severity

_LEVELS = {Severity.CRITICAL.value: "error", Severity.HIGH.value: "error", Severity.MEDIUM.value: "warning"}
_PLACEHOLDER = re.compile(r"\{(" + "|".join(sorted(PLACEHOLDERS)) + r")\}")
_MOST = 4000
"""Characters of an inline text."""


def level(severity: str) -> str:
    """Give the level of a failure: ``error`` where something does not work or soon will not, otherwise ``warning``."""
    return _LEVELS.get(severity, "warning")


def message(text: str) -> str:
    """Give a message's text: braces doubled (section 3.11.5), and nothing that is an embedded link (section 3.11.6)."""
    return clean(text).replace("{", "{{").replace("}", "}}").replace("](", "] (")


def rule(record: Mapping[str, Any]) -> dict[str, Any]:
    """Give a requirement.

    It has no ``security-severity``: that is a CVSS score, and nobody has assessed one. GitHub shows the level instead.
    """
    severity = text_of(record, "severity")
    own_level = level(severity)
    title = text_of(record, "title") or text_of(record, "id")
    tags = ["KB817379", severity, *(["wire"] if record.get("wire") is True else [])]
    return {
        "id": clean(text_of(record, "id")),
        "shortDescription": {"text": message(title)},
        "fullDescription": {"text": message(text_of(record, "why") or title)},
        "help": {"text": message("\n\n".join(_help(record))), "markdown": message("\n\n".join(_markdown(record)))},
        "defaultConfiguration": {"level": own_level},
        "properties": {
            "tags": [clean(tag) for tag in tags if tag],
            "problem.severity": own_level,
            "precision": "very-high",
            "part": clean(text_of(record, "part")),
        },
    }


def own_rule(test: str) -> dict[str, Any]:
    """Give a user's own test, which has no record."""
    return {
        "id": clean(test),
        "shortDescription": {"text": message(f"Test of your own: {test}")},
        "fullDescription": {"text": "A test of your own that could not see what it needs."},
        "help": {"text": "This test is no requirement of KB 817379; what it needs is written where it stands."},
        "defaultConfiguration": {"level": "warning"},
        "properties": {"tags": ["own-test"], "problem.severity": "warning", "precision": "very-high"},
    }


def _help(record: Mapping[str, Any]) -> Iterator[str]:
    for heading, text in _sections(record):
        yield f"{heading}:\n{text}"


def _markdown(record: Mapping[str, Any]) -> Iterator[str]:
    for heading, text in _sections(record):
        yield f"**{heading}**"
        yield fenced(text) if "\n" in text.strip() else code(text, _MOST)


def _sections(record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for heading, field in (
        ("The article demands", "passage"),
        ("Symptoms", "symptoms"),
        ("Fix, to be reviewed by a person", "fix"),
        ("Fix where a secondary virtual directory is used", "fix_secondary"),
        ("Risk of the fix", "risk"),
        ("Rollback", "rollback"),
        ("See", "references"),
    ):
        value = record.get(field)
        text = "\n".join(map(str, value)) if isinstance(value, list | tuple) else text_of(record, field)
        if text:
            yield heading, _PLACEHOLDER.sub(lambda match: f"<{match[1].replace('_', ' ')}>", text)

"""Requirements as a table for people and as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from exgate.facts.role import ALL_ROLES
from exgate.requirements import Requirement

_COLUMNS = ("id", "severity", "roles", "wire", "title")


def roles_text(requirement: Requirement) -> str:
    """Give the roles that a requirement is for: ``all``, or their names in one fixed order."""
    return "all" if requirement.roles == ALL_ROLES else ", ".join(requirement.roles_in_order)


def wire_text(requirement: Requirement) -> str:
    """Say whether a requirement asks the server's web site from the machine that runs the tests."""
    return "yes" if requirement.wire else "no"


def table(requirements: Iterable[Requirement]) -> Iterator[str]:
    """Give lines: a heading, and one for each requirement."""
    rows = [_COLUMNS, *(_row(requirement) for requirement in requirements)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_COLUMNS) - 1)]
    for *cells, title in rows:
        yield "  ".join([*(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)), title])


def to_json(requirements: Iterable[Requirement]) -> str:
    """Give an array of whole records, in ASCII, so that it survives every code page."""
    return json.dumps([requirement.to_json() for requirement in requirements], indent=2)


def _row(requirement: Requirement) -> tuple[str, ...]:
    roles = roles_text(requirement)
    return requirement.id, requirement.severity.value, roles, wire_text(requirement), requirement.title

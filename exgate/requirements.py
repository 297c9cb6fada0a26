"""The record of a requirement: declared beside its test function, the single source of every text about it."""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from enum import StrEnum
from typing import Any, TypeVar

import pytest

from exgate.facts.role import Role

ID_PREFIX = "KB817379-"
MARKER = "requirement"
WIRE = "wire"
"""The marker of requirements with `Requirement.wire`."""
PLACEHOLDERS = frozenset(
    {
        "addresses",
        "delete_values",
        "exchange_vdir",
        "host",
        "id",
        "mobile_vdir",
        "near_miss",
        "providers_key",
        "restrictions",
        "right_data",
        "secondary_vdir",
        "site",
        "undo_authentication",
        "undo_providers",
        "undo_redirect",
        "undo_ssl",
        "wizard",
    }
)
"""What a fix, a rollback and a risk may say in braces; it is filled with the host's own values."""

_Test = TypeVar("_Test", bound=Callable[..., None])


class Severity(StrEnum):
    """How much a violation hurts."""

    CRITICAL = "critical"
    """ActiveSync or OMA does not work, or the mobile virtual directory is open to everybody."""
    HIGH = "high"
    """They work now, or partly, and will not for long."""
    MEDIUM = "medium"
    """Left-overs that mislead."""


@dataclass(frozen=True, slots=True)
class Symptom:
    """What a violation looks like: an event, an HTTP status, a message a user sees."""

    text: str

    def __str__(self) -> str:
        return self.text


def event(source: str, number: int, containing: str | None = None) -> Symptom:
    """Give an event of the Application log; generic numbers count only with a text inside."""
    return Symptom(f"event {number}, source {source}" + (f', containing "{containing}"' if containing else ""))


def http_status(status: str) -> Symptom:
    """Give an HTTP status with IIS's sub-status."""
    return Symptom(f"HTTP {status}")


def user_sees(message: str) -> Symptom:
    """Give a message that a user sees on the device."""
    return Symptom(f'the user sees "{message}"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """A testable statement of KB 817379.

    Attributes:
        id: Stable for ever: reports, waivers and baselines name it.
        title: A sentence that an administrator understands.
        severity: How much a violation hurts.
        roles: The roles that it applies to.
        passage: The article's passage that demands it.
        symptoms: What a violation looks like.
        why: Why it matters; the test function's docstring.
        fix: What to do, for a person to review; may hold `PLACEHOLDERS` in braces.
        fix_secondary: What to do instead where a secondary virtual directory is judged; empty where nothing differs.
        wire: Whether it asks the server's web site, or a port of it, from the machine that runs the tests.
        rollback: How to undo the fix; likewise.
        risk: What the fix may break.
        references: KB articles and documentation.
    """

    id: str
    title: str
    severity: Severity
    roles: frozenset[Role]
    passage: str
    symptoms: tuple[Symptom, ...]
    why: str
    fix: str
    rollback: str
    risk: str
    references: tuple[str, ...]
    fix_secondary: str = ""
    wire: bool = False

    def __post_init__(self) -> None:
        empty = [field.name for field in fields(self) if field.default is MISSING and not getattr(self, field.name)]
        if empty:
            message = f"requirement {self.id or '?'} is incomplete: {', '.join(empty)}"
            raise ValueError(message)
        for text in (self.fix, self.fix_secondary, self.rollback, self.risk):
            names = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
            if names - PLACEHOLDERS:
                message = f"requirement {self.id} has unknown placeholders: {', '.join(sorted(names - PLACEHOLDERS))}"
                raise ValueError(message)

    @property
    def roles_in_order(self) -> tuple[str, ...]:
        """The roles in the order of `Role`, as texts show them."""
        return tuple(role.value for role in Role if role in self.roles)

    def to_json(self) -> dict[str, Any]:
        """Give plain values; placeholders stay in braces."""
        return {
            "id": self.id,
            "title": self.title,
            "severity": self.severity.value,
            "roles": list(self.roles_in_order),
            "passage": self.passage,
            "symptoms": [str(symptom) for symptom in self.symptoms],
            "why": self.why,
            "fix": self.fix,
            "fix_secondary": self.fix_secondary,
            "rollback": self.rollback,
            "risk": self.risk,
            "references": list(self.references),
            "wire": self.wire,
        }

    def fill(self, text: str, values: Mapping[str, str]) -> str:
        """Fill a text with a host's own values; one that is not known stays visible as ``<name>``."""
        known = {**values, "id": self.id}
        return text.format_map({name: known.get(name, f"<{name.replace('_', ' ')}>") for name in PLACEHOLDERS})


def requirement(identifier: str, **record: Any) -> Callable[[_Test], _Test]:  # noqa: ANN401 - Requirement's own fields
    """Declare a test function to be a requirement; its docstring is the record's ``why``.

    Raises:
        ValueError: The record is incomplete, or names an unknown placeholder.
    """

    def declare(test: _Test) -> _Test:
        why = " ".join((test.__doc__ or "").split())
        declared = Requirement(id=identifier, why=why, **record)
        severity = getattr(pytest.mark, declared.severity.value)
        marked: _Test = pytest.mark.requirement(declared)(severity(test))
        return pytest.mark.wire(marked) if declared.wire else marked

    return declare


def requirement_of(item: pytest.Item) -> Requirement | None:
    """Give the record of a test, or None for a user's own test."""
    record = getattr(item, MARKER, None)
    if isinstance(record, Requirement):
        return record
    marker = item.get_closest_marker(MARKER)
    if marker is None or not marker.args or not isinstance(marker.args[0], Requirement):
        return None
    return marker.args[0]

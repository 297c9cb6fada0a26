"""What facts leave out where they are saved or handed on: parts with a password in them.

Nobody may see them, and no mask may stand for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any

from exgate.facts.host import HostFacts
from exgate.facts.registry import Registry
from exgate.facts.unknown import Unknown
from exgate.facts.unreachable import Unreachable
from exgate.inventory.redaction import Redaction

WITHHELD = Unknown(
    "it was not saved, for it holds what is a password of the run that saved it",
    "judge the server itself, or save its facts again when that password is another one",
)
_SHOWN_ONLY = frozenset({"source", "stack"})
"""Texts that no verdict depends on."""


def without_secrets(
    seen: HostFacts | Unreachable, redaction: Redaction, instead: Unknown = WITHHELD
) -> HostFacts | Unreachable:
    """Give what was seen as it may be saved, or handed on.

    A masked fact would be judged as if the server had said so. So a part of the facts with a secret in it becomes
    unknown: each field of `HostFacts`, and of the registry each key. Reasons of what is unknown are masked.

    Args:
        seen: The facts of a host, or why there are none.
        redaction: Knows the secrets.
        instead: What takes the place of a part with a secret.
    """
    if not isinstance(seen, HostFacts):
        return redaction.value(seen)
    parts: dict[str, Any] = {}
    for field in fields(seen):
        part = getattr(seen, field.name)
        if isinstance(part, Registry):
            keys = {path: _part(key, redaction, instead) for path, key in part.keys.items()}
            parts[field.name] = replace(part, keys=keys)
        elif field.name in _SHOWN_ONLY:
            parts[field.name] = redaction.text(part)
        elif field.name != "host":
            parts[field.name] = _part(part, redaction, instead)
    return replace(seen, **parts)


def _part(part: Any, redaction: Redaction, instead: Unknown) -> Any:  # noqa: ANN401 - a fact of any kind
    return instead if _holds_secret(part, redaction) else redaction.value(part)


def _holds_secret(value: Any, redaction: Redaction) -> bool:  # noqa: ANN401 - whatever a fact is made of
    match value:
        case Unknown() | Enum():
            return False
        case str():
            return redaction.value(value) is not value
        case bytes():
            return redaction.text(value.hex()) != value.hex() or redaction.text(repr(value)) != repr(value)
    return any(_holds_secret(each, redaction) for each in _within(value))


def _within(value: Any) -> Iterable[Any]:  # noqa: ANN401 - the same
    match value:
        case Mapping():
            return (*value.keys(), *value.values())
        case tuple() | list():
            return value
    return [getattr(value, field.name) for field in fields(value)] if is_dataclass(value) else ()

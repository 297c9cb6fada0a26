"""results.json, read back into typed values."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, get_args, get_origin

import cattrs

from exgate.reports.results import SCHEMA, SCHEMA_VERSION, Change, DriftKind, Results, parse_utc
from exgate.verdicts import Outcome

MOST_BYTES = 2**30
"""More than ten thousand hosts with all that is listed of them need."""
_REQUIREMENT: Mapping[str, type[str | list[str]]] = {
    **dict.fromkeys(
        ("id", "title", "severity", "passage", "why", "fix", "fix_secondary", "rollback", "risk", "part", "test"), str
    ),
    **dict.fromkeys(("roles", "symptoms", "references"), list),
}


class ResultsError(Exception):
    """A file is no results file that can be read; its text is one line that names the file."""


class _WrongKindError(TypeError):
    """A value of JSON is of another kind than its field."""


def read_results(path: Path) -> Results:
    """Read a file that `write_results` has written, of this version or an earlier one.

    Raises:
        ResultsError: It cannot be read, is something else, or was written by a newer exgate.
    """
    data = _load(path)
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        raise ResultsError(f"{path}: this is no results file of exgate")
    version = data.get("schema_version")
    if type(version) is not int or version < 1:
        raise ResultsError(f"{path}: this is no results file of exgate: schema_version is not a number from 1 on")
    if version > SCHEMA_VERSION:
        raise ResultsError(
            f"{path}: this was written by a newer exgate (schema version {version}; this one reads {SCHEMA_VERSION})"
        )
    tool = data.get("tool")
    flat = data | {"tool_version": tool.get("version") if isinstance(tool, dict) else None}
    try:
        results = _CONVERTER.structure(flat, Results)
        _check(results)
    except Exception as error:  # noqa: BLE001 - cattrs raises what the values' own constructors raise, in groups
        raise ResultsError(f"{path}: this is no results file of exgate: {_first(error)}") from None
    return results


def _check(results: Results) -> None:
    """Refuse what no run can have written.

    Raises:
        ValueError: There is something of the kind.
    """
    hosts, ids = {host.name for host in results.hosts}, set()
    for record in results.requirements:
        wrong = [name for name, kind in _REQUIREMENT.items() if not _is(record.get(name, kind()), kind)]
        if wrong or not record.get("id") or record["id"] in ids:
            message = f"a requirement's {wrong[0] if wrong else 'id'} is not what it can be"
            raise ValueError(message)
        ids.add(record["id"])
    seen: set[tuple[str, str]] = set()
    for verdict in results.verdicts:
        pair = verdict.host, verdict.requirement
        if verdict.host not in hosts or pair in seen:
            what = "twice" if pair in seen else "of a host that is not among the hosts"
            message = f"there is a verdict {what}: {verdict.requirement} on {verdict.host}"
            raise ValueError(message)
        seen.add(pair)


def _is(value: object, kind: type[str | list[str]]) -> bool:
    return isinstance(value, kind) and (kind is str or all(isinstance(each, str) for each in value))


def _load(path: Path) -> Any:  # noqa: ANN401 - whatever the file holds
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise ResultsError(f"{path}: this cannot be read: {error.strerror or type(error).__name__}") from None
    if len(data) > MOST_BYTES:
        raise ResultsError(f"{path}: this is no results file of exgate: it has more than {MOST_BYTES} bytes")
    try:
        return json.loads(data.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except UnicodeDecodeError:
        raise ResultsError(f"{path}: this is no results file of exgate: it is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise ResultsError(f"{path}:{error.lineno}: this is not JSON, or not all of it: {error.msg}") from None
    except ValueError as error:
        raise ResultsError(f"{path}: this is no results file of exgate: {_short(str(error))}") from None
    except RecursionError:
        raise ResultsError(f"{path}: this is no results file of exgate: it is nested too deeply") from None


def _refuse_constant(text: str) -> None:
    raise ValueError(f"{text} is no number of JSON")


def _first(error: Exception) -> str:
    described: list[str] = []
    if isinstance(error, cattrs.BaseValidationError):
        described = cattrs.transform_error(error, path="results", format_exception=_in_words)
    return _short(described[0] if described else _in_words(error, None))


def _in_words(error: BaseException, _: type | None) -> str:
    if isinstance(error, KeyError):
        return "a field is missing"
    return str(error) if isinstance(error, _WrongKindError | ValueError) else "a value of another kind is expected"


def _short(text: str) -> str:
    line = "".join(character if character.isprintable() else "\ufffd" for character in text)
    return line if len(line) <= 200 else f"{line[:200]}..."  # noqa: PLR2004 - one line of a terminal or two


def _exactly(value: object, kind: type) -> Any:  # noqa: ANN401 - of the kind that was asked for
    """Take a value of JSON as it is: cattrs would make a text of any."""
    if type(value) is not kind:
        raise _WrongKindError(f"{kind.__name__} expected")
    return value


def _word(value: object, kind: type[StrEnum]) -> StrEnum:
    return kind(_exactly(value, str))


def _moment(value: object, _: type) -> datetime:
    return parse_utc(_exactly(value, str))


def _sequence(value: object, kind: Any) -> tuple[Any, ...]:  # noqa: ANN401 - a generic tuple
    """Take an array; cattrs would take a text for an array of letters."""
    inner = get_args(kind)[0]
    return tuple(_CONVERTER.structure(each, inner) for each in _exactly(value, list))


def _mapping(value: object, _: type) -> Mapping[str, Any]:
    mapping: Mapping[str, Any] = _exactly(value, dict)
    return mapping


def _origin(kind: Any) -> Any:  # noqa: ANN401 - whatever stands in an annotation
    return get_origin(kind)


def _converter() -> cattrs.Converter:
    converter = cattrs.Converter()
    for kind in (str, int, bool):
        converter.register_structure_hook(kind, _exactly)
    for words in (Change, DriftKind, Outcome):
        # They are texts too, and a text's hook would take them.
        converter.register_structure_hook(words, _word)
    converter.register_structure_hook(datetime, _moment)
    converter.register_structure_hook_func(lambda kind: _origin(kind) in {tuple, Sequence}, _sequence)
    converter.register_structure_hook_func(lambda kind: _origin(kind) is Mapping, _mapping)
    return converter


_CONVERTER = _converter()

"""results.json: written at once or not at all."""

from __future__ import annotations

import json
import re
from pathlib import Path

from exgate.reports.files import write_file
from exgate.reports.results import Results, plain

_UNPRINTABLE = re.compile(r"[^\x20-\x7e\n]")


def encode(results: Results) -> bytes:
    """Give the file's octets: UTF-8, a line for each field and each record of a list, a line feed at the end.

    What no terminal should be given raw (control characters, marks that turn the writing around) is escaped.
    """
    text = ",\n".join(f'"{name}": {_field(value)}' for name, value in results.record().items())
    return f"{{\n{_UNPRINTABLE.sub(_escaped, text)}\n}}\n".encode()


def _field(value: object) -> str:
    if isinstance(value, list | tuple) and value:
        return "[\n{}\n]".format(",\n".join(map(_dumps, value)))
    return _dumps(value)


def _dumps(value: object) -> str:
    return json.dumps(value, default=plain, ensure_ascii=False, allow_nan=False)


def write_results(path: Path, results: Results) -> None:
    """Write the file, at once or not at all.

    Raises:
        OSError: It cannot be written.
    """
    write_file(path, encode(results))


def _escaped(match: re.Match[str]) -> str:
    character = match[0]
    if character.isprintable():
        return character
    # Half of a pair of surrogates is no character, and has no UTF-8.
    return r"\ufffd" if "\ud800" <= character <= "\udfff" else json.dumps(character)[1:-1]

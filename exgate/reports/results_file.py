"""results.json: written at once or not at all."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from exgate.reports.files import write_file
from exgate.reports.packed_facts import PackedFacts
from exgate.reports.results import HostRecord, Results, plain

_ENCODER = json.JSONEncoder(default=plain, ensure_ascii=False, allow_nan=False)
_UNPRINTABLE = re.compile(r"[^\x20-\x7e\n]")


def encode(results: Results) -> bytes:
    """Give the file's octets: UTF-8, a line for each field and each record of a list, a line feed at the end.

    What no terminal should be given raw (control characters, marks that turn the writing around) is escaped.
    """
    return b"".join(encode_lines(results))


def encode_lines(results: Results) -> Iterator[bytes]:
    """Give the same octets piece by piece: those of ten thousand hosts are 200 MB."""
    yield b"{\n"
    between = ""
    for name, value in results.record().items():
        yield f'{between}"{name}": '.encode()
        yield from _field(value)
        between = ",\n"
    yield b"\n}\n"


def _field(value: object) -> Iterator[bytes]:
    if not (isinstance(value, list | tuple) and value):
        yield _line(value)
        return
    between = b"[\n"
    for each in value:
        yield between + _line(each)
        between = b",\n"
    yield b"\n]"


def _line(value: object) -> bytes:
    text = _ENCODER.encode(value) if not isinstance(value, HostRecord) else _host(value)
    return (text if text.isprintable() else _UNPRINTABLE.sub(_escaped, text)).encode()


def _host(host: HostRecord) -> str:
    """Write a host; its facts may be JSON already. A quotation mark in a text has a backslash before it."""
    if not isinstance(host.facts, PackedFacts):
        return _ENCODER.encode(host)
    return _ENCODER.encode(replace(host, facts=())).replace('"facts": []', f'"facts": {host.facts.text}', 1)


def write_results(path: Path, results: Results) -> None:
    """Write the file, at once or not at all.

    Raises:
        OSError: It cannot be written.
    """
    write_file(path, encode_lines(results))


def _escaped(match: re.Match[str]) -> str:
    character = match[0]
    if character.isprintable():
        return character
    # Half of a pair of surrogates is no character, and has no UTF-8.
    return r"\ufffd" if "\ud800" <= character <= "\udfff" else json.dumps(character)[1:-1]

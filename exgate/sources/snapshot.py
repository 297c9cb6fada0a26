"""A host's facts as a run saw them, in a folder of its own: facts.json, and MetaBase.xml beside it."""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import dataclass, fields
from datetime import datetime
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, get_type_hints
from urllib.parse import quote

from exgate.facts.host import HostFacts
from exgate.facts.metabase import Metabase, MetabaseFile
from exgate.facts.metabase_view import MetabaseView, ViewedKey
from exgate.facts.metabase_view_and_file import MetabaseViewAndFile
from exgate.facts.metabase_writer import write_metabase
from exgate.facts.metabase_xml import MetabaseXmlError, read_metabase
from exgate.facts.unknown import Unknown
from exgate.facts.unreachable import Unreachable
from exgate.inventory import HOST_FILE, DeclaredHost, host_file_text
from exgate.sources.facts_json import FactsJsonError, Json, from_json, to_json
from exgate.sources.unreadable import UnreadableFile

FACTS_FILE = "facts.json"
METABASE_FILE = "MetaBase.xml"
OURS = (FACTS_FILE, METABASE_FILE, HOST_FILE)
"""All that a snapshot's folder holds."""
SCHEMA = "exgate-facts"
VERSION = 1
"""Of the form of facts.json; an older form is refused, for nothing of it is left to be read."""
_AGAIN = "save it again with --facts-out"
_LARGEST = 256 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What a run saw of a host.

    Attributes:
        host: The host's name.
        saved_at: When, in UTC.
        result: Its facts, or why it could not be asked.
        front_ends: The front-end servers beside it, by the inventory; or why that was not known.
    """

    host: str
    saved_at: datetime
    result: HostFacts | Unreachable
    front_ends: tuple[str, ...] | Unknown


def folder_name(host: str) -> str:
    """Give the name of a host's folder: its own, with what a file system may not take as ``%XX``."""
    name = quote(host, safe=" ()+,;=@[]!&'$")
    return name.replace(".", "%2E") if set(name) == {"."} else name


def write_snapshot(parent: Path, snapshot: Snapshot, declared: DeclaredHost) -> None:
    """Write a host's folder, whole or not at all; an earlier snapshot of the host is replaced.

    Args:
        parent: The folder that holds the hosts' folders.
        snapshot: What was seen.
        declared: What the inventory says of the host.

    Raises:
        UnreadableFile: A folder of that name is there, and no snapshot.
        OSError: It cannot be written.
    """
    folder = parent / folder_name(snapshot.host)
    if folder.exists() and not (folder / FACTS_FILE).is_file():
        raise UnreadableFile(f"{folder} holds no {FACTS_FILE}, and only a snapshot is written over")
    foreign = [entry.name for entry in sorted(folder.glob("*")) if entry.name not in OURS]
    if foreign:
        raise UnreadableFile(f"{folder} holds {foreign[0]}, which a new snapshot would remove; put it elsewhere")
    parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=".writing-", dir=parent))
    try:
        _write(scratch, snapshot, declared)
        if folder.exists():
            shutil.rmtree(folder)
        scratch.rename(folder)
    except BaseException:
        shutil.rmtree(scratch, ignore_errors=True)
        raise


def read_snapshot(folder: Path) -> Snapshot:
    """Read a host's folder that `write_snapshot` has written.

    Raises:
        UnreadableFile: It is none, is damaged, or was written by a newer exgate.
    """
    data = _read_json(folder / FACTS_FILE)
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        raise UnreadableFile(f"{FACTS_FILE} was not written by exgate; next step: {_AGAIN}")
    number = data.get("schema_version")
    if type(number) is not int or number != VERSION:
        newer = type(number) is int and number > VERSION
        step = "update exgate" if newer else _AGAIN
        raise UnreadableFile(
            f"{FACTS_FILE} has the form {number!r}, and this exgate reads {VERSION}; next step: {step}"
        )
    try:
        return _snapshot(folder, data)
    except (FactsJsonError, KeyError) as error:
        what = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        raise UnreadableFile(f"{FACTS_FILE}: {what}; next step: {_AGAIN}") from None


def _write(folder: Path, snapshot: Snapshot, declared: DeclaredHost) -> None:
    data: dict[str, Json] = {
        "schema": SCHEMA,
        "schema_version": VERSION,
        "exgate": version("exgate"),
        "host": snapshot.host,
        "saved_at": to_json(snapshot.saved_at),
        "front_ends": to_json(snapshot.front_ends),
    }
    if isinstance(snapshot.result, Unreachable):
        data["unreachable"] = to_json(snapshot.result)
    else:
        facts = snapshot.result
        data["facts"] = {f.name: to_json(getattr(facts, f.name)) for f in fields(facts) if f.name != "metabase"}
        data["facts"]["metabase"] = _metabase_json(facts.metabase)
        if isinstance(facts.metabase, MetabaseViewAndFile):
            (folder / METABASE_FILE).write_bytes(write_metabase(facts.metabase.file))
    (folder / HOST_FILE).write_text(host_file_text(declared), encoding="utf-8", newline="\n")
    text = json.dumps(data, indent=1) + "\n"
    (folder / FACTS_FILE).write_text(text, encoding="ascii", newline="\n")


def _metabase_json(metabase: Metabase | Unknown) -> Json:
    if isinstance(metabase, Unknown):
        return to_json(metabase)
    view = metabase.view if isinstance(metabase, MetabaseViewAndFile) else metabase
    if not isinstance(view, MetabaseView):
        raise TypeError(metabase)
    return {"view": [to_json(key) for key in view.keys.values()], "file": view is not metabase}


def _read_json(path: Path) -> Any:  # noqa: ANN401 - whatever the file holds
    try:
        if path.stat().st_size > _LARGEST:
            raise UnreadableFile(f"{path.name} is larger than {_LARGEST >> 20} MB; next step: {_AGAIN}")
        return json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        if isinstance(error, UnreadableFile):
            raise
        raise UnreadableFile(f"{path.name} is no JSON, or is cut off; next step: {_AGAIN}") from None
    except OSError as error:
        raise UnreadableFile(f"{path.name} cannot be read: {error.strerror}; next step: {_AGAIN}") from None


@lru_cache(maxsize=8)
def _kinds(record: type) -> dict[str, Any]:
    return get_type_hints(record)


def _snapshot(folder: Path, data: dict[str, Json]) -> Snapshot:
    kinds = _kinds(Snapshot)
    if ("facts" in data) is ("unreachable" in data):
        raise FactsJsonError("expected either facts or unreachable")
    host = from_json(data["host"], str)
    result = from_json(data["unreachable"], Unreachable) if "unreachable" in data else _facts(folder, data["facts"])
    if isinstance(result, HostFacts) and result.host != host:
        raise FactsJsonError("it holds the facts of another host")
    return Snapshot(
        host=host,
        saved_at=from_json(data["saved_at"], datetime),
        result=result,
        front_ends=from_json(data["front_ends"], kinds["front_ends"]),
    )


def _facts(folder: Path, data: Json) -> HostFacts:
    kinds = _kinds(HostFacts)
    if not isinstance(data, dict) or data.keys() != kinds.keys():
        raise FactsJsonError("expected every fact of a host, and nothing else")
    values = {name: from_json(data[name], kind) for name, kind in kinds.items() if name != "metabase"}
    return HostFacts(**values, metabase=_metabase(folder, data["metabase"]))


def _metabase(folder: Path, data: Json) -> Metabase | Unknown:
    if not isinstance(data, dict) or data.keys() != {"view", "file"}:
        return from_json(data, Unknown)
    keys = from_json(data["view"], tuple[ViewedKey, ...])
    view = MetabaseView({key.location.lower(): key for key in keys})
    return MetabaseViewAndFile(view, _metabase_file(folder)) if from_json(data["file"], bool) else view


def _metabase_file(folder: Path) -> MetabaseFile:
    try:
        return read_metabase((folder / METABASE_FILE).read_bytes())
    except OSError as error:
        raise UnreadableFile(f"{METABASE_FILE} cannot be read: {error.strerror}; next step: {_AGAIN}") from None
    except MetabaseXmlError as error:
        raise UnreadableFile(f"{METABASE_FILE}: {error}; next step: {_AGAIN}") from None

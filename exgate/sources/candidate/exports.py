"""An export of IIS's configuration, imported under a new name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from exgate.facts.change import ImportKeys, Origin, PlanError
from exgate.facts.metabase import VIRTUAL_DIRECTORY, MetabaseFile, MetabaseKey, is_within, parent
from exgate.facts.metabase_export import MetabaseExport, is_whole_metabase, read_export
from exgate.facts.metabase_schema import PropertyValue
from exgate.facts.metabase_xml import MetabaseXmlError
from exgate.facts.unknown import Unknown
from exgate.sources.candidate.files import ChangeFile

_FORBIDDEN = re.compile(r'[\\/?;:@&=+$,|"<>*\x00-\x1f]')
"""What IIS Manager refuses in an alias."""
_ONE = 'export the one virtual directory (IIS Manager: /Exchange, All Tasks, "Save Configuration to a File")'
_LETTERS = re.compile(r"/LM/W3SVC/[0-9]+/ROOT/.+", re.IGNORECASE | re.ASCII)


def import_from_file(file: ChangeFile) -> ImportKeys:
    """Import an export as IIS Manager does with "New, Virtual Directory (from file)": the file's name is the alias.

    The new virtual directory stands beside the exported one.

    Raises:
        PlanError: It is no export of one virtual directory, or its name cannot be an alias.
    """
    export = _export(file, file.origin)
    exported = export.keys[export.root.lower()]
    if exported.key_type != VIRTUAL_DIRECTORY or not _LETTERS.fullmatch(export.root):
        raise PlanError(file.origin, f"an export of {export.root}, which is no virtual directory: {_ONE}")
    alias = file.path.stem
    found = _FORBIDDEN.search(alias)
    if found or alias.strip(" .") != alias:
        raise PlanError(file.origin, f"{alias!r} can be no virtual directory's name, and this file's name becomes one")
    destination = f"{parent(export.root)}/{alias}"
    return _import(export, export.root, destination, file.origin, children=True, inherited=True)


def import_by_command(
    file: ChangeFile, source: str, destination: str, origin: Origin, *, children: bool, inherited: bool
) -> ImportKeys:
    """Import an export as ``iiscnfg /import`` does.

    Args:
        file: The export.
        source: The location of the key in it (``/sp``).
        destination: The new key's location (``/dp``).
        origin: Where the command stands.
        children: Whether the keys below are imported too.
        inherited: Whether what the exported key inherits is imported too.

    Raises:
        PlanError: The file is no export, or does not hold the key.
    """
    export = _export(file, origin)
    if source.lower() not in export.keys:
        raise PlanError(origin, f"{file.path.name} holds no key {source} but {export.root} and what is below it")
    return _import(export, source, destination, origin, children=children, inherited=inherited)


def _export(file: ChangeFile, origin: Origin) -> MetabaseExport:
    try:
        export = read_export(file.data)
    except MetabaseXmlError as error:
        where = "" if origin == file.origin else f"{file.path.name}: "
        raise PlanError(origin, f"{where}{error}") from error
    if is_whole_metabase(MetabaseFile(export.keys)):
        raise PlanError(origin, f"{file.path.name} is a whole MetaBase.xml: {_ONE}")
    return export


def _import(
    export: MetabaseExport, source: str, destination: str, origin: Origin, *, children: bool, inherited: bool
) -> ImportKeys:
    root = export.keys[source.lower()].location
    below = (key for key in export.keys.values() if key.location != root and is_within(key.location, root))
    keys = _renamed((export.keys[root.lower()], *(below if children else ())), root, destination)
    values = _values(export, origin) if inherited and root == export.root else {}
    return ImportKeys(origin=origin, location=destination, keys=keys, inherited=values)


def _renamed(keys: Iterable[MetabaseKey], root: str, destination: str) -> tuple[MetabaseKey, ...]:
    return tuple(replace(key, location=destination + key.location[len(root) :]) for key in keys)


def _values(export: MetabaseExport, origin: Origin) -> dict[str, PropertyValue]:
    values: dict[str, PropertyValue] = {}
    for name, found in (export.inherited or {}).items():
        if isinstance(found.value, Unknown):
            raise PlanError(origin, f"an inherited property of {export.root}: {found.value.reason}")
        values[name] = found.value
    return values

"""iiscnfg.vbs: configuration out of and into files."""

from __future__ import annotations

from collections.abc import Iterator

from exgate.facts.change import ImportKeys, Origin, PlanError
from exgate.sources.candidate.exports import import_by_command
from exgate.sources.candidate.files import EXPORT, ChangeFolder
from exgate.sources.candidate.locations import metabase_location
from exgate.sources.candidate.options import options
from exgate.sources.candidate.variables import check_value

_LONG = {"server": "s", "user": "u", "password": "p", "decpass": "d", "file": "f", "sourcepath": "sp", "destpath": "dp"}
_SWITCHES = {"inherited": "i", "children": "c", "merge": "m"}
_OF_COPY = ("targetserver", "ts", "targetuser", "tu", "targetpassword", "tp")
_VERBS = ("import", "export", "save", "copy")
_KNOWN = (
    dict.fromkeys((*_LONG, *_LONG.values(), *_OF_COPY), 1)
    | dict.fromkeys((*_SWITCHES, *_SWITCHES.values()), 0)
    | dict.fromkeys(_VERBS, 0)
)


def iiscnfg(arguments: tuple[str, ...], origin: Origin, folder: ChangeFolder) -> Iterator[ImportKeys]:
    """Read ``iiscnfg /import``; ``/save`` and ``/export`` change nothing.

    Raises:
        PlanError: It copies another server's configuration, or imports what is no file of the folder.
    """
    given = options("iiscnfg", arguments, _KNOWN, origin)
    given = {(_LONG | _SWITCHES).get(name, name): value for name, value in given.items()}
    verbs = [verb for verb in _VERBS if verb in given]
    if "s" in given:
        raise PlanError(origin, "iiscnfg with another server: the change is judged on each host by itself")
    if len(verbs) != 1 or verbs == ["copy"]:
        raise PlanError(origin, "iiscnfg is understood with one of /import, /export and /save")
    if verbs == ["export"] and folder.holds(given.get("f", "")):
        raise PlanError(origin, f"this overwrites {given['f']} of this folder, whose new content is not known here")
    if verbs == ["import"]:
        yield _import(given, origin, folder)


def _import(given: dict[str, str], origin: Origin, folder: ChangeFolder) -> ImportKeys:
    missing = [f"/{name}" for name in ("f", "sp", "dp") if not given.get(name)]
    if missing:
        raise PlanError(origin, f"iiscnfg /import without {' and '.join(missing)}")
    for name in ("sp", "dp"):
        check_value(given[name], origin)
    source, destination = (metabase_location(given[name], origin) for name in ("sp", "dp"))
    return import_by_command(
        folder.take(given["f"], EXPORT, origin),
        source,
        destination,
        origin,
        children="c" in given,
        inherited="i" in given,
    )

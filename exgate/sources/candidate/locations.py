"""Places in the metabase and in the registry, as commands and scripts name them."""

from __future__ import annotations

import re

from exgate.facts.change import Origin, PlanError

_HIVES = frozenset({"HKLM", "HKEY_LOCAL_MACHINE"})
_NUMBERED = re.compile(r"SYSTEM\\ControlSet\d+(?:\\|$)", re.IGNORECASE)


def metabase_location(path: str, origin: Origin) -> str:
    r"""Give a key's location, ``/LM/W3SVC/1/ROOT`` for ``w3svc/1/ROOT``, ``/LM/W3SVC/1/ROOT`` or ``w3svc\1\ROOT``.

    Raises:
        PlanError: It has an empty part.
    """
    parts = path.strip(" ").replace("\\", "/").removeprefix("/").removesuffix("/").split("/")
    if parts[0].lower() == "lm":
        del parts[0]
    if not parts:
        return "/LM"
    if not all(part.strip() for part in parts):
        raise PlanError(origin, f"no path in the metabase: {path!r}")
    if parts[0].lower() == "w3svc":
        parts[0] = "W3SVC"
    return "/".join(("/LM", *parts))


def registry_path(key: str, origin: Origin) -> str:
    r"""Give a registry key's path below HKEY_LOCAL_MACHINE out of ``HKLM\...``.

    Raises:
        PlanError: It is a key of another hive or computer, or no key.
    """
    hive, _, path = key.rstrip("\\").partition("\\")
    if key.startswith("\\\\"):
        raise PlanError(origin, "a key of another computer: the change is judged on each host by itself")
    if hive.upper() not in _HIVES:
        raise PlanError(origin, f"{hive!r}: only keys of HKEY_LOCAL_MACHINE mean anything to Exchange")
    return below_local_machine(path, origin)


def below_local_machine(path: str, origin: Origin) -> str:
    r"""Check a path below HKEY_LOCAL_MACHINE.

    Raises:
        PlanError: It is the hive itself, has an empty part, or names a control set by its number.
    """
    if not path or not all(path.split("\\")):
        raise PlanError(origin, f"no key of the registry: {path!r}")
    if _NUMBERED.match(path):
        raise PlanError(
            origin, r"which control set is the current one is not known here: name SYSTEM\CurrentControlSet"
        )
    return path

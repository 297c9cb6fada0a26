"""Registry values that requirements depend on, and whose effect nobody can tell before the change is made."""

from __future__ import annotations

import re

from exgate.facts.change import (
    AddRegistryKey,
    DeleteRegistryKey,
    DeleteRegistryValue,
    PlanError,
    RegistryStep,
    SetRegistryValue,
)

_SERVICES = r"system\currentcontrolset\services"
_NEEDED = ("IISADMIN", "W3SVC", "HTTP", "HTTPFilter", "MSExchangeIS", "MSExchangeSA")
_HOW_IT_STARTS = frozenset({"start", "type", "imagepath", "objectname", "dependonservice", "dependongroup"})
_ELSEWHERE = (
    r"SOFTWARE\Microsoft\Exchange\Setup",
    r"SOFTWARE\Microsoft\InetStp",
    r"SOFTWARE\Microsoft\Shared Tools\Web Server Extensions",
    r"SYSTEM\CurrentControlSet\Control\ComputerName",
    r"SYSTEM\CurrentControlSet\Control\ProductOptions",
    r"SYSTEM\CurrentControlSet\Services\Tcpip\Parameters",
)
_SLASHES = re.compile(r"\\+")


def check_step(step: RegistryStep) -> None:
    """Check that what a step changes can be judged, or is nothing that a requirement depends on.

    Raises:
        PlanError: It changes how Windows starts a service that mobile access needs, or what says which server this is.
    """
    if isinstance(step, AddRegistryKey):
        return
    path = _SLASHES.sub(r"\\", step.path.strip("\\")).lower()
    removes = isinstance(step, DeleteRegistryKey)
    for service in _NEEDED:
        key = rf"{_SERVICES}\{service.lower()}"
        if (removes and _is_in(key, path)) or (path == key and _name(step).lower() in _HOW_IT_STARTS):
            raise PlanError(
                step.origin, f"this changes how Windows starts {service}: what it does then is not known here"
            )
    for kept in _ELSEWHERE:
        if _is_in(path, kept.lower()) or (removes and _is_in(kept.lower(), path)):
            raise PlanError(
                step.origin, f"HKLM\\{kept} says what this server is: what that becomes is not known before the change"
            )


def _name(step: RegistryStep) -> str:
    if isinstance(step, SetRegistryValue):
        return step.value.name
    return step.name if isinstance(step, DeleteRegistryValue) else ""


def _is_in(path: str, root: str) -> bool:
    return path == root or path.startswith(f"{root}\\")

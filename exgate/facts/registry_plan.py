"""A planned change laid over the registry, as Windows would make it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from exgate.facts.change import (
    AddRegistryKey,
    DeleteRegistryKey,
    DeleteRegistryValue,
    RegistryStep,
    SetRegistryValue,
)
from exgate.facts.registry import MASSYNC, MASSYNC_PARAMETERS, Registry, RegistryKey, RegistryValue
from exgate.facts.unknown import Unknown

_JUDGED = {path.lower(): path for path in (MASSYNC, MASSYNC_PARAMETERS)}
"""Keys that are judged whether they were read or not."""
_NUMBERED = re.compile(r"system\\controlset\d{3}(?=\\|$)")


def apply_to_registry(before: Registry, steps: Sequence[RegistryStep]) -> Registry:
    """Give the registry as it would be after a planned change.

    Setting a value whose name is there in another case replaces its type and data and keeps the name as it is, as
    Windows does. A key that could not be read, or was not, stays unknown unless the change removes it first.

    Args:
        before: The keys that were read; what is changed in others is passed over.
        steps: In the order in which they are made.
    """
    overlay = _Overlay(before)
    for step in steps:
        overlay.apply(step)
    return Registry(overlay.keys)


class _Overlay:
    """The registry while it is changed.

    Attributes:
        keys: By path, lower-case as all paths here; a judged key that was not read is missing until it is changed.
    """

    def __init__(self, before: Registry) -> None:
        self.keys = dict(before.keys)
        self._noted: set[str] = set()

    def apply(self, step: RegistryStep) -> None:
        path = step.path.strip("\\").lower()
        if _NUMBERED.match(path):
            self._may_change(step, _NUMBERED.sub(lambda _: r"system\currentcontrolset", path))
        elif isinstance(step, DeleteRegistryKey):
            self._remove(path)
        elif isinstance(step, DeleteRegistryValue):
            self._remove_value(path, step.name)
        else:
            self._make(path)
            if isinstance(step, SetRegistryValue):
                self._set(step, path)

    def _remove(self, path: str) -> None:
        """Remove a key and all below it; afterwards they are known not to be there."""
        for below in dict.fromkeys((*self.keys, *_JUDGED)):
            if _is_in(below, path):
                key = self.keys.get(below)
                spelled = key.path if isinstance(key, RegistryKey) else _JUDGED.get(below, below)
                self.keys[below] = RegistryKey(spelled, None)
                self._noted.discard(below)

    def _remove_value(self, path: str, name: str) -> None:
        key = self.keys.get(path)
        if isinstance(key, RegistryKey) and key.values is not None:
            kept = tuple(value for value in key.values if value.name.lower() != name.lower())
            self.keys[path] = replace(key, values=kept)

    def _make(self, path: str) -> None:
        """Make a key, and those above it, where they are known to be missing."""
        for above, key in self.keys.items():
            if _is_in(path, above) and isinstance(key, RegistryKey) and key.values is None:
                self.keys[above] = replace(key, values=())

    def _set(self, step: SetRegistryValue, path: str) -> None:
        key = self.keys.get(path)
        if isinstance(key, RegistryKey):
            self.keys[path] = replace(key, values=_with(key.values or (), step.value))
        elif key is not None or path in _JUDGED:
            self._note(path, f"{step.origin} sets a value there, but what else the key holds stays unknown")

    def _may_change(self, step: RegistryStep, path: str) -> None:
        """Make unknown what a step in a numbered control set changes if that one is the current one."""
        why = f"{step.origin} changes a numbered control set, which may be the current one or not"
        for below in dict.fromkeys((*self.keys, *_JUDGED)):
            key = self.keys.get(below)
            missing = isinstance(key, RegistryKey) and key.values is None
            removed = isinstance(step, DeleteRegistryKey) and _is_in(below, path)
            made = isinstance(step, AddRegistryKey | SetRegistryValue) and missing and _is_in(path, below)
            if removed or made or (below == path and not isinstance(step, AddRegistryKey)):
                self.keys[below] = Unknown(why, "write CurrentControlSet in the planned change")
                self._noted.add(below)

    def _note(self, path: str, why: str) -> None:
        """Say once in an unknown key's reason what does not make it known."""
        if path in self._noted:
            return
        self._noted.add(path)
        not_read = Unknown(f"HKLM\\{_JUDGED.get(path, path)} was not read", "look at the key in regedit")
        key = self.keys.get(path)
        old = key if isinstance(key, Unknown) else not_read
        self.keys[path] = replace(old, reason=f"{old.reason}; {why}")


def _with(values: tuple[RegistryValue, ...], value: RegistryValue) -> tuple[RegistryValue, ...]:
    """Set a value; a name that is there in any case stays as it is."""
    names = [known.name.lower() for known in values]
    if value.name.lower() not in names:
        return (*values, value)
    position = names.index(value.name.lower())
    kept = replace(value, name=values[position].name)
    return (*values[:position], kept, *values[position + 1 :])


def _is_in(path: str, root: str) -> bool:
    """Whether a key is another or below it."""
    return not root or path == root or path.startswith(f"{root}\\")

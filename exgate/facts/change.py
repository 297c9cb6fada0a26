"""A planned change of a server's configuration, as steps that can be laid over its facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from exgate.facts.ip_restrictions import IPRestrictions
from exgate.facts.metabase import MetabaseKey
from exgate.facts.metabase_schema import PropertyValue
from exgate.facts.printable import printable
from exgate.facts.registry import RegistryValue


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a step stands: ``change/setup.cmd:3``.

    Attributes:
        file: The file, as a person finds it.
        line: Its line, counted from 1; 0 where the file as a whole is meant.
    """

    file: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


class PlanError(Exception):
    """A planned change cannot be understood, or cannot be made on a host; its text is one line with file and line."""

    def __init__(self, origin: Origin, problem: str) -> None:
        self.origin = origin
        self.problem = printable(problem)
        super().__init__(f"{printable(str(origin))}: {self.problem}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a planned change."""

    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class SetProperty(Step):
    """Set a property on an existing metabase key (``adsutil.vbs set``, or an ADSI script).

    Attributes:
        location: For example ``/LM/W3SVC/1/ROOT/exchange-oma``, in any case.
        name: A property of `exgate.facts.metabase_schema.DEFINITIONS`.
        value: Its typed value.
    """

    location: str
    name: str
    value: PropertyValue


@dataclass(frozen=True, slots=True, kw_only=True)
class SetRestrictions(Step):
    """Set the IP address restrictions of an existing key (an ADSI script); IIS keeps the lists that are not assigned.

    Attributes:
        location: The key.
        value: What is assigned.
        kept: The list that counts and is not assigned: ``domain_grant`` or ``domain_deny``; "" where it is.
    """

    location: str
    value: IPRestrictions
    kept: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetFlag(Step):
    """Switch some bits of a flag property of a key (``adsutil.vbs set .../AuthNTLM TRUE``); the others stay.

    Attributes:
        location: The key.
        name: The flag property, for example ``AuthFlags``.
        bits: Which bits.
        on: Whether they are switched on.
    """

    location: str
    name: str
    bits: int
    on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteProperty(Step):
    """Remove a property from a key, which then inherits it (``adsutil.vbs delete``)."""

    location: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteKey(Step):
    """Remove a metabase key and all below it (``adsutil.vbs delete`` of a path)."""

    location: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportKeys(Step):
    """Create a metabase key and those below it from an export (the article's steps 5 to 8).

    Attributes:
        location: The new key; nothing of this name may be there yet, and the key above it must be.
        keys: The new keys, that one first, with the locations that they get.
        inherited: What the exported key inherited where it was, by property; empty for an export that does not tell.
    """

    location: str
    keys: tuple[MetabaseKey, ...]
    inherited: Mapping[str, PropertyValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetRegistryValue(Step):
    """Set a value of a registry key below HKEY_LOCAL_MACHINE (a .reg file); the key is made if it is missing."""

    path: str
    value: RegistryValue


@dataclass(frozen=True, slots=True, kw_only=True)
class AddRegistryKey(Step):
    """Make a registry key (a .reg file's ``[key]``)."""

    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteRegistryValue(Step):
    """Remove a value of a registry key (a .reg file's ``"name"=-``)."""

    path: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteRegistryKey(Step):
    """Remove a registry key and all below it (a .reg file's ``[-key]``)."""

    path: str


MetabaseStep = SetProperty | SetRestrictions | SetFlag | DeleteProperty | DeleteKey | ImportKeys
RegistryStep = SetRegistryValue | AddRegistryKey | DeleteRegistryValue | DeleteRegistryKey


@dataclass(frozen=True, slots=True)
class Plan:
    """A planned change: its steps in the order in which they are made."""

    metabase: tuple[MetabaseStep, ...] = ()
    registry: tuple[RegistryStep, ...] = ()

"""Registry keys with the real case of their values' names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from exgate.facts.unknown import Unknown, known

MASSYNC_PARAMETERS = r"SYSTEM\CurrentControlSet\Services\MasSync\Parameters"
"""Below HKEY_LOCAL_MACHINE: where the article's steps 18 to 21 put ExchangeVDir."""
MASSYNC = r"SYSTEM\CurrentControlSet\Services\MasSync"
"""The key above it, a place where ExchangeVDir ends up by mistake."""
EXCHANGE_VDIR = "ExchangeVDir"
"""The value's name; it is case-sensitive (the article's step 20)."""
EXCHANGE = "/Exchange"
"""The virtual directory that is used without ExchangeVDir."""
EXCHANGE_SETUP = r"SOFTWARE\Microsoft\Exchange\Setup"
"""Below HKEY_LOCAL_MACHINE: the version of the installed Exchange."""


_HIVE = re.compile(r"^(?:HKLM|HKEY_LOCAL_MACHINE)(?=\\|$)", re.IGNORECASE)


def below_hive(path: str) -> str:
    r"""Give a key's path below HKEY_LOCAL_MACHINE, as it is kept, out of one with or without ``HKLM\``."""
    return _HIVE.sub("", path.strip("\\"), count=1).strip("\\")


def resembles_exchange_vdir(name: str) -> bool:
    """Whether a value's name is ExchangeVDir but for case and white space."""
    return "".join(name.split()).lower() == EXCHANGE_VDIR.lower()


class RegistryType(IntEnum):
    """The type of a registry value, by its number in winnt.h and in StdRegProv.EnumValues."""

    REG_NONE = 0
    REG_SZ = 1
    REG_EXPAND_SZ = 2
    REG_BINARY = 3
    REG_DWORD = 4
    REG_MULTI_SZ = 7
    REG_QWORD = 11


RegistryData = str | int | bytes | tuple[str, ...] | None
"""None where the type has no data that we read."""


@dataclass(frozen=True, slots=True)
class RegistryValue:
    """A value of a registry key.

    Attributes:
        name: In its real case; the registry itself compares without regard to case, the article's services do not.
        type: Its type; a number when it is none of `RegistryType`.
        data: What it holds, or why that could not be read.
    """

    name: str
    type: RegistryType | int
    data: RegistryData | Unknown

    @property
    def type_name(self) -> str:
        """The type as regedit shows it, for example ``REG_SZ``."""
        return self.type.name if isinstance(self.type, RegistryType) else f"type {self.type}"


@dataclass(frozen=True, slots=True)
class RegistryKey:
    """A key below HKEY_LOCAL_MACHINE.

    Attributes:
        path: Without the hive, for example `MASSYNC_PARAMETERS`.
        values: Its values, or None when there is no such key.
    """

    path: str
    values: tuple[RegistryValue, ...] | None

    def value(self, name: str) -> RegistryValue | None:
        """Give the value of exactly this name, in this case, or None."""
        return next((value for value in self.values or () if value.name == name), None)

    def any_case(self, name: str) -> RegistryValue | None:
        """Give the value of this name as Windows would find it, in any case, or None."""
        return next((value for value in self.values or () if value.name.lower() == name.lower()), None)


@dataclass(frozen=True, slots=True)
class Registry:
    """The keys below HKEY_LOCAL_MACHINE that were read."""

    keys: Mapping[str, RegistryKey | Unknown]
    """By path, lower-case."""

    def key(self, path: str) -> RegistryKey:
        """Give a key that was read; one that does not exist has no values.

        Raises:
            UnknownFact: It could not be read, or was not asked for.
        """
        bare = below_hive(path)
        not_asked = Unknown(f"the registry key HKLM\\{bare} was not read", "read it with host.registry(...)")
        return known(self.keys.get(bare.lower(), not_asked))

    @property
    def exchange_vdir(self) -> str | None:
        """What ExchangeVDir holds, or None when the services find none: absent, empty, misspelt or of another type.

        Raises:
            UnknownFact: It could not be read.
        """
        value = self.key(MASSYNC_PARAMETERS).value(EXCHANGE_VDIR)
        if value is None or value.type != RegistryType.REG_SZ:
            return None
        data = known(value.data)
        return data if isinstance(data, str) and data else None

    @property
    def mobile_vdir(self) -> str:
        """The name of the virtual directory that ActiveSync and OMA ask for, whether it exists or not: ``/Exchange``.

        Raises:
            UnknownFact: ExchangeVDir could not be read.
        """
        data = self.exchange_vdir
        return f"/{data.strip('/')}" if data else EXCHANGE

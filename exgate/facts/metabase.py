"""The IIS 6 metabase: keys, effective values, and where a value is set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from typing import Protocol

from exgate.facts.metabase_schema import BY_NAME, PropertyValue
from exgate.facts.unknown import Unknown, UnknownFact

VIRTUAL_DIRECTORY = "IIsWebVirtualDir"
WEB_SITE = "IIsWebServer"


class Provenance(Enum):
    """How much is known of where a value comes from."""

    SET = "set"
    """Exact: the value is set on that key, and inherited by the keys below it."""
    DEFAULT = "default"
    """Exact: no key on the path has it, so the schema's default applies."""
    INHERITED = "inherited"
    """An export says that the exported key inherits it; on which key above it is set, an export does not say."""
    EFFECTIVE = "effective"
    """WMI gives effective values only; the location is a hint: the nearest ancestor with the same value."""


@dataclass(frozen=True, slots=True)
class Setting:
    """The effective value of a property on a key.

    Attributes:
        name: The property's name.
        value: Its typed value.
        provenance: What is known of its origin.
        location: Where it is set (SET), the hint (EFFECTIVE, may be None), None (DEFAULT, INHERITED).
        by: What set it, or what says so, in words; empty where that is the metabase itself.
        inherits: Whether the keys below take it over, where they have no value of their own.
    """

    name: str
    value: PropertyValue
    provenance: Provenance
    location: str | None = None
    by: str = ""
    inherits: bool = field(default=True, compare=False, repr=False)

    @property
    def where(self) -> str:
        """Where the value is set, in words for a message."""
        by = f" by {self.by}" if self.by else ""
        if self.provenance is Provenance.SET:
            return f"set on {self.location}{by}"
        if self.provenance is Provenance.INHERITED:
            return f"inherited,{by}"
        if self.provenance is Provenance.DEFAULT:
            return "not set, the schema's default"
        if self.location:
            return f"effective, perhaps inherited: {self.location} has the same value"
        return "effective"


class NotUnderstood(UnknownFact):
    """Raised for a property that is set, to a value that could not be understood.

    Attributes:
        inherits: Whether the keys below take it over.
    """

    def __init__(self, unknown: Unknown, *, inherits: bool) -> None:
        super().__init__(unknown)
        self.inherits = inherits


class Metabase(Protocol):
    """What can be asked of a metabase, however it was read. Locations compare without regard to case."""

    def locations(self, key_type: str) -> Iterator[str]:
        """Give the locations of the keys of a type (``IIsWebServer``, ``IIsWebVirtualDir``), in their own case."""

    def stored_location(self, location: str) -> str | None:
        """Give a key's location in its own case, or None when there is no such key."""

    def key_type(self, location: str) -> str | None:
        """Give a key's type, or None when there is no such key.

        It is ``""`` where only that is known that it is none of `WEB_SITE` and `VIRTUAL_DIRECTORY`.

        Raises:
            UnknownFact: The key, or its type, is not known.
        """

    def effective(self, location: str, name: str) -> Setting:
        """Give the effective value of a property on a key.

        Raises:
            UnknownFact: The value could not be read.
            KeyError: The product does not know a property of that name.
        """

    def own(self, location: str, name: str) -> Setting | None:
        """Give a property as it is set on a key itself, None when it is certainly not set there.

        Raises:
            UnknownFact: The key, or whether it is set there, or its value is not known.
            KeyError: The product does not know a property of that name.
        """


ROOT = "/"
"""The location of the metabase's root; what is set on it is inherited by all."""


def parent(location: str) -> str | None:
    """Give the location of the key above, None for the metabase's root."""
    head, slash, name = location.rstrip("/").rpartition("/")
    return (head or ROOT) if slash and name else None


def is_within(location: str, root: str) -> bool:
    """Whether a key is another one or lies below it."""
    inner, outer = location.lower().rstrip("/"), root.lower().rstrip("/")
    return inner == outer or inner.startswith(f"{outer}/")


@lru_cache(maxsize=1024)
def ancestors(location: str) -> tuple[str, ...]:
    """Give the locations above a key, nearest first."""
    above = parent(location)
    return () if above is None else (above, *ancestors(above))


@lru_cache(maxsize=1024)
def _itself_and_above(location: str) -> tuple[str, ...]:
    """Give the locations at which a key's properties are looked for, lower-case."""
    return tuple(place.lower() for place in (location, *ancestors(location)))


@dataclass(frozen=True, slots=True)
class MetabaseProperty:
    """A property as it is set on one key.

    Attributes:
        value: The typed value, or why it could not be understood.
        inherits: Whether the keys below take it over.
        text: The text in the file; the entries of a multi-string by lines.
    """

    value: PropertyValue | Unknown
    inherits: bool
    text: str

    def setting(self, name: str, provenance: Provenance, location: str | None = None, by: str = "") -> Setting:
        """Give it as a setting.

        Raises:
            NotUnderstood: The value could not be understood.
        """
        if isinstance(self.value, Unknown):
            raise NotUnderstood(self.value, inherits=self.inherits)
        return Setting(name, self.value, provenance, location, by, self.inherits)


@dataclass(frozen=True, slots=True)
class MetabaseKey:
    """A key of MetaBase.xml with the properties that are set on itself, by name."""

    location: str
    key_type: str
    properties: Mapping[str, MetabaseProperty]


@dataclass(frozen=True, slots=True)
class MetabaseFile:
    """A metabase as MetaBase.xml holds it: every key has its own properties only, and where a value is set is exact."""

    keys: Mapping[str, MetabaseKey]
    """By location, lower-case."""

    def locations(self, key_type: str) -> Iterator[str]:
        """Give the locations of the keys of a type, in the file's order and case."""
        return (key.location for key in self.keys.values() if key.key_type == key_type)

    def stored_location(self, location: str) -> str | None:
        """Give a key's location in its own case, or None when there is no such key."""
        key = self.keys.get(location.lower())
        return key.location if key else None

    def key_type(self, location: str) -> str | None:
        """Give a key's type, or None when there is no such key."""
        key = self.keys.get(location.lower())
        return key.key_type if key else None

    def effective(self, location: str, name: str) -> Setting:
        """Look on the key itself, then upwards, then into the schema.

        Raises:
            UnknownFact: There is no such key in the file, or the value could not be understood.
            KeyError: The product does not know a property of that name.
        """
        definition = BY_NAME[name]
        asked = self._key(location)
        for place in _itself_and_above(asked.location):
            key = self.keys.get(place)
            found = key.properties.get(name) if key else None
            if key and found and (key is asked or found.inherits):
                return found.setting(name, Provenance.SET, key.location)
        return Setting(name, definition.default, Provenance.DEFAULT)

    def own(self, location: str, name: str) -> Setting | None:
        """Give a property as it is set on a key itself, None when it is not.

        Raises:
            UnknownFact: There is no such key in the file, or the value could not be understood.
            KeyError: The product does not know a property of that name.
        """
        definition = BY_NAME[name]
        key = self._key(location)
        found = key.properties.get(definition.name)
        return found.setting(name, Provenance.SET, key.location) if found else None

    def _key(self, location: str) -> MetabaseKey:
        key = self.keys.get(location.lower())
        if key is None:
            raise UnknownFact(Unknown(f"MetaBase.xml has no key {location}", "check the virtual directory's name"))
        return key

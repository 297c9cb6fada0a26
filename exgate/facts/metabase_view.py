"""The metabase as WMI shows it: effective values, and no word of where they are set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from exgate.facts.metabase import ROOT, Provenance, Setting, ancestors, is_within
from exgate.facts.metabase_schema import BY_NAME, PropertyValue
from exgate.facts.unknown import Unknown, UnknownFact


@dataclass(frozen=True, slots=True)
class ViewedKey:
    """A key as WMI shows it: effective values by property name, or why one could not be read."""

    location: str
    key_type: str
    values: Mapping[str, PropertyValue | Unknown]


@dataclass(frozen=True, slots=True)
class MetabaseView:
    r"""A metabase as WMI's settings classes (root\MicrosoftIISv2) show it: effective values only."""

    keys: Mapping[str, ViewedKey]
    """By location, lower-case."""

    def locations(self, key_type: str) -> Iterator[str]:
        """Give the locations of the keys of a type, in WMI's order and case."""
        return (key.location for key in self.keys.values() if key.key_type == key_type)

    def stored_location(self, location: str) -> str | None:
        """Give a key's location in its own case, or None when there is no such key.

        A key above one that is shown is there too, though WMI was not asked for it.
        """
        key = self.keys.get(location.lower())
        if key:
            return key.location
        below = next((place.location for place in self.keys.values() if is_within(place.location, location)), None)
        return below[: len(location.rstrip("/"))] or ROOT if below else None

    def key_type(self, location: str) -> str | None:
        """Give a key's type, or None when there is no such key; WMI was asked for web sites and virtual directories."""
        key = self.keys.get(location.lower())
        if key:
            return key.key_type
        return None if self.stored_location(location) is None else ""

    def effective(self, location: str, name: str) -> Setting:
        """Give the value WMI showed, with the nearest ancestor that has the same value as a hint.

        Raises:
            UnknownFact: WMI did not show the key or the property (45054 is not in WMI's schema).
            KeyError: The product does not know a property of that name.
        """
        definition = BY_NAME[name]
        key = self.keys.get(location.lower())
        if key is None:
            raise UnknownFact(Unknown(f"WMI shows no key {location}", "check its name, and that the account sees it"))
        value = key.values.get(name)
        if value is None:
            raise UnknownFact(
                Unknown(f"WMI does not show {name} of {location}", "allow the shell, so that MetaBase.xml can be read")
            )
        if isinstance(value, Unknown):
            raise UnknownFact(value)
        hint = None
        if definition.inherits and value != definition.default:
            above = (self.keys.get(place.lower()) for place in ancestors(key.location))
            hint = next((place.location for place in above if place and place.values.get(name) == value), None)
        return Setting(name, value, Provenance.EFFECTIVE, hint, inherits=definition.inherits)

    def own(self, location: str, name: str) -> Setting | None:
        """Raise, for WMI shows effective values only.

        Raises:
            UnknownFact: Always.
            KeyError: The product does not know a property of that name.
        """
        definition = BY_NAME[name]
        raise UnknownFact(
            Unknown(
                f"WMI shows effective values only, so it is not known whether {definition.name} is set on {location} "
                "itself, and whether a change above reaches it",
                "let the shell be used, so that MetaBase.xml is read",
            )
        )

"""A metabase as it would be after a planned change."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from exgate.facts.change import Origin
from exgate.facts.metabase import (
    Metabase,
    MetabaseKey,
    NotUnderstood,
    Provenance,
    Setting,
    ancestors,
    is_within,
    parent,
)
from exgate.facts.metabase_schema import BY_NAME, PropertyValue
from exgate.facts.unknown import Unknown, UnknownFact

_CONTENT = re.compile(r"(/LM/W3SVC/\d+)/ROOT(/.+)?", re.IGNORECASE)
"""What a web site serves: its ROOT, and the paths below."""


@dataclass(frozen=True, slots=True)
class PlannedProperty:
    """What the plan does with a property of a key.

    Attributes:
        value: What it sets it to; None where it removes it, `Unknown` where what it becomes is not known.
        origin: The step that does.
    """

    value: PropertyValue | Unknown | None
    origin: Origin


@dataclass(frozen=True, slots=True)
class PlannedKey:
    """A key that the plan creates.

    Attributes:
        key: The key with its own properties.
        inherited: What it inherited where it was exported, by property; empty where that is not told.
        origin: The step that creates it.
    """

    key: MetabaseKey
    inherited: Mapping[str, PropertyValue]
    origin: Origin


@dataclass(frozen=True, slots=True)
class MetabaseCandidate:
    """A metabase with a planned change laid over it; `exgate.facts.metabase_plan.apply_to_metabase` makes it.

    Attributes:
        before: The metabase as it is.
        properties: What is set or removed, by lower-case location and name.
        created: The keys that are created, by lower-case location.
        deleted: The keys that are removed with all below them, lower-case; what is created in them comes later.
        touched: The locations of all steps, lower-case.
    """

    before: Metabase
    properties: Mapping[tuple[str, str], PlannedProperty] = field(default_factory=lambda: MappingProxyType({}))
    created: Mapping[str, PlannedKey] = field(default_factory=lambda: MappingProxyType({}))
    deleted: frozenset[str] = frozenset()
    touched: frozenset[str] = frozenset()

    def touches(self, location: str) -> bool:
        """Whether anything of a key may differ from what it is now: a step is about it, or about a key above it."""
        return any(is_within(location, place) for place in self.touched)

    def reaches(self, location: str) -> bool:
        """Whether what a web site answers for a path may differ: not where all steps are about other paths or sites.

        Application pools and filters are no paths, and another web site's own key holds the names that it answers to.
        """
        return any(is_within(location, place) or not _is_elsewhere(location, place) for place in self.touched)

    def locations(self, key_type: str) -> Iterator[str]:
        """Give the locations of the keys of a type: those that stay, then those that are created.

        Raises:
            UnknownFact: Which ones there are now is not known.
        """
        stay = [place for place in self.before.locations(key_type) if not self._is_gone(place)]
        created = (planned.key for planned in self.created.values())
        return iter([*stay, *(key.location for key in created if key.key_type == key_type)])

    def stored_location(self, location: str) -> str | None:
        """Give a key's location in its own case, or None when there is no such key.

        Raises:
            UnknownFact: Whether it is there now is not known.
        """
        planned = self.created.get(location.lower())
        if planned:
            return planned.key.location
        return None if self._is_gone(location) else self.before.stored_location(location)

    def key_type(self, location: str) -> str | None:
        """Give a key's type, or None when there is no such key.

        Raises:
            UnknownFact: Whether it is there now, or its type, is not known.
        """
        planned = self.created.get(location.lower())
        if planned:
            return planned.key.key_type
        return None if self._is_gone(location) else self.before.key_type(location)

    def own(self, location: str, name: str) -> Setting | None:
        """Give a property as it is set on a key itself, None when it is certainly not set there.

        Raises:
            UnknownFact: The key, or whether it is set there, or its value is not known.
            KeyError: The product does not know a property of that name.
        """
        definition = BY_NAME[name]
        stored = self._stored(location)
        planned = self.properties.get((stored.lower(), name))
        if planned:
            if planned.value is None:
                return None
            if isinstance(planned.value, Unknown):
                raise UnknownFact(planned.value)
            return Setting(name, planned.value, Provenance.SET, stored, str(planned.origin), definition.inherits)
        created = self.created.get(stored.lower())
        if created is None:
            return self.before.own(location, name)
        found = created.key.properties.get(name)
        return found.setting(name, Provenance.SET, stored, str(created.origin)) if found else None

    def effective(self, location: str, name: str) -> Setting:
        """Give the effective value of a property after the change, exactly as it is now where no step is about it.

        Raises:
            UnknownFact: It is not known now, or whether the change reaches the key is not known.
            KeyError: The product does not know a property of that name.
        """
        if not self.touches(location):
            return self.before.effective(location, name)
        stored = self._stored(location)
        if not any(self._changes(place, name) for place in (stored, *ancestors(stored))):
            return self.before.effective(location, name)
        return self.own(location, name) or self._inherited(stored, name)

    def _inherited(self, location: str, name: str) -> Setting:
        """Give what a key without the property takes from above.

        Raises:
            UnknownFact: It is not known, or an import may have taken over something else.
        """
        setting = self._passed_on(parent(location), name)
        created = self.created.get(location.lower())
        if created is None or name not in created.inherited or (location.lower(), name) in self.properties:
            return setting
        there = created.inherited[name]
        if BY_NAME[name].same(there, setting.value):
            return setting
        raise UnknownFact(
            Unknown(
                f"{name} of {location} is not known after {created.origin}: where it was exported, {there} was "
                f"inherited, here it is {setting.value} ({setting.where}), and the import may take over either",
                f"set {name} on {location} in the planned change too",
            )
        )

    def _passed_on(self, location: str | None, name: str) -> Setting:
        """Give what a key passes on to those below it: its own value, or what it inherits itself."""
        definition = BY_NAME[name]
        if location is None:
            return Setting(name, definition.default, Provenance.DEFAULT)
        if self.stored_location(location) is None:
            return self._passed_on(parent(location), name)
        changed = any(self._changes(place, name) for place in (location, *ancestors(location)))
        try:
            setting = self.own(location, name) if changed else self.before.effective(location, name)
        except NotUnderstood as error:
            if error.inherits:
                raise
            return self._inherited(location, name)
        if setting is None or (setting.provenance is not Provenance.DEFAULT and not setting.inherits):
            return self._inherited(location, name)
        return setting

    def _changes(self, location: str, name: str) -> bool:
        """Whether the plan says anything of a property on a key itself."""
        return (location.lower(), name) in self.properties or location.lower() in self.created

    def _stored(self, location: str) -> str:
        stored = self.stored_location(location)
        if stored is None:
            raise UnknownFact(
                Unknown(f"after the planned change there is no key {location}", "check the virtual directory's name")
            )
        return stored

    def _is_gone(self, location: str) -> bool:
        return any(is_within(location, place) for place in self.deleted)


def _is_elsewhere(location: str, place: str) -> bool:
    """Whether a key is what another web site serves, or another path of the same one."""
    found = _CONTENT.fullmatch(place)
    return found is not None and (not is_within(location, found[1]) or found[2] is not None)

"""A metabase as it would be after a planned change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from exgate.facts.change import Origin
from exgate.facts.metabase import Metabase, MetabaseKey, Provenance, Setting, ancestors, is_within, parent
from exgate.facts.metabase_schema import BY_NAME, PropertyValue
from exgate.facts.unknown import Unknown, UnknownFact


@dataclass(frozen=True, slots=True)
class PlannedProperty:
    """What the plan does with a property of a key.

    Attributes:
        value: What it sets it to; None where it removes it.
        origin: The step that does.
    """

    value: PropertyValue | None
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
        if planned and planned.value is None:
            return None
        if planned and planned.value is not None:
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
        here = (stored.lower(), name) in self.properties or stored.lower() in self.created
        if not here and not any(self._changes(place, name) for place in ancestors(stored)):
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
        if not any(self._changes(place, name) for place in (location, *ancestors(location))):
            setting = self.before.effective(location, name)
            is_own = setting.provenance is not Provenance.DEFAULT and not setting.inherits
            return self._passed_on(parent(location), name) if is_own else setting
        own = self.own(location, name)
        return own if own and own.inherits else self._inherited(location, name)

    def _changes(self, location: str, name: str) -> bool:
        """Whether the plan may change what a key passes on to those below it."""
        planned = self.properties.get((location.lower(), name))
        passes_on = planned is not None and (planned.value is None or BY_NAME[name].inherits)
        return passes_on or location.lower() in self.created

    def _stored(self, location: str) -> str:
        stored = self.stored_location(location)
        if stored is None:
            raise UnknownFact(
                Unknown(f"after the planned change there is no key {location}", "check the virtual directory's name")
            )
        return stored

    def _is_gone(self, location: str) -> bool:
        return any(is_within(location, place) for place in self.deleted)

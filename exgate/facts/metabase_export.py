"""Exports of IIS 6's configuration: one key of the metabase and all below it, in MetaBase.xml's form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from exgate.facts.metabase import (
    ROOT,
    VIRTUAL_DIRECTORY,
    WEB_SITE,
    MetabaseFile,
    MetabaseKey,
    MetabaseProperty,
    Provenance,
    Setting,
    ancestors,
    is_within,
)
from exgate.facts.metabase_schema import BY_NAME
from exgate.facts.metabase_xml import INHERITED_PROPERTIES, MetabaseXmlError, read_keys
from exgate.facts.unknown import Unknown, UnknownFact

_GLOBAL = "."
"""The location of IIS_Global, which is no key: it holds the file's own numbers and its session key."""
_PREFIX = re.compile(r"[^/]*:(?=/)")
"""What may stand before the location of inherited properties: ``inherited:/LM/...``."""
_WEB_SERVICE = "/LM/W3SVC"
_HOMES: Mapping[str, str] = MappingProxyType({WEB_SITE: _WEB_SERVICE, VIRTUAL_DIRECTORY: _WEB_SERVICE})
"""Where all keys of a type stand; others may stand anywhere."""
_WHOLE = "copy MetaBase.xml after iiscnfg /save"


class NotShown(UnknownFact):
    """Raised for what an export does not show, and another one, or MetaBase.xml, may."""


def is_whole_metabase(file: MetabaseFile) -> bool:
    """Whether a file is MetaBase.xml itself and no export of a part of it."""
    return ("/" in file.keys or "/lm" in file.keys) and _WEB_SERVICE.lower() in file.keys


@dataclass(frozen=True, slots=True)
class MetabaseExport:
    """What "Save Configuration to a File" in IIS Manager, or iiscnfg /export, has written of one key and those below.

    Attributes:
        keys: The keys, by lower-case location.
        root: The exported key's location, in its own case.
        inherited: What the exported key inherits; None for an export without inherited properties.
    """

    keys: Mapping[str, MetabaseKey]
    root: str
    inherited: Mapping[str, MetabaseProperty] | None

    def locations(self, key_type: str) -> Iterator[str]:
        """Give the locations of the keys of a type, in the file's order and case.

        Raises:
            NotShown: There may be others outside of what was exported.
        """
        if not is_within(_HOMES.get(key_type, "/"), self.root):
            raise NotShown(Unknown(f"the export of {self.root} does not show every {key_type} of the server", _WHOLE))
        self._check_that_keys_below_are_shown(f"{self.root.rstrip('/')}/*")
        return self.found(key_type)

    def found(self, key_type: str) -> Iterator[str]:
        """Give the locations of the keys of a type that are in the export, whether there are others or not."""
        return (key.location for key in self.keys.values() if key.key_type == key_type)

    def stored_location(self, location: str) -> str | None:
        """Give a key's location in its own case, or None when there is no such key.

        A key above the exported one is there too.

        Raises:
            NotShown: It lies outside of what was exported.
        """
        key = self.keys.get(location.lower())
        if key:
            return key.location
        if is_within(self.root, location):
            return self.root[: len(location.rstrip("/"))] or ROOT
        self._check_that_it_is_shown(location)
        return None

    def key_type(self, location: str) -> str | None:
        """Give a key's type, or None when there is no such key.

        Raises:
            NotShown: It lies outside of what was exported.
        """
        key = self.keys.get(location.lower())
        if key is None:
            self._check_that_it_is_shown(location)
        return key.key_type if key else None

    def own(self, location: str, name: str) -> Setting | None:
        """Give a property as it is set on a key itself, None when it is not.

        Raises:
            UnknownFact: The export does not show the key, or the value could not be understood.
            KeyError: The product does not know a property of that name.
        """
        definition = BY_NAME[name]
        key = self._key(location)
        found = key.properties.get(definition.name)
        return found.setting(name, Provenance.SET, key.location) if found else None

    def effective(self, location: str, name: str) -> Setting:
        """Look on the key itself, then upwards, then into the inherited properties, then into the schema.

        Raises:
            UnknownFact: The export does not show the key or what it inherits, or the value could not be understood.
            KeyError: The product does not know a property of that name.
        """
        definition = BY_NAME[name]
        asked = self._key(location)
        for place in (asked.location, *ancestors(asked.location)):
            key = self.keys.get(place.lower())
            found = key.properties.get(name) if key else None
            if key and found and (key is asked or found.inherits):
                return found.setting(name, Provenance.SET, key.location)
        if self.inherited is None and definition.inherits:
            raise NotShown(
                Unknown(
                    f"the export of {self.root} does not hold inherited properties, so {name} of {asked.location} is "
                    "not known",
                    f"export it again with /inherited, or {_WHOLE}",
                )
            )
        above = (self.inherited or {}).get(name)
        if above is None:
            return Setting(name, definition.default, Provenance.DEFAULT)
        return above.setting(name, Provenance.INHERITED, by=f"the export of {self.root}")

    def _key(self, location: str) -> MetabaseKey:
        key = self.keys.get(location.lower())
        if key is None:
            self._check_that_it_is_shown(location)
            raise UnknownFact(
                Unknown(f"the export of {self.root} has no key {location}", "check the virtual directory's name")
            )
        return key

    def _check_that_it_is_shown(self, location: str) -> None:
        if not is_within(location, self.root):
            raise NotShown(Unknown(f"the export of {self.root} does not show {location}", _WHOLE))
        self._check_that_keys_below_are_shown(location)

    def _check_that_keys_below_are_shown(self, location: str) -> None:
        """Do not take an export of a single key for proof that there is none below: iiscnfg leaves them out.

        Raises:
            NotShown: The export holds the exported key alone.
        """
        if len(self.keys) == 1:
            raise NotShown(
                Unknown(
                    f"the export of {self.root} holds no key below it, and may have been made without them, so it does "
                    f"not show {location}",
                    f"export it again with /children, or {_WHOLE}",
                )
            )


def read_export(data: bytes) -> MetabaseExport:
    """Read an export of a key and those below it.

    Raises:
        MetabaseXmlError: It is no well-formed export, or not of one key.
    """
    elements = [key for key in read_keys(data) if key.location != _GLOBAL]
    keys = {key.location.lower(): key for key in elements if key.key_type != INHERITED_PROPERTIES}
    if not keys:
        raise MetabaseXmlError("no metabase key in this file: not an export of IIS's configuration")
    root = min((key.location for key in keys.values()), key=lambda location: len(location.rstrip("/")))
    beside = next((key.location for key in keys.values() if not is_within(key.location, root)), None)
    if beside:
        raise MetabaseXmlError(f"not an export of one key: it holds {root} and, beside it, {beside}")
    inherited = [key for key in elements if key.key_type == INHERITED_PROPERTIES]
    return MetabaseExport(keys, root, _nearest(inherited, root) if inherited else None)


def _nearest(elements: list[MetabaseKey], root: str) -> Mapping[str, MetabaseProperty]:
    """Put the inherited properties together: what stands nearest to the exported key counts.

    Raises:
        MetabaseXmlError: An element is about another key.
    """
    properties: dict[str, MetabaseProperty] = {}
    for key in sorted(elements, key=lambda key: len(_PREFIX.sub("", key.location))):
        place = _PREFIX.sub("", key.location)
        if not is_within(root, place):
            raise MetabaseXmlError(f"not an export of one key: it holds {root}, and inherited properties of {place}")
        properties.update({name: replace(found, inherits=True) for name, found in key.properties.items()})
    return MappingProxyType(properties)

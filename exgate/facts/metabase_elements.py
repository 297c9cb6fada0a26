"""The elements of MetaBase.xml, taken one by one from a parser, so that a large file needs no tree in memory."""

from __future__ import annotations

from exgate.facts.metabase import MetabaseKey, MetabaseProperty
from exgate.facts.metabase_schema import BY_IDENTIFIER, BY_NAME, DataType, PropertyDefinition, split_multi_string
from exgate.facts.number import DWORD, parse_number, shorten

INHERITED_PROPERTIES = "IIsInheritedProperties"
"""The element in which an export keeps what the exported key inherits."""
CUSTOM = "Custom"
INHERIT = "INHERIT"
_INHERIT_BIT = 1
MAX_DEPTH = 64
"""IIS writes four levels."""
MAX_KEYS = 200_000
MAX_ATTRIBUTES = 64 * 1024
MAX_NAMES = 16 * 1024
"""IIS's schema has some 500 names of properties."""


class MetabaseXmlError(ValueError):
    """The text is not a MetaBase.xml; the message is one line."""


class KeyElements:
    """A parser's target that keeps the keys with the properties that the product knows, and forgets the rest.

    Every method raises `MetabaseXmlError` for what IIS does not write.
    """

    def __init__(self) -> None:
        self.events = 0
        """How many pieces the parser has found so far."""
        self._keys: dict[tuple[str, bool], MetabaseKey] = {}
        self._open: list[dict[str, MetabaseProperty] | None] = []
        self._location = ""
        self._names: set[str] = set()
        self._known: dict[tuple[str, str, bool], MetabaseProperty] = {}

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Take the start of an element: a key, a Custom element of the key around it, or something else."""
        self.events += 1
        self._check_bounds(tag, attributes)
        around = self._open[-1] if self._open else None
        properties: dict[str, MetabaseProperty] | None = None
        if _local(tag) == CUSTOM and around is not None:
            self._custom(around, attributes)
        elif "Location" in attributes:
            properties = self._key(_local(tag), attributes)
        self._open.append(properties)

    def end(self, _tag: str) -> None:
        """Take the end of an element."""
        self.events += 1
        self._open.pop()

    def data(self, _text: str) -> None:
        """Take text between elements."""
        self.events += 1

    def comment(self, _text: str) -> None:
        """Take a comment."""
        self.events += 1

    def pi(self, _target: str, _text: str | None = None) -> None:
        """Take a processing instruction."""
        self.events += 1

    def start_ns(self, prefix: str, uri: str) -> None:
        """Take the declaration of a namespace."""
        self._add_name(f"{prefix}={uri}")

    def close(self) -> tuple[MetabaseKey, ...]:
        """Give the keys in the file's order."""
        return tuple(self._keys.values())

    def _check_bounds(self, tag: str, attributes: dict[str, str]) -> None:
        if len(self._open) >= MAX_DEPTH:
            raise MetabaseXmlError(f"not a MetaBase.xml: more than {MAX_DEPTH} elements in each other")
        if len(attributes) > MAX_ATTRIBUTES:
            raise MetabaseXmlError(f"not a MetaBase.xml: an element has more than {MAX_ATTRIBUTES} attributes")
        for name in (tag, *attributes):
            self._add_name(name)

    def _add_name(self, name: str) -> None:
        self._names.add(name)
        if len(self._names) > MAX_NAMES:
            raise MetabaseXmlError(f"not a MetaBase.xml: more than {MAX_NAMES} different names")

    def _key(self, key_type: str, attributes: dict[str, str]) -> dict[str, MetabaseProperty]:
        place = attributes["Location"]
        location = place.rstrip("/") or place[:1]
        identity = location.lower(), key_type == INHERITED_PROPERTIES
        if identity in self._keys:
            raise MetabaseXmlError(f"not as IIS writes MetaBase.xml: two elements for {shorten(location)}")
        if len(self._keys) >= MAX_KEYS:
            raise MetabaseXmlError(f"not a MetaBase.xml: more than {MAX_KEYS} keys")
        properties = {
            name: self._property(BY_NAME[name], text, inherits=BY_NAME[name].inherits)
            for name, text in attributes.items()
            if name in BY_NAME
        }
        self._keys[identity] = MetabaseKey(location, key_type, properties)
        self._location = location
        return properties

    def _custom(self, properties: dict[str, MetabaseProperty], attributes: dict[str, str]) -> None:
        """Take a property that is not in the schema, or differs from it in user type or attributes."""
        try:
            definition = BY_IDENTIFIER.get(parse_number(attributes.get("ID", "").strip()))
        except ValueError:
            return
        if definition is None:
            return
        if "Value" not in attributes or "Attributes" not in attributes:
            raise MetabaseXmlError(
                f"not as IIS writes MetaBase.xml: the Custom element of {definition.name} of "
                f"{shorten(self._location)} has no Value or no Attributes"
            )
        found = self._property(definition, attributes["Value"], inherits=_inherits(attributes["Attributes"]))
        if properties.setdefault(definition.name, found) != found:
            raise MetabaseXmlError(
                f"not as IIS writes MetaBase.xml: {definition.name} of {shorten(self._location)} stands there twice"
            )

    def _property(self, definition: PropertyDefinition, text: str, *, inherits: bool) -> MetabaseProperty:
        """Give a property; equal ones are one object, for thousands of keys may have the same script maps."""
        kept = "\n".join(split_multi_string(text)) if definition.data_type is DataType.MULTISZ else text
        identity = definition.name, kept, inherits
        if identity not in self._known:
            self._known[identity] = MetabaseProperty(definition.read(kept), inherits, kept)
        return self._known[identity]


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _inherits(attributes: str) -> bool:
    """Whether a Custom element's Attributes hold INHERIT, by name or in a number."""
    for name in attributes.replace("|", " ").split():
        if name == INHERIT:
            return True
        if name.isdecimal() and parse_number(name, DWORD) & _INHERIT_BIT:
            return True
    return False

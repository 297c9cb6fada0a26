"""MetaBase.xml, as IIS 6 writes it, read into keys with the properties that are set on each."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml import ElementTree as SafeElementTree

from exgate.facts.metabase import MetabaseFile, MetabaseKey, MetabaseProperty
from exgate.facts.metabase_schema import BY_IDENTIFIER, BY_NAME, PropertyDefinition
from exgate.facts.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

_INHERIT = "INHERIT"


class MetabaseXmlError(ValueError):
    """The text is not a MetaBase.xml; the message is one line."""


INHERITED_PROPERTIES = "IIsInheritedProperties"
"""The element in which an export keeps what the exported key inherits."""


def read_metabase(data: bytes | str) -> MetabaseFile:
    """Read MetaBase.xml.

    What an export tells of inherited properties is left out; see `exgate.facts.metabase_export.read_export`.

    Args:
        data: The file, as bytes (UTF-8, with or without byte order mark) or as text.

    Raises:
        MetabaseXmlError: It is no well-formed MetaBase.xml, or holds a DTD with entities.
    """
    return MetabaseFile({key.location.lower(): key for key in read_keys(data) if key.key_type != INHERITED_PROPERTIES})


def read_keys(data: bytes | str) -> tuple[MetabaseKey, ...]:
    """Read the elements of a MetaBase.xml or of an export, in the file's order.

    The elements below MBProperty are flat siblings; the tree is only in their Location. Namespaces are ignored, for
    their names differ between the builds of IIS 6. Only the properties of
    `exgate.facts.metabase_schema.DEFINITIONS` are kept: passwords and other encrypted values never leave this function.

    Args:
        data: The file, as bytes (UTF-8, with or without byte order mark) or as text.

    Raises:
        MetabaseXmlError: It is no well-formed MetaBase.xml, or holds a DTD with entities.
    """
    try:
        root = SafeElementTree.fromstring(data.lstrip("\ufeff") if isinstance(data, str) else data)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        message = f"not a well-formed MetaBase.xml: {error}"
        raise MetabaseXmlError(message) from error
    keys = tuple(_keys(root))
    if not keys:
        message = "no metabase key in this file: not a MetaBase.xml"
        raise MetabaseXmlError(message)
    return keys


def _keys(root: Element) -> Iterator[MetabaseKey]:
    for element in root.iter():
        location = element.get("Location")
        if location is not None:
            properties = dict(_attributes(element)) | dict(_customs(element))
            yield MetabaseKey(location.rstrip("/") or "/", _local_name(element), properties)


def _local_name(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _attributes(element: Element) -> Iterator[tuple[str, MetabaseProperty]]:
    for name, text in element.attrib.items():
        definition = BY_NAME.get(name)
        if definition:
            yield name, _property(definition, text, inherits=definition.inherits)


def _customs(element: Element) -> Iterator[tuple[str, MetabaseProperty]]:
    """Properties that are not in the schema, or whose user type or attributes differ from it; matched by number."""
    for child in element:
        identifier = child.get("ID", "")
        definition = BY_IDENTIFIER.get(int(identifier)) if identifier.isdecimal() else None
        if _local_name(child) == "Custom" and definition:
            inherits = _INHERIT in child.get("Attributes", "").replace("|", " ").split()
            yield definition.name, _property(definition, child.get("Value", ""), inherits=inherits)


def _property(definition: PropertyDefinition, text: str, *, inherits: bool) -> MetabaseProperty:
    try:
        return MetabaseProperty(definition.parse(text), inherits)
    except ValueError as error:
        unknown = Unknown(
            f"{definition.name} in MetaBase.xml could not be understood: {error}", "look at it in IIS Manager"
        )
        return MetabaseProperty(unknown, inherits)

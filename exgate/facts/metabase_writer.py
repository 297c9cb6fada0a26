"""Writes a MetaBase.xml: what was kept of a server's metabase, in IIS 6's own form."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from exgate.facts.metabase import MetabaseFile, MetabaseKey, MetabaseProperty
from exgate.facts.metabase_elements import CUSTOM, INHERIT
from exgate.facts.metabase_schema import BY_NAME, DataType, PropertyDefinition

_HEAD = (
    '<?xml version ="1.0"?>\n'
    "<!-- Written by exgate: it holds only the properties that its requirements need, and no passwords. -->\n"
    '<configuration xmlns="urn:microsoft-catalog:XML_Metabase_V64_0">\n'
    "<MBProperty>\n"
)
_TAIL = "</MBProperty>\n</configuration>\n"
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}
_SPECIAL = re.compile(r'[&<>"\t\r\n]')
_BREAK = "\n\t\t\t"
_FILE_PROPERTIES = (range(3000, 4000), range(6000, 7000))
"""The numbers of the properties that directories and files may have; IIS's other ones are the server's."""


def write_metabase(file: MetabaseFile) -> bytes:
    """Write a file that `exgate.facts.metabase_xml.read_metabase` reads as the same.

    It is in IIS 6's form: UTF-8 with a byte order mark, flat siblings, one attribute a line in alphabetic order,
    multi-strings broken with tabs, Custom elements for what differs from the schema. It holds no more than was kept of
    the file that was read, so it is no file for IIS to load.
    """
    return codecs.BOM_UTF8 + "".join((_HEAD, *map(_element, file.keys.values()), _TAIL)).encode()


def _element(key: MetabaseKey) -> str:
    plain: dict[str, MetabaseProperty] = {}
    custom: dict[str, MetabaseProperty] = {}
    for name in sorted(key.properties):
        found = key.properties[name]
        definition = BY_NAME[name]
        as_attribute = definition.in_schema and found.inherits == definition.inherits
        (plain if as_attribute else custom)[name] = found
    attributes = "".join(f"\t\t{name}={_quoted(BY_NAME[name], found.text)}\n" for name, found in plain.items())
    customs = "".join(line for name, found in custom.items() for line in _custom(BY_NAME[name], found))
    return f'<{key.key_type}\tLocation ="{_escaped(key.location)}"\n{attributes}\t>\n{customs}</{key.key_type}>\n'


def _custom(definition: PropertyDefinition, found: MetabaseProperty) -> Iterator[str]:
    of_files = any(definition.identifier in numbers for numbers in _FILE_PROPERTIES)
    name = definition.name if definition.in_schema else f"UnknownName_{definition.identifier}"
    yield f"\t<{CUSTOM}\n"
    yield f'\t\tName="{name}"\n'
    yield f'\t\tID="{definition.identifier}"\n'
    yield f"\t\tValue={_quoted(definition, found.text)}\n"
    yield f'\t\tType="{definition.data_type.value}"\n'
    yield f'\t\tUserType="{"IIS_MD_UT_FILE" if of_files else "IIS_MD_UT_SERVER"}"\n'
    yield f'\t\tAttributes="{INHERIT if found.inherits else "NO_ATTRIBUTES"}"\n'
    yield "\t/>\n"


def _quoted(definition: PropertyDefinition, text: str) -> str:
    if definition.data_type is DataType.MULTISZ:
        return f'"{_BREAK.join(map(_escaped, text.split(chr(10))))}"'
    return f'"{_escaped(text)}"'


def _escaped(text: str) -> str:
    """Escape what XML does not take as it stands; white space as a reference, for a parser makes spaces of it."""
    return _SPECIAL.sub(lambda found: _ENTITIES.get(found[0], f"&#{ord(found[0])};"), text)

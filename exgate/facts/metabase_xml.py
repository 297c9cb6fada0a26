"""MetaBase.xml, as IIS 6 writes it, read into keys with the properties that are set on each."""

from __future__ import annotations

from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from exgate.facts.metabase import MetabaseFile, MetabaseKey
from exgate.facts.metabase_elements import INHERITED_PROPERTIES, KeyElements, MetabaseXmlError
from exgate.facts.xml_text import utf8_pieces

__all__ = ["INHERITED_PROPERTIES", "MAX_SIZE", "MetabaseXmlError", "read_keys", "read_metabase"]

MAX_SIZE = 256 * 1024 * 1024
"""How large a file may be, in bytes; that of a server with thousands of web sites has some ten million."""
_LONGEST_TOKEN = 4 * 1024 * 1024
_SHOWN = 200


def read_metabase(data: bytes | str) -> MetabaseFile:
    """Read MetaBase.xml.

    What an export tells of inherited properties is left out; see `exgate.facts.metabase_export.read_export`.

    Args:
        data: The file, as bytes or as text.

    Raises:
        MetabaseXmlError: It is no well-formed MetaBase.xml, or holds what IIS does not write.
    """
    keys = [key for key in read_keys(data) if key.key_type != INHERITED_PROPERTIES]
    if not keys:
        raise MetabaseXmlError("no metabase key in this file: not a MetaBase.xml")
    return MetabaseFile({key.location.lower(): key for key in keys})


def read_keys(data: bytes | str) -> tuple[MetabaseKey, ...]:
    """Read the elements of a MetaBase.xml or of an export, in the file's order.

    The elements below MBProperty are flat siblings; the tree is only in their Location. Namespaces are ignored, for
    their names differ between the builds of IIS 6. Only the properties of
    `exgate.facts.metabase_schema.DEFINITIONS` are kept: passwords and other encrypted values never leave this function.

    Args:
        data: The file, as bytes (in an encoding that `exgate.facts.xml_text.utf8_pieces` knows) or as text.

    Raises:
        MetabaseXmlError: It is not well-formed, has a document type definition, is too large, or holds what IIS does
            not write: a key or a property twice, a property without its value.
    """
    if len(data) > MAX_SIZE:
        raise MetabaseXmlError(f"larger than {MAX_SIZE // 1024 // 1024} MB: not a MetaBase.xml")
    try:
        keys = _parse(data)
    except MetabaseXmlError:
        raise
    except DefusedXmlException as error:
        raise MetabaseXmlError("not a well-formed MetaBase.xml: it has a document type definition") from error
    except (ParseError, ValueError, LookupError, MemoryError, RecursionError) as error:
        raise MetabaseXmlError(f"not a well-formed MetaBase.xml: {_one_line(error)}") from error
    if not keys:
        raise MetabaseXmlError("no metabase key in this file: not a MetaBase.xml")
    return keys


def _parse(data: bytes | str) -> tuple[MetabaseKey, ...]:
    elements = KeyElements()
    parser = DefusedXMLParser(target=elements, encoding="utf-8", forbid_dtd=True)
    silent = 0
    for piece in utf8_pieces(data):
        before = elements.events
        parser.feed(piece)
        silent = silent + len(piece) if elements.events == before else 0
        if silent > _LONGEST_TOKEN:
            raise MetabaseXmlError(f"not a MetaBase.xml: an element of more than {_LONGEST_TOKEN // 1024 // 1024} MB")
    parser.close()
    return elements.close()


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:_SHOWN] or type(error).__name__

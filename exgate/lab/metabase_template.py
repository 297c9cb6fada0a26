r"""Builds a MetaBase.xml in the form IIS 6 writes it.

That form: ``<Type<TAB>Location ="..."``, one attribute a line in alphabetic order, flags by name, entries of a
multi-string by line break and tabs, unknown properties as Custom elements. The first comment says it is synthetic.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from exgate.lab.soap import escape

_BREAK = "\n\t\t\t"
FORMS_BASED_AUTHENTICATION = 45054


@dataclass(frozen=True, slots=True)
class Key:
    """One element of MetaBase.xml.

    Attributes:
        location: For example ``/LM/W3SVC/1/ROOT/Exchange``.
        key_type: For example ``IIsWebVirtualDir``.
        attributes: Property name -> text; several strings for a multi-string.
        forms_based_authentication: The value of property 45054, None when it is absent.
    """

    location: str
    key_type: str
    attributes: Mapping[str, str | tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    forms_based_authentication: int | None = None


def metabase_xml(keys: Iterable[Key]) -> str:
    """Write the file's text with line feeds; the byte order mark and CRLF are the server's business."""
    elements = "".join(_element(key) for key in keys)
    return (
        '<?xml version ="1.0"?>\n'
        "<!-- Synthetic: made by the exgate lab, no real server has written this file. -->\n"
        '<configuration xmlns="urn:microsoft-catalog:XML_Metabase_V64_0">\n'
        f"<MBProperty>\n{elements}</MBProperty>\n</configuration>\n"
    )


def _element(key: Key) -> str:
    attributes = "".join(
        f'\t\t{name}="{_text(text)}"\n' for name, text in sorted(key.attributes.items(), key=lambda item: item[0])
    )
    custom = "" if key.forms_based_authentication is None else _custom(key.forms_based_authentication)
    return f'<{key.key_type}\tLocation ="{escape(key.location)}"\n{attributes}\t>\n{custom}</{key.key_type}>\n'


def _text(text: str | tuple[str, ...]) -> str:
    return escape(text) if isinstance(text, str) else _BREAK.join(map(escape, text))


def _custom(value: int) -> str:
    return (
        "\t<Custom\n"
        f'\t\tName="UnknownName_{FORMS_BASED_AUTHENTICATION}"\n'
        f'\t\tID="{FORMS_BASED_AUTHENTICATION}"\n'
        f'\t\tValue="{value}"\n'
        '\t\tType="DWORD"\n'
        '\t\tUserType="IIS_MD_UT_SERVER"\n'
        '\t\tAttributes="INHERIT"\n'
        "\t/>\n"
    )

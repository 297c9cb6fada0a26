"""WebDAV's XML: a PROPFIND body is read, a multistatus is written (RFC 4918, 9.1 and 13)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import format_datetime
from enum import Enum
from typing import TYPE_CHECKING, Final
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from exgate.lab.mailbox import Resource
from exgate.lab.soap import escape

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_DAV: Final = "{DAV:}"
_DECLARATION = '<?xml version="1.0"?>'
FINITE_DEPTH_ERROR: Final = f'{_DECLARATION}<a:error xmlns:a="DAV:"><a:propfind-finite-depth/></a:error>'.encode(
    "ascii"
)
"""RFC 4918, 9.1: PROPFIND with an infinite depth is not served."""


class PropfindError(ValueError):
    """The body is no PROPFIND."""


class Asked(Enum):
    """What a PROPFIND asks for."""

    ALL = "allprop"
    NAMES = "propname"
    NAMED = "prop"


@dataclass(frozen=True, slots=True)
class Propfind:
    """A parsed PROPFIND.

    Attributes:
        asked: All properties, their names, or named ones.
        names: The named properties in ElementTree's form ``{namespace}name``, in the request's order.
    """

    asked: Asked = Asked.ALL
    names: tuple[str, ...] = ()


def read_propfind(body: bytes) -> Propfind:
    """Read a PROPFIND's body; an empty one asks for all properties.

    Raises:
        PropfindError: It is no well-formed XML, declares entities, or is no propfind element.
    """
    if not body.strip():
        return Propfind()
    try:
        root = fromstring(body)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise PropfindError("no well-formed XML") from error
    kinds = [asked for asked in Asked if root.find(f"{_DAV}{asked.value}") is not None]
    if root.tag != f"{_DAV}propfind" or len(kinds) != 1:
        raise PropfindError("no propfind with one of allprop, propname and prop")
    prop: Element | None = root.find(f"{_DAV}prop")
    return Propfind(kinds[0], tuple(dict.fromkeys(child.tag for child in prop)) if prop is not None else ())


def multistatus(propfind: Propfind, resources: Iterable[tuple[str, Resource]]) -> bytes:
    """Write the answer.

    Args:
        propfind: What was asked.
        resources: Each resource with its URL.
    """
    responses = "".join(_response(propfind, href, resource) for href, resource in resources)
    return f'{_DECLARATION}<a:multistatus xmlns:a="DAV:">{responses}</a:multistatus>'.encode()


def _response(propfind: Propfind, href: str, resource: Resource) -> str:
    own = _properties(resource)
    if propfind.asked is Asked.NAMES:
        found, missing = [_element(name) for name in own], []
    else:
        names = propfind.names if propfind.asked is Asked.NAMED else tuple(own)
        found = [_element(name, own[name]) for name in names if name in own]
        missing = [_element(name) for name in names if name not in own]
    groups = _propstat(found, "200 OK") + _propstat(missing, "404 Resource Not Found")
    return f"<a:response><a:href>{escape(href)}</a:href>{groups or _propstat([''], '200 OK')}</a:response>"


def _propstat(elements: list[str], status: str) -> str:
    if not elements:
        return ""
    return f"<a:propstat><a:status>HTTP/1.1 {status}</a:status><a:prop>{''.join(elements)}</a:prop></a:propstat>"


def _properties(resource: Resource) -> dict[str, str]:
    """Give a resource's properties as XML content, by name in ElementTree's form."""
    properties = {
        "creationdate": resource.created.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "displayname": escape(resource.name),
        "getetag": escape(resource.etag),
        "getlastmodified": format_datetime(resource.created, usegmt=True),
        "resourcetype": "<a:collection/>" if resource.is_collection else "",
    }
    if not resource.is_collection:
        properties |= {"getcontentlength": str(len(resource.content)), "getcontenttype": "message/rfc822"}
    return {f"{_DAV}{name}": content for name, content in sorted(properties.items())}


def _element(name: str, content: str = "") -> str:
    """Write an element in its own namespace; a name without one stands in none, as no default one is declared."""
    namespace, _, local = name[1:].partition("}") if name.startswith("{") else ("", "", name)
    if namespace == "DAV:":
        tag, declaration = f"a:{local}", ""
    elif namespace:
        tag, declaration = f"b:{local}", f' xmlns:b="{escape(namespace)}"'
    else:
        tag, declaration = local, ""
    return f"<{tag}{declaration}>{content}</{tag}>" if content else f"<{tag}{declaration}/>"

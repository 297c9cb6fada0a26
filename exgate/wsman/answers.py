"""WS-Management's answers, from XML to plain values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from xml.etree.ElementTree import Element, ParseError, fromstring

from defusedxml import DefusedXmlException
from defusedxml import ElementTree as SafeElementTree

from exgate.wsman import names
from exgate.wsman.errors import Fault, ProtocolError

Value = str | None | tuple["Value", ...] | Mapping[str, "Value"]
"""Text, ``xsi:nil`` as None, repeated elements as a tuple, an embedded object as a mapping."""
Item = Mapping[str, Value]
"""A WMI object or a method's output parameters: values by property name."""

_DEEPEST = 16
"""Levels of embedded objects; IIS's have one."""
_DMTF = re.compile(r"(\d{14})\.(\d{6})([+-]\d{3})")
_PLAIN = re.compile(
    rb"""(?:\xef\xbb\xbf)?(?:<\?xml version=["']1\.0["'](?: encoding=["'][Uu][Tt][Ff]-8["'])?\s*\?>\s*)?<[A-Za-z]"""
)
"""XML that is UTF-8 by its beginning, so that its octets mean what they look like."""
_INTEGER = re.compile(r"-?[0-9]{1,20}")
_NIL = f"{{{names.XSI}}}nil"


@dataclass(frozen=True, slots=True)
class Batch:
    """Items of one EnumerateResponse or PullResponse.

    Attributes:
        items: In the server's order.
        context: The EnumerationContext to pull with, or None at the end of the sequence.
    """

    items: tuple[Item, ...]
    context: str | None


def parse_body(data: bytes) -> Element:
    """Give the SOAP body of an answer.

    Raises:
        ProtocolError: It is no SOAP envelope, or one with a DTD (entities are never expanded).
    """
    try:
        root = _parse(data)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        message = f"the answer is not XML that can be read: {type(error).__name__}"
        raise ProtocolError(message) from None
    body = root.find(f"{{{names.SOAP}}}Body") if root.tag == f"{{{names.SOAP}}}Envelope" else None
    if body is None:
        message = "the answer is XML, but no SOAP envelope"
        raise ProtocolError(message)
    return body


def _parse(data: bytes) -> Element:
    """Parse XML without a DTD.

    A parser that refuses one is slow, because it is Python's; where the octets show that there is none, Python's own
    is as safe: an entity that nobody declares is an error to it.
    """
    if _PLAIN.match(data) and b"<!" not in data:
        return fromstring(data)  # noqa: S314 - without "<!" there is no DTD
    return SafeElementTree.fromstring(data, forbid_dtd=True)


def parse_fault(body: Element) -> Fault | None:
    """Give the fault in a SOAP body, or None when there is none."""
    fault = body.find(f"{{{names.SOAP}}}Fault")
    if fault is None:
        return None
    path = {"s": names.SOAP, "f": names.WSMAN_FAULT}
    details = fault.findall(".//f:WSManFault", path)
    codes = (integer(detail.get("Code")) for detail in details)
    code = next((number for number in codes if number is not None), None)
    subcode = fault.findtext("s:Code/s:Subcode/s:Value", "", path).strip().rpartition(":")[2]
    texts = [" ".join("".join(message.itertext()).split()) for message in fault.findall(".//f:Message", path)]
    reason = " ".join(fault.findtext("s:Reason/s:Text", "", path).split())
    return Fault(code, subcode, next((text for text in reversed(texts) if text), reason) or "no reason given")


def parse_items(body: Element, context: str | None = None) -> Batch:
    """Read an EnumerateResponse or a PullResponse.

    Items of a WQL query with a property list come as ``w:XmlFragment``, those of ``select *`` as typed elements;
    both are read alike.

    Args:
        body: The answer's body.
        context: The context that was pulled with; it goes on to be good where a PullResponse names none
            (WS-Enumeration 3.2).

    Raises:
        ProtocolError: The body holds neither response, or one that neither ends nor goes on.
    """
    response = next(iter(body), None)
    if response is None or local_name(response) not in {"EnumerateResponse", "PullResponse"}:
        message = (
            f"an EnumerateResponse was expected, not {local_name(response) if response is not None else 'nothing'}"
        )
        raise ProtocolError(message)
    items: list[Item] = []
    ended = False
    for child in response:
        name = local_name(child)
        if name == "Items":
            items.extend(parse_item(element) for element in child)
        elif name == "EnumerationContext":
            context = (child.text or "").strip() or context
        elif name == "EndOfSequence":
            ended = True
    if not ended and context is None:
        raise ProtocolError("an enumeration neither ends nor goes on")
    return Batch(tuple(items), None if ended else context)


def parse_item(element: Element) -> Item:
    """Read one WMI object: its properties by local name.

    Raises:
        ProtocolError: It is nested more deeply than any WMI object.
    """
    return _properties(element, 0)


def _properties(element: Element, depth: int) -> Item:
    if depth > _DEEPEST:
        raise ProtocolError("an object is nested too deeply")
    values: dict[str, list[Value]] = {}
    for child in element:
        values.setdefault(local_name(child), []).append(_value(child, depth))
    return {name: tuple(found) if len(found) > 1 else found[0] for name, found in values.items()}


def local_name(element: Element) -> str:
    """Give an element's name without its namespace."""
    return element.tag.rpartition("}")[2]


def values_of(item: Item, name: str) -> tuple[Value, ...]:
    """Give an array property; its elements are repeated, so that one looks like a scalar and none like null."""
    value = item.get(name)
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)


def integer(value: Value) -> int | None:
    """Give a property's integer, or None when it holds none: null, text, a number that no WMI type has."""
    return int(value) if isinstance(value, str) and _INTEGER.fullmatch(value) else None


def moment(value: Value) -> datetime | None:
    """Give a property's date and time with its offset from UTC, or None when it holds none.

    WS-Management writes it as XML Schema's dateTime (DSP0230 5.3), WMI itself as DMTF's
    ``20260302043012.000000-480``, whose offset is in minutes (DSP0004 5.2.4).
    """
    if not isinstance(value, str):
        return None
    dmtf = _DMTF.fullmatch(value)
    try:
        if dmtf:
            offset = timezone(timedelta(minutes=int(dmtf[3])))
            found = datetime.strptime(dmtf[1], "%Y%m%d%H%M%S").replace(tzinfo=offset)
        else:
            found = datetime.fromisoformat(value)
        # At both ends of the calendar a local time may have no time in UTC.
        found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return found if found.tzinfo else None


def _value(element: Element, depth: int) -> Value:
    if element.get(_NIL) in {"true", "1"}:
        return None
    if len(element) == 0:
        return element.text or ""
    if len(element) == 1 and local_name(element[0]) == "Datetime":
        return element[0].text or ""
    return _properties(element, depth + 1)

"""SOAP envelopes: a request is parsed, an answer or a fault is written in the shape Server 2003 writes it."""

from __future__ import annotations

import html
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from exgate.lab import faults
from exgate.lab.namespaces import (
    ADDRESSING,
    ANONYMOUS,
    ENUMERATION,
    EVENTING,
    FAULT,
    IDENTIFY,
    IDENTITIES,
    MICROSOFT_WSMAN,
    SHELL,
    SOAP,
    TRANSFER,
    WSMAN,
)

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

SERVER_ENVELOPE_LIMIT = 150 * 1024
"""MaxEnvelopeSizekb, 150 by default with WinRM 2.0; in octets."""

_PREFIXES = (
    ("s", SOAP),
    ("a", ADDRESSING),
    ("x", TRANSFER),
    ("e", EVENTING),
    ("n", ENUMERATION),
    ("w", WSMAN),
    ("p", MICROSOFT_WSMAN),
    ("rsp", SHELL),
)
_OPENING = '<s:Envelope xml:lang="en-US" ' + " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in _PREFIXES) + ">"


def escape(text: str) -> str:
    """Escape text for an XML element or a quoted attribute."""
    return html.escape(text, quote=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A parsed WS-Management request.

    Attributes:
        action: wsa:Action, or ``Identify``.
        message_id: wsa:MessageID as sent, empty for Identify.
        resource_uri: wsman:ResourceURI without a query part, empty when there is none.
        selectors: wsman:SelectorSet by name.
        options: wsman:OptionSet by name.
        max_envelope_size: Octets, never more than the server's own limit.
        body: The first element of the body, None when it is empty.
    """

    action: str
    message_id: str
    resource_uri: str
    selectors: Mapping[str, str]
    options: Mapping[str, str]
    max_envelope_size: int
    body: Element | None


def parse_request(data: bytes) -> Request:
    """Parse an envelope.

    Raises:
        Fault: It is no XML, no SOAP envelope, or lacks the action or the message's identifier.
    """
    try:
        envelope = fromstring(data)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise faults.invalid_xml() from error
    body = envelope.find(f"{{{SOAP}}}Body")
    if envelope.tag != f"{{{SOAP}}}Envelope" or body is None:
        raise faults.invalid_xml()
    content = next(iter(body), None)
    if content is not None and content.tag in {f"{{{namespace}}}Identify" for namespace in IDENTITIES}:
        return Request(
            action=IDENTIFY,
            message_id="",
            resource_uri="",
            selectors={},
            options={},
            max_envelope_size=SERVER_ENVELOPE_LIMIT,
            body=content,
        )
    header = envelope.find(f"{{{SOAP}}}Header")
    action = _text(header, f"{{{ADDRESSING}}}Action")
    message_id = _text(header, f"{{{ADDRESSING}}}MessageID")
    if header is None or not action or not message_id:
        raise faults.missing_header()
    uri, _, query = _text(header, f"{{{WSMAN}}}ResourceURI").partition("?")
    selectors = dict(part.split("=", 1) for part in query.split("+") if "=" in part)
    selectors.update(_named(header, "SelectorSet", "Selector"))
    return Request(
        action=action,
        message_id=message_id,
        resource_uri=uri,
        selectors=selectors,
        options=_named(header, "OptionSet", "Option"),
        max_envelope_size=_envelope_size(_text(header, f"{{{WSMAN}}}MaxEnvelopeSize")),
        body=content,
    )


def _text(parent: Element | None, path: str) -> str:
    return (parent.findtext(path) or "").strip() if parent is not None else ""


def _named(header: Element, collection: str, member: str) -> dict[str, str]:
    path = f"{{{WSMAN}}}{collection}/{{{WSMAN}}}{member}"
    return {element.get("Name", ""): element.text or "" for element in header.iterfind(path)}


def _envelope_size(text: str) -> int:
    return min(int(text), SERVER_ENVELOPE_LIMIT) if text.isdecimal() else SERVER_ENVELOPE_LIMIT


def new_identifier() -> str:
    """Give a random UUID (RFC 9562, version 4) as Windows writes it, upper case."""
    octets = bytearray(os.urandom(16))
    octets[6] = octets[6] & 0x0F | 0x40
    octets[8] = octets[8] & 0x3F | 0x80
    digits = octets.hex().upper()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def envelope(action: str, relates_to: str, body: str) -> bytes:
    """Write an answer with the headers that Windows sends: Action, MessageID, To, RelatesTo."""
    related = f"<a:RelatesTo>{escape(relates_to)}</a:RelatesTo>" if relates_to else ""
    return (
        f"{_OPENING}<s:Header><a:Action>{escape(action)}</a:Action>"
        f"<a:MessageID>uuid:{new_identifier()}</a:MessageID><a:To>{ANONYMOUS}</a:To>{related}</s:Header>"
        f"<s:Body>{body}</s:Body></s:Envelope>"
    ).encode()


def identify_response(namespace: str, product_version: str) -> bytes:
    """Write the answer to Identify (DSP0226, 11), in the namespace that was asked with."""
    return (
        f'<s:Envelope xml:lang="en-US" xmlns:s="{SOAP}"><s:Header/><s:Body>'
        f'<wsmid:IdentifyResponse xmlns:wsmid="{namespace}">'
        f"<wsmid:ProtocolVersion>{WSMAN}</wsmid:ProtocolVersion>"
        "<wsmid:ProductVendor>Microsoft Corporation</wsmid:ProductVendor>"
        f"<wsmid:ProductVersion>{product_version}</wsmid:ProductVersion>"
        "</wsmid:IdentifyResponse></s:Body></s:Envelope>"
    ).encode()


def fault_envelope(fault: faults.FaultDetail, relates_to: str, machine: str) -> bytes:
    """Write a fault as Server 2003 does, with the provider's fault inside when the WMI plug-in raised it."""
    message = escape(fault.reason)
    if fault.provider_text is not None:
        message = (
            '<f:ProviderFault provider="WMIv1 plugin for Windows Remote Management " '
            'path="%systemroot%\\system32\\WsmWmiPl.dll">'
            f'<f:WSManFault xmlns:f="{FAULT}" Code="{fault.code}" Machine="{escape(machine)}" xml:lang="en-US">'
            f"<f:Message>{escape(fault.provider_text)}</f:Message></f:WSManFault></f:ProviderFault>"
        )
    return envelope(
        fault.action,
        relates_to,
        f"<s:Fault><s:Code><s:Value>{fault.value}</s:Value><s:Subcode><s:Value>{fault.subcode}</s:Value></s:Subcode>"
        f'</s:Code><s:Reason><s:Text xml:lang="en-US">{escape(fault.reason)}</s:Text></s:Reason><s:Detail>'
        f'<f:WSManFault xmlns:f="{FAULT}" Code="{fault.code}" Machine="{escape(machine)}">'
        f"<f:Message>{message}</f:Message></f:WSManFault></s:Detail></s:Fault>",
    )

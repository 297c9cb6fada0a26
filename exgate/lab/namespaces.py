"""The XML namespaces, action URIs and resource URIs of Windows' WS-Management ([MS-WSMV] 2.2.1, DSP0226)."""

from __future__ import annotations

SOAP = "http://www.w3.org/2003/05/soap-envelope"
ADDRESSING = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer"
ENUMERATION = "http://schemas.xmlsoap.org/ws/2004/09/enumeration"
EVENTING = "http://schemas.xmlsoap.org/ws/2004/08/eventing"
WSMAN = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
MICROSOFT_WSMAN = "http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd"
FAULT = "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault"
SHELL = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
CONFIG = "http://schemas.microsoft.com/wbem/wsman/1/config"
CIM_COMMON = "http://schemas.dmtf.org/wbem/wscim/1/common"
SCHEMA_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"

IDENTITIES = (
    "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd",
    "http://schemas.dmtf.org/wbem/wsman/identify/1/wsmanidentity.xsd",
)
"""The namespace of Identify: DSP0226's and the one that several clients send."""

ANONYMOUS = f"{ADDRESSING}/role/anonymous"

ENUMERATE = f"{ENUMERATION}/Enumerate"
PULL = f"{ENUMERATION}/Pull"
RELEASE = f"{ENUMERATION}/Release"
GET = f"{TRANSFER}/Get"
CREATE = f"{TRANSFER}/Create"
DELETE = f"{TRANSFER}/Delete"

WQL_DIALECT = "http://schemas.microsoft.com/wbem/wsman/1/WQL"
SELECTOR_DIALECT = "http://schemas.dmtf.org/wbem/wsman/1/wsman/SelectorFilter"

WMI = "http://schemas.microsoft.com/wbem/wsman/1/wmi"
CIM_SCHEMA = "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2"
CMD_SHELL = f"{SHELL}/cmd"
COMMAND_STATE = f"{SHELL}/CommandState"

IDENTIFY = "Identify"
"""Identify has no action URI (DSP0226, 11); the record counts it under this name."""

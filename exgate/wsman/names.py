"""The names of WS-Management: actions, namespaces, resource URIs ([MS-WSMV] 2.2.1, 2.2.2; DSP0226)."""

from __future__ import annotations

SOAP = "http://www.w3.org/2003/05/soap-envelope"
ADDRESSING = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
ENUMERATION = "http://schemas.xmlsoap.org/ws/2004/09/enumeration"
TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer"
WSMAN = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
WSMAN_FAULT = "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault"
IDENTITY = "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"
SHELL = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
XSI = "http://www.w3.org/2001/XMLSchema-instance"

ENUMERATE = f"{ENUMERATION}/Enumerate"
PULL = f"{ENUMERATION}/Pull"
RELEASE = f"{ENUMERATION}/Release"
GET = f"{TRANSFER}/Get"
SHELL_CREATE = f"{TRANSFER}/Create"
SHELL_DELETE = f"{TRANSFER}/Delete"
SHELL_COMMAND = f"{SHELL}/Command"
SHELL_RECEIVE = f"{SHELL}/Receive"
SHELL_SIGNAL = f"{SHELL}/Signal"
TERMINATE = f"{SHELL}/signal/terminate"
COMMAND_DONE = f"{SHELL}/CommandState/Done"

CMD_SHELL = f"{SHELL}/cmd"
WQL = "http://schemas.microsoft.com/wbem/wsman/1/WQL"
_WMI = "http://schemas.microsoft.com/wbem/wsman/1/wmi"


def wmi_resource(namespace: str, class_name: str = "*") -> str:
    r"""Give the resource URI of a WMI class; ``*`` is any class, chosen by a WQL filter.

    Args:
        namespace: For example ``root\cimv2`` or ``root/cimv2``.
        class_name: For example ``StdRegProv``.
    """
    return f"{_WMI}/{namespace.replace(chr(92), '/')}/{class_name}"

"""WS-Management's messages, built on pywinrm's standard header."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from winrm.protocol import Protocol

from exgate.wsman import names

MAX_ELEMENTS = 32000
"""Items in one answer, MaxBatchItems of WinRM 2.0: without it Windows answers one item a Pull."""

_PLACE = "\0"
_END_OF_HEADER = "</env:Header><env:Body>"
_FRAMES: dict[tuple[str, str], tuple[str, str, str]] = {}
"""By action and resource: there are few of them, and every message of a kind has the same."""
_OUTPUT_STREAMS = "stdout stderr"


def identify() -> str:
    """Build DSP0226's Identify: it has no header at all."""
    return _unparse(
        {
            "env:Envelope": {
                "@xmlns:env": names.SOAP,
                "@xmlns:wsmid": names.IDENTITY,
                "env:Header": None,
                "env:Body": {"wsmid:Identify": None},
            }
        }
    )


def enumerate_wql(protocol: Protocol, namespace: str, query: str, most: int | None = None) -> str:
    """Build an optimized Enumerate of a WQL query (DSP0226 8.2.3; MaxElements: 8.2.4)."""
    body = {
        "n:Enumerate": {
            "w:OptimizeEnumeration": None,
            "w:MaxElements": str(most or MAX_ELEMENTS),
            "w:Filter": {"@Dialect": names.WQL, "#text": query},
        }
    }
    return _message(protocol, names.ENUMERATE, names.wmi_resource(namespace), body)


def pull(protocol: Protocol, namespace: str, context: str, most: int | None = None) -> str:
    """Build a Pull of the next items."""
    body = {"n:Pull": {"n:EnumerationContext": context, "n:MaxElements": str(most or MAX_ELEMENTS)}}
    return _message(protocol, names.PULL, names.wmi_resource(namespace), body)


def release(protocol: Protocol, namespace: str, context: str) -> str:
    """Build a Release of an enumeration that is not wanted any more."""
    return _message(
        protocol, names.RELEASE, names.wmi_resource(namespace), {"n:Release": {"n:EnumerationContext": context}}
    )


def get(protocol: Protocol, namespace: str, class_name: str, selectors: Mapping[str, str]) -> str:
    """Build a Get of one instance by its keys."""
    selector_set = {"w:Selector": [{"@Name": name, "#text": value} for name, value in selectors.items()]}
    return _message(
        protocol, names.GET, names.wmi_resource(namespace, class_name), None, {"w:SelectorSet": selector_set}
    )


def invoke(protocol: Protocol, namespace: str, class_name: str, method: str, arguments: Mapping[str, str]) -> str:
    """Build the call of a WMI class's static method ([MS-WSMV] 3.1.4.11)."""
    resource = names.wmi_resource(namespace, class_name)
    inputs: dict[str, Any] = {"@xmlns:m": resource}
    inputs |= {f"m:{name}": value for name, value in arguments.items()}
    return _message(protocol, f"{resource}/{method}", resource, {f"m:{method}_INPUT": inputs})


def create_shell(protocol: Protocol) -> str:
    """Build the creation of a command shell without a user profile ([MS-WSMV] 3.1.4.5.2)."""
    body = {"rsp:Shell": {"rsp:InputStreams": "stdin", "rsp:OutputStreams": _OUTPUT_STREAMS}}
    return _message(
        protocol,
        names.SHELL_CREATE,
        names.CMD_SHELL,
        body,
        _options({"WINRS_NOPROFILE": "TRUE", "WINRS_CODEPAGE": "437"}),
    )


def run_command(protocol: Protocol, shell: str, command: str) -> str:
    """Build the start of a command line in a shell ([MS-WSMV] 3.1.4.11)."""
    options = _options({"WINRS_CONSOLEMODE_STDIN": "TRUE", "WINRS_SKIP_CMD_SHELL": "FALSE"})
    return _shell_message(protocol, names.SHELL_COMMAND, shell, {"rsp:CommandLine": {"rsp:Command": command}}, options)


def receive(protocol: Protocol, shell: str, command: str) -> str:
    """Build the request for the next output of a command ([MS-WSMV] 3.1.4.14)."""
    body = {"rsp:Receive": {"rsp:DesiredStream": {"@CommandId": command, "#text": _OUTPUT_STREAMS}}}
    return _shell_message(protocol, names.SHELL_RECEIVE, shell, body)


def terminate(protocol: Protocol, shell: str, command: str) -> str:
    """Build the signal that ends a command ([MS-WSMV] 3.1.4.12)."""
    body = {"rsp:Signal": {"@CommandId": command, "rsp:Code": names.TERMINATE}}
    return _shell_message(protocol, names.SHELL_SIGNAL, shell, body)


def delete_shell(protocol: Protocol, shell: str) -> str:
    """Build the deletion of a shell ([MS-WSMV] 3.1.4.4)."""
    return _shell_message(protocol, names.SHELL_DELETE, shell, None)


def _options(options: Mapping[str, str]) -> dict[str, Any]:
    return {"w:OptionSet": {"w:Option": [{"@Name": name, "#text": value} for name, value in options.items()]}}


def _shell_message(
    protocol: Protocol, action: str, shell: str, body: Mapping[str, Any] | None, header: Mapping[str, Any] | None = None
) -> str:
    selector = {"w:SelectorSet": {"w:Selector": {"@Name": "ShellId", "#text": shell}}}
    return _message(protocol, action, names.CMD_SHELL, body, selector | dict(header or {}))


def _message(
    protocol: Protocol,
    action: str,
    resource: str,
    body: Mapping[str, Any] | None,
    header: Mapping[str, Any] | None = None,
) -> str:
    start, middle, rest = _frame(protocol, action, resource)
    timeout = f"PT{int(protocol.operation_timeout_sec)}S"
    more = "".join(_elements(header or {}))
    content = "".join(_elements(body or {}))
    return f"{start}{uuid.uuid4()}{middle}{timeout}{rest}{more}{_END_OF_HEADER}{content}</env:Body></env:Envelope>"


def _frame(protocol: Protocol, action: str, resource: str) -> tuple[str, str, str]:
    """Give what pywinrm writes around the message's number and its time, up to the header's end."""
    found = _FRAMES.get((action, resource))
    if found:
        return found
    envelope = protocol.build_wsman_header(action, resource, message_id=_PLACE)
    envelope["env:Header"]["w:OperationTimeout"] = _PLACE
    envelope["env:Body"] = None
    start, middle, rest = _unparse({"env:Envelope": envelope}).partition(_END_OF_HEADER)[0].split(_PLACE)
    _FRAMES[action, resource] = start, middle, rest
    return start, middle, rest


def _unparse(document: Mapping[str, Any]) -> str:
    """Write what xmltodict.unparse writes, for the documents that pywinrm's headers and ours are."""
    return '<?xml version="1.0" encoding="utf-8"?>\n' + "".join(_elements(document))


def _elements(document: Mapping[str, Any]) -> Iterator[str]:
    for name, content in document.items():
        for each in content if isinstance(content, list) else (content,):
            if isinstance(each, Mapping):
                attributes = "".join(f" {key[1:]}={quoteattr(value)}" for key, value in each.items() if key[0] == "@")
                children = {key: value for key, value in each.items() if key[0] not in "@#"}
                yield f"<{name}{attributes}>{escape(each.get('#text', ''))}{''.join(_elements(children))}</{name}>"
            else:
                yield f"<{name}>{escape(each or '')}</{name}>"

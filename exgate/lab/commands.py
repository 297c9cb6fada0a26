"""The commands that a lab server's cmd.exe knows, with the output of Server 2003 in English."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from exgate.lab.definition import ServerDefinition

_METABASE_PATH = r"c:\windows\system32\inetsrv\metabase.xml"
_NOT_RECOGNIZED = "'{}' is not recognized as an internal or external command,\r\noperable program or batch file.\r\n"
_FILE_NOT_FOUND = "The system cannot find the file specified.\r\n"
_VARIABLE = re.compile(r"%([^%]+)%")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Output:
    """What a command wrote and how it ended."""

    stdout: bytes
    stderr: bytes
    exit_code: int


def run(definition: ServerDefinition, line: str, environment: Mapping[str, str]) -> Output:
    """Run a command line; nothing is executed, the answers are made up from the definition."""
    variables = {
        "COMPUTERNAME": definition.computer_name,
        "ComSpec": r"C:\WINDOWS\system32\cmd.exe",
        "OS": "Windows_NT",
        "SystemDrive": "C:",
        "SystemRoot": r"C:\WINDOWS",
        "USERDOMAIN": "LAB",
        "windir": r"C:\WINDOWS",
    } | dict(environment)
    expanded = _expand(line, variables)
    name, _, rest = expanded.strip().partition(" ")
    known: dict[str, Callable[[], Output]] = {
        "type": lambda: _type(definition, rest.strip().strip('"')),
        "echo": lambda: _text(f"{rest}\r\n"),
        "hostname": lambda: _text(f"{definition.computer_name.lower()}\r\n"),
        "ver": lambda: _text("\r\nMicrosoft Windows [Version 5.2.3790]\r\n"),
        "set": lambda: _text("".join(f"{key}={value}\r\n" for key, value in sorted(variables.items(), key=_name))),
        "ipconfig": lambda: _text(_ipconfig(definition, everything="/all" in rest.lower())),
    }
    command = known.get(name.lower().removesuffix(".exe"))
    return command() if command else Output(b"", _NOT_RECOGNIZED.format(name).encode("cp437", "replace"), 1)


def _name(item: tuple[str, str]) -> str:
    return item[0].lower()


def _expand(line: str, variables: Mapping[str, str]) -> str:
    known = {name.lower(): value for name, value in variables.items()}
    return _VARIABLE.sub(lambda match: known.get(match[1].lower(), match[0]), line)


def _text(text: str) -> Output:
    return Output(text.encode("utf-8"), b"", 0)


def _type(definition: ServerDefinition, path: str) -> Output:
    if path.lower() != _METABASE_PATH:
        return Output(b"", _FILE_NOT_FOUND.encode("ascii"), 1)
    text = definition.metabase_xml.replace("\n", "\r\n")
    return Output(_BYTE_ORDER_MARK + text.encode("utf-8"), b"", 0)


def _ipconfig(definition: ServerDefinition, *, everything: bool) -> str:
    lines = ["", "Windows IP Configuration", ""]
    if everything:
        lines += [
            f"   Host Name . . . . . . . . . . . . : {definition.computer_name.lower()}",
            f"   Primary Dns Suffix  . . . . . . . : {definition.dns_domain}",
            "   Node Type . . . . . . . . . . . . : Unknown",
            "   IP Routing Enabled. . . . . . . . : No",
            "   WINS Proxy Enabled. . . . . . . . : No",
        ]
    lines += [
        "",
        "Ethernet adapter Local Area Connection:",
        "",
        f"   Connection-specific DNS Suffix  . : {definition.dns_domain}",
        *(f"   IP Address. . . . . . . . . . . . : {address}" for address in definition.addresses),
        "   Subnet Mask . . . . . . . . . . . : 255.255.255.0",
        f"   Default Gateway . . . . . . . . . : {definition.addresses[0].rpartition('.')[0]}.1",
        "",
    ]
    return "\r\n".join(lines)

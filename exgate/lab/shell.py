"""The command shell ``windows/shell/cmd`` ([MS-WSMV] 3.1.4): create, command, receive, send, signal, delete."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from exgate.lab import faults
from exgate.lab.commands import Output, run
from exgate.lab.namespaces import CMD_SHELL, COMMAND_STATE, CREATE, DELETE, GET, SHELL
from exgate.lab.soap import Request, envelope

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from exgate.lab.definition import ServerDefinition

MAX_SHELLS_PER_USER = 5
"""WinRM 2.0's default quota; the lab has one user."""

_RECEIVE_SIZE = 48 * 1024
"""Octets of one stream in one answer, so that base64 and the envelope stay below 150 KB."""


@dataclass(slots=True)
class _Command:
    """A command whose output is handed out piece by piece."""

    output: Output
    sent: int = 0


@dataclass(slots=True)
class _Shell:
    """A shell with its environment and its commands."""

    environment: dict[str, str]
    commands: dict[str, _Command] = field(default_factory=dict)


@dataclass(slots=True)
class Shells:
    """The command shells of one server."""

    definition: ServerDefinition
    address: str
    _open: dict[str, _Shell] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self._open)

    def handle(self, request: Request) -> bytes:
        """Answer any request on the shell's resource.

        Raises:
            Fault: No shell is offered, the quota is used up, or the shell or command is not known.
        """
        operations: dict[str, Callable[[Request], bytes]] = {
            CREATE: self._create,
            DELETE: self._delete,
            GET: self._get,
            f"{SHELL}/Command": self._command,
            f"{SHELL}/Receive": self._receive,
            f"{SHELL}/Send": self._send,
            f"{SHELL}/Signal": self._signal,
        }
        if request.action not in operations:
            raise faults.action_not_supported()
        return operations[request.action](request)

    def _create(self, request: Request) -> bytes:
        behaviour = self.definition.behaviour
        if not behaviour.shell_offered:
            raise faults.access_denied()
        if behaviour.shell_quota_exceeded or len(self._open) >= MAX_SHELLS_PER_USER:
            raise faults.shell_quota_exceeded()
        identifier = _new_id()
        variables = request.body.iter(f"{{{SHELL}}}Variable") if request.body is not None else ()
        self._open[identifier] = _Shell({variable.get("Name", ""): variable.text or "" for variable in variables})
        return envelope(
            f"{CREATE}Response",
            request.message_id,
            f"<x:ResourceCreated><a:Address>{self.address}</a:Address><a:ReferenceParameters>"
            f'<w:ResourceURI>{CMD_SHELL}</w:ResourceURI><w:SelectorSet><w:Selector Name="ShellId">{identifier}'
            "</w:Selector></w:SelectorSet></a:ReferenceParameters></x:ResourceCreated>",
        )

    def _delete(self, request: Request) -> bytes:
        identifier, _ = self._shell(request)
        del self._open[identifier]
        return envelope(f"{DELETE}Response", request.message_id, "")

    def _get(self, request: Request) -> bytes:
        identifier, _ = self._shell(request)
        return envelope(
            f"{GET}Response",
            request.message_id,
            f"<rsp:Shell><rsp:ShellId>{identifier}</rsp:ShellId><rsp:ResourceUri>{CMD_SHELL}</rsp:ResourceUri>"
            "<rsp:InputStreams>stdin</rsp:InputStreams><rsp:OutputStreams>stdout stderr</rsp:OutputStreams>"
            "</rsp:Shell>",
        )

    def _command(self, request: Request) -> bytes:
        _, shell = self._shell(request)
        body = _body(request)
        command = body.findtext(f"{{{SHELL}}}Command") or ""
        arguments = [element.text or "" for element in body.iterfind(f"{{{SHELL}}}Arguments")]
        identifier = _new_id()
        shell.commands[identifier] = _Command(run(self.definition, " ".join((command, *arguments)), shell.environment))
        return envelope(
            f"{SHELL}/CommandResponse",
            request.message_id,
            f"<rsp:CommandResponse><rsp:CommandId>{identifier}</rsp:CommandId></rsp:CommandResponse>",
        )

    def _receive(self, request: Request) -> bytes:
        _, shell = self._shell(request)
        desired = _body(request).find(f"{{{SHELL}}}DesiredStream")
        identifier, command = _find_command(shell, desired)
        output = command.output
        piece = output.stdout[command.sent : command.sent + _RECEIVE_SIZE]
        command.sent += len(piece)
        done = command.sent >= len(output.stdout)
        streams = _stream(identifier, "stdout", piece)
        state = f'<rsp:CommandState CommandId="{identifier}" State="{COMMAND_STATE}/Running"/>'
        if done:
            streams += (
                _stream(identifier, "stderr", output.stderr) + _end(identifier, "stdout") + _end(identifier, "stderr")
            )
            state = (
                f'<rsp:CommandState CommandId="{identifier}" State="{COMMAND_STATE}/Done">'
                f"<rsp:ExitCode>{output.exit_code}</rsp:ExitCode></rsp:CommandState>"
            )
        return envelope(
            f"{SHELL}/ReceiveResponse",
            request.message_id,
            f"<rsp:ReceiveResponse>{streams}{state}</rsp:ReceiveResponse>",
        )

    def _send(self, request: Request) -> bytes:
        """Take input; no command of the lab reads it."""
        _, shell = self._shell(request)
        _find_command(shell, _body(request).find(f"{{{SHELL}}}Stream"))
        return envelope(f"{SHELL}/SendResponse", request.message_id, "<rsp:SendResponse/>")

    def _signal(self, request: Request) -> bytes:
        _, shell = self._shell(request)
        identifier, _ = _find_command(shell, request.body)
        code = _body(request).findtext(f"{{{SHELL}}}Code") or ""
        if code.lower().endswith("/signal/terminate"):
            del shell.commands[identifier]
        return envelope(f"{SHELL}/SignalResponse", request.message_id, "<rsp:SignalResponse/>")

    def _shell(self, request: Request) -> tuple[str, _Shell]:
        identifier = request.selectors.get("ShellId", "").upper()
        if identifier not in self._open:
            raise faults.invalid_selectors()
        return identifier, self._open[identifier]


def _body(request: Request) -> Element:
    if request.body is None:
        raise faults.invalid_parameter()
    return request.body


def _find_command(shell: _Shell, element: Element | None) -> tuple[str, _Command]:
    identifier = element.get("CommandId", "").upper() if element is not None else ""
    if identifier not in shell.commands:
        raise faults.invalid_parameter()
    return identifier, shell.commands[identifier]


def _new_id() -> str:
    return str(uuid.uuid4()).upper()


def _stream(identifier: str, name: str, data: bytes) -> str:
    if not data:
        return ""
    text = base64.b64encode(data).decode("ascii")
    return f'<rsp:Stream Name="{name}" CommandId="{identifier}">{text}</rsp:Stream>'


def _end(identifier: str, name: str) -> str:
    return f'<rsp:Stream Name="{name}" CommandId="{identifier}" End="true"/>'

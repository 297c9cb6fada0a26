"""The command shell, for what WMI cannot read."""

from __future__ import annotations

import base64
import binascii
import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from exgate.wsman import messages, names
from exgate.wsman.answers import integer, local_name
from exgate.wsman.errors import FaultError, ProtocolError, WsmanError
from exgate.wsman.session import Session


@dataclass(frozen=True, slots=True)
class CommandOutput:
    """What a command left behind.

    Attributes:
        stdout: As the command wrote it.
        stderr: As the command wrote it.
        exit_code: Its exit code.
    """

    stdout: bytes
    stderr: bytes
    exit_code: int


def run(session: Session, command: str) -> CommandOutput:
    """Run one command line in a shell of its own, and delete the shell whatever happens.

    Raises:
        WsmanError: The shell or the command could not be had.
    """
    shell = _identifier(session.ask_shell(names.SHELL_CREATE, messages.create_shell), "ShellId")
    try:
        return _run(session, shell, command)
    finally:
        with contextlib.suppress(WsmanError):
            session.ask_shell(names.SHELL_DELETE, lambda protocol: messages.delete_shell(protocol, shell))


def _run(session: Session, shell: str, command: str) -> CommandOutput:
    started = session.ask_shell(names.SHELL_COMMAND, lambda p: messages.run_command(p, shell, command))
    identifier = _identifier(started, "CommandId")
    output: dict[str, list[bytes]] = {"stdout": [], "stderr": []}
    try:
        while True:
            try:
                body = session.ask_shell(names.SHELL_RECEIVE, lambda p: messages.receive(p, shell, identifier))
            except FaultError as error:
                if error.fault.is_operation_timed_out:
                    continue
                raise
            for stream, data in _streams(body):
                output.setdefault(stream, []).append(data)
            exit_code = _exit_code(body)
            if exit_code is not None:
                return CommandOutput(b"".join(output["stdout"]), b"".join(output["stderr"]), exit_code)
    finally:
        with contextlib.suppress(WsmanError):
            session.ask_shell(names.SHELL_SIGNAL, lambda p: messages.terminate(p, shell, identifier))


def _identifier(body: Element, name: str) -> str:
    """Give the ShellId (an element of newer servers, a selector of all) or the CommandId of an answer."""
    for element in body.iter():
        if (local_name(element) == name or element.get("Name") == name) and element.text:
            return element.text
    message = f"the answer holds no {name}"
    raise ProtocolError(message)


def _streams(body: Element) -> Iterator[tuple[str, bytes]]:
    for element in body.iter(f"{{{names.SHELL}}}Stream"):
        try:
            yield element.get("Name", ""), base64.b64decode(element.text or "", validate=True)
        except binascii.Error:
            message = "a command's output is not Base64"
            raise ProtocolError(message) from None


def _exit_code(body: Element) -> int | None:
    """Give the exit code of a command that is done, None of one that runs on."""
    state = next(body.iter(f"{{{names.SHELL}}}CommandState"), None)
    if state is None or state.get("State") != names.COMMAND_DONE:
        return None
    exit_code = integer(state.findtext(f"{{{names.SHELL}}}ExitCode", "").strip())
    if exit_code is None:
        raise ProtocolError("a command ended without an exit code")
    return exit_code

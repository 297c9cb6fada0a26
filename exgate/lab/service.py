"""One server's WS-Management service: a SOAP message in, a SOAP message out, whatever carried it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple

from exgate.lab import faults
from exgate.lab.configuration import Configuration
from exgate.lab.content import Content
from exgate.lab.copy_names import CopyNames
from exgate.lab.definition import ServerDefinition
from exgate.lab.enumeration import Enumerations
from exgate.lab.known_answers import Asked, KnownAnswer, common_form
from exgate.lab.namespaces import CONFIG, ENUMERATE, GET, IDENTIFY, PULL, RELEASE, SHELL
from exgate.lab.record import Record
from exgate.lab.shell import Shells
from exgate.lab.soap import SERVER_ENVELOPE_LIMIT, Request, envelope, fault_envelope, identify_response, parse_request
from exgate.lab.wmi import resource

PRODUCT_VERSION: Final = "OS: 5.2.3790 SP: 2.0 Stack: 2.0"
ANONYMOUS_PRODUCT_VERSION: Final = "OS: 0.0.0 SP: 0.0 Stack: 2.0"
"""What WinRM 2.0 tells of itself before anybody has logged on."""

_REGISTRY_NAMESPACE = "root/default"
_REGISTRY_CLASS = "StdRegProv"


class Answer(NamedTuple):
    """An answer's envelope, and whether it is a fault (HTTP status 500)."""

    data: bytes
    is_fault: bool


@dataclass(frozen=True, slots=True)
class Shared:
    """What copies have in common.

    Attributes:
        content: What their original shows.
        names: What is the copy's own.
    """

    content: Content
    names: CopyNames


class _Handled(NamedTuple):
    """An answer with what the record counts."""

    data: bytes
    action: str
    fault: int | None


class _OneServersAffairError(Exception):
    """A message is about a shell or an open enumeration."""


class Service:
    """The service of one server, with its open enumerations and shells.

    Args:
        definition: The server.
        configuration: What is written for its IIS.
        address: The endpoint's URL.
        record: Where messages are counted.
        shared: What it shares with other copies of the same server, None for a server that is no copy.
    """

    def __init__(
        self,
        definition: ServerDefinition,
        configuration: Configuration,
        address: str,
        record: Record,
        shared: Shared | None = None,
    ) -> None:
        self._record = record
        self._enumerations = Enumerations()
        self.shells = Shells(definition, address)
        self.show(definition, configuration, shared)

    def show(self, definition: ServerDefinition, configuration: Configuration, shared: Shared | None = None) -> None:
        """Show another state of the server; open enumerations and shells go on.

        Args:
            definition: The server.
            configuration: What is written, which is what WMI shows.
            shared: See `Service`.
        """
        self._definition = self.shells.definition = definition
        self._configuration = configuration
        self._shared = shared
        self._own: Content | None = None

    def answer(self, data: bytes, *, logged_on: bool = True) -> Answer:
        """Answer a message; whatever goes wrong is answered as a fault.

        Args:
            data: The envelope.
            logged_on: False for Identify without a log-on, the only message that needs none.
        """
        self._record.messages += 1
        asked = common_form(data) if logged_on else None
        handled = (asked and self._known(asked)) or self._handled(
            self._own_content, data, self._enumerations, logged_on=logged_on
        )
        if handled.action:
            self._record.actions[handled.action] += 1
        if handled.fault is not None:
            self._record.faults[handled.fault] += 1
        return Answer(handled.data, is_fault=handled.fault is not None)

    def refuse_unencrypted(self) -> Answer:
        """Answer a plain message over http where AllowUnencrypted is false; it is not even parsed."""
        fault = faults.access_denied().detail
        self._record.faults[fault.code] += 1
        return Answer(fault_envelope(fault, "", self._definition.computer_name), is_fault=True)

    @property
    def _own_content(self) -> Content:
        if self._own is None:
            self._own = Content(self._definition, self._configuration)
        return self._own

    def _known(self, asked: Asked) -> _Handled | None:
        """Give an answer that holds whoever asks and whenever; None for another one."""
        shared = self._shared
        content = shared.content if shared else self._own_content
        if shared:
            text = shared.names.asked(asked.text)
            if text is None:
                return None
            asked = Asked(text, asked.message_id)
        seen, answer = content.known.find(asked)
        if not seen:
            answer = self._first(content, asked)
        if answer is None:
            return None
        data = answer.envelope(asked.message_id)
        return _Handled(shared.names.told(data) if shared else data, answer.action, answer.fault)

    def _first(self, content: Content, asked: Asked) -> KnownAnswer | None:
        if self._shared and not self._shared.names.are_all_one(asked.text):
            content.known.is_nobodys(asked)
            return None
        try:
            handled = self._handled(content, asked.text, None)
        except _OneServersAffairError:
            content.known.is_nobodys(asked)
            return None
        return content.known.keep(asked, handled.action, handled.fault, handled.data)

    def _handled(
        self, content: Content, data: bytes, enumerations: Enumerations | None, *, logged_on: bool = True
    ) -> _Handled:
        action = message_id = ""
        try:
            request = parse_request(data)
            action, message_id = request.action, request.message_id
            return _Handled(self._handle(content, request, enumerations, logged_on=logged_on), action, None)
        except faults.Fault as fault:
            return _Handled(fault_envelope(fault.detail, message_id, content.computer_name), action, fault.detail.code)

    def _handle(
        self, content: Content, request: Request, enumerations: Enumerations | None, *, logged_on: bool
    ) -> bytes:
        if request.action == IDENTIFY and request.body is not None:
            namespace = request.body.tag.removeprefix("{").partition("}")[0]
            return identify_response(namespace, PRODUCT_VERSION if logged_on else ANONYMOUS_PRODUCT_VERSION)
        if not logged_on:
            raise faults.access_denied()
        about_a_shell = request.resource_uri.lower().startswith(SHELL)
        if enumerations is None and (about_a_shell or request.action in {PULL, RELEASE}):
            raise _OneServersAffairError
        if about_a_shell:
            return self.shells.handle(request)
        opened = Enumerations() if enumerations is None else enumerations
        operations: dict[str, Callable[[Request], bytes]] = {
            ENUMERATE: lambda asked: opened.enumerate(asked, content.wmi.items(asked)),
            PULL: opened.pull,
            RELEASE: opened.release,
            GET: lambda asked: envelope(f"{GET}Response", asked.message_id, _get(content, asked)),
        }
        operation = operations.get(request.action)
        return operation(request) if operation else _invoke(content, request)


def _get(content: Content, request: Request) -> str:
    if request.resource_uri == CONFIG:
        size = SERVER_ENVELOPE_LIMIT // 1024
        return (
            f'<cfg:Config xmlns:cfg="{CONFIG}"><cfg:MaxEnvelopeSizekb>{size}</cfg:MaxEnvelopeSizekb>'
            "<cfg:MaxTimeoutms>60000</cfg:MaxTimeoutms><cfg:MaxBatchItems>32000</cfg:MaxBatchItems></cfg:Config>"
        )
    return content.wmi.get(request)


def _invoke(content: Content, request: Request) -> bytes:
    uri, _, method = request.action.rpartition("/")
    if not request.resource_uri or uri.lower() != request.resource_uri.lower():
        raise faults.action_not_supported()
    namespace, class_name = resource(request)
    if namespace in content.denied:
        raise faults.access_denied()
    if (namespace, class_name.lower()) != (_REGISTRY_NAMESPACE, _REGISTRY_CLASS.lower()):
        raise faults.action_not_supported()
    return content.hives.invoke(request, request.resource_uri, method)

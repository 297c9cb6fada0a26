"""One server's WS-Management service: a SOAP message in, a SOAP message out, whatever carried it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from exgate.lab import cimv2, cimv2_system, faults, iis_wmi
from exgate.lab.configuration import Configuration
from exgate.lab.definition import ServerDefinition
from exgate.lab.enumeration import Enumerations
from exgate.lab.namespaces import CONFIG, ENUMERATE, GET, IDENTIFY, PULL, RELEASE, SHELL
from exgate.lab.record import Record
from exgate.lab.registry import Hives
from exgate.lab.shell import Shells
from exgate.lab.soap import SERVER_ENVELOPE_LIMIT, Request, envelope, fault_envelope, identify_response, parse_request
from exgate.lab.wmi import Wmi, resource

PRODUCT_VERSION: Final = "OS: 5.2.3790 SP: 2.0 Stack: 2.0"
ANONYMOUS_PRODUCT_VERSION: Final = "OS: 0.0.0 SP: 0.0 Stack: 2.0"
"""What WinRM 2.0 tells of itself before anybody has logged on."""

_REGISTRY_NAMESPACE = "root/default"
_REGISTRY_CLASS = "StdRegProv"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer's envelope, and whether it is a fault (HTTP status 500)."""

    data: bytes
    is_fault: bool


class Service:
    """The service of one server, with its open enumerations and shells.

    Args:
        definition: The server.
        configuration: What is written for its IIS.
        address: The endpoint's URL.
        record: Where messages are counted.
    """

    def __init__(
        self, definition: ServerDefinition, configuration: Configuration, address: str, record: Record
    ) -> None:
        self._record = record
        self._enumerations = Enumerations()
        self.shells = Shells(definition, address)
        self.show(definition, configuration)

    def show(self, definition: ServerDefinition, configuration: Configuration) -> None:
        """Show another state of the server; open enumerations and shells go on.

        Args:
            definition: The server.
            configuration: What is written, which is what WMI shows.
        """
        self._definition = self.shells.definition = definition
        self._denied = frozenset(namespace.lower() for namespace in definition.behaviour.denied_namespaces)
        self._hives = Hives(definition.full_registry(), definition.behaviour.denied_registry_keys)
        self._wmi = Wmi(
            {
                cimv2_system.NAMESPACE: cimv2.classes(definition),
                iis_wmi.NAMESPACE.lower(): iis_wmi.classes(configuration),
            },
            self._denied,
        )

    def answer(self, data: bytes, *, logged_on: bool = True) -> Answer:
        """Answer a message; whatever goes wrong is answered as a fault.

        Args:
            data: The envelope.
            logged_on: False for Identify without a log-on, the only message that needs none.
        """
        message_id = ""
        self._record.messages += 1
        try:
            request = parse_request(data)
            message_id = request.message_id
            self._record.actions[request.action] += 1
            return Answer(self._handle(request, logged_on=logged_on), is_fault=False)
        except faults.Fault as fault:
            self._record.faults[fault.detail.code] += 1
            return Answer(fault_envelope(fault.detail, message_id, self._definition.computer_name), is_fault=True)

    def refuse_unencrypted(self) -> Answer:
        """Answer a plain message over http where AllowUnencrypted is false; it is not even parsed."""
        fault = faults.access_denied().detail
        self._record.faults[fault.code] += 1
        return Answer(fault_envelope(fault, "", self._definition.computer_name), is_fault=True)

    def _handle(self, request: Request, *, logged_on: bool) -> bytes:
        if request.action == IDENTIFY and request.body is not None:
            namespace = request.body.tag.removeprefix("{").partition("}")[0]
            return identify_response(namespace, PRODUCT_VERSION if logged_on else ANONYMOUS_PRODUCT_VERSION)
        if not logged_on:
            raise faults.access_denied()
        if request.resource_uri.lower().startswith(SHELL):
            return self.shells.handle(request)
        operations: dict[str, Callable[[Request], bytes]] = {
            ENUMERATE: lambda asked: self._enumerations.enumerate(asked, self._wmi.items(asked)),
            PULL: self._enumerations.pull,
            RELEASE: self._enumerations.release,
            GET: lambda asked: envelope(f"{GET}Response", asked.message_id, self._get(asked)),
        }
        return operations.get(request.action, self._invoke)(request)

    def _get(self, request: Request) -> str:
        if request.resource_uri == CONFIG:
            size = SERVER_ENVELOPE_LIMIT // 1024
            return (
                f'<cfg:Config xmlns:cfg="{CONFIG}"><cfg:MaxEnvelopeSizekb>{size}</cfg:MaxEnvelopeSizekb>'
                "<cfg:MaxTimeoutms>60000</cfg:MaxTimeoutms><cfg:MaxBatchItems>32000</cfg:MaxBatchItems></cfg:Config>"
            )
        return self._wmi.get(request)

    def _invoke(self, request: Request) -> bytes:
        uri, _, method = request.action.rpartition("/")
        if not request.resource_uri or uri.lower() != request.resource_uri.lower():
            raise faults.action_not_supported()
        namespace, class_name = resource(request)
        if namespace in self._denied:
            raise faults.access_denied()
        if (namespace, class_name.lower()) != (_REGISTRY_NAMESPACE, _REGISTRY_CLASS.lower()):
            raise faults.action_not_supported()
        return self._hives.invoke(request, request.resource_uri, method)

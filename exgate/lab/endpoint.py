"""The HTTP side of WS-Management: log-on bound to the connection, sealed and plain messages ([MS-WSMV] 2.2.9)."""

from __future__ import annotations

import asyncio
import base64
import logging
from typing import TYPE_CHECKING, Final

from exgate.lab.basic import is_account
from exgate.lab.http_message import HttpRequest, HttpResponse
from exgate.lab.http_server import Handler
from exgate.lab.ntlm import SEALED_CONTENT_TYPE, Account, LogOn, LogOnRejectedError, SealError
from exgate.lab.service import Answer, Service

if TYPE_CHECKING:
    from exgate.lab.definition import Behaviour
    from exgate.lab.delays import Delays
    from exgate.lab.record import Record

_LOG = logging.getLogger(__name__)
_PATH: Final = "/wsman"
_SERVER: Final = ("Server", "Microsoft-HTTPAPI/1.0")
_SOAP: Final = ("Content-Type", "application/soap+xml;charset=UTF-8")
_SEALED: Final = ("Content-Type", SEALED_CONTENT_TYPE)
_PAGE: Final = ("Content-Type", "text/html; charset=utf-8")
_NOT_FOUND_PAGE: Final = b"<html><head><title>Not Found</title></head><body><h2>Not Found</h2></body></html>"
_OCTET_SECONDS: Final = 1.0
"""The pace of an answer that trickles."""


class Endpoint(Handler):
    """One server's ``/wsman``.

    Args:
        service: What answers the messages.
        account: Who may log on.
        record: Where requests and log-ons are counted.
        computer_name: What the server calls itself.
        dns_domain: The Active Directory domain that it is in.
        behaviour: How the server misbehaves.
        delays: How long answers take.
        allow_unencrypted: WinRM's AllowUnencrypted with Basic: plain SOAP over http is answered.
    """

    def __init__(
        self,
        service: Service,
        account: Account,
        record: Record,
        *,
        computer_name: str,
        dns_domain: str,
        behaviour: Behaviour,
        delays: Delays,
        allow_unencrypted: bool,
    ) -> None:
        self._service = service
        self._account = account
        self._computer_name = computer_name
        self._dns_domain = dns_domain
        self._behaviour = behaviour
        self._record = record
        self._allow_unencrypted = allow_unencrypted
        self._log_ons: dict[asyncio.Transport, LogOn] = {}
        self.delays = delays

    def connected(self, transport: asyncio.Transport) -> None:  # noqa: ARG002 - none is like another
        """Count a TCP connection."""
        self._record.connections += 1

    def disconnected(self, transport: asyncio.Transport) -> None:
        """Forget a connection's log-on."""
        self._log_ons.pop(transport, None)

    def answer(self, request: HttpRequest) -> HttpResponse | None:
        """Answer an HTTP request."""
        self._record.requests += 1
        behaviour = self._behaviour
        if behaviour.silent:
            return None
        if behaviour.http_status:
            return HttpResponse(behaviour.http_status, headers=[_SERVER])
        if behaviour.not_wsman or request.path.rstrip("/").lower() != _PATH or request.method != "POST":
            return HttpResponse(404, body=_NOT_FOUND_PAGE, headers=[_PAGE, _SERVER])
        if behaviour.drop_after is not None and self._record.messages >= behaviour.drop_after:
            request.transport.abort()
            return None
        response = self._respond(request)
        if behaviour.trickle:
            response.pace = _OCTET_SECONDS
        response.breaks = behaviour.break_after is not None and self._record.messages > behaviour.break_after
        return response

    def _respond(self, request: HttpRequest) -> HttpResponse:
        scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "negotiate":
            return self._negotiate(request, credentials)
        if scheme.lower() == "basic":
            return self._basic(request, credentials)
        log_on = self._log_ons.get(request.transport)
        if log_on and log_on.complete:
            return self._message(request, log_on)
        if request.headers.get("wsmanidentify", "").lower() == "unauthenticated":
            return _plain(self._service.answer(request.body, logged_on=False))
        return self._unauthorized(request)

    def _negotiate(self, request: HttpRequest, credentials: str) -> HttpResponse:
        log_on = self._log_ons.get(request.transport)
        if log_on is None or log_on.complete:
            log_on = self._log_ons[request.transport] = LogOn(self._account, self._computer_name, self._dns_domain)
        last_leg = log_on.challenged
        try:
            token = log_on.step(base64.b64decode(credentials, validate=True))
        except (LogOnRejectedError, ValueError) as error:
            _LOG.debug("log-on rejected: %s", error)
            self._record.logon_attempts += last_leg
            self._log_ons.pop(request.transport, None)
            return self._unauthorized(request)
        header = ("WWW-Authenticate", f"Negotiate {base64.b64encode(token).decode('ascii')}" if token else "")
        if not log_on.complete:
            return HttpResponse(401, headers=[_SERVER, header])
        self._record.logon_attempts += 1
        if self._behaviour.reject_logons:
            self._log_ons.pop(request.transport, None)
            return self._unauthorized(request)
        self._record.logons_accepted += 1
        response = self._message(request, log_on)
        if token:
            response.headers.append(header)
        return response

    def _basic(self, request: HttpRequest, credentials: str) -> HttpResponse:
        if not self._basic_offered(request):
            return self._unauthorized(request)
        self._record.logon_attempts += 1
        if self._behaviour.reject_logons or not is_account(self._account, credentials):
            return self._unauthorized(request)
        self._record.logons_accepted += 1
        return _plain(self._service_answer(request.body))

    def _message(self, request: HttpRequest, log_on: LogOn) -> HttpResponse:
        """Answer a message on a connection that is logged on: sealed if it came sealed."""
        if not request.body:
            return HttpResponse(200, headers=[_SERVER])
        if request.content_type == "multipart/encrypted":
            try:
                message = log_on.unseal(request.body)
            except SealError as error:
                _LOG.debug("message refused: %s", error)
                return HttpResponse(400, headers=[_SERVER])
            answer = self._service_answer(message)
            return HttpResponse(
                500 if answer.is_fault else 200, body=log_on.seal(answer.data), headers=[_SEALED, _SERVER]
            )
        if request.secure or self._allow_unencrypted:
            return _plain(self._service_answer(request.body))
        return _plain(self._service.refuse_unencrypted())

    def _service_answer(self, message: bytes) -> Answer:
        answer = self._service.answer(message)
        return Answer(b"\x00garbage", is_fault=False) if self._behaviour.garbage else answer

    def _basic_offered(self, request: HttpRequest) -> bool:
        return request.secure or self._allow_unencrypted

    def _unauthorized(self, request: HttpRequest) -> HttpResponse:
        headers = [_SERVER, ("WWW-Authenticate", "Negotiate")]
        if self._basic_offered(request):
            headers.append(("WWW-Authenticate", 'Basic realm="WSMAN"'))
        return HttpResponse(401, headers=headers)


def _plain(answer: Answer) -> HttpResponse:
    return HttpResponse(500 if answer.is_fault else 200, body=answer.data, headers=[_SOAP, _SERVER])

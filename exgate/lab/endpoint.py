"""The HTTP side of WS-Management: log-on bound to the connection, sealed and plain messages ([MS-WSMV] 2.2.9)."""

from __future__ import annotations

import asyncio
import base64
import logging
from typing import TYPE_CHECKING, Final

from aiohttp import web

from exgate.lab.basic import is_account
from exgate.lab.ntlm import SEALED_CONTENT_TYPE, Account, LogOn, LogOnRejectedError, SealError
from exgate.lab.service import Answer, Service

if TYPE_CHECKING:
    from exgate.lab.definition import Behaviour
    from exgate.lab.record import Record

_LOG = logging.getLogger(__name__)
_PATH: Final = "/wsman"
_SOAP_CONTENT_TYPE: Final = "application/soap+xml;charset=UTF-8"
_SERVER_HEADERS: Final = {"Server": "Microsoft-HTTPAPI/1.0"}
_NOT_FOUND_PAGE: Final = "<html><head><title>Not Found</title></head><body><h2>Not Found</h2></body></html>"


class Endpoint:
    """One server's ``/wsman``.

    Args:
        service: What answers the messages.
        account: Who may log on.
        behaviour: How the server misbehaves.
        record: Where requests and log-ons are counted.
        allow_unencrypted: WinRM's AllowUnencrypted with Basic: plain SOAP over http is answered.
    """

    def __init__(
        self, service: Service, account: Account, behaviour: Behaviour, record: Record, *, allow_unencrypted: bool
    ) -> None:
        self._service = service
        self._account = account
        self._behaviour = behaviour
        self._record = record
        self._allow_unencrypted = allow_unencrypted
        self._log_ons: dict[asyncio.BaseTransport, LogOn] = {}

    def connected(self) -> None:
        """Count a TCP connection."""
        self._record.connections += 1

    def disconnected(self, transport: asyncio.BaseTransport | None) -> None:
        """Forget a connection's log-on."""
        if transport is not None:
            self._log_ons.pop(transport, None)

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer an HTTP request."""
        self._record.requests += 1
        body = await request.read()
        if self._behaviour.latency:
            await asyncio.sleep(self._behaviour.latency)
        if self._behaviour.not_wsman or request.path.rstrip("/").lower() != _PATH or request.method != "POST":
            return web.Response(status=404, text=_NOT_FOUND_PAGE, content_type="text/html", headers=_SERVER_HEADERS)
        drop_after = self._behaviour.drop_after
        if drop_after is not None and self._record.messages >= drop_after and request.transport:
            request.transport.abort()
            return web.Response(status=500)
        response = self._answer(request, body)
        if self._behaviour.trickle:
            return await _trickle(request, response)
        return response

    def _answer(self, request: web.BaseRequest, body: bytes) -> web.Response:
        scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "negotiate":
            return self._negotiate(request, body, credentials)
        if scheme.lower() == "basic":
            return self._basic(request, body, credentials)
        log_on = self._log_on(request)
        if log_on and log_on.complete:
            return self._message(request, body, log_on)
        if request.headers.get("WSMANIDENTIFY", "").lower() == "unauthenticated":
            return _plain(self._service.answer(body, logged_on=False))
        return self._unauthorized(request)

    def _negotiate(self, request: web.BaseRequest, body: bytes, credentials: str) -> web.Response:
        transport = request.transport
        log_on = self._log_on(request)
        if transport is None:
            return self._unauthorized(request)
        if log_on is None or log_on.complete:
            log_on = self._log_ons[transport] = LogOn()
        last_leg = log_on.challenged
        try:
            token = log_on.step(base64.b64decode(credentials, validate=True))
        except (LogOnRejectedError, ValueError) as error:
            _LOG.debug("log-on rejected: %s", error)
            self._record.logon_attempts += last_leg
            self._log_ons.pop(transport, None)
            return self._unauthorized(request)
        header = f"Negotiate {base64.b64encode(token).decode('ascii')}" if token else ""
        if not log_on.complete:
            return web.Response(status=401, headers=_SERVER_HEADERS | {"WWW-Authenticate": header})
        self._record.logon_attempts += 1
        if self._behaviour.reject_logons:
            self._log_ons.pop(transport, None)
            return self._unauthorized(request)
        self._record.logons_accepted += 1
        response = self._message(request, body, log_on)
        if header:
            response.headers["WWW-Authenticate"] = header
        return response

    def _basic(self, request: web.BaseRequest, body: bytes, credentials: str) -> web.Response:
        if not self._basic_offered(request):
            return self._unauthorized(request)
        self._record.logon_attempts += 1
        if self._behaviour.reject_logons or not is_account(self._account, credentials):
            return self._unauthorized(request)
        self._record.logons_accepted += 1
        return _plain(self._service_answer(body))

    def _message(self, request: web.BaseRequest, body: bytes, log_on: LogOn) -> web.Response:
        """Answer a message on a connection that is logged on: sealed if it came sealed."""
        if not body:
            return web.Response(status=200, headers=_SERVER_HEADERS)
        if request.content_type == "multipart/encrypted":
            try:
                message = log_on.unseal(body)
            except SealError as error:
                _LOG.debug("message refused: %s", error)
                return web.Response(status=400, headers=_SERVER_HEADERS)
            answer = self._service_answer(message)
            status = 500 if answer.is_fault else 200
            headers = _SERVER_HEADERS | {"Content-Type": SEALED_CONTENT_TYPE}
            return web.Response(status=status, body=log_on.seal(answer.data), headers=headers)
        if request.secure or self._allow_unencrypted:
            return _plain(self._service_answer(body))
        return _plain(self._service.refuse_unencrypted())

    def _service_answer(self, message: bytes) -> Answer:
        answer = self._service.answer(message)
        return Answer(b"\x00garbage", is_fault=False) if self._behaviour.garbage else answer

    def _log_on(self, request: web.BaseRequest) -> LogOn | None:
        return self._log_ons.get(request.transport) if request.transport else None

    def _basic_offered(self, request: web.BaseRequest) -> bool:
        return request.secure or self._allow_unencrypted

    def _unauthorized(self, request: web.BaseRequest) -> web.Response:
        response = web.Response(status=401, headers=_SERVER_HEADERS)
        response.headers.add("WWW-Authenticate", "Negotiate")
        if self._basic_offered(request):
            response.headers.add("WWW-Authenticate", 'Basic realm="WSMAN"')
        return response


class EndpointServer(web.Server):
    """aiohttp's server, told when connections come and go, because NTLM logs on connections and not requests."""

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(endpoint.handle)
        self._endpoint = endpoint

    def connection_made(self, handler: web.RequestHandler, transport: asyncio.Transport) -> None:
        """Count it."""
        self._endpoint.connected()
        super().connection_made(handler, transport)

    def connection_lost(self, handler: web.RequestHandler, exc: BaseException | None = None) -> None:
        """Forget its log-on."""
        self._endpoint.disconnected(handler.transport)
        super().connection_lost(handler, exc)


def _plain(answer: Answer) -> web.Response:
    headers = _SERVER_HEADERS | {"Content-Type": _SOAP_CONTENT_TYPE}
    return web.Response(status=500 if answer.is_fault else 200, body=answer.data, headers=headers)


async def _trickle(request: web.BaseRequest, response: web.Response) -> web.StreamResponse:
    stream = web.StreamResponse(status=response.status, headers=response.headers)
    stream.headers.pop("Content-Length", None)
    await stream.prepare(request)
    body = response.body if isinstance(response.body, bytes) else b""
    for octet in body:
        await stream.write(bytes((octet,)))
        await asyncio.sleep(1)
    return stream

"""A session with one host: one connection, one log-on, then messages; read-only by construction."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar
from xml.etree.ElementTree import Element

from winrm.exceptions import WinRMTransportError
from winrm.protocol import Protocol

from exgate.wsman import answers, messages, names
from exgate.wsman.answers import Item
from exgate.wsman.endpoint import Endpoint, connect
from exgate.wsman.errors import (
    ConnectError,
    FaultError,
    NotWsmanError,
    ProtocolError,
    TimeOutError,
    WsmanError,
)
from exgate.wsman.gate import LogOnGate
from exgate.wsman.guard import guarded
from exgate.wsman.ntlm_names import DomainMember
from exgate.wsman.ntlm_transport import NtlmTransport
from exgate.wsman.sockets import Sockets

_T = TypeVar("_T")
_LONGEST_OPERATION = 60
"""Seconds; MaxTimeoutms of WinRM 1.1 and 2.0."""
_READERS = frozenset(
    {
        "EnumKey",
        "EnumValues",
        "GetStringValue",
        "GetExpandedStringValue",
        "GetDWORDValue",
        "GetMultiStringValue",
        "GetBinaryValue",
    }
)
"""StdRegProv's methods that only read; no other method is ever invoked."""


class Session:
    """WS-Management with one host, for one thread.

    Every method raises `WsmanError` or one of its kinds, and nothing else.

    Attributes:
        sent: How many messages of each action went out.
    """

    def __init__(
        self, endpoint: Endpoint, *, connect_timeout: float, seconds: float, gate: LogOnGate | None = None
    ) -> None:
        """Prepare the session; nothing is sent yet.

        Args:
            endpoint: Where and how to log on.
            connect_timeout: Seconds for the TCP connection.
            seconds: Deadline for everything that is asked, from now on.
            gate: Shared by all sessions with the same account; None to log on without asking.
        """
        self.sent: Counter[str] = Counter()
        self._endpoint = endpoint
        self._connect_timeout = connect_timeout
        self._deadline = time.monotonic() + seconds
        self._answered = False
        self._over: WsmanError | None = None
        self._sockets = Sockets(gate)
        self._protocol, self._transport = self._guarded(lambda: connect(endpoint, self._sockets))

    @property
    def connections(self) -> int:
        """How many TCP connections were made."""
        return self._sockets.opened

    @property
    def server(self) -> DomainMember | None:
        """What the server has called itself at an NTLM log-on; None where it has not."""
        return self._transport.server if isinstance(self._transport, NtlmTransport) else None

    def extend(self, seconds: float) -> None:
        """Set a new deadline, that many seconds from now."""
        self._deadline = time.monotonic() + seconds

    def connect(self) -> None:
        """Make the TCP connection, where the transport can do that before anything is sent; NTLM's can.

        Raises:
            WsmanError: There is none to be had.
        """
        transport = self._transport
        if isinstance(transport, NtlmTransport):
            remaining = max(0.0, self._deadline - time.monotonic())
            transport.limit(connect=min(self._connect_timeout, remaining), read=remaining)
            with self._sockets.watched(remaining):
                self._guarded(transport.open)

    def identify(self) -> str:
        """Ask what answers (DSP0226 Identify).

        Returns:
            ProductVersion, for example ``OS: 5.2.3790 SP: 2.0 Stack: 2.0``.
        """
        body = self._ask("Identify", messages.identify)
        response = next(iter(body), None)
        if response is None or answers.local_name(response) != "IdentifyResponse":
            raise NotWsmanError("the answer is SOAP, but no IdentifyResponse")
        return next((e.text or "" for e in response if answers.local_name(e) == "ProductVersion"), "")

    def enumerate_wql(self, namespace: str, query: str) -> tuple[Item, ...]:
        r"""Ask for all items of a WQL query.

        Args:
            namespace: For example ``root\cimv2``.
            query: With a property list, never ``select *`` where few columns serve.
        """
        batch = answers.parse_items(
            self._ask(names.ENUMERATE, lambda: messages.enumerate_wql(self._protocol, namespace, query))
        )
        items = list(batch.items)
        while batch.context is not None:
            batch = self._pull(namespace, batch.context)
            items += batch.items
        return tuple(items)

    def enumerate_until(
        self, namespace: str, query: str, enough: Callable[[Sequence[Item]], bool], most: int
    ) -> tuple[tuple[Item, ...], bool]:
        r"""Ask for the items of a WQL query until there are enough of them, and let the server forget the others.

        Args:
            namespace: For example ``root\cimv2``.
            query: With a property list; the server stops looking when it has handed out what was wanted.
            enough: Whether these, the first items, are enough.
            most: Items in one answer.

        Returns:
            The items, and whether they are all.
        """
        batch = answers.parse_items(
            self._ask(names.ENUMERATE, lambda: messages.enumerate_wql(self._protocol, namespace, query, most=most))
        )
        items = list(batch.items)
        while batch.context is not None and not enough(items):
            batch = self._pull(namespace, batch.context, most=most)
            items += batch.items
        context = batch.context
        if context is not None:
            self._ask(names.RELEASE, lambda: messages.release(self._protocol, namespace, context))
        return tuple(items), context is None

    def _pull(self, namespace: str, context: str, most: int | None = None) -> answers.Batch:
        body = self._ask(names.PULL, lambda: messages.pull(self._protocol, namespace, context, most=most))
        return answers.parse_items(body, context)

    def get(self, namespace: str, class_name: str, selectors: Mapping[str, str]) -> Item:
        """Ask for one instance by its keys."""
        body = self._ask(names.GET, lambda: messages.get(self._protocol, namespace, class_name, selectors))
        instance = next(iter(body), None)
        if instance is None:
            raise ProtocolError("a GetResponse without an instance")
        return answers.parse_item(instance)

    def read_registry(self, method: str, arguments: Mapping[str, str]) -> Item:
        """Invoke one of StdRegProv's readers.

        Args:
            method: For example ``EnumValues``.
            arguments: For example hDefKey and sSubKeyName.

        Returns:
            The output parameters, ReturnValue among them.

        Raises:
            ValueError: The method is none of the readers: it is not sent.
        """
        if method not in _READERS:
            message = f"StdRegProv.{method} does not only read"
            raise ValueError(message)
        body = self._ask(
            method, lambda: messages.invoke(self._protocol, r"root\default", "StdRegProv", method, arguments)
        )
        output = next(iter(body), None)
        if output is None:
            raise ProtocolError(f"no output of StdRegProv.{method}")
        return answers.parse_item(output)

    def ask_shell(self, action: str, build: Callable[[Protocol], str]) -> Element:
        """Send a message of the command shell and give the answer's body (see `exgate.wsman.shell`)."""
        return self._ask(action, lambda: build(self._protocol))

    def abort(self) -> None:
        """End the connection from another thread; what the session's own thread waits for fails at once."""
        self._sockets.abort()

    def close(self) -> None:
        """Close the connection; nothing can be asked any more."""
        self._over = ConnectError("the session was closed")
        self._transport.close_session()

    def _ask(self, action: str, build: Callable[[], str]) -> Element:
        if self._over:
            raise type(self._over)(str(self._over))
        remaining = self._deadline - time.monotonic()
        if remaining <= 0:
            raise TimeOutError("the deadline for this host is over")
        self._transport.limit(connect=min(self._connect_timeout, remaining), read=remaining)
        self._protocol.operation_timeout_sec = max(1, min(_LONGEST_OPERATION, int(remaining)))
        message = build()  # only now, because it tells the server how long it may take
        self.sent[action] += 1
        try:
            with self._sockets.watched(remaining):
                body = self._guarded(lambda: self._exchange(message))
        except WsmanError as error:
            # Without a log-on that is known to be good, another message would be another log-on.
            self._over = None if self._answered else type(error)(str(error))
            raise
        fault = answers.parse_fault(body)
        if fault is not None:
            raise FaultError(fault)
        return body

    def _exchange(self, message: str) -> Element:
        try:
            data = self._transport.send_message(message)
        except WinRMTransportError as error:
            if "Envelope" not in error.response_text:
                raise
            data = error.response_text.encode()
        try:
            body = answers.parse_body(data)
        except ProtocolError:
            if self._answered:
                raise
            raise NotWsmanError("something answers, but not with SOAP") from None
        self._answered = True
        self._sockets.allow_no_more()
        return body

    def _guarded(self, act: Callable[[], _T]) -> _T:
        """Let no foreign exception out; see `exgate.wsman.guard.guarded`."""
        return guarded(act, self._endpoint.transport, self._deadline)

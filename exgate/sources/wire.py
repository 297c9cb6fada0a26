"""What is asked of a server's web site: a handful of requests, none of which changes anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import AddressValueError, IPv4Address
from types import MappingProxyType
from typing import Final
from urllib.parse import quote

from exgate.facts.host import HostFacts
from exgate.facts.http import HttpAnswer
from exgate.facts.registry import EXCHANGE
from exgate.facts.role import CLIENT_ROLES
from exgate.facts.unknown import Unknown, UnknownFact
from exgate.facts.wire import Answered, Probe, Wire
from exgate.inventory import HostSettings, Role
from exgate.sources.web import LogOn, WebClient
from exgate.sources.web_unreachable import no_answer
from exgate.wsman.errors import WsmanError

ACTIVESYNC: Final = "/Microsoft-Server-ActiveSync"
OMA: Final = "/oma"
_UNAUTHORIZED, _FORBIDDEN, _SSL_REQUIRED = 401, 403, 4
_PROPFIND_BODY: Final = (
    b'<?xml version="1.0" encoding="utf-8"?>'
    b'<D:propfind xmlns:D="DAV:"><D:prop><D:displayname/><D:resourcetype/></D:prop></D:propfind>'
)
_PROPFIND_HEADERS: Final = MappingProxyType({"Depth": "0", "Content-Type": "text/xml"})
_REJECTED: Final = Unknown(
    "the log-on to the test mailbox was rejected, and is not tried again",
    "check test_user and test_password in the inventory by hand",
)


@dataclass(slots=True)
class WireQuestions:
    """Asks one web site.

    Attributes:
        client: The open client.
        log_on: The test mailbox's account, None where there is no mailbox.
        answers: What has been answered so far.
    """

    client: WebClient
    log_on: LogOn | None = None
    answers: dict[Probe, Answered | Unknown] = field(default_factory=dict)
    _silent: dict[bool, Unknown] = field(default_factory=dict)
    _rejected: bool = False

    def ask_vdir(self, vdir: str, mailbox: str | None) -> None:
        """Ask for a virtual directory as a browser does and as ActiveSync does, and for the mailbox below it."""
        path = quote(f"{vdir}/")
        self._ask(Probe.GET, "GET", path)
        self._ask(Probe.PROPFIND, "PROPFIND", path, _PROPFIND_HEADERS, _PROPFIND_BODY)
        challenge = self.answers[Probe.PROPFIND]
        if mailbox and self.log_on and isinstance(challenge, Answered) and _negotiates(challenge.answer):
            path += f"{quote(mailbox, safe='@')}/"
            self._ask(Probe.MAILBOX, "PROPFIND", path, _PROPFIND_HEADERS, _PROPFIND_BODY, log_on=self.log_on)

    def ask_mobile_services(self) -> None:
        """Ask ActiveSync and OMA, with TLS where they want it."""
        self._ask_perhaps_securely(Probe.OMA, "GET", OMA)
        secure = self._ask_perhaps_securely(Probe.ACTIVESYNC, "OPTIONS", ACTIVESYNC)
        challenge = self.answers[Probe.ACTIVESYNC]
        if self.log_on is None or not isinstance(challenge, Answered) or challenge.answer.status != _UNAUTHORIZED:
            return
        if _negotiates(challenge.answer):
            self._ask(Probe.ACTIVESYNC_LOGGED_ON, "OPTIONS", ACTIVESYNC, secure=secure, log_on=self.log_on)
        elif self.log_on.password is not None:
            # ActiveSync takes a phone's Basic log-on; a password goes over TLS only.
            basic = self.log_on.as_basic()
            self._ask(Probe.ACTIVESYNC_LOGGED_ON, "OPTIONS", ACTIVESYNC, secure=True, log_on=basic)
        else:
            self.answers[Probe.ACTIVESYNC_LOGGED_ON] = Unknown(
                f"ActiveSync offers {', '.join(challenge.answer.schemes) or 'no way to log on'}, and a Kerberos ticket "
                "is no password",
                "give the test mailbox's test_user and test_password in the inventory",
            )

    def _ask_perhaps_securely(self, probe: Probe, method: str, path: str) -> bool:
        """Ask without TLS and, where there is no answer or none but a hint at TLS, with it; tell which counts.

        Phones come by TLS, and a server may publish nothing else.
        """
        self._ask(probe, method, path)
        plain = self.answers[probe]
        if isinstance(plain, Answered) and not _hints_at_tls(plain.answer):
            return False
        self._ask(probe, method, path, secure=True)
        secure = isinstance(self.answers[probe], Answered)
        if isinstance(plain, Unknown) and not secure:
            self.answers[probe] = plain
        return secure

    def _ask(
        self,
        probe: Probe,
        method: str,
        path: str,
        headers: Mapping[str, str] = MappingProxyType({}),
        body: bytes = b"",
        *,
        secure: bool = False,
        log_on: LogOn | None = None,
    ) -> None:
        """Ask once; a port that is dead costs one connection and not one for every question."""
        if log_on and self._rejected:
            self.answers[probe] = _REJECTED
            return
        if secure in self._silent:
            self.answers[probe] = self._silent[secure]
            return
        try:
            answer = self.client.ask(method, path, secure=secure, log_on=log_on, headers=headers, body=body)
        except WsmanError as error:
            cause = no_answer(error)
            where = f"TCP {self.client.site.https_port} (TLS)" if secure else f"TCP {self.client.site.port}"
            silent = Unknown(f"no answer on {where}: {cause.reason}", cause.next_step)
            self.answers[probe] = silent
            if log_on is None:
                self._silent[secure] = silent
            else:
                self._rejected = True
            return
        self._rejected |= log_on is not None and answer.status == _UNAUTHORIZED
        self.answers[probe] = Answered(method=method, url=self.client.site.url(path, secure=secure), answer=answer)


def ask_wire(settings: HostSettings, facts: HostFacts, client: WebClient, log_on: LogOn | None) -> Wire | Unknown:
    """Ask a host's web site all that its role answers for.

    Args:
        settings: The host.
        facts: What was read of it: ExchangeVDir says what to ask for.
        client: The open client; the caller closes it.
        log_on: The test mailbox's account, None where there is no mailbox.
    """
    try:
        vdir = EXCHANGE if settings.role is Role.FRONT_END else facts.registry.mobile_vdir
    except UnknownFact as error:
        return Unknown(
            f"which virtual directory to ask for is not known: {error.unknown.reason}", error.unknown.next_step
        )
    questions = WireQuestions(client, log_on)
    questions.ask_vdir(vdir, settings.test_mailbox if settings.role is not Role.FRONT_END else None)
    if settings.role.value in CLIENT_ROLES:
        questions.ask_mobile_services()
    return Wire(
        vdir=vdir,
        host_header=client.site.host_header or settings.address,
        from_address=_ipv4(client.local_address),
        to_address=_ipv4(client.peer_address),
        mailbox=settings.test_mailbox,
        answers=MappingProxyType(questions.answers),
    )


def _negotiates(answer: HttpAnswer) -> bool:
    return answer.status == _UNAUTHORIZED and answer.offers("Negotiate")


def _hints_at_tls(answer: HttpAnswer) -> bool:
    """403.4, a 403 whose page does not say which, or a redirect to https."""
    if answer.location is not None:
        return answer.location.lower().startswith("https:")
    return answer.status == _FORBIDDEN and answer.sub_status in (None, _SSL_REQUIRED)


def _ipv4(text: str | None) -> IPv4Address | None:
    try:
        return IPv4Address(text or "")
    except AddressValueError:
        return None

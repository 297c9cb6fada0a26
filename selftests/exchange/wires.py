"""Answers of a web site, without a wire."""

from dataclasses import replace
from ipaddress import IPv4Address
from types import MappingProxyType

from exgate.facts.http import HttpAnswer
from exgate.facts.unknown import Unknown
from exgate.facts.wire import Answered, Probe, Wire

SITE = "http://10.0.0.5:80"
RUNNER = IPv4Address("192.0.2.9")
LOOPBACK = IPv4Address("127.0.0.1")
OWN = (IPv4Address("10.0.0.5"), IPv4Address("10.0.0.6"))
REFUSED = Unknown("no answer on TCP 80: connection refused", "check that the service runs")
ALL = ("Negotiate", "NTLM", "Basic")
FORM = "http://BE01/exchweb/bin/auth/owalogon.asp?url=x&reason=0"
METHODS = {
    Probe.GET: "GET",
    Probe.PROPFIND: "PROPFIND",
    Probe.ACTIVESYNC: "OPTIONS",
    Probe.ACTIVESYNC_LOGGED_ON: "OPTIONS",
    Probe.OMA: "GET",
}


def answer(status, sub_status=None, *schemes, **more):
    return HttpAnswer(status=status, sub_status=sub_status, schemes=schemes, **more)


CHALLENGE = answer(401, None, *ALL)
REJECTED = answer(403, 6, reason="Forbidden")
SSL = answer(403, 4, reason="Forbidden")
FORM_ANSWER = answer(302, location=FORM)
MULTISTATUS = answer(207, reason="Multi-Status", multistatus=True)


def wire(vdir_answer=None, *, vdir="/Exchange", mailbox=None, source=RUNNER, to=None, **others):
    """Give what was answered to GET and PROPFIND alike, and to other probes by name."""
    given = {Probe.GET: vdir_answer, Probe.PROPFIND: vdir_answer} if vdir_answer else {}
    given |= {Probe[name.upper()]: value for name, value in others.items()}
    return Wire(
        vdir=vdir,
        host_header="BE01",
        from_address=source,
        to_address=to or (source if source in OWN else IPv4Address("10.0.0.5")),
        mailbox=mailbox,
        answers=MappingProxyType(
            {
                probe: value
                if isinstance(value, Unknown)
                else Answered(method=METHODS[probe], url=f"{SITE}{vdir}/", answer=value)
                for probe, value in given.items()
            }
        ),
    )


def with_mailbox(given):
    """Give a wire on which the test mailbox was asked too."""
    seen = wire(CHALLENGE, mailbox="test")
    asked = given if isinstance(given, Unknown) else Answered(method="PROPFIND", url=f"{SITE}/Exchange/", answer=given)
    return replace(seen, answers={**seen.answers, Probe.MAILBOX: asked})


GET = "GET http://10.0.0.5:80/Exchange/:"
PROPFIND = "PROPFIND http://10.0.0.5:80/Exchange/:"

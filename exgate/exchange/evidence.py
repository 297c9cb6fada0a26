"""Forms-based authentication of a virtual directory, by evidence: no single property of Exchange 2003 proves it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum

from exgate.exchange.reading import Reading
from exgate.facts.events import SERVER_ACTIVESYNC, EventLog
from exgate.facts.flags import AuthFlags
from exgate.facts.host import HostFacts
from exgate.facts.http import HttpAnswer
from exgate.facts.metabase import Metabase, Setting
from exgate.facts.metabase_schema import FORMS_BASED_AUTHENTICATION
from exgate.facts.unknown import Pending, Unknown, UnknownFact, known
from exgate.facts.wire import Answered, Probe, Wire

BACKSLASH = "\\"
"""The default logon domain that forms-based authentication leaves (the article, "More information")."""

UNAUTHORIZED = 401
LOGIN_TIMEOUT = 440
REDIRECTS = frozenset({301, 302, 303, 307})
LOGON_PAGE = "/owalogon.asp"
FORMS_EVENT = 3030
_ON_BIT = 1


class Says(Enum):
    """What a piece of evidence says of forms-based authentication."""

    ON = "on"
    OFF = "off"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One piece of evidence.

    Attributes:
        says: What it says.
        text: The piece in words, with the values found and where they are set.
    """

    says: Says
    text: str

    @property
    def says_on(self) -> bool:
        """Whether it says that forms-based authentication is on."""
        return self.says is Says.ON


def weigh(subject: str, pieces: tuple[Evidence, ...]) -> Reading:
    """Weigh the evidence: on when something says on and nothing says off, off the other way round.

    Args:
        subject: What it is about, for the message.
        pieces: Every piece; each is named in the message.

    Raises:
        UnknownFact: Nothing says anything, or the pieces contradict each other.
    """
    said = {piece.says for piece in pieces}
    texts = "; ".join(piece.text for piece in pieces)
    if said >= {Says.ON, Says.OFF}:
        raise UnknownFact(
            Unknown(
                f"{subject}: the evidence on forms-based authentication contradicts itself: {texts}",
                "look at the Exchange virtual server's Settings tab in Exchange System Manager, then restart IIS",
            )
        )
    if Says.ON in said:
        return Reading.yes(f"{subject} uses forms-based authentication: {texts}; demanded: off")
    if Says.OFF in said:
        return Reading.no(f"{subject} does not use forms-based authentication: {texts}")
    raise UnknownFact(
        Unknown(
            f"{subject}: no evidence says whether forms-based authentication is on: {texts}",
            "look at the Exchange virtual server's Settings tab in Exchange System Manager",
        )
    )


def evidence(facts: HostFacts, location: str, name: str) -> Iterator[Evidence]:
    """Give every piece of evidence on the mobile virtual directory: the wire, the metabase, event 3030.

    Args:
        facts: What was read of the server.
        location: The virtual directory's place in the metabase.
        name: Its name, ``/Exchange``; what the wire says of another one is left aside.
    """
    yield from wire_evidence(facts.wire, name)
    yield from metabase_evidence(known(facts.metabase), location)
    yield event_evidence(facts)


def wire_evidence(wire: Wire | Unknown, name: str) -> Iterator[Evidence]:
    """Give what the answers to a browser's GET and to a DAV verb say."""
    if isinstance(wire, Unknown):
        yield Evidence(Says.NOTHING, f"the wire was not seen ({wire.reason})")
        return
    if wire.vdir.lower() != name.lower():
        yield Evidence(Says.NOTHING, f"the wire was asked for {wire.vdir} instead")
        return
    silent: set[str] = set()
    for probe in (Probe.GET, Probe.PROPFIND):
        answered = wire.answers.get(probe)
        if isinstance(answered, Answered):
            yield answer_evidence(answered)
            continue
        if isinstance(answered, Pending) and isinstance(answered.before, Answered) and is_form(answered.before.answer):
            yield _still_on(answer_evidence(answered.before))
            continue
        reason = answered.reason if answered else f"{probe} was not asked"
        if reason not in silent:
            yield Evidence(Says.NOTHING, f"the wire was not seen ({reason})")
        silent.add(reason)


def _still_on(seen: Evidence) -> Evidence:
    """Take what was seen before a planned change for the server after it.

    Forms-based authentication is switched in Exchange System Manager alone: no change of the metabase switches it off.
    """
    return Evidence(Says.ON, f"before the planned change, which does not switch it off, {seen.text}")


def answer_evidence(answered: Answered) -> Evidence:
    """Read one answer: the form's page or 440 say on, a challenge for Integrated authentication says off."""
    answer = answered.answer
    found = f"{answered.method}: {answer}"
    if is_form(answer):
        return Evidence(Says.ON, f"the wire says on ({found})")
    if answer.status == UNAUTHORIZED and (answer.offers("Negotiate") or answer.offers("NTLM")):
        return Evidence(Says.OFF, f"the wire says off ({found})")
    return Evidence(Says.NOTHING, f"the wire says nothing ({found})")


def is_form(answer: HttpAnswer) -> bool:
    """Whether an answer is forms-based authentication's own: 440, or a redirect to owalogon.asp."""
    return answer.status == LOGIN_TIMEOUT or (
        answer.status in REDIRECTS and LOGON_PAGE in (answer.location or "").lower()
    )


def event_evidence(facts: HostFacts) -> Evidence:
    """Read event 3030: since IIS Admin was started, naming this server, it says on; its absence says nothing."""
    log, started, network = facts.event_log, facts.iis_admin_started, facts.network
    if isinstance(log, Pending) and isinstance(log.before, EventLog):
        found = event_evidence(replace(facts, event_log=log.before))
        if found.says_on:
            return _still_on(found)
    if isinstance(log, Unknown) or isinstance(started, Unknown) or isinstance(network, Unknown):
        reason = next(fact.reason for fact in (log, started, network) if isinstance(fact, Unknown))
        return Evidence(Says.NOTHING, f"event 3030 could not be looked for ({reason})")
    for event in log.events:
        is_3030 = (event.source, event.code) == (SERVER_ACTIVESYNC, FORMS_EVENT)
        if is_3030 and event.generated >= started and network.is_named(event.insertion(1)):
            return Evidence(Says.ON, f"event 3030 says on ({event.generated:%Y-%m-%d %H:%M:%S} UTC)")
    return Evidence(Says.NOTHING, "no event 3030, which says nothing")


def metabase_evidence(metabase: Metabase, location: str) -> Iterator[Evidence]:
    """Give what the metabase says: the article's own traces, and Exchange's property 45054."""
    try:
        flags = metabase.effective(location, "AuthFlags")
        domain = metabase.effective(location, "DefaultLogonDomain")
    except UnknownFact as error:
        yield Evidence(Says.NOTHING, f"the article's traces could not be read ({error.unknown.reason})")
    else:
        yield traces(flags, domain)
    try:
        yield property_45054(metabase.effective(location, FORMS_BASED_AUTHENTICATION))
    except UnknownFact as error:
        yield Evidence(Says.NOTHING, f"property 45054 could not be read ({error.unknown.reason})")


def traces(flags: Setting, domain: Setting) -> Evidence:
    r"""Read the article's traces: with forms-based authentication, Basic alone and the default domain ``\``."""
    value = AuthFlags(flags.value) if isinstance(flags.value, int) else AuthFlags(0)
    found = f'AuthFlags is {value}, {flags.where}, and DefaultLogonDomain is "{domain.value}", {domain.where}'
    integrated = AuthFlags.AuthNTLM in value
    if AuthFlags.AuthBasic in value and not integrated and domain.value == BACKSLASH:
        return Evidence(Says.ON, f"the article's traces say on ({found})")
    if integrated and domain.value != BACKSLASH:
        return Evidence(Says.OFF, f"the article's traces say off ({found})")
    return Evidence(Says.NOTHING, f"the article's traces are mixed and say nothing ({found})")


def property_45054(setting: Setting) -> Evidence:
    """Read Exchange's property 45054: bit 1 says on; without it nothing is said, for who writes it is inferred only."""
    if isinstance(setting.value, int) and setting.value & _ON_BIT:
        return Evidence(Says.ON, f"property 45054 says on ({setting.value}, {setting.where})")
    return Evidence(Says.NOTHING, "property 45054 is not set, which alone says nothing")

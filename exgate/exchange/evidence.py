"""Forms-based authentication of a virtual directory, by evidence: no single property of Exchange 2003 proves it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from exgate.exchange.reading import Reading
from exgate.facts.flags import AuthFlags
from exgate.facts.metabase import Metabase, Setting
from exgate.facts.metabase_schema import FORMS_BASED_AUTHENTICATION
from exgate.facts.unknown import Unknown, UnknownFact

BACKSLASH = "\\"
"""The default logon domain that forms-based authentication leaves (the article, "More information")."""

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

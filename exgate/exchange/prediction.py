"""What IIS answers by its written configuration, in the order in which it decides."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address

from exgate.exchange.evidence import (
    REDIRECTS,
    UNAUTHORIZED,
    Says,
    is_form,
    metabase_evidence,
)
from exgate.exchange.vdir import VirtualDirectory
from exgate.facts.flags import AccessSSLFlags, AuthFlags
from exgate.facts.http import HttpAnswer
from exgate.facts.ip_restrictions import IPRestrictions
from exgate.facts.unknown import Unknown, UnknownFact

FORBIDDEN = 403
SSL_REQUIRED, ADDRESS_REJECTED = 4, 6
"""IIS's sub-statuses of 403."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """An answer by the configuration.

    Attributes:
        status: ``403.4``, ``403.6``, ``302``, ``the form``, ``401``, or ``200`` where IIS asks for no log-on, though
            the mailbox store may.
        because: The setting that decides, and where it is set.
        schemes: The authentication schemes of a 401, lower-case.
        perhaps_form: Whether the form is as likely: the traces of forms-based authentication are mixed.
    """

    status: str
    because: str
    schemes: frozenset[str] = frozenset()
    perhaps_form: bool = False

    def agrees(self, answer: HttpAnswer) -> bool:
        """Whether an answer over plain http is the predicted one."""
        shown = kind(answer)
        if shown == FORM and self.perhaps_form:
            return True
        if shown == "401":
            return bool(self.status in ("401", "200")) and {s.lower() for s in answer.schemes} == self.schemes
        return shown == self.status or (self.status, shown) == ("200", "207")

    def __str__(self) -> str:
        schemes = f" ({', '.join(sorted(self.schemes))})" if self.status == "401" else ""
        perhaps = ", or the form," if self.perhaps_form else ","
        return f"{self.status}{schemes}{perhaps} because {self.because}"


FORM = "the form (302 to owalogon.asp, 440)"


def kind(answer: HttpAnswer) -> str | None:
    """Give an answer in the words of `Prediction.status`, None for one that no setting of a virtual directory gives."""
    if is_form(answer):
        return FORM
    if answer.status == FORBIDDEN and answer.sub_status in (SSL_REQUIRED, ADDRESS_REJECTED):
        return f"{answer.status}.{answer.sub_status}"
    if answer.status in REDIRECTS:
        return "302"
    return str(answer.status) if answer.status in (200, 207, UNAUTHORIZED) else None


def predict(vdir: VirtualDirectory, client: IPv4Address | None) -> Prediction:
    """Predict what a plain http request without a log-on gets.

    Args:
        vdir: The virtual directory that is asked for.
        client: The address from which it is asked, as the server sees it.

    Raises:
        UnknownFact: A setting that decides could not be read, or the address is not known and would decide.
    """
    return _address(vdir, client) or _ssl(vdir) or _redirect(vdir) or _authentication(vdir)


def _address(vdir: VirtualDirectory, client: IPv4Address | None) -> Prediction | None:
    setting = vdir.metabase.effective(vdir.location, "IPSecurity")
    if not isinstance(setting.value, IPRestrictions):
        raise TypeError(setting)
    restrictions = setting.value
    if not restrictions.restricts:
        return None
    if client is None or restrictions.domain_grant or restrictions.domain_deny:
        raise UnknownFact(
            Unknown(
                f"whether {vdir} lets this machine in is not known: {restrictions}",
                "ask from a machine with an IPv4 address, and without domain names in the restrictions",
            )
        )
    if restrictions.grants(client):
        return None
    return Prediction("403.6", f"{restrictions} keeps {client} out")


def _ssl(vdir: VirtualDirectory) -> Prediction | None:
    setting = vdir.metabase.effective(vdir.location, "AccessSSLFlags")
    flags = AccessSSLFlags(setting.value) if isinstance(setting.value, int) else AccessSSLFlags(0)
    if AccessSSLFlags.AccessSSL not in flags:
        return None
    return Prediction("403.4", f"AccessSSLFlags is {flags}, {setting.where}")


def _redirect(vdir: VirtualDirectory) -> Prediction | None:
    redirect = vdir.is_redirected
    return Prediction("302", redirect.found) if redirect.value else None


def _authentication(vdir: VirtualDirectory) -> Prediction:
    said = {piece.says: piece.text for piece in metabase_evidence(vdir.metabase, vdir.location)}
    if Says.ON in said and Says.OFF not in said:
        return Prediction(FORM, said[Says.ON])
    setting = vdir.metabase.effective(vdir.location, "AuthFlags")
    flags = AuthFlags(setting.value) if isinstance(setting.value, int) else AuthFlags(0)
    because = f"AuthFlags is {flags}, {setting.where}"
    schemes = {"basic"} if AuthFlags.AuthBasic in flags else set()
    if AuthFlags.AuthMD5 in flags:
        schemes.add("digest")
    if AuthFlags.AuthNTLM in flags:
        providers = vdir.providers
        schemes |= set(providers)
        because += f", NTAuthenticationProviders {','.join(providers)}"
    status = "200" if AuthFlags.AuthAnonymous in flags else "401"
    return Prediction(status, because, frozenset(schemes), perhaps_form=Says.OFF not in said or Says.ON in said)

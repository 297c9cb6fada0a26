"""A virtual directory of an Exchange server, as ActiveSync and OMA meet it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from exgate.exchange.evidence import evidence, weigh
from exgate.exchange.ip_access import read_restrictions
from exgate.exchange.port_80 import Port80
from exgate.exchange.reading import Reading
from exgate.facts.bindings import ScriptMap
from exgate.facts.flags import AccessSSLFlags, AuthFlags
from exgate.facts.host import HostFacts
from exgate.facts.ip_restrictions import IPRestrictions
from exgate.facts.metabase import Metabase, Setting
from exgate.facts.unknown import known

NEGOTIATE = "Negotiate"
DEFAULT_PROVIDERS = ("negotiate", "ntlm")
"""What an absent or empty NTAuthenticationProviders means (KB 215383)."""
DAVEX = "davex.dll"
MAILBOX_PATH = re.compile(r"\\\\\.\\BackOfficeStorage\\[^\\]+\\MBX\\?", re.IGNORECASE)
MAILBOX_PATH_WORDS = r"\\.\BackOfficeStorage\(SMTP domain)\MBX"
METHOD_2_AUTHENTICATION = AuthFlags.AuthBasic | AuthFlags.AuthNTLM
"""The article's step 12: Integrated Windows authentication and Basic authentication, nothing else."""


@dataclass(frozen=True, slots=True)
class VirtualDirectory:
    """A virtual directory; every property raises `UnknownFact` when what it needs could not be read.

    Attributes:
        location: Its place in the metabase, for example ``/LM/W3SVC/1/ROOT/Exchange``.
        facts: What was read of its server.
    """

    location: str
    facts: HostFacts

    @property
    def metabase(self) -> Metabase:
        """The metabase that holds it."""
        return known(self.facts.metabase)

    @property
    def name(self) -> str:
        """Its name with the leading slash, in the metabase's case: ``/Exchange``."""
        return self.location[len(self.site) + len("/ROOT") :]

    @property
    def site(self) -> str:
        """The location of its web site: ``/LM/W3SVC/1``."""
        return "/".join(self.location.split("/")[:4])

    @property
    def site_number(self) -> str:
        """The number of its web site, as adsutil.vbs wants it."""
        return self.site.rpartition("/")[2]

    def __str__(self) -> str:
        return f"{self.name} (web site {self.site_number})"

    @property
    def requires_ssl(self) -> Reading:
        """Whether AccessSSLFlags demands a secure channel (property 6030, bit 8; IIS answers 403.4)."""
        setting = self.metabase.effective(self.location, "AccessSSLFlags")
        flags = AccessSSLFlags(_number(setting.value))
        found = f"AccessSSLFlags is {flags}, {setting.where}"
        if AccessSSLFlags.AccessSSL in flags:
            return Reading.yes(f"{self} requires SSL: {found}; demanded: AccessSSL (8) off")
        return Reading.no(f"{self} does not require SSL: {found}")

    @property
    def uses_forms_based_authentication(self) -> Reading:
        """Whether forms-based authentication is on for it, by all evidence there is."""
        return weigh(str(self), tuple(evidence(self.facts, self.location, self.name)))

    @property
    def offers_negotiate(self) -> Reading:
        """Whether Negotiate is offered: Integrated in AuthFlags, and NTAuthenticationProviders does not leave it out.

        An absent or empty NTAuthenticationProviders means ``Negotiate,NTLM`` (KB 215383).
        """
        setting = self.metabase.effective(self.location, "AuthFlags")
        flags = AuthFlags(_number(setting.value))
        if AuthFlags.AuthNTLM not in flags:
            return self._no_negotiate(f"AuthFlags is {flags}, {setting.where}; demanded: AuthNTLM (4), Integrated")
        providers = self.metabase.effective(self.location, "NTAuthenticationProviders")
        listed = _listed(providers)
        if listed and NEGOTIATE.lower() not in listed:
            found = f'NTAuthenticationProviders is "{providers.value}", {providers.where}'
            return self._no_negotiate(f"{found}; demanded: Negotiate among them, or not set")
        shown = (
            f'NTAuthenticationProviders is "{providers.value}"' if listed else "NTAuthenticationProviders is not set"
        )
        return Reading.yes(f"{self} offers Negotiate: AuthFlags is {flags}, {setting.where}; {shown}")

    @property
    def providers(self) -> tuple[str, ...]:
        """What Integrated authentication offers, lower-case, in order (NTAuthenticationProviders and its default)."""
        return _listed(self.metabase.effective(self.location, "NTAuthenticationProviders")) or DEFAULT_PROVIDERS

    def _no_negotiate(self, found: str) -> Reading:
        return Reading.no(f"{self} does not offer Negotiate: {found}")

    @property
    def answers_on_port_80(self) -> Reading:
        """Whether its web site answers on TCP 80 for the server's own name (ServerBindings)."""
        subject = f"web site {self.site_number} of {self.name}"
        return Port80(subject, self.site, self.metabase, self.facts.network).read()

    @property
    def is_redirected(self) -> Reading:
        """Whether requests are sent elsewhere (HttpRedirect, which is inherited: ``url, FLAG, ...``)."""
        setting = self.metabase.effective(self.location, "HttpRedirect")
        target = str(setting.value).partition(",")[0].strip()
        if target:
            found = f'HttpRedirect is "{setting.value}", {setting.where}'
            return Reading.yes(f"{self} is redirected: {found}; demanded: no redirect")
        return Reading.no(f"{self} is not redirected: HttpRedirect is empty")

    @property
    def serves_mailboxes(self) -> Reading:
        r"""Whether it leads to the mailbox store, ``\\.\BackOfficeStorage\<domain>\MBX``, served by davex.dll."""
        path = self.metabase.effective(self.location, "Path")
        if not MAILBOX_PATH.fullmatch(str(path.value)):
            return self._no_mailboxes(f'Path is "{path.value}", {path.where}; demanded: {MAILBOX_PATH_WORDS}')
        maps = self.metabase.effective(self.location, "ScriptMaps")
        wildcards = [m for m in _script_maps(maps) if m.is_wildcard]
        if not any(entry.extension_dll == DAVEX for entry in wildcards):
            shown = ", ".join(map(str, wildcards)) or "missing"
            return self._no_mailboxes(f"the wildcard script map is {shown}, ScriptMaps {maps.where}; demanded: {DAVEX}")
        return Reading.yes(f'{self} serves mailboxes: Path is "{path.value}", {path.where}, by {DAVEX}')

    def _no_mailboxes(self, found: str) -> Reading:
        return Reading.no(f"{self} does not serve mailboxes: {found}")

    @property
    def allows_only_integrated_and_basic(self) -> Reading:
        """Whether exactly Integrated and Basic authentication are on (the article's step 12)."""
        setting = self.metabase.effective(self.location, "AuthFlags")
        flags = AuthFlags(_number(setting.value))
        exactly = flags & sum(AuthFlags) == METHOD_2_AUTHENTICATION
        found = f"{self}: AuthFlags is {flags}, {setting.where}"
        return Reading(exactly, found if exactly else f"{found}; demanded: {METHOD_2_AUTHENTICATION} and nothing else")

    @property
    def denies_all_but_the_server(self) -> Reading:
        """Whether every address but the server's own is denied (the article's steps 13 and 14)."""
        setting = self.metabase.effective(self.location, "IPSecurity")
        if not isinstance(setting.value, IPRestrictions):
            raise TypeError(setting)
        return read_restrictions(str(self), setting.value, self.facts.network)


def _listed(providers: Setting) -> tuple[str, ...]:
    return tuple(part.strip().lower() for part in str(providers.value).split(",") if part.strip())


def _script_maps(setting: Setting) -> tuple[ScriptMap, ...]:
    value = setting.value
    return tuple(entry for entry in value if isinstance(entry, ScriptMap)) if isinstance(value, tuple) else ()


def _number(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError(value)
    return value

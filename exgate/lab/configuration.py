"""A configuration of IIS: a metabase and the IP restrictions that its binary blocks stand for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from exgate.facts.bindings import ScriptMap
from exgate.facts.flags import AccessSSLFlags, AuthFlags
from exgate.facts.ip_restrictions import NO_RESTRICTIONS, IPRestrictions
from exgate.facts.metabase import MetabaseFile, ancestors
from exgate.facts.metabase_schema import FORMS_BASED_AUTHENTICATION
from exgate.lab.definition import ServerDefinition
from exgate.lab.redirect import Redirect
from exgate.lab.web_sites import WebSite, web_sites

_DEFAULT_PROVIDERS = "Negotiate,NTLM"
"""What an absent or empty NTAuthenticationProviders means (KB 215383)."""

Parse = Callable[[str], MetabaseFile]
"""Reads a MetaBase.xml; servers with one text may share the result."""


@dataclass(frozen=True, slots=True)
class VdirSettings:
    """What a virtual directory is to do with a request.

    Attributes:
        application_pool: Its AppPoolId.
        ip_restrictions: Who may come.
        requires_ssl: Whether a secure channel is demanded.
        redirect: Where it sends requests, None for nowhere.
        redirect_at: The location of the key on which that is set.
        uses_forms: Whether forms-based authentication is on.
        extension: The file name of the ISAPI extension that gets every request.
        anonymous: Whether nobody need log on.
        schemes: The authentication schemes in IIS's order.
        path: Where its content is.
    """

    application_pool: str
    ip_restrictions: IPRestrictions
    requires_ssl: bool
    redirect: Redirect | None
    redirect_at: str
    uses_forms: bool
    extension: str
    anonymous: bool
    schemes: tuple[str, ...]
    path: str


@dataclass(frozen=True)
class Configuration:
    """What IIS goes by, or what is written for it to load.

    Attributes:
        metabase: The parsed MetaBase.xml.
        ip_restrictions: By metabase location.
    """

    metabase: MetabaseFile
    ip_restrictions: Mapping[str, IPRestrictions]
    _vdirs: dict[str, VdirSettings] = field(default_factory=dict, init=False, repr=False, compare=False)

    @cached_property
    def sites(self) -> tuple[WebSite, ...]:
        """The web sites by number."""
        return web_sites(self.metabase)

    def vdir(self, location: str) -> VdirSettings:
        """Give the settings of a virtual directory, which are looked up once."""
        if location not in self._vdirs:
            redirect = self.metabase.effective(location, "HttpRedirect")
            self._vdirs[location] = VdirSettings(
                application_pool=self.text(location, "AppPoolId"),
                ip_restrictions=self.restrictions(location),
                requires_ssl=self.requires_ssl(location),
                redirect=Redirect.parse(str(redirect.value)),
                redirect_at=redirect.location or location,
                uses_forms=self.uses_forms(location),
                extension=self.wildcard_extension(location),
                anonymous=bool(self.flags(location, "AuthFlags") & AuthFlags.AuthAnonymous),
                schemes=self.schemes(location),
                path=self.text(location, "Path"),
            )
        return self._vdirs[location]

    def text(self, location: str, name: str) -> str:
        """Give a text property's effective value."""
        return str(self.metabase.effective(location, name).value)

    def flags(self, location: str, name: str) -> int:
        """Give a number property's effective value."""
        value = self.metabase.effective(location, name).value
        return value if isinstance(value, int) else 0

    def restrictions(self, location: str) -> IPRestrictions:
        """Give a key's IP restrictions: its own, or those of the nearest key above."""
        stored = {place.lower(): restrictions for place, restrictions in self.ip_restrictions.items()}
        for place in (location, *ancestors(location)):
            if place.lower() in stored:
                return stored[place.lower()]
        return NO_RESTRICTIONS

    def requires_ssl(self, location: str) -> bool:
        """Whether a key demands a secure channel."""
        return bool(self.flags(location, "AccessSSLFlags") & AccessSSLFlags.AccessSSL)

    def uses_forms(self, location: str) -> bool:
        """Whether forms-based authentication is on: property 45054, and Basic in AuthFlags."""
        forms = self.flags(location, FORMS_BASED_AUTHENTICATION) & 1
        return bool(forms and self.flags(location, "AuthFlags") & AuthFlags.AuthBasic)

    def schemes(self, location: str) -> tuple[str, ...]:
        """Give the authentication schemes of a key in IIS's order: the providers as listed, then Basic."""
        auth_flags = self.flags(location, "AuthFlags")
        schemes: list[str] = []
        if auth_flags & AuthFlags.AuthNTLM:
            providers = self.text(location, "NTAuthenticationProviders") or _DEFAULT_PROVIDERS
            schemes += [provider.strip() for provider in providers.split(",") if provider.strip()]
        if auth_flags & AuthFlags.AuthBasic:
            schemes.append("Basic")
        return tuple(schemes)

    def wildcard_extension(self, location: str) -> str:
        r"""Give the file name of the ISAPI extension that gets every request (``davex.dll``), lower case, or ``""``."""
        script_maps = self.metabase.effective(location, "ScriptMaps").value
        maps = script_maps if isinstance(script_maps, tuple) else ()
        processors = [each.processor for each in maps if isinstance(each, ScriptMap) and each.extension == "*"]
        return processors[0].rpartition("\\")[2].lower() if processors else ""


def written(definition: ServerDefinition, parse: Parse) -> Configuration:
    """Give what is written: what WMI and MetaBase.xml show."""
    return Configuration(parse(definition.metabase_xml), definition.ip_restrictions)


def loaded(definition: ServerDefinition, parse: Parse) -> Configuration:
    """Give what IIS has loaded: what the web sites enforce."""
    running = definition.running
    if running is None:
        return written(definition, parse)
    return Configuration(parse(running.metabase_xml), running.ip_restrictions)

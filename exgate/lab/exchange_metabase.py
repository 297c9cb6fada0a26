r"""The metabase of an Exchange 2003 server, from the few things that differ between lab servers.

The virtual directories and their values follow what Exchange's setup makes (KB 883380, KB 298513); the file
is synthetic.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from exgate.facts.ip_restrictions import IPRestrictions
from exgate.lab.metabase_template import Key, metabase_xml

ROOT = "/LM/W3SVC/1/ROOT"
_EXCHANGE_SERVER = r"C:\Program Files\Exchsrvr"
_SYSTEM = r"C:\WINDOWS\system32\inetsrv"
_DENY_ALL_BUT = "18000080200000803c000080440000800100000001000000000000000000000000000000{}"
"""The shape that audit scripts report for "deny all, grant some"; its encoding is not documented."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vdir:
    """An Exchange virtual directory that serves mailboxes.

    Attributes:
        name: Its name below the site's root.
        auth_flags: AuthFlags by name.
        access_ssl_flags: AccessSSLFlags by name, None when it is not set on the vdir.
        default_logon_domain: DefaultLogonDomain, None when it is not set.
        forms_based_authentication: Property 45054, None when it is absent.
        restrictions: IP restrictions, None when IPSecurity is not set.
        path: Path, None for the store's mailboxes.
        script_maps: ScriptMaps, None for the wildcard map of the Exchange extension; without any they are inherited.
    """

    name: str
    auth_flags: str = "AuthBasic | AuthNTLM"
    access_ssl_flags: str | None = None
    default_logon_domain: str | None = None
    forms_based_authentication: int | None = None
    restrictions: IPRestrictions | None = None
    path: str | None = None
    script_maps: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainSite:
    """A web site beside the default one, with nothing of Exchange in it.

    Attributes:
        number: Its number.
        comment: ServerComment, its name in IIS Manager.
        server_bindings: ServerBindings.
        secure_bindings: SecureBindings.
    """

    number: int
    comment: str
    server_bindings: tuple[str, ...]
    secure_bindings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeMetabase:
    r"""What an Exchange server's metabase is made of.

    Attributes:
        smtp_domain: For the store's path ``\\.\BackOfficeStorage\<domain>\MBX``.
        exchange: The /Exchange virtual directory, None when it is missing.
        secondary: A second one, None without.
        extension: The ISAPI extension of the DAV vdirs: davex.dll, or exprox.dll on a front-end.
        server_bindings: ServerBindings of the default web site.
        secure_bindings: SecureBindings of the default web site.
        site: Further properties of the default web site.
        root: Further properties of its root.
        further_sites: Web sites beside it.
    """

    smtp_domain: str
    exchange: Vdir | None = field(default_factory=lambda: Vdir(name="Exchange"))
    secondary: Vdir | None = None
    extension: str = "davex.dll"
    server_bindings: tuple[str, ...] = (":80:",)
    secure_bindings: tuple[str, ...] = (":443:",)
    site: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    root: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    further_sites: tuple[PlainSite, ...] = ()

    @property
    def wildcard_map(self) -> str:
        """The script map by which the Exchange extension gets every request."""
        return rf"*,{_EXCHANGE_SERVER}\bin\{self.extension},1"

    @property
    def restrictions(self) -> dict[str, IPRestrictions]:
        """IP restrictions by metabase location."""
        vdirs = [vdir for vdir in (self.exchange, self.secondary) if vdir and vdir.restrictions]
        return {f"{ROOT}/{vdir.name}": vdir.restrictions for vdir in vdirs if vdir.restrictions}

    def xml(self) -> str:
        """Write the file."""
        further = [key for site in self.further_sites for key in _plain_site(site)]
        return metabase_xml((*self._service(), *self._exchange_vdirs(), *_other_vdirs(), *further))

    def _service(self) -> tuple[Key, ...]:
        return (
            Key("/", "IIS_ROOT"),
            Key("/LM", "IIsComputer", {"EnableEditWhileRunning": "0", "EnableHistory": "1", "MaxHistoryFiles": "10"}),
            Key(
                "/LM/W3SVC",
                "IIsWebService",
                {
                    "AppPoolId": "DefaultAppPool",
                    "AuthFlags": "AuthAnonymous",
                    "DefaultDoc": "Default.htm,Default.asp,index.htm",
                    "HttpErrors": tuple(
                        rf"{code},{sub},FILE,C:\WINDOWS\help\iisHelp\common\{page}.htm"
                        for code, sub, page in (("401", "1", "401-1"), ("403", "4", "403-4"), ("403", "6", "403-6"))
                    ),
                    "LogType": "1",
                    "ScriptMaps": (rf".asp,{_SYSTEM}\asp.dll,5,GET,HEAD,POST,TRACE",),
                },
            ),
            Key("/LM/W3SVC/AppPools", "IIsApplicationPools", {"IdleTimeout": "20"}),
            Key("/LM/W3SVC/AppPools/DefaultAppPool", "IIsApplicationPool"),
            Key("/LM/W3SVC/AppPools/ExchangeApplicationPool", "IIsApplicationPool", {"AppPoolAutoStart": "TRUE"}),
            Key("/LM/W3SVC/Info", "IIsWebInfo", {"MajorIIsVersionNumber": "6", "MinorIIsVersionNumber": "0"}),
            Key(
                "/LM/W3SVC/1",
                "IIsWebServer",
                {
                    "ServerAutoStart": "TRUE",
                    "ServerBindings": self.server_bindings,
                    "ServerComment": "Default Web Site",
                    "SecureBindings": self.secure_bindings,
                    **self.site,
                },
            ),
            Key(
                ROOT,
                "IIsWebVirtualDir",
                {"AccessFlags": "AccessRead | AccessScript", "AppRoot": ROOT, "Path": r"C:\Inetpub\wwwroot"}
                | dict(self.root),
            ),
        )

    def _exchange_vdirs(self) -> tuple[Key, ...]:
        storage = rf"\\.\BackOfficeStorage\{self.smtp_domain}"
        mailboxes = [self._dav(vdir, rf"{storage}\MBX") for vdir in (self.exchange, self.secondary) if vdir]
        return (
            *mailboxes,
            self._dav(Vdir(name="Public"), rf"{storage}\Public Folders"),
            self._dav(Vdir(name="Exadmin", auth_flags="AuthNTLM"), r"\\.\BackOfficeStorage"),
        )

    def _dav(self, vdir: Vdir, path: str) -> Key:
        attributes: dict[str, str | tuple[str, ...]] = {
            "AccessFlags": "AccessRead | AccessWrite | AccessSource | AccessScript",
            "AppPoolId": "ExchangeApplicationPool",
            "AppRoot": f"{ROOT}/{vdir.name}",
            "AuthFlags": vdir.auth_flags,
            "DirBrowseFlags": (
                "DirBrowseShowDate | DirBrowseShowTime | DirBrowseShowSize | DirBrowseShowExtension | "
                "DirBrowseShowLongDate | EnableDefaultDoc | EnableDirBrowsing"
            ),
            "LogonMethod": "3",
            "Path": path if vdir.path is None else vdir.path,
        }
        script_maps = (self.wildcard_map,) if vdir.script_maps is None else vdir.script_maps
        if script_maps:
            attributes["ScriptMaps"] = script_maps
        if vdir.access_ssl_flags is not None:
            attributes["AccessSSLFlags"] = vdir.access_ssl_flags
        if vdir.default_logon_domain is not None:
            attributes["DefaultLogonDomain"] = vdir.default_logon_domain
        if vdir.restrictions is not None:
            granted = "".join(f"ffffffff{int(net.network_address):08x}" for net in vdir.restrictions.ip_grant)
            attributes["IPSecurity"] = _DENY_ALL_BUT.format(granted)
        return Key(f"{ROOT}/{vdir.name}", "IIsWebVirtualDir", attributes, vdir.forms_based_authentication)


def _other_vdirs() -> tuple[Key, ...]:
    """The vdirs that are no DAV: pages, ActiveSync and Outlook Mobile Access."""
    read = {"AccessFlags": "AccessRead | AccessScript", "AppPoolId": "ExchangeApplicationPool"}
    return (
        _plain("ExchWeb", read | {"AuthFlags": "AuthAnonymous", "Path": rf"{_EXCHANGE_SERVER}\ExchWeb"}),
        _plain("OMA", read | {"AuthFlags": "AuthBasic", "Path": rf"{_EXCHANGE_SERVER}\OMA\Browse"}),
        _plain(
            "Microsoft-Server-ActiveSync",
            read | {"AuthFlags": "AuthBasic", "Path": rf"{_EXCHANGE_SERVER}\OMA\Sync"},
            (rf"*,{_EXCHANGE_SERVER}\bin\massync.dll,1",),
        ),
    )


def _plain_site(site: PlainSite) -> tuple[Key, ...]:
    location = f"/LM/W3SVC/{site.number}"
    bindings = {"ServerBindings": site.server_bindings, "SecureBindings": site.secure_bindings}
    return (
        Key(
            location,
            "IIsWebServer",
            {"ServerAutoStart": "TRUE", "ServerComment": site.comment}
            | {name: entries for name, entries in bindings.items() if entries},
        ),
        Key(
            f"{location}/ROOT",
            "IIsWebVirtualDir",
            {"AccessFlags": "AccessRead", "AppRoot": f"{location}/ROOT", "Path": rf"C:\Inetpub\site{site.number}"},
        ),
    )


def _plain(name: str, attributes: Mapping[str, str], script_maps: tuple[str, ...] = ()) -> Key:
    maps: dict[str, str | tuple[str, ...]] = {"ScriptMaps": script_maps} if script_maps else {}
    return Key(f"{ROOT}/{name}", "IIsWebVirtualDir", {"AppRoot": f"{ROOT}/{name}", **attributes, **maps})


def with_forms_based_authentication(vdir: Vdir) -> Vdir:
    r"""Give a vdir as Exchange System Manager leaves it with forms-based authentication: Basic only, domain ``\``."""
    return replace(vdir, auth_flags="AuthBasic", default_logon_domain="\\", forms_based_authentication=1)

"""The IIS 6-like web site of a lab server: it enforces the metabase that the WS-Management endpoint shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from aiohttp import web

from exgate.facts.bindings import Binding
from exgate.facts.flags import AccessSSLFlags, AuthFlags
from exgate.facts.metabase import VIRTUAL_DIRECTORY, MetabaseFile
from exgate.facts.metabase_schema import FORMS_BASED_AUTHENTICATION
from exgate.lab.exchange_metabase import ROOT
from exgate.lab.iis_pages import (
    ADDRESS_REJECTED,
    INVALID_HOST_NAME,
    NOT_FOUND,
    SSL_REQUIRED,
    UNAUTHORIZED,
    UNDER_CONSTRUCTION,
    ErrorPage,
)
from exgate.lab.iis_wmi import effective_restrictions
from exgate.lab.loopback import claimed_address

if TYPE_CHECKING:
    from exgate.lab.definition import ServerDefinition
    from exgate.lab.record import Record

_HTTP_PORT: Final = 80
"""The port that the site stands for, whichever it listens on."""
_DEFAULT_PROVIDERS: Final = "Negotiate,NTLM"
_HEADERS: Final = {
    "Server": "Microsoft-IIS/6.0",
    "MicrosoftOfficeWebServer": "5.0_Pub",
    "X-Powered-By": "ASP.NET",
}


class Site:
    """The default web site of a server, over plain http.

    Args:
        definition: The server.
        metabase: Its parsed MetaBase.xml.
        record: Where requests are counted.
    """

    def __init__(self, definition: ServerDefinition, metabase: MetabaseFile, record: Record) -> None:
        self._definition = definition
        self._metabase = metabase
        self._record = record
        self._vdirs = {
            location[len(ROOT) :].lower(): location
            for location in metabase.locations(VIRTUAL_DIRECTORY)
            if location.lower().startswith(ROOT.lower())
        }

    async def handle(self, request: web.BaseRequest) -> web.Response:
        """Answer a request; checked in this order: binding, vdir, address, SSL, redirect, forms, authentication."""
        self._record.site_requests[request.method] += 1
        host = request.host.partition(":")[0].lower()
        if not self._bound(host):
            return web.Response(status=400, reason="Bad Request", body=INVALID_HOST_NAME, content_type="text/html")
        vdir = self._vdir(request.path)
        if vdir is None:
            return _page(NOT_FOUND)
        return self._refusal(request, vdir) or self._admission(request, vdir, host)

    def _refusal(self, request: web.BaseRequest, vdir: str) -> web.Response | None:
        """Give the answer of a request that is turned away whoever sends it."""
        peer = claimed_address(request.remote or "127.0.0.1", self._definition.addresses[0])
        if not effective_restrictions(self._definition, vdir).grants(peer):
            return _page(ADDRESS_REJECTED)
        if self._flags(vdir, "AccessSSLFlags") & AccessSSLFlags.AccessSSL:
            return _page(SSL_REQUIRED)
        target = str(self._metabase.effective(vdir, "HttpRedirect").value).partition(",")[0].strip()
        if target:
            return _answer(302, "Object Moved", headers={"Location": target})
        return None

    def _admission(self, request: web.BaseRequest, vdir: str, host: str) -> web.Response:
        """Give the answer that depends on who sends the request; nobody can log on here."""
        auth_flags = self._flags(vdir, "AuthFlags")
        forms = self._flags(vdir, FORMS_BASED_AUTHENTICATION) & 1
        if forms and auth_flags & AuthFlags.AuthBasic:
            if request.method not in {"GET", "HEAD"}:
                return _answer(440, "Login Timeout")
            asked = quote(f"http://{request.host}{request.path}", safe=":/")
            logon = f"http://{request.host}/exchweb/bin/auth/owalogon.asp?url={asked}&reason=0"
            return _answer(302, "Moved Temporarily", headers={"Location": logon})
        if auth_flags & AuthFlags.AuthAnonymous:
            return _answer(200, "OK", body=UNDER_CONSTRUCTION)
        response = _page(UNAUTHORIZED)
        for scheme in self._schemes(vdir, auth_flags, host):
            response.headers.add("WWW-Authenticate", scheme)
        return response

    def _schemes(self, vdir: str, auth_flags: int, host: str) -> list[str]:
        """Give the authentication schemes in IIS's order."""
        schemes: list[str] = []
        if auth_flags & AuthFlags.AuthNTLM:
            providers = str(self._metabase.effective(vdir, "NTAuthenticationProviders").value) or _DEFAULT_PROVIDERS
            schemes += [provider.strip() for provider in providers.split(",")]
        if auth_flags & AuthFlags.AuthBasic:
            schemes.append(f'Basic realm="{host}"')
        return schemes

    def _bound(self, host: str) -> bool:
        site = ROOT.rpartition("/")[0]
        bindings = self._metabase.effective(site, "ServerBindings").value
        return isinstance(bindings, tuple) and any(
            isinstance(binding, Binding)
            and binding.port == _HTTP_PORT
            and binding.address in {"", *self._definition.addresses}
            and binding.host.lower() in {"", host}
            for binding in bindings
        )

    def _vdir(self, path: str) -> str | None:
        """Give the location of the virtual directory that a path names, None for a path below the root that is none."""
        if path == "/":
            return self._vdirs.get("")
        first = "/" + path.lstrip("/").partition("/")[0].lower()
        return self._vdirs.get(first)

    def _flags(self, vdir: str, name: str) -> int:
        value = self._metabase.effective(vdir, name).value
        return value if isinstance(value, int) else 0


def _page(page: ErrorPage) -> web.Response:
    return _answer(page.status, page.reason, body=page.body)


def _answer(status: int, reason: str, body: bytes = b"", headers: dict[str, str] | None = None) -> web.Response:
    return web.Response(
        status=status, reason=reason, body=body, content_type="text/html", headers=_HEADERS | (headers or {})
    )

"""The IIS 6-like web sites of a lab server: they enforce the configuration that IIS has loaded."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote, urlsplit

from aiohttp import web

from exgate.facts.flags import AuthFlags
from exgate.lab.configuration import Configuration
from exgate.lab.dav import Dav
from exgate.lab.definition import ServerDefinition
from exgate.lab.host_header import base_url, host_name
from exgate.lab.iis_pages import (
    ADDRESS_REJECTED,
    INTERNAL_SERVER_ERROR,
    INVALID_HOST_NAME,
    NOT_FOUND,
    NOT_IMPLEMENTED,
    SERVICE_UNAVAILABLE,
    SSL_REQUIRED,
    UNAUTHORIZED,
    UNDER_CONSTRUCTION,
    answer,
    http_sys,
    page,
)
from exgate.lab.loopback import claimed_address
from exgate.lab.mailbox import store
from exgate.lab.mobile_access import activesync, outlook_mobile_access
from exgate.lab.redirect import Redirect
from exgate.lab.site_log_on import LoggedOn, SiteLogOns
from exgate.lab.web_sites import HTTP_PORT, HTTPS_PORT, WebSite, route, web_sites

_DAV_EXTENSIONS: Final = frozenset({"davex.dll", "exprox.dll"})
"""The store's extension, and the front-end's, which answers here as the back-end behind it would."""
_ACTIVESYNC_EXTENSION: Final = "massync.dll"
_OMA_PATH: Final = "\\oma\\browse"
_DEVICE: Final = "\\\\.\\"
"""The beginning of a Path that is no folder, so that no files are there."""
_PAGE_METHODS: Final = frozenset({"GET", "HEAD", "POST"})


class Sites:
    """The web sites of a server.

    Args:
        definition: The server.
        configuration: What IIS has loaded.
        log_ons: Who is logged on.
        user: The account's name, whose mailbox the store has.
    """

    def __init__(
        self, definition: ServerDefinition, configuration: Configuration, log_ons: SiteLogOns, user: str
    ) -> None:
        self._definition = definition
        self._behaviour = definition.site_behaviour
        self._configuration = configuration
        self._log_ons = log_ons
        self._user = user if self._behaviour.mailbox_exists else None
        self.sites = web_sites(configuration.metabase)

    def answer(self, request: web.BaseRequest, body: bytes) -> web.Response:
        """Answer a request.

        Checked in this order: binding, virtual directory, application pool, address, SSL, redirection, extensions,
        forms-based authentication, authentication.
        """
        port = HTTPS_PORT if request.secure else HTTP_PORT
        site = route(self.sites, port, self._definition.addresses[0], host_name(request))
        if site is None:
            return http_sys(400, "Bad Request", INVALID_HOST_NAME)
        vdir = site.vdir(request.path)
        if vdir is None:
            return page(NOT_FOUND)
        if self._configuration.text(vdir, "AppPoolId") in self._behaviour.stopped_application_pools:
            return http_sys(503, "Service Unavailable", SERVICE_UNAVAILABLE)
        return self._refusal(request, site, vdir) or self._admission(request, body, site, vdir)

    def _refusal(self, request: web.BaseRequest, site: WebSite, vdir: str) -> web.Response | None:
        """Give the answer of a request that is turned away whoever sends it."""
        peer = claimed_address(request.remote or "127.0.0.1", self._definition.addresses[0])
        if not self._configuration.restrictions(vdir).grants(peer):
            return page(ADDRESS_REJECTED)
        if self._configuration.requires_ssl(vdir) and not request.secure:
            return page(SSL_REQUIRED)
        redirect = self._redirection(request, site, vdir)
        if redirect:
            return redirect
        extensions = self._definition.web_server_extensions
        if extensions and extensions.takes(site.number, request.path):
            return page(NOT_FOUND)
        if vdir.rpartition("/")[2].lower() in {name.lower() for name in self._behaviour.failing_vdirs}:
            return page(INTERNAL_SERVER_ERROR)
        return None

    def _redirection(self, request: web.BaseRequest, site: WebSite, vdir: str) -> web.Response | None:
        setting = self._configuration.metabase.effective(vdir, "HttpRedirect")
        redirect = Redirect.parse(str(setting.value))
        if redirect is None:
            return None
        root = f"{site.location}/ROOT"
        set_on = (setting.location or vdir)[len(root) :]
        location = redirect.location(request.raw_path[len(set_on) :])
        if location is None:
            return None
        return answer(redirect.status, "Object Moved", headers={"Location": location})

    def _admission(self, request: web.BaseRequest, body: bytes, site: WebSite, vdir: str) -> web.Response:
        """Give the answer that depends on who sends the request."""
        if self._configuration.uses_forms(vdir):
            return _forms(request)
        extension = self._configuration.wildcard_extension(vdir)
        anonymous = self._configuration.flags(vdir, "AuthFlags") & AuthFlags.AuthAnonymous
        if anonymous and extension not in _DAV_EXTENSIONS and "Authorization" not in request.headers:
            return self._content(request, body, site, vdir, extension)
        # The store lets nobody in without a name, whatever IIS allows.
        schemes = self._configuration.schemes(vdir)
        outcome = self._log_ons.log_on(request, schemes)
        if not isinstance(outcome, LoggedOn):
            return _unauthorized(request, schemes, outcome.challenge)
        response = self._content(request, body, site, vdir, extension)
        if outcome.challenge:
            response.headers["WWW-Authenticate"] = outcome.challenge
        return response

    def _content(self, request: web.BaseRequest, body: bytes, site: WebSite, vdir: str, extension: str) -> web.Response:
        """Give what an admitted client gets."""
        version = self._definition.exchange_version
        path = self._configuration.text(vdir, "Path")
        if extension in _DAV_EXTENSIONS:
            dav = Dav(
                prefix=request.path[: len(vdir) - len(f"{site.location}/ROOT")],
                root=store(path, self._user),
                version=version,
                store_runs=self._definition.runs("MSExchangeIS"),
            )
            return dav.handle(request, body)
        if extension == _ACTIVESYNC_EXTENSION:
            return activesync(request, version, self._behaviour.protocol_versions)
        if path.lower().endswith(_OMA_PATH):
            return outlook_mobile_access(request)
        if path.startswith(_DEVICE) and request.method in _PAGE_METHODS:
            return page(NOT_FOUND)
        return answer(200, "OK", body=UNDER_CONSTRUCTION) if request.method in _PAGE_METHODS else page(NOT_IMPLEMENTED)


def _forms(request: web.BaseRequest) -> web.Response:
    """Answer under forms-based authentication: a browser is sent to the log-on page, anything else is timed out."""
    if request.method not in {"GET", "HEAD"}:
        return answer(440, "Login Timeout")
    asked = quote(f"{base_url(request)}{request.path}", safe=":/")
    logon = f"{base_url(request)}/exchweb/bin/auth/owalogon.asp?url={asked}&reason=0"
    return answer(302, "Moved Temporarily", headers={"Location": logon})


def _unauthorized(request: web.BaseRequest, schemes: tuple[str, ...], challenge: str) -> web.Response:
    """Offer the schemes in IIS's order, or go on with the handshake that has begun."""
    response = page(UNAUTHORIZED)
    realm = host_name(request) or urlsplit(base_url(request)).hostname
    offers = [f'Basic realm="{realm}"' if scheme == "Basic" else scheme for scheme in schemes]
    for offer in [challenge] if challenge else offers:
        response.headers.add("WWW-Authenticate", offer)
    return response

"""The IIS 6-like web sites of a lab server: they enforce the configuration that IIS has loaded."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote, urlsplit

from exgate.lab.configuration import Configuration, VdirSettings
from exgate.lab.dav import Dav
from exgate.lab.definition import ServerDefinition
from exgate.lab.host_header import base_url, host_name
from exgate.lab.http_message import HttpRequest, HttpResponse
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
from exgate.lab.site_log_on import LoggedOn, SiteLogOns
from exgate.lab.web_sites import HTTP_PORT, HTTPS_PORT, WebSite, route

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
        self.sites = configuration.sites

    def answer(self, request: HttpRequest) -> HttpResponse:
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
        settings = self._configuration.vdir(vdir)
        if settings.application_pool in self._behaviour.stopped_application_pools:
            return http_sys(503, "Service Unavailable", SERVICE_UNAVAILABLE)
        path = vdir[len(f"{site.location}/ROOT") :]
        return self._refusal(request, site, path, settings) or self._admission(request, path, settings)

    def _refusal(self, request: HttpRequest, site: WebSite, path: str, settings: VdirSettings) -> HttpResponse | None:
        """Give the answer of a request that is turned away whoever sends it."""
        peer = claimed_address(request.remote, self._definition.addresses[0])
        if not settings.ip_restrictions.grants(peer):
            return page(ADDRESS_REJECTED)
        if settings.requires_ssl and not request.secure:
            return page(SSL_REQUIRED)
        redirect = _redirection(request, site, settings)
        if redirect:
            return redirect
        extensions = self._definition.web_server_extensions
        if extensions and extensions.takes(site.number, request.path):
            return page(NOT_FOUND)
        if (path or "ROOT").rpartition("/")[2].lower() in {name.lower() for name in self._behaviour.failing_vdirs}:
            return page(INTERNAL_SERVER_ERROR)
        return None

    def _admission(self, request: HttpRequest, path: str, settings: VdirSettings) -> HttpResponse:
        """Give the answer that depends on who sends the request."""
        if settings.uses_forms:
            return _forms(request)
        if settings.anonymous and settings.extension not in _DAV_EXTENSIONS and "authorization" not in request.headers:
            return self._content(request, path, settings)
        # The store lets nobody in without a name, whatever IIS allows.
        outcome = self._log_ons.log_on(request, settings.schemes)
        if not isinstance(outcome, LoggedOn):
            return _unauthorized(request, settings.schemes, outcome.challenge)
        response = self._content(request, path, settings)
        if outcome.challenge:
            response.headers.append(("WWW-Authenticate", outcome.challenge))
        return response

    def _content(self, request: HttpRequest, path: str, settings: VdirSettings) -> HttpResponse:
        """Give what an admitted client gets."""
        version = self._definition.exchange_version
        if settings.extension in _DAV_EXTENSIONS:
            dav = Dav(
                prefix=request.path[: len(path)],
                root=store(settings.path, self._user),
                version=version,
                store_runs=self._definition.runs("MSExchangeIS"),
            )
            return dav.handle(request)
        if settings.extension == _ACTIVESYNC_EXTENSION:
            return activesync(request, version, self._behaviour.protocol_versions)
        if settings.path.lower().endswith(_OMA_PATH):
            return outlook_mobile_access(request)
        if settings.path.startswith(_DEVICE) and request.method in _PAGE_METHODS:
            return page(NOT_FOUND)
        return answer(200, "OK", body=UNDER_CONSTRUCTION) if request.method in _PAGE_METHODS else page(NOT_IMPLEMENTED)


def _redirection(request: HttpRequest, site: WebSite, settings: VdirSettings) -> HttpResponse | None:
    if settings.redirect is None:
        return None
    root = f"{site.location}/ROOT"
    location = settings.redirect.location(request.target[len(settings.redirect_at[len(root) :]) :])
    if location is None:
        return None
    return answer(settings.redirect.status, "Object Moved", headers={"Location": location})


def _forms(request: HttpRequest) -> HttpResponse:
    """Answer under forms-based authentication: a browser is sent to the log-on page, anything else is timed out."""
    if request.method not in {"GET", "HEAD"}:
        return answer(440, "Login Timeout")
    asked = quote(f"{base_url(request)}{request.path}", safe=":/")
    logon = f"{base_url(request)}/exchweb/bin/auth/owalogon.asp?url={asked}&reason=0"
    return answer(302, "Moved Temporarily", headers={"Location": logon})


def _unauthorized(request: HttpRequest, schemes: tuple[str, ...], challenge: str) -> HttpResponse:
    """Offer the schemes in IIS's order, or go on with the handshake that has begun."""
    response = page(UNAUTHORIZED)
    realm = host_name(request) or urlsplit(base_url(request)).hostname
    offers = [f'Basic realm="{realm}"' if scheme == "Basic" else scheme for scheme in schemes]
    response.headers += [("WWW-Authenticate", offer) for offer in ([challenge] if challenge else offers)]
    return response

"""What davex.dll answers on a virtual directory: read-only WebDAV over the lab's store (RFC 4918)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import format_datetime
from typing import Final
from urllib.parse import quote

from exgate.lab.dav_xml import FINITE_DEPTH_ERROR, PropfindError, multistatus, read_propfind
from exgate.lab.host_header import base_url
from exgate.lab.http_message import HttpRequest, HttpResponse
from exgate.lab.iis_pages import NOT_ALLOWED, NOT_FOUND, STORE_UNAVAILABLE, answer, page
from exgate.lab.mailbox import Resource

METHODS: Final = ("OPTIONS", "GET", "HEAD", "PROPFIND")
"""What the lab's store does; Exchange's own writes, locks and searches too."""
_ALLOW: Final = ", ".join(METHODS)
_OPTIONS: Final = {"DAV": "1, 2", "MS-Author-Via": "DAV", "Allow": _ALLOW, "Public": _ALLOW, "Accept-Ranges": "none"}
"""Exchange's classes of compliance, but only the methods that the lab has."""
_FOLDER_PAGE: Final = b"<html><head><title>Microsoft Outlook Web Access</title></head><body>Synthetic.</body></html>"
_XML: Final = "text/xml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dav:
    """A DAV virtual directory for a client that is logged on.

    Attributes:
        prefix: The virtual directory's path as the client wrote it: ``/exchange``.
        root: What it shows of the store, None where its Path is no place of the store.
        version: MS-WebStorage: the store's version.
        store_runs: Whether the Information Store does.
    """

    prefix: str
    root: Resource | None
    version: str
    store_runs: bool = True

    def handle(self, request: HttpRequest) -> HttpResponse:
        """Answer a request."""
        response = self._answer(request)
        response.headers.append(("MS-WebStorage", self.version))
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        if not self.store_runs:
            return page(STORE_UNAVAILABLE)
        if request.method not in METHODS:
            return page(NOT_ALLOWED, {"Allow": _ALLOW})
        segments = [part for part in request.path[len(self.prefix) :].split("/") if part]
        resource = self.root.find(segments) if self.root else None
        if resource is None:
            return page(NOT_FOUND)
        if request.method == "OPTIONS":
            return answer(200, "OK", headers=_OPTIONS)
        if request.method == "PROPFIND":
            return self._propfind(request, resource, segments)
        return _content(resource)

    def _propfind(self, request: HttpRequest, resource: Resource, segments: list[str]) -> HttpResponse:
        depth = request.headers.get("depth", "infinity").strip().lower()
        if depth not in {"0", "1", "infinity"}:
            return answer(400, "Bad Request")
        if depth == "infinity":
            return answer(403, "Forbidden", body=FINITE_DEPTH_ERROR, content_type=_XML)
        try:
            propfind = read_propfind(request.body)
        except PropfindError:
            return answer(400, "Bad Request")
        base = f"{base_url(request)}{quote(self.prefix)}"
        found = _tree(f"{base}/{'/'.join(map(quote, segments))}", resource, with_children=depth == "1")
        return answer(207, "Multi-Status", body=multistatus(propfind, found), content_type=_XML)


def _tree(url: str, resource: Resource, *, with_children: bool) -> Iterator[tuple[str, Resource]]:
    """Give a resource, and its children if asked, with their URLs; a collection's ends with a slash."""
    base = url.rstrip("/")
    yield f"{base}/" if resource.is_collection else base, resource
    if with_children and resource.children and resource.lists_children:
        for child in resource.children.values():
            yield from _tree(f"{base}/{quote(child.name)}", child, with_children=False)


def _content(resource: Resource) -> HttpResponse:
    if resource.is_collection:
        return answer(200, "OK", body=_FOLDER_PAGE)
    headers = {"ETag": resource.etag, "Last-Modified": format_datetime(resource.created, usegmt=True)}
    return answer(200, "OK", body=resource.content, content_type="message/rfc822", headers=headers)

"""IIS 6's error pages: the marks that tell them apart and the real lengths; the rest is the lab's own text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from exgate.lab.http_message import HttpResponse

_IIS_HEADERS: Final = (
    ("Server", "Microsoft-IIS/6.0"),
    ("MicrosoftOfficeWebServer", "5.0_Pub"),
    ("X-Powered-By", "ASP.NET"),
)
_HTTP_SYS_HEADERS: Final = (("Content-Type", "text/html"), ("Server", "Microsoft-HTTPAPI/1.0"))


@dataclass(frozen=True)
class ErrorPage:
    """An error page.

    Attributes:
        status: The HTTP status; IIS 6 never puts the sub-status into the status line.
        reason: The reason phrase.
        title: The page's title.
        error: The line with the sub-status, for example ``HTTP 403.4 - Forbidden: SSL required``.
        length: The page's length in octets.
    """

    status: int
    reason: str
    title: str
    error: str
    length: int

    @cached_property
    def body(self) -> bytes:
        """The page in Windows-1252, padded to its length."""
        head = (
            '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN" "http://www.w3.org/TR/html4/strict.dtd">\r\n'
            f"<HTML><HEAD><TITLE>{self.title}</TITLE>\r\n"
            '<META HTTP-EQUIV="Content-Type" Content="text/html; charset=Windows-1252">\r\n'
            f"</HEAD><BODY><h1>{self.title}</h1>\r\n<h2>{self.error}<br>Internet Information Services (IIS)</h2>\r\n"
            "<p>Synthetic: an answer of the exgate lab.</p>\r\n"
        )
        tail = "</BODY></HTML>\r\n"
        return (head + " " * (self.length - len(head) - len(tail)) + tail).encode("windows-1252")


SSL_REQUIRED = ErrorPage(
    403, "Forbidden", "The page must be viewed over a secure channel", "HTTP 403.4 - Forbidden: SSL required", 1409
)
"""The page that event 1805 of the article quotes."""
ADDRESS_REJECTED = ErrorPage(
    403, "Forbidden", "You are not authorized to view this page", "HTTP 403.6 - Forbidden: IP address rejected", 1758
)
"""Title and length are not proven; the error line is KB 248043's."""
UNAUTHORIZED = ErrorPage(
    401,
    "Unauthorized",
    "You are not authorized to view this page",
    "HTTP Error 401.2 - Unauthorized: Access is denied due to server configuration.",
    1656,
)
NOT_FOUND = ErrorPage(
    404, "Not Found", "The page cannot be found", "HTTP Error 404 - File or directory not found.", 1635
)
INTERNAL_SERVER_ERROR = ErrorPage(
    500, "Internal Server Error", "The page cannot be displayed", "HTTP 500 - Internal server error", 1746
)
"""Length not proven."""
NOT_ALLOWED = ErrorPage(
    405, "Method Not Allowed", "The page cannot be displayed", "HTTP Error 405 - Not allowed.", 1564
)
"""Length not proven."""
NOT_IMPLEMENTED = ErrorPage(501, "Not Implemented", "The page cannot be displayed", "HTTP 501 - Not implemented", 1536)
"""Length not proven."""
STORE_UNAVAILABLE = ErrorPage(
    503, "Service Unavailable", "The page cannot be displayed", "HTTP 503 - Service unavailable", 1536
)
"""What the DAV extension says while the store is stopped; its text and length are not proven."""
INVALID_HOST_NAME = b"<h1>Bad Request (Invalid Hostname)</h1>"
"""What http.sys says itself when no site has a binding for the request's port and host name."""
SERVICE_UNAVAILABLE = b"<h1>Service Unavailable</h1>"
"""What http.sys says itself for an application pool that does not run."""
UNDER_CONSTRUCTION = (
    b"<html><head><title>Under Construction</title></head><body>Synthetic: the exgate lab.</body></html>"
)


def page(error_page: ErrorPage, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """Answer with one of IIS's error pages."""
    return answer(error_page.status, error_page.reason, body=error_page.body, headers=headers)


def answer(
    status: int,
    reason: str,
    *,
    body: bytes = b"",
    content_type: str = "text/html",
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Answer as IIS, with the headers that it always sends."""
    lines = [("Content-Type", content_type), *_IIS_HEADERS, *(headers or {}).items()]
    return HttpResponse(status, reason, body, lines)


def http_sys(status: int, reason: str, body: bytes) -> HttpResponse:
    """Answer as http.sys, which no web site has been asked by."""
    return HttpResponse(status, reason, body, list(_HTTP_SYS_HEADERS))

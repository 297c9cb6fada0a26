"""The Host header of a request, read without asking any name server for what is missing."""

from __future__ import annotations

from exgate.lab.http_message import HttpRequest


def host_name(request: HttpRequest) -> str:
    """Give the host that a request is for, without its port, lower case; ``""`` where HTTP/1.0 names none."""
    return request.headers.get("host", "").partition(":")[0].strip().lower()


def base_url(request: HttpRequest) -> str:
    """Give a URL's beginning that leads back to where a request came to: the Host header, or the socket's address."""
    host = request.headers.get("host")
    if not host:
        address, port = request.transport.get_extra_info("sockname")[:2]
        host = f"{address}:{port}"
    return f"{request.scheme}://{host}"

"""The control endpoint: what the servers saw (``GET /record``), where they are (``GET /servers``), ``POST /reset``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from aiohttp import web

from exgate.lab.loopback import listen

if TYPE_CHECKING:
    import socket

    from exgate.lab.server import LabServer

_ADDRESS = "127.0.0.1"


def listen_for_control() -> socket.socket:
    """Listen on a port of 127.0.0.1 that the system chooses."""
    return listen(_ADDRESS, 0)


def control_server(servers: Sequence[LabServer]) -> web.Server:
    """Give the control endpoint's server."""

    async def handle(request: web.BaseRequest) -> web.Response:
        match request.method, request.path:
            case "GET", "/record":
                return web.json_response({server.definition.name: server.record_as_json() for server in servers})
            case "GET", "/servers":
                return web.json_response({server.definition.name: server.as_json() for server in servers})
            case "POST", "/reset":
                for server in servers:
                    server.record.reset()
                return web.json_response({})
        return web.json_response({"error": f"no {request.method} {request.path}"}, status=404)

    return web.Server(handle)

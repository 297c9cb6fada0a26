"""The control endpoint: what the servers saw, where they are, and how one of them is changed under way.

``GET /record``: the record of every server. ``GET /servers``: where they are. ``POST /reset``: begin counting anew.

``POST /change`` with ``{"server": "be01", "to": "drift-02-ssl-on-root"}``: that server's WMI, registry and MetaBase.xml
show the other definition's configuration, and its web sites go on as they were. ``POST /restart`` with
``{"server": "be01"}``: IIS Admin is restarted, so that the web sites enforce what is written. Errors are JSON too: 400
for a body that is not understood or a server that is down, 404 for a name that is not known.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from aiohttp import web

from exgate.lab.loopback import listen

if TYPE_CHECKING:
    import socket

    from exgate.lab.definition import ServerDefinition
    from exgate.lab.server import LabServer

_ADDRESS = "127.0.0.1"


class ControlError(Exception):
    """A request cannot be done; its text is one line."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def listen_for_control() -> socket.socket:
    """Listen on a port of 127.0.0.1 that the system chooses."""
    return listen(_ADDRESS, 0)


def control_server(servers: Sequence[LabServer], catalogue: Mapping[str, ServerDefinition]) -> web.Server:
    """Give the control endpoint's server.

    Args:
        servers: The running servers.
        catalogue: The definitions that a server can be changed to, by name.
    """
    by_name = {server.definition.name: server for server in servers}

    async def handle(request: web.BaseRequest) -> web.Response:
        try:
            return web.json_response(await _answer(request, by_name, catalogue))
        except ControlError as error:
            return web.json_response({"error": str(error)}, status=error.status)
        except OSError as error:
            return web.json_response({"error": f"a port cannot be had: {error}"}, status=500)

    return web.Server(handle)


async def _answer(
    request: web.BaseRequest, servers: Mapping[str, LabServer], catalogue: Mapping[str, ServerDefinition]
) -> dict[str, object]:
    match request.method, request.path:
        case "GET", "/record":
            return {name: server.record_as_json() for name, server in servers.items()}
        case "GET", "/servers":
            return {name: server.as_json() for name, server in servers.items()}
        case "POST", "/reset":
            for each in servers.values():
                each.record.reset()
            return {}
        case "POST", "/change":
            name, to = await _names(request, "server", "to")
            server = _running(servers, name)
            if to not in catalogue:
                raise ControlError(404, f"no such definition: {to}")
            server.change(catalogue[to])
            return {name: servers[name].as_json()}
        case "POST", "/restart":
            (name,) = await _names(request, "server")
            await _running(servers, name).restart()
            return {name: servers[name].as_json()}
    raise ControlError(404, f"no {request.method} {request.path}")


async def _names(request: web.BaseRequest, *keys: str) -> list[str]:
    """Read a JSON object of texts.

    Raises:
        ControlError: The body is none, or has other keys.
    """
    try:
        body = json.loads(await request.read())
    except ValueError:
        body = None
    if not isinstance(body, dict) or set(body) != set(keys) or not all(isinstance(each, str) for each in body.values()):
        shown = ", ".join(f'"{key}": "..."' for key in keys)
        raise ControlError(400, f"a JSON object is expected: {{{shown}}}")
    return [body[key] for key in keys]


def _running(servers: Mapping[str, LabServer], name: str) -> LabServer:
    server = servers.get(name)
    if server is None:
        raise ControlError(404, f"no such server: {name}")
    if not server.definition.listens:
        raise ControlError(400, f"{name} is down")
    return server

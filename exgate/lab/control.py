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

from exgate.lab.http_message import HttpRequest, HttpResponse
from exgate.lab.http_server import Handler
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


class Control(Handler):
    """The control endpoint.

    Args:
        servers: The running servers.
        catalogue: The definitions that a server can be changed to, by name.
    """

    def __init__(self, servers: Sequence[LabServer], catalogue: Mapping[str, ServerDefinition]) -> None:
        self._servers = {server.definition.name: server for server in servers}
        self._catalogue = catalogue

    async def answer(self, request: HttpRequest) -> HttpResponse:
        """Answer with JSON."""
        try:
            return _json(200, await self._answer(request))
        except ControlError as error:
            return _json(error.status, {"error": str(error)})
        except OSError as error:
            return _json(500, {"error": f"a port cannot be had: {error}"})

    async def _answer(self, request: HttpRequest) -> dict[str, object]:
        servers = self._servers
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
                name, to = _names(request, "server", "to")
                server = self._running(name)
                if to not in self._catalogue:
                    raise ControlError(404, f"no such definition: {to}")
                server.change(self._catalogue[to])
                return {name: servers[name].as_json()}
            case "POST", "/restart":
                (name,) = _names(request, "server")
                await self._running(name).restart()
                return {name: servers[name].as_json()}
        raise ControlError(404, f"no {request.method} {request.path}")

    def _running(self, name: str) -> LabServer:
        server = self._servers.get(name)
        if server is None:
            raise ControlError(404, f"no such server: {name}")
        if not (server.definition.listens and server.definition.reachable):
            raise ControlError(400, f"{name} is down")
        return server


def _json(status: int, value: object) -> HttpResponse:
    return HttpResponse(status, body=json.dumps(value).encode(), headers=[("Content-Type", "application/json")])


def _names(request: HttpRequest, *keys: str) -> list[str]:
    """Read a JSON object of texts.

    Raises:
        ControlError: The body is none, or has other keys.
    """
    try:
        body = json.loads(request.body)
    except ValueError:
        body = None
    if not isinstance(body, dict) or set(body) != set(keys) or not all(isinstance(each, str) for each in body.values()):
        shown = ", ".join(f'"{key}": "..."' for key in keys)
        raise ControlError(400, f"a JSON object is expected: {{{shown}}}")
    return [body[key] for key in keys]

"""The running lab: every chosen server and the control endpoint in one event loop, gone without a trace afterwards."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import tempfile
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from exgate.facts.metabase_xml import read_metabase
from exgate.lab.certificates import Authority
from exgate.lab.control import Control, listen_for_control
from exgate.lab.definition import ServerDefinition
from exgate.lab.http_server import HttpServer
from exgate.lab.ntlm import Account, offer_account
from exgate.lab.open_files import allow_open_files
from exgate.lab.server import LabServer
from exgate.lab.servers import SERVERS
from exgate.lab.starter import Starter

_STANDARD_INPUT = 0
_LISTENERS, _LISTENERS_WITH_HTTPS = 2, 4
"""Sockets that a server listens on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lab:
    """A lab that runs.

    Attributes:
        servers: The started servers, in the order they were asked for.
        control_url: The control endpoint.
        ca_path: The authority's certificate for https clients, None without https.
        account: Who may log on.
    """

    servers: tuple[LabServer, ...]
    control_url: str
    ca_path: Path | None
    account: Account

    def as_json(self) -> dict[str, object]:
        """Give what another process needs to use the lab; the password is not in it."""
        return {
            "control": self.control_url,
            "ca": str(self.ca_path) if self.ca_path else None,
            "user": self.account.name,
            "servers": {server.definition.name: server.as_json() for server in self.servers},
        }


@asynccontextmanager
async def running_lab(
    definitions: Sequence[ServerDefinition], account: Account, *, https: bool, allow_unencrypted: bool
) -> AsyncIterator[Lab]:
    """Start the servers, and stop them again.

    Raises:
        OSError: A server cannot listen anywhere on loopback, or fewer files may be open than there are servers.
    """
    async with AsyncExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="exgate-lab-")))
        offer_account(account, directory)
        authority = Authority(directory) if https else None
        starter = Starter(
            account=account,
            allow_unencrypted=allow_unencrypted,
            authority=authority,
            parse=lru_cache(maxsize=None)(read_metabase),
            stack=stack,
        )
        allow_open_files(len(definitions) * (_LISTENERS_WITH_HTTPS if https else _LISTENERS))
        servers = tuple([await starter.start(definition) for definition in definitions])
        listener = listen_for_control()
        control = HttpServer(Control(servers, SERVERS))
        stack.callback(control.close)
        await control.listen(listener)
        host, port = listener.getsockname()[:2]
        yield Lab(
            servers=servers,
            control_url=f"http://{host}:{port}",
            ca_path=authority.path if authority else None,
            account=account,
        )


def stop_request(*, watch_stdin: bool) -> asyncio.Event:
    """Give the event that Ctrl-C, SIGTERM or, when watched, the end of standard input (the parent is gone) sets.

    It is to be called before anything is started, so that no signal ends the process without its cleaning up.
    """
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()

    def stop() -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: it has stopped already
            loop.call_soon_threadsafe(stopped.set)

    _on_signals(loop, stop)
    if watch_stdin:
        threading.Thread(target=_at_end_of_stdin, args=(stop,), daemon=True).start()
    return stopped


def _on_signals(loop: asyncio.AbstractEventLoop, stop: Callable[[], None]) -> None:
    numbers = [signal.SIGINT, signal.SIGTERM]
    if sys.platform == "win32":
        numbers.append(signal.SIGBREAK)
    for number in numbers:
        try:
            loop.add_signal_handler(number, stop)
        except NotImplementedError:
            signal.signal(number, lambda *_: stop())


def _at_end_of_stdin(stop: Callable[[], None]) -> None:
    # Not sys.stdin: a daemon thread that waits inside its buffer's lock breaks the interpreter's shutdown.
    with contextlib.suppress(OSError):
        while os.read(_STANDARD_INPUT, 4096):
            pass
    stop()

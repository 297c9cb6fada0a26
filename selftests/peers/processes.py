"""Other people's servers as children of the tests: found, started, waited for, and ended by their own id."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

_START_SECONDS = 20.0
_STOP_SECONDS = 10.0
_SYSTEM = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"))
"""Where Debian keeps servers, which an ordinary user's PATH does not name."""


def program(name: str) -> str | None:
    """Give a program's path, or None."""
    return shutil.which(name, path=_SYSTEM)


def free_port() -> int:
    """Give a TCP port of 127.0.0.1 that nobody listens on just now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def run(*command: str, env: Mapping[str, str], typed: str = "") -> None:
    """Run a command that ends by itself; what it prints is told when it fails."""
    done = subprocess.run(
        [program(command[0]) or command[0], *command[1:]],
        env={**os.environ, **env},
        input=typed,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, f"{command[0]}: {done.stdout}{done.stderr}"


class Server:
    """A server in the foreground.

    Args:
        command: Its program and arguments.
        env: What it needs beside the environment.
        log: Where its output goes.
    """

    def __init__(self, *command: str, env: Mapping[str, str], log: Path) -> None:
        self._log = log
        with log.open("w", encoding="utf-8") as output:
            self._process = subprocess.Popen(
                [program(command[0]) or command[0], *command[1:]],
                env={**os.environ, **env},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def wait_for(self, *ports: int) -> None:
        """Wait until it listens on all of them; a server that does not is ended."""
        deadline = time.monotonic() + _START_SECONDS
        waiting = list(ports)
        while waiting:
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                pytest.fail(f"nobody listens on {waiting}: {self._log.read_text(encoding='utf-8')}")
            waiting = [port for port in waiting if not _listens(port)]
            time.sleep(0.05)

    def stop(self) -> None:
        """End it and its children, and wait until it has ended."""
        self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(_STOP_SECONDS)


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True

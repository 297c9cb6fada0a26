"""The embedded lab as a process of its own, which ends with this one."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from exgate.inventory import HostSettings, Scheme, Secret

PASSWORD_VARIABLE = "EXGATE_LAB_PASSWORD"  # noqa: S105 - the name of a variable, not a password
_START_SECONDS = 30.0
_STOP_SECONDS = 5.0


class LabError(Exception):
    """The lab cannot start; its text is one line."""


class LabProcess:
    """A running lab.

    Attributes:
        endpoints: Address and ports of each server, by its name in the lab.
        control: URL of the lab's record of what it was asked.
        password: The password of its one account.
    """

    def __init__(self, process: subprocess.Popen[str], ready: dict[str, Any], password: Secret) -> None:
        self._process = process
        self.password = password
        self.endpoints: dict[str, dict[str, Any]] = ready["servers"]
        self.control: str = ready["control"]
        self._ca = Path(ready["ca"]) if ready.get("ca") else None

    @classmethod
    def start(cls, servers: Iterable[str], *, https: bool) -> LabProcess:
        """Start the lab with some of its servers, and wait until they answer.

        The password travels in the environment; without one there, one is made up for this run.

        Raises:
            LabError: It does not start.
        """
        os.environ.setdefault(PASSWORD_VARIABLE, secrets.token_urlsafe(12))
        command = [sys.executable, "-m", "exgate.lab", "--json", "--servers", ",".join(servers)]
        with tempfile.TemporaryFile(mode="w+", encoding="utf-8") as errors:
            process = subprocess.Popen(  # noqa: S603 - our own module, on our own interpreter
                command + (["--https"] if https else []),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                encoding="utf-8",
            )
            line = _first_line(process)
            if not line:
                _stop(process)
                errors.seek(0)
                last = (errors.read().strip().splitlines() or ["it printed nothing"])[-1]
                step = "pip install 'exgate[lab]'" if "No module" in last else "start it alone: python -m exgate.lab"
                message = f"the lab did not start: {last}; next step: {step}"
                raise LabError(message)
        return cls(process, json.loads(line), Secret(os.environ[PASSWORD_VARIABLE]))

    def place(self, settings: HostSettings) -> HostSettings:
        """Give a host's settings with the address and ports at which the lab runs it.

        Raises:
            LabError: The lab has no such server.
        """
        endpoint = self.endpoints.get(settings.lab_server or "")
        if endpoint is None:
            message = f"host {settings.name}: the lab has no server {settings.lab_server}"
            raise LabError(message)
        port = endpoint["https_port" if settings.scheme is Scheme.HTTPS else "port"]
        return replace(
            settings,
            address=endpoint["address"],
            port=port,
            web_port=endpoint["site_port"] or settings.web_port,
            web_https_port=endpoint["site_https_port"] or settings.web_https_port,
            ca_file=settings.ca_file or self._ca,
        )

    def stop(self) -> None:
        """Stop the lab: the end of its standard input is its sign."""
        _stop(self._process)


def _first_line(process: subprocess.Popen[str]) -> str:
    lines: list[str] = []
    reader = threading.Thread(target=lambda: lines.append(process.stdout.readline() if process.stdout else ""))
    reader.daemon = True
    reader.start()
    reader.join(_START_SECONDS)
    return lines[0] if lines else ""


def _stop(process: subprocess.Popen[str]) -> None:
    if process.stdin:
        process.stdin.close()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout:
        process.stdout.close()

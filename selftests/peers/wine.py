"""Wine: Windows's reg.exe, regedit, cmd.exe and script host as other people wrote them, in a prefix of its own."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath

import pytest
from peers.processes import program

_SECONDS = 120.0
_QUIET = {"WINEDEBUG": "-all", "WINEDLLOVERRIDES": "mscoree,mshtml=;winemenubuilder.exe=d"}
"""No traces, and neither .NET, a browser nor menu entries: nothing that would be looked for in the network."""


@dataclass(frozen=True)
class Wine:
    """A Windows of its own.

    Attributes:
        prefix: The folder that holds it.
    """

    prefix: Path

    @property
    def c(self) -> Path:
        """The folder that it shows as ``C:``."""
        return self.prefix / "drive_c"

    def windows_path(self, path: Path) -> str:
        r"""Give the name that a file below `c` has in it: ``C:\x.reg``."""
        return str(PureWindowsPath("C:/", *path.relative_to(self.c).parts))

    def run(self, args: Sequence[str], folder: Path | None = None) -> subprocess.CompletedProcess[bytes]:
        """Run a program of Windows, and give what it printed as it printed it.

        Args:
            args: The program and its arguments, for example ``("reg", "query", "HKLM\\Software")``.
            folder: Where it runs, `c` unless told.
        """
        command = [program("wine") or "wine", *args]
        return self._run(command, folder or self.c)

    def start(self) -> None:
        """Make the prefix."""
        self.prefix.mkdir(exist_ok=True)
        done = self._run([program("wine") or "wine", "cmd", "/c", "exit", "0"], self.prefix)
        assert done.returncode == 0, f"Wine does not start: {done.stderr!r}"

    def stop(self) -> None:
        """End every program of this prefix, and wait until they have ended."""
        for argument in ("-k", "-w"):
            self._run([program("wineserver") or "wineserver", argument], self.prefix)

    def _run(self, command: Sequence[str], folder: Path) -> subprocess.CompletedProcess[bytes]:
        env = {name: value for name, value in os.environ.items() if name not in {"DISPLAY", "WAYLAND_DISPLAY"}}
        # Into files: Wine's services hold a pipe open for some seconds after the program has ended.
        with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
            done = subprocess.run(
                command,
                env={**env, **_QUIET, "WINEPREFIX": str(self.prefix)},
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=errors,
                timeout=_SECONDS,
                check=False,
            )
            output.seek(0)
            errors.seek(0)
            return subprocess.CompletedProcess(done.args, done.returncode, output.read(), errors.read())


@pytest.fixture(scope="module")
def wine() -> Iterator[Wine]:
    """A fresh Wine for the tests of a module; Debian's packages are wine and wine64."""
    missing = ", ".join(name for name in ("wine", "wineserver") if not program(name))
    if missing and os.environ.get("EXGATE_PEERS") == "required":
        pytest.fail(f"EXGATE_PEERS=required, but there is no {missing}")
    if missing:
        pytest.skip(f"not installed: {missing} (the packages are in .ci/run)")
    with tempfile.TemporaryDirectory(prefix="exgate-wine-", ignore_cleanup_errors=True) as name:
        made = Wine(Path(name) / "prefix")
        try:
            made.start()
            yield made
        finally:
            made.stop()

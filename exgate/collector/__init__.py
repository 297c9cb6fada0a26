"""The collector: a script for servers without WinRM, which exgate prints and the server's own script host runs."""

from __future__ import annotations

from importlib.resources import files

SCRIPT_NAME = "exgate-collect.vbs"


def collector_script() -> str:
    """Give the script's text: ASCII, with Windows' line ends."""
    return files(__name__).joinpath(SCRIPT_NAME).read_bytes().decode("ascii")

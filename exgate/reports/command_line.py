"""A command line that a person copies into cmd.exe or a POSIX shell."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Sequence

_PLAIN = re.compile(r"[\w@+=:,./-]+", re.ASCII)
"""What neither shell touches."""
_QUOTED = re.compile(r"(?:[^\"$`%!\\^]|\\(?=[^\\\"$`]))*")
"""What both leave alone between double quotes; a backslash only where a POSIX shell keeps it."""
_OBEYED = re.compile(r'[()%!^"<>&|]')
"""What cmd.exe obeys where no quote protects it."""


def typeable(text: str) -> bool:
    """Whether a text can be typed on a command line at all."""
    return text.isprintable()


def command_lines(arguments: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Give the line, with the shell it is for: ``""`` for both where they agree, else ``sh`` and ``cmd.exe``.

    The line for cmd.exe is for its prompt: in a batch file each percent sign is written twice.
    """
    if all(_PLAIN.fullmatch(argument) or _QUOTED.fullmatch(argument) for argument in arguments):
        return (("", " ".join(each if _PLAIN.fullmatch(each) else f'"{each}"' for each in arguments)),)
    windows = _OBEYED.sub(r"^\g<0>", subprocess.list2cmdline(arguments))
    return ("sh", shlex.join(arguments)), ("cmd.exe", windows)

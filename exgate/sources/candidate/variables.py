"""Percent signs of a batch file: variables, parameters, and ``%%``."""

from __future__ import annotations

import re

from exgate.facts.change import Origin, PlanError

MARK = "\0"
"""Around the name of a variable whose value is not known here; no text holds it by itself."""
OWN_FOLDER = f"{MARK}~dp0{MARK}"
r"""``%~dp0``: the batch file's own folder, with a backslash at its end."""
_FOLDERS = frozenset({"windir", "systemroot", "systemdrive", "programfiles", "commonprogramfiles", "~dp0"})
"""Variables that every Windows Server 2003 has, and that lead to its programs."""
_PERCENT = re.compile(r"%(?:(%)|(~dp0)|([0-9*~])|([^%]+)%)?", re.IGNORECASE)
_NO_NAME = re.compile(r"[\s&|<>^\"]")
_MARKED = re.compile(f"{MARK}([^{MARK}]*){MARK}")


def mark(line: str, origin: Origin) -> str:
    """Replace percent signs as cmd.exe does in a batch file; a variable becomes its name between two `MARK`.

    A parameter (``%1``) and a percent sign alone become marks too, for an echo may hold them.

    Raises:
        PlanError: What cmd.exe takes for a variable's name is none.
    """

    def replacement(found: re.Match[str]) -> str:
        doubled, own_folder, parameter, name = found.groups()
        if doubled:
            return "%"
        if own_folder:
            return OWN_FOLDER
        if name and _NO_NAME.search(name):
            raise PlanError(
                origin, "cmd.exe takes what stands between two percent signs for a variable: write %% for one"
            )
        return f"{MARK}{name or parameter or ''}{MARK}"

    return _PERCENT.sub(replacement, line)


def check_folders(text: str, origin: Origin) -> None:
    """Check that a command has only variables that lead to programs.

    Raises:
        PlanError: It has another one, a parameter, or a percent sign alone.
    """
    for name in _MARKED.findall(text):
        if not name:
            raise PlanError(origin, "a percent sign alone: cmd.exe drops it, write %% for one")
        if len(name) == 1 and name in "0123456789*~":
            raise PlanError(origin, f"%{name} is a parameter of the batch file, and not known here")
        if name.lower() not in _FOLDERS:
            raise PlanError(origin, f"the variable %{name}% is not known here: write its value")


def check_value(text: str, origin: Origin) -> None:
    """Check that a value holds no variable.

    Raises:
        PlanError: It does.
    """
    check_folders(text, origin)
    found = _MARKED.search(text)
    if found:
        raise PlanError(origin, f"what %{found[1]}% stands for is not known here: write its value")

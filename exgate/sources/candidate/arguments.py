r"""A command's text as the C runtime splits it into arguments."""

from __future__ import annotations

import re

from exgate.facts.change import PlanError
from exgate.sources.candidate.batch import Command
from exgate.sources.candidate.variables import check_folders

_ARGUMENT = re.compile(r'(?:[^\s"]|"[^"]*")+')
_GLUED = re.compile(r"([^\s\"/]+)(/\S*)")
"""cmd.exe ends a command's name at a slash: ``iisreset/noforce``."""
_BLANK = re.compile(r"<[a-z][a-z ]*>")
"""What our own texts say for a value that was not known."""
_PROGRAM = re.compile(r"(?:.*[\\:])?([^\\:]+?)(?:\.(?:exe|com|vbs|cmd|bat))?", re.IGNORECASE | re.DOTALL)


def split(command: Command) -> tuple[str, ...]:
    r"""Split a command into the name of its program, in lower case and without path and ending, and its arguments.

    Raises:
        PlanError: It has a variable that is not known, or ``\"``, or two quotation marks side by side inside a word,
            which programs read differently.
    """
    text = _GLUED.sub(r"\1 \2", command.text, count=1) if _GLUED.match(command.text) else command.text
    command.check_typing()
    check_folders(text, command.origin)
    blank = _BLANK.search(text)
    if blank:
        raise PlanError(command.origin, f"{blank[0]} stands for a value that is not filled in")
    if '\\"' in text:
        raise PlanError(command.origin, 'programs read \\" differently: leave the backslash or the quotation marks out')
    first, *others = (_unquote(found, command) for found in _ARGUMENT.findall(text))
    return (program(first), *others)


def program(path: str) -> str:
    """Give a program's name, in lower case and without path and ending."""
    found = _PROGRAM.fullmatch(path)
    return found[1].lower() if found else path.lower()


def _unquote(argument: str, command: Command) -> str:
    if '""' in argument and argument != '""':
        raise PlanError(command.origin, "two quotation marks side by side are not understood")
    return argument.replace('"', "")

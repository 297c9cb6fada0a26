"""What ``sc query state= all`` prints, in any language: the services and their state."""

from __future__ import annotations

import re

from exgate.facts.services import Service, Services
from exgate.sources.unreadable import NEXT_STEP, UnreadableFile

COMMAND = "sc query state= all bufsize= 250000 > sc_query.txt"
ALWAYS_THERE = ("Eventlog", "PlugPlay", "RpcSs", "winmgmt")
"""Services that every Windows 2003 has, from the beginning to the end of the alphabet, in which they are listed."""

_STATES = {
    "1": "Stopped",
    "2": "Start Pending",
    "3": "Stop Pending",
    "4": "Running",
    "5": "Continue Pending",
    "6": "Pause Pending",
    "7": "Paused",
}
"""dwCurrentState (winsvc.h), in the words of Win32_Service.State."""
_LINE_BREAK = r"(?:\r*\n|\r)"
_NUMBER_LINE = r"[ \t]+[^\s:][^:\r\n]*: +[0-9a-f]{1,4} [^\r\n]*"
_SIGN = re.compile(
    rf"^[^\s:][^:\r\n]*: ?\S[^\r\n]*{_LINE_BREAK}[^\s:][^:\r\n]*:[^\r\n]*{_LINE_BREAK}{_NUMBER_LINE}{_LINE_BREAK}"
    rf"{_NUMBER_LINE}|^SERVICE_NAME: ",
    re.MULTILINE,
)
_NAME = re.compile(r"[^\s:][^:]*: ?(\S.*)")
_STATE = re.compile(r"[ \t]+[^\s:][^:]*: ([1-7])  ?\S.*")
_LABELLED = re.compile(r"[ \t]+[^\s:][^:]*:.*")
_FLAGS = re.compile(r"[ \t]+\(.*\)\s*")
_LABELS = (6, 8)
"""Type, state, two exit codes, checkpoint, wait hint; ``queryex`` shows the process and flags too."""


def is_sc_query(text: str) -> bool:
    """Whether a text, or the beginning of one, looks like the output: two names, then type and state in numbers."""
    return _SIGN.search(text) is not None


def read_sc_query(text: str) -> Services:
    """Read the state of all services; what is not among them the server does not have.

    How they are started it does not show, nor in which process they run.

    Args:
        text: The output of Windows 2003.

    Raises:
        UnreadableFile: It is nothing of the kind, or does not show all services.
    """
    if not text.endswith(("\r", "\n")):
        raise _bad("it ends in the middle of a line")
    found = [_service(block, line) for line, block in _blocks(text)]
    names = {service.name.lower() for service in found}
    if len(names) != len(found):
        raise _bad("it shows a service twice")
    missing = [name for name in ALWAYS_THERE if name.lower() not in names]
    if missing:
        raise _bad(f"it does not show all services: {', '.join(missing)} is missing")
    if all(service.runs for service in found):
        raise _bad("it does not show all services: none that is stopped is among them")
    return Services(tuple(found))


def _blocks(text: str) -> list[tuple[int, list[str]]]:
    """Cut the output at its empty lines; each part has the number of its first line."""
    blocks: list[tuple[int, list[str]]] = []
    empty = True
    for number, line in enumerate(re.split(r"\r*\n|\r+", text), 1):
        if line.strip():
            if empty:
                blocks.append((number, []))
            blocks[-1][1].append(line)
        empty = not line.strip()
    return blocks


def _service(block: list[str], line: int) -> Service:
    """Read one service: its two names, then labelled numbers with the accepted controls after the state."""
    if len(block) < 2 + _LABELS[0]:
        raise _bad("a paragraph is no service, or not a whole one", line)
    short, display, *lines = block
    name = _NAME.fullmatch(short)
    labelled = [entry for entry in lines if _LABELLED.fullmatch(entry)]
    others = [entry for entry in lines if entry not in labelled and not _FLAGS.fullmatch(entry)]
    if not name or display[0].isspace() or ":" not in display or others or len(labelled) not in _LABELS:
        raise _bad("a paragraph is no service, or not a whole one", line)
    state = _STATE.fullmatch(labelled[1])
    if not state:
        raise _bad("a service shows no state", line)
    return Service(name=name[1].strip(), state=_STATES[state[1]], start_mode="")


def _bad(problem: str, line: int = 0) -> UnreadableFile:
    return UnreadableFile(
        f"no output of sc query state= all: {problem}{NEXT_STEP}make it anew on the server: {COMMAND}", line
    )

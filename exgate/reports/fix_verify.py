"""The command that shows whether a fix has worked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from exgate.reports.command_line import command_lines, typeable
from exgate.reports.results import RunRecord
from exgate.requirements import ID_PREFIX

_NO_NAME = re.compile(r"[\s:,&!~*?\[\]]")
"""What no inventory allows in a name, because a pattern means something by it."""


def verify_lines(run: RunRecord, host: str, ids: Sequence[str]) -> Iterator[str]:
    """Give the lines that tell how to look again; commands are indented.

    Args:
        run: The run that has found something.
        host: The host.
        ids: The requirements to look at; empty for all of them.
    """
    if not host or _NO_NAME.search(host) or not all(map(typeable, _arguments(run, host, ids))):
        yield "No command line can name this host, or the files of the run: start exgate as it was started, and"
        yield "read what it says of this host."
        return
    if run.facts_from is not None:
        yield "The facts of this run were saved ones. They would be judged again as they are: collect new ones first,"
        yield "into the same folder (docs/servers-without-winrm.md). Then, in the folder in which exgate was started:"
    else:
        yield "In the folder in which exgate was started:"
    yield ""
    yield from _command(_arguments(run, host, ids))
    if ids:
        yield ""
        yield "Then everything that is demanded of the host:"
        yield ""
        yield from _command(_arguments(run, host, []))
    yield ""
    yield "Exit status 0 means that everything complies. These runs write their reports over the earlier ones, the fix"
    yield "plans too: copy what is still needed."


def _arguments(run: RunRecord, host: str, ids: Sequence[str]) -> list[str]:
    arguments = ["pytest"]
    if run.facts_from is not None:
        arguments.append(f"--facts-from={run.facts_from}")
    if run.inventory is not None:
        arguments.append(f"--inventory={run.inventory}")
    arguments.append(f"--hosts={host}")
    return [*arguments, f"--requirement={','.join(map(_short, ids))}"] if ids else arguments


def _command(arguments: Sequence[str]) -> Iterator[str]:
    for shell, line in command_lines(arguments):
        if shell:
            yield f"{shell}:"
        yield f"    {line}"


def _short(identifier: str) -> str:
    number = identifier.removeprefix(ID_PREFIX)
    return number if re.fullmatch(r"[0-9]{2,}", number) else identifier

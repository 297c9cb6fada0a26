"""Plain text as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby

_SPECIAL = re.compile(r"([\\`*_<|\[\]])")
_COMMAND = re.compile(r"(cd|cscript|for|iisreset|net|reg|sc|setspn|stsadm)(\.exe|\.vbs)? \S")
"""How a line begins that is typed at a command prompt."""


def escaped(text: str) -> str:
    """Give text that Markdown shows as it stands, in one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def quoted(text: str) -> str:
    """Give a block quote."""
    return f"> {escaped(text)}"


def bullets(texts: Iterable[str]) -> str:
    """Give a list."""
    return "\n".join(f"- {escaped(text)}" for text in texts)


def table(heading: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Give a table; its cells are Markdown already."""
    names = list(heading)
    lines = [names, ["---"] * len(names), *map(list, rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def instructions(text: str) -> str:
    """Give a text of several lines: commands as code, each other line a paragraph of its own."""
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    blocks: list[str] = []
    for is_command, group in groupby(lines, key=lambda line: bool(_COMMAND.match(line))):
        if is_command:
            blocks.append("\n".join(["```text", *group, "```"]))
        else:
            blocks += [escaped(line) for line in group]
    return "\n\n".join(blocks)

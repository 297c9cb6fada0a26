"""Foreign text in Markdown: shown as it stands, and never taken for markup, a link, a mention or a reference."""

from __future__ import annotations

import re

from exgate.reports.plain import one_line

_MARKUP = re.compile(r"[&<>\"'`*_\[\]{}~$|\\!#^]|[@:](?=\S)|(?<=www)\.", re.IGNORECASE)
"""What Markdown, its dialects on GitHub and GitLab, or HTML give a meaning. As a character reference it has none
(CommonMark, section 2.5), not even that of a table's bar."""
_LINKING = "@:."
"""What makes an address or a name a link even then: GitHub looks for them in the text that comes out, but not across
a comment."""
_PLAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 ,;()-]|: )*")
_BACKTICKS = re.compile("`+")


def code(text: str, most: int) -> str:
    """Give a text as inline code on one line: GitHub and GitLab look for mentions and references everywhere but there.

    Args:
        text: The text.
        most: Of a longer one so many characters are shown.
    """
    line = one_line(text[: most + 1])
    cut = len(text) > most
    shown = _MARKUP.sub(_reference, line[:most])
    return f"<code>{shown}{'…' if cut else ''}</code>"


def _reference(match: re.Match[str]) -> str:
    character = match[0]
    reference = f"&#{ord(character)};"
    return f"{reference}<!-- -->" if character in _LINKING else reference


def words(text: str, most: int) -> str:
    """Give a text as it is where it consists of words, and otherwise as `code` does."""
    return text if len(text) <= most and _PLAIN.fullmatch(text) else code(text, most)


def fenced(text: str) -> str:
    """Give a text of several lines as a block of code."""
    lines = [one_line(line) for line in text.splitlines()]
    longest = max((len(run) for line in lines for run in _BACKTICKS.findall(line)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join([f"{fence}text", *lines, fence])

"""Host patterns as Ansible has them.

A pattern is a list of components, separated by ``:`` or ``,``: names of hosts or groups, globs (``be*``), regular
expressions (``~be0[12]``; they match at the beginning and may hold ``:`` and ``,`` in square brackets only), groups
with a subscript (``backends[0]``, ``backends[-1]``, ``backends[0:2]`` where both ends belong to it). Components are
united, then those that begin with ``&`` are intersected, then those that begin with ``!`` are taken away, in whatever
order they were written; without a component to unite, ``all`` is meant.
"""

from __future__ import annotations

import difflib
import fnmatch
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from exgate.inventory.groups import ALL

_COMPONENT = re.compile(r"(?:[^\s:,\[\]]|\[[^\]]*\])+")
_SUBSCRIPT = re.compile(r"(?P<name>.+)\[(?:(?P<index>-?[0-9]+)|(?P<first>[0-9]*):(?P<last>[0-9]*))\]")
_SHOWN = 12


class PatternError(Exception):
    """A pattern cannot be read or matches nothing; the text is one line."""


@dataclass(frozen=True, slots=True)
class Names:
    """What a pattern can match.

    Attributes:
        hosts: All hosts, in the order of the inventory.
        groups: The hosts of each group, in the same order.
    """

    hosts: Collection[str]
    groups: Mapping[str, Sequence[str]]

    def explain_unknown(self, name: str) -> str:
        """Return an error's text for a name that is neither a host nor a group."""
        known = {candidate.lower(): candidate for candidate in (*self.hosts, *self.groups)}
        near = [known[match] for match in difflib.get_close_matches(name.lower(), known, 3, 0.7)]
        meant = f"; did you mean {' or '.join(near)}?" if near else ";"
        groups = sorted(self.groups)
        more = f" and {len(groups) - _SHOWN} more" if len(groups) > _SHOWN else ""
        return f'"{name}" is neither a host nor a group{meant} groups: {", ".join(groups[:_SHOWN])}{more}'


def select_hosts(pattern: str, names: Names) -> tuple[str, ...]:
    """Return the hosts that a pattern matches, each once, in the order of the inventory.

    Raises:
        PatternError: The pattern is empty or malformed, a component is an unknown name, a component to unite is a
            group without hosts or a subscript without a host, or nothing is left in the end.
    """
    components = _COMPONENT.findall(pattern)
    if not components:
        raise PatternError("the host pattern is empty; name a host, a group or all")
    if set(_COMPONENT.sub("", pattern)) & set("[]"):
        raise PatternError(f'the host pattern "{pattern}" has a square bracket without its counterpart')
    excluded = [component[1:] for component in components if component.startswith("!")]
    intersected = [component[1:] for component in components if component.startswith("&")]
    united = [component for component in components if component[0] not in "!&"]
    chosen: set[str] = set()
    for component in united or [ALL]:
        matches = _match(component, names)
        if not matches:
            _reject_nothing(component, names)
        chosen.update(matches)
    for component in intersected:
        chosen.intersection_update(_match(component, names))
    for component in excluded:
        chosen.difference_update(_match(component, names))
    if not chosen:
        raise PatternError(f'the host pattern "{pattern}" matches no host')
    return tuple(host for host in names.hosts if host in chosen)


def _reject_nothing(component: str, names: Names) -> None:
    subscript = _split_subscript(component)
    if subscript:
        count = len(_enumerate(subscript["name"], names))
        has = "1 host" if count == 1 else f"{count or 'no'} hosts"
        raise PatternError(f'"{component}" matches no host: {subscript["name"]} has {has}')
    if component in names.groups:
        raise PatternError(f"group {component} has no hosts")


def _split_subscript(component: str) -> re.Match[str] | None:
    return None if component.startswith("~") else _SUBSCRIPT.fullmatch(component)


def _is_search(component: str) -> bool:
    return component.startswith("~") or any(sign in component for sign in "*?[")


def _match(component: str, names: Names) -> Sequence[str]:
    if not component:
        raise PatternError('a "!" or "&" of the host pattern stands alone; a name must follow it')
    subscript = _split_subscript(component)
    if not subscript:
        return _enumerate(component, names)
    hosts = _enumerate(subscript["name"], names)
    if subscript["index"]:
        index = int(subscript["index"])
        return hosts[index:][:1] if -len(hosts) <= index else []
    last = int(subscript["last"]) + 1 if subscript["last"] else None
    return hosts[int(subscript["first"] or 0) : last]


def _enumerate(expression: str, names: Names) -> Sequence[str]:
    if expression in names.groups:
        return names.groups[expression]
    if expression in names.hosts:
        return [expression]
    if not _is_search(expression):
        raise PatternError(names.explain_unknown(expression))
    regex = _compile(expression)
    found = {host for host in names.hosts if regex.match(host)}
    for group, hosts in names.groups.items():
        if regex.match(group):
            found.update(hosts)
    return [host for host in names.hosts if host in found]


def _compile(expression: str) -> re.Pattern[str]:
    if not expression.startswith("~"):
        return re.compile(fnmatch.translate(expression))
    try:
        return re.compile(expression[1:])
    except re.error as error:
        raise PatternError(f'"{expression}" is not a regular expression: {error}') from None

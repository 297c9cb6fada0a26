"""An ADSI script in VBScript that sets IP address restrictions and other properties of a metabase key."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from exgate.facts.change import MetabaseStep, Origin, PlanError
from exgate.sources.candidate.adsutil import property_step
from exgate.sources.candidate.files import ChangeFile
from exgate.sources.candidate.lines import lines_of
from exgate.sources.candidate.locations import metabase_location
from exgate.sources.candidate.numbers import number, truth
from exgate.sources.candidate.properties import Kind, demand
from exgate.sources.candidate.restrictions import Restrictions
from exgate.sources.candidate.tokens import Statement, statements_of

_ADSI = re.compile(r"IIS://([^/]+)/(.+)")
_HERE = frozenset({"localhost", "."})
_TRUTHS = frozenset({"true", "false"})
_ARRAY = re.compile(r"w\.w=w\((?:t(?:,t)*)?\)")
_DECLARATION = re.compile(r"ww(?:,w)*")


def script_steps(file: ChangeFile) -> Iterator[MetabaseStep]:
    """Read the steps of a script: those that its ``SetInfo`` calls write to the metabase.

    Raises:
        PlanError: A statement is not understood, or what it sets is never written.
    """
    script = _Script()
    for statement in statements_of(lines_of(file)):
        yield from script.run(statement)
    script.check_that_all_is_written()


@dataclass(slots=True)
class _Key:
    """What ``GetObject`` gives: a key of the metabase, whose changes wait for ``SetInfo``."""

    location: str
    waiting: list[tuple[Origin, MetabaseStep | None]] = field(default_factory=list)


@dataclass(slots=True)
class _Script:
    """The variables of a script while it is read."""

    keys: dict[str, _Key] = field(default_factory=dict)
    lists: dict[str, tuple[_Key, Restrictions]] = field(default_factory=dict)
    declared: set[str] = field(default_factory=set)
    explicit: bool = False

    def run(self, statement: Statement) -> Iterator[MetabaseStep]:
        """Read one statement.

        Raises:
            PlanError: It is not understood.
        """
        shape, tokens, origin = statement.shape, statement.tokens, statement.origin
        words = tuple(token.lower() for token in tokens)
        if words == ("option", "explicit"):
            self.explicit = True
        elif _DECLARATION.fullmatch(shape) and words[0] == "dim":
            self.declared.update(words[1::2])
        elif shape == "ww=w(t)" and (words[0], words[3]) == ("set", "getobject"):
            self._variable(words[1], origin)
            self.keys[words[1]] = _Key(_location(tokens[5], origin))
        elif shape == "ww=w.w" and (words[0], words[5]) == ("set", "ipsecurity"):
            key = self._key(words[3], origin)
            self._variable(words[1], origin)
            self.lists[words[1]] = (key, Restrictions())
        elif shape in {"w.w", "w.w()"} and words[2] == "setinfo":
            key = self._key(words[0], origin)
            yield from (step for _, step in key.waiting if step)
            key.waiting.clear()
        elif shape == "w.w=w" and words[2] == "ipsecurity":
            self._assign_restrictions(words[0], words[4], origin)
        elif shape in {"w.w=n", "w.w=t", "w.w=w"} or (_ARRAY.fullmatch(shape) and words[4] == "array"):
            self._assign(statement)
        else:
            raise PlanError(origin, f"not understood in a script: {statement}")

    def check_that_all_is_written(self) -> None:
        """Check that nothing waits for ``SetInfo``.

        Raises:
            PlanError: Something does, so that the script would change nothing there.
        """
        for name in (*self.lists, *self.keys):
            self._drop(name)

    def _drop(self, name: str) -> None:
        """Forget a variable.

        Raises:
            PlanError: Something that it holds is not written.
        """
        key = self.keys.pop(name, None)
        for origin, _ in key.waiting if key else ():
            raise PlanError(origin, "changes nothing: no SetInfo follows")
        _, restrictions = self.lists.pop(name, (None, Restrictions()))
        if restrictions.open:
            raise PlanError(restrictions.open, "changes nothing: the list is not put back into IPSecurity afterwards")

    def _variable(self, name: str, origin: Origin) -> None:
        if self.explicit and name not in self.declared:
            raise PlanError(origin, f"the script stops here: {name} is not declared (Option Explicit)")
        self._drop(name)

    def _key(self, name: str, origin: Origin) -> _Key:
        key = self.keys.get(name)
        if key is None:
            raise PlanError(origin, f"{name} is no object that GetObject gave")
        return key

    def _assign_restrictions(self, name: str, value: str, origin: Origin) -> None:
        key = self._key(name, origin)
        owner, restrictions = self.lists.get(value, (None, Restrictions()))
        if owner is not key:
            raise PlanError(origin, f"{value} is no IPSecurity of this object")
        key.waiting.append((origin, restrictions.step(key.location, origin)))

    def _assign(self, statement: Statement) -> None:
        tokens, origin = statement.tokens, statement.origin
        name, prop = tokens[0].lower(), tokens[2]
        if name in self.lists:
            self.lists[name][1].assign(statement)
            return
        key = self._key(name, origin)
        known = demand(prop, origin)
        steps = list(property_step(known, key.location, _value(known.kind, known.name, statement), origin))
        key.waiting.append((origin, steps[0] if steps else None))


def _value(kind: Kind, name: str, statement: Statement) -> bool | int | str | tuple[str, ...]:
    form, token = statement.shape[4], statement.tokens[4]
    if kind is Kind.LIST and statement.shape.endswith(")"):
        return statement.tokens[6:-1:2]
    if kind is Kind.NUMBER and form == "n":
        return number(token, name, statement.origin)
    if kind is Kind.SWITCH and statement.shape == "w.w=w" and token.lower() in _TRUTHS:
        return truth(token, name, statement.origin)
    if kind is Kind.TEXT and form == "t":
        return token
    raise PlanError(statement.origin, f"{name} takes {kind.value}")


def _location(path: str, origin: Origin) -> str:
    found = _ADSI.fullmatch(path)
    if found is None:
        raise PlanError(origin, f"no path of a key (IIS://localhost/..., in this case): {path!r}")
    if found[1].lower() not in _HERE:
        raise PlanError(origin, f"another server ({found[1]}): the change is judged on each host by itself")
    return metabase_location(found[2], origin)

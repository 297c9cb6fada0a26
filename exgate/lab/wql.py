"""A small WQL: ``SELECT columns|* FROM class [WHERE condition]``, compared as WMI compares (without regard to case)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from exgate.lab.cim import Instance, Value
from exgate.lab.faults import invalid_query

Literal = str | int | bool | None
Condition = Callable[[Instance], bool]

_TOKEN = re.compile(
    r"""\s*(?:(?P<string>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(?P<number>-?\d+)|(?P<operator><>|!=|>=|<=|=|<|>|[(),*])"""
    r"""|(?P<word>[A-Za-z_][A-Za-z0-9_.]*))""",
    re.DOTALL,
)
_KEYWORD_LITERALS: dict[str, Literal] = {"true": True, "false": False, "null": None}
_DMTF = re.compile(r"(\d{14})\.(\d{6})([+-])(\d{3})")


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query.

    Attributes:
        class_name: As written after FROM.
        columns: The properties asked for, None for ``*``.
        condition: What WHERE demands; always true without WHERE.
        equalities: Every ``property = literal`` and its property in lower case; Win32_PingStatus lives on them.
        names: Every property that WHERE mentions.
    """

    class_name: str
    columns: tuple[str, ...] | None
    condition: Condition
    equalities: tuple[tuple[str, Literal], ...]
    names: tuple[str, ...]


def parse_wql(text: str) -> Query:
    """Parse a query.

    Raises:
        Fault: WMI would call it an invalid query.
    """
    return _Parser(text).query()


def everything(class_name: str) -> Query:
    """Give the query that an Enumerate without a filter stands for."""
    return Query(class_name, None, lambda _: True, (), ())


def equal(name: str, literal: Literal) -> Condition:
    """Give the condition ``name = literal``."""
    return lambda instance: _compare(instance.get(name), "=", literal)


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens = list(_tokens(text))
        self._equalities: list[tuple[str, Literal]] = []
        self._names: list[str] = []

    def query(self) -> Query:
        self._keyword("select")
        columns = self._columns()
        self._keyword("from")
        class_name = self._word()
        condition: Condition = lambda _: True  # noqa: E731 - the neutral element of the conditions below
        if self._tokens:
            self._keyword("where")
            condition = self._alternatives()
        if self._tokens:
            raise invalid_query(f"Unexpected {self._tokens[0][1]!r}.")
        return Query(class_name, columns, condition, tuple(self._equalities), tuple(self._names))

    def _columns(self) -> tuple[str, ...] | None:
        if self._accept("*"):
            return None
        columns = [self._word()]
        while self._accept(","):
            columns.append(self._word())
        return tuple(columns)

    def _alternatives(self) -> Condition:
        condition = self._conjunction()
        while self._accept("or"):
            condition = _either(condition, self._conjunction())
        return condition

    def _conjunction(self) -> Condition:
        condition = self._negation()
        while self._accept("and"):
            condition = _both(condition, self._negation())
        return condition

    def _negation(self) -> Condition:
        if self._accept("not"):
            inner = self._negation()
            return lambda instance: not inner(instance)
        if self._accept("("):
            inner = self._alternatives()
            if not self._accept(")"):
                raise invalid_query("A closing parenthesis is missing.")
            return inner
        return self._comparison()

    def _comparison(self) -> Condition:
        name = self._word()
        self._names.append(name)
        kind, operator = self._next()
        operator = operator.lower()
        if kind == "word" and operator == "is":
            operator = "<>" if self._accept("not") else "="
        elif kind != "operator" and operator != "like":
            raise invalid_query(f"{operator!r} is no operator.")
        literal = self._literal()
        if operator == "=":
            self._equalities.append((name.lower(), literal))
        return lambda instance: _compare(instance.get(name), operator, literal)

    def _literal(self) -> Literal:
        kind, text = self._next()
        if kind == "string":
            return re.sub(r"\\(.)", r"\1", text[1:-1])
        if kind == "number":
            return int(text)
        if text.lower() in _KEYWORD_LITERALS:
            return _KEYWORD_LITERALS[text.lower()]
        raise invalid_query(f"{text!r} is no literal.")

    def _next(self) -> tuple[str, str]:
        if not self._tokens:
            raise invalid_query("It ends too early.")
        return self._tokens.pop(0)

    def _word(self) -> str:
        kind, text = self._next()
        if kind != "word":
            raise invalid_query(f"A name is expected, not {text!r}.")
        return text

    def _keyword(self, keyword: str) -> None:
        if self._next()[1].lower() != keyword:
            raise invalid_query(f"{keyword.upper()} is expected.")

    def _accept(self, token: str) -> bool:
        if self._tokens and self._tokens[0][0] != "string" and self._tokens[0][1].lower() == token:
            self._tokens.pop(0)
            return True
        return False


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    position = 0
    text = text.strip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if not match or not match.lastgroup:
            raise invalid_query(f"Unexpected {text[position : position + 10]!r}.")
        yield match.lastgroup, match[match.lastgroup]
        position = match.end()


def _either(left: Condition, right: Condition) -> Condition:
    return lambda instance: left(instance) or right(instance)


def _both(left: Condition, right: Condition) -> Condition:
    return lambda instance: left(instance) and right(instance)


def _compare(value: Value, operator: str, literal: Literal) -> bool:
    if literal is None or value is None:
        same = value is None and literal is None
        return same if operator == "=" else not same if operator in {"<>", "!="} else False
    if operator == "like":
        return isinstance(value, str) and _like(str(literal)).fullmatch(value) is not None
    left, right = _comparable(value, literal)
    if isinstance(left, str) and isinstance(right, str):
        return _ordered(left.lower(), operator, right.lower())
    if isinstance(left, int) and isinstance(right, int):
        return _ordered(int(left), operator, int(right))
    if isinstance(left, datetime) and isinstance(right, datetime):
        return _ordered(left.timestamp(), operator, right.timestamp())
    raise invalid_query(f"{literal!r} does not fit the property's type.")


def _comparable(value: Value, literal: str | int | bool) -> tuple[object, object]:  # noqa: FBT001 - a WQL literal
    if isinstance(value, datetime):
        return value, _dmtf_datetime(str(literal))
    if isinstance(value, bool) and isinstance(literal, str) and literal.lower() in {"true", "false"}:
        return value, literal.lower() == "true"
    if isinstance(value, int) and isinstance(literal, str) and literal.lstrip("-").isdecimal():
        return value, int(literal)
    return value, literal


def _ordered(left: str | float, operator: str, right: str | float) -> bool:
    if operator in {"=", "<>", "!="}:
        return (left == right) is (operator == "=")
    before, same = bool(left < right), bool(left == right)  # type: ignore[operator] # both sides have one type
    return {"<": before, "<=": before or same, ">": not before and not same, ">=": not before}[operator]


def _like(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"(%|_|\[[^\]]*\])", pattern)
    wild = {"%": ".*", "_": "."}
    regex = "".join(wild.get(part) or (part if part.startswith("[") else re.escape(part)) for part in parts)
    return re.compile(regex, re.IGNORECASE | re.DOTALL)


def _dmtf_datetime(text: str) -> datetime:
    """Parse a DMTF datetime (DSP0004), ``20260101000000.000000+060``: the offset is in minutes."""
    match = _DMTF.fullmatch(text)
    if not match:
        raise invalid_query(f"{text!r} is no DMTF datetime.")
    offset = timedelta(minutes=int(match[3] + match[4]))
    moment = datetime.strptime(match[1], "%Y%m%d%H%M%S").replace(tzinfo=timezone(offset))
    return moment.replace(microsecond=int(match[2]))

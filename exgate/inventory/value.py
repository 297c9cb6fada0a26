"""A value of the inventory file that knows its line and does not show its text."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

_PREFIX = "tag:yaml.org,2002:"
_MERGE_TAG = _PREFIX + "merge"
_BOOLEANS = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}
_KINDS = {
    "str": "a text",
    "int": "a whole number",
    "float": "a decimal number",
    "bool": "a boolean",
    "null": "null",
    "timestamp": "a date",
    "seq": "a list",
    "map": "a mapping",
    # Implicit tags of YAML 1.1 for "=" and a "<<" outside a mapping's keys.
    "value": "a text",
    "merge": "a text",
}


class ShapeError(Exception):
    """A value is not of the shape that was asked for.

    Attributes:
        line: The value's line, counted from 1.
    """

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(problem)
        self.line = line


class Value:
    """A YAML value and the line that it stands in.

    Its repr shows the line only, as it may hold a password; `text` is the one way to what was written.
    """

    __slots__ = ("_node", "line")

    def __init__(self, node: yaml.Node, line: int) -> None:
        self._node = node
        self.line = line

    def __repr__(self) -> str:
        return f"<{self.kind} in line {self.line}>"

    @property
    def identity(self) -> int:
        """A number that two values share if one is an alias of the other."""
        return id(self._node)

    @property
    def kind(self) -> str:
        """What it is, for an error's text: ``a list``, ``a whole number``, ``a value with the tag !vault`` ..."""
        tag: str = self._node.tag
        return _KINDS.get(tag.removeprefix(_PREFIX), f"a value with the tag {tag}")

    @property
    def tag(self) -> str | None:
        """The application's own tag, for example ``!vault``, or None."""
        tag: str = self._node.tag
        return tag if tag.startswith("!") else None

    @property
    def is_null(self) -> bool:
        """Whether nothing, ``~`` or ``null`` was written."""
        return self.kind == "null"

    @property
    def is_scalar(self) -> bool:
        """Whether it is a single value."""
        return isinstance(self._node, yaml.ScalarNode)

    @property
    def is_list(self) -> bool:
        """Whether it is a list."""
        return isinstance(self._node, yaml.SequenceNode)

    @property
    def is_mapping(self) -> bool:
        """Whether it is a mapping."""
        return isinstance(self._node, yaml.MappingNode)

    @property
    def is_text(self) -> bool:
        """Whether it is a text as YAML 1.1 understands it, so neither a number nor a boolean nor a date."""
        return self.kind == "a text"

    @property
    def is_template(self) -> bool:
        """Whether it is a Jinja template, quoted or (then YAML sees a mapping within a mapping) not."""
        node = self._node
        if isinstance(node, yaml.ScalarNode):
            return "{{" in node.value or "{%" in node.value
        return isinstance(node, yaml.MappingNode) and any(isinstance(key, yaml.MappingNode) for key, _ in node.value)

    @property
    def text(self) -> str:
        """What was written, without its quotes; ``""`` for a list or a mapping."""
        return str(self._node.value) if self.is_scalar else ""

    @property
    def boolean(self) -> bool | None:
        """YAML 1.1's yes, true, on or no, false, off; None when it is none of them."""
        return _BOOLEANS.get(self.text.lower()) if self.kind == "a boolean" else None

    def items(self) -> list[Value]:
        """Return a list's items."""
        return [Value(node, _line(node)) for node in self._node.value] if self.is_list else []

    def pairs(self) -> Iterator[tuple[str, Value]]:
        """Yield a mapping's keys and values, each key once; each value's line is its key's.

        Merge keys (``<<``) are followed; the mapping's own keys win.

        Raises:
            ShapeError: It is not a mapping, a key is not a single value, or mappings are merged without an end.
        """
        try:
            found = _pairs(self._node, frozenset(), {})
        except RecursionError:
            raise ShapeError(self.line, "mappings are merged into one another too deeply") from None
        yield from found.items()


def _line(node: yaml.Node) -> int:
    line: int = node.start_mark.line
    return line + 1


def _pairs(node: yaml.Node, above: frozenset[int], seen: dict[int, dict[str, Value]]) -> dict[str, Value]:
    """Collect a mapping's pairs; what is merged in many places is collected once, or it would double with each."""
    if not isinstance(node, yaml.MappingNode):
        raise ShapeError(_line(node), f"{Value(node, 0).kind} is merged; expected a mapping")
    if id(node) in seen:
        return seen[id(node)]
    found: dict[str, Value] = {}
    own = []
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise ShapeError(_line(key), f"a key is {Value(key, 0).kind}; expected a text")
        if key.tag != _MERGE_TAG:
            own.append((key.value, Value(value, _line(key))))
            continue
        merged = value.value if isinstance(value, yaml.SequenceNode) else [value]
        # The first of several merged mappings wins (YAML's merge type), so it comes last here.
        for other in reversed(merged):
            if id(other) in above or other is node:
                raise ShapeError(_line(key), "a mapping is merged into itself")
            found |= _pairs(other, above | {id(node)}, seen)
    seen[id(node)] = found | dict(own)
    return seen[id(node)]

"""A YAML file, the inventory or another: read once, with line numbers, and without a duplicate key."""

from __future__ import annotations

import re
from pathlib import Path

import yaml
from yaml.reader import Reader

from exgate.inventory.errors import InventoryError
from exgate.inventory.value import Value

GROUPS = "a mapping of groups"
"""What an inventory holds."""
# libyaml composes ten thousand hosts in a fraction of the time, but not every installation has it.
_LOADER: type[yaml.SafeLoader | yaml.CSafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# No part of it can match a line break in two ways, or many empty lines would take for ever.
_INI_SECTION = re.compile(r"\A(?:[ \t]*(?:[#;][^\n]*)?\r?\n)*\[[^\]\s,]+\]\s*\n")
# PyYAML quotes a piece of the file in some messages, and that may be a piece of a password.
_QUOTED_WORD = re.compile(r" '(?!<)[^']{2,}'")


def read_document(path: Path, expected: str = GROUPS) -> Value:
    """Read a YAML file.

    Args:
        path: The file, in UTF-8.
        expected: What the file holds, for the error's text of one that is empty.

    Returns:
        The file's one document; its mappings have no key twice.

    Raises:
        InventoryError: The file cannot be read, is not YAML, is empty or holds a key twice.
    """
    # This frame, which a traceback may show, never holds the file's text.
    document = _load(path, expected)
    if isinstance(document, str):
        raise InventoryError(f"{path}:{document}")
    return document


# What follows returns what is wrong as ``line: problem`` or `` problem``, for the reason above.


def _load(path: Path, expected: str) -> Value | str:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return " the file does not exist"
    except OSError as error:
        # Windows answers "permission denied" for a directory.
        is_directory = isinstance(error, IsADirectoryError) or path.is_dir()
        return " is a directory; name a file in it" if is_directory else f" cannot be read: {error.strerror}"
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return f"{line}: the file is not UTF-8; save it as UTF-8"
    return _parse(path, text, expected)


def _parse(path: Path, text: str, expected: str) -> Value | str:
    strange = Reader.NON_PRINTABLE.search(text)
    if strange:
        line = text.count("\n", 0, strange.start()) + 1
        return f"{line}: the character U+{ord(strange.group()):04X} is not allowed in YAML"
    if text.startswith("$ANSIBLE_VAULT;"):
        return "1: the file is encrypted with Ansible Vault; it is needed in clear"
    if expected == GROUPS and _INI_SECTION.match(text):
        return f"1: this is Ansible's INI layout; convert it with: ansible-inventory -i {path} --list --yaml"
    root = _compose(text, expected)
    if isinstance(root, str):
        return root
    return _duplicate_key(root) or Value(root, root.start_mark.line + 1)


def _compose(text: str, expected: str) -> yaml.Node | str:
    try:
        root: yaml.Node | None = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        begun = f" {error.context}" if error.context else ""
        if begun and error.context_mark and error.context_mark.line + 1 != line:
            begun += f" that begins in line {error.context_mark.line + 1}"
        words = _QUOTED_WORD.sub("", error.problem or "unknown problem")
        return f"{line}: not valid YAML:{begun}{',' if begun else ''} {words}"
    except yaml.YAMLError:
        return "1: not valid YAML"
    except RecursionError:
        return "1: nested too deeply"
    return root or f"1: the file is empty; expected {expected}"


def _duplicate_key(root: yaml.Node) -> str | None:
    """Return ``line: problem`` for the first key that its mapping has twice; merge keys (``<<``) may repeat."""
    stack, seen = [root], set()
    while stack:
        node = stack.pop()
        if isinstance(node, yaml.ScalarNode) or id(node) in seen:
            continue
        # An alias can lead back to where it stands.
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            stack.extend(reversed(node.value))
            continue
        lines: dict[str, int] = {}
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.value == "<<":
                continue
            line = key.start_mark.line + 1
            if key.value in lines:
                name = "".join(c if c.isprintable() else "\ufffd" for c in key.value)
                return f'{line}: "{name}" is given twice in one mapping, first in line {lines[key.value]}'
            lines[key.value] = line
        stack.extend(value for _, value in reversed(node.value))
    return None

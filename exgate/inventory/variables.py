"""One host's variables by the names that mean something here, read as the types that they must have."""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from exgate.inventory.errors import InventoryError
from exgate.inventory.value import Value

_Choice = TypeVar("_Choice", bound=StrEnum)

FALLBACKS: Mapping[str, tuple[str, ...]] = {
    "role": (),
    "organization": (),
    "address": ("ansible_host",),
    "port": ("ansible_port", "ansible_winrm_port"),
    "scheme": ("ansible_winrm_scheme",),
    "transport": ("ansible_winrm_transport",),
    "user": ("ansible_user", "ansible_winrm_user"),
    "password": ("ansible_password", "ansible_winrm_password"),
    "site": (),
    "web_port": (),
    "web_https_port": (),
    "web_https_name": (),
    "legacy_tls": (),
    "test_mailbox": (),
    "test_transport": (),
    "test_user": (),
    "test_password": (),
    "ca_file": ("ansible_winrm_ca_trust_path",),
    "cert_pem": ("ansible_winrm_cert_pem",),
    "cert_key_pem": ("ansible_winrm_cert_key_pem",),
    "shell": (),
    "collect_on": (),
    "lab_server": (),
    "allow_plaintext": (),
}
"""Each variable that means something here, and Ansible's variables that stand in for it."""

PASSWORDS = ("password", "test_password")
"""The variables that are references to secrets."""

PASSWORD_SOURCES = "{env: NAME}, {keyring: SERVICE}, {command: PROGRAM} or {prompt: true}"  # noqa: S105 - the forms
"""How the variable password may be given, for an error's text."""


@functools.cache
def suggest(name: str) -> str | None:
    """Return the variable that a name, unknown here, is a likely misspelling of."""
    if name in FALLBACKS or name.startswith("ansible_"):
        return None
    near = difflib.get_close_matches(name.lower().replace("-", "_"), FALLBACKS, 1, 0.8)
    return near[0] if near else None


def misspellings(path: Path, blocks: Iterable[Mapping[str, Value]]) -> list[str]:
    """Return one warning for each name in mappings of variables that looks like one of ours misspelt."""
    lines: dict[str, list[int]] = {}
    for block in blocks:
        for name, value in block.items():
            if suggest(name):
                lines.setdefault(name, []).append(value.line)
    warnings = []
    for name, places in sorted(lines.items(), key=lambda item: min(item[1])):
        more = f" (and {len(places) - 1} more)" if len(places) > 1 else ""
        warnings.append(f'{path}:{min(places)}: variable "{name}" is not known{more}; did you mean {suggest(name)}?')
    return warnings


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable as it was found.

    Attributes:
        name: The name that the file uses.
        value: Its value.
    """

    name: str
    value: Value


class Variables:
    """The variables that apply to one host.

    Attributes:
        host: The host's name.
        line: Where the host is first named.
        path: The inventory file.
    """

    def __init__(self, path: Path, host: str, line: int, values: Mapping[str, Value]) -> None:
        self.path = path
        self.host = host
        self.line = line
        self._values = values

    def source(self, line: int) -> str:
        """Return ``file:line``."""
        return f"{self.path}:{line}"

    def error(self, variable: Variable | None, problem: str) -> InventoryError:
        """Return the error to raise, at the variable's line, or at the host's when the variable is missing."""
        return InventoryError(
            f"{self.source(variable.value.line if variable else self.line)}: host {self.host}: {problem}"
        )

    def find(self, name: str) -> Variable | None:
        """Return a variable, or the first of its stand-ins that is there; null counts as not there.

        Raises:
            InventoryError: It holds a Jinja template or an application's tag, which are not evaluated here.
        """
        return self._find(name, (name, *FALLBACKS.get(name, ())))

    def find_own(self, name: str) -> Variable | None:
        """Return a variable as `find` does, without its stand-ins.

        Raises:
            InventoryError: It holds a Jinja template or an application's tag, which are not evaluated here.
        """
        return self._find(name, (name,))

    def _find(self, name: str, candidates: tuple[str, ...]) -> Variable | None:
        for known in candidates:
            value = self._values.get(known)
            if value is None or value.is_null:
                continue
            variable = Variable(known, value)
            instead = f"set {name} to {PASSWORD_SOURCES if name in PASSWORDS else 'the value itself'}"
            if value.tag:
                raise self.error(variable, f"{known} has the tag {value.tag}, which is not evaluated here; {instead}")
            if value.is_template:
                raise self.error(variable, f"{known} is a Jinja template, which is not evaluated here; {instead}")
            return variable
        return None

    def text(self, name: str) -> str | None:
        """Return a text.

        Raises:
            InventoryError: It is something else, or empty.
        """
        variable = self.find(name)
        if variable is None:
            return None
        if not variable.value.is_text:
            quotes = " (put it in quotes)" if variable.value.is_scalar else ""
            raise self.error(variable, f"{variable.name} is {variable.value.kind}; expected a text{quotes}")
        if not variable.value.text.strip():
            raise self.error(variable, f"{variable.name} is an empty text; give it a value or leave it out")
        return variable.value.text

    def number(self, name: str, lowest: int, highest: int) -> int | None:
        """Return a whole number; one in quotes will do.

        Raises:
            InventoryError: It is something else, or out of range.
        """
        variable = self.find(name)
        if variable is None:
            return None
        expected = f"expected a whole number from {lowest} to {highest}"
        text = variable.value.text
        # YAML 1.1 reads 010 as 8 and 1:30 as 90, which nobody means by a port.
        is_decimal = re.fullmatch("0|[1-9][0-9]{0,8}", text) is not None
        if is_decimal and lowest <= int(text) <= highest:
            return int(text)
        found = text if is_decimal or variable.value.kind == "a whole number" else variable.value.kind
        raise self.error(variable, f"{variable.name} is {found}; {expected}")

    def boolean(self, name: str, *, default: bool) -> bool:
        """Return a boolean.

        Raises:
            InventoryError: It is something else.
        """
        variable = self.find(name)
        if variable is None:
            return default
        answer = variable.value.boolean
        if answer is None:
            raise self.error(variable, f"{variable.name} is {variable.value.kind}; expected a boolean, yes or no")
        return answer

    def choice(self, name: str, choices: type[_Choice], aliases: Mapping[str, _Choice] | None = None) -> _Choice | None:
        """Return one of an enumeration's values, written in any case.

        Args:
            name: The variable.
            choices: The enumeration.
            aliases: Further words that a stand-in of Ansible's may use; such a one may also be a list, in which the
                first known word counts.

        Raises:
            InventoryError: It is something else.
        """
        variable = self.find(name)
        if variable is None:
            return None
        known = {choice.value: choice for choice in choices}
        words = [variable.value.text]
        if variable.name != name:
            known |= aliases or {}
            words = [item.text for item in variable.value.items()] or words[0].split(",")
        for word in words:
            if word.strip().lower() in known:
                return known[word.strip().lower()]
        found = f'"{variable.value.text}"' if variable.value.is_scalar else f"({variable.value.kind})"
        raise self.error(variable, f"{variable.name} {found} is not one of {', '.join(choices)}")

    def file(self, name: str) -> Path | None:
        """Return a file's path, made absolute from the inventory's folder; whether it exists is not looked at.

        Raises:
            InventoryError: It is not a text, or begins with the home directory of nobody known.
        """
        text = self.text(name)
        if text is None:
            return None
        try:
            return self.path.absolute().parent / Path(text).expanduser()
        except RuntimeError:
            raise self.error(self.find(name), f"{name}: no home directory is known for {text}") from None

"""The variable password: a reference to a secret, or a reason why it is none.

No frame here holds a password's text, so no traceback can show one.
"""

from __future__ import annotations

from exgate.inventory.errors import InventoryError
from exgate.inventory.secret import Secret
from exgate.inventory.secret_origins import (
    Command,
    EnvironmentVariable,
    KeyringEntry,
    Plaintext,
    Prompt,
    SecretKind,
    SecretOrigin,
)
from exgate.inventory.secret_ref import SecretRef, SecretResolver
from exgate.inventory.value import ShapeError, Value
from exgate.inventory.variables import PASSWORD_SOURCES, PASSWORDS, Variable, Variables

_SOURCES = tuple(str(kind) for kind in SecretKind if kind is not SecretKind.PLAINTEXT)
_USERNAME = "username"


class PasswordReader:
    """Reads one host's password.

    Args:
        variables: The host's variables.
        user: The account, for a prompt and as the default of a keyring entry's user name.
        resolver: The inventory's memory of secrets.
        allow_plaintext: Whether the host's inventory may hold the password itself.
    """

    def __init__(
        self, variables: Variables, user: str | None, resolver: SecretResolver, *, allow_plaintext: bool
    ) -> None:
        self._variables = variables
        self._user = user
        self._resolver = resolver
        self._allow_plaintext = allow_plaintext

    def read(self, variable: Variable) -> SecretRef:
        """Return where the password comes from.

        Args:
            variable: The host's variable password or test_password, or what stands in for it.

        Raises:
            InventoryError: It is in plain text though that is not allowed, or not a known reference.
        """
        is_reference = variable.name in PASSWORDS and variable.value.is_mapping
        origin = self._reference(variable) if is_reference else self._plaintext(variable)
        return SecretRef(origin, self._variables.source(variable.value.line), self._resolver)

    def _plaintext(self, variable: Variable) -> SecretOrigin:
        value = variable.value
        if not value.is_scalar:
            raise self._error(variable, f"is {value.kind}; set {self._name(variable)} to {PASSWORD_SOURCES}")
        if not self._allow_plaintext:
            raise self._error(
                variable,
                f"is in plain text; set {self._name(variable)} to {PASSWORD_SOURCES}, or accept the risk with "
                "allow_plaintext: true",
            )
        if not value.is_text:
            raise self._error(variable, f"is {value.kind}; expected a text (put it in quotes)")
        if not value.text:
            raise self._error(variable, "is empty")
        return Plaintext(Secret(value.text))

    def _reference(self, variable: Variable) -> SecretOrigin:
        entries = self._entries(variable)
        named = [name for name in entries if name in _SOURCES]
        if len(named) != 1:
            raise self._error(variable, f"needs exactly one of {', '.join(_SOURCES)}; {PASSWORD_SOURCES}")
        kind = SecretKind(named[0])
        value = entries.pop(kind)
        username = entries.pop(_USERNAME, None) if kind is SecretKind.KEYRING else None
        if entries:
            raise self._error(variable, f'has "{next(iter(entries))}", which {kind} does not know')
        match kind:
            case SecretKind.ENV:
                return EnvironmentVariable(self._text(variable, kind, value))
            case SecretKind.KEYRING:
                return self._keyring_entry(variable, self._text(variable, kind, value), username)
            case SecretKind.COMMAND:
                return self._command(variable, value)
            case _:
                return self._prompt(variable, value)

    def _keyring_entry(self, variable: Variable, service: str, username: Value | None) -> KeyringEntry:
        name = self._text(variable, _USERNAME, username) if username is not None else self._user
        if name is None:
            raise self._error(variable, "by keyring needs a user name; set user, or username beside keyring")
        return KeyringEntry(service, name)

    def _command(self, variable: Variable, value: Value) -> Command:
        if not value.is_list:
            return Command(self._text(variable, SecretKind.COMMAND, value))
        arguments = value.items()
        if not arguments or not all(argument.is_scalar and not argument.tag for argument in arguments):
            raise self._error(variable, "by command is not a list of program and arguments")
        return Command(tuple(argument.text for argument in arguments))

    def _prompt(self, variable: Variable, value: Value) -> Prompt:
        if value.boolean is not True:
            raise self._error(variable, f"by prompt is {value.kind}; expected true")
        return Prompt(self._user)

    def _entries(self, variable: Variable) -> dict[str, Value]:
        try:
            return dict(variable.value.pairs())
        except ShapeError as error:
            raise self._variables.error(variable, f"{variable.name}: {error}") from None

    def _text(self, variable: Variable, name: str, value: Value) -> str:
        if value.tag or value.is_template:
            what = f"has the tag {value.tag}" if value.tag else "is a Jinja template"
            raise self._error(variable, f"by {name} {what}, which is not evaluated here; write the value itself")
        if not value.is_text or not value.text:
            raise self._error(variable, f"by {name} is {value.kind if value.text else 'empty'}; expected a text")
        return value.text

    @staticmethod
    def _name(variable: Variable) -> str:
        """Give our own variable's name, also where one of Ansible's stands in for it."""
        return variable.name if variable.name in PASSWORDS else PASSWORDS[0]

    def _error(self, variable: Variable, problem: str) -> InventoryError:
        return self._variables.error(variable, f"{variable.name} {problem}")

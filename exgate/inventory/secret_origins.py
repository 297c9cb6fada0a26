"""Where secrets come from: environment, keyring, a command, the terminal, or the inventory itself.

Every origin's `read` gives a `Secret` or a text that says why there is none. It never raises, so that no traceback
has a frame with the secret in a local variable.
"""

from __future__ import annotations

import getpass
import os
import subprocess
import sys
import warnings
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, Protocol

from exgate.inventory.secret import Secret

COMMAND_TIMEOUT = 30.0
"""Seconds that a command may take to print a secret."""


class SecretKind(StrEnum):
    """What sort of place a secret comes from."""

    ENV = "env"
    KEYRING = "keyring"
    COMMAND = "command"
    PROMPT = "prompt"
    PLAINTEXT = "plaintext"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no secret.

    Attributes:
        reason: What is wrong and what to do next, in one line, without the secret.
    """

    reason: str


class SecretOrigin(Protocol):
    """A place that holds a secret; equal origins hold the same one."""

    @property
    def kind(self) -> SecretKind:
        """What sort of place it is."""

    def read(self) -> Secret | Failure:
        """Fetch the secret, or say why that is impossible."""

    def __hash__(self) -> int: ...


@dataclass(frozen=True, slots=True)
class EnvironmentVariable:
    """A variable of this process' environment.

    Attributes:
        name: The variable's name.
    """

    kind: ClassVar = SecretKind.ENV
    name: str

    def __str__(self) -> str:
        return f"environment variable {self.name}"

    def read(self) -> Secret | Failure:
        """Read the variable now; an empty one is as bad as none."""
        text = os.environ.get(self.name)
        if text:
            return Secret(text)
        state = "is not set" if text is None else "is empty"
        return Failure(f"the environment variable {self.name} {state}; set it before the tests start")


@dataclass(frozen=True, slots=True)
class KeyringEntry:
    """An entry of the system's keyring, by the `keyring` package.

    Attributes:
        service: The entry's service.
        username: The entry's user name.
    """

    kind: ClassVar = SecretKind.KEYRING
    service: str
    username: str

    def __str__(self) -> str:
        return f"keyring entry {self.service} of {self.username}"

    def read(self) -> Secret | Failure:
        """Ask the keyring that `keyring` finds on this system."""
        # Some backends take a second to import, and few inventories need one.
        import keyring  # noqa: PLC0415

        try:
            text = keyring.get_password(self.service, self.username)
        except Exception as error:  # noqa: BLE001 - each backend raises classes of its own
            return Failure(
                f"the keyring cannot be asked ({type(error).__name__}); "
                "run 'keyring diagnose', or use password: {env: NAME}"
            )
        if text:
            return Secret(text)
        return Failure(f'the {self} does not exist; run: keyring set "{self.service}" "{self.username}"')


@dataclass(frozen=True, slots=True)
class Command:
    """A command that prints a secret and nothing else.

    Attributes:
        arguments: Program and arguments, run without a shell, or one text for the system's shell. No repr shows them.
    """

    kind: ClassVar = SecretKind.COMMAND
    arguments: str | tuple[str, ...] = field(repr=False)

    def __str__(self) -> str:
        return "command"

    def read(self) -> Secret | Failure:
        """Run it for `COMMAND_TIMEOUT` seconds at most; one line break at the end is not part of the secret."""
        try:
            done = subprocess.run(  # noqa: S603 - the inventory's owner chose the command
                self.arguments,
                shell=isinstance(self.arguments, str),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                # An error output may quote the secret, so nobody gets to see it.
                stderr=subprocess.DEVNULL,
                timeout=COMMAND_TIMEOUT,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return Failure(f"the command did not end within {COMMAND_TIMEOUT:g} seconds; run it by hand to see why")
        except (OSError, ValueError) as error:
            return Failure(f"the command cannot be run ({type(error).__name__}); check the program's name and path")
        if done.returncode != 0:
            return Failure(f"the command ended with exit code {done.returncode}; run it by hand to see why")
        return _only_line(done.stdout)


def _only_line(output: bytes) -> Secret | Failure:
    try:
        text = output.decode("utf-8")
    except UnicodeDecodeError:
        return Failure("the command's output is not UTF-8; let it print the password as UTF-8")
    text = text.removesuffix("\n").removesuffix("\r")
    if not text:
        return Failure("the command printed nothing; run it by hand to see why")
    # A second line would be sent as part of the password, and a rejected log-on counts towards a lock-out.
    if "\n" in text:
        return Failure("the command printed more than one line; let it print the password only")
    return Secret(text)


@dataclass(frozen=True, slots=True)
class Prompt:
    """The person at the terminal.

    Attributes:
        user: The account whose password is asked for, or None.
    """

    kind: ClassVar = SecretKind.PROMPT
    user: str | None

    def __str__(self) -> str:
        return "prompt"

    def read(self) -> Secret | Failure:
        """Ask at the terminal, without echo; where nobody is there to ask, fail at once."""
        if sys.stdin is None or not sys.stdin.isatty():
            return Failure("there is no terminal to ask for the password; use password: {env: NAME}")
        question = f"Password of {self.user}: " if self.user else "Password: "
        try:
            with warnings.catch_warnings():
                # getpass warns, and then shows what is typed.
                warnings.simplefilter("error", getpass.GetPassWarning)
                text = getpass.getpass(question)
        except getpass.GetPassWarning:
            return Failure("this terminal would show the password; use password: {env: NAME}")
        except EOFError:
            text = ""
        return Secret(text) if text else Failure("no password was entered")


@dataclass(frozen=True, slots=True)
class Plaintext:
    """The inventory file itself.

    Attributes:
        secret: The password that stands in it.
    """

    kind: ClassVar = SecretKind.PLAINTEXT
    secret: Secret

    def __str__(self) -> str:
        return "plain text in the inventory"

    def read(self) -> Secret | Failure:
        """Give the password that the file holds."""
        return self.secret

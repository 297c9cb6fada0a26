"""A reference to a secret, and the memory of the secrets already fetched."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock

from exgate.inventory.errors import SecretError
from exgate.inventory.secret import Secret
from exgate.inventory.secret_origins import Failure, Prompt, SecretKind, SecretOrigin


class SecretResolver:
    """Fetches each secret once, however many hosts and threads ask; a failure is remembered like a success.

    Copied or pickled it arrives empty.
    """

    def __init__(self) -> None:
        self._outcomes: dict[SecretOrigin, Secret | Failure] = {}
        self._locks: dict[SecretOrigin | type[Prompt], Lock] = {}
        self._guard = Lock()
        self._secrets: tuple[Secret, ...] = ()

    def __reduce__(self) -> tuple[type[SecretResolver], tuple[()]]:
        return SecretResolver, ()

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """Everything that was fetched so far: the same object as long as there is no more."""
        return self._secrets

    def read(self, origin: SecretOrigin) -> Secret | Failure:
        """Return what the origin holds, reading it the first time only."""
        # Two questions at one terminal at a time would mix; commands may run side by side.
        key = Prompt if isinstance(origin, Prompt) else origin
        with self._guard:
            lock = self._locks.setdefault(key, Lock())
        with lock:
            if origin not in self._outcomes:
                outcome = origin.read()
                with self._guard:
                    self._outcomes[origin] = outcome
                    if isinstance(outcome, Secret):
                        self._secrets += (outcome,)
            return self._outcomes[origin]


@dataclass(frozen=True, slots=True)
class SecretRef:
    """Where a host's password comes from.

    All references of one inventory share a resolver: a thousand hosts with one prompt ask once. References are equal
    when they point to the same secret.

    Attributes:
        origin: What is asked: `EnvironmentVariable`, `KeyringEntry`, `Command`, `Prompt` or `Plaintext`.
        source: ``file:line`` of the inventory that says so.
        resolver: The memory of secrets already fetched.
    """

    origin: SecretOrigin
    source: str = field(compare=False)
    resolver: SecretResolver = field(default_factory=SecretResolver, compare=False, repr=False)

    def __str__(self) -> str:
        return f"{self.origin} ({self.source})"

    @property
    def kind(self) -> SecretKind:
        """What sort of place is asked; a prompt must be resolved where the terminal is free."""
        return self.origin.kind

    def learn(self) -> None:
        """Fetch the secret for `SecretResolver.secrets`, where that asks nobody and starts nothing."""
        if self.kind in {SecretKind.ENV, SecretKind.PLAINTEXT}:
            self.resolver.read(self.origin)

    def resolve(self) -> Secret:
        """Return the secret.

        Raises:
            SecretError: It cannot be had; the text names `source`, the reason and the next step.
        """
        outcome = self.resolver.read(self.origin)
        if isinstance(outcome, Failure):
            raise SecretError(f"{self.source}: password: {outcome.reason}")
        return outcome

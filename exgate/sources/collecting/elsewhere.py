"""Asking a host in a worker's process: the secrets are looked up there."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from importlib import metadata

from exgate.facts.unknown import Unknown
from exgate.facts.unreachable import Cause, Unreachable
from exgate.inventory import Secret, SecretError, SecretRef, SecretResolver
from exgate.inventory.redaction import Redaction
from exgate.sources.collect import Collected
from exgate.sources.collecting.asking import Asking
from exgate.sources.collecting.orders import Answer, Order, pack, unpack
from exgate.sources.withheld import without_secrets

_NO_SECRET = "give the worker its secrets before it starts: they are looked up where it runs"  # noqa: S105 - a text
_WITHHELD = Unknown(
    "the worker has not handed it on, for it holds what is a password there",
    "judge the server from this machine, or collect its facts again when that password is another one",
)
_MOST_RUNS = 16


@dataclass(slots=True)
class _Run:
    """What this process knows of one collection: it forgets the secrets with it."""

    asking: Asking = field(default_factory=Asking)
    resolver: SecretResolver = field(default_factory=SecretResolver)
    redaction: Redaction = field(default_factory=lambda: Redaction(public=tuple(Cause)))
    known: tuple[Secret, ...] = ()

    def secret(self, reference: SecretRef | None) -> Secret | None:
        """Look a secret up, once a collection.

        Raises:
            SecretError: It cannot be had here.
        """
        return SecretRef(reference.origin, reference.source, self.resolver).resolve() if reference else None

    def taught(self) -> Redaction:
        """Give what knows every secret that was looked up so far."""
        secrets = self.resolver.secrets
        if secrets is not self.known:
            # Known they are only when they were learnt: another thread asks another host meanwhile.
            self.redaction.learn(secrets)
            self.known = secrets
        return self.redaction


_RUNS: dict[str, _Run] = {}
_GUARD = threading.Lock()


def ask(octets: bytes) -> bytes:
    """Ask the host of an order, and give the answer; both packed."""
    order = unpack(octets, Order)
    run = _run(order.run, order.turns)
    try:
        password = run.secret(order.settings.password)
        test_password = run.secret(order.settings.test_password) if order.settings.test_mailbox else None
    except SecretError as error:
        cause = Unreachable(Cause.WORKER, f"{order.worker} has no password for it: {error}", _NO_SECRET)
        return pack(Answer(collected=Collected(result=cause, messages={}, connections=0)))
    answer = run.asking.ask(
        order.settings,
        password,
        order.limits,
        order.questions,
        test_password=test_password,
        log_on=order.log_on,
        web=order.web_log_on,
    )
    if order.withhold:
        result = without_secrets(answer.collected.result, run.taught(), _WITHHELD)
        answer = replace(answer, collected=replace(answer.collected, result=result))
    return pack(answer)


def stop(run: str) -> None:
    """End the sessions of a collection, now and later, and forget its secrets."""
    stopped = _run(run)
    stopped.asking.abort()
    stopped.resolver, stopped.redaction, stopped.known = SecretResolver(), Redaction(), ()


def about() -> str:
    """Say which exgate runs here: what it is told and what it answers must mean the same on both sides."""
    try:
        version = metadata.version("exgate")
    except metadata.PackageNotFoundError:
        version = "of no known version"
    return f"exgate {version}"


def _run(name: str, turns: int | None = None) -> _Run:
    with _GUARD:
        if name not in _RUNS:
            # A collection that was killed has never said that it is over.
            for oldest in list(_RUNS)[: len(_RUNS) - _MOST_RUNS + 1]:
                del _RUNS[oldest]
            _RUNS[name] = _Run(asking=Asking(turns))
        return _RUNS[name]

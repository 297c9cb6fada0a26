"""Many servers for load tests: how long their answers take, and which of them fail how."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from random import Random
from types import MappingProxyType
from typing import Final

from exgate.lab.definition import Behaviour, ServerDefinition, SiteBehaviour

_HTTP = re.compile(r"http-([45]\d\d)")
_MESSAGES_BEFORE_RESET: Final = 3
_WMI: Final = frozenset({"root/cimv2", "root/MicrosoftIISv2"})

FAILURES: Final = MappingProxyType(
    {
        "refused": "nothing listens",
        "dead": "connecting times out",
        "silent": "requests are read and never answered",
        "reset": f"connections are reset in the middle of an answer after {_MESSAGES_BEFORE_RESET} messages",
        "rejected": "a good password is refused with 401",
        "denied": "WMI answers with the fault 'Access is denied'",
        "garbage": "messages are answered with what is no XML",
        "slow": "every answer takes as long as --slow says",
        "http-NNN": "every request to WS-Management is answered with this status, 400 to 599",
    }
)
"""How a server can fail."""


class FarmError(ValueError):
    """Rates cannot be had; the text is one line."""


def read_rates(text: str) -> Mapping[str, float]:
    """Read ``dead=0.05,http-503=0.01``.

    Raises:
        FarmError: See there.
    """
    rates: dict[str, float] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        kind, _, number = (word.strip() for word in part.partition("="))
        if kind not in FAILURES.keys() - {"http-NNN"} and not _HTTP.fullmatch(kind):
            raise FarmError(f"no such failure: {kind}; there are {', '.join(FAILURES)}")
        try:
            rate = float(number)
        except ValueError:
            rate = -1.0
        if not 0 <= rate <= 1:
            raise FarmError(f"the rate of {kind} must be from 0 to 1, not {number or 'nothing'}")
        if kind in rates:
            raise FarmError(f"the rate of {kind} is given twice")
        rates[kind] = rate
    if sum(rates.values()) > 1:
        raise FarmError("the rates are more than 1 together")
    return rates


def timed(definition: ServerDefinition, latency: float, jitter: float) -> ServerDefinition:
    """Give a server whose every answer takes longer."""
    return replace(
        definition,
        behaviour=replace(definition.behaviour, latency=latency, jitter=jitter),
        site_behaviour=replace(definition.site_behaviour, latency=latency, jitter=jitter),
    )


def failing(
    definitions: Sequence[ServerDefinition], rates: Mapping[str, float], slow: float, seed: int
) -> list[ServerDefinition]:
    """Let some servers fail: of each kind as many as the rate says, rounded; which ones is the seed's choice.

    Args:
        definitions: The servers.
        rates: From 0 to 1 by kind.
        slow: Seconds that an answer of a slow server takes longer.
        seed: The same seed chooses the same servers.
    """
    order = list(range(len(definitions)))
    Random(seed).shuffle(order)  # noqa: S311 - a choice that can be repeated, and no secret
    chosen = iter(order)
    made = list(definitions)
    for kind, rate in rates.items():
        for _ in range(round(rate * len(definitions))):
            index = next(chosen, None)
            if index is not None:
                made[index] = _failing(made[index], kind, slow)
    return made


def _failing(definition: ServerDefinition, kind: str, slow: float) -> ServerDefinition:
    status = _HTTP.fullmatch(kind)
    if status:
        return _behaving(definition, kind, http_status=int(status[1]))
    kinds: dict[str, Callable[[], ServerDefinition]] = {
        "refused": lambda: replace(definition, failure=kind, listens=False),
        "dead": lambda: replace(definition, failure=kind, reachable=False),
        "silent": lambda: _behaving(definition, kind, silent=True),
        "reset": lambda: _behaving(definition, kind, break_after=_MESSAGES_BEFORE_RESET),
        "rejected": lambda: _behaving(definition, kind, reject_logons=True),
        # A copy shares its answers with servers that deny nothing.
        "denied": lambda: replace(_behaving(definition, kind, denied_namespaces=_WMI), copy_of=None),
        "garbage": lambda: _behaving(definition, kind, garbage=True),
        "slow": lambda: replace(timed(definition, slow, 0.0), failure=kind),
    }
    return kinds[kind]()


def _behaving(definition: ServerDefinition, kind: str, **changes: object) -> ServerDefinition:
    site = {name: value for name, value in changes.items() if name == "silent"}
    behaviour: Behaviour = replace(definition.behaviour, **changes)  # type: ignore[arg-type] # fields of the record
    site_behaviour: SiteBehaviour = replace(definition.site_behaviour, **site)  # type: ignore[arg-type] # the same
    return replace(definition, failure=kind, behaviour=behaviour, site_behaviour=site_behaviour)

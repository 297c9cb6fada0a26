"""Servers, compliant otherwise, that cannot be seen or not wholly, or that misbehave over WS-Management."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from exgate.facts.registry import MASSYNC
from exgate.lab.catalogue_parts import back_end
from exgate.lab.definition import Behaviour, ServerDefinition, SiteBehaviour


def trouble() -> Iterator[ServerDefinition]:
    """Give them."""
    behaviours = {
        "slow": Behaviour(latency=0.3),
        "locked-out": Behaviour(reject_logons=True),
        "half-blind": Behaviour(denied_namespaces=frozenset({"root/microsoftiisv2"})),
        "no-shell": Behaviour(shell_offered=False),
        "shell-quota": Behaviour(shell_quota_exceeded=True),
        "trickle": Behaviour(trickle=True),
        "not-wsman": Behaviour(not_wsman=True),
        "garbage": Behaviour(garbage=True),
        "drops": Behaviour(drop_after=1),
    }
    hosts = count(61)
    for name, behaviour in behaviours.items():
        yield back_end(name, next(hosts), behaviour=behaviour)
    yield back_end("dead", next(hosts), listens=False)
    denied = Behaviour(denied_registry_keys=frozenset({rf"HKLM\{MASSYNC}"}))
    yield back_end("no-registry", next(hosts), behaviour=denied)
    yield back_end("no-web", next(hosts), site_behaviour=SiteBehaviour(listens=False))

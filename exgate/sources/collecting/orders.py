"""What a worker is told to ask, and what it answers, as octets.

No secret is in them: a reference to one travels, and `exgate.inventory.Secret` refuses to.
"""

from __future__ import annotations

import copyreg
import io
import pickle
from collections import ChainMap
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeVar

from exgate.inventory import HostSettings
from exgate.sources.collect import Collected, Questions
from exgate.sources.limits import Limits
from exgate.wsman.gate import GateState

NOTHING_KNOWN = GateState()
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One host that a worker is to ask.

    Attributes:
        run: The collection, of which a worker may serve several.
        worker: The worker's name, for texts.
        settings: The host.
        limits: The bounds.
        questions: What is asked beside the configuration.
        log_on: What is known of the account that logs on to WS-Management.
        web_log_on: What is known of the account that logs on to the test mailbox.
        turns: See `exgate.sources.collecting.place.Place.turns`.
        withhold: Whether parts of the facts that hold a secret stay where they are: whoever gets them does not know it.
    """

    run: str
    worker: str
    settings: HostSettings
    limits: Limits
    questions: Questions
    log_on: GateState
    web_log_on: GateState
    withhold: bool
    turns: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What asking a host gave, and what is known of its accounts since.

    Attributes:
        collected: What it gave.
        log_on: The account that logs on to WS-Management.
        web_log_on: The account that logs on to the test mailbox.
    """

    collected: Collected
    log_on: GateState = NOTHING_KNOWN
    web_log_on: GateState = NOTHING_KNOWN


def pack(value: Order | Answer) -> bytes:
    """Give the octets of an order or an answer.

    Raises:
        TypeError: It holds a secret.
    """
    octets = io.BytesIO()
    pickler = pickle.Pickler(octets, protocol=pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = _REDUCERS
    pickler.dump(value)
    return octets.getvalue()


def unpack(octets: bytes, kind: type[_T]) -> _T:
    """Take what `pack` gave. Whoever may write such octets may do here what he likes.

    Raises:
        TypeError: It is something else.
    """
    value = pickle.loads(octets)  # noqa: S301 - from a worker, which runs what it is told as well
    if not isinstance(value, kind):
        message = f"expected {kind.__name__}, not {type(value).__name__}"
        raise TypeError(message)
    return value


def _read_only(mapping: Mapping[Any, Any]) -> Mapping[Any, Any]:
    return MappingProxyType(mapping)


_REDUCERS: ChainMap[Any, Any] = ChainMap(
    {MappingProxyType: lambda mapping: (_read_only, (dict(mapping),))}, copyreg.dispatch_table
)
"""How what facts are made of is pickled; read-only views of mappings are not by themselves."""

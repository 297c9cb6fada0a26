"""The catalogue of named lab servers: compliant ones, ones that break one requirement, and ones that misbehave.

A server called ``drift-02-...`` breaks requirement KB817379-02 and nothing else than what follows from that. On one
called ``unknown-52-...`` that requirement cannot be decided. All of them are synthetic.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from types import MappingProxyType
from typing import Final

from exgate.lab.catalogue_compliant import compliant
from exgate.lab.catalogue_drift import drifted_method_2, drifted_vdirs
from exgate.lab.catalogue_state import drifted_answers, drifted_state, unknown
from exgate.lab.catalogue_trouble import trouble
from exgate.lab.definition import Behaviour, ServerDefinition

SERVERS: Final = MappingProxyType(
    {
        definition.name: definition
        for definition in chain(
            compliant(), drifted_vdirs(), drifted_method_2(), drifted_state(), drifted_answers(), unknown(), trouble()
        )
    }
)
"""Every lab server by its name."""

DEFAULT_SERVERS: Final = (
    *(name for name in SERVERS if not name.startswith("drift-") and SERVERS[name].behaviour == Behaviour()),
    *(name for name in SERVERS if name.startswith("drift-")),
    "slow",
    "locked-out",
    "half-blind",
)
"""What the lab starts when nobody names servers: without those whose misbehaviour is for the project's own tests."""


_FIRST_NETWORK, _LAST_NETWORK, _IN_A_NETWORK = 100, 255, 250
"""Where copies are: 10.81.100.1 to 10.81.254.250."""
MOST_COPIES: Final = (_LAST_NETWORK - _FIRST_NETWORK) * _IN_A_NETWORK


def copies(number: int) -> Iterator[ServerDefinition]:
    """Give `number` servers ``load0001`` ... that are ``be01`` but for name and address, sharing its metabase."""
    original = replace(
        SERVERS["be01"], name="original", computer_name="EXGATE-ORIGINAL", addresses=(f"10.81.{_LAST_NETWORK}.254",)
    )
    for index in range(1, number + 1):
        third, fourth = divmod(index - 1, _IN_A_NETWORK)
        name = f"load{index:04}"
        address = f"10.81.{_FIRST_NETWORK + third}.{fourth + 1}"
        yield replace(original, name=name, computer_name=name.upper(), addresses=(address,), copy_of=original)

"""Win32_PingStatus: how a server resolves names, its own above all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from exgate.lab.cim import NULL_ARRAY, Instance
from exgate.lab.cimv2_system import instance

if TYPE_CHECKING:
    from exgate.lab.definition import ServerDefinition
    from exgate.lab.wql import Query

_HOST_NOT_FOUND: Final = 11001
"""WSAHOST_NOT_FOUND, as PrimaryAddressResolutionStatus gives it."""


def ping_statuses(definition: ServerDefinition, query: Query) -> Iterable[Instance]:
    """Give one instance for every ``Address='...'`` of the condition: WMI pings while it is asked."""
    for name, literal in query.equalities:
        if name == "address" and isinstance(literal, str):
            yield _ping_status(literal, _resolve(definition, literal))


def _resolve(definition: ServerDefinition, name: str) -> str | None:
    if name in definition.addresses or name.startswith("127."):
        return name
    if name.lower() == "localhost":
        return "127.0.0.1"
    return definition.resolved_addresses[0] if name.lower() in definition.own_names else None


def _ping_status(asked: str, address: str | None) -> Instance:
    answered = address is not None
    return instance(
        "Win32_PingStatus",
        {
            "Address": asked,
            "BufferSize": 32,
            "NoFragmentation": False,
            "PrimaryAddressResolutionStatus": 0 if answered else _HOST_NOT_FOUND,
            "ProtocolAddress": address if answered else "",
            "ProtocolAddressResolved": "",
            "RecordRoute": 0,
            "ReplyInconsistency": False if answered else None,
            "ReplySize": 32 if answered else None,
            "ResolveAddressNames": False,
            "ResponseTime": 0 if answered else None,
            "ResponseTimeToLive": 128 if answered else None,
            "RouteRecord": NULL_ARRAY,
            "RouteRecordResolved": NULL_ARRAY,
            "SourceRoute": "",
            "SourceRouteType": 0,
            "StatusCode": 0 if answered else None,
            "Timeout": 4000,
            "TimeStampRecord": NULL_ARRAY,
            "TimeStampRecordAddress": NULL_ARRAY,
            "TimeStampRecordAddressResolved": NULL_ARRAY,
            "TimestampRoute": 0,
            "TimeToLive": 128,
            "TypeofService": 0,
        },
    )

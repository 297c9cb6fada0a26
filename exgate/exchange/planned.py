"""A server as it would be after a planned change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from types import MappingProxyType

from exgate.exchange.reading import Moot
from exgate.exchange.server import ExchangeServer
from exgate.facts.change import Plan
from exgate.facts.metabase import Metabase
from exgate.facts.metabase_candidate import MetabaseCandidate
from exgate.facts.metabase_plan import apply_to_metabase
from exgate.facts.registry import Registry
from exgate.facts.registry_plan import apply_to_registry
from exgate.facts.role import MAILBOX_ROLES
from exgate.facts.unknown import Pending, Unknown, UnknownFact
from exgate.facts.wire import Probe, Wire

NOT_ON_THE_WIRE_YET = Pending(
    "the web site answers by the configuration of before the planned change", "judge it again when the change is made"
)
NOT_LOGGED_YET = Pending("the event log is that of before the planned change", "judge it again when the change is made")
_VDIR_PROBES = (Probe.GET, Probe.PROPFIND, Probe.MAILBOX)
_OTHERS = {
    Probe.OMA: "/oma",
    Probe.ACTIVESYNC: "/Microsoft-Server-ActiveSync",
    Probe.ACTIVESYNC_LOGGED_ON: "/Microsoft-Server-ActiveSync",
}


def after(plan: Plan, before: ExchangeServer) -> ExchangeServer:
    """Lay a planned change over what was read of a server.

    IIS Admin is taken for restarted, as the article's step 23 demands. What only the running server shows is `Pending`:
    the log, and the web site's answers where the change reaches them.

    Args:
        plan: The change.
        before: The server.

    Raises:
        PlanError: A step cannot be made on this server; then none of them is laid over anything.
    """
    if not plan.metabase and not plan.registry:
        return before
    facts = before.facts
    planned = replace(
        facts,
        source=f"{facts.source}, with the planned change",
        metabase=_metabase(plan, facts.metabase),
        registry=_registry(plan, facts.registry),
        event_log=NOT_LOGGED_YET,
    )
    server = replace(before, facts=planned)
    return replace(server, facts=replace(planned, wire=_wire(before, server)))


def _metabase(plan: Plan, before: Metabase | Unknown) -> Metabase | Unknown:
    if isinstance(before, Unknown) or not plan.metabase:
        return before
    try:
        return apply_to_metabase(before, plan.metabase)
    except UnknownFact as error:
        return error.unknown


def _registry(plan: Plan, before: Registry) -> Registry:
    return apply_to_registry(before, plan.registry)


def _wire(before: ExchangeServer, server: ExchangeServer) -> Wire | Unknown:
    """Give the answers that are still those of the server after the change."""
    wire = before.facts.wire
    if isinstance(wire, Unknown):
        return wire
    stale = set(_stale(before, server))
    answers = {probe: NOT_ON_THE_WIRE_YET if probe in stale else answer for probe, answer in wire.answers.items()}
    return replace(wire, answers=MappingProxyType(answers))


def _stale(before: ExchangeServer, server: ExchangeServer) -> Iterator[Probe]:
    """Give the questions whose answers the change may alter; those that nobody can tell are among them."""
    try:
        asked = before.mobile_vdir if before.role in MAILBOX_ROLES else before.default_vdir
        same = before.role not in MAILBOX_ROLES or before.mobile_vdir_name == server.mobile_vdir_name
        site = asked.site
        if not same or _touches(server, asked.location):
            yield from _VDIR_PROBES
    except (UnknownFact, Moot):
        yield from Probe
        return
    yield from (probe for probe, name in _OTHERS.items() if _touches(server, f"{site}/ROOT{name}"))


def _touches(server: ExchangeServer, location: str) -> bool:
    metabase = server.facts.metabase
    if isinstance(metabase, Unknown):
        return True
    return isinstance(metabase, MetabaseCandidate) and metabase.touches(location)

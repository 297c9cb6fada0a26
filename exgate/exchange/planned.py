"""A server as it would be after a planned change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from types import MappingProxyType

from exgate.exchange.reading import Moot
from exgate.exchange.server import ExchangeServer
from exgate.exchange.web import Web
from exgate.facts.change import Plan
from exgate.facts.metabase import Metabase
from exgate.facts.metabase_candidate import MetabaseCandidate
from exgate.facts.metabase_plan import apply_to_metabase
from exgate.facts.registry_plan import apply_to_registry
from exgate.facts.role import MAILBOX_ROLES
from exgate.facts.unknown import Pending, Unknown, UnknownFact
from exgate.facts.wire import Probe, Wire

_LATER = "judge it again when the change is made"
NOT_ON_THE_WIRE_YET = Pending("the web site answers by the configuration of before the planned change", _LATER)
NOT_LOGGED_YET = Pending("the event log is that of before the planned change", _LATER)
_VDIR_PROBES = (Probe.GET, Probe.PROPFIND, Probe.MAILBOX)
_PATHS = {
    Probe.OMA: "/oma",
    Probe.ACTIVESYNC: "/Microsoft-Server-ActiveSync",
    Probe.ACTIVESYNC_LOGGED_ON: "/Microsoft-Server-ActiveSync",
}


def after(plan: Plan, before: ExchangeServer) -> ExchangeServer:
    """Lay a planned change over what was read of a server.

    IIS Admin is taken for restarted, as the article's step 23 demands. What only the running server shows is `Pending`:
    the log, and the web site's answers where the change or the restart reaches them. A server on which the change
    certainly changes nothing that is judged is given as it is.

    Args:
        plan: The change.
        before: The server.

    Raises:
        PlanError: A step cannot be made on this server; then none of them is laid over anything.
    """
    facts = before.facts
    metabase = _metabase(plan, facts.metabase)
    registry = apply_to_registry(facts.registry, plan.registry)
    if metabase is facts.metabase and registry == facts.registry and not cannot_be_judged(plan, before):
        return before
    planned = replace(facts, source=f"{facts.source}, with the planned change", metabase=metabase, registry=registry)
    server = replace(before, facts=planned)
    log = replace(NOT_LOGGED_YET, before=None if _moves(before, server) else facts.event_log)
    return replace(server, facts=replace(planned, event_log=log, wire=_wire(before, server)))


def cannot_be_judged(plan: Plan, server: ExchangeServer) -> bool:
    """Whether the change is to something that could not be read, so that nobody knows what it does.

    Args:
        plan: The change.
        server: The server, without the change or with it.
    """
    keys = server.facts.registry.keys.values()
    metabase = bool(plan.metabase) and isinstance(server.facts.metabase, Unknown)
    return metabase or (bool(plan.registry) and any(isinstance(key, Unknown) for key in keys))


def _metabase(plan: Plan, before: Metabase | Unknown) -> Metabase | Unknown:
    if isinstance(before, Unknown):
        return before
    try:
        candidate = apply_to_metabase(before, plan.metabase)
    except UnknownFact as error:
        return error.unknown
    return candidate if candidate.touched else before


def _wire(before: ExchangeServer, server: ExchangeServer) -> Wire | Unknown:
    """Give the answers that are still those of the server after the change."""
    wire = before.facts.wire
    if isinstance(wire, Unknown):
        return wire
    stale, moves = set(_stale(before, server)), _moves(before, server)
    answers = {
        probe: replace(NOT_ON_THE_WIRE_YET, before=None if moves else answer) if probe in stale else answer
        for probe, answer in wire.answers.items()
    }
    return replace(wire, answers=MappingProxyType(answers))


def _stale(before: ExchangeServer, server: ExchangeServer) -> Iterator[Probe]:
    """Give the questions whose answers the change, or the restart after it, may alter.

    Those of which nobody can tell are among them.
    """
    try:
        site = before.home_site
        if site is None or site != server.home_site or not _is_in_effect(before):
            yield from Probe
            return
        if _moves(before, server):
            yield Probe.ACTIVESYNC_LOGGED_ON
            yield from _VDIR_PROBES if before.role in MAILBOX_ROLES else ()
        if _reaches(server, _asked(before)):
            yield from (*_VDIR_PROBES, Probe.ACTIVESYNC_LOGGED_ON)
        yield from (probe for probe, path in _PATHS.items() if _reaches(server, f"{site}/ROOT{path}"))
    except UnknownFact:
        yield from Probe


def _asked(server: ExchangeServer) -> str:
    """Give the place of the virtual directory that was asked for, whether it is there or not."""
    name = server.mobile_vdir_name if server.role in MAILBOX_ROLES else "/Exchange"
    return f"{server.home_site}/ROOT{name}"


def _moves(before: ExchangeServer, server: ExchangeServer) -> bool:
    """Whether the mobile virtual directory is another one afterwards: by its name, or made anew."""
    try:
        if before.mobile_vdir_name != server.mobile_vdir_name:
            return True
        metabase = server.metabase
        return isinstance(metabase, MetabaseCandidate) and _asked(server).lower() in metabase.created
    except UnknownFact:
        return False


def _is_in_effect(server: ExchangeServer) -> bool:
    """Whether the web site answers by its configuration, as far as that shows; if not, a restart changes that."""
    try:
        return Web(server).agrees_with_configuration.value
    except (UnknownFact, Moot):
        return True


def _reaches(server: ExchangeServer, location: str) -> bool:
    metabase = server.facts.metabase
    if isinstance(metabase, Unknown):
        return True
    return isinstance(metabase, MetabaseCandidate) and metabase.reaches(location)

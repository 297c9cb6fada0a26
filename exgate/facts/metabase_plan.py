"""Lays the steps of a planned change over a metabase."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import TypeVar

from exgate.facts.change import (
    DeleteKey,
    DeleteProperty,
    ImportKeys,
    MetabaseStep,
    Origin,
    PlanError,
    SetFlag,
    SetProperty,
    SetRestrictions,
)
from exgate.facts.ip_restrictions import IPRestrictions
from exgate.facts.metabase import Metabase, is_within, parent
from exgate.facts.metabase_candidate import MetabaseCandidate, PlannedKey, PlannedProperty
from exgate.facts.metabase_schema import BY_NAME, PropertyValue
from exgate.facts.number import DWORD
from exgate.facts.unknown import Unknown, UnknownFact

_K = TypeVar("_K")
_V = TypeVar("_V")


def apply_to_metabase(before: Metabase, steps: Sequence[MetabaseStep]) -> MetabaseCandidate:
    """Lay the steps over a metabase, one after the other; the metabase itself stays as it is.

    A step that certainly changes nothing leaves no trace.

    Raises:
        PlanError: A step cannot be made: its key is not there, or one that it creates is.
        UnknownFact: Whether a step can be made is not known.
    """
    candidate = MetabaseCandidate(before)
    for step in steps:
        candidate = _apply(candidate, step)
    return candidate


def _apply(candidate: MetabaseCandidate, step: MetabaseStep) -> MetabaseCandidate:
    if isinstance(step, ImportKeys):
        changed = _import(candidate, step)
    elif isinstance(step, DeleteKey):
        changed = _delete(candidate, _existing(candidate, step.location, step.origin))
    else:
        location = _existing(candidate, step.location, step.origin)
        if isinstance(step, DeleteProperty):
            changed = _delete_property(candidate, location, step)
        else:
            name = "IPSecurity" if isinstance(step, SetRestrictions) else step.name
            changed = _set(candidate, location, name, PlannedProperty(_value(candidate, location, step), step.origin))
    if changed is candidate:
        return candidate
    return replace(changed, touched=changed.touched | {step.location.lower().rstrip("/")})


def _value(
    candidate: MetabaseCandidate, location: str, step: SetProperty | SetRestrictions | SetFlag
) -> PropertyValue | Unknown:
    """Give what a step sets; where that depends on a present value that is not known, why it is not known either."""
    if isinstance(step, SetProperty):
        return step.value
    try:
        return _switched(candidate, location, step) if isinstance(step, SetFlag) else _kept(candidate, location, step)
    except UnknownFact as error:
        unknown = error.unknown
    if isinstance(step, SetFlag):
        keeps = f"{step.origin} keeps the other bits of {step.name}: "
        return unknown if unknown.reason.startswith(keeps) else replace(unknown, reason=keeps + unknown.reason)
    name = "DomainDeny" if step.value.grant_by_default else "DomainGrant"
    return Unknown(
        f"{step.origin} leaves {name} of {location} as it is, and what it is now is not known: {unknown.reason}",
        f"assign {name} in the script too: Array()",
    )


def _kept(candidate: MetabaseCandidate, location: str, step: SetRestrictions) -> PropertyValue:
    """Give the restrictions with the list that the step leaves as it is."""
    if not step.kept:
        return step.value
    present = candidate.effective(location, "IPSecurity").value
    if not isinstance(present, IPRestrictions):
        raise TypeError(present)
    if step.kept == "domain_deny":
        return replace(step.value, domain_deny=present.domain_deny)
    return replace(step.value, domain_grant=present.domain_grant)


def _existing(candidate: MetabaseCandidate, location: str, origin: Origin) -> str:
    stored = candidate.stored_location(location)
    if stored is None:
        raise PlanError(origin, f"there is no key {location}: create it first")
    return stored


def _set(candidate: MetabaseCandidate, location: str, name: str, planned: PlannedProperty) -> MetabaseCandidate:
    if planned.value is not None and _is_set(candidate, location, name, planned.value):
        return candidate
    properties = {**candidate.properties, (location.lower(), name): planned}
    return replace(candidate, properties=MappingProxyType(properties))


def _is_set(candidate: MetabaseCandidate, location: str, name: str, value: PropertyValue | Unknown) -> bool:
    """Whether a key certainly has this value of its own, and passes it on as one that is set does."""
    try:
        own = candidate.own(location, name)
    except UnknownFact:
        return False
    return own is not None and own.value == value and own.inherits == BY_NAME[name].inherits


def _switched(candidate: MetabaseCandidate, location: str, step: SetFlag) -> PropertyValue:
    """Give a flag property's effective value with some bits on or off: ADSI writes the others as they are."""
    value = candidate.effective(location, step.name).value
    if not isinstance(value, int):
        raise PlanError(step.origin, f"{step.name} has no flags")
    return value | step.bits if step.on else value & (DWORD ^ step.bits)


def _delete_property(candidate: MetabaseCandidate, location: str, step: DeleteProperty) -> MetabaseCandidate:
    if location.lower() not in candidate.created:
        try:
            if candidate.own(location, step.name) is None:
                return candidate
        except UnknownFact:
            pass  # It may be set there, so it is removed.
    return _set(candidate, location, step.name, PlannedProperty(None, step.origin))


def _delete(candidate: MetabaseCandidate, location: str) -> MetabaseCandidate:
    return replace(
        candidate,
        properties=_without(candidate.properties, lambda key: is_within(key[0], location)),
        created=_without(candidate.created, lambda key: is_within(key, location)),
        deleted=candidate.deleted | {location.lower()},
    )


def _without(mapping: Mapping[_K, _V], is_gone: Callable[[_K], bool]) -> Mapping[_K, _V]:
    return MappingProxyType({key: value for key, value in mapping.items() if not is_gone(key)})


def _import(candidate: MetabaseCandidate, step: ImportKeys) -> MetabaseCandidate:
    there = candidate.stored_location(step.location)
    if there is not None:
        raise PlanError(step.origin, f"there is a key {there} already: delete it first, or choose another name")
    above = parent(step.location)
    if above is None or candidate.stored_location(above) is None:
        raise PlanError(step.origin, f"there is no key {above} to create {step.location} in: create it first")
    created = {
        key.location.lower(): PlannedKey(
            key, step.inherited if key.location.lower() == step.location.lower() else MappingProxyType({}), step.origin
        )
        for key in step.keys
    }
    return replace(candidate, created=MappingProxyType({**candidate.created, **created}))

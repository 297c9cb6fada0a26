"""adsutil.vbs, as its text reads its arguments."""

from __future__ import annotations

from collections.abc import Iterator

from exgate.facts.change import DeleteKey, DeleteProperty, MetabaseStep, Origin, PlanError, SetFlag, SetProperty
from exgate.facts.metabase_schema import BY_IDENTIFIER
from exgate.sources.candidate.locations import metabase_location
from exgate.sources.candidate.numbers import number, truth
from exgate.sources.candidate.properties import SERVER_AUTO_START, Kind, Property, demand, find, typed
from exgate.sources.candidate.variables import check_value

_READERS = frozenset({"get", "enum", "enum_all", "enumall", "find", "help", "appgetstatus"})
_MOST_VALUES = 9
"""The script keeps eleven arguments, the verb and the path among them, and loses the others without a word."""
_DS2MB = "/lm/ds2mb"


def adsutil(arguments: tuple[str, ...], origin: Origin) -> Iterator[MetabaseStep]:
    """Read what adsutil.vbs changes: ``set PATH/PROPERTY VALUE...`` or ``delete PATH``.

    Raises:
        PlanError: It is another verb, another server, or no property or value that is known.
    """
    for argument in arguments:
        check_value(argument, origin)
    server = next((argument[3:] for argument in arguments if argument.lower().startswith("-s:")), "localhost")
    if server.lower() != "localhost":
        raise PlanError(origin, f"another server ({server}): the change is judged on each host by itself")
    others = [argument for argument in arguments if not argument.lower().startswith("-s:")]
    verb, rest = (others[0], others[1:]) if others else ("", [])
    if verb.lower() in _READERS:
        return
    if verb.lower() not in {"set", "delete"}:
        raise PlanError(
            origin, f"adsutil.vbs {verb} is not understood: set, delete, get and enum are".replace("  ", " ")
        )
    if not rest:
        raise PlanError(origin, f"adsutil.vbs {verb.lower()} without a path")
    if verb.lower() == "set":
        yield from _set(rest[0], tuple(rest[1:]), origin)
    elif len(rest) > 1:
        raise PlanError(origin, "adsutil.vbs delete takes one path: put one with spaces into quotation marks")
    else:
        yield from _delete(rest[0], origin)


def _set(path: str, values: tuple[str, ...], origin: Origin) -> Iterator[MetabaseStep]:
    above, name = _split(path)
    if not name:
        raise PlanError(origin, f"no property in {path!r}")
    known = demand(name, origin)
    location = metabase_location(above, origin)
    if known.kind is Kind.OBJECT:
        raise PlanError(
            origin, f"adsutil.vbs cannot set {known.name}: use IIS Manager, or an ADSI script (.vbs) in this folder"
        )
    if not values:
        raise PlanError(origin, f"no value for {known.name}")
    if known.kind is not Kind.LIST and len(values) > 1:
        raise PlanError(origin, f"{known.name} takes one value: put one with spaces into quotation marks")
    if len(values) > _MOST_VALUES:
        raise PlanError(origin, f"adsutil.vbs takes no more than {_MOST_VALUES} values: use an ADSI script (.vbs)")
    yield from property_step(known, location, _value(known, values, origin), origin)


def _value(known: Property, values: tuple[str, ...], origin: Origin) -> int | str | tuple[str, ...]:
    if known.kind is Kind.NUMBER:
        return number(values[0], known.name, origin)
    if known.kind is Kind.SWITCH:
        return truth(values[0], known.name, origin)
    return values if known.kind is Kind.LIST else values[0]


def property_step(
    known: Property, location: str, value: int | str | tuple[str, ...], origin: Origin
) -> Iterator[MetabaseStep]:
    """Give the step that sets a property, none where no requirement depends on it.

    Args:
        known: The property.
        location: The key.
        value: In the property's form; a switch's is a truth value.
        origin: Where it is set.

    Raises:
        PlanError: The value is not one of this property.
    """
    if known.name == SERVER_AUTO_START and not value:
        raise PlanError(origin, f"the web site stays stopped when IIS Admin is restarted ({SERVER_AUTO_START} FALSE)")
    if known.definition is None:
        return
    name = known.definition.name
    if known.bits:
        yield SetFlag(origin=origin, location=location, name=name, bits=known.bits, on=bool(value))
    else:
        yield SetProperty(origin=origin, location=location, name=name, value=typed(known.definition, value, origin))


def _delete(path: str, origin: Origin) -> Iterator[MetabaseStep]:
    """Read a deletion; without a slash at its end the script takes the last part for a property first."""
    above, name = _split(path)
    known = None if path.endswith("/") else find(name)
    if name.isdecimal() and int(name) in BY_IDENTIFIER:
        demand(name, origin)
    if known is None:
        location = metabase_location(path, origin)
        if location.lower() in {"/lm", "/lm/w3svc"}:
            raise PlanError(origin, f"this deletes all of IIS ({location})")
        if location.lower() == _DS2MB:
            raise PlanError(
                origin,
                "without DS2MB the System Attendant writes Exchange's virtual directories anew: what they become is "
                "not known here",
            )
        yield DeleteKey(origin=origin, location=location)
    elif known.kind is Kind.OBJECT:
        raise PlanError(origin, f"whether adsutil.vbs can delete {known.name} is not known: use IIS Manager")
    elif known.name == SERVER_AUTO_START:
        raise PlanError(origin, f"whether the web site starts without {known.name} is not known: set it TRUE")
    elif known.bits:
        raise PlanError(origin, f"{known.name} is a part of a property: delete the whole one, or set it FALSE")
    elif known.definition:
        yield DeleteProperty(origin=origin, location=metabase_location(above, origin), name=known.definition.name)


def _split(path: str) -> tuple[str, str]:
    """Split the property off a path, as the script does."""
    clean = path.strip(" ").replace("\\", "/").removeprefix("/").removesuffix("/")
    above, _, name = clean.rpartition("/")
    return above or "LM", name

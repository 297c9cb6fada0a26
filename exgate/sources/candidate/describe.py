"""A planned change in words, for the head of a report."""

from __future__ import annotations

import re
from collections.abc import Iterator

from exgate.facts.change import (
    AddRegistryKey,
    DeleteKey,
    DeleteProperty,
    DeleteRegistryKey,
    DeleteRegistryValue,
    ImportKeys,
    MetabaseStep,
    Plan,
    RegistryStep,
    SetFlag,
    SetProperty,
    SetRegistryValue,
    SetRestrictions,
)
from exgate.facts.flags import MetabaseFlags
from exgate.facts.metabase_schema import BY_NAME, PropertyValue
from exgate.facts.printable import printable
from exgate.facts.registry import MASSYNC, RegistryValue

_KEPT_BY_EXCHANGE = re.compile(r"/LM/W3SVC/\d+/ROOT/(?:Exchange|Public|Exadmin)/?", re.IGNORECASE)
_COPIED_BY_EXCHANGE = frozenset(
    {"AccessFlags", "AccessSSLFlags", "AuthFlags", "DefaultLogonDomain", "Path", "ScriptMaps"}
)


def describe(plan: Plan) -> Iterator[str]:
    """Give a line for each step, for example ``change/a.cmd:3: set AuthFlags of ... to 6 (AuthBasic | AuthNTLM)``.

    A registry value's data are shown only for MasSync, where the article puts its own: elsewhere they may be secret.
    """
    for step in (*plan.metabase, *plan.registry):
        yield printable(f"{step.origin}: {_words(step)}")


def warnings(plan: Plan) -> Iterator[str]:
    """Give a line for each step that may not last: Exchange System Manager keeps /Exchange, /Public and /Exadmin.

    DS2MB copies what is set there to IIS, within 15 minutes (KB 290341); whether it does so with SSL is not proven.
    """
    for step in plan.metabase:
        found = _KEPT_BY_EXCHANGE.fullmatch(step.location)
        if found is None:
            continue
        changed = step.location
        if isinstance(step, SetProperty | SetFlag | DeleteProperty):
            if step.name not in _COPIED_BY_EXCHANGE:
                continue
            changed = f"{step.name} of {step.location}"
        elif isinstance(step, SetRestrictions):
            continue
        yield printable(
            f"{step.origin}: the System Attendant (DS2MB) may take back what changes in {changed} within 15 "
            "minutes: Exchange System Manager keeps it"
        )


def _words(step: MetabaseStep | RegistryStep) -> str:  # noqa: PLR0911, C901 - one line each
    match step:
        case SetProperty():
            return f"set {step.name} of {step.location} to {_value(step.value)}"
        case SetRestrictions():
            return f"set IPSecurity of {step.location} to {step.value}"
        case SetFlag():
            return f"switch {'on' if step.on else 'off'} {_bits(step)} in {step.name} of {step.location}"
        case DeleteProperty():
            return f"delete {step.name} of {step.location}, which then inherits it"
        case DeleteKey():
            return f"delete {step.location} and all below it"
        case ImportKeys():
            below = len(step.keys) - 1
            return f"create {step.location}{f' and {below} keys below it' if below else ''} from an export"
        case SetRegistryValue():
            return f"set {_name(step.value.name)} of HKLM\\{step.path} to {_data(step.path, step.value)}"
        case AddRegistryKey():
            return f"make HKLM\\{step.path} if it is missing"
        case DeleteRegistryValue():
            return f"delete {_name(step.name)} of HKLM\\{step.path}"
        case DeleteRegistryKey():
            return f"delete HKLM\\{step.path} and all below it"


def _value(value: PropertyValue) -> str:
    if isinstance(value, str):
        return repr(value)
    return ", ".join(map(str, value)) or "nothing" if isinstance(value, tuple) else str(value)


def _bits(step: SetFlag) -> str:
    default = BY_NAME[step.name].default
    bits = type(default)(step.bits) if isinstance(default, MetabaseFlags) else step.bits
    return str(bits)


def _name(name: str) -> str:
    return name or "the default value"


def _data(path: str, value: RegistryValue) -> str:
    if f"{path}\\".lower().startswith(f"{MASSYNC}\\".lower()):
        return f"{value.data!r} ({value.type_name})"
    return f"a {value.type_name}"

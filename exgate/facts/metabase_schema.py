"""The metabase properties that the article's requirements rest on, as IIS 6's MBSchema.xml defines them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from exgate.facts.bindings import Binding, ScriptMap
from exgate.facts.flags import AccessFlags, AccessSSLFlags, AuthFlags
from exgate.facts.ip_restrictions import NO_RESTRICTIONS, IPRestrictions
from exgate.facts.ip_security_blob import hint
from exgate.facts.number import parse_number
from exgate.facts.unknown import Unknown

PropertyValue = int | str | tuple[str, ...] | tuple[Binding, ...] | tuple[ScriptMap, ...] | IPRestrictions
"""Flags are integers too."""

_SPACE = " \t\r\n"
_MULTI_STRING_BREAK = re.compile(rf"[{_SPACE}]{{2,}}|[\r\n]")
_LOOK = "look at it in IIS Manager"


class DataType(Enum):
    """How the metabase keeps a property; named as MetaBase.xml names it."""

    DWORD = "DWORD"
    STRING = "STRING"
    MULTISZ = "MULTISZ"
    BINARY = "BINARY"


@dataclass(frozen=True, slots=True)
class PropertyDefinition:
    """A metabase property.

    Attributes:
        name: Its name in the schema.
        identifier: Its number; MetaBase.xml's Custom elements are matched by it.
        data_type: How the metabase keeps it.
        parse: From MetaBase.xml's text to the typed value; raises ValueError.
        inherits: Whether a key without it takes its parent's value (attribute INHERIT).
        default: The schema's default.
        in_schema: Whether MBSchema.xml has it; WMI and ADSI show nothing else.
        stands_for: What the default means, where it may be shown in either form.
        next_step: What to do where MetaBase.xml's text is not understood.
    """

    name: str
    identifier: int
    data_type: DataType
    parse: Callable[[str], PropertyValue]
    inherits: bool
    default: PropertyValue
    in_schema: bool = True
    stands_for: PropertyValue | None = None
    next_step: str = _LOOK

    def read(self, text: str) -> PropertyValue | Unknown:
        """Give the typed value of MetaBase.xml's text, or why it is not understood."""
        try:
            return self.parse(text)
        except ValueError as error:
            return Unknown(f"{self.name} in MetaBase.xml could not be understood: {error}", self.next_step)

    def same(self, one: PropertyValue, other: PropertyValue) -> bool:
        """Whether two values mean the same."""
        return self._meaning(one) == self._meaning(other)

    def _meaning(self, value: PropertyValue) -> PropertyValue:
        meant = self.stands_for if value == self.default and self.stands_for is not None else value
        return meant.replace(" ", "").lower() if isinstance(meant, str) and self.stands_for is not None else meant


def split_multi_string(text: str) -> tuple[str, ...]:
    """Split a MULTISZ attribute.

    An XML parser turns the line breaks and tabs between the entries into spaces (XML 1.0, 3.3.3), so that two
    or more white-space characters separate; paths may hold single spaces. A line break that was written as a
    character reference stays one, and separates too.
    """
    return tuple(part for part in _MULTI_STRING_BREAK.split(text.strip(_SPACE)) if part)


def _bindings(text: str) -> tuple[Binding, ...]:
    return tuple(map(Binding.parse, split_multi_string(text)))


def _script_maps(text: str) -> tuple[ScriptMap, ...]:
    return tuple(map(ScriptMap.parse, split_multi_string(text)))


def _ip_security(text: str) -> IPRestrictions:
    """Take an empty block for "no restrictions", and nothing else for anything: its encoding is not documented."""
    if text:
        looks = hint(text)
        message = f"it is a binary block, whose encoding is not documented{f'; {looks}' if looks else ''}"
        raise ValueError(message)
    return NO_RESTRICTIONS


FORMS_BASED_AUTHENTICATION = "45054"
"""Exchange's property for forms-based authentication; it has a number and no name, for it is not in MBSchema.xml."""

_READ_LIVE = "run the script of exgate collector on the server, which reads it by ADSI, or read the server over WinRM"

DEFINITIONS = (
    PropertyDefinition(
        "AuthFlags", 6000, DataType.DWORD, AuthFlags.parse, inherits=True, default=AuthFlags.AuthAnonymous
    ),
    PropertyDefinition(
        "AccessSSLFlags", 6030, DataType.DWORD, AccessSSLFlags.parse, inherits=True, default=AccessSSLFlags(0)
    ),
    PropertyDefinition(
        "AccessFlags", 6016, DataType.DWORD, AccessFlags.parse, inherits=True, default=AccessFlags.AccessRead
    ),
    PropertyDefinition(
        "NTAuthenticationProviders",
        6032,
        DataType.STRING,
        str,
        inherits=True,
        default="",
        stands_for="Negotiate,NTLM",
    ),
    PropertyDefinition("DefaultLogonDomain", 6012, DataType.STRING, str, inherits=True, default=""),
    PropertyDefinition(
        "IPSecurity",
        6019,
        DataType.BINARY,
        _ip_security,
        inherits=True,
        default=NO_RESTRICTIONS,
        next_step=_READ_LIVE,
    ),
    PropertyDefinition("Path", 3001, DataType.STRING, str, inherits=True, default=""),
    PropertyDefinition("HttpRedirect", 6011, DataType.STRING, str, inherits=True, default=""),
    PropertyDefinition("ScriptMaps", 6014, DataType.MULTISZ, _script_maps, inherits=True, default=()),
    PropertyDefinition("AppPoolId", 9101, DataType.STRING, str, inherits=True, default=""),
    PropertyDefinition("ServerBindings", 1023, DataType.MULTISZ, _bindings, inherits=False, default=()),
    PropertyDefinition("SecureBindings", 2021, DataType.MULTISZ, _bindings, inherits=False, default=()),
    PropertyDefinition("ServerComment", 1015, DataType.STRING, str, inherits=False, default=""),
    PropertyDefinition(
        FORMS_BASED_AUTHENTICATION,
        45054,
        DataType.DWORD,
        parse_number,
        inherits=True,
        default=0,
        in_schema=False,
    ),
)

BY_NAME = {definition.name: definition for definition in DEFINITIONS}
BY_IDENTIFIER = {definition.identifier: definition for definition in DEFINITIONS}

"""The metabase properties that the article's requirements rest on, as IIS 6's MBSchema.xml defines them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from exgate.facts.bindings import Binding, ScriptMap
from exgate.facts.flags import AccessFlags, AccessSSLFlags, AuthFlags
from exgate.facts.ip_restrictions import NO_RESTRICTIONS, IPRestrictions

PropertyValue = int | str | tuple[str, ...] | tuple[Binding, ...] | tuple[ScriptMap, ...] | IPRestrictions
"""Flags are integers too."""

_MULTI_STRING_BREAK = re.compile(r"\s{2,}")


@dataclass(frozen=True, slots=True)
class PropertyDefinition:
    """A metabase property.

    Attributes:
        name: Its name in the schema.
        identifier: Its number; MetaBase.xml's Custom elements are matched by it.
        parse: From MetaBase.xml's text to the typed value; raises ValueError.
        inherits: Whether a key without it takes its parent's value (attribute INHERIT).
        default: The schema's default.
        in_schema: Whether MBSchema.xml has it; WMI and ADSI show nothing else.
        stands_for: What the default means, where it may be shown in either form.
    """

    name: str
    identifier: int
    parse: Callable[[str], PropertyValue]
    inherits: bool
    default: PropertyValue
    in_schema: bool = True
    stands_for: PropertyValue | None = None

    def same(self, one: PropertyValue, other: PropertyValue) -> bool:
        """Whether two values mean the same."""
        return self._meaning(one) == self._meaning(other)

    def _meaning(self, value: PropertyValue) -> PropertyValue:
        meant = self.stands_for if value == self.default and self.stands_for is not None else value
        return meant.replace(" ", "").lower() if isinstance(meant, str) and self.stands_for is not None else meant


def split_multi_string(text: str) -> tuple[str, ...]:
    """Split a MULTISZ attribute.

    An XML parser turns the line breaks and tabs between the entries into spaces (XML 1.0, 3.3.3), so that two
    or more white-space characters separate; paths may hold single spaces.
    """
    return tuple(part for part in _MULTI_STRING_BREAK.split(text.strip()) if part)


def _bindings(text: str) -> tuple[Binding, ...]:
    return tuple(map(Binding.parse, split_multi_string(text)))


def _script_maps(text: str) -> tuple[ScriptMap, ...]:
    return tuple(map(ScriptMap.parse, split_multi_string(text)))


def _ip_security(text: str) -> IPRestrictions:
    if text:
        message = "IPSecurity is kept as a binary block in MetaBase.xml"
        raise ValueError(message)
    return NO_RESTRICTIONS


FORMS_BASED_AUTHENTICATION = "45054"
"""Exchange's property for forms-based authentication; it has a number and no name, for it is not in MBSchema.xml."""

DEFINITIONS = (
    PropertyDefinition("AuthFlags", 6000, AuthFlags.parse, inherits=True, default=AuthFlags.AuthAnonymous),
    PropertyDefinition("AccessSSLFlags", 6030, AccessSSLFlags.parse, inherits=True, default=AccessSSLFlags(0)),
    PropertyDefinition("AccessFlags", 6016, AccessFlags.parse, inherits=True, default=AccessFlags.AccessRead),
    PropertyDefinition("NTAuthenticationProviders", 6032, str, inherits=True, default="", stands_for="Negotiate,NTLM"),
    PropertyDefinition("DefaultLogonDomain", 6012, str, inherits=True, default=""),
    PropertyDefinition("IPSecurity", 6019, _ip_security, inherits=True, default=NO_RESTRICTIONS),
    PropertyDefinition("Path", 3001, str, inherits=True, default=""),
    PropertyDefinition("HttpRedirect", 6011, str, inherits=True, default=""),
    PropertyDefinition("ScriptMaps", 6014, _script_maps, inherits=True, default=()),
    PropertyDefinition("AppPoolId", 9101, str, inherits=True, default=""),
    PropertyDefinition("ServerBindings", 1023, _bindings, inherits=False, default=()),
    PropertyDefinition("SecureBindings", 2021, _bindings, inherits=False, default=()),
    PropertyDefinition("ServerComment", 1015, str, inherits=False, default=""),
    PropertyDefinition(FORMS_BASED_AUTHENTICATION, 45054, int, inherits=True, default=0, in_schema=False),
)

BY_NAME = {definition.name: definition for definition in DEFINITIONS}
BY_IDENTIFIER = {definition.identifier: definition for definition in DEFINITIONS}

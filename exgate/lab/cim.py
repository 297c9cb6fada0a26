"""CIM instances and their XML: typed (``select *``) and untyped (a WQL property list), as Server 2003 writes them.

Shapes ([MS-WSMV] 2.2.4, DSP0230, and answers of a real Server 2003): a null is ``xsi:nil``, an array is a repeated
element, a null or empty array is left out, booleans are lower case, a datetime is wrapped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from exgate.lab.namespaces import CIM_COMMON, SCHEMA_INSTANCE, WMI, WSMAN
from exgate.lab.soap import escape


@dataclass(frozen=True, slots=True)
class Instance:
    """An instance of a CIM class.

    Attributes:
        class_name: Its class, in WMI's own case.
        namespace: The WMI namespace, ``root/cimv2``.
        values: Every property of the class, in WMI's order.
    """

    class_name: str
    namespace: str
    values: Mapping[str, Value]

    def get(self, name: str) -> Value:
        """Give a property's value; property names compare without regard to case.

        Raises:
            KeyError: The class has no such property.
        """
        if name in self.values:
            return self.values[name]
        wanted = name.lower()
        for own, value in self.values.items():
            if own.lower() == wanted:
                return value
        raise KeyError(name)


@dataclass(frozen=True, slots=True)
class NullArray:
    """A null of an array type: it is left out of the XML where a scalar's null is ``xsi:nil``."""


NULL_ARRAY = NullArray()

Scalar = str | int | bool | datetime | Instance | None
Value = Scalar | tuple[Scalar, ...] | NullArray


def class_uri(instance: Instance) -> str:
    """Give the class's resource URI, which is its XML namespace too."""
    return f"{WMI}/{instance.namespace}/{instance.class_name}"


def timestamp(moment: datetime) -> str:
    """Write a moment as ``cim:Datetime`` holds it: UTC, no trailing zeros of the fraction."""
    text = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    fraction = f"{moment.microsecond:06d}".rstrip("0")
    return f"{text}.{fraction}Z" if fraction else f"{text}Z"


def typed(instance: Instance) -> str:
    """Write ``<p:Class xsi:type="p:Class_Type">`` with every property."""
    name = instance.class_name
    inner = "".join(_property(f"p:{key}", value, "cim:") for key, value in instance.values.items())
    return (
        f'<p:{name} xmlns:xsi="{SCHEMA_INSTANCE}" xmlns:p="{class_uri(instance)}" xmlns:cim="{CIM_COMMON}" '
        f'xsi:type="p:{name}_Type">{inner}</p:{name}>'
    )


def fragment(instance: Instance, columns: Iterable[str]) -> str:
    """Write ``<w:XmlFragment>`` with the asked properties in the class's own order and case."""
    wanted = {column.lower() for column in columns}
    inner = "".join(_property(key, value, "") for key, value in instance.values.items() if key.lower() in wanted)
    return f'<w:XmlFragment xmlns:xsi="{SCHEMA_INSTANCE}" xmlns:w="{WSMAN}">{inner}</w:XmlFragment>'


def _property(tag: str, value: Value, datetime_prefix: str) -> str:
    if isinstance(value, NullArray):
        return ""
    if isinstance(value, tuple):
        return "".join(_element(tag, item, datetime_prefix) for item in value)
    return _element(tag, value, datetime_prefix)


def _element(tag: str, value: Scalar, datetime_prefix: str) -> str:
    if value is None:
        return f'<{tag} xsi:nil="true"/>'
    if isinstance(value, Instance):
        return _embedded(tag, value, datetime_prefix)
    return f"<{tag}>{scalar_text(value, datetime_prefix)}</{tag}>"


def _embedded(tag: str, value: Instance, datetime_prefix: str) -> str:
    if not datetime_prefix:
        return f"<{tag}>{''.join(_property(key, item, '') for key, item in value.values.items())}</{tag}>"
    inner = "".join(_property(f"p1:{key}", item, datetime_prefix) for key, item in value.values.items())
    return f'<{tag} xmlns:p1="{class_uri(value)}" xsi:type="p1:{value.class_name}_Type">{inner}</{tag}>'


def scalar_text(value: str | int | bool | datetime, datetime_prefix: str = "cim:") -> str:  # noqa: FBT001 - a CIM boolean
    """Write a scalar's text, escaped."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return f"<{datetime_prefix}Datetime>{timestamp(value)}</{datetime_prefix}Datetime>"
    return escape(str(value))

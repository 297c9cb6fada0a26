"""WMI as the WS-Management plug-in shows it: namespaces, classes, Enumerate's items and Get's instance."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from exgate.lab import faults
from exgate.lab.cim import Instance, class_uri, fragment, scalar_text, typed
from exgate.lab.namespaces import ANONYMOUS, CIM_SCHEMA, SELECTOR_DIALECT, WMI, WQL_DIALECT, WSMAN
from exgate.lab.soap import Request, escape
from exgate.lab.wql import Query, equal, everything, parse_wql

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_CIM_NAMESPACE_SELECTOR = "__cimnamespace"
_DEFAULT_NAMESPACE = "root/cimv2"


@dataclass(frozen=True, slots=True)
class WmiClass:
    """A WMI class.

    Attributes:
        name: In WMI's own case.
        keys: Its key properties.
        instances: Gives the instances; the query is for classes that cannot be listed (Win32_PingStatus).
        also_known_as: Superclasses whose enumeration gives these instances too.
    """

    name: str
    keys: tuple[str, ...]
    instances: Callable[[Query], Iterable[Instance]]
    also_known_as: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wmi:
    """The WMI of one server.

    Attributes:
        namespaces: Classes by namespace, lower case (``root/cimv2``).
        denied: Namespaces, lower case, that answer "access denied".
    """

    namespaces: Mapping[str, tuple[WmiClass, ...]]
    denied: frozenset[str]

    def items(self, request: Request) -> list[str]:
        """Give the XML of every item that an Enumerate asks for.

        Raises:
            Fault: No such resource, namespace or class; a filter that cannot be processed; access denied.
        """
        namespace, class_name = resource(request)
        self._check(namespace)
        query = self._query(request, class_name)
        wmi_class = self._class(namespace, query.class_name)
        instances = self._select(wmi_class, query)
        mode = (request.body.findtext(f"{{{WSMAN}}}EnumerationMode") or "") if request.body is not None else ""
        if mode == "EnumerateEPR":
            return [self._reference(wmi_class, instance) for instance in instances]
        objects = [typed(i) if query.columns is None else fragment(i, query.columns) for i in instances]
        if mode == "EnumerateObjectAndEPR":
            references = [self._reference(wmi_class, instance) for instance in instances]
            return [f"<w:Item>{item}{epr}</w:Item>" for item, epr in zip(objects, references, strict=True)]
        return objects

    def get(self, request: Request) -> str:
        """Give the XML of the one instance that a Get's selectors name.

        Raises:
            Fault: No such class or instance; selectors that the class does not have.
        """
        namespace, class_name = resource(request)
        self._check(namespace)
        wmi_class = self._class(namespace, class_name)
        selectors = {name: text for name, text in request.selectors.items() if name != _CIM_NAMESPACE_SELECTOR}
        if not {name.lower() for name in selectors} <= {key.lower() for key in wmi_class.keys}:
            raise faults.invalid_selectors()
        found = self._select(wmi_class, _by_selectors(wmi_class.name, selectors))
        if not found:
            raise faults.resource_not_found()
        return typed(found[0])

    def _check(self, namespace: str) -> None:
        if namespace in self.denied:
            raise faults.access_denied()
        if namespace not in self.namespaces:
            raise faults.namespace_not_found()

    def _class(self, namespace: str, name: str) -> WmiClass:
        for wmi_class in self.namespaces[namespace]:
            if name.lower() in {wmi_class.name.lower(), *(alias.lower() for alias in wmi_class.also_known_as)}:
                return wmi_class
        raise faults.class_not_found()

    def _query(self, request: Request, class_name: str) -> Query:
        element = request.body.find(f"{{{WSMAN}}}Filter") if request.body is not None else None
        if element is None:
            if class_name == "*":
                raise faults.invalid_query("A filter is needed where the resource URI ends with *.")
            return everything(class_name)
        dialect = element.get("Dialect", "")
        if dialect.lower() == SELECTOR_DIALECT.lower():
            return _by_selectors(class_name, _selectors(element))
        if dialect.lower() != WQL_DIALECT.lower():
            raise faults.dialect_unavailable()
        return parse_wql(element.text or "")

    def _select(self, wmi_class: WmiClass, query: Query) -> list[Instance]:
        instances = list(wmi_class.instances(query))
        try:
            for name in (*(query.columns or ()), *query.names):
                for instance in instances[:1]:
                    instance.get(name)
            return [instance for instance in instances if query.condition(instance)]
        except KeyError as error:
            raise faults.invalid_query(f"{wmi_class.name} has no property {error.args[0]}.") from error

    def _reference(self, wmi_class: WmiClass, instance: Instance) -> str:
        selectors = "".join(
            f'<w:Selector Name="{key}">{_selector_text(instance, key)}</w:Selector>' for key in wmi_class.keys
        )
        return (
            f"<a:EndpointReference><a:Address>{ANONYMOUS}</a:Address><a:ReferenceParameters>"
            f"<w:ResourceURI>{class_uri(instance)}</w:ResourceURI><w:SelectorSet>"
            f'<w:Selector Name="{_CIM_NAMESPACE_SELECTOR}">{escape(instance.namespace)}</w:Selector>'
            f"{selectors}</w:SelectorSet></a:ReferenceParameters></a:EndpointReference>"
        )


def resource(request: Request) -> tuple[str, str]:
    """Split a resource URI into the namespace, lower case, and the class; both URI schemes of Windows are understood.

    Raises:
        Fault: It is no WMI resource.
    """
    uri = request.resource_uri
    if uri.lower().startswith(f"{WMI}/"):
        namespace, _, class_name = uri[len(WMI) + 1 :].rpartition("/")
        if namespace and class_name:
            return namespace.lower(), class_name
    if uri.lower().startswith(f"{CIM_SCHEMA}/"):
        namespace = request.selectors.get(_CIM_NAMESPACE_SELECTOR, _DEFAULT_NAMESPACE)
        return namespace.replace("\\", "/").lower(), uri[len(CIM_SCHEMA) + 1 :]
    raise faults.invalid_resource_uri()


def _selectors(element: Element) -> dict[str, str]:
    return {found.get("Name", ""): found.text or "" for found in element.iter(f"{{{WSMAN}}}Selector")}


def _by_selectors(class_name: str, selectors: Mapping[str, str]) -> Query:
    conditions = [equal(name, text) for name, text in selectors.items()]
    return Query(
        class_name,
        None,
        lambda instance: all(condition(instance) for condition in conditions),
        tuple((name.lower(), text) for name, text in selectors.items()),
        tuple(selectors),
    )


def _selector_text(instance: Instance, key: str) -> str:
    value = instance.get(key)
    return scalar_text(value) if isinstance(value, str | int) else ""

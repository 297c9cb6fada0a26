"""What a server's WS-Management shows: WMI and the registry, and the answers that are known already."""

from __future__ import annotations

from exgate.lab import cimv2, cimv2_system, iis_wmi
from exgate.lab.configuration import Configuration
from exgate.lab.definition import ServerDefinition
from exgate.lab.known_answers import KnownAnswers
from exgate.lab.registry import Hives
from exgate.lab.wmi import Wmi


class Content:
    """What a definition shows.

    Args:
        definition: The server.
        configuration: What is written, which is what WMI shows.

    Attributes:
        computer_name: What the server calls itself.
        denied: WMI namespaces, lower case, that answer "access denied".
        wmi: Its WMI.
        hives: Its registry.
        known: The answers that were given from it.
    """

    def __init__(self, definition: ServerDefinition, configuration: Configuration) -> None:
        self.computer_name = definition.computer_name
        self.denied = frozenset(namespace.lower() for namespace in definition.behaviour.denied_namespaces)
        self.hives = Hives(definition.full_registry(), definition.behaviour.denied_registry_keys)
        self.wmi = Wmi(
            {
                cimv2_system.NAMESPACE: cimv2.classes(definition),
                iis_wmi.NAMESPACE.lower(): iis_wmi.classes(configuration),
            },
            self.denied,
        )
        self.known = KnownAnswers()

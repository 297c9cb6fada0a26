"""The inventory of a running lab, in the YAML that the product reads; groups are named after what the servers are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from exgate.lab.runtime import Lab
    from exgate.lab.server import LabServer

_ORGANIZATION = "lab"
_GROUPS = {"back-end": "backends", "standalone": "standalones", "sbs": "sbs", "front-end": "frontends"}


def inventory_yaml(lab: Lab, password_variable: str) -> str:
    """Write the inventory; the password is named by its variable only."""
    groups: dict[str, list[LabServer]] = {}
    for server in lab.servers:
        name = "drifted" if server.definition.name.startswith("drift-") else _GROUPS[server.definition.role]
        groups.setdefault(name, []).append(server)
    lines = [
        "# An inventory of the exgate lab, whose servers are synthetic.",
        "all:",
        "  vars:",
        f"    user: {json.dumps(lab.account.name)}",
        f"    password: {{env: {password_variable}}}",
        "    transport: ntlm",
        "  children:",
    ]
    for group, servers in groups.items():
        lines += [f"    {group}:", "      hosts:"]
        for server in servers:
            lines += [
                f"        {server.definition.name}:",
                f"          address: {server.endpoints.address}",
                f"          port: {server.endpoints.port}",
                f"          role: {server.definition.role}",
                f"          organization: {_organization(server)}",
            ]
    return "\n".join(lines) + "\n"


def _organization(server: LabServer) -> str:
    """Give the Exchange organization: servers without a front-end (Method 2) are organizations of their own."""
    return _ORGANIZATION if server.definition.role in {"back-end", "front-end"} else server.definition.name

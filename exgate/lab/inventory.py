"""The inventory of a running lab, in the YAML that the product reads; groups are named after what the servers are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from exgate.lab.runtime import Lab
    from exgate.lab.server import LabServer

_ORGANIZATION = "lab"
_KINDS = {"drift": "drifted", "unknown": "undecided"}
"""Groups of servers that are named after what they are for, by the beginning of the name."""
_GROUPS = {"back-end": "backends", "standalone": "standalones", "sbs": "sbs", "front-end": "frontends"}


def inventory_yaml(lab: Lab, password_variable: str) -> str:
    """Write the inventory; the password is named by its variable only."""
    groups: dict[str, list[LabServer]] = {}
    for server in lab.servers:
        name = _KINDS.get(server.definition.name.partition("-")[0], _GROUPS[server.definition.role])
        groups.setdefault(name, []).append(server)
    lines = [
        "# An inventory of the exgate lab, whose servers are synthetic.",
        "all:",
        "  vars:",
        f"    user: {json.dumps(lab.account.name)}",
        f"    password: {{env: {password_variable}}}",
        "    transport: ntlm",
        f"    test_mailbox: {json.dumps(lab.account.user)}",
        *([f"    ca_file: {json.dumps(str(lab.ca_path))}"] if lab.ca_path else []),
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
                *_web_ports(server),
            ]
    return "\n".join(lines) + "\n"


def _organization(server: LabServer) -> str:
    """Give the Exchange organization: servers without a front-end (Method 2) are organizations of their own."""
    return _ORGANIZATION if server.definition.role in {"back-end", "front-end"} else server.definition.name


def _web_ports(server: LabServer) -> list[str]:
    """Give the web sites' ports; without https the standard one is as good as any."""
    ports = {"web_port": server.endpoints.site_port, "web_https_port": server.endpoints.site_https_port}
    return [f"          {name}: {port}" for name, port in ports.items() if port]

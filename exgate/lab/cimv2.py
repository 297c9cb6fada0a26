"""The classes of ``root/cimv2`` that a lab server has, with the property sets of a real Server 2003."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from exgate.lab.cim import NULL_ARRAY, Instance, Value
from exgate.lab.cimv2_events import events
from exgate.lab.cimv2_processes import processes
from exgate.lab.cimv2_services import services
from exgate.lab.cimv2_system import computer_system, instance, operating_system
from exgate.lab.ping import ping_statuses
from exgate.lab.wmi import WmiClass

if TYPE_CHECKING:
    from exgate.lab.definition import ServerDefinition

_ADAPTER_SCALARS = (
    *("ArpAlwaysSourceRoute", "ArpUseEtherSNAP", "DatabasePath", "DeadGWDetectEnabled", "DefaultTOS", "DefaultTTL"),
    *("DHCPLeaseExpires", "DHCPLeaseObtained", "DHCPServer", "DNSDomain", "DNSEnabledForWINSResolution", "DNSHostName"),
    *("DomainDNSRegistrationEnabled", "ForwardBufferMemory", "FullDNSRegistrationEnabled", "IGMPLevel"),
    *("InterfaceIndex", "IPConnectionMetric", "IPFilterSecurityEnabled", "IPPortSecurityEnabled", "IPUseZeroBroadcast"),
    *("IPXAddress", "IPXEnabled", "IPXMediaType", "IPXVirtualNetNumber", "KeepAliveInterval", "KeepAliveTime"),
    *("MACAddress", "MTU", "NumForwardPackets", "PMTUBHDetectEnabled", "PMTUDiscoveryEnabled", "TcpipNetbiosOptions"),
    *("TcpMaxConnectRetransmissions", "TcpMaxDataRetransmissions", "TcpNumConnections", "TcpUseRFC1122UrgentPointer"),
    *("TcpWindowSize", "WINSEnableLMHostsLookup", "WINSHostLookupFile", "WINSPrimaryServer", "WINSScopeID"),
    "WINSSecondaryServer",
)
_ADAPTER_ARRAYS = (
    *("DefaultIPGateway", "DNSDomainSuffixSearchOrder", "DNSServerSearchOrder", "GatewayCostMetric", "IPAddress"),
    *("IPSecPermitIPProtocols", "IPSecPermitTCPPorts", "IPSecPermitUDPPorts", "IPSubnet"),
)
"""Win32_NetworkAdapterConfiguration's properties that may be null."""


def classes(definition: ServerDefinition) -> tuple[WmiClass, ...]:
    """Give the namespace's classes for a server."""
    return (
        WmiClass(
            "Win32_OperatingSystem",
            ("Name",),
            lambda _: [operating_system(definition)],
            ("CIM_OperatingSystem", "CIM_LogicalElement", "CIM_ManagedSystemElement"),
        ),
        WmiClass(
            "Win32_ComputerSystem",
            ("Name",),
            lambda _: [computer_system(definition)],
            ("CIM_ComputerSystem", "CIM_UnitaryComputerSystem", "CIM_System"),
        ),
        WmiClass(
            "Win32_NetworkAdapterConfiguration",
            ("Index",),
            lambda _: _adapter_configurations(definition),
            ("CIM_Setting",),
        ),
        WmiClass(
            "Win32_Service",
            ("Name",),
            lambda _: services(definition),
            ("CIM_Service", "Win32_BaseService"),
        ),
        WmiClass(
            "Win32_Process",
            ("Handle",),
            lambda _: processes(definition),
            ("CIM_Process", "CIM_LogicalElement", "CIM_ManagedSystemElement"),
        ),
        WmiClass("Win32_PingStatus", ("Address",), partial(ping_statuses, definition)),
        WmiClass("Win32_NTLogEvent", ("Logfile", "RecordNumber"), lambda _: events(definition)),
    )


def _adapter_configurations(definition: ServerDefinition) -> list[Instance]:
    empty: dict[str, Value] = dict.fromkeys(_ADAPTER_SCALARS) | dict.fromkeys(_ADAPTER_ARRAYS, NULL_ARRAY)
    disabled: dict[str, Value] = {
        "Caption": "[00000001] RAS Async Adapter",
        "Description": "RAS Async Adapter",
        "DHCPEnabled": False,
        "Index": 1,
        "IPEnabled": False,
        "ServiceName": "AsyncMac",
        "SettingID": "{B1F75353-DD5A-416C-8F0F-B38105F7DDA9}",
    }
    enabled: dict[str, Value] = {
        "Caption": "[00000010] Synthetic network adapter",
        "Description": "Synthetic network adapter",
        "DefaultIPGateway": (definition.addresses[0].rpartition(".")[0] + ".1",),
        "DHCPEnabled": False,
        "DNSDomain": definition.dns_domain,
        "DNSEnabledForWINSResolution": False,
        "DNSHostName": definition.computer_name.lower(),
        "DomainDNSRegistrationEnabled": False,
        "FullDNSRegistrationEnabled": True,
        "Index": 10,
        "IPAddress": definition.addresses,
        "IPConnectionMetric": 20,
        "IPEnabled": True,
        "IPFilterSecurityEnabled": False,
        "IPSubnet": ("255.255.255.0",) * len(definition.addresses),
        "MACAddress": "02:00:00:00:00:10",
        "ServiceName": "exgate",
        "SettingID": "{00000000-0000-0000-0000-000000000010}",
        "TcpipNetbiosOptions": 0,
    }
    return [instance("Win32_NetworkAdapterConfiguration", empty | own) for own in (disabled, enabled)]

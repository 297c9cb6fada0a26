"""The classes of ``root/cimv2`` that a lab server has, with the property sets of a real Server 2003."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from exgate.lab.cim import NULL_ARRAY, Instance, Value
from exgate.lab.cimv2_system import computer_system, instance, operating_system
from exgate.lab.ping import ping_statuses
from exgate.lab.wmi import WmiClass

if TYPE_CHECKING:
    from exgate.lab.definition import ServerDefinition

_DISPLAY_NAMES = {
    "IISADMIN": ("IIS Admin Service", r"C:\WINDOWS\system32\inetsrv\inetinfo.exe"),
    "W3SVC": ("World Wide Web Publishing Service", r"C:\WINDOWS\System32\svchost.exe -k iissvcs"),
    "HTTPFilter": ("HTTP SSL", r"C:\WINDOWS\System32\lsass.exe"),
    "SMTPSVC": ("Simple Mail Transfer Protocol (SMTP)", r"C:\WINDOWS\system32\inetsrv\inetinfo.exe"),
    "MSExchangeIS": ("Microsoft Exchange Information Store", r'"C:\Program Files\Exchsrvr\bin\store.exe"'),
    "MSExchangeSA": ("Microsoft Exchange System Attendant", r'"C:\Program Files\Exchsrvr\bin\mad.exe"'),
    "MSExchangeMGMT": ("Microsoft Exchange Management", r'"C:\Program Files\Exchsrvr\bin\exmgmt.exe"'),
    "RESvc": ("Microsoft Exchange Routing Engine", r"C:\WINDOWS\system32\inetsrv\inetinfo.exe"),
    "WinRM": ("Windows Remote Management (WS-Management)", r"C:\WINDOWS\System32\svchost.exe -k WINRM"),
    "Eventlog": ("Event Log", r"C:\WINDOWS\system32\services.exe"),
}


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
            lambda _: [_service(definition, name, state) for name, state in definition.services.items()],
            ("CIM_Service", "Win32_BaseService"),
        ),
        WmiClass("Win32_PingStatus", ("Address",), partial(ping_statuses, definition)),
        WmiClass("Win32_NTLogEvent", ("Logfile", "RecordNumber"), lambda _: _events(definition)),
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


def _service(definition: ServerDefinition, name: str, state: str) -> Instance:
    running = state == "Running"
    display_name, path = _DISPLAY_NAMES.get(name, (name, rf"C:\WINDOWS\system32\{name}.exe"))
    return instance(
        "Win32_Service",
        {
            "AcceptPause": running,
            "AcceptStop": running,
            "Caption": display_name,
            "CheckPoint": 0,
            "CreationClassName": "Win32_Service",
            "Description": f"Synthetic: {display_name}",
            "DesktopInteract": False,
            "DisplayName": display_name,
            "ErrorControl": "Normal",
            "ExitCode": 0 if running else 1077,
            "InstallDate": None,
            "Name": name,
            "PathName": path,
            "ProcessId": 1200 + len(name) if running else 0,
            "ServiceSpecificExitCode": 0,
            "ServiceType": "Share Process",
            "Started": running,
            "StartMode": "Auto",
            "StartName": "LocalSystem",
            "State": state,
            "Status": "OK",
            "SystemCreationClassName": "Win32_ComputerSystem",
            "SystemName": definition.computer_name,
            "TagId": 0,
            "WaitHint": 0,
        },
    )


def _events(definition: ServerDefinition) -> list[Instance]:
    """Give the Application log, newest first, as WMI does."""
    newest_first = sorted(definition.events, key=lambda event: event.generated, reverse=True)
    return [
        instance(
            "Win32_NTLogEvent",
            {
                "Category": 0,
                "CategoryString": None,
                "ComputerName": definition.computer_name,
                "Data": NULL_ARRAY,
                "EventCode": event.code,
                "EventIdentifier": 0xC0000000 | event.code,
                "EventType": 1,
                "InsertionStrings": event.strings or NULL_ARRAY,
                "Logfile": "Application",
                "Message": event.message,
                "RecordNumber": number,
                "SourceName": event.source,
                "TimeGenerated": event.generated,
                "TimeWritten": event.generated,
                "Type": "error",
                "User": None,
            },
        )
        for number, event in zip(range(len(newest_first), 0, -1), newest_first, strict=True)
    ]

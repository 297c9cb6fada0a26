"""Win32_Service: the services, each in the process that Win32_Process shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from exgate.lab.cim import Instance
from exgate.lab.cimv2_processes import process_id
from exgate.lab.cimv2_system import instance

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
    "SPTimer": (
        "SharePoint Timer Service",
        r'"C:\Program Files\Common Files\Microsoft Shared\web server extensions\60\BIN\OWSTIMER.EXE"',
    ),
    "Eventlog": ("Event Log", r"C:\WINDOWS\system32\services.exe"),
}


def services(definition: ServerDefinition) -> list[Instance]:
    """Give Win32_Service's instances."""
    return [_service(definition, name, state) for name, state in definition.all_services.items()]


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
            "ProcessId": process_id(definition, name) if running else 0,
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

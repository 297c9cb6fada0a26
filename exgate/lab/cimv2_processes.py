"""Win32_Process: the processes that services live in, and when they were started."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from exgate.lab.cim import Instance
from exgate.lab.cimv2_system import instance

if TYPE_CHECKING:
    from exgate.lab.definition import ServerDefinition

_SERVICE_PROCESSES: Final = {
    "IISADMIN": "inetinfo.exe",
    "SMTPSVC": "inetinfo.exe",
    "RESvc": "inetinfo.exe",
    "W3SVC": "svchost.exe -k iissvcs",
    "WinRM": "svchost.exe -k WINRM",
    "HTTPFilter": "lsass.exe",
    "Eventlog": "services.exe",
    "MSExchangeIS": "store.exe",
    "MSExchangeSA": "mad.exe",
    "MSExchangeMGMT": "exmgmt.exe",
    "SPTimer": "OWSTIMER.EXE",
}
"""Services that share a process have the same one here; a service host is told from others by its command line."""
_IDENTIFIERS: Final = {
    command: identifier
    for identifier, command in (
        (456, "services.exe"),
        (468, "lsass.exe"),
        (920, "svchost.exe -k WINRM"),
        (1036, "svchost.exe -k iissvcs"),
        (1580, "mad.exe"),
        (1712, "exmgmt.exe"),
        (2104, "store.exe"),
        (2268, "OWSTIMER.EXE"),
    )
}
_SYSTEM_IDENTIFIER: Final = 4
_FIRST_INETINFO: Final = 2600
_SYSTEM_DIRECTORY: Final = "C:\\WINDOWS\\system32\\"
_EXCHANGE_DIRECTORY: Final = "C:\\Program Files\\Exchsrvr\\bin\\"
_DIRECTORIES: Final = {
    "inetinfo.exe": f"{_SYSTEM_DIRECTORY}inetsrv\\",
    "OWSTIMER.EXE": "C:\\Program Files\\Common Files\\Microsoft Shared\\web server extensions\\60\\BIN\\",
    **dict.fromkeys(("store.exe", "mad.exe", "exmgmt.exe"), _EXCHANGE_DIRECTORY),
}
"""Where a program is that is not in Windows's own directory."""


@dataclass(frozen=True, slots=True)
class _Process:
    identifier: int
    command: str
    created: datetime | None

    @property
    def name(self) -> str:
        return self.command.partition(" ")[0]


def process_id(definition: ServerDefinition, service: str) -> int:
    """Give the identifier of a running service's process.

    IIS Admin's is another one after each start: it follows from the moment of the start.
    """
    command = _SERVICE_PROCESSES.get(service, "services.exe")
    if command == "inetinfo.exe":
        restarted = definition.iis_admin_start - definition.started
        return _FIRST_INETINFO + int(restarted.total_seconds()) % 997 * 4
    return _IDENTIFIERS[command]


def processes(definition: ServerDefinition) -> list[Instance]:
    """Give Win32_Process's instances: the system's, and one for every service process that runs.

    Synthetic: services are started some seconds after the machine; inetinfo.exe starts with IIS Admin, to the second.
    """
    later = definition.started + timedelta(seconds=14)
    found = {
        _SYSTEM_IDENTIFIER: _Process(_SYSTEM_IDENTIFIER, "System", None),
        _IDENTIFIERS["services.exe"]: _Process(_IDENTIFIERS["services.exe"], "services.exe", definition.started),
    }
    for service, state in definition.all_services.items():
        command = _SERVICE_PROCESSES.get(service)
        if state == "Running" and command:
            identifier = process_id(definition, service)
            created = definition.iis_admin_start if command == "inetinfo.exe" else later
            found.setdefault(identifier, _Process(identifier, command, created))
    return [_instance(definition, found[identifier]) for identifier in sorted(found)]


def _instance(definition: ServerDefinition, process: _Process) -> Instance:
    is_system = process.identifier == _SYSTEM_IDENTIFIER
    directory = _DIRECTORIES.get(process.name, _SYSTEM_DIRECTORY)
    return instance(
        "Win32_Process",
        {
            "Caption": process.name,
            "CommandLine": None if is_system else directory + process.command,
            "CreationClassName": "Win32_Process",
            "CreationDate": process.created,
            "CSCreationClassName": "Win32_ComputerSystem",
            "CSName": definition.computer_name,
            "Description": process.name,
            "ExecutablePath": None if is_system else directory + process.name,
            "ExecutionState": None,
            "Handle": str(process.identifier),
            "HandleCount": 100,
            "InstallDate": None,
            "Name": process.name,
            "OSCreationClassName": "Win32_OperatingSystem",
            "OSName": r"Microsoft Windows Server 2003 Standard Edition|C:\WINDOWS|\Device\Harddisk0\Partition1",
            "ParentProcessId": 0 if is_system else _IDENTIFIERS["services.exe"],
            "Priority": 8,
            "ProcessId": process.identifier,
            "SessionId": 0,
            "Status": None,
            "TerminationDate": None,
            "ThreadCount": 12,
            "WindowsVersion": "5.2.3790",
        },
    )

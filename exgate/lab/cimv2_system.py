"""Win32_OperatingSystem and Win32_ComputerSystem with every property that a real Server 2003 shows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from exgate.lab.cim import Instance, Value

if TYPE_CHECKING:
    from exgate.lab.definition import ServerDefinition

NAMESPACE: Final = "root/cimv2"


def instance(class_name: str, values: Mapping[str, Value]) -> Instance:
    """Give an instance of a class of this namespace, its properties in alphabetic order as WMI gives them."""
    return Instance(class_name, NAMESPACE, dict(sorted(values.items(), key=lambda item: item[0].lower())))


def operating_system(definition: ServerDefinition) -> Instance:
    """Give Win32_OperatingSystem."""
    nulls = ("PAEEnabled", "PlusProductID", "PlusVersionNumber", "TotalSwapSpaceSize", "OtherTypeDescription")
    return instance(
        "Win32_OperatingSystem",
        dict.fromkeys(nulls)
        | {
            "BootDevice": r"\Device\HarddiskVolume1",
            "BuildNumber": "3790",
            "BuildType": "Multiprocessor Free",
            "Caption": "Microsoft(R) Windows(R) Server 2003, Standard Edition",
            "CodeSet": "1252",
            "CountryCode": "1",
            "CreationClassName": "Win32_OperatingSystem",
            "CSCreationClassName": "Win32_ComputerSystem",
            "CSDVersion": "Service Pack 2",
            "CSName": definition.computer_name,
            "CurrentTimeZone": 0,
            "DataExecutionPrevention_32BitApplications": True,
            "DataExecutionPrevention_Available": True,
            "DataExecutionPrevention_Drivers": True,
            "DataExecutionPrevention_SupportPolicy": 3,
            "Debug": False,
            "Description": "Synthetic: a server of the exgate lab",
            "Distributed": False,
            "EncryptionLevel": 168,
            "ForegroundApplicationBoost": 0,
            "FreePhysicalMemory": "1248032",
            "FreeSpaceInPagingFiles": "4162748",
            "FreeVirtualMemory": "4413620",
            "InstallDate": datetime(2005, 11, 7, 9, 12, 44, tzinfo=UTC),
            "LargeSystemCache": 1,
            "LastBootUpTime": definition.started,
            "LocalDateTime": datetime.now(UTC),
            "Locale": "0409",
            "Manufacturer": "Microsoft Corporation",
            "MaxNumberOfProcesses": 4294967295,
            "MaxProcessMemorySize": "2097024",
            "Name": r"Microsoft Windows Server 2003 Standard Edition|C:\WINDOWS|\Device\Harddisk0\Partition1",
            "NumberOfLicensedUsers": 5,
            "NumberOfProcesses": 44,
            "NumberOfUsers": 2,
            "Organization": "LAB",
            "OSLanguage": 1033,
            "OSProductSuite": definition.product_suite,
            "OSType": 18,
            "Primary": True,
            "ProductType": 3,
            "QuantumLength": 0,
            "QuantumType": 0,
            "RegisteredUser": "LAB",
            "SerialNumber": "00000-000-0000000-00000",
            "ServicePackMajorVersion": 2,
            "ServicePackMinorVersion": 0,
            "SizeStoredInPagingFiles": "4177920",
            "Status": "OK",
            "SuiteMask": definition.product_suite,
            "SystemDevice": r"\Device\HarddiskVolume1",
            "SystemDirectory": r"C:\WINDOWS\system32",
            "SystemDrive": "C:",
            "TotalVirtualMemorySize": "4765544",
            "TotalVisibleMemorySize": "2096620",
            "Version": "5.2.3790",
            "WindowsDirectory": r"C:\WINDOWS",
        },
    )


def computer_system(definition: ServerDefinition) -> Instance:
    """Give Win32_ComputerSystem."""
    nulls = (
        "BootOptionOnLimit",
        "BootOptionOnWatchDog",
        "DaylightInEffect",
        "InstallDate",
        "LastLoadInfo",
        "NameFormat",
        "PowerManagementSupported",
        "PrimaryOwnerContact",
        "UserName",
        "Workgroup",
    )
    return instance(
        "Win32_ComputerSystem",
        dict.fromkeys(nulls)
        | {
            "AdminPasswordStatus": 3,
            "AutomaticResetBootOption": True,
            "AutomaticResetCapability": True,
            "BootROMSupported": True,
            "BootupState": "Normal boot",
            "Caption": definition.computer_name,
            "ChassisBootupState": 3,
            "CreationClassName": "Win32_ComputerSystem",
            "CurrentTimeZone": 0,
            "Description": "AT/AT COMPATIBLE",
            "DNSHostName": definition.computer_name.lower(),
            "Domain": definition.dns_domain,
            "DomainRole": 3,
            "EnableDaylightSavingsTime": True,
            "FrontPanelResetStatus": 3,
            "InfraredSupported": False,
            "KeyboardPasswordStatus": 3,
            "Manufacturer": "exgate",
            "Model": "Synthetic lab server",
            "Name": definition.computer_name,
            "NetworkServerModeEnabled": True,
            "NumberOfProcessors": 1,
            "PartOfDomain": True,
            "PauseAfterReset": "-1",
            "PowerOnPasswordStatus": 3,
            "PowerState": 0,
            "PowerSupplyState": 3,
            "PrimaryOwnerName": "LAB",
            "ResetCapability": 1,
            "ResetCount": -1,
            "ResetLimit": -1,
            "Roles": ("LM_Workstation", "LM_Server", "NT", "Server_NT"),
            "Status": "OK",
            "SystemStartupDelay": 30,
            "SystemStartupOptions": ('"Windows Server 2003, Standard" /noexecute=optout /fastdetect',),
            "SystemStartupSetting": 0,
            "SystemType": "X86-based PC",
            "ThermalState": 3,
            "TotalPhysicalMemory": "2146938880",
            "WakeUpType": 6,
        },
    )

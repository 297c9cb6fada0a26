r"""The classes of ``root/MicrosoftIISv2``: the metabase's effective values, as IIS 6's WMI provider shows them.

Property 45054 (forms-based authentication) is not in IIS's schema, so that no class shows it.
"""

from __future__ import annotations

from typing import Final

from exgate.facts.bindings import Binding, ScriptMap
from exgate.facts.flags import AccessFlags, AccessSSLFlags, AuthFlags
from exgate.facts.ip_restrictions import IPRestrictions
from exgate.facts.metabase import MetabaseFile
from exgate.lab.cim import NULL_ARRAY, Instance, Value
from exgate.lab.configuration import Configuration
from exgate.lab.wmi import WmiClass

NAMESPACE: Final = "root/MicrosoftIISv2"

_SETTINGS = {
    "IIsWebServiceSetting": "IIsWebService",
    "IIsWebServerSetting": "IIsWebServer",
    "IIsWebVirtualDirSetting": "IIsWebVirtualDir",
    "IIsWebDirectorySetting": "IIsWebDirectory",
}
"""WMI class -> the metabase's key type."""

_BOOLEANS: dict[str, tuple[tuple[str, int], ...]] = {
    "AuthFlags": tuple((flag.name or "", flag.value) for flag in AuthFlags),
    "AccessFlags": tuple((flag.name or "", flag.value) for flag in AccessFlags),
    "AccessSSLFlags": (
        ("AccessSSL", AccessSSLFlags.AccessSSL),
        ("AccessSSLNegotiateCert", AccessSSLFlags.AccessNegotiateCert),
        ("AccessSSLRequireCert", AccessSSLFlags.AccessRequireCert),
        ("AccessSSLMapCert", AccessSSLFlags.AccessMapCert),
        ("AccessSSL128", AccessSSLFlags.AccessSSL128),
    ),
}
_STRINGS = ("AppPoolId", "DefaultLogonDomain", "HttpRedirect", "NTAuthenticationProviders", "Path")


def classes(configuration: Configuration) -> tuple[WmiClass, ...]:
    """Give the namespace's classes for what is written."""
    metabase = configuration.metabase
    settings = tuple(
        WmiClass(
            name,
            ("Name",),
            lambda _, name=name, key_type=key_type: [  # type: ignore[misc] # bound now, not when it is called
                _setting(metabase, name, location) for location in _locations(metabase, key_type)
            ],
        )
        for name, key_type in _SETTINGS.items()
    )
    return (
        *settings,
        WmiClass("IIsIPSecuritySetting", ("Name",), lambda _: _ip_security(configuration)),
        WmiClass("IIsWebInfo", ("Name",), lambda _: [_web_info()]),
    )


def wmi_name(location: str) -> str:
    """Give a key's Name in WMI: ``/LM/W3SVC/1/ROOT/Exchange`` is ``W3SVC/1/ROOT/Exchange``."""
    return location.removeprefix("/LM/")


def _locations(metabase: MetabaseFile, key_type: str) -> list[str]:
    return [location for location in metabase.locations(key_type) if location.upper().startswith("/LM/W3SVC")]


def _instance(class_name: str, values: dict[str, Value]) -> Instance:
    return Instance(class_name, NAMESPACE, dict(sorted(values.items(), key=lambda item: item[0].lower())))


def _setting(metabase: MetabaseFile, class_name: str, location: str) -> Instance:
    values: dict[str, Value] = {
        "Name": wmi_name(location),
        "Caption": None,
        "Description": None,
        "SettingID": None,
    }
    for name in _STRINGS:
        values[name] = str(metabase.effective(location, name).value)
    for name, booleans in _BOOLEANS.items():
        flags = metabase.effective(location, name).value
        number = int(flags) if isinstance(flags, int) else 0
        values[name] = number
        values |= {boolean: bool(number & bit) for boolean, bit in booleans}
    values["ScriptMaps"] = _array(metabase, location, "ScriptMaps")
    if class_name == "IIsWebServerSetting":
        values["ServerComment"] = str(metabase.effective(location, "ServerComment").value)
        values["ServerBindings"] = _array(metabase, location, "ServerBindings")
        values["SecureBindings"] = _array(metabase, location, "SecureBindings")
    return _instance(class_name, values)


def _array(metabase: MetabaseFile, location: str, name: str) -> Value:
    entries = metabase.effective(location, name).value
    if not isinstance(entries, tuple) or not entries:
        return NULL_ARRAY
    return tuple(_embedded(name, entry) for entry in entries)


def _embedded(name: str, entry: Binding | ScriptMap | str) -> Instance | str:
    if isinstance(entry, ScriptMap):
        return Instance(
            "ScriptMap",
            NAMESPACE,
            {
                "Extensions": entry.extension,
                "Flags": entry.flags,
                "IncludedVerbs": ",".join(entry.verbs),
                "ScriptProcessor": entry.processor,
            },
        )
    if isinstance(entry, Binding):
        if name == "SecureBindings":
            return Instance("SecureBinding", NAMESPACE, {"IP": entry.address, "Port": f"{entry.port}:"})
        return Instance(
            "ServerBinding", NAMESPACE, {"Hostname": entry.host, "IP": entry.address, "Port": str(entry.port)}
        )
    return entry


def _ip_security(configuration: Configuration) -> list[Instance]:
    return [
        _restrictions(wmi_name(location), configuration.restrictions(location))
        for key_type in _SETTINGS.values()
        for location in _locations(configuration.metabase, key_type)
    ]


def _restrictions(name: str, restrictions: IPRestrictions) -> Instance:
    return _instance(
        "IIsIPSecuritySetting",
        {
            "Caption": None,
            "Description": None,
            "Name": name,
            "SettingID": None,
            "GrantByDefault": restrictions.grant_by_default,
            "IPGrant": tuple(f"{net.network_address}, {net.netmask}" for net in restrictions.ip_grant) or NULL_ARRAY,
            "IPDeny": tuple(f"{net.network_address}, {net.netmask}" for net in restrictions.ip_deny) or NULL_ARRAY,
            "DomainGrant": restrictions.domain_grant or NULL_ARRAY,
            "DomainDeny": restrictions.domain_deny or NULL_ARRAY,
        },
    )


def _web_info() -> Instance:
    return _instance(
        "IIsWebInfo",
        {
            "Caption": None,
            "Description": None,
            "InstallDate": None,
            "MajorIIsVersionNumber": 6,
            "MinorIIsVersionNumber": 0,
            "Name": "W3SVC/INFO",
            "Status": None,
        },
    )
